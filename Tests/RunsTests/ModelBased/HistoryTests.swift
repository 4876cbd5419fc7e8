import JSON
import Runs
import Testing
import Timekeeping
import Workflows

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Random workflows, outcomes, crashes and answers against the laws of `docs/run-lifecycle.md`.
///
/// `VENCEJO_SEED` chooses other histories, `VENCEJO_HISTORIES` more or fewer than 100 000.
@Suite("The run machine keeps its laws in any history (E3, E4)")
struct HistoryTests {
    private static let seed = number("VENCEJO_SEED") ?? 1
    private static let count = number("VENCEJO_HISTORIES") ?? 100_000
    private static let shards: UInt64 = 2

    private static func number(_ name: String) -> UInt64? {
        getenv(name).flatMap { UInt64(String(cString: $0)) }
    }

    @Test("no law is broken, and every state, decision and end is reached", .timeLimit(.minutes(30)))
    func laws() async throws {
        let coverage = await withTaskGroup(of: Coverage?.self) { group in
            for shard in 0..<Self.shards {
                group.addTask {
                    var coverage = Coverage()
                    for history in 0..<(Self.count / Self.shards) {
                        let number = history * Self.shards + shard
                        guard let seen = Self.play(number) else { return nil }
                        coverage.merge(seen)
                        if history % 512 == 0 { await Task.yield() }
                    }
                    return coverage
                }
            }
            var all: Coverage? = Coverage()
            for await coverage in group {
                guard let coverage else { return nil as Coverage? }
                all?.merge(coverage)
            }
            return all
        }
        guard let coverage else { return }  // The violation is recorded.
        let states = [
            "pending", "ready", "running", "waiting", "backing-off", "succeeded", "failed", "skipped", "stopped",
        ]
        #expect(coverage.states == Set(states))
        let decisions = ["prepare", "perform", "wait for an answer", "wait for a time", "end", "nothing"]
        #expect(coverage.decisions == Set(decisions))
        #expect(coverage.statuses == Set(RunStatus.allCases))
        #expect(coverage.ends == [.done, .failed, .cancelled])
        #expect(coverage.compensations > 0 && coverage.failedCompensations > 0)
        #expect(coverage.retries > 0 && coverage.crashes > 0)
        if getenv("VENCEJO_HISTORIES") != nil { print("\(Self.count) histories, seed \(Self.seed): \(coverage)") }
    }

    /// Most histories are small; every fiftieth is large.
    private static func simulation(_ choices: Choices, _ number: UInt64) -> Simulation {
        number % 50 == 49 ? Simulation(choices, size: 30, depth: 4) : Simulation(choices, size: 8, depth: 3)
    }

    /// One history; nil where it broke a law, which is recorded with the smallest history that breaks one.
    private static func play(_ number: UInt64) -> Coverage? {
        var simulation = simulation(Choices(seed: seed &* 0x1_0000_0001 &+ number), number)
        do {
            try simulation.play()
            return simulation.seen
        } catch {
            let small = Shrinker.shrink(simulation.choices.taken) { choices in
                var again = Self.simulation(Choices(telling: choices), number)
                do { try again.play() } catch { return true }
                return false
            }
            var smallest = Self.simulation(Choices(telling: small), number)
            do { try smallest.play() } catch {
                Issue.record("\(report(smallest, error, number))")
                return nil
            }
            Issue.record("history \(number) of seed \(seed): \(error.message), but not when told again")
            return nil
        }
    }

    private static func report(
        _ simulation: Simulation, _ violation: Simulation.Violation, _ number: UInt64
    ) -> String {
        var lines = ["history \(number) of VENCEJO_SEED=\(seed): \(violation.message)"]
        for step in simulation.definition.steps { lines += describe(step, indent: "  ") }
        for record in simulation.records.dropFirst() { lines.append("  \(record.at.milliseconds) \(record.event)") }
        return lines.joined(separator: "\n")
    }

    private static func describe(_ step: StepDefinition, indent: String) -> [String] {
        var line = "\(indent)\(step.id)"
        if let condition = step.condition { line += " if \(condition.source)" }
        if let needs = step.needs { line += " needs \(needs)" }
        if step.onError == .continue { line += " or go on" }
        if step.retry.attempts > 1 { line += " ×\(step.retry.attempts)" }
        var lists: [(String, [StepDefinition])] = []
        switch step.kind {
        case .parallel(let parallel):
            line += " parallel \(parallel.limit.map(String.init) ?? "")"
            lists = parallel.branches.map { ($0.name, $0.steps) }
        case .forEach(let loop):
            line += " for each of \(loop.items.source), \(loop.limit) at once"
            lists = [("do", loop.steps)]
        case .if(let condition, let then, let otherwise):
            line += " if \(condition.source)"
            lists = [("then", then), ("else", otherwise)]
        case .switch(let choice):
            line += " switch \(choice.value.source)"
            lists = [("true", choice.cases[0].steps), ("else", choice.otherwise)]
        case .while(let loop):
            line += " \(loop.runsFirst ? "do while" : "while") \(loop.condition.source), at most \(loop.limit)"
            lists = [("do", loop.steps)]
        case .workflow(let call):
            line += " workflow"
            lists = [("steps", call.definition?.steps ?? [])]
        default: break
        }
        lists.append(("undo", step.compensation))
        return [line]
            + lists.filter { !$0.1.isEmpty }.flatMap { name, steps in
                ["\(indent)  \(name):"] + steps.flatMap { describe($0, indent: indent + "    ") }
            }
    }
}
