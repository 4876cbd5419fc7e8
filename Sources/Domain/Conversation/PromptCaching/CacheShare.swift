/// Watches how much of what a session could have read from its provider's prompt cache was read; pure.
///
/// A turn counts where it could read all that the turn before it sent: the conversation only grew, the prefix is the same,
/// not too much time went by, and there was enough for a provider to cache. The share is that of the last such turns
/// together. The alarm comes once a session, when the share is below the bound although the prefix stood still: something
/// that changes stands early in the prompt, or the provider caches nothing. Feeding the recorded turns again gives the
/// same alarm at the same turn, so that a session which is taken up again does not raise a second one.
package struct CacheShare: Sendable, Hashable {
    package struct Rules: Sendable, Hashable {
        /// How many turns the share is taken of.
        package var window = 3
        /// The share in percent below which the cache counts as cold.
        package var bound = 50
        /// Prompts of fewer tokens are not expected to be cached.
        package var least = 4096
        /// How long providers keep what nobody reads, in milliseconds.
        package var lifetime: Int64 = 300_000

        package init() {}
    }

    /// A turn that has ended.
    package struct Turn: Sendable, Hashable {
        package var usage: Usage
        /// When it ended, in milliseconds.
        package var endedAt: Int64
        /// What stands for model, instructions and tools; another one means another prefix.
        package var prefix: String

        package init(usage: Usage, endedAt: Int64, prefix: String) {
            self.usage = usage
            self.endedAt = endedAt
            self.prefix = prefix
        }
    }

    private struct Reading: Sendable, Hashable {
        var read: Int
        var readable: Int
    }

    private let rules: Rules
    private var last: Turn?
    private var readings: [Reading] = []
    private var hasAlarmed = false

    package init(_ rules: Rules = Rules()) { self.rules = rules }

    /// In percent, of the last turns that count; nil before there are as many as the window has.
    package var share: Int? {
        guard readings.count >= rules.window else { return nil }
        let readable = readings.reduce(0) { $0 + $1.readable }
        return readable == 0 ? nil : readings.reduce(0) { $0 + $1.read } * 100 / readable
    }

    /// Takes a turn in; returns the share where it is to be told that the cache is cold.
    package mutating func add(_ turn: Turn) -> Int? {
        defer { last = turn }
        guard let last, isStable(turn, after: last) else {
            readings = []
            return nil
        }
        let readable = last.usage.totalInput
        guard readable >= rules.least else { return nil }
        readings.append(Reading(read: min(turn.usage.cacheRead, readable), readable: readable))
        if readings.count > rules.window { readings.removeFirst() }
        guard !hasAlarmed, let share, share < rules.bound else { return nil }
        hasAlarmed = true
        return share
    }

    private func isStable(_ turn: Turn, after last: Turn) -> Bool {
        turn.prefix == last.prefix && turn.usage.totalInput >= last.usage.totalInput
            && (0...rules.lifetime).contains(turn.endedAt - last.endedAt)
    }
}
