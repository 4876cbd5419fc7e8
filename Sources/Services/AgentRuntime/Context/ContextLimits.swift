/// How much of a model's window a session may fill before its older part is shortened.
package struct ContextLimits: Sendable, Hashable {
    /// A percentage of what the window leaves beside the longest answer.
    package var share: Int
    /// A further limit in tokens, where one is configured.
    package var tokens: Int?
    /// How much is left after a compaction, as a percentage of what sets it off.
    package var target: Int
    /// The last turns, which stay as they are where they fit.
    package var keptTurns: Int

    package init(share: Int = 75, tokens: Int? = nil, target: Int = 55, keptTurns: Int = 6) {
        self.share = share
        self.tokens = tokens
        self.target = target
        self.keptTurns = keptTurns
    }

    package static let standard = ContextLimits()

    /// The size in tokens at which a compaction is due, and the one it is to come down to.
    package func bounds(window: Int, answer: Int) -> (trigger: Int, target: Int) {
        let room = max(window - answer, window / 4) / 100 * share
        let trigger = max(1, min(room, tokens ?? room))
        return (trigger, trigger * target / 100)
    }
}
