/// How strong a model is, and with it how dear: the steps that routing goes up and down.
package enum ModelTier: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    /// Quick and cheap: classification, short answers, simple changes.
    case small
    /// Everyday work.
    case medium
    /// Hard work.
    case large
    /// The strongest there is, at a price that has to be asked for: by `max`, a role, a kind, or an escalation.
    case frontier

    package static func < (left: ModelTier, right: ModelTier) -> Bool { left.place < right.place }

    var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
