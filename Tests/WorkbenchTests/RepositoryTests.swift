import Files
import Subprocess
import Testing

@testable import Workbench

@Suite struct RepositoryTests {
    @Test func `A repository is found from a folder inside it, with what is uncommitted`() async throws {
        try await TestRepository.with { test in
            try test.write("app.txt", "changed\n")
            try test.write("new dir/ünï.txt", "x\n")
            try test.write("noise.log", "ignored\n")
            let repository = try await Repository.open(at: test.root / "new dir", program: test.program)
            #expect(repository.root == test.root)
            #expect(repository.commonDirectory == test.root / ".git")
            #expect(repository.branch == "main")
            #expect(try await repository.head == test.git("rev-parse", "HEAD"))
            #expect(repository.changedPaths == ["app.txt"])
            #expect(repository.untrackedPaths == ["new dir/"])
            #expect(repository.isDirty)
        }
    }

    @Test func `A detached HEAD has no branch, and a clean tree no dirty paths`() async throws {
        try await TestRepository.with { test in
            try await test.git("checkout", "-q", "--detach")
            let repository = try await test.open()
            #expect(repository.branch == nil)
            #expect(repository.dirtyPaths == [])
        }
    }

    @Test func `A folder without a repository says how to make one`() async throws {
        try await FileSystem.withTemporaryDirectory { folder in
            let expected = WorkbenchError(
                .notRepository, "\(folder) is not inside a git repository: run `git init` and commit once.")
            await #expect(throws: expected) { try await Repository.open(at: folder) }
        }
    }

    @Test func `A repository without commits, a bare one and git's own folder are refused`() async throws {
        try await FileSystem.withTemporaryDirectory { folder in
            let test = try await TestRepository(in: folder)
            #expect(try await code { _ = try await test.open() } == .noCommits)
            let inside = test.root / ".git"
            #expect(
                try await code { _ = try await Repository.open(at: inside, program: test.program) } == .notRepository)
            try await test.git("init", "-q", "--bare", (folder / "bare.git").string)
            #expect(
                try await code { _ = try await Repository.open(at: folder / "bare.git", program: test.program) }
                    == .bareRepository)
        }
    }

    @Test func `The top of a working tree is found before its first commit, and none outside of one`() async throws {
        try await FileSystem.withTemporaryDirectory { folder in
            let test = try await TestRepository(in: folder)
            try FileSystem.createDirectory(test.root / "a/b", mode: 0o755)
            let root = try FileSystem.realPath(test.root)
            #expect(try await Repository.root(around: test.root / "a/b", program: test.program) == root)
            #expect(try await Repository.root(around: test.root / ".git", program: test.program) == nil)
            #expect(try await Repository.root(around: folder, program: test.program) == nil)
            try await test.git("init", "-q", "--bare", (folder / "bare.git").string)
            #expect(try await Repository.root(around: folder / "bare.git", program: test.program) == nil)
        }
    }

    @Test func `A missing git is told with the way to install it`() async throws {
        try await FileSystem.withTemporaryDirectory { folder in
            let expected = WorkbenchError(
                .gitMissing, "git was not found on PATH: install it (apt-get install git).")
            await #expect(throws: expected) {
                try await Repository.open(at: folder, program: GitProgram(environment: ["PATH": folder.string]))
            }
        }
    }

    @Test func `What a repository configures starts no program`() async throws {
        try await TestRepository.with { test in
            let trap = test.folder / "trap"
            let script = test.folder / "trap.sh"
            try FileSystem.write("#!/bin/sh\ntouch \(trap)\n", to: script, newMode: 0o755)
            for key in ["core.fsmonitor", "core.pager", "diff.external"] {
                try await test.git("config", key, script.string)
            }
            try await test.git("config", "diff.odd.textconv", script.string)
            try await test.git("config", "diff.odd.command", script.string)
            try FileSystem.createDirectory(test.root / ".git/hooks")
            for hook in ["post-checkout", "pre-commit", "reference-transaction", "post-merge", "post-index-change"] {
                try FileSystem.write("#!/bin/sh\ntouch \(trap)\n", to: test.root / ".git/hooks" / hook, newMode: 0o755)
            }
            let workspace = try await test.preparedWorkspace()
            try workspace.write(".gitattributes", "* diff=odd\n")
            try await workspace.commitTask("T001", "app.txt", "new\n")
            #expect(try await workspace.diff().contains("+new"))
            _ = try await test.open().merge(workspace.branch)
            #expect(!FileSystem.exists(trap))
        }
    }

    @Test(arguments: [
        ("fatal: Unable to create '/r/.git/index.lock': File exists.", WorkbenchError.Code.locked),
        ("fatal: cannot lock ref 'HEAD': Unable to create '/r/.git/HEAD.lock': File exists.", .locked),
        ("fatal: cannot lock ref 'refs/heads/a': is at 1 but expected 2", .moved),
        ("fatal: sha1 file '/r/x' write error: No space left on device", .noSpace),
        ("error: could not create directory: Read-only file system", .readOnly),
        ("error: insufficient permission for adding an object", .permission),
        ("fatal: this operation must be run in a work tree", .bareRepository), ("fatal: something else", .git),
    ])
    func `git's complaints become codes`(complaint: String, code: WorkbenchError.Code) {
        let output = GitOutput(captured: Captured(), errors: complaint + "\n", status: .exited(128))
        #expect(GitFailure.error(of: "x", in: "/r", output).code == code)
    }

    @Test func `Another owner's repository is refused with git's own fix`() {
        let complaint = """
            fatal: detected dubious ownership in repository at '/srv/r'
            To add an exception for this directory, call:

            \tgit config --global --add safe.directory /srv/r
            """
        let output = GitOutput(captured: Captured(), errors: complaint, status: .exited(128))
        #expect(
            GitFailure.error(of: "rev-parse", in: "/srv/r", output).message
                == "git refuses /srv/r because another user owns it: if you trust it, run `git config --global --add safe.directory /srv/r`."
        )
    }
}
