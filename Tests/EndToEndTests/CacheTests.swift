import FakeModelServer
import Files
import JSON
import ResponseCache
import SQLite
import Subprocess
import Testing

/// The cache's file under several processes and under `kill -9` (G7).
@Suite("vencejo cache", .timeLimit(.minutes(15)))
struct CacheTests {
    private static func line(_ number: Int) -> String {
        let request: JSONValue = [
            "messages": [["role": "user", "content": .string("question \(number)")]], "max_tokens": 100,
            "temperature": 0,
        ]
        let line: JSONValue = [
            "model": "fake/fake-1", "request": request,
            "reply": .string("answer \(number) " + String(repeating: "x", count: number % 500)),
        ]
        return line.text()
    }

    /// A file with the questions of these numbers.
    private static func file(_ numbers: Range<Int>, in folder: FilePath) throws -> FilePath {
        let file = folder / "warm-\(numbers.lowerBound).jsonl"
        try FileSystem.write(numbers.map(line).joined(separator: "\n") + "\n", to: file)
        return file
    }

    private static func entries(_ stage: Stage) async throws -> Int? {
        let stats = try await stage.vencejo("cache", "stats", "--json")
        #expect(stats.status == 0, "\(stats.errors)")
        return try JSONValue(parsing: stats.output)["entries"]?.intValue
    }

    /// Looks at every row: the file is sound, and each question has its own answer or none.
    private static func check(_ stage: Stage, _ numbers: Range<Int>) async throws -> Int {
        let file = stage.home / "cache.db"
        let database = try Database(.file(file.string))
        let verdict: String? = try await database.read { try $0.one("PRAGMA integrity_check")?[0] }
        #expect(verdict == "ok")
        let orphans: Int? = try await database.read {
            try $0.one("SELECT count(*) FROM entries WHERE row NOT IN (SELECT row FROM bodies)")?[0]
        }
        #expect(orphans == 0)
        await database.close()

        let cache = try await ResponseCache.open(at: file)
        var found = 0
        let project = (try? FileSystem.realPath(stage.project)) ?? stage.project
        for number in numbers {
            let line = try WarmingLine(Substring(line(number)), kinds: cache.policy.kinds)
            let question = CacheQuestion(
                line.request, target: line.target, kind: line.kind,
                scope: CacheScope(project: project.string, key: CacheScope.agentsKey))
            if case .hit(let hit) = try await cache.look(up: question) {
                #expect(hit.answer.reply == line.reply)
                found += 1
            }
        }
        #expect(cache.counts.values.allSatisfy { $0[CacheCounter.damaged] == nil })
        await cache.close()
        return found
    }

    @Test("is warmed, shown and purged")
    func commands() async throws {
        try await Stage.with(configuration: "cache: on") { stage in
            let file = try Self.file(0..<3, in: stage.folder)
            try FileSystem.append("{\"model\": 3}\n", to: file)
            let warmed = try await stage.vencejo("cache", "warm", file.string)
            #expect(warmed.status == 1)
            #expect(warmed.output == "Kept 3 answers, 1 with a fault.\n")
            #expect(warmed.errors == "\(file.string):4: model has to be a text, not 3\n")
            #expect(try await Self.entries(stage) == 3)
            let stats = try await stage.vencejo("cache", "stats")
            #expect(stats.output.contains("3 stored, 0 expired"))

            #expect(try await stage.vencejo("cache", "purge").status == 2)
            let unknown = try await stage.vencejo("cache", "purge", "--kind", "poem")
            #expect(unknown.status == 2)
            #expect(unknown.errors.contains("there is no kind 'poem' (known: analysis, decomposition, response)"))
            #expect(try await stage.vencejo("cache", "purge", "--older-than", "soon").status == 2)
            #expect(try await stage.vencejo("cache", "purge", "--older-than", "1d").output == "Threw 0 answers away.\n")
            #expect(try await stage.vencejo("cache", "purge", "--all").output == "Threw 3 answers away.\n")
            #expect(try await Self.entries(stage) == 0)
        }
    }

    @Test("keeps nothing where it is off, and says so")
    func off() async throws {
        try await Stage.with { stage in
            let warmed = try await stage.vencejo("cache", "warm", try Self.file(0..<1, in: stage.folder).string)
            #expect(warmed.status == 2)
            #expect(warmed.errors.contains("the cache is off"))
            let stats = try await stage.vencejo("cache", "stats")
            #expect(stats.output.contains("Nothing is kept"))
            #expect(stats.output.contains("The cache is off"))
        }
    }

    @Test("two processes fill one file at the same time")
    func twoProcesses() async throws {
        try await Stage.with(configuration: "cache: on") { stage in
            // Both bring the questions from 300 to 600.
            let files = [try Self.file(0..<600, in: stage.folder), try Self.file(300..<900, in: stage.folder)]
            try await withThrowingTaskGroup(of: Stage.Outcome.self) { group in
                for file in files { group.addTask { try await stage.vencejo("cache", "warm", file.string) } }
                for try await outcome in group { #expect(outcome.output == "Kept 600 answers.\n", "\(outcome.errors)") }
            }
            #expect(try await Self.entries(stage) == 900)
            #expect(try await Self.check(stage, 0..<900) == 900)
        }
    }

    @Test("a process killed at any point of a group leaves whole answers only")
    func killed() async throws {
        try await Stage.with(configuration: "cache: on") { stage in
            let file = try Self.file(0..<1100, in: stage.folder)
            var before = 0
            // The first at its name, then some way on.
            for point in ["cache.group.before", "cache.group.within", "cache.group.after", "400", "700", "1000"] {
                // Ended by the signal, which the stage would take for a fault of the program.
                let result = try await stage.command(
                    ["cache", "warm", file.string], changes: ["VENCEJO_FAULT": "kill:\(point)"]
                ).run()
                #expect(result.status == .signaled(9))
                let found = try await Self.check(stage, 0..<1100)
                #expect(found >= before)
                before = found
            }
            #expect(try await stage.vencejo("cache", "warm", file.string).output == "Kept 1100 answers.\n")
            #expect(try await Self.check(stage, 0..<1100) == 1100)
        }
    }

    /// The rules are those of served calls: agents have tools, so that their answers are kept only where that is allowed.
    @Test(
        "a second run of the same request is answered from the cache where calls with tools may be",
        arguments: [true, false])
    func runs(isAllowed: Bool) async throws {
        let configuration = "cache: { enabled: on, tools: \(isAllowed ? "on" : "off") }"
        try await Stage.with(configuration: configuration) { stage in
            let first = try await stage.vencejo("run", Stage.request, "--yes", "--json")
            #expect(first.status == 0, "\(first.errors)")
            let bought = stage.server.requestCount
            let second = try await stage.vencejo("run", Stage.request, "--yes", "--json")
            #expect(second.status == 0, "\(second.errors)")
            let boughtAgain = stage.server.requestCount - bought
            let spent = try second.json["spent_usd_micros"]?.intValue ?? -1
            let shown = try await stage.vencejo("runs", "show", "latest").output
            if isAllowed {
                #expect(boughtAgain < bought)
                #expect(spent == boughtAgain * 4_500)
                #expect(shown.contains("were answered from the response cache, which saved $"), "\(shown)")
            } else {
                #expect(boughtAgain == bought && spent == bought * 4_500)
                #expect(!shown.contains("response cache"))
            }
        }
    }
}
