import Conversation
import Files
import JSON
import Money
import SQLite
import Testing
import Timekeeping

@testable import ResponseCache

@Suite struct StatisticsTests {
    @Test func `what the cache was good for is counted by kind and outlives the process`() async throws {
        try await FileSystem.withTemporaryDirectory { folder in
            let cache = try await Fixture.cache(folder / "cache.db")
            _ = try await cache.peek(Fixture.question("q"))
            try await cache.store("a", for: Fixture.question("q"), cost: USD(micros: 42))
            _ = try await cache.peek(Fixture.question("q"))
            _ = try await cache.peek(Fixture.question("q"))
            _ = try await cache.peek(Fixture.question("q", kind: .analysis, wish: .unkept))
            await cache.close()
            let again = try await Fixture.cache(folder / "cache.db")
            let statistics = try await again.statistics()
            #expect(
                statistics.kinds == [
                    .response: .init(
                        entries: 1, bytes: again.size.bytes,
                        counts: [
                            .misses: 1, .stored: 1, .exactHits: 2, .savedMicros: 84, .savedInputTokens: 20,
                            .savedOutputTokens: 10,
                        ]),
                    .analysis: .init(counts: [.bypassed: 1]),
                ])
            #expect(statistics.total.hitPercent == 66)
            #expect(statistics.total.saved == USD(micros: 84))
            #expect(statistics.json["hits"] == 2)
            #expect(statistics.json["saved_usd_micros"] == 84)
            #expect(statistics.json["kinds"]?["analysis"]?["bypassed"] == 1)
            await again.close()
        }
    }

    @Test func `a purge takes what it is told, in other processes as well`() async throws {
        try await FileSystem.withTemporaryDirectory { folder in
            let time = ManualClock()
            let cache = try await Fixture.cache(folder / "cache.db", clock: time.wall)
            let other = try await Fixture.cache(folder / "cache.db", clock: time.wall)
            try await cache.store("old", for: Fixture.question("1"))
            time.advance(by: .seconds(3600))
            try await cache.store("new", for: Fixture.question("2"))
            try await cache.store("found", for: Fixture.question("2", kind: .analysis))
            await cache.flush()
            time.advance(by: .seconds(1))
            #expect(try await other.peek(Fixture.question("1")) == .hit("old", .exact))

            #expect(try await cache.purge(kind: .response, olderThan: .seconds(60)) == 1)
            time.advance(by: .seconds(1))
            for each in [cache, other] {
                #expect(try await each.peek(Fixture.question("1")) == .miss)
                #expect(try await each.peek(Fixture.question("2")) == .hit("new", .exact))
            }
            #expect(try await cache.purge(kind: .analysis) == 1)
            #expect(try await cache.purge() == 1)
            time.advance(by: .seconds(1))
            for each in [cache, other] { #expect(try await each.peek(Fixture.question("2")) == .miss) }
            #expect(try await cache.statistics().total[.purged] == 3)
            await cache.close()
            await other.close()
        }
    }

    @Test func `what has expired is taken out of the file`() async throws {
        let time = ManualClock()
        let cache = try await Fixture.cache(clock: time.wall)
        for number in 0..<700 { try await cache.store("a", for: Fixture.question("\(number)")) }
        await cache.flush()
        #expect(cache.size.entries == 700)
        time.advance(by: .seconds(86_400))
        for expected in [201, 1] {
            // Something to write, which the taking out goes along with.
            try await cache.store("b", for: Fixture.question("x"))
            await cache.flush()
            #expect(cache.size.entries == expected)
            time.advance(by: .seconds(2))
        }
        #expect(cache.counts[.response]?[.expired] == 700)
        await cache.close()
    }

    @Test func `a group that cannot be written is lost, and nothing else`() async throws {
        try await FileSystem.withTemporaryDirectory { folder in
            let cache = try await Fixture.cache(folder / "cache.db")
            try await cache.store("kept", for: Fixture.question("1"))
            await cache.flush()
            let database = try Database(.file((folder / "cache.db").string))
            try await database.write {
                try $0.execute(
                    "CREATE TRIGGER stop BEFORE INSERT ON bodies BEGIN SELECT RAISE(ABORT, 'full'); END")
            }
            try await cache.store("lost", for: Fixture.question("2"))
            await cache.flush()
            #expect(try await cache.peek(Fixture.question("2")) == .miss)
            #expect(try await cache.peek(Fixture.question("1")) == .hit("kept", .exact))
            #expect(cache.counts[.response]?[.lost] == 1)
            try await database.write { try $0.execute("DROP TRIGGER stop") }
            #expect(try await cache.statistics().lastFault?.contains("full") == true)
            await database.close()
            await cache.close()
        }
    }

    @Test func `a hundred thousand answers are found`() async throws {
        try await FileSystem.withTemporaryDirectory { folder in
            let file = folder / "cache.db"
            let first = try await Fixture.cache(file)
            try await first.store("needle", for: Fixture.question("q"))
            await first.close()
            let database = try Database(.file(file.string))
            try await database.write {
                try $0.execute(
                    """
                    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
                    INSERT INTO entries (key, kind, stored_at, used_at, expires_at, size)
                    SELECT randomblob(32), 'response', 0, i, 9000000000000, 1000 FROM n
                    """)
            }
            await database.close()
            let cache = try await Fixture.cache(file)
            #expect(cache.size.entries == 100_001)
            #expect(try await cache.peek(Fixture.question("q")) == .hit("needle", .exact))
            #expect(try await cache.peek(Fixture.question("r")) == .miss)
            await cache.close()
        }
    }
}
