package import Conversation
package import Timekeeping

/// What a model may still be asked with one key of its provider, as far as the provider's answers told; pure.
///
/// Nothing is known, and nothing held back, before the first report. Between reports every call takes what it is thought to
/// need; a report sets that right, less what was let through since the call it came with.
package struct RateLimits: Sendable, Hashable {
    /// What a call takes.
    package struct Need: Sendable, Hashable {
        package var inputTokens: Int

        package init(inputTokens: Int) { self.inputTokens = inputTokens }
    }

    /// What was let through when a call was; comes back with its report.
    package struct Mark: Sendable, Hashable {
        fileprivate var taken: SIMD4<Double>
    }

    private enum Kind: Int, CaseIterable {
        case requests, tokens, inputTokens, outputTokens
    }

    /// How long a quota takes to fill where the provider does not say.
    private static let usualReset: Duration = .seconds(60)

    /// By kind; nil where nothing was said.
    private var buckets: [TokenBucket?] = Array(repeating: nil, count: Kind.allCases.count)
    /// All that was ever let through, by kind.
    private var taken = SIMD4<Double>.zero

    package init() {}

    /// Takes what a call needs.
    package mutating func admit(_ need: Need, at now: Timestamp) -> Mark {
        for kind in Kind.allCases {
            let amount = Self.amount(need, kind)
            taken[kind.rawValue] += amount
            buckets[kind.rawValue]?.take(amount, at: now)
        }
        return Mark(taken: taken)
    }

    /// How long until there is room for a call; nil where there never will be.
    package func wait(for need: Need, at now: Timestamp) -> Duration? {
        var longest: Duration = .zero
        for kind in Kind.allCases {
            guard let bucket = buckets[kind.rawValue] else { continue }
            guard let wait = bucket.wait(for: Self.amount(need, kind), at: now) else { return nil }
            longest = max(longest, wait)
        }
        return longest
    }

    /// The share of the scarcest quota that is left, from 0 to 1; 1 where nothing is known.
    package func room(at now: Timestamp) -> Double {
        buckets.reduce(1) { room, bucket in
            guard let bucket else { return room }
            guard bucket.capacity > 0 else { return 0 }
            return min(room, max(0, bucket.level(at: now) / bucket.capacity))
        }
    }

    /// - Parameter mark: from the call that the report came with.
    package mutating func learn(_ report: RateReport, from mark: Mark, at now: Timestamp) {
        learn(report.requests, .requests, mark, now)
        learn(report.tokens, .tokens, mark, now)
        learn(report.inputTokens, .inputTokens, mark, now)
        learn(report.outputTokens, .outputTokens, mark, now)
    }

    private mutating func learn(_ quota: RateReport.Quota?, _ kind: Kind, _ mark: Mark, _ now: Timestamp) {
        guard let quota else { return }
        let remaining = Double(max(0, quota.remaining))
        let whole = max(quota.limit.map { Double($0) } ?? buckets[kind.rawValue]?.capacity ?? remaining, remaining)
        let isWhole = remaining >= whole
        let reset = isWhole ? Self.usualReset : max(quota.resetsIn ?? Self.usualReset, .milliseconds(1))
        let refill = (isWhole || quota.resetsIn == nil ? whole : whole - remaining) / reset.inSeconds
        let since = taken[kind.rawValue] - mark.taken[kind.rawValue]
        buckets[kind.rawValue] = TokenBucket(capacity: whole, level: remaining - since, perSecond: refill, at: now)
    }

    /// Our count of the input is on the high side, and what is read from a cache is not held against the rate: half of it.
    ///
    /// Of the output nobody knows the length; a call begins while there is any room for it.
    private static func amount(_ need: Need, _ kind: Kind) -> Double {
        switch kind {
        case .requests, .outputTokens: 1
        case .tokens, .inputTokens: Double(max(1, need.inputTokens / 2))
        }
    }
}
