import Examples
import FakeModelServer
import Files
import JSON
import Synchronization
import Testing

/// What must hold at the end of a run, however often it was killed (E3): the files, the proofs and the purchases of an
/// undisturbed one.
enum SameEnd {
    static func expect(_ stage: Stage, _ report: JSONValue, script: String, interrupted: Int) async throws {
        let faults = try await faults(stage, report, script: script, interrupted: interrupted)
        #expect(faults == [])
    }

    static func faults(
        _ stage: Stage, _ report: JSONValue, script: String, interrupted: Int
    ) async throws -> [String] {
        var faults = stage.server.violations.map { "\($0)" }
        if report["proven"] != true { faults.append("the run is not proven: \(report.text().prefix(300))") }
        let branch = try await stage.branch()
        let tasks = try await stage.git("log", "--format=%(trailers:key=Vencejo-Task,valueonly,separator=)", branch)
        if tasks.split(separator: "\n").sorted() != ["T001", "T002", "T003"] {
            faults.append("the commits are \(tasks)")
        }
        let tree = try await stage.workTree()
        let undisturbed = try await undisturbedTree(script)
        if tree != undisturbed { faults.append("the files differ: \(tree) and not \(undisturbed)") }

        // Answers that were given whole but not recorded when the process died are asked for once more, and are counted.
        let report = report["report"]
        let counted = report?["interruptedCalls"]?.intValue ?? -1
        if !(0...interrupted).contains(counted) {
            faults.append("\(counted) calls were cut off by \(interrupted) kills")
        }
        let again = stage.server.purchases.values.reduce(0) { $0 + $1 - 1 }
        if again > counted { faults.append("\(again) answers were bought again, and \(counted) calls were cut off") }
        let turns = (report?["calls"]?.intValue ?? 0) - counted
        if turns != stage.server.purchases.count {
            faults.append("\(turns) calls are in the ledger, and \(stage.server.purchases.count) were answered")
        }
        return faults
    }

    private static let known = Mutex<[String: String]>([:])

    private static func undisturbedTree(_ script: String) async throws -> String {
        if let known = known.withLock({ $0[script] }) { return known }
        let result = Mutex("")
        try await Stage.with(script: script) { stage in
            try await stage.vencejo("run", Stage.request, "--yes")
            // The configuration is part of the tree, and differs by the server's address: only the run's own files count.
            let tree = try await stage.workTree()
            result.withLock { $0 = tree }
        }
        let tree = result.withLock { $0 }
        known.withLock { $0[script] = tree }
        return tree
    }
}
