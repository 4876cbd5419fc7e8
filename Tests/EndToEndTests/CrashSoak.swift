import Examples
import Files
import Subprocess
import Synchronization
import Testing

/// The long version of the crash experiment: runs that are killed until a number of kills is reached, each judged by its end.
///
/// Asked for with `VENCEJO_SOAK_CRASHES`. A process is killed after a time by chance, at an event by chance, or at a named
/// fault point by chance.
struct CrashSoak: Sendable {
    var kills: Int
    var seed: UInt64
    /// The seed of the one run that is tried again and again; nil for others each time.
    var only: UInt64?
    /// Where a line for each run goes, tab-separated.
    var report: FilePath?

    /// More make a run no harder, and it has to end.
    private static let mostKillsOfARun = 25

    static let fromEnvironment: CrashSoak? = {
        let variables = Subprocess.Command.inheritedEnvironment()
        guard let kills = variables["VENCEJO_SOAK_CRASHES"].flatMap(Int.init) else { return nil }
        return CrashSoak(
            kills: kills, seed: variables["VENCEJO_SOAK_SEED"].flatMap(UInt64.init) ?? 1,
            only: variables["VENCEJO_SOAK_RUN"].flatMap(UInt64.init),
            report: variables["VENCEJO_SOAK_REPORT"].map { FilePath($0) })
    }()

    func perform(script: String) async throws {
        var chance = Chance(state: seed)
        var done = 0
        while done < kills {
            let run = only ?? chance.next()
            let result = Mutex((kills: 0, faults: [String]()))
            try await Stage.with(script: script) { stage in
                let ended = try await experiment(stage, script: script, seed: run, most: kills - done)
                result.withLock { $0 = ended }
            }
            let ended = result.withLock { $0 }
            #expect(ended.faults == [], "seed \(run)")
            try write(run, ended)
            // A run that cannot be killed any more is one experiment all the same.
            done += max(ended.kills, 1)
        }
    }

    private func experiment(
        _ stage: Stage, script: String, seed: UInt64, most: Int
    ) async throws -> (kills: Int, faults: [String]) {
        var chance = Chance(state: seed)
        var kills = 0
        while kills < min(most, Self.mostKillsOfARun) {
            let status = try await stage.status()
            guard status == nil || status == "running" else { break }
            let arguments = status == nil ? ["run", Stage.request, "--yes"] : ["runs", "resume", "latest", "--yes"]
            guard try await isKilled(stage, arguments, &chance) else { break }
            kills += 1
        }
        let outcome =
            switch try await stage.status() {
            case nil: try await stage.vencejo("run", Stage.request, "--yes", "--json")
            case "done": try await stage.vencejo("runs", "show", "latest", "--json")
            default: try await stage.vencejo("runs", "resume", "latest", "--yes", "--json")
            }
        guard outcome.status == 0 else {
            return (kills, ["ended with \(outcome.status): \(outcome.errors.suffix(400))"])
        }
        return (kills, try await SameEnd.faults(stage, outcome.json, script: script, interrupted: kills))
    }

    private func isKilled(_ stage: Stage, _ arguments: [String], _ chance: inout Chance) async throws -> Bool {
        switch chance.number(3) {
        case 1:
            let wait = Duration.milliseconds(chance.number(2_000))
            return try await stage.vencejoKilled(arguments) { try? await Task.sleep(for: wait) }
        case 2:
            let count = chance.number(9)
            let lines = Mutex(0)
            return try await stage.vencejoKilled(arguments) { _ in
                lines.withLock { seen in
                    seen += 1
                    return seen == count
                }
            }
        default:
            return try await stage.vencejoWithFault("kill:\(chance.number(150))", arguments).wasKilled
        }
    }

    private func write(_ run: UInt64, _ ended: (kills: Int, faults: [String])) throws {
        guard let report else { return }
        let verdict = ended.faults.isEmpty ? "same" : "FAULT \(ended.faults)"
        let line = "\(run)\t\(ended.kills)\t\(verdict.split(whereSeparator: \.isNewline).joined(separator: " "))\n"
        try FileSystem.append(line, to: report)
    }
}
