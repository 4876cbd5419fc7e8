import FakeModelServer
import Files
import JSON
import LoopbackHTTP
import Synchronization
import Testing

/// Agents that agents start, in real runs (A7).
///
/// The fake model knows a child by the first word of its task.
@Suite("Sub-agents", .timeLimit(.minutes(15)))
struct SubAgentTests {
    private static func spawn(_ agent: String, _ task: String, _ more: String = "") -> FakeReply.Call {
        .init("spawn_agent", #"{"agent": "\#(agent)", "task": "\#(task)"\#(more)}"#)
    }

    private static func finish(_ summary: String) -> FakeReply {
        FakeReply(calls: [.init("finish", #"{"summary": "\#(summary)"}"#)])
    }

    private static func read(_ path: String) -> FakeReply {
        FakeReply(calls: [.init("read_file", #"{"path": "\#(path)"}"#)])
    }

    private static let research: @Sendable (ModelCall) -> ModelBehaviour = { call in
        switch "\(call)" {
        case "task/T001#1":
            .reply(
                FakeReply(calls: [spawn("explorer", "look-1 at the store"), spawn("explorer", "look-2 at the tests")]))
        case "task/look-1#1": .reply(read("store.py"))
        case "task/look-1#2": .reply(finish("as_dict is missing"))
        case "task/look-2#1": .reply(finish("tests/test_store.py holds it"))
        default: .answer
        }
    }

    @Test("work for their parent at the run's cost, and the parent gets their summaries")
    func whole() async throws {
        try await Stage.with(decide: { call, _ in Self.research(call) }) { stage in
            let done = try await stage.vencejo("run", Stage.request, "--yes", "--events")
            #expect(done.status == 0, "\(done.errors)")
            #expect(stage.server.violations == [])
            let said = stage.server.conversation(of: "task/T001")
            #expect(said.contains("as_dict is missing") && said.contains("tests/test_store.py holds it"))
            #expect(done.output.contains(#"task/T001/agent/1"#) && done.output.contains("task/T001/agent/2"))
            let watched = try await stage.vencejo("runs", "watch", "latest")
            #expect(watched.output.contains("↳ explorer") || watched.errors.contains("↳ explorer"))
            let child = try #require(
                stage.server.requests.first {
                    $0.text().contains("look-1 at the store") && !$0.text().contains("T001 ")
                })
            let tools = (child["tools"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue }
            #expect(tools == ["read_file", "list_files", "search", "find_symbol", "finish"])
        }
    }

    @Test("that are killed with the engine are found again and go on, and nothing is bought twice")
    func killed() async throws {
        let seen = Mutex(0)
        try await Stage.with(decide: { call, _ in
            guard "\(call)" == "task/look-1#2" else { return Self.research(call) }
            let count = seen.withLock { count in
                count += 1
                return count
            }
            return count == 1 ? .hold : Self.research(call)
        }) { stage in
            try await stage.vencejoKilled(["run", Stage.request, "--yes"]) { await stage.server.holding.opened() }
            let done = try await stage.vencejo("runs", "resume", "latest", "--yes", "--json")
            #expect(done.status == 0, "\(done.errors)")
            #expect(stage.server.violations == [])
            // Only what was in flight when the process died may be asked for again: the held call, and its neighbour's.
            let again = stage.server.purchases.values.reduce(0) { $0 + $1 - 1 }
            let report = try done.json["report"]
            #expect(again <= (report?["interruptedCalls"]?.intValue ?? 0))
            #expect(stage.server.purchases.filter { $0.value > 1 }.keys.allSatisfy { "\($0)".contains("look-") })
            let events = try await stage.vencejo("runs", "watch", "latest", "--events").output
            #expect(events.split(separator: "\n").count { $0.contains("sessionOpened") && $0.contains("/agent/") } == 2)
        }
    }

    @Test("may write no more than their parent and the call allow")
    func rights() async throws {
        try await Stage.with(decide: { call, _ in
            switch "\(call)" {
            case "task/T001#1":
                .reply(FakeReply(calls: [Self.spawn("developer", "write-1 notes", #", "files": ["docs/**"]"#)]))
            case "task/write-1#1":
                .reply(
                    FakeReply(calls: [
                        .init("write_file", #"{"path": "docs/notes.md", "content": "Noted.\n"}"#),
                        .init("write_file", #"{"path": "other.md", "content": "x\n"}"#),
                        .init("write_file", #"{"path": "specs/x.md", "content": "x\n"}"#),
                    ]))
            case "task/write-1#2": .reply(Self.finish("noted"))
            default: .answer
            }
        }) { stage in
            let done = try await stage.vencejo("run", Stage.request, "--yes")
            #expect(done.status == 0, "\(done.errors)")
            let branch = try await stage.branch()
            let files = try await stage.git("ls-tree", "-r", "--name-only", branch)
            #expect(files.contains("docs/notes.md") && !files.contains("other.md") && !files.contains("specs/x.md"))
            let said = stage.server.conversation(of: "task/write-1")
            #expect(said.contains("other.md may not be written: it is outside of what is allowed, docs/**"))
            #expect(stage.server.violations == [])
        }
    }

    @Test("that ask a human park the run, and go on with the answer")
    func gate() async throws {
        try await Stage.with(decide: { call, _ in
            switch "\(call)" {
            case "task/T001#1": .reply(FakeReply(calls: [Self.spawn("developer", "ask-1 the user")]))
            case "task/ask-1#1": .reply(FakeReply(calls: [.init("ask_user", #"{"question": "Which way?"}"#)]))
            case "task/ask-1#2": .reply(Self.finish("that way"))
            default: .answer
            }
        }) { stage in
            let parked = try await stage.vencejo("run", Stage.request, "--yes")
            #expect(parked.status == 3, "\(parked.errors)")
            let gates = try await stage.vencejo("gates", "list", "--json").json.arrayValue ?? []
            #expect(gates.map { $0["question"] } == ["Which way?"])
            #expect(gates.first?["step"] == "task/T001/agent/1")
            try await stage.vencejo("gates", "answer", gates.first?["id"]?.stringValue ?? "", "left")
            let done = try await stage.vencejo("runs", "resume", "latest", "--yes")
            #expect(done.status == 0, "\(done.errors)")
            #expect(stage.server.conversation(of: "task/ask-1").contains("The user answers: left"))
            #expect(stage.server.purchases.values.allSatisfy { $0 == 1 })
        }
    }
}
