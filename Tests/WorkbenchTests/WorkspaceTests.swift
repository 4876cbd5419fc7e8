import Files
import Identity
import Subprocess
import Testing

@testable import Workbench

@Suite struct WorkspaceTests {
    @Test func `Preparing makes a worktree on the run's branch and leaves the user's tree alone`() async throws {
        try await TestRepository.with { test in
            try test.write("app.txt", "the user's change\n")
            let workspace = try await test.preparedWorkspace()
            #expect(try workspace.read("app.txt") == "one\ntwo\nthree\nfour\nfive\n")
            #expect(try test.read("app.txt") == "the user's change\n")
            #expect(try await test.git("status", "--porcelain") == " M app.txt")
            #expect(try await test.git("branch", "--show-current", at: workspace.root) == workspace.branch)
            #expect(try await test.git("status", "--porcelain", at: workspace.root) == "")
            #expect(try await workspace.head() == workspace.base)
        }
    }

    @Test func `Preparing again takes the worktree over with what is in it`() async throws {
        try await TestRepository.with { test in
            let workspace = try await test.preparedWorkspace()
            try workspace.write("draft.txt", "work\n")
            try await workspace.prepare()
            #expect(try workspace.read("draft.txt") == "work\n")
        }
    }

    @Test func `A creation that was killed half-way is finished`() async throws {
        try await TestRepository.with { test in
            // The branch only.
            let first = try await test.workspace("one")
            try await test.git("branch", first.branch)
            try await first.prepare()
            #expect(try first.read("README.md") == "# Project\n")
            // The worktree, without its files.
            let second = try await test.workspace("two")
            try FileSystem.createDirectory(second.root.parent)
            try await test.git("worktree", "add", "--no-checkout", "-q", "-b", second.branch, second.root.string)
            try await test.git("worktree", "lock", "--reason", "initializing", second.root.string)
            try await second.prepare()
            #expect(try second.read("README.md") == "# Project\n")
            #expect(try await test.git("status", "--porcelain", at: second.root) == "")
            // A registration without a readable HEAD.
            let third = try await test.workspace("three")
            try await test.git("worktree", "add", "--no-checkout", "-q", "-b", third.branch, third.root.string)
            try FileSystem.remove(test.root / ".git/worktrees" / third.root.name / "HEAD")
            try await third.prepare()
            #expect(try third.read("README.md") == "# Project\n")
        }
    }

    @Test func `A folder deleted by hand comes back from the branch and the last snapshot`() async throws {
        try await TestRepository.with { test in
            let workspace = try await test.preparedWorkspace()
            try await workspace.commitTask("T001", "a.txt", "done\n")
            try workspace.write("b.txt", "half done\n")
            try await workspace.snapshot()
            try FileSystem.removeTree(workspace.root)
            try await workspace.prepare()
            #expect(try workspace.read("a.txt") == "done\n")
            #expect(try workspace.read("b.txt") == "half done\n")
        }
    }

    @Test func `A branch or a folder of somebody else is refused with the fix`() async throws {
        try await TestRepository.with { test in
            let workspace = try await test.workspace()
            try await test.git("checkout", "-q", "-b", workspace.branch)
            try await test.commit("other.txt", "x\n", "Somebody's work")
            try await test.git("checkout", "-q", "main")
            await #expect(
                throws: WorkbenchError(
                    .exists,
                    "The branch \(workspace.branch) exists already and is not this run's: rename it with `git branch -m \(workspace.branch) NAME`."
                )
            ) { try await workspace.prepare() }

            let second = try await test.workspace("two")
            try second.write("mine.txt", "x\n")
            #expect(try await code { try await second.prepare() } == .exists)
            #expect(try second.read("mine.txt") == "x\n")

            try await test.git("branch", "vencejo-plain")
            let third = Workspace(
                repository: second.repository, run: second.run, branch: "vencejo-plain/x", base: second.base,
                root: test.folder / "state/third")
            #expect(try await code { try await third.prepare() } == .exists)
        }
    }

    @Test func `The tree holds tracked and untracked files, not ignored ones, whatever changed`() async throws {
        try await TestRepository.with { test in
            let workspace = try await test.preparedWorkspace()
            let start = try await workspace.tree()
            #expect(try await start == test.git("rev-parse", "HEAD^{tree}"))
            try workspace.write("new/file.txt", "x\n")
            try workspace.write("noise.log", "ignored\n")
            try FileSystem.remove(workspace.root / "README.md")
            let changed = try await workspace.tree()
            #expect(
                try await test.git("ls-tree", "-r", "--name-only", changed) == ".gitignore\napp.txt\nnew/file.txt")
            // The same size, directly after: only the content differs.
            try workspace.write("new/file.txt", "y\n")
            let again = try await workspace.tree()
            #expect(again != changed)
            #expect(try await test.git("cat-file", "-p", "\(again):new/file.txt") == "y")
            #expect(try await test.git("diff", "--cached", "--name-only", at: workspace.root) == "")
        }
    }

    @Test func `Quick rewrites of the same size are always seen`() async throws {
        try await TestRepository.with { test in
            let workspace = try await test.preparedWorkspace()
            for number in 10..<30 {
                try workspace.write("app.txt", "\(number)\n")
                let tree = try await workspace.tree()
                #expect(try await test.git("cat-file", "-p", "\(tree):app.txt") == "\(number)")
            }
        }
    }

    @Test func `Trees taken at once agree`() async throws {
        try await TestRepository.with { test in
            let workspace = try await test.preparedWorkspace()
            try workspace.write("x.txt", "x\n")
            let expected = try await workspace.tree()
            let trees = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<6 { group.addTask { try await workspace.tree() } }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(trees == [expected])
        }
    }

    @Test func `Repositories that an agent made inside are saved as files`() async throws {
        try await TestRepository.with { test in
            let workspace = try await test.preparedWorkspace()
            try workspace.write("empty/.keep-out.log", "ignored\n")
            try workspace.write("nested/a.txt", "1\n")
            try workspace.write("other/b.txt", "1\n")
            for name in ["empty", "nested", "other"] { try await test.git("init", "-q", at: workspace.root / name) }
            try await test.git("add", "-A", at: workspace.root / "other")
            try await test.git("commit", "-qm", "inner", at: workspace.root / "other")
            let tree = try await workspace.tree()
            let all = ".gitignore\nREADME.md\napp.txt\nnested/a.txt\nother/b.txt"
            #expect(try await test.git("ls-tree", "-r", "--name-only", tree) == all)
            try workspace.write("other/c.txt", "2\n")
            try workspace.write("nested/a.txt", "2\n")
            let next = try await workspace.tree()
            #expect(try await test.git("cat-file", "-p", "\(next):nested/a.txt") == "2")
            #expect(try await test.git("cat-file", "-p", "\(next):other/c.txt") == "2")
            try await workspace.restore(tree: workspace.base)
            #expect(!FileSystem.exists(workspace.root / "other/b.txt"))
        }
    }

    @Test func `A .git file that was tampered with leads nowhere`() async throws {
        try await TestRepository.with { test in
            let workspace = try await test.preparedWorkspace()
            try FileSystem.write("gitdir: /nowhere\n", to: workspace.root / ".git")
            try workspace.write("x.txt", "x\n")
            let commit = try await workspace.commit(title: "Work", trailers: [])
            #expect(try await test.git("rev-parse", workspace.branch) == commit)
        }
    }

    // MARK: - Snapshots

    @Test func `Snapshots are numbered and only made when something changed`() async throws {
        try await TestRepository.with { test in
            let workspace = try await test.preparedWorkspace()
            #expect(try await workspace.snapshot() == nil)
            try workspace.write("a.txt", "1\n")
            let first = try #require(try await workspace.snapshot())
            #expect(first.reference == "refs/vencejo/\(workspace.runName)/1")
            #expect(try await first.tree == workspace.tree())
            #expect(first.parent == workspace.base)
            #expect(try await workspace.snapshot() == nil)
            for number in 2...11 {
                try workspace.write("a.txt", "\(number)\n")
                #expect(try await workspace.snapshot()?.number == number)
            }
            #expect(try await workspace.snapshots().map(\.number) == Array(1...11))
            #expect(try await test.git("rev-parse", workspace.branch) == workspace.base)
        }
    }

    @Test func `Restoring saves what there is, removes what is not in the tree and keeps ignored files`() async throws {
        try await TestRepository.with { test in
            let workspace = try await test.preparedWorkspace()
            try workspace.write("a.txt", "wanted\n")
            let wanted = try await workspace.tree()
            try workspace.write("a.txt", "later\n")
            try workspace.write("dir/b.txt", "more\n")
            try workspace.write("keep.log", "ignored\n")
            let saved = try #require(try await workspace.restore(tree: wanted))
            #expect(try workspace.read("a.txt") == "wanted\n")
            #expect(!FileSystem.exists(workspace.root / "dir"))
            #expect(try workspace.read("keep.log") == "ignored\n")
            #expect(try await workspace.tree() == wanted)
            #expect(try await test.git("cat-file", "-p", "\(saved.commit):dir/b.txt") == "more")
            #expect(try await workspace.restore(tree: wanted) == nil)
        }
    }

    @Test func `An ignored file in the way of a restored one is saved first`() async throws {
        try await TestRepository.with { test in
            let workspace = try await test.preparedWorkspace()
            try workspace.write("data.txt", "tracked\n")
            let wanted = try await workspace.tree()
            try FileSystem.remove(workspace.root / "data.txt")
            try workspace.write(".gitignore", "*.txt\n")
            _ = try await workspace.tree()
            try workspace.write("data.txt", "ignored now\n")
            let saved = try #require(try await workspace.restore(tree: wanted))
            #expect(try workspace.read("data.txt") == "tracked\n")
            #expect(try await test.git("cat-file", "-p", "\(saved.commit):data.txt") == "ignored now")
        }
    }

    // MARK: - Commits

    @Test func `A commit holds the tree, the message, the trailers and the user's name`() async throws {
        try await TestRepository.with { test in
            let workspace = try await test.preparedWorkspace()
            try workspace.write("a.txt", "1\n")
            let tree = try await workspace.tree()
            let commit = try await workspace.commit(
                title: "T001: add\na file", body: "It does this.  \n\n# and that\n",
                trailers: [("Vencejo-Run", workspace.runName), ("Vencejo-Task", "T001")])
            #expect(try await test.git("rev-parse", "\(commit)^{tree}") == tree)
            #expect(try await test.git("rev-parse", "\(commit)~1") == workspace.base)
            #expect(
                try await test.git("show", "-s", "--format=%an <%ae>%n%B", commit) == """
                    Ada <ada@example.org>
                    T001: add a file

                    It does this.

                    # and that

                    Vencejo-Run: \(workspace.runName)
                    Vencejo-Task: T001

                    """)
            #expect(try await test.git("status", "--porcelain", at: workspace.root) == "")
            #expect(try await workspace.committedText(of: "a.txt") == "1\n")
            #expect(try await workspace.committedText(of: "b.txt") == nil)
        }
    }

    @Test func `Without a configured name the commit is Vencejo's`() async throws {
        try await TestRepository.with { test in
            try FileSystem.write("", to: test.folder / "home/.gitconfig")
            let workspace = try await test.preparedWorkspace()
            let commit = try await workspace.commit(title: "Nothing", trailers: [])
            #expect(
                try await test.git("show", "-s", "--format=%an <%ae> %cn <%ce>", commit)
                    == "Vencejo <vencejo@localhost> Vencejo <vencejo@localhost>")
        }
    }

    @Test func `A commit is found again by its trailer, within its run only`() async throws {
        try await TestRepository.with { test in
            let workspace = try await test.preparedWorkspace()
            let first = try await workspace.commitTask("T001", "a.txt", "1\n")
            let second = try await workspace.commitTask("T002", "a.txt", "2\n")
            try await workspace.commit(
                title: "Claims", body: "Vencejo-Task: T003",
                trailers: [("Vencejo-Run", workspace.runName), ("Vencejo-Step", "plan")])
            try await workspace.commit(title: "Foreign", trailers: [("Vencejo-Run", "x"), ("Vencejo-Task", "T004")])
            #expect(try await workspace.findCommit(trailer: "Vencejo-Task", value: "T001") == first)
            #expect(try await workspace.findCommit(trailer: "Vencejo-Task", value: "T002") == second)
            #expect(try await workspace.findCommit(trailer: "Vencejo-Task", value: "T003") == nil)
            #expect(try await workspace.findCommit(trailer: "Vencejo-Task", value: "T004") == nil)
        }
    }

    @Test func `Changes and the diff tell what differs from the base`() async throws {
        try await TestRepository.with { test in
            let workspace = try await test.preparedWorkspace()
            try workspace.write("app.txt", "one\n2\nthree\nfour\nfive\nsix\n")
            try FileSystem.move(workspace.root / "README.md", to: workspace.root / "READ ME.md")
            try FileSystem.write([0, 1, 2, 0], to: workspace.root / "blob.bin")
            #expect(
                try await workspace.changes() == [
                    FileDifference(path: "READ ME.md", oldPath: "README.md", status: .renamed, added: 0, removed: 0),
                    FileDifference(path: "app.txt", status: .modified, added: 2, removed: 1),
                    FileDifference(path: "blob.bin", status: .added, added: nil, removed: nil),
                ])
            let diff = try await workspace.diff()
            #expect(diff.contains("-two\n+2\n") && diff.contains("rename to READ ME.md"))
        }
    }

    // MARK: - Removing

    @Test func `Removing saves what is not committed and keeps the branch, or its tip`() async throws {
        try await TestRepository.with { test in
            let workspace = try await test.preparedWorkspace()
            let tip = try await workspace.commitTask("T001", "a.txt", "1\n")
            try workspace.write("b.txt", "not committed\n")
            try await workspace.remove(.deleted)
            #expect(!FileSystem.exists(workspace.root))
            #expect(try await test.git("worktree", "list").split(separator: "\n").count == 1)
            #expect(try await workspace.repository.commit(workspace.reference) == nil)
            let kept = try await workspace.snapshots()
            #expect(try await test.git("cat-file", "-p", "\(kept[0].commit):b.txt") == "not committed")
            #expect(kept.last?.commit == tip)
            try await workspace.remove(.deleted)
        }
    }

    @Test func `Nothing is removed when the snapshot fails`() async throws {
        try await TestRepository.with { test in
            let workspace = try await test.preparedWorkspace()
            try workspace.write("b.txt", "not committed\n")
            // The next number cannot be taken: a file stands where the references' folder would be.
            try FileSystem.createDirectory(test.root / ".git/refs/vencejo")
            try FileSystem.write("x", to: test.root / ".git/refs/vencejo" / workspace.runName)
            await #expect(throws: WorkbenchError.self) { try await workspace.remove() }
            #expect(try workspace.read("b.txt") == "not committed\n")
        }
    }

    @Test func `Runs of one repository work at once`() async throws {
        try await TestRepository.with { test in
            var workspaces: [Workspace] = []
            for number in 0..<4 { workspaces.append(try await test.workspace("run-\(number)")) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (number, workspace) in workspaces.enumerated() {
                    group.addTask {
                        try await workspace.prepare()
                        for task in 1...3 {
                            try workspace.write("file-\(number).txt", "\(task)\n")
                            try await workspace.snapshot()
                            try await workspace.commitTask("T00\(task)", "file-\(number).txt", "\(task)\n")
                        }
                    }
                }
                try await group.waitForAll()
            }
            for (number, workspace) in workspaces.enumerated() {
                #expect(try await workspace.log().map(\.title) == ["T003: work", "T002: work", "T001: work"])
                #expect(try await workspace.changes().map(\.path) == ["file-\(number).txt"])
            }
        }
    }

    @Test func `A lock that another git holds for a moment is waited for`() async throws {
        try await TestRepository.with { test in
            let workspace = try await test.preparedWorkspace()
            try workspace.write("a.txt", "1\n")
            let lock = test.root / ".git/refs/heads/\(workspace.branch).lock"
            try FileSystem.write("", to: lock)
            async let commit = workspace.commit(title: "Work", trailers: [])
            try FileSystem.remove(lock)
            let id = try await commit
            #expect(try await workspace.head() == id)
        }
    }
}
