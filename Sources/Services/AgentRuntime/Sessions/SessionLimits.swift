/// How far a session may go before a human is asked.
package struct SessionLimits: Sendable, Hashable {
    package var turns: Int
    /// Input and output tokens of all turns together.
    package var tokens: Int
    /// From the opening of the session by the engine that works on it now.
    package var wallTime: Duration

    package init(turns: Int, tokens: Int, wallTime: Duration) {
        self.turns = turns
        self.tokens = tokens
        self.wallTime = wallTime
    }

    package static let standard = SessionLimits(turns: 60, tokens: 4_000_000, wallTime: .seconds(3600))

    /// The same limits as often again as a human has allowed.
    package func extended(times: Int) -> SessionLimits {
        SessionLimits(turns: turns * (times + 1), tokens: tokens * (times + 1), wallTime: wallTime * (times + 1))
    }

    /// The limit that has been reached, in words, or nil.
    package func reached(turns: Int, tokens: Int, elapsed: Duration) -> String? {
        if turns >= self.turns { return "\(turns) turns (limits.turns)" }
        if tokens >= self.tokens { return "\(tokens) tokens (limits.tokens)" }
        if elapsed >= wallTime { return "\(elapsed.components.seconds) seconds (limits.session_time)" }
        return nil
    }
}
