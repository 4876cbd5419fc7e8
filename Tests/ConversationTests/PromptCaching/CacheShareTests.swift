import Conversation
import Testing

@Suite struct CacheShareTests {
    /// Turns of which each adds 1 000 tokens, a minute apart, and reads so many percent of the turn before.
    private static func turns(
        _ percents: [Int], first: Int = 10_000, apart: Int64 = 60_000, prefix: String = "p"
    ) -> [CacheShare.Turn] {
        var turns: [CacheShare.Turn] = []
        for (index, percent) in percents.enumerated() {
            let total = first + index * 1000
            let read = index == 0 ? 0 : (total - 1000) * percent / 100
            turns.append(
                CacheShare.Turn(
                    usage: Usage(input: total - read, output: 10, cacheRead: read), endedAt: Int64(index) * apart,
                    prefix: prefix))
        }
        return turns
    }

    private static func alarms(_ turns: [CacheShare.Turn]) -> [Int?] {
        var share = CacheShare()
        return turns.map { share.add($0) }
    }

    @Test(
        "The alarm comes once, and only where the prefix stood still",
        arguments: [
            (turns([0, 100, 100, 100, 100]), [nil, nil, nil, nil, nil] as [Int?]),
            (turns([0, 0, 0, 0, 0]), [nil, nil, nil, 0, nil]),
            (turns([0, 100, 20, 20, 20, 20]), [nil, nil, nil, 44, nil, nil]),
            (turns([0, 60, 60, 60]), [nil, nil, nil, nil]),
            // Too small to be cached.
            (turns([0, 0, 0, 0], first: 500), [nil, nil, nil, nil]),
            // The provider had forgotten it.
            (turns([0, 0, 0, 0, 0], apart: 300_001), [nil, nil, nil, nil, nil]),
            // A clock that goes back says nothing.
            (turns([0, 0, 0, 0, 0], apart: -1), [nil, nil, nil, nil, nil]),
            // Another prefix begins anew, as a shortened conversation does.
            (turns([0, 0, 0]) + turns([0, 0, 0], prefix: "q"), [nil, nil, nil, nil, nil, nil]),
            (turns([0, 0, 0], first: 20_000) + turns([0, 0, 0]), [nil, nil, nil, nil, nil, nil]),
        ])
    func alarm(_ turns: [CacheShare.Turn], _ expected: [Int?]) {
        #expect(Self.alarms(turns) == expected)
    }

    @Test func `a session that is taken up again raises no second alarm`() {
        let turns = Self.turns([0, 0, 0, 0, 0, 0])
        var share = CacheShare()
        for turn in turns.prefix(4) { _ = share.add(turn) }
        #expect(turns.suffix(2).map { share.add($0) } == [nil, nil])
        #expect(share.share == 0)
    }
}
