import Examples
import FakeModelServer
import Files
import JSON
import LoopbackHTTP
import Synchronization
import Testing

/// `kill -9` at the named places of a run, and at many others (E3): the end is that of an undisturbed run, and no recorded
/// answer is bought a second time.
@Suite("A run that is killed", .timeLimit(.minutes(600)))
struct CrashTests {
    private static let checks = """
        verify:
          - sleep 0.6; python3 -m unittest discover -s tests
        """

    /// The session with commands that take a while, so that there is time to kill them.
    private static let script = ExampleProject.session.replacing(
        "\"command\": \"python3", with: "\"command\": \"sleep 0.6; python3")

    private func finish(_ stage: Stage) async throws -> JSONValue {
        let done = try await stage.vencejo("runs", "resume", "latest", "--yes", "--json")
        #expect(done.status == 0, "\(done.errors)")
        return try done.json
    }

    @Test("in a model call asks again, counts the lost call, and ends the same")
    func duringTurn() async throws {
        let seen = Mutex(0)
        try await Stage.with(
            script: Self.script,
            decide: { call, _ in
                guard call == ModelCall(step: "task/T001", turn: 2) else { return .answer }
                return seen.withLock { count in
                    count += 1
                    return count == 1 ? .hold : .answer
                }
            }
        ) { stage in
            try await stage.vencejoKilled(["run", Stage.request, "--yes"]) { await stage.server.holding.opened() }
            let report = try await finish(stage)
            try await SameEnd.expect(stage, report, script: Self.script, interrupted: 1)
            #expect(report["report"]?["interruptedCalls"] == 1)
            #expect(stage.server.purchases.values.allSatisfy { $0 == 1 })
        }
    }

    @Test(
        "at a named place goes on from there",
        arguments: [
            ("in a tool", "\"actionStarted\"", "run_command"), ("in a verification", "\"verificationStarted\"", "T002"),
            ("before a commit", "\"receiptRecorded\"", "passed"),
            ("after a file was written", "\"actionFinished\"", "store.py"),
            ("after a commit", "\"taskCommitted\"", "T001"), ("at the final check", "\"stepStarted\"", "final-check"),
        ])
    func atPlace(name: String, event: String, detail: String) async throws {
        try await Stage.with(script: Self.script, configuration: Self.checks) { stage in
            let wasKilled = try await stage.vencejoKilled(["run", Stage.request, "--yes"]) {
                $0.contains(event) && $0.contains(detail)
            }
            #expect(wasKilled, "the run was not killed \(name)")
            let report = try await finish(stage)
            try await SameEnd.expect(stage, report, script: Self.script, interrupted: 1)
        }
    }

    @Test("between making its feature folder and recording it takes that same folder again")
    func featureFolder() async throws {
        try await Stage.with(script: Self.script) { stage in
            let killed = try await stage.vencejoWithFault(
                "kill:file.create-directory.after 001-json-flag-list-command", ["run", Stage.request, "--yes"])
            #expect(killed.wasKilled)
            let report = try await finish(stage)
            try await SameEnd.expect(stage, report, script: Self.script, interrupted: 0)
            #expect(report["report"]?["run"]?["feature"] == "specs/001-json-flag-list-command")
        }
    }

    @Test("as often as is asked for, ends the same", .enabled(if: CrashSoak.fromEnvironment != nil))
    func soak() async throws {
        let soak = try #require(CrashSoak.fromEnvironment)
        try await soak.perform(script: Self.script)
    }

    @Test("again and again at chance places ends the same", arguments: [1, 2] as [UInt64])
    func atChance(seed: UInt64) async throws {
        try await Stage.with(script: Self.script) { stage in
            var generator = Chance(state: seed)
            var kills = 0
            for attempt in 0..<16 {
                let count = Int(generator.next() % 9) + 1
                let lines = Mutex(0)
                let arguments = attempt == 0 ? ["run", Stage.request, "--yes"] : ["runs", "resume", "latest", "--yes"]
                let wasKilled = try await stage.vencejoKilled(arguments) { _ in
                    lines.withLock { seen in
                        seen += 1
                        return seen == count
                    }
                }
                guard wasKilled else { break }
                kills += 1
            }
            #expect(kills >= 5)
            let shown = try await stage.vencejo("runs", "show", "latest", "--json").json
            let report = shown["status"] == "done" ? shown : try await finish(stage)
            try await SameEnd.expect(stage, report, script: Self.script, interrupted: kills)
        }
    }

    /// The session with a turn whose own words are long: no tool's result, so that only a summary takes them away.
    private static let wordy = ExampleProject.session.replacing(
        "I read the command and its tests.",
        with: String(repeating: "I read the command and its tests. ", count: 1_500))

    @Test(
        "around the record of a summary that was bought",
        arguments: [("compaction.bought.before-record", 2), ("compaction.bought.after-record", 1)])
    func aroundCompaction(point: String, purchases: Int) async throws {
        let summary = FakeReply(text: "The program was read; what is left is what the opening says.")
        try await Stage.with(
            script: Self.wordy, configuration: "limits: { context_tokens: 9000 }",
            decide: { call, _ in call.step.hasPrefix("summary/") ? .reply(summary) : .answer }
        ) { stage in
            let killed = try await stage.vencejoWithFault("kill:\(point)", ["run", Stage.request, "--yes"])
            #expect(killed.wasKilled)
            let report = try await finish(stage)
            #expect(report["proven"] == true)
            #expect(stage.server.violations == [])
            #expect(stage.server.compactions.values.reduce(0, +) > 0)
            // A summary that was recorded is not asked for again; one that was not is, and the lost call is counted.
            let calls = stage.server.purchases
            let most = calls.filter { $0.key.step.hasPrefix("summary/") }.map(\.value).max() ?? 0
            #expect(most == purchases, "\(calls)")
            #expect(report["report"]?["interruptedCalls"] == .integer(Int64(purchases - 1)))
            #expect(stage.server.boughtTwice.filter { !$0.step.hasPrefix("summary/") } == [])
        }
    }
}
