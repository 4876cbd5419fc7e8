import Files
import Identity
import Subprocess
import Testing

@testable import Workbench

/// Worktrees of tasks beside one another, and the joining of their work.
@Suite struct ParallelWorkspacesTests {
    static func lanes(_ test: TestRepository, _ run: Workspace) -> ParallelWorkspaces {
        ParallelWorkspaces(run: run, folder: test.folder / "state" / "lanes")
    }

    @Test func `Tasks begin alike, and their work is joined in order with its trailers`() async throws {
        try await TestRepository.with { test in
            let run = try await test.preparedWorkspace()
            let lanes = Self.lanes(test, run)
            try await lanes.begin(["T001", "T002"])
            async let one = lanes.fork("T001")
            async let two = lanes.fork("T002")
            let (first, second) = try await (one, two)
            let firstCommit = try await first.commitTask("T001", "a.txt", "1\n")
            let firstTree = try await first.headTree()
            try await second.commitTask("T002", "b.txt", "2\n")
            #expect(!FileSystem.exists(second.root / "a.txt"))

            let joined = try await lanes.join("T001")
            let head = try await run.head()
            #expect(joined == .joined(JoinedTask(commit: head, tree: firstTree, isTaskTree: true)))
            #expect(
                try await test.git("show", "-s", "--format=%B", head)
                    == "T001: work\n\nVencejo-Run: \(run.runName)\nVencejo-Task: T001\nVencejo-Joined: \(firstCommit)\n"
            )
            guard case .joined(let later) = try await lanes.join("T002") else {
                Issue.record("T002 was not joined")
                return
            }
            #expect(!later.isTaskTree)
            #expect(try run.read("a.txt") + run.read("b.txt") == "1\n2\n")
            #expect(try await run.tree() == later.tree)
            #expect(try await run.log().map(\.title) == ["T002: work", "T001: work"])
            #expect(try await lanes.join("T001") == .alreadyJoined(commit: head))

            #expect(try await lanes.tasks() == ["T001", "T002"])
            for task in ["T001", "T002"] { try await lanes.remove(task) }
            #expect(try await lanes.tasks() == [])
            #expect(try await test.git("branch", "--list", "--format=%(refname:short)", "vencejo/*") == run.branch)
            #expect(try await test.git("worktree", "list", "--porcelain").split(separator: "\n\n").count == 2)
            #expect(try await lanes.join("T002") == .alreadyJoined(commit: later.commit))
            try await lanes.remove("T002")
        }
    }

    @Test func `What is not committed in the run's worktree is in the tasks', and outlives the joining`() async throws {
        try await TestRepository.with { test in
            let run = try await test.preparedWorkspace()
            try run.write("draft.txt", "by hand\n")
            try run.write("app.txt", "ONE\ntwo\nthree\nfour\nfive\n")
            let lanes = Self.lanes(test, run)
            let lane = try await lanes.fork("T001")
            #expect(try lane.read("draft.txt") == "by hand\n")
            try run.write("later.txt", "after the fork\n")
            try await lane.commitTask("T001", "app.txt", "ONE\ntwo\nthree\nfour\nFIVE\n")
            _ = try await lanes.join("T001")
            #expect(try run.read("later.txt") == "after the fork\n")
            #expect(try run.read("app.txt") == "ONE\ntwo\nthree\nfour\nFIVE\n")
            #expect(try await run.committedText(of: "draft.txt") == "by hand\n")
            #expect(try await run.committedText(of: "later.txt") == nil)
        }
    }

    @Test func `What a task left uncommitted is among the run's snapshots once its worktree is removed`() async throws {
        try await TestRepository.with { test in
            let run = try await test.preparedWorkspace()
            let lanes = Self.lanes(test, run)
            let lane = try await lanes.fork("T001")
            try await lane.commitTask("T001", "a.txt", "1\n")
            try lane.write("left.txt", "only here\n")
            _ = try await lanes.join("T001")
            #expect(!FileSystem.exists(run.root / "left.txt"))
            try await lanes.remove("T001")
            #expect(!FileSystem.exists(lane.root))
            let snapshots = try await run.snapshots()
            #expect(snapshots.map(\.parent) == [nil, nil])
            #expect(try await test.git("show", "\(snapshots[0].reference):left.txt") == "only here")
        }
    }

    @Test func `A conflict is told with both sides and changes nothing; the task's worktree is where it is resolved`()
        async throws
    {
        try await TestRepository.with { test in
            let run = try await test.preparedWorkspace()
            let lanes = Self.lanes(test, run)
            try await lanes.begin(["T001", "T002"])
            try await lanes.fork("T001").commitTask("T001", "app.txt", "ours\n")
            let lane = try await lanes.fork("T002")
            let theirs = try await lane.commitTask("T002", "app.txt", "theirs\n")
            _ = try await lanes.join("T001")
            let head = try await run.head()
            guard case .conflict(let conflict) = try await lanes.join("T002") else {
                Issue.record("there was no conflict")
                return
            }
            #expect(try await run.head() == head)
            #expect(try run.read("app.txt") == "ours\n")
            #expect((conflict.task, conflict.commit, conflict.onto) == ("T002", theirs, head))
            #expect(conflict.files.map(\.inWords) == ["changed by both"])
            let sides = conflict.files.first.map { [$0.base, $0.ours, $0.theirs].map { $0?.bytes ?? [] } }
            #expect(
                sides?.map { String(decoding: $0, as: UTF8.self) }
                    == ["one\ntwo\nthree\nfour\nfive\n", "ours\n", "theirs\n"])
            #expect(conflict.text().hasPrefix("app.txt: changed by both\n<base file=\"app.txt\">\none\n"))

            #expect(try await lanes.laidOut("T002") == nil)
            for _ in 1...2 { try await lanes.layOut(conflict) }
            #expect(try await lanes.laidOut("T002") == conflict)
            #expect(try lane.read("app.txt").contains("<<<<<<<"))
            #expect(try await lanes.unresolved(conflict) == ["app.txt"])
            await #expect(throws: WorkbenchError.self) { try await lanes.join("T002") }
            try lane.write("app.txt", "both\n")
            #expect(try await lanes.unresolved(conflict) == [])
            try await lane.commitTask("T002", "app.txt", "both\n")
            #expect(try await lanes.laidOut("T002") == nil)
            guard case .joined(let joined) = try await lanes.join("T002") else {
                Issue.record("the resolved task was not joined")
                return
            }
            #expect(joined.isTaskTree)
            #expect(try run.read("app.txt") == "both\n")
            try await lanes.remove("T002")
            let kept = try await run.snapshots().map(\.reference)
            var texts: [String] = []
            for reference in kept { texts.append(try await test.git("show", "\(reference):app.txt")) }
            #expect(texts.contains("theirs"))
        }
    }

    @Test func `A deleted, a renamed and a twice added file are conflicts with what each side has`() async throws {
        try await TestRepository.with { test in
            try await test.commit("old.txt", "1\n2\n3\n4\n5\n6\n", "More")
            let run = try await test.preparedWorkspace()
            let lanes = Self.lanes(test, run)
            try await lanes.begin(["T001", "T002"])
            let (one, two) = (try await lanes.fork("T001"), try await lanes.fork("T002"))
            try FileSystem.remove(one.root / "app.txt")
            try FileSystem.move(one.root / "old.txt", to: one.root / "here.txt")
            try await one.commitTask("T001", "new.txt", "ours\n")
            try two.write("app.txt", "changed\n")
            try FileSystem.move(two.root / "old.txt", to: two.root / "there.txt")
            try await two.commitTask("T002", "new.txt", "theirs\n")
            _ = try await lanes.join("T001")
            guard case .conflict(let conflict) = try await lanes.join("T002") else {
                Issue.record("there was no conflict")
                return
            }
            #expect(
                conflict.files.map { "\($0.path): \($0.inWords)" } == [
                    "app.txt: deleted before, changed by the task", "here.txt: moved here before",
                    "new.txt: added by both", "old.txt: moved by both", "there.txt: moved here by the task",
                ])
        }
    }

    @Test func `A file that the caller can merge is no conflict`() async throws {
        try await TestRepository.with { test in
            let run = try await test.preparedWorkspace()
            let lanes = Self.lanes(test, run)
            try await lanes.begin(["T001", "T002"])
            try await lanes.fork("T001").commitTask("T001", "app.txt", "ours\n")
            try await lanes.fork("T002").commitTask("T002", "app.txt", "theirs\n")
            _ = try await lanes.join("T001")
            let outcome = try await lanes.join("T002") { file in
                (file.ours?.bytes ?? []) + (file.theirs?.bytes ?? [])
            }
            guard case .joined = outcome else {
                Issue.record("\(outcome)")
                return
            }
            #expect(try run.read("app.txt") == "ours\ntheirs\n")
        }
    }

    @Test func `A submodule that both move is a conflict without contents`() async throws {
        try await TestRepository.with { test in
            try await test.git("init", "-q", "-b", "main", "inner", at: test.folder)
            let inner = test.folder / "inner"
            var commits: [String] = []
            for number in 1...3 {
                try FileSystem.write("\(number)\n", to: inner / "f.txt")
                try await test.git("add", "-A", at: inner)
                try await test.git("commit", "-qm", "\(number)", at: inner)
                commits.append(try await test.git("rev-parse", "HEAD", at: inner))
            }
            try await test.git("update-index", "--add", "--cacheinfo", "160000,\(commits[0]),lib")
            try await test.git("commit", "-qm", "Submodule")
            let run = try await test.preparedWorkspace()
            let lanes = Self.lanes(test, run)
            try await lanes.begin(["T001", "T002"])
            for (task, commit) in [("T001", commits[1]), ("T002", commits[2])] {
                let lane = try await lanes.fork(task)
                try await lane.commitTask(task, "\(task).txt", "x\n")
                let tree = try await test.git("ls-tree", lane.head())
                let moved = tree.replacing(commits[0], with: commit)
                let file = test.folder / "tree"
                try FileSystem.write(moved + "\n", to: file)
                let made = try await lane.repository.store.text(
                    ["mktree", "--missing"], .writes, input: Array((moved + "\n").utf8))
                _ = try await lane.commit(
                    made, onto: lane.head(), message: "\(task)\n\nVencejo-Run: \(lane.runName)\nVencejo-Task: \(task)\n"
                )
            }
            _ = try await lanes.join("T001")
            guard case .conflict(let conflict) = try await lanes.join("T002") else {
                Issue.record("there was no conflict")
                return
            }
            #expect(conflict.paths == ["lib"])
            #expect(conflict.files.first?.theirs == .init(mode: "160000", object: commits[2], bytes: nil))
        }
    }

    @Test(arguments: ["", "../x", "a b", "T001/x", "T.lock"])
    func `A name that no branch can have is refused`(name: String) async throws {
        try await TestRepository.with { test in
            let lanes = Self.lanes(test, try await test.preparedWorkspace())
            let refusal = try await code { _ = try await lanes.fork(name) }
            #expect(refusal == .badName)
        }
    }

    @Test func `Joining a task that has no commit is refused`() async throws {
        try await TestRepository.with { test in
            let lanes = Self.lanes(test, try await test.preparedWorkspace())
            #expect(try await code { _ = try await lanes.join("T001") } == .notFound)
            _ = try await lanes.fork("T001")
            #expect(try await code { _ = try await lanes.join("T001") } == .notFound)
        }
    }
}
