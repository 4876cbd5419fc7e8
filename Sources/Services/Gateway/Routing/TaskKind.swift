package import Runs

/// What a call is for, as far as the choice of a model goes.
package enum TaskKind: String, Sendable, Hashable, CaseIterable {
    case specify, plan, code, test, review, document
    /// Looking around in a repository.
    case explore
    case chat
    /// One of a few words as the answer.
    case classify
    case embed

    /// The tiers that the kind is worth: hard thinking is never done by the smallest, small answers never by the largest.
    package var tiers: ClosedRange<ModelTier> {
        switch self {
        case .specify, .plan, .review: .medium ... .large
        case .code, .test: .small ... .large
        case .document, .explore, .chat: .small ... .medium
        case .classify, .embed: .small ... .small
        }
    }

    /// Whether a mode has a say: small answers stay small in any.
    var followsMode: Bool { self != .classify && self != .embed }

    /// What a kind cannot do without.
    package var needs: Set<ModelCapability> { self == .embed ? [.embeddings] : [] }

    /// The kind of a run's step, by the step's name first and by its agent's second.
    package static func of(_ step: StepKey, agent: String) -> TaskKind {
        switch step {
        case .specify: .specify
        case .plan, .tasks: .plan
        case .finalCheck: .code
        default: byAgent(agent)
        }
    }

    private static func byAgent(_ name: String) -> TaskKind {
        switch name {
        case "planner", "architect": .plan
        case "reviewer": .review
        case "explorer": .explore
        case "documenter", "writer": .document
        case "tester": .test
        default: .code
        }
    }
}
