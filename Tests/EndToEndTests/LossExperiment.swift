import Examples
import FakeModelServer
import Files
import JSON
import Subprocess
import Synchronization
import Testing

/// One run that is killed at fault points, resumed, and looked at: whether anything that ever stood in its worktree is lost.
struct LossExperiment: Sendable {
    var variant: RepositoryVariant
    /// At which point each process dies, counted from its start; the last one lives.
    var kills: [Int]
    /// Whether somebody edits files in the worktree while no process works on the run.
    var isEdited: Bool
    /// Whether a kill hits the git of that number in its work, with the process, as a power cut would.
    var isInsideGit = false

    struct Result: Sendable {
        var deaths = 0
        var faults: [String] = []
    }

    /// The lines that the scripted model writes into files, which all stand in the worktree once.
    static let scriptedLines: Set<String> = {
        var lines: Set<String> = []
        func collect(_ value: JSONValue) {
            for name in ["content", "new_text"] {
                guard let text = value[name]?.stringValue else { continue }
                lines.formUnion(text.split(separator: "\n").map(String.init))
            }
            for edit in value["edits"]?.arrayValue ?? [] { collect(edit) }
        }
        for line in ExampleProject.session.split(separator: "\n") {
            guard let turn = try? JSONValue(parsing: String(line)) else { continue }
            for call in turn["calls"]?.arrayValue ?? [] { collect(call["arguments"] ?? [:]) }
        }
        // The engine ticks tasks as it commits them, so their lines stand there unticked only in a snapshot.
        return lines
    }()

    func perform(expecting tree: String) async throws -> Result {
        var result = Result()
        try await Stage.with { stage in
            try await stage.shell(variant.preparation)
            let before = try await stage.fingerprint()
            var stood: Set<String> = []
            for (attempt, point) in kills.enumerated() {
                let status = try await stage.status()
                guard status == nil || status == "running" else { break }
                let arguments =
                    status == nil ? ["run", Stage.request, "--yes"] : ["runs", "resume", "latest", "--yes"]
                let ended =
                    isInsideGit
                    ? try await stage.vencejoWithPowerCut(inGit: point, arguments)
                    : try await stage.vencejoWithFault("kill:\(point)", arguments)
                guard ended.wasKilled else { break }
                result.deaths += 1
                guard let worktree = try stage.worktree() else { continue }
                stood.formUnion(try stage.lines(below: worktree))
                if isEdited { stood.formUnion(try edit(worktree, attempt)) }
            }
            let status = try await stage.status()
            var last = Stage.Outcome(status: 0, output: "", errors: "")
            if status == nil {
                last = try await stage.vencejo("run", Stage.request, "--yes", "--json")
            } else if status != "done" {
                last = try await stage.vencejo("runs", "resume", "latest", "--yes", "--json")
            }
            result.faults += try await faults(stage, last, stood: stood, before: before, tree: tree)
        }
        return result
    }

    private func faults(
        _ stage: Stage, _ last: Stage.Outcome, stood: Set<String>, before: String, tree: String
    ) async throws -> [String] {
        var faults: [String] = []
        if !isEdited {
            if last.status != 0 { faults.append("ended with \(last.status): \(last.errors.suffix(400))") }
            if try await stage.workTree() != tree, variant != .carriageReturns {
                faults.append("ended with another tree")
            }
            let branch = try await stage.branch()
            let tasks = try await stage.git(
                "log", "--format=%(trailers:key=Vencejo-Task,valueonly,separator=)", branch)
            if tasks.split(separator: "\n").sorted() != ["T001", "T002", "T003"] { faults.append("commits: \(tasks)") }
        }
        if !stage.server.violations.isEmpty { faults.append("\(stage.server.violations)") }
        let after = try await stage.fingerprint()
        if after != before { faults.append("the user's repository changed: \(Self.difference(before, after))") }
        let restorable = try await stage.restorableLines()
        var lost = stood.subtracting(restorable)
        if !isEdited {
            lost.formUnion(Self.scriptedLines.filter { line in !restorable.contains { $0.contains(line) } })
        }
        if !lost.isEmpty { faults.append("lost lines: \(lost.sorted().prefix(5))") }
        if try await stage.fingerprint() != before { faults.append("restoring changed the user's repository") }
        return faults
    }

    /// What somebody writes by hand: new files, and lines in files that the run or the agent has as well.
    private func edit(_ worktree: FilePath, _ attempt: Int) throws -> Set<String> {
        var written: Set<String> = ["by hand \(attempt)"]
        guard FileSystem.isDirectory(worktree) else { return [] }
        try FileSystem.write("by hand \(attempt)\n", to: worktree / "by-hand-\(attempt).txt")
        var files = ["README.md", "store.py", "todo.py", "tests/test_todo.py"]
        for name in ["spec.md", "plan.md", "tasks.md"] { files.append("specs/001-json-flag-list-command/\(name)") }
        for file in files where FileSystem.exists(worktree / file) {
            let line = "# by hand \(attempt) in \(file)"
            try FileSystem.append("\(line)\n", to: worktree / file)
            written.insert(line)
        }
        return written
    }

    private static func difference(_ before: String, _ after: String) -> [String] {
        let old = Set(before.split(separator: "\n").map(String.init))
        let new = Set(after.split(separator: "\n").map(String.init))
        return (old.subtracting(new).map { "- \($0)" } + new.subtracting(old).map { "+ \($0)" }).sorted()
    }

    // MARK: - An undisturbed run

    struct Undisturbed: Sendable {
        var tree: String
        /// The names of the points that it passes, in order.
        var points: [String]
    }

    private static let known = Mutex<[RepositoryVariant: Undisturbed]>([:])

    static func undisturbed(_ variant: RepositoryVariant) async throws -> Undisturbed {
        if let known = known.withLock({ $0[variant] }) { return known }
        let result = Mutex<Undisturbed?>(nil)
        try await Stage.with { stage in
            try await stage.shell(variant.preparation)
            let before = try await stage.fingerprint()
            let file = stage.folder / "points"
            let ended = try await stage.command(
                ["run", Stage.request, "--yes"], changes: ["VENCEJO_FAULT": "count:\(file)"]
            ).run()
            try #require(ended.succeeded, "\(variant): \(ended.stderr.text)")
            let points = try FileSystem.readText(file).split(separator: "\n").map(String.init)
            let tree = try await stage.workTree()
            let after = try await stage.fingerprint()
            #expect(after == before, "\(variant)")
            result.withLock { $0 = Undisturbed(tree: tree, points: points) }
        }
        let undisturbed = try #require(result.withLock { $0 })
        known.withLock { $0[variant] = undisturbed }
        return undisturbed
    }
}
