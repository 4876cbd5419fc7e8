/// Whether something may be done, must be asked about, or may not be done.
package enum CommandPermissionDecision: Sendable, Hashable {
    case allow
    /// The reason is for the human who is asked.
    case ask(String)
    /// The reason is for the model, which can choose another way.
    case deny(String)

    /// The stricter of two decisions; of two equally strict ones the first.
    package func stricter(_ other: CommandPermissionDecision) -> CommandPermissionDecision {
        other.strictness > strictness ? other : self
    }

    private var strictness: Int {
        switch self {
        case .allow: 0
        case .ask: 1
        case .deny: 2
        }
    }
}
