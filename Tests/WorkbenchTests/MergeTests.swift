import Files
import Testing

@testable import Workbench

@Suite struct MergeTests {
    @Test func `A branch that moved on alone is fast-forwarded`() async throws {
        try await TestRepository.with { test in
            let workspace = try await test.preparedWorkspace()
            let tip = try await workspace.commitTask("T001", "a.txt", "1\n")
            try test.write("mine.txt", "untracked, not in the way\n")
            #expect(try await test.open().merge(workspace.branch) == .fastForward(commit: tip))
            #expect(try test.read("a.txt") == "1\n")
            #expect(try await test.git("status", "--porcelain") == "?? mine.txt")
            #expect(try await test.open().merge(workspace.branch) == .alreadyMerged)
        }
    }

    @Test func `Branches that both moved on get a merge commit`() async throws {
        try await TestRepository.with { test in
            let workspace = try await test.preparedWorkspace()
            let tip = try await workspace.commitTask("T001", "app.txt", "ONE\ntwo\nthree\nfour\nfive\n")
            try await test.commit("app.txt", "one\ntwo\nthree\nfour\nFIVE\n", "Mine")
            let mine = try await test.git("rev-parse", "HEAD")
            let result = try await test.open().merge(workspace.branch, trailers: [("Vencejo-Run", "r")])
            let head = try await test.git("rev-parse", "HEAD")
            #expect(result == .merged(commit: head))
            #expect(
                try await test.git("show", "-s", "--format=%P %s", head)
                    == "\(mine) \(tip) Merge branch '\(workspace.branch)'")
            #expect(try test.read("app.txt") == "ONE\ntwo\nthree\nfour\nFIVE\n")
            #expect(try await test.git("status", "--porcelain") == "")
        }
    }

    @Test func `A conflict is refused with its files, and nothing changes`() async throws {
        try await TestRepository.with { test in
            let workspace = try await test.preparedWorkspace()
            try await workspace.commitTask("T001", "app.txt", "theirs\n")
            try await test.commit("app.txt", "mine\n", "Mine")
            let before = try await test.git("rev-parse", "HEAD")
            let expected = WorkbenchError(
                .conflict,
                "\(workspace.branch) and main both changed app.txt: merge by hand with `git merge \(workspace.branch)`.",
                paths: ["app.txt"])
            await #expect(throws: expected) { try await test.open().merge(workspace.branch) }
            #expect(try await test.git("rev-parse", "HEAD") == before)
            #expect(try await test.git("status", "--porcelain") == "")
            #expect(try test.read("app.txt") == "mine\n")
        }
    }

    @Test func `Changed files, files in the way and a detached HEAD are refused`() async throws {
        try await TestRepository.with { test in
            let workspace = try await test.preparedWorkspace()
            try workspace.write("secret.txt", "new\n")
            try await workspace.commitTask("T001", "a.txt", "1\n")
            let before = try await test.git("rev-parse", "HEAD")
            func refusal() async throws -> WorkbenchError.Code? {
                try await code { _ = try await test.open().merge(workspace.branch) }
            }
            try test.write("app.txt", "the user's change\n")
            #expect(try await refusal() == .dirtyTree)
            #expect(try test.read("app.txt") == "the user's change\n")
            try await test.git("checkout", "-q", "app.txt")

            try test.write("a.txt", "the user's untracked file\n")
            #expect(try await refusal() == .dirtyTree)
            #expect(try test.read("a.txt") == "the user's untracked file\n")
            try FileSystem.remove(test.root / "a.txt")

            try FileSystem.write("secret.txt\n", to: test.root / ".git/info/exclude")
            try test.write("secret.txt", "the user's ignored file\n")
            #expect(try await refusal() == .dirtyTree)
            #expect(try test.read("secret.txt") == "the user's ignored file\n")
            try FileSystem.remove(test.root / "secret.txt")

            try await test.git("checkout", "-q", "--detach")
            #expect(try await refusal() == .detachedHead)
            #expect(try await test.git("rev-parse", "main") == before)
        }
    }

    @Test func `A branch that is not there is told`() async throws {
        try await TestRepository.with { test in
            let refusal = try await code { _ = try await test.open().merge("vencejo/gone") }
            #expect(refusal == .notFound)
        }
    }
}
