import Files
import JSON
import Subprocess
import Testing

/// What is done with an ended run is killed in the middle: nothing is lost, and the command can be repeated.
@Suite("A command on an ended run that is killed", .timeLimit(.minutes(60)))
struct KeepingKillTests {
    /// A stage with a run that is done, and in its worktree files that nobody has committed.
    private func withDoneRun(_ body: (Stage, FilePath, Set<String>) async throws -> Void) async throws {
        try await Stage.with { stage in
            try await stage.shell("echo '*.local' >> .git/info/exclude; echo mine > mine.txt")
            let done = try await stage.vencejo("run", Stage.request, "--yes")
            try #require(done.status == 0, "\(done.errors)")
            let worktree = try #require(try stage.worktree())
            try FileSystem.write("a draft\n", to: worktree / "draft.txt")
            try FileSystem.write("a secret note\n", to: worktree / "notes.local")
            try FileSystem.append("# changed by hand\n", to: worktree / "store.py")
            try await stage.shell("cp -a '\(stage.project)' ../saved-project; cp -a '\(stage.home)' ../saved-state")
            try await body(stage, worktree, try stage.lines(below: worktree))
        }
    }

    private func putBack(_ stage: Stage) async throws {
        try await stage.shell(
            "rm -rf '\(stage.project)' '\(stage.home)'; cp -a saved-project '\(stage.project)'; cp -a saved-state '\(stage.home)'",
            in: stage.folder)
    }

    /// Carries the command out undisturbed, then kills it at points and repeats it; `look` tells what must be the same.
    private func kill(
        _ words: [String], _ stage: Stage, look: (_ last: Stage.Outcome?) async throws -> String
    ) async throws {
        let file = stage.folder / "points"
        let undisturbed = try await stage.command(words, changes: ["VENCEJO_FAULT": "count:\(file)"]).run()
        try #require(undisturbed.succeeded, "\(undisturbed.stderr.text)")
        let expected = try await look(nil)
        let points = try FileSystem.readText(file).split(separator: "\n").map(String.init)
        #expect(points.count > 5)
        // Each point where everything is looked at, else a dozen, and always those around the record.
        let step = Soak.fromEnvironment == nil ? max(1, points.count / 12) : 1
        let chosen = points.indices.filter { $0 % step == 0 || points[$0].hasPrefix("journal.record") }
        for index in chosen {
            try await putBack(stage)
            let killed = try await stage.vencejoWithFault("kill:\(index + 1)", words)
            #expect(killed.wasKilled, "\(points[index])")
            let again = try await stage.command(words).run()
            guard case .exited(let status) = again.status else {
                Issue.record("\(points[index]): ended by a signal")
                continue
            }
            let last = Stage.Outcome(status: status, output: again.stdout.text, errors: again.stderr.text)
            let found = try await look(last)
            #expect(found == expected, "killed at \(points[index]): \(last.errors)")
        }
    }

    private func events(_ stage: Stage, _ name: String) async throws -> Int {
        let text = try await stage.shell(
            "python3 -c \"import sqlite3,sys; print(sum('\(name)' in str(r) for r in sqlite3.connect('\(stage.home)/vencejo.db').execute('select * from events')))\""
        )
        return Int(text.prefix { $0.isNumber }) ?? -1
    }

    @Test("a merge is made once, and recorded")
    func merge() async throws {
        try await withDoneRun { stage, _, _ in
            try await kill(["runs", "merge", "latest"], stage) { last in
                if let last { #expect(last.status == 0, "\(last.errors)") }
                let branch = try await stage.branch()
                let isIn = try await stage.git("branch", "--contains", branch, "--list", "main")
                let tree = try await stage.git("rev-parse", "HEAD^{tree}")
                let status = try await stage.git("status", "--porcelain")
                let merged = try await events(stage, "runMerged")
                return "\(isIn) \(tree) \(status) \(merged)"
            }
        }
    }

    @Test("an undo is made once, and what was not committed is kept")
    func undo() async throws {
        try await withDoneRun { stage, worktree, stood in
            try await kill(["runs", "undo", "latest"], stage) { last in
                // Where it was made and recorded, there is nothing left to do.
                if let last { #expect(last.status == 0 || last.errors.contains("has nothing left of run to undo")) }
                let branch = try await stage.branch()
                let tree = try await stage.git("rev-parse", "\(branch)^{tree}")
                let undone = try await stage.git(
                    "log", "--format=%(trailers:key=Vencejo-Undo,valueonly,separator=)", branch
                )
                .split(separator: "\n").count
                let restorable = try await stage.restorableLines()
                let lost = stood.subtracting(restorable).subtracting(["a secret note"])
                let note = FileSystem.exists(worktree / "notes.local")
                let known = try await events(stage, "taskUndone")
                return "\(tree) \(undone) lost \(lost.sorted()) note \(note) events \(known)"
            }
        }
    }

    @Test("a cleaning loses nothing: the worktree comes back with all that stood in it")
    func clean() async throws {
        try await withDoneRun { stage, worktree, stood in
            try await kill(["runs", "clean", "latest"], stage) { last in
                let isGone = !FileSystem.exists(worktree)
                let main = try await stage.git("status", "--porcelain")
                let restored = try await stage.vencejo("runs", "restore", "latest")
                let found = try stage.lines(below: worktree)
                return
                    "gone \(isGone) main \(main) restored \(restored.status) lost \(stood.subtracting(found).sorted())"
            }
        }
    }
}
