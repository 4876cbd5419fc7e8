import Examples
import FakeModelServer
import Files
import JSON
import Subprocess
import Testing

/// Attacks on what a run rests on: its database, and others who use it at the same time (E3).
@Suite("A run whose ground is shaken", .timeLimit(.minutes(15)))
struct AttackTests {
    @Test("goes on from what is left when the database's log was cut short after a kill", arguments: [0.0, 0.5, 0.9])
    func cutLog(kept: Double) async throws {
        try await Stage.with { stage in
            let wasKilled = try await stage.vencejoKilled(["run", Stage.request, "--yes"]) {
                $0.contains("\"taskCommitted\"") && $0.contains("T002")
            }
            #expect(wasKilled)
            let log = stage.home / "vencejo.db-wal"
            let bytes = try FileSystem.readBytes(log, limit: nil)
            try #require(!bytes.isEmpty)
            // What a power cut leaves of a log that was never synchronised: its beginning, cut inside a frame.
            try FileSystem.write(Array(bytes.prefix(Int(Double(bytes.count) * kept) + 13)), to: log)

            let known = try await stage.vencejo("runs", "list", "--json").json.arrayValue ?? []
            let last =
                known.isEmpty
                ? try await stage.vencejo("run", Stage.request, "--yes", "--json")
                : try await stage.vencejo("runs", "resume", "latest", "--yes", "--json")
            #expect(last.status == 0, "\(last.errors)")
            #expect(try last.json["proven"] == true)
            // What was committed before the cut is found again by its trailer, not made a second time.
            let branch = try last.json["branch"]?.stringValue ?? ""
            let tasks = try await stage.git("log", "--format=%(trailers:key=Vencejo-Task,valueonly,separator=)", branch)
            #expect(tasks.split(separator: "\n").sorted() == ["T001", "T002", "T003"])
        }
    }

    @Test("shares its database with another run at the same time, and both are proven")
    func twoAtOnce() async throws {
        try await Stage.with { stage in
            async let first = stage.vencejo("run", Stage.request, "--yes", "--json")
            async let second = stage.vencejo("run", Stage.request, "--yes", "--json")
            let outcomes = try await [first, second]
            for outcome in outcomes {
                #expect(outcome.status == 0, "\(outcome.errors)")
                #expect(try outcome.json["proven"] == true)
            }
            let branches = try Set(outcomes.map { try $0.json["branch"]?.stringValue ?? "" })
            #expect(branches.count == 2)
            #expect(stage.server.purchases.values.allSatisfy { $0 == 2 })
        }
    }

    @Test("is worked on by one process, however many try")
    func manyWorkers() async throws {
        try await Stage.with { stage in
            try await stage.vencejo("run", Stage.request)
            let gates = try await stage.vencejo("gates", "list", "--json").json.arrayValue ?? []
            try await stage.vencejo("gates", "approve", gates.first?["id"]?.stringValue ?? "")
            let outcomes = try await withThrowingTaskGroup(of: Stage.Outcome.self) { group in
                for _ in 0..<4 { group.addTask { try await stage.vencejo("runs", "resume", "latest", "--json") } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            // Those who came too late were told so, or found the run ended.
            for outcome in outcomes where outcome.status != 0 {
                #expect(outcome.errors.contains("is being worked on"), "\(outcome.errors)")
            }
            #expect(outcomes.contains { $0.status == 0 })
            #expect(stage.server.purchases.values.allSatisfy { $0 == 1 })
        }
    }
}
