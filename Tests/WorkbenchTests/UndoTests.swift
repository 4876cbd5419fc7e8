import Files
import Testing

@testable import Workbench

@Suite struct UndoTests {
    @Test func `Undoing a task takes its change back and leaves the later ones`() async throws {
        try await TestRepository.with { test in
            let workspace = try await test.preparedWorkspace()
            try await workspace.commitTask("T001", "a.txt", "1\n")
            let tip = try await workspace.commitTask("T002", "b.txt", "2\n")
            try workspace.write("draft.txt", "not committed\n")
            let result = try await workspace.undo(.task("T001"))
            #expect(!FileSystem.exists(workspace.root / "a.txt"))
            #expect(try workspace.read("b.txt") == "2\n")
            #expect(result.branch == workspace.branch)
            #expect(try await workspace.head() == result.commit)
            let newest = try await workspace.log()[0]
            #expect(newest.title == "Undo T001")
            #expect(newest.trailers == ["Vencejo-Run": workspace.runName, "Vencejo-Undo": "T001"])
            let saved = try #require(result.saved)
            #expect(try await test.git("cat-file", "-p", "\(saved.commit):draft.txt") == "not committed")
            #expect(try await workspace.snapshots().contains { $0.commit == tip })
            #expect(try await test.git("status", "--porcelain", at: workspace.root) == "")
            #expect(try await code { _ = try await workspace.undo(.task("T001")) } == .nothingToUndo)
            #expect(try await workspace.findCommit(trailer: "Vencejo-Task", value: "T001") == nil)
        }
    }

    @Test func `A task that later work stands on is refused with the files`() async throws {
        try await TestRepository.with { test in
            let workspace = try await test.preparedWorkspace()
            try await workspace.commitTask("T001", "a.txt", "1\n")
            let tip = try await workspace.commitTask("T002", "a.txt", "2\n")
            do {
                _ = try await workspace.undo(.task("T001"))
                Issue.record("the undo was not refused")
            } catch let error as WorkbenchError {
                #expect(error.code == .conflict)
                #expect(error.paths == ["a.txt"])
            }
            #expect(try await workspace.head() == tip)
            #expect(try workspace.read("a.txt") == "2\n")
        }
    }

    @Test func `Undoing a run brings the base's files back, also without a worktree`() async throws {
        try await TestRepository.with { test in
            let workspace = try await test.preparedWorkspace()
            try await workspace.commitTask("T001", "a.txt", "1\n")
            try await workspace.commitTask("T002", "app.txt", "2\n")
            try await workspace.remove()
            let result = try await workspace.undo(.run)
            #expect(
                try await workspace.repository.tree(of: result.commit) == workspace.repository.tree(of: workspace.base))
            #expect(try await code { _ = try await workspace.undo(.run) } == .nothingToUndo)
        }
    }

    @Test func `Merged work is undone on the user's branch only, when asked to`() async throws {
        try await TestRepository.with { test in
            let workspace = try await test.preparedWorkspace()
            try await workspace.commitTask("T001", "a.txt", "1\n")
            _ = try await test.open().merge(workspace.branch)
            try await test.commit("mine.txt", "mine\n", "Mine")
            await #expect(
                throws: WorkbenchError(
                    .merged, "The work is merged into main: undo it on that branch, by asking for it explicitly.")
            ) { _ = try await workspace.undo(.task("T001")) }

            try test.write("mine.txt", "changed\n")
            #expect(try await code { _ = try await workspace.undo(.run, on: .userBranch) } == .dirtyTree)
            try await test.git("checkout", "-q", "mine.txt")
            let result = try await workspace.undo(.run, on: .userBranch)
            #expect(try await test.git("rev-parse", "main") == result.commit)
            #expect(!FileSystem.exists(test.root / "a.txt"))
            #expect(try test.read("mine.txt") == "mine\n")
            #expect(try await test.git("status", "--porcelain") == "")
        }
    }

    @Test func `Work that the user's branch does not contain is not undone there`() async throws {
        try await TestRepository.with { test in
            let workspace = try await test.preparedWorkspace()
            try await workspace.commitTask("T001", "a.txt", "1\n")
            #expect(try await code { _ = try await workspace.undo(.run, on: .userBranch) } == .nothingToUndo)
        }
    }
}
