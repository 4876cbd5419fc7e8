import ServedCalls
import Timekeeping

/// The calls of one key that count for its rates; pure.
struct KeyMeter: Sendable, Hashable {
    /// What one admitted call was counted as.
    struct Mark: Sendable, Hashable {
        var second: Int64
        var tokens: Int
    }

    private(set) var underWay = 0
    private var requests = SlidingMinute()
    private var tokens = SlidingMinute()

    /// Why a call of that many tokens may not come now, nil where it may.
    mutating func refusal(of rates: VirtualKey.Rates, tokens needed: Int, at now: Timestamp) -> KeyRefusal? {
        requests.advance(to: now)
        tokens.advance(to: now)
        if let limit = rates.concurrent, underWay >= limit {
            return KeyRefusal(
                .concurrent,
                "\(underWay) of \(limit) calls that this key may make at once are under way: try again when one has ended",
                left: 0)
        }
        if let limit = rates.requestsPerMinute, requests.total + 1 > limit {
            let room = requests.room(for: 1, below: limit)
            return KeyRefusal(
                .requests, "this key has made \(requests.total) of its \(limit) calls a minute\(Self.again(room, now))",
                left: 0, resetsAt: room)
        }
        if let limit = rates.tokensPerMinute, tokens.total + needed > limit {
            let room = tokens.room(for: needed, below: limit)
            let advice =
                room == nil ? ": ask for less at once, or have the limit raised" : Self.again(room, now)
            return KeyRefusal(
                .tokens,
                """
                this call may use \(needed) tokens, and of the \(limit) a minute of this key \
                \(max(0, limit - tokens.total)) are left\(advice)
                """,
                left: Int64(max(0, limit - tokens.total)), resetsAt: room)
        }
        return nil
    }

    /// Counts a call that was found to have room.
    mutating func begin(tokens estimate: Int) -> Mark {
        underWay += 1
        _ = requests.add(1)
        return Mark(second: tokens.add(estimate), tokens: estimate)
    }

    /// Ends a call that used so many tokens.
    mutating func end(_ mark: Mark, tokens used: Int) {
        underWay -= 1
        tokens.correct(used - mark.tokens, in: mark.second)
    }

    private static func again(_ room: Timestamp?, _ now: Timestamp) -> String {
        room.map { ": try again in \(max($0 - now, .zero).brief)" } ?? ""
    }
}
