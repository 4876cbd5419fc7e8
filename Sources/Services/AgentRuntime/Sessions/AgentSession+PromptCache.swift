import Conversation
import Gateway
import Money
import Runs
import Timekeeping

extension AgentSession {
    /// What watches how much of the session's prompt comes from the provider's cache, up to date with what is recorded.
    ///
    /// Nil where the model's prices know of no such cache: nothing is read from it then, and nothing is wrong.
    func cacheShare(of transcript: Transcript) throws -> CacheShare? {
        guard let prices = gateway.card(of: try modelName)?.prices,
            prices.cacheRead.perMillion < prices.input.perMillion
        else { return nil }
        var share = CacheShare()
        // What it says of these turns was recorded with them.
        for turn in transcript.turns { _ = share.add(watched(turn, in: transcript)) }
        return share
    }

    /// A turn as it is watched; the tools and the instructions are the same in the whole session.
    func watched(_ turn: Turn, in transcript: Transcript) -> CacheShare.Turn {
        let compactions = transcript.inputs.count { $0.kind == .compaction && $0.afterTurn < turn.number }
        return CacheShare.Turn(
            usage: turn.reply.usage, endedAt: turn.finishedAt.milliseconds,
            prefix: "\(turn.reply.model) \(compactions)")
    }
}
