/// A tool whose documents can be taken over.
package enum ImportKind: String, Sendable, Hashable, CaseIterable {
    case speckit, openspec, kiro

    /// As its makers write it.
    package var name: String {
        switch self {
        case .speckit: "spec-kit"
        case .openspec: "OpenSpec"
        case .kiro: "Kiro"
        }
    }
}
