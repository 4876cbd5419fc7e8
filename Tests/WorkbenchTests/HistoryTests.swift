import Files
import Testing

@testable import Workbench

@Suite("The history of tasks")
struct HistoryTests {
    private func commit(_ path: String, _ text: String, _ message: String, _ repository: TestRepository) async throws
        -> String
    {
        try repository.write(path, text)
        try await repository.git("add", "-A")
        try await repository.git("commit", "-qm", message)
        return try await repository.git("rev-parse", "HEAD")
    }

    @Test("commits of tasks come with run, receipts and paths, without those that were undone")
    func taskCommits() async throws {
        try await TestRepository.with { repository in
            _ = try await commit(
                "specs/001-x/spec.md", "# x\n", "Specify\n\nVencejo-Run: r1", repository)
            let first = try await commit(
                "app.txt", "1\n",
                "T001: One\n\nWords.\n\nVencejo-Run: r1\nVencejo-Task: T001\nVencejo-Receipt: a\nVencejo-Receipt: b",
                repository)
            _ = try await commit(
                "app.txt", "2\n", "T002: Two\n\nVencejo-Run: r1\nVencejo-Task: T002", repository)
            _ = try await commit(
                "app.txt", "1\n", "Undo T002\n\nVencejo-Run: r1\nVencejo-Undo: T002", repository)
            let last = try await commit("ü b.txt", "1\n", "By hand\n\nVencejo-Task: 001/T003", repository)
            let found = try await repository.open().taskCommits()
            #expect(
                found == [
                    TaskCommit(
                        id: last, title: "By hand", task: "001/T003", run: nil, receipts: [], paths: ["ü b.txt"],
                        runPaths: ["ü b.txt"]),
                    TaskCommit(
                        id: first, title: "T001: One", task: "T001", run: "r1", receipts: ["a", "b"],
                        paths: ["app.txt"],
                        runPaths: ["specs/001-x/spec.md", "app.txt"]),
                ])
        }
    }

    @Test("commits that HEAD does not lead to are missing, known or not")
    func missing() async throws {
        try await TestRepository.with { repository in
            let kept = try await repository.git("rev-parse", "HEAD")
            let lost = try await commit("app.txt", "x\n", "Lost", repository)
            try await repository.git("reset", "-q", "--hard", "HEAD~1")
            let unknown = String(repeating: "ab", count: 20)
            let opened = try await repository.open()
            #expect(try await opened.missing(from: [kept, lost, unknown]) == [lost, unknown])
            #expect(try await opened.missing(from: [kept]) == [])
            #expect(try await opened.isShallow() == false)
            #expect(try await opened.title(of: lost) == "Lost")
            #expect(try await opened.title(of: unknown) == nil)
            #expect(try await opened.commits(titled: "Start") == [kept])
        }
    }

    @Test("what a commit changed is told by the lines of the new file")
    func changes() async throws {
        try await TestRepository.with { repository in
            try repository.write("new file.txt", "a\nb\n")
            let commit = try await commit("app.txt", "one\n2\nthree\nfive\n", "Change", repository)
            let changes = try await repository.open().changes(of: commit)
            #expect(changes.map(\.path) == ["app.txt", "new file.txt"])
            #expect(changes.map(\.lines) == [[2, 3, 4], [1, 2]])
            #expect(changes[0].text == "-two\n+2\n-four\n")
            #expect(try await repository.open().file("app.txt", at: commit) == Array("one\n2\nthree\nfive\n".utf8))
            #expect(try await repository.open().file("none.txt", at: commit) == nil)
        }
    }

    @Test("files are found by what they hold, new ones too, ignored ones not")
    func files() async throws {
        try await TestRepository.with { repository in
            try repository.write("a/new.py", "# FR-001\n")
            try repository.write("build/out.py", "# FR-001\n")
            try repository.write("specs/x.md", "FR-001\n")
            let opened = try await repository.open()
            #expect(try await opened.files(containing: "fr-[0-9]", outside: ["specs"]) == ["a/new.py"])
            #expect(try await opened.files(containing: "nothing like it") == [])
            #expect(try await opened.workingFiles().contains("a/new.py"))
            #expect(try await opened.firstCommitTime(of: "app.txt") != nil)
            #expect(try await opened.firstCommitTime(of: "a/new.py") == nil)
        }
    }
}
