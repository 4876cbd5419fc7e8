import CommandLineKit
import Conversation
import Files
import Identity
import JSON
import Money
import ResponseCache
import Runs
import Timekeeping
import Workbench
import WorkflowEngine

/// `vencejo bench …`: figures that only the inside of the program can measure.
struct BenchCommands: Sendable {
    let context: CommandContext

    func run(_ verb: String, _ arguments: ParsedArguments) async throws -> ExitStatus {
        let service = try await context.service()
        switch verb {
        case "seed": try await seed(service, runs: Int(arguments.value("--runs") ?? "") ?? 10_000)
        case "sandbox": try await sandbox()
        case "cache": try await cache()
        case "journal": try await journal(service)
        case "steps": show(try await storage(service).steps())
        case "resume": show(try await storage(service).resume())
        case "parked": show(try await storage(service).parked())
        case "ledger": show(try await LedgerBenchmarks(clock: service.clock, ids: service.ids).all())
        case "workflows": show(try await storage(service).workflows())
        default: try await loop(service)
        }
        return .done
    }

    private func example(_ service: RunService, number: Int) -> Run {
        let now = service.clock.now()
        return Run(
            id: service.ids.next(), project: "/bench/project-\(number % 7)", request: "Request number \(number)",
            mode: .balanced,
            budget: USD(micros: 5_000_000), status: .done, baseCommit: String(repeating: "a", count: 40),
            baseBranch: "main", branch: "vencejo/bench-\(number)", worktree: "/bench/worktree-\(number)",
            createdAt: now,
            updatedAt: now)
    }

    private func seed(_ service: RunService, runs: Int) async throws {
        for number in 0..<runs {
            let run = example(service, number: number)
            try await service.journal.record(
                [.run(run), .event(.runEnded(status: .done, summary: "seeded"))], for: run.id, at: run.createdAt)
        }
        context.output.result(["figures": [figure("runs seeded", Double(runs), "runs")]], text: "\(runs) runs")
    }

    /// Steps are recorded by one caller after the other, each durable before the next begins.
    private func journal(_ service: RunService) async throws {
        let run = example(service, number: 0)
        try await service.journal.record([.run(run)], for: run.id, at: run.createdAt)
        let steps = 10_000
        let clock = ContinuousClock()
        let took = try await clock.measure {
            for number in 0..<steps {
                let key = StepKey(rawValue: "step-\(number)")
                try await service.journal.record(
                    [
                        .event(
                            .stepFinished(
                                step: key, outcome: .succeeded(outputs: .null, summary: "benchmark", commit: nil)))
                    ], for: run.id,
                    at: service.clock.now())
            }
        }
        let perSecond = Double(steps) / (Double(took.milliseconds) / 1000)
        context.output.result(
            ["figures": [figure("journaled steps, durable, one after the other", perSecond, "steps/s")]],
            text: "\(Int(perSecond)) steps/s")
    }

    /// What the sandbox adds to a command that does nothing, from the call until all its processes have ended.
    private func sandbox() async throws {
        let added = try await FileSystem.withTemporaryDirectory { folder in
            let policy = SandboxPolicy(workspace: folder)
            let plain = try await median(ShellRunner(sandbox: NoSandbox()), policy)
            return try await median(ShellRunner(sandbox: try BubblewrapSandbox()), policy) - plain
        }
        context.output.result(
            ["figures": [figure("sandboxed true minus plain true", added, "ms")]], text: "\(added) ms")
    }

    private func median(_ shell: ShellRunner, _ policy: SandboxPolicy) async throws -> Double {
        var times: [Double] = []
        for _ in 0..<41 {
            let took = try await ContinuousClock().measure { _ = try await shell.run("true", policy: policy) }
                .components
            times.append(Double(took.seconds) * 1000 + Double(took.attoseconds) / 1e15)
        }
        return times.sorted()[20]
    }

    private func loop(_ service: RunService) async throws {
        let milliseconds = try await LoopBenchmark(service: service, run: example(service, number: 1))
            .millisecondsPerTurn()
        context.output.result(
            ["figures": [figure("agent loop without the model", milliseconds, "ms/turn")]],
            text: "\(milliseconds) ms/turn")
    }

    private func cache() async throws {
        let figures = try await FileSystem.withTemporaryDirectory { folder in
            try await CacheBenchmark(folder: folder).figures()
        }
        context.output.result(
            ["figures": .array(figures.map { figure($0.name, $0.value, $0.unit) })],
            text: figures.map { "\($0.name): \($0.value) \($0.unit)" }.joined(separator: "\n"))
    }

    private func storage(_ service: RunService) -> StorageBenchmarks {
        StorageBenchmarks(service: service) { example(service, number: $0) }
    }

    private func show(_ figures: [StorageBenchmarks.Figure]) {
        context.output.result(
            ["figures": .array(figures.map { figure($0.name, $0.value, $0.unit) })],
            text: figures.map { "\($0.name): \($0.value) \($0.unit)" }.joined(separator: "\n"))
    }

    private func figure(_ name: String, _ value: Double, _ unit: String) -> JSONValue {
        ["name": .string(name), "value": .number(value), "unit": .string(unit)]
    }
}
