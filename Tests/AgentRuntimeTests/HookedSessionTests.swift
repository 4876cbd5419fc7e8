import AgentRuntime
import Conversation
import Files
import Identity
import JSON
import Runs
import Synchronization
import Testing

@testable import Hooks

/// Hooks around the tools and the life of a session.
@Suite struct HookedSessionTests {
    typealias Answer = @Sendable (JSONValue) throws -> HookRunner.Ending

    private static func runner(_ moments: HookMoment..., answer: @escaping Answer) -> HookRunner {
        let hooks = moments.map { moment in
            Hook(
                name: "guard", moment: moment, tool: nil, command: nil, run: "x", timeLimit: .seconds(1),
                isConfined: true, place: "", owner: .user)
        }
        return HookRunner(hooks: hooks) { try answer(try JSONValue(parsing: $0.input)) }
    }

    private static let edit = #"{"path": "a.txt", "edits": [{"old_text": "one", "new_text": "two"}]}"#
    private static let finish = (name: "finish", json: #"{"summary": "done"}"#)
    private static let script = SteppedProvider([
        "task/T001#1": .calls("1", ("edit_file", edit)), "task/T001#2": .calls("2", finish),
        "task/T001#3": .calls("3", finish), "task/T001#4": .calls("4", finish), "task/T001#5": .calls("5", finish),
    ])

    @Test func `A tool that a hook blocks is not run, and the agent hears why`() async throws {
        try await Stage.lend { stage in
            let hooks = Self.runner(.beforeTool) { _ in .exited(2, output: "", errors: "hands off") }
            let session = try stage.parent(Self.script, hooks: hooks)
            #expect(try await session.run() == .finished(summary: "done"))
            #expect(try stage.text("a.txt") == "one\n")
            let action = try #require(stage.journal.now.actions.first)
            #expect(action.intent == .none)
            #expect(action.result?.text == "blocked by the hook guard: hands off")
            #expect(
                stage.events.contains(
                    .hookFinished(
                        hook: "guard", moment: "before-tool", step: .task("T001"), session: session.session.id, turn: 1,
                        outcome: .blocked, detail: "hands off")))
        }
    }

    @Test func `What hooks add is part of the tool's result`() async throws {
        try await Stage.lend { stage in
            let hooks = Self.runner(.beforeTool, .afterTool) { call in
                .exited(0, output: #"{"add": "\#(call["event"]?.stringValue ?? "") heard"}"#, errors: "")
            }
            _ = try await stage.parent(Self.script, hooks: hooks).run()
            let text = try #require(stage.journal.now.actions.first?.result?.text)
            #expect(text.hasSuffix("\n\nafter-tool heard\n\nbefore-tool heard"))
            #expect(try stage.text("a.txt") == "two\n")
        }
    }

    @Test func `A hook after a tool cannot undo it, but its objection is heard`() async throws {
        try await Stage.lend { stage in
            let hooks = Self.runner(.afterTool) { call in
                let outcome = call["result"]?["outcome"]?.stringValue
                #expect(outcome == "ok")
                return .exited(2, output: "", errors: "not formatted")
            }
            _ = try await stage.parent(Self.script, hooks: hooks).run()
            let result = try #require(stage.journal.now.actions.first?.result)
            #expect(result.outcome == .error)
            #expect(result.text.hasSuffix("The tool was used, but the hook guard objects: not formatted"))
        }
    }

    @Test func `Killed in a hook before a tool, the tool was not run and the hook is asked again`() async throws {
        struct Killed: Error {}
        try await Stage.lend { stage in
            let asked = Mutex(0)
            let provider = Self.script
            let killing = Self.runner(.beforeTool) { _ in
                asked.withLock { $0 += 1 }
                throw CancellationError()
            }
            await #expect(throws: CancellationError.self) { try await stage.parent(provider, hooks: killing).run() }
            #expect(stage.journal.now.actions.isEmpty)
            #expect(try stage.text("a.txt") == "one\n")
            let blocking = Self.runner(.beforeTool) { _ in
                asked.withLock { $0 += 1 }
                return .exited(2, output: "", errors: "no")
            }
            _ = try await stage.parent(provider, hooks: blocking).run()
            #expect(try stage.text("a.txt") == "one\n")
            #expect(asked.withLock { $0 } == 2)
        }
    }

    @Test func `What was let go before a crash is not asked about again`() async throws {
        try await Stage.lend { stage in
            let asked = Mutex(0)
            let hooks = Self.runner(.beforeTool) { _ in
                asked.withLock { $0 += 1 }
                return .exited(0, output: "", errors: "")
            }
            stage.turn(("edit_file", try JSONValue(parsing: Self.edit)))
            stage.journal.crash(at: .after(0))
            var session = try stage.parent(Self.script, hooks: hooks)
            await #expect(throws: MemoryJournal.Crash.self) { try await session.run() }
            #expect(stage.journal.now.actions.count == 1)
            stage.journal.crash(at: nil)
            session = try stage.parent(Self.script, hooks: hooks)
            #expect(try await session.run() == .finished(summary: "done"))
            #expect(try stage.text("a.txt") == "two\n")
            #expect(asked.withLock { $0 } == 1)
        }
    }

    @Test func `A hook on stop sends the agent back to work, three times at the most`() async throws {
        try await Stage.lend { stage in
            let hooks = Self.runner(.stop) { call in
                let summary = call["summary"]?.stringValue
                #expect(summary == "done")
                return .exited(2, output: "", errors: "run the linter")
            }
            let outcome = try await stage.parent(Self.script, hooks: hooks).run()
            #expect(outcome == .finished(summary: "done"))
            #expect(stage.journal.now.turns.count == 5)
            let words = stage.journal.now.inputs.filter { $0.afterTurn > 0 }
            #expect(words.map(\.afterTurn) == [2, 3, 4])
            #expect(words.first?.text == "You are not done yet: blocked by the hook guard: run the linter")
        }
    }

    @Test func `A hook at the session's start speaks first and once, or does not let it begin`() async throws {
        try await Stage.lend { stage in
            let asked = Mutex(0)
            let hooks = Self.runner(.sessionStart) { _ in
                asked.withLock { $0 += 1 }
                return .exited(0, output: #"{"add": "mind the style"}"#, errors: "")
            }
            let held = ScriptedProvider([1: [.failure(.init(.authentication, "no key"))]])
            for _ in 1...2 { _ = try await stage.parent(held, hooks: hooks).run() }
            #expect(stage.journal.now.inputs.map(\.text) == ["Do it.", "mind the style"])
            #expect(asked.withLock { $0 } == 1)
        }
        try await Stage.lend { stage in
            let hooks = Self.runner(.sessionStart) { _ in .exited(2, output: "", errors: "not today") }
            let session = try stage.parent(Self.script, hooks: hooks)
            #expect(try await session.run() == .blocked(reason: "blocked by the hook guard: not today"))
            #expect(stage.journal.now.turns.isEmpty)
        }
    }
}
