import FakeModelServer
import Files
import JSON
import Subprocess
import Testing

/// Runs whose calls go through their provider's batches (G10), over real HTTP and with real kills.
@Suite("A run of low priority", .timeLimit(.minutes(30)))
struct LowPriorityTests {
    private static let batches = "batches: { gathering: 1s, poll: 1s, handover: 3s, arrival: 2s }"
    private static let price = "{ input: 3.00, output: 15.00, batch_input: 1.50, batch_output: 7.50 }"

    private func with(
        _ wire: Stage.Wire = .openai, configuration: String = "", provider: String = ", batches: on",
        decide: @escaping @Sendable (ModelCall, Int) -> ModelBehaviour = { _, _ in .answer },
        _ body: (Stage) async throws -> Void
    ) async throws {
        try await Stage.with(
            wire: wire, configuration: "\(Self.batches)\n\(configuration)", price: Self.price, provider: provider,
            decide: decide, body)
    }

    /// One answer of 1000 tokens in and 100 out, in a batch.
    private static let each = Int64(1_500 + 750)

    /// That each answer was bought once, in batches only, and is in the books at their price.
    private func expectEachPaidOnce(_ stage: Stage, _ report: JSONValue) {
        let bought = stage.server.purchases
        #expect(report["status"] == "done" && report["proven"] == true)
        #expect(stage.server.violations == [])
        #expect(bought.values.allSatisfy { $0 == 1 }, "\(bought)")
        #expect(stage.server.boughtTwice == [])
        #expect(stage.server.batchSizes.reduce(0, +) == bought.count)
        #expect(report["spent_usd_micros"] == .integer(Int64(bought.count) * Self.each))
        #expect(report["report"]?["interruptedCalls"] == 0)
    }

    private func reservations(_ stage: Stage) async throws -> String {
        let script = """
            import sqlite3, sys
            print(sqlite3.connect(sys.argv[1]).execute("select count(*) from reservations").fetchone()[0])
            """
        return try await Subprocess.Command(
            "python3", ["-c", script, (stage.home / "vencejo.db").string],
            environment: Subprocess.Command.inheritedEnvironment(), directory: stage.folder
        ).run().stdout.text
    }

    @Test("buys every answer in a batch, at its price, once", arguments: Stage.Wire.allCases)
    func whole(wire: Stage.Wire) async throws {
        try await with(wire) { stage in
            let done = try await stage.vencejo("run", Stage.request, "--yes", "--json", "--priority", "low")
            #expect(done.status == 0, "\(done.errors)")
            expectEachPaidOnce(stage, try done.json)
            #expect(done.errors.contains("waits for a batch"))
            #expect(try await reservations(stage) == "0\n")
            let report = try await stage.vencejo("costs", "report", "--json").json
            let calls = Int64(stage.server.purchases.count)
            #expect(report["lines"]?[0]?["batch_calls"] == .integer(calls))
            #expect(report["total_usd_micros"] == .integer(calls * Self.each))
        }
    }

    @Test(
        "that is killed pays for no answer twice", arguments: Stage.Wire.allCases,
        [
            "batch.wish.journaled", "batch.wish.queued", "batch.submit.before", "batch.submit.after",
            "batch.poll.before", "batch.results.read", "batch.results.recorded", "batch.answer.found",
        ])
    func killed(wire: Stage.Wire, place: String) async throws {
        try await with(wire, configuration: "priority: low") { stage in
            let killed = try await stage.command(
                ["run", Stage.request, "--yes"], changes: ["VENCEJO_FAULT": "kill:\(place)"]
            ).run()
            #expect(killed.status == .signaled(9), "\(killed.stderr.text)")
            let done = try await stage.vencejo("runs", "resume", "latest", "--yes", "--json")
            #expect(done.status == 0, "\(done.errors)")
            expectEachPaidOnce(stage, try done.json)
            #expect(try await reservations(stage) == "0\n")
        }
    }

    @Test("shows that it waits and since when, and stops its batch when it is cancelled")
    func cancelled() async throws {
        try await with { stage in
            stage.server.endBatches(afterPolls: 100_000)
            let run = stage.command(["run", Stage.request, "--yes", "--priority", "low"])
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try await run.run() }
                group.addTask {
                    while stage.server.batchPolls.first ?? 0 < 1 { try await Task.sleep(for: .milliseconds(50)) }
                    let shown = try await stage.vencejo("runs", "show", "latest")
                    #expect(shown.output.contains("Waits     a call for a batch of fake/fake-1, since 20"))
                    let ended = try await stage.vencejo("runs", "cancel", "latest", "--json")
                    #expect(try ended.json["status"] == "cancelled", "\(ended.output) \(ended.errors)")
                }
                try await group.waitForAll()
            }
            #expect(stage.server.cancelledBatches == 1)
            #expect(try await reservations(stage) == "0\n")
            let report = try await stage.vencejo("runs", "show", "latest", "--json").json
            #expect(report["spent_usd_micros"] == 0)
        }
    }

    @Test("whose provider takes no batches goes on at once, and says so in one line")
    func without() async throws {
        try await with(provider: "") { stage in
            let done = try await stage.vencejo("run", Stage.request, "--yes", "--json", "--priority", "low")
            #expect(done.status == 0, "\(done.errors)")
            #expect(done.errors.ranges(of: "takes no batches").count == 1, "\(done.errors)")
            #expect(stage.server.batchSizes == [])
        }
    }

    @Test("puts the calls of tasks that go on side by side into one batch")
    func together() async throws {
        try await with(configuration: "limits: { parallel_tasks: 3 }", decide: ParallelTaskTests.three) { stage in
            let done = try await stage.vencejo("run", Stage.request, "--yes", "--json", "--priority", "low")
            #expect(done.status == 0, "\(done.errors)")
            expectEachPaidOnce(stage, try done.json)
            #expect(stage.server.batchSizes.max() ?? 0 >= 2, "\(stage.server.batchSizes)")
        }
    }
}
