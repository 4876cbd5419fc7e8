import Files
import Identity
import Subprocess
import Testing

@testable import Workbench

/// What is left of parallel work when everything stops at one of its git calls, and is begun again.
@Suite struct ParallelKillTests {
    /// A git that dies at its N-th call and is dead from then on, as is a process and all it started.
    private struct MortalGit {
        let folder: FilePath

        init(in folder: FilePath, real: String) throws {
            self.folder = folder / "mortal"
            try FileSystem.createDirectory(self.folder)
            let script = """
                #!/bin/sh
                limit=$(cat '\(self.folder)/limit' 2>/dev/null || echo 999999)
                echo x >> '\(self.folder)/calls'
                calls=$(wc -l < '\(self.folder)/calls')
                if [ "$calls" -gt "$limit" ]; then exit 137; fi
                if [ "$calls" -eq "$limit" ] && [ ! -e '\(self.folder)/after' ]; then exit 137; fi
                '\(real)' "$@"
                status=$?
                if [ "$calls" -eq "$limit" ]; then exit 137; fi
                exit $status
                """
            try FileSystem.write(script, to: self.folder / "git")
            try FileSystem.setMode(0o755, of: self.folder / "git")
        }

        func revive(until limit: Int, diesAfter: Bool) throws {
            try FileSystem.write("", to: folder / "calls")
            try FileSystem.write("\(limit)\n", to: folder / "limit")
            if diesAfter {
                try FileSystem.write("", to: folder / "after")
            } else if FileSystem.exists(folder / "after") {
                try FileSystem.remove(folder / "after")
            }
        }

        func calls() throws -> Int { try FileSystem.readText(folder / "calls").utf8.count / 2 }
    }

    @Test(arguments: [false, true])
    func `Killed at any git call, the work is gone on with and nothing is lost or joined twice`(diesAfter: Bool)
        async throws
    {
        let real = try await Command.text("command -v git")
        let whole = try await Self.perform(killedAt: 999_999, diesAfter: diesAfter, git: real)
        try #require(whole > 60)
        // A few here; with VENCEJO_TEST_KILLS=all every call is tried, which takes some minutes.
        let step = Command.inheritedEnvironment()["VENCEJO_TEST_KILLS"] == "all" ? 1 : whole / 7
        for point in stride(from: diesAfter ? step : step / 2 + 1, through: whole, by: step) {
            _ = try await Self.perform(killedAt: point, diesAfter: diesAfter, git: real)
        }
    }

    /// Two tasks from their fork to their removal, with files written by hand meanwhile; returns the number of git calls.
    private static func perform(killedAt point: Int, diesAfter: Bool, git: String) async throws -> Int {
        var calls = 0
        try await TestRepository.with { test in
            let mortal = try MortalGit(in: test.folder, real: git)
            let program = GitProgram(
                environment: test.program.environment.merging([
                    "PATH": "\(mortal.folder):\(test.program.environment["PATH"] ?? "")"
                ]) { $1 })
            let id: RunID = TestRepository.ids.next()
            let base = try await test.git("rev-parse", "HEAD")
            func work() async throws {
                let repository = try await Repository.open(at: test.root, program: program)
                let run = Workspace(
                    repository: repository, run: id, branch: "vencejo/\(id.short)-x", base: base,
                    root: test.folder / "state/worktrees/\(id)")
                try await run.prepare()
                let lanes = ParallelWorkspacesTests.lanes(test, run)
                if try await run.findCommit(trailer: "Vencejo-Task", value: "T002") == nil {
                    if try await run.findCommit(trailer: "Vencejo-Task", value: "T001") == nil {
                        try run.write("draft.txt", "by hand\n")
                    }
                    try await lanes.begin(["T001", "T002"])
                    for task in ["T001", "T002"] {
                        guard try await run.findCommit(trailer: "Vencejo-Task", value: task) == nil else { continue }
                        let lane = try await lanes.fork(task)
                        if try await lane.findCommit(trailer: "Vencejo-Task", value: task) == nil {
                            try await lane.commitTask(task, "\(task).txt", "\(task)\n")
                        }
                        try lane.write("left-\(task).txt", "left\n")
                    }
                }
                for task in ["T001", "T002"] { _ = try await lanes.join(task) }
                for task in ["T001", "T002"] { try await lanes.remove(task) }
            }
            try mortal.revive(until: point, diesAfter: diesAfter)
            do {
                try await work()
            } catch is WorkbenchError {}
            calls = try mortal.calls()
            try mortal.revive(until: 999_999, diesAfter: false)
            try await work()

            let branch = "vencejo/\(id.short)-x"
            let titles = try await test.git("log", "--format=%s", "\(base)..\(branch)")
            #expect(titles == "T002: work\nT001: work", "killed at \(point)")
            let files = try await test.git("ls-tree", "--name-only", branch)
            #expect(files.contains("T001.txt") && files.contains("T002.txt"), "killed at \(point)")
            #expect(try await test.git("branch", "--list", "--format=%(refname:short)", "vencejo/*") == branch)
            var kept: Set<String> = []
            for reference in try await test.git("for-each-ref", "--format=%(refname)", "refs/vencejo").split(
                separator: "\n")
            {
                kept.formUnion(
                    try await test.git("ls-tree", "--name-only", String(reference)).split(separator: "\n").map(
                        String.init))
            }
            let known = kept.union(files.split(separator: "\n").map(String.init))
            #expect(known.isSuperset(of: ["draft.txt", "left-T001.txt", "left-T002.txt"]), "killed at \(point)")
        }
        return calls
    }
}

extension Command {
    fileprivate static func text(_ line: String) async throws -> String {
        let result = try await Command("sh", ["-c", line], environment: Command.inheritedEnvironment()).run()
        return String(result.stdout.text.prefix { $0 != "\n" })
    }
}
