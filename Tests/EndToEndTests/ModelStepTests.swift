import FakeModelServer
import Files
import JSON
import Testing

/// Steps that a model does without a plan behind them: a question, and free work on the files (E1).
@Suite("A step of a workflow that a model does", .timeLimit(.minutes(15)))
struct ModelStepTests {
    private static func with(
        _ workflow: String, _ script: [String: FakeReply], wire: Stage.Wire = .anthropic,
        _ body: (Stage) async throws -> Void
    ) async throws {
        try await Stage.with(
            wire: wire, decide: { call, _ in script["\(call)"].map { .reply($0) } ?? .answer }
        ) { stage in
            try FileSystem.createDirectory(stage.project / ".vencejo/workflows")
            try FileSystem.write(workflow, to: stage.project / ".vencejo/workflows/own.yaml")
            try await body(stage)
            #expect(stage.server.violations == [])
        }
    }

    private static let naming = """
        name: own
        steps:
          - id: names
            type: prompt
            agent: planner
            prompt: Propose names for a command that ${run.request}.
            schema:
              type: object
              properties: {names: {type: array, items: {type: string, pattern: "^[a-z]+$"}, minItems: 1}}
              required: [names]
              additionalProperties: false
          - id: each
            for-each: ${steps.names.outputs.data.names}
            as: name
            key: ${name}
            steps:
              - {id: note, shell: "echo ${quote(name)} >> names.txt"}
          - {id: keep, engine: commit}
        outputs:
          first: ${first(steps.names.outputs.data.names)}
        """

    @Test(
        "a question is answered in the form that is asked for, and later steps use it", arguments: Stage.Wire.allCases)
    func prompt(wire: Stage.Wire) async throws {
        let script = [
            "propose-names-for-a#1": FakeReply(text: "How about show and list?"),
            "propose-names-for-a#2": FakeReply(text: #"{"names": ["Show"]}"#),
            "propose-names-for-a#3": FakeReply(text: "```json\n{\"names\": [\"show\", \"list\"]}\n```\n"),
        ]
        try await Self.with(Self.naming, script, wire: wire) { stage in
            let done = try await stage.vencejo("run", "--workflow", "own", "shows everything", "--json")
            #expect(done.status == 0, "\(done.errors)")
            #expect(try done.json["outputs"] == ["first": "show"])
            #expect(try await stage.git("show", "\(try await stage.branch()):names.txt") == "show\nlist")
            // One conversation without tools, in which each answer is told what is wrong with it.
            let said = stage.server.conversation(of: "propose-names-for-a")
            #expect(said.contains("shows everything") && said.contains("fits this schema"))
            #expect(said.contains("Answer 1 does not fit the schema") && said.contains("/names/0"), "\(said)")
            #expect(stage.server.requests.allSatisfy { ($0["tools"]?.arrayValue ?? []).isEmpty })
        }
    }

    @Test("a question that is never answered in its form fails, and says what did not fit")
    func promptUnfit() async throws {
        let answer = FakeReply(text: #"{"names": []}"#)
        let script = Dictionary(uniqueKeysWithValues: (1...3).map { ("propose-names-for-a#\($0)", answer) })
        try await Self.with(Self.naming, script) { stage in
            let ended = try await stage.vencejo("run", "--workflow", "own", "shows everything")
            #expect(ended.status == 1)
            #expect(ended.errors.contains("names: the answer does not fit its schema"), "\(ended.errors)")
            #expect(stage.server.requestCount == 3)
        }
    }

    @Test("free work changes files, which a later step commits, and is done once, also after a kill")
    func writing() async throws {
        let workflow = """
            name: own
            steps:
              - id: write
                agent: developer
                prompt: Note that ${run.request}.
              - id: kept
                if: steps.write.outputs.changed
                then:
                  - {id: keep, title: Keep the note, engine: commit}
              - id: again
                agent: developer
                prompt: Look once more.
            outputs:
              said: ${steps.write.outputs.summary}
              commit: ${steps.keep.outputs.commit}
              more: ${steps.again.outputs.changed}
            """
        let script = [
            "note-that-it-rains#1": FakeReply(
                calls: [.init("write_file", #"{"path": "note.txt", "content": "it rains\n"}"#)]),
            "note-that-it-rains#2": FakeReply(calls: [.init("finish", #"{"summary": "noted"}"#)]),
            "look-once-more#1": FakeReply(calls: [.init("finish", #"{"summary": "still so"}"#)]),
        ]
        try await Self.with(workflow, script) { stage in
            let wasKilled = try await stage.vencejoKilled(["run", "--workflow", "own", "it rains"]) {
                $0.contains("actionFinished") && $0.contains("note.txt")
            }
            #expect(wasKilled)
            let done = try await stage.vencejo("runs", "resume", "latest", "--json")
            #expect(done.status == 0, "\(done.errors)")
            let branch = try await stage.branch()
            #expect(try await stage.git("log", "--format=%s", "main..\(branch)") == "Keep the note")
            #expect(try await stage.git("diff", "--name-only", "main", branch) == "note.txt")
            let outputs = try done.json["outputs"]
            #expect(outputs?["said"] == "noted" && outputs?["more"] == false)
            #expect(outputs?["commit"] == .string(try await stage.git("rev-parse", branch)))
            // Nothing was verified, and it says so.
            #expect(try done.json["proven"] == false)
            #expect(stage.server.purchases.values.allSatisfy { $0 <= 2 })
        }
    }

    @Test("an agent that may not write the project's files writes none of them")
    func readOnly() async throws {
        let workflow = """
            name: own
            steps:
              - {id: look, agent: planner, prompt: Note that it rains.}
            """
        let script = [
            "note-that-it-rains#1": FakeReply(
                calls: [.init("write_file", #"{"path": "note.txt", "content": "it rains\n"}"#)]),
            "note-that-it-rains#2": FakeReply(calls: [.init("finish", #"{"summary": "I may not"}"#)]),
        ]
        try await Self.with(workflow, script) { stage in
            let done = try await stage.vencejo("run", "--workflow", "own")
            #expect(done.status == 0, "\(done.errors)")
            #expect(!FileSystem.exists((try stage.worktree() ?? "") / "note.txt"))
        }
    }
}
