import Conversation
import Crypto
import Files
import JSON
import Money
import SQLite
import Testing
import Timekeeping

@testable import ResponseCache

@Suite struct ExactCacheTests {
    @Test func `an equal question is answered from memory, and from the file after a restart`() async throws {
        try await FileSystem.withTemporaryDirectory { folder in
            let file = folder / "deep/cache.db"
            let first = try await Fixture.cache(file)
            #expect(try await first.peek(Fixture.question("q")) == .miss)
            try await first.store("a", for: Fixture.question("q"))
            #expect(try await first.peek(Fixture.question("q")) == .hit("a", .exact))
            await first.close()
            #expect(try await first.peek(Fixture.question("q")) == .bypass(.off))

            // Before and after the list of rows is read.
            let second = try await ResponseCache.open(at: file, clock: ManualClock().wall)
            #expect(try await second.peek(Fixture.question("q")) == .hit("a", .exact))
            await second.refresh()
            #expect(try await second.peek(Fixture.question("q")) == .hit("a", .exact))
            #expect(try await second.peek(Fixture.question("r")) == .miss)
            await second.close()
        }
    }

    @Test func `other scopes get nothing`() async throws {
        let cache = try await Fixture.cache()
        try await cache.store("a", for: Fixture.question("q"))
        for scope in [CacheScope(project: "p", key: "l"), CacheScope(project: "o", key: "k")] {
            #expect(try await cache.peek(Fixture.question("q", scope: scope)) == .miss)
        }
        await cache.close()
    }

    @Test func `an answer expires by its kind`() async throws {
        let time = ManualClock()
        let cache = try await Fixture.cache(clock: time.wall)
        try await cache.store("a", for: Fixture.question("q"))
        try await cache.store("b", for: Fixture.question("q", kind: .analysis))
        await cache.flush()
        time.advance(by: .milliseconds(86_400_000 - 1))
        #expect(try await cache.peek(Fixture.question("q")) == .hit("a", .exact))
        time.advance(by: .milliseconds(1))
        #expect(try await cache.peek(Fixture.question("q")) == .miss)
        #expect(try await cache.peek(Fixture.question("q", kind: .analysis)) == .hit("b", .exact))
        await cache.close()
    }

    @Test(
        "What may not be answered from the cache goes past it",
        arguments: [
            (
                Fixture.request("q", tools: [ToolDefinition(name: "t", description: "", parameters: [:])]),
                Found.bypass(.tools)
            ),
            (Fixture.request("q", temperature: 0.31), .bypass(.temperature)),
            (Fixture.request("q", temperature: 0.3), .miss),
            (Fixture.request("q", temperature: nil), .miss),
        ])
    func bypasses(_ request: ModelRequest, _ expected: Found) async throws {
        let cache = try await Fixture.cache()
        #expect(try await cache.peek(CacheQuestion(request, target: "p/m", scope: Fixture.scope)) == expected)
        await cache.close()
    }

    @Test func `the policy can be stricter and laxer`() async throws {
        var policy = CachePolicy()
        policy.keepsUnstatedTemperature = false
        policy.allowsTools = true
        policy.kinds[.analysis] = nil
        let cache = try await Fixture.cache(policy: policy)
        let question = { (request: ModelRequest) in CacheQuestion(request, target: "p/m", scope: Fixture.scope) }
        #expect(try await cache.peek(question(Fixture.request("q", temperature: nil))) == .bypass(.temperature))
        let tools = [ToolDefinition(name: "t", description: "", parameters: [:])]
        #expect(try await cache.peek(question(Fixture.request("q", tools: tools))) == .miss)
        #expect(try await cache.peek(Fixture.question("q", kind: .analysis)) == .bypass(.unknownKind))
        #expect(try await cache.peek(Fixture.question("q", wish: .unkept)) == .bypass(.client))
        await cache.close()
    }

    @Test(
        "Only whole good replies are kept",
        arguments: [
            (Fixture.reply("a"), true), (Fixture.reply("a", stop: .stopSequence), true),
            (Fixture.reply("a", stop: .maxTokens), false), (Fixture.reply("a", stop: .refused), false),
            (Fixture.reply("a", stop: .toolUse), false), (Fixture.reply("a", stop: .other("pause")), false),
            (Fixture.reply(" \n"), false),
        ])
    func kept(_ reply: ModelReply, _ isKept: Bool) async throws {
        let cache = try await Fixture.cache()
        guard case .miss(let ticket) = try await cache.look(up: Fixture.question("q")) else {
            Issue.record("there was something")
            return
        }
        ticket.keep(reply, cost: .zero)
        #expect(try await cache.peek(Fixture.question("q")) == (isKept ? .hit(reply.message.text, .exact) : .miss))
        await cache.close()
    }

    @Test func `a fresh answer takes the place of the old one`() async throws {
        try await FileSystem.withTemporaryDirectory { folder in
            let cache = try await Fixture.cache(folder / "cache.db")
            try await cache.store("old", for: Fixture.question("q"))
            await cache.flush()
            #expect(try await cache.peek(Fixture.question("q", wish: .fresh)) == .miss)
            try await cache.store("new", for: Fixture.question("q"))
            #expect(try await cache.peek(Fixture.question("q")) == .hit("new", .exact))
            await cache.close()
            let again = try await Fixture.cache(folder / "cache.db")
            #expect(try await again.peek(Fixture.question("q")) == .hit("new", .exact))
            await again.close()
        }
    }

    @Test func `the least used makes room, by number and by size`() async throws {
        var policy = CachePolicy()
        policy.mostEntries = 2
        let cache = try await Fixture.cache(policy: policy)
        for text in ["1", "2"] { try await cache.store(text, for: Fixture.question(text)) }
        #expect(try await cache.peek(Fixture.question("1")) == .hit("1", .exact))
        try await cache.store("3", for: Fixture.question("3"))
        #expect(try await cache.peek(Fixture.question("2")) == .miss)
        #expect(try await cache.peek(Fixture.question("1")) == .hit("1", .exact))
        await cache.close()

        policy = CachePolicy()
        policy.largestSize = 1500
        let small = try await Fixture.cache(policy: policy)
        for text in ["1", "2", "3", "4"] { try await small.store(text, for: Fixture.question(text)) }
        #expect(try await small.peek(Fixture.question("1")) == .miss)
        #expect(try await small.peek(Fixture.question("4")) == .hit("4", .exact))
        try await small.store(String(repeating: "x", count: 2000), for: Fixture.question("5"))
        #expect(try await small.peek(Fixture.question("5")) == .miss)
        #expect(try await small.peek(Fixture.question("4")) == .hit("4", .exact))
        await small.close()
    }

    @Test func `a row that is not what was written is a miss, and gone`() async throws {
        try await FileSystem.withTemporaryDirectory { folder in
            let first = try await Fixture.cache(folder / "cache.db")
            for text in ["1", "2", "3"] { try await first.store(text, for: Fixture.question(text)) }
            await first.close()
            let database = try Database(.file((folder / "cache.db").string))
            try await database.write { connection in
                try connection.execute("UPDATE bodies SET body = x'7b7d' WHERE row = 1")
                let bytes = Array("{}".utf8)
                try connection.execute(
                    "UPDATE bodies SET body = ?, digest = ? WHERE row = 2", bytes, SHA256.hash(bytes).bytes)
                try connection.execute("DELETE FROM bodies WHERE row = 3")
            }
            await database.close()
            for isListed in [false, true] {
                let second = try await ResponseCache.open(at: folder / "cache.db", clock: ManualClock().wall)
                if isListed { await second.refresh() }
                for text in ["1", "2", "3"] { #expect(try await second.peek(Fixture.question(text)) == .miss) }
                await second.close()
            }
        }
    }

    @Test func `a file that is no database is thrown away, and one of another program is not`() async throws {
        try await FileSystem.withTemporaryDirectory { folder in
            let file = folder / "cache.db"
            try FileSystem.write(String(repeating: "rubbish ", count: 1000), to: file)
            let cache = try await Fixture.cache(file)
            try await cache.store("a", for: Fixture.question("q"))
            #expect(try await cache.peek(Fixture.question("q")) == .hit("a", .exact))
            await cache.close()

            let other = folder / "other.db"
            let database = try Database(.file(other.string), options: .init(applicationID: 5))
            await database.close()
            await #expect(throws: CacheError.self) { _ = try await ResponseCache.open(at: other) }
            #expect(FileSystem.exists(other))
        }
    }

    @Test func `two caches on one file see each other's answers`() async throws {
        try await FileSystem.withTemporaryDirectory { folder in
            let time = ManualClock()
            let one = try await Fixture.cache(folder / "cache.db", clock: time.wall)
            let two = try await Fixture.cache(folder / "cache.db", clock: time.wall)
            try await one.store("a", for: Fixture.question("q"))
            await one.flush()
            time.advance(by: .seconds(1))
            #expect(try await two.peek(Fixture.question("q")) == .hit("a", .exact))
            try await two.store("b", for: Fixture.question("q"))
            await two.flush()
            time.advance(by: .seconds(1))
            #expect(try await one.peek(Fixture.question("q")) == .hit("b", .exact))
            await one.close()
            await two.close()
        }
    }
}
