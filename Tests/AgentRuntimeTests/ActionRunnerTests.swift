import AgentRuntime
import Conversation
import Crypto
import Files
import Identity
import JSON
import Policy
import Runs
import Testing
import Timekeeping
import Tools

struct ActionRunnerTests {
    static let edit: JSONValue = ["path": "a.txt", "edits": [["old_text": "one", "new_text": "two"]]]

    @Test func `arguments that do not fit go back to the model and are recorded`() async throws {
        try await Stage.lend { stage in
            stage.turn(("edit_file", ["path": "a.txt", "edits": "all"]))
            let result = try #require(try await stage.result())
            #expect(result.outcome == .error)
            #expect(result.callID == "c0")
            #expect(result.text.hasPrefix("the arguments of edit_file do not fit its schema:\n- /edits: "))
            #expect(stage.journal.now.actions.map(\.result) == [result])
            #expect(stage.journal.now.actions.map(\.intent) == [.none])
            #expect(try stage.text("a.txt") == "one\n")
        }
    }

    @Test func `a tool that the agent does not have is answered with those it has`() async throws {
        try await Stage.lend { stage in
            stage.turn(("delete_file", [:]))
            let result = try #require(try await stage.result())
            #expect(result.outcome == .error)
            #expect(result.text.hasPrefix("there is no tool named 'delete_file'; the tools are read_file, list_files"))
        }
    }

    @Test func `looking is answered and recorded at once`() async throws {
        try await Stage.lend { stage in
            stage.turn(("read_file", ["path": "a.txt"]))
            let result = try await stage.result()
            #expect(result == ToolResult(callID: "c0", text: "1\tone\n", outcome: .ok))
            #expect(
                stage.events == [
                    .actionFinished(
                        session: stage.session.id, turn: 1, tool: "read_file", outcome: .ok, summary: "a.txt")
                ])
        }
    }

    @Test func `a change is recorded with its hashes before the file is touched`() async throws {
        try await Stage.lend { stage in
            stage.turn(("edit_file", Self.edit))
            stage.journal.crash(at: .after(0))
            await #expect(throws: MemoryJournal.Crash.self) { try await stage.performNext() }

            #expect(try stage.text("a.txt") == "one\n")
            let action = try #require(stage.journal.now.actions.first)
            #expect(action.result == nil)
            guard case .change("a.txt", let before, let after, let report) = action.intent else {
                Issue.record("the intent is \(action.intent)")
                return
            }
            #expect(before == SHA256.hash(Array("one\n".utf8)).hex)
            #expect(after == SHA256.hash(Array("two\n".utf8)).hex)
            #expect(report.hasPrefix("a.txt is edited:"))
            #expect(
                stage.events == [
                    .actionStarted(session: stage.session.id, turn: 1, tool: "edit_file", summary: "a.txt")
                ])
        }
    }

    @Test func `a change that is done is recorded with its report`() async throws {
        try await Stage.lend { stage in
            stage.turn(("write_file", ["path": "new/deep/b.txt", "content": "b\n"]))
            let expected = ToolResult(callID: "c0", text: "new/deep/b.txt is created, 2 bytes", outcome: .ok)
            let result = try await stage.result()
            #expect(result == expected)
            #expect(try stage.text("new/deep/b.txt") == "b\n")
            #expect(stage.journal.now.actions.map(\.result) == [expected])
            #expect(stage.events.count == 2)
        }
    }

    @Test func `a file that cannot be written is an answer`() async throws {
        try await Stage.lend { stage in
            stage.turn(("write_file", ["path": "a.txt/b.txt", "content": "b\n"]))
            let result = try #require(try await stage.result())
            #expect(result.outcome == .error)
            #expect(result.text.contains("a.txt"), "\(result.text)")
        }
    }

    @Test func `a confined command is recorded with the tree before it`() async throws {
        try await Stage.lend { stage in
            stage.turn(("run_command", ["command": "make test", "timeout_seconds": 9]))
            let result = try await stage.result()
            #expect(result == ToolResult(callID: "c0", text: "ran make test", outcome: .ok))
            #expect(stage.journal.now.actions.map(\.intent) == [.confined(command: "make test", tree: "tree-0")])
            #expect(
                stage.workplace.now.commands == [CommandRequest(commandLine: "make test", timeLimit: .seconds(9))])
        }
    }

    @Test func `the end of an attempt is an answer like any other`() async throws {
        try await Stage.lend { stage in
            stage.turn(("finish", ["summary": "Done."]))
            let result = try #require(try await stage.result())
            #expect(result.outcome == .ok)
            #expect(try await stage.transcript().ending == .finished(summary: "Done."))
        }
    }

    @Test func `snapshots are taken only where something changed`() async throws {
        try await Stage.lend { stage in
            try await stage.runner().takeSnapshot()
            try await stage.runner().takeSnapshot()
            #expect(stage.events == [.snapshotTaken(reference: "refs/snapshot", tree: "1 files")])
        }
    }

    // MARK: - Policy

    @Test func `what the policy denies is told to the model and not done`() async throws {
        try await Stage.lend { stage in
            var stage = stage
            stage.permissions = Permissions(deny: [try PermissionRule("run_command(make deploy)")], fallback: .allow)
            stage.turn(("run_command", ["command": "make deploy"]), ("run_command", ["command": "sudo rm -rf /"]))
            for _ in 0..<2 {
                let result = try #require(try await stage.result())
                #expect(result.outcome == .error)
                #expect(result.text.hasPrefix("refused by policy: "), "\(result.text)")
            }
            #expect(stage.workplace.now.commands == [])
            #expect(stage.journal.now.gates == [])
        }
    }

    @Test(arguments: ["specs/001-x/spec.md", "link/001-x/spec.md"])
    func `an agent does not write where its role may not, also not through a link`(path: String) async throws {
        try await Stage.lend { stage in
            var stage = stage
            stage.writes = PathRules(deny: ["specs/**"])
            try FileSystem.createDirectory(stage.root / "specs/001-x")
            try FileSystem.createSymlink(at: stage.root / "link", to: "specs")
            stage.turn(("write_file", ["path": .string(path), "content": "x"]))
            let result = try #require(try await stage.result())
            #expect(result.outcome == .error)
            #expect(
                result.text.hasPrefix("refused by policy: the developer may not write specs/001-x/spec.md: "),
                "\(result.text)")
            #expect(!FileSystem.exists(stage.root / "specs/001-x/spec.md"))
        }
    }

    @Test func `what the policy asks about waits at a gate, and is done once it is approved`() async throws {
        try await Stage.lend { stage in
            var stage = stage
            stage.permissions = Permissions(fallback: .ask)
            stage.turn(("run_command", ["command": "make test"]))
            let gate = try #require(try await stage.gate())
            #expect(gate.kind == .permission)
            #expect(gate.question == "May the developer do this: make test")
            #expect(gate.choices.map(\.value) == ["approve", "reject"])
            #expect(stage.journal.now.gates == [gate])
            #expect(
                stage.events == [
                    .gateOpened(gate: gate.id, kind: .permission, step: .task("T001"), question: gate.question)
                ])
            #expect(try await stage.gate() == gate)
            #expect(stage.workplace.now.commands == [])

            try await stage.answer(gate, "approve")
            let result = try await stage.result()
            #expect(result == ToolResult(callID: "c0", text: "ran make test", outcome: .ok))
            #expect(stage.journal.now.gates.count == 1)
        }
    }

    @Test func `what is rejected is not done, and the model hears why`() async throws {
        try await Stage.lend { stage in
            var stage = stage
            stage.permissions = Permissions(fallback: .ask)
            stage.turn(("write_file", ["path": "b.txt", "content": "b"]))
            let gate = try #require(try await stage.gate())
            #expect(gate.question == "May the developer do this: write b.txt")
            try await stage.answer(gate, "reject", comment: "use a.txt")
            let result = try await stage.result()
            #expect(result == ToolResult(callID: "c0", text: "refused by the user: use a.txt", outcome: .error))
            #expect(!FileSystem.exists(stage.root / "b.txt"))
        }
    }

    @Test func `an approved change that was cut off is not asked about again`() async throws {
        try await Stage.lend { stage in
            var stage = stage
            stage.permissions = Permissions(fallback: .ask)
            stage.turn(("edit_file", Self.edit), ("run_command", ["command": "make"]))
            for _ in 0..<2 {
                let gate = try #require(try await stage.gate())
                try await stage.answer(gate, "approve")
                stage.journal.crash(at: .after(0))
                await #expect(throws: MemoryJournal.Crash.self) { try await stage.performNext() }
                stage.journal.crash(at: nil)
                #expect(try await stage.result()?.outcome == .ok)
            }
            #expect(stage.journal.now.gates.count == 2)
            #expect(try stage.text("a.txt") == "two\n")
        }
    }

    @Test func `a question waits for its answer`() async throws {
        try await Stage.lend { stage in
            stage.turn(("ask_user", ["question": "Which name?", "choices": ["a", "b"]]))
            let gate = try #require(try await stage.gate())
            #expect(gate.kind == .question)
            #expect(gate.question == "Which name?")
            #expect(gate.choices == [.init("a", "a"), .init("b", "b")])
            #expect(try await stage.gate() == gate)
            try await stage.answer(gate, "b", comment: "as before")
            let result = try await stage.result()
            #expect(result == ToolResult(callID: "c0", text: "The user answers: b: as before", outcome: .ok))
        }
    }

    // MARK: - After a crash

    @Test func `a change that was recorded but not made is made now`() async throws {
        try await Stage.lend { stage in
            stage.turn(("edit_file", Self.edit))
            stage.journal.crash(at: .after(0))
            await #expect(throws: MemoryJournal.Crash.self) { try await stage.performNext() }
            stage.journal.crash(at: nil)
            let result = try #require(try await stage.result())
            #expect(result.outcome == .ok)
            #expect(result.text.hasPrefix("a.txt is edited:"))
            #expect(try stage.text("a.txt") == "two\n")
        }
    }

    @Test func `a change that was made but not recorded is not made again`() async throws {
        try await Stage.lend { stage in
            stage.turn(("edit_file", Self.edit))
            stage.journal.crash(at: .before(1))
            await #expect(throws: MemoryJournal.Crash.self) { try await stage.performNext() }
            #expect(try stage.text("a.txt") == "two\n")
            stage.journal.crash(at: nil)
            // Made again, the edit would not find its old text.
            let result = try #require(try await stage.result())
            #expect(result.outcome == .ok)
            #expect(result.text.hasPrefix("a.txt is edited:"))
            #expect(stage.journal.now.writes == 1)
        }
    }

    @Test(arguments: [MemoryJournal.CrashPoint.after(0), .before(1)])
    func `a new file is found again in both states`(point: MemoryJournal.CrashPoint) async throws {
        try await Stage.lend { stage in
            stage.turn(("write_file", ["path": "b.txt", "content": "b\n"]))
            stage.journal.crash(at: point)
            await #expect(throws: MemoryJournal.Crash.self) { try await stage.performNext() }
            #expect(FileSystem.exists(stage.root / "b.txt") == (point == .before(1)))
            stage.journal.crash(at: nil)
            let result = try await stage.result()
            #expect(result == ToolResult(callID: "c0", text: "b.txt is created, 2 bytes", outcome: .ok))
            #expect(try stage.text("b.txt") == "b\n")
        }
    }

    @Test func `a file that someone else has changed meanwhile is left alone`() async throws {
        try await Stage.lend { stage in
            stage.turn(("edit_file", Self.edit))
            stage.journal.crash(at: .after(0))
            await #expect(throws: MemoryJournal.Crash.self) { try await stage.performNext() }
            stage.journal.crash(at: nil)
            try FileSystem.write("three\n", to: stage.root / "a.txt")
            let text = "a.txt was changed by someone else while the engine was away: read it again"
            #expect(try await stage.result() == ToolResult(callID: "c0", text: text, outcome: .error))
            #expect(try stage.text("a.txt") == "three\n")
        }
    }

    @Test func `a confined command that was cut off is run again from the tree before it`() async throws {
        try await Stage.lend { stage in
            stage.turn(("run_command", ["command": "make"]))
            stage.workplace.dieInNextCommand()
            await #expect(throws: FakeWorkplace.Crash.self) { try await stage.performNext() }
            #expect(try stage.text("log.txt") == "make\n")
            let result = try await stage.result()
            #expect(result == ToolResult(callID: "c0", text: "ran make", outcome: .ok))
            #expect(stage.workplace.now.restored == ["tree-0"])
            #expect(stage.workplace.now.commands.count == 2)
            #expect(try stage.text("log.txt") == "make\n")
        }
    }

    @Test(arguments: ["repeat", "skip"])
    func `an unconfined command that was cut off is asked about`(value: String) async throws {
        try await Stage.lend(confined: false) { stage in
            stage.turn(("run_command", ["command": "make"]))
            stage.workplace.dieInNextCommand()
            await #expect(throws: FakeWorkplace.Crash.self) { try await stage.performNext() }
            #expect(stage.journal.now.actions.map(\.intent) == [.unconfined(command: "make")])

            let gate = try #require(try await stage.gate())
            #expect(gate.kind == .unknownEffect)
            #expect(gate.question.hasSuffix("may it be run again: make"))
            #expect(gate.choices.map(\.value) == ["repeat", "skip"])
            #expect(try await stage.gate() == gate)
            try await stage.answer(gate, value, comment: value == "skip" ? "look at log.txt" : nil)

            let result = try #require(try await stage.result())
            #expect(stage.workplace.now.restored == [])
            if value == "repeat" {
                #expect(result == ToolResult(callID: "c0", text: "ran make", outcome: .ok))
                #expect(try stage.text("log.txt") == "make\nmake\n")
            } else {
                #expect(result.outcome == .error)
                #expect(result.text.hasSuffix("The user says: go on: look at log.txt"))
                #expect(try stage.text("log.txt") == "make\n")
            }
        }
    }

    // MARK: - Images

    private static let png: [UInt8] =
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8)
        + [0, 0, 0, 20, 0, 0, 0, 10, 8, 2, 0, 0, 0]

    @Test func `an image is kept before its result is recorded, and is named by its hash`() async throws {
        try await Stage.lend { stage in
            var stage = stage
            let store = ContextStore(runFolder: stage.root / "run")
            let journal = stage.journal
            stage.keepImage = { bytes, image in
                #expect(journal.now.actions.isEmpty)
                try store.keep(bytes, of: image)
            }
            try FileSystem.write(Self.png, to: stage.root / "a.png")
            stage.turn(("read_file", ["path": "a.png"]))
            let result = try await stage.result()
            let image = ImagePart(
                format: .png, hash: SHA256.hash(Self.png).hex, width: 20, height: 10, name: "a.png")
            #expect(result?.image == image)
            #expect(stage.journal.now.actions.map(\.result) == [result])
            #expect(try store.bytes(of: image) == Self.png)
            let transcript = try await stage.transcript()
            #expect(transcript.images == [image])
        }
    }

    @Test func `a session is shown ten images by its tools, and no more`() async throws {
        try await Stage.lend { stage in
            var stage = stage
            stage.keepImage = { _, _ in }
            try FileSystem.write(Self.png, to: stage.root / "a.png")
            let content = (0...10).map {
                Content.toolCall(ToolCall(id: "c\($0)", name: "read_file", arguments: .json(["path": "a.png"])))
            }
            let reply = ModelReply(id: "r", model: "model", content: content, stopReason: .toolUse, usage: .zero)
            let turn = Turn(
                id: stage.ids.next(), session: stage.session.id, number: 1, reply: reply, finishedAt: stage.time.now)
            stage.journal.seed { $0.turns = [turn] }
            for _ in 0..<10 { #expect(try await stage.result()?.image != nil) }
            let last = try await stage.result()
            #expect(
                last
                    == ToolResult(
                        callID: "c10",
                        text: "10 images have been shown in this session, and no more can be: go on with what you saw",
                        outcome: .error))
        }
    }
}
