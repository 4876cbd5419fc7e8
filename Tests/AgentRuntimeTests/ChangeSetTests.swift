import Conversation
import Files
import JSON
import Policy
import Runs
import Testing
import Tools

@testable import AgentRuntime

@Suite struct `A change to several files` {
    static let patch: JSONValue = [
        "patch": """
        *** Begin Patch
        *** Update File: a.txt
        *** Move to: d/c.txt
        @@
        -one
        +1
        *** Update File: b.txt
        @@
        -two
        +2
        *** Delete File: c.txt
        *** Add File: e.txt
        +e
        *** End Patch
        """
    ]

    private func prepare(_ stage: Stage) throws {
        try FileSystem.write("two\nä\n", to: stage.root / "b.txt", newMode: 0o755)
        try FileSystem.write([255, 10], to: stage.root / "c.txt")
        stage.turn(("apply_patch", Self.patch))
    }

    private func expectDone(_ stage: Stage) throws {
        #expect(try FileSystem.list(stage.root).map(\.name) == ["b.txt", "d", "e.txt"])
        #expect(try stage.text("b.txt") == "2\nä\n")
        #expect(try FileSystem.info(stage.root / "b.txt")?.mode == 0o755)
        #expect(try stage.text("d/c.txt") == "1\n")
        #expect(try stage.text("e.txt") == "e\n")
    }

    private func expectUntouched(_ stage: Stage) throws {
        #expect(try stage.text("a.txt") == "one\n")
        #expect(try FileSystem.readBytes(stage.root / "c.txt") == [255, 10])
        #expect(!FileSystem.exists(stage.root / "d/c.txt"))
        #expect(!FileSystem.exists(stage.root / "e.txt"))
    }

    @Test func `is made and recorded`() async throws {
        try await Stage.lend { stage in
            try prepare(stage)
            let result = try #require(try await stage.result())
            #expect(result.outcome == .ok, "\(result.text)")
            try expectDone(stage)
            #expect(try await stage.transcript().lastTurnChangedFiles)
        }
    }

    /// After a crash any of the files may be made and any not.
    @Test(arguments: 0..<32)
    func `is completed after a crash at any point`(made: Int) async throws {
        try await Stage.lend { stage in
            try prepare(stage)
            stage.journal.crash(at: .after(0))
            await #expect(throws: MemoryJournal.Crash.self) { try await stage.performNext() }
            stage.journal.crash(at: nil)
            try expectUntouched(stage)
            guard case .changes(let changes, _) = stage.journal.now.actions.first?.intent else {
                Issue.record("no intent")
                return
            }
            #expect(changes.count == 5)
            for (index, change) in changes.enumerated() where made & (1 << index) != 0 {
                try ChangeSet(root: stage.root, changes: [change]).perform()
            }
            #expect(try await stage.result()?.outcome == .ok)
            try expectDone(stage)
        }
    }

    @Test(arguments: 0..<32)
    func `is taken back where a file was changed by someone else`(made: Int) async throws {
        try await Stage.lend { stage in
            try prepare(stage)
            stage.journal.crash(at: .after(0))
            await #expect(throws: MemoryJournal.Crash.self) { try await stage.performNext() }
            stage.journal.crash(at: nil)
            guard case .changes(let changes, _) = stage.journal.now.actions.first?.intent else {
                Issue.record("no intent")
                return
            }
            for (index, change) in changes.enumerated() where made & (1 << index) != 0 {
                try ChangeSet(root: stage.root, changes: [change]).perform()
            }
            try FileSystem.write("other\n", to: stage.root / "b.txt")
            let result = try #require(try await stage.result())
            #expect(result.outcome == .error)
            #expect(
                result.text == "Nothing was changed. b.txt was changed by someone else meanwhile: read it again")
            try expectUntouched(stage)
            #expect(try stage.text("b.txt") == "other\n")
        }
    }

    @Test func `is refused where one of its paths may not be written`() async throws {
        for denied in ["a.txt", "d/**", "c.txt"] {
            try await Stage.lend { stage in
                var stage = stage
                stage.writes = .init(deny: [denied])
                try prepare(stage)
                let result = try #require(try await stage.result())
                #expect(result.outcome == .error)
                #expect(result.text.hasPrefix("refused by policy: "), "\(result.text)")
                try expectUntouched(stage)
            }
        }
    }

    @Test func `is asked about as a whole`() async throws {
        try await Stage.lend { stage in
            var stage = stage
            stage.permissions = .init(fallback: .ask)
            try prepare(stage)
            let gate = try #require(try await stage.gate())
            #expect(
                gate.question
                    == "May the developer do this: write b.txt, delete c.txt, write d/c.txt, delete a.txt, write e.txt")
            try expectUntouched(stage)
            try await stage.answer(gate, "approve")
            #expect(try await stage.result()?.outcome == .ok)
            try expectDone(stage)
        }
    }
}
