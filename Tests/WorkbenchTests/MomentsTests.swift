import Files
import Identity
import Testing

@testable import Workbench

/// Branch and worktree at an earlier moment (E5).
@Suite("A workspace at a moment")
struct MomentsTests {
    @Test("goes back to a commit, with all that stood there later saved, and may do so twice")
    func rewind() async throws {
        try await TestRepository.with { repository in
            let workspace = try await repository.preparedWorkspace()
            let first = try await workspace.commitTask("T001", "a.txt", "one\n")
            let second = try await workspace.commitTask("T002", "b.txt", "two\n")
            try workspace.write("c.txt", "by hand\n")
            let moment = try await workspace.moment(commit: first)
            let saved = try await workspace.rewind(to: moment)
            let head = try await workspace.head()
            #expect(head == first)
            let tree = try await workspace.tree()
            #expect(tree == moment.tree)
            #expect(!FileSystem.exists(workspace.root / "b.txt") && !FileSystem.exists(workspace.root / "c.txt"))
            let kept = try await workspace.snapshots()
            #expect(kept.contains { $0.commit == second })
            let held = try #require(saved ?? kept.first { $0.parent == second })
            let files = try await workspace.changes(in: held).map(\.path)
            #expect(files == ["c.txt"])

            let again = try await workspace.rewind(to: moment)
            #expect(again == nil)
            let same = try await workspace.snapshots()
            #expect(same == kept)
        }
    }

    @Test("is made again from the moment, not from what was saved later on the same commit")
    func madeAgain() async throws {
        try await TestRepository.with { repository in
            let workspace = try await repository.preparedWorkspace()
            let first = try await workspace.commitTask("T001", "a.txt", "one\n")
            try workspace.write("b.txt", "work of the next task\n")
            try await workspace.snapshot()
            _ = try await workspace.rewind(to: try await workspace.moment(commit: first))
            try FileSystem.removeTree(workspace.root)
            try await workspace.prepare()
            #expect(FileSystem.exists(workspace.root / "a.txt"))
            #expect(!FileSystem.exists(workspace.root / "b.txt"))
        }
    }

    @Test("refuses to go where its branch does not lead back to")
    func foreign() async throws {
        try await TestRepository.with { repository in
            let workspace = try await repository.preparedWorkspace()
            try await workspace.commitTask("T001", "a.txt", "one\n")
            let before = try await workspace.head()
            try await repository.commit("x.txt", "x\n", "the user's")
            let users = try await repository.open().head
            let moment = try await workspace.moment(commit: users)
            let refused = try await code { _ = try await workspace.rewind(to: moment) }
            #expect(refused == .conflict)
            let gone = try await code { _ = try await workspace.moment(commit: String(repeating: "0", count: 40)) }
            #expect(gone == .notFound)
            let lost = try await code {
                _ = try await workspace.moment(commit: before, tree: String(repeating: "1", count: 40))
            }
            #expect(lost == .notFound)
            let after = try await workspace.head()
            #expect(after == before)
        }
    }

    @Test("begins a fork's branch at the moment, with its files, and knows the commits that it took over")
    func fork() async throws {
        try await TestRepository.with { repository in
            let original = try await repository.preparedWorkspace()
            let first = try await original.commitTask("T001", "a.txt", "one\n")
            try original.write("b.txt", "not committed\n")
            let tree = try await original.tree()
            try await original.snapshot()
            let run: RunID = TestRepository.ids.next()
            let fork = Workspace(
                repository: original.repository, run: run, branch: "vencejo/\(run.short)-fork", base: original.base,
                root: original.root.parent / run.string, ancestry: .init(start: first, runs: [original.run]))
            try await fork.keep(try await fork.moment(commit: first, tree: tree))
            try await fork.prepare()
            let head = try await fork.head()
            #expect(head == first)
            let files = try await fork.tree()
            #expect(files == tree)
            let inherited = try await fork.findCommit(trailer: "Vencejo-Task", value: "T001")
            #expect(inherited == first)
            try await fork.commitTask("T002", "c.txt", "three\n")
            try await fork.prepare()
            let untouched = try await original.head()
            #expect(untouched == first)
        }
    }
}
