import Files
import Identity
import JSON
import Money
import Runs
import SQLite
import Storage
import Timekeeping
import WorkflowEngine

/// How fast the journal is, on journals of its own in a temporary folder.
struct StorageBenchmarks: Sendable {
    typealias Figure = (name: String, value: Double, unit: String)

    let service: RunService
    let example: @Sendable (Int) -> Run

    // MARK: - Steps

    /// Durable steps a second: with many callers, whose writes are committed together, and with one.
    func steps() async throws -> [Figure] {
        [
            (
                "durable steps, synchronous=FULL, 64 callers waiting",
                try await rate(.full, callers: 64, steps: 400), "steps/s"
            ),
            ("the same with synchronous=NORMAL", try await rate(.normal, callers: 64, steps: 400), "steps/s"),
            (
                "synchronous=NORMAL, one caller, one after the other",
                try await rate(.normal, callers: 1, steps: 10_000), "steps/s"
            ),
        ]
    }

    private func rate(_ durability: Database.Durability, callers: Int, steps: Int) async throws -> Double {
        try await withJournal(durability) { journal in
            let runs = (0..<callers).map { example($0) }
            for run in runs { try await journal.record([.run(run)], for: run.id, at: run.createdAt) }
            let took = try await ContinuousClock().measure {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for run in runs {
                        group.addTask { for number in 0..<steps { try await step(number, of: run, journal) } }
                    }
                    try await group.waitForAll()
                }
            }
            return Double(callers * steps) / Self.seconds(took)
        }
    }

    private func step(_ number: Int, of run: Run, _ journal: SQLiteJournal) async throws {
        let outcome = StepOutcome.succeeded(outputs: .null, summary: "nothing", commit: nil)
        try await journal.record(
            [.event(.stepFinished(step: StepKey(rawValue: "step-\(number)"), outcome: outcome))], for: run.id,
            at: service.clock.now())
    }

    // MARK: - Workflows

    /// Workflows of ten steps that do nothing, each step durable before the next: what `bench_dbos.py` does in dbos.
    func workflows() async throws -> [Figure] {
        [
            ("workflows of 10 steps, one caller", try await workflows(callers: 1, each: 100), "workflows/s"),
            ("the same with 8 callers", try await workflows(callers: 8, each: 50), "workflows/s"),
        ]
    }

    private func workflows(callers: Int, each: Int) async throws -> Double {
        try await withJournal(.full) { journal in
            let took = try await ContinuousClock().measure {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for caller in 0..<callers {
                        group.addTask {
                            for number in 0..<each { try await workflow(example(caller * each + number), journal) }
                        }
                    }
                    try await group.waitForAll()
                }
            }
            return Double(callers * each) / Self.seconds(took)
        }
    }

    private func workflow(_ run: Run, _ journal: SQLiteJournal) async throws {
        var run = run
        run.status = .running
        let started = RunEvent.runStarted(
            request: run.request, mode: run.mode, budget: run.budget, baseCommit: run.baseCommit, isTreeDirty: false)
        try await journal.record([.run(run), .event(started)], for: run.id, at: run.createdAt)
        for number in 0..<10 { try await step(number, of: run, journal) }
        run.status = .done
        try await journal.record(
            [.run(run), .event(.runEnded(status: .done, summary: "done"))], for: run.id, at: run.createdAt)
    }

    // MARK: - Resuming

    /// From the opening of the journal to the next call of a model, in a run with 5 000 recorded turns.
    func resume() async throws -> [Figure] {
        [
            ("resume of a run with 5000 turns in 25 steps", try await resume(sessions: 25, turns: 200), "ms"),
            ("the same with all 5000 turns in the step under way", try await resume(sessions: 1, turns: 5_000), "ms"),
        ]
    }

    private func resume(sessions: Int, turns: Int) async throws -> Double {
        try await FileSystem.withTemporaryDirectory { folder in
            let path = (folder / "journal.db").string
            let run = example(0)
            func with(_ body: (ResumeBenchmark) async throws -> Void) async throws {
                let journal = try await SQLiteJournal(path: path)
                var service = service
                service.journal = journal
                try await body(ResumeBenchmark(service: service, run: run, sessions: sessions, turns: turns))
                await journal.close()
            }
            try await with { try await $0.prepare() }
            var times: [Double] = []
            for _ in 0..<5 {
                let took = try await ContinuousClock().measure { try await with { try await $0.resume() } }
                times.append(Self.seconds(took))
            }
            return times.sorted()[2] * 1000
        }
    }

    // MARK: - Parked gates

    /// What 200 runs that wait at a gate cost a process that waits for their answers.
    func parked() async throws -> [Figure] {
        try await withJournal(.full) { journal in
            // The threads of readers, and what the first use of anything allocates, are there before it is measured.
            _ = try await park(0..<20, journal)
            let (before, after) = try await park(20..<220, journal)
            return [
                ("threads that 200 parked gates cost", Double(after.threads - before.threads), "threads"),
                ("memory that 200 parked gates cost", Double(after.bytes - before.bytes) / 1e6, "MB"),
            ]
        }
    }

    /// Says what the process takes when the gates are recorded, and when somebody waits at each.
    private func park(_ numbers: Range<Int>, _ journal: SQLiteJournal) async throws -> (before: Taken, after: Taken) {
        var gates: [Gate] = []
        for number in numbers {
            var run = example(number)
            run.status = .running
            let gate = Gate(
                id: service.ids.next(), run: run.id, step: nil, kind: .plan, question: "Go on?", details: "",
                choices: [.init("approve", "yes")], openedAt: run.createdAt)
            try await journal.record(
                [.run(run), .gate(gate), .event(.gateOpened(gate: gate.id, kind: .plan, step: nil, question: "?"))],
                for: run.id, at: run.createdAt)
            gates.append(gate)
        }
        let before = Self.process()
        let after = try await withThrowingTaskGroup(of: Void.self) { group in
            for gate in gates {
                group.addTask {
                    for try await record in journal.subscribe(to: gate.run) {
                        if case .gateAnswered = record.event { return }
                    }
                }
            }
            // Until each has read what there is and waits for more.
            while journal.waitingReaders < gates.count { await Task.yield() }
            let after = Self.process()
            for gate in gates {
                let answer = GateAnswer(value: "approve", answeredBy: "bench", answeredAt: service.clock.now())
                _ = try await journal.answer(gate.id, with: answer, [])
            }
            try await group.waitForAll()
            return after
        }
        return (before, after)
    }

    private typealias Taken = (threads: Int, bytes: Int)

    private static func process() -> Taken {
        // Without this file, as on macOS, nothing can be said.
        let status = (try? FileSystem.readText("/proc/self/status")) ?? ""
        func number(_ name: String) -> Int {
            let line = status.split(separator: "\n").first { $0.hasPrefix(name + ":") }
            return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0
        }
        return (number("Threads"), number("VmRSS") * 1024)
    }

    // MARK: - Parts

    private func withJournal<Value>(
        _ durability: Database.Durability, _ body: (SQLiteJournal) async throws -> Value
    ) async throws -> Value {
        try await FileSystem.withTemporaryDirectory { folder in
            let journal = try await SQLiteJournal(path: (folder / "journal.db").string, durability: durability)
            let value = try await body(journal)
            await journal.close()
            return value
        }
    }

    private static func seconds(_ duration: Duration) -> Double {
        let (seconds, attoseconds) = duration.components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}
