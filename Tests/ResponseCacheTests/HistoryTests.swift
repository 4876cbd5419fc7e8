import Conversation
import Files
import Money
import ResponseCache
import Testing
import Timekeeping

/// Any history of questions, answers, time, restarts and other processes against a dictionary with a clock.
@Suite struct HistoryTests {
    private struct Known {
        var text: String
        var expires: Timestamp
    }

    private static let kinds: [CacheKind] = [.response, .analysis, .decomposition]
    private static let scopes = [
        CacheScope(project: "p", key: "k"), CacheScope(project: "p", key: "l"), CacheScope(project: "q", key: "k"),
    ]

    @Test("A cache without bounds gives what a dictionary would", arguments: 0..<8)
    func histories(_ seed: UInt64) async throws {
        try await FileSystem.withTemporaryDirectory { folder in
            var random = Numbers(seed)
            let time = ManualClock()
            let file = folder / "cache.db"
            var caches = [
                try await Fixture.cache(file, clock: time.wall), try await Fixture.cache(file, clock: time.wall),
            ]
            var known: [String: Known] = [:]
            for step in 0..<150 {
                let cache = caches[Int(random.next() % 2)]
                let kind = Self.kinds[Int(random.next() % 3)]
                let scope = Int(random.next() % 3)
                let text = "\(random.next() % 4)"
                let name = "\(kind) \(scope) \(text)"
                let question = Fixture.question(text, kind: kind, scope: Self.scopes[scope])
                switch random.next() % 8 {
                case 0, 1, 2:
                    let expected: Found =
                        if let found = known[name], found.expires > time.now { .hit(found.text, .exact) } else { .miss }
                    let found = try await cache.peek(question)
                    #expect(found == expected, "step \(step)")
                case 3, 4, 5:
                    try await cache.store("answer \(step)", for: question)
                    // Written, and late enough for the other to look.
                    await cache.flush()
                    time.advance(by: .seconds(1))
                    let rule = try #require(CacheKindRule.usual[kind])
                    known[name] = Known(text: "answer \(step)", expires: time.now - .seconds(1) + rule.timeToLive)
                case 6:
                    time.advance(by: .seconds(Int64(random.next() % 100_000)))
                default:
                    let which = Int(random.next() % 2)
                    await caches[which].close()
                    caches[which] = try await ResponseCache.open(at: file, clock: time.wall)
                    if random.next() % 2 == 0 { await caches[which].refresh() }
                }
            }
            for cache in caches { await cache.close() }
        }
    }
}
