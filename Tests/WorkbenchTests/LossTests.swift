import Files
import Identity
import Subprocess
import Testing

@testable import Workbench

/// What is kept when a worktree is taken over, restored, cleared away or half-made.
@Suite struct LossTests {
    @Test func `Taking a worktree over saves what was written by hand meanwhile`() async throws {
        try await TestRepository.with { test in
            let workspace = try await test.preparedWorkspace()
            try workspace.write("app.txt", "by hand\n")
            try await workspace.prepare()
            let last = try #require(try await workspace.snapshots().last)
            #expect(try await test.git("show", "\(last.reference):app.txt") == "by hand")
        }
    }

    @Test func `Files written into a half-made worktree are saved before it is made anew`() async throws {
        try await TestRepository.with { test in
            let workspace = try await test.preparedWorkspace()
            try workspace.write("draft.txt", "the run's\n")
            try await workspace.snapshot()
            // As a process leaves it that died while it made the worktree again.
            let found = try #require(try WorktreeRegistration.find(workspace.root, in: workspace.repository))
            try found.markUnready(for: workspace.runName)
            try FileSystem.remove(workspace.root / "app.txt")
            try workspace.write("mine.txt", "by hand\n")
            try await workspace.prepare()
            #expect(try workspace.read("app.txt") == "one\ntwo\nthree\nfour\nfive\n")
            #expect(try workspace.read("draft.txt") == "the run's\n")
            #expect(!FileSystem.exists(workspace.root / "mine.txt"))
            let rescued = try #require(try await workspace.snapshots().first { $0.parent == nil })
            #expect(try await test.git("show", "\(rescued.reference):mine.txt") == "by hand")
        }
    }

    @Test func `A lock that a dead git left on the run's own references is removed`() async throws {
        try await TestRepository.with { test in
            let workspace = try await test.preparedWorkspace()
            let found = try #require(try WorktreeRegistration.find(workspace.root, in: workspace.repository))
            try workspace.write("a.txt", "one\n")
            try await workspace.snapshot()
            let common = workspace.repository.commonDirectory
            let locks = [
                common / "refs/heads/\(workspace.branch).lock", common / "refs/vencejo/\(workspace.runName)/2.lock",
                found.directory / "index.lock", found.directory / "HEAD.lock",
            ]
            for lock in locks { try FileSystem.write("", to: lock) }
            let foreign = common / "refs/heads/main.lock"
            try FileSystem.write("", to: foreign)
            try await workspace.prepare()
            #expect(locks.filter(FileSystem.exists) == [])
            #expect(FileSystem.exists(foreign))
            try FileSystem.remove(foreign)
            try workspace.write("a.txt", "two\n")
            try await workspace.commit(title: "T", trailers: [("Vencejo-Run", workspace.runName)])
            #expect(try await test.git("status", "--porcelain", at: workspace.root) == "")
        }
    }

    @Test(arguments: [("x", "x/y"), ("x/y", "x"), ("x/y/z", "x/y")])
    func `An ignored file that stands in the way of a tree is saved first`(ignored: String, wanted: String) async throws
    {
        try await TestRepository.with { test in
            let workspace = try await test.preparedWorkspace()
            try workspace.write(wanted, "in the tree\n")
            let tree = try await workspace.tree()
            try FileSystem.removeTree(workspace.root / "x")
            try workspace.write(ignored, "only here\n")
            try FileSystem.write("x\n", to: test.root / ".git/info/exclude")
            let saved = try await workspace.restore(tree: tree)
            #expect(try workspace.read(wanted) == "in the tree\n")
            let reference = try #require(saved).reference
            #expect(try await test.git("show", "\(reference):\(ignored)") == "only here")
        }
    }

    @Test func `What is set aside never replaces what was set aside before`() async throws {
        try await TestRepository.with { test in
            let workspace = try await test.preparedWorkspace()
            let folder = test.folder / "aside"
            for text in ["first\n", "second\n", "third\n"] {
                try workspace.write("notes.log", text)
                try await workspace.setAsideIgnored(to: folder)
            }
            let kept = try FileSystem.list(folder).map { try FileSystem.readText(folder / $0.name) }
            #expect(Set(kept) == ["first\n", "second\n", "third\n"])
        }
    }

    @Test func `A removed worktree comes back with what was not committed`() async throws {
        try await TestRepository.with { test in
            let workspace = try await test.preparedWorkspace()
            try await workspace.commitTask("T001", "a.txt", "done\n")
            try workspace.write("b.txt", "half done\n")
            try workspace.write("c.log", "ignored\n")
            let aside = test.folder / "aside"
            try await workspace.setAsideIgnored(to: aside)
            try await workspace.remove()
            #expect(!FileSystem.exists(workspace.root))
            try await workspace.prepare()
            try workspace.takeBack(from: aside)
            #expect(try workspace.read("a.txt") == "done\n")
            #expect(try workspace.read("b.txt") == "half done\n")
            #expect(try workspace.read("c.log") == "ignored\n")
            #expect(!FileSystem.exists(aside))
        }
    }

    @Test func `A removal that was killed half-way is finished, and all comes back`() async throws {
        try await TestRepository.with { test in
            let workspace = try await test.preparedWorkspace()
            try workspace.write("b.txt", "half done\n")
            try await workspace.snapshot()
            let found = try #require(try WorktreeRegistration.find(workspace.root, in: workspace.repository))
            try found.markUnready(for: workspace.runName)
            try FileSystem.remove(workspace.root / "b.txt")
            try FileSystem.remove(workspace.root / "README.md")
            try await workspace.remove()
            try await workspace.prepare()
            #expect(try workspace.read("b.txt") == "half done\n")
            #expect(try workspace.read("README.md") == "# Project\n")
        }
    }

    @Test func `A snapshot is written into a new folder and never over files`() async throws {
        try await TestRepository.with { test in
            let workspace = try await test.preparedWorkspace()
            try workspace.write("sub/b.txt", "saved\n")
            let snapshot = try #require(try await workspace.snapshot())
            try await workspace.export(snapshot, to: test.folder / "out")
            #expect(try FileSystem.readText(test.folder / "out/sub/b.txt") == "saved\n")
            await #expect(throws: WorkbenchError.self) {
                try await workspace.export(snapshot, to: test.folder / "out")
            }
        }
    }

    @Test func `Pointers of a filter that is not installed stay byte for byte`() async throws {
        try await TestRepository.with { test in
            let pointer =
                "version https://git-lfs.github.com/spec/v1\noid sha256:\(String(repeating: "0", count: 64))\nsize 5\n"
            try test.write(".gitattributes", "*.bin filter=lfs diff=lfs merge=lfs -text\n")
            try await test.commit("big.bin", pointer, "Pointer")
            for key in ["process", "clean", "smudge"] {
                try await test.git("config", "filter.lfs.\(key)", "no-such-lfs x")
            }
            try await test.git("config", "filter.lfs.required", "true")
            let workspace = try await test.preparedWorkspace()
            #expect(try workspace.read("big.bin") == pointer)
            try workspace.write("other.bin", pointer)
            let commit = try await workspace.commit(title: "T", trailers: [("Vencejo-Run", workspace.runName)])
            #expect(try await test.git("cat-file", "blob", "\(commit):other.bin") + "\n" == pointer)
            #expect(try await test.git("cat-file", "blob", "\(commit):big.bin") + "\n" == pointer)
        }
    }
}
