package import Conversation
package import Runs

/// Decides whether and how far the older part of a session is shortened; pure.
///
/// It takes the gentlest way that fits: first old tool results become a line each, then old turns become a summary, then
/// fewer of the last turns stay whole. The opening and the user's own words stay word for word whatever it decides.
package struct CompactionPlan: Sendable, Hashable {
    /// What is to hold from now on; the summary, where there is to be one, is still to be written.
    package var compaction: Compaction
    /// Sizes in tokens, by estimate; the second with room for a summary of the greatest length.
    package var before: Int
    package var after: Int

    package var needsSummary: Bool { compaction.summarizedThrough > 0 && compaction.summary == nil }

    /// The most that a summary may have, and the tokens that are kept free for it.
    package static let longestSummary = 6_000
    static let summaryTokens = 1_500

    package enum Decision: Sendable, Hashable {
        case nothing
        case compact(CompactionPlan)
        /// What has to stay is larger than the target, or nothing would be won.
        case impossible(size: Int)
    }

    /// - Parameters:
    ///   - size: the tokens of a request with these messages, by estimate.
    ///   - isForced: compacts although the trigger is not reached, as after a refusal of the provider.
    package static func decide(
        for transcript: Transcript, trigger: Int, target: Int, keptTurns: Int, isForced: Bool = false,
        size: ([Message]) -> Int
    ) -> Decision {
        let now = transcript.compaction ?? Compaction()
        let before = size(transcript.messages)
        guard isForced || before > trigger else { return .nothing }
        let goal = isForced ? min(target, before * 2 / 3) : target
        var best: CompactionPlan?
        for candidate in candidates(
            turns: transcript.turns.count, now: now, keptTurns: keptTurns, isForced: isForced)
        {
            let isNew = candidate.summary == nil && candidate.summarizedThrough > 0
            let after = size(transcript.messages(under: candidate)) + (isNew ? summaryTokens : 0)
            let plan = CompactionPlan(compaction: candidate, before: before, after: after)
            if after <= goal { return .compact(plan) }
            if after < best?.after ?? before { best = plan }
        }
        // Not as small as wanted, but worth a prefix that is read anew where a quarter is won.
        guard let best, best.after <= before / 100 * (isForced ? 95 : 75) else { return .impossible(size: before) }
        return .compact(best)
    }

    /// Ways to go on from what holds now, the gentlest first; none gives back what was taken away.
    ///
    /// The results of the last turn have not been seen by the model yet: only a provider's refusal takes them away.
    private static func candidates(turns: Int, now: Compaction, keptTurns: Int, isForced: Bool) -> [Compaction] {
        var kept: [Int] = []
        var count = min(keptTurns, turns)
        while count > 0 {
            kept.append(count)
            count /= 2
        }
        if isForced { kept.append(0) }

        var found: [Compaction] = []
        if let most = kept.first, turns - most > now.shortenedThrough {
            var gentle = now
            gentle.shortenedThrough = turns - most
            found.append(gentle)
        }
        let longest = kept.first.map { turns - $0 } ?? now.summarizedThrough
        for count in kept {
            let summarized = max(longest, now.summarizedThrough)
            let compaction = Compaction(
                summarizedThrough: summarized, shortenedThrough: max(turns - count, now.shortenedThrough, summarized),
                summary: summarized == now.summarizedThrough ? now.summary : nil)
            if summarized > 0 || count < kept.first ?? 0 { found.append(compaction) }
        }
        for count in kept.dropFirst() {
            let summarized = turns - count
            guard summarized > now.summarizedThrough else { continue }
            found.append(Compaction(summarizedThrough: summarized, shortenedThrough: summarized))
        }
        return found.filter { $0 != now }
    }
}
