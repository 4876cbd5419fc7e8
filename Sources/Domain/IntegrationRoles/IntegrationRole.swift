/// What an outside system is to a run; each role has actions of its own in words that no system owns (I1).
package enum IntegrationRole: String, Sendable, Hashable, Codable, CaseIterable {
    case tracker
    case codeHost = "code-host"
    case documentation
    case chat

    /// With its article, as in "a tracker".
    package var phrase: String {
        switch self {
        case .tracker: "a tracker"
        case .codeHost: "a code host"
        case .documentation: "a documentation site"
        case .chat: "a chat"
        }
    }

    /// What a workflow can ask of the role.
    package var actions: [IntegrationAction] {
        switch self {
        case .tracker: IntegrationAction.ofTrackers
        case .codeHost: IntegrationAction.ofCodeHosts
        case .documentation: IntegrationAction.ofDocumentation
        case .chat: IntegrationAction.ofChats
        }
    }

    package func action(named name: String) -> IntegrationAction? { actions.first { $0.name == name } }
}
