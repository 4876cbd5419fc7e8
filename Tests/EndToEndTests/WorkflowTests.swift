import FakeModelServer
import Files
import JSON
import Synchronization
import Testing

/// Workflows of a project's own, run by the real program (E1, E2).
@Suite("A workflow of a project's own", .timeLimit(.minutes(15)))
struct WorkflowTests {
    private static func with(
        _ text: String, configuration: String = "",
        decide: @escaping @Sendable (ModelCall, Int) -> ModelBehaviour = { _, _ in .answer },
        _ body: (Stage) async throws -> Void
    ) async throws {
        try await Stage.with(configuration: configuration, decide: decide) { stage in
            try FileSystem.createDirectory(stage.project / ".vencejo/workflows")
            try FileSystem.write(text, to: stage.project / ".vencejo/workflows/own.yaml")
            try await body(stage)
        }
    }

    private static let release = """
        name: own
        inputs:
          target: {type: string, choices: [staging, production], required: true}
        outputs:
          files: ${length(steps.list.outputs.data)}
        steps:
          - id: list
            shell: printf '["a","b","c"]'; echo to the side >&2
            json: true
          - id: each
            for-each: ${steps.list.outputs.data}
            as: item
            key: ${item}
            limit: 2
            steps:
              - id: touch
                shell: echo ${item} > out-${item}.txt
          - id: where
            if: inputs.target == 'production'
            then:
              - id: ask
                gate: Ship ${length(steps.list.outputs.data)} files?
                form:
                  type: object
                  properties: {version: {type: string, pattern: "^[0-9.]+$"}}
                  required: [version]
              - id: tag
                shell: echo ${steps.ask.outputs.data.version} > version.txt
            else:
              - id: note
                shell: echo staging > note.txt
          - id: count
            do-while: index < 1
            max: 5
            steps:
              - id: line
                shell: echo line >> lines.txt
          - id: keep
            engine: commit
        """

    @Test("goes its ways: expressions, loops, a form, a commit")
    func release() async throws {
        try await Self.with(Self.release) { stage in
            let wrong = try await stage.vencejo("run", "--workflow", "own", "--input", "target=moon")
            #expect(wrong.status == 2)
            #expect(wrong.errors.contains("target") && wrong.errors.contains("staging"), "\(wrong.errors)")

            let parked = try await stage.vencejo("run", "--workflow", "own", "--input", "target=production")
            #expect(parked.status == 3, "\(parked.errors)")
            #expect(parked.errors.contains("Ship 3 files?"))
            let gate =
                try await stage.vencejo("gates", "list", "--json").json.arrayValue?.first?["id"]?.stringValue ?? ""
            let refused = try await stage.vencejo("gates", "answer", gate, "--field", "version=one")
            #expect(refused.status == 2, "\(refused.errors)")
            let taken = try await stage.vencejo("gates", "answer", gate, "--field", "version=1.2")
            #expect(taken.status == 0, "\(taken.errors)")
            let done = try await stage.vencejo("runs", "resume", "latest", "--json")
            #expect(done.status == 0, "\(done.errors)")
            #expect(try done.json["proven"] == false)
            #expect(try done.json["outputs"] == ["files": 3])
            #expect(try await stage.vencejo("runs", "show", "latest").output.contains("Outputs\n  files  3\n"))

            let branch = try await stage.branch()
            #expect(try await stage.git("show", "\(branch):out-b.txt") == "b")
            #expect(try await stage.git("show", "\(branch):version.txt") == "1.2")
            #expect(try await stage.git("show", "\(branch):lines.txt") == "line\nline")
            #expect(stage.server.requestCount == 0)
        }
    }

    @Test("is forked with another input, and goes the other way without doing again what was done")
    func fork() async throws {
        try await Self.with(Self.release) { stage in
            let first = try await stage.vencejo("run", "--workflow", "own", "--input", "target=staging", "--json")
            #expect(first.status == 0, "\(first.errors)")
            let wrong = try await stage.vencejo("runs", "fork", "latest", "--at", "list", "--input", "target=moon")
            #expect(wrong.status == 2, "\(wrong.errors)")
            let forked = try await stage.vencejo(
                "runs", "fork", "latest", "--at", "list", "--input", "target=production")
            #expect(forked.status == 3, "\(forked.errors)")
            #expect(forked.errors.contains("Ship 3 files?"))
            let gate =
                try await stage.vencejo("gates", "list", "--json").json.arrayValue?.first?["id"]?.stringValue ?? ""
            try await stage.vencejo("gates", "answer", gate, "--field", "version=2")
            let done = try await stage.vencejo("runs", "resume", "latest")
            #expect(done.status == 0, "\(done.errors)")
            // Its events to the end: what was taken over is among them once, and was not done again.
            let shown = try await stage.vencejo("runs", "watch", "latest", "--events")
            #expect(
                shown.output.split(separator: "\n").count { $0.contains("stepFinished") && $0.contains("\"list\"") }
                    == 1)
        }
    }

    @Test("takes back what it did in reverse order when a step fails for good, and says so")
    func compensation() async throws {
        try await Self.with(
            """
            name: own
            steps:
              - id: first
                shell: echo first > first.txt
                compensate: [{id: unfirst, shell: "rm first.txt; echo unfirst >> log.txt"}]
              - id: second
                shell: echo second > second.txt
                compensate: [{id: unsecond, shell: "rm second.txt; echo unsecond >> log.txt"}]
              - id: bad
                shell: echo tried >> tries.txt; exit 3
                retry: {attempts: 2, backoff: 10ms}
            """
        ) { stage in
            let outcome = try await stage.vencejo("run", "--workflow", "own", "--events")
            #expect(outcome.status == 1)
            let worktree = try stage.worktree() ?? ""
            #expect(try FileSystem.readText(worktree / "log.txt") == "unsecond\nunfirst\n")
            #expect(try FileSystem.readText(worktree / "tries.txt") == "tried\ntried\n")
            #expect(!FileSystem.exists(worktree / "first.txt"))
            let shown = try await stage.vencejo("runs", "show", "latest")
            #expect(shown.output.contains("bad") && shown.output.contains("exit status 3"), "\(shown.output)")
        }
    }

    @Test("does an interrupted confined command again from the files before it, so that it counts once")
    func killedCommand() async throws {
        try await Self.with(
            """
            name: own
            steps:
              - id: slow
                shell: echo once >> log.txt; sleep 2
              - id: keep
                engine: commit
            """
        ) { stage in
            try await stage.vencejoKilled(["run", "--workflow", "own"]) {
                for _ in 0..<2000 {
                    if let tree = try? stage.worktree(), FileSystem.exists(tree / "log.txt") { return }
                    try? await Task.sleep(for: .milliseconds(20))
                }
            }
            let done = try await stage.vencejo("runs", "resume", "latest")
            #expect(done.status == 0, "\(done.errors)")
            let branch = try await stage.branch()
            #expect(try await stage.git("show", "\(branch):log.txt") == "once")
        }
    }

    @Test("has branches side by side, a switch, a sub-workflow, and steps by what they need")
    func kinds() async throws {
        try await Self.with(
            """
            name: own
            steps:
              - {id: last, shell: "cat a.txt b.txt answer.txt case.txt > all.txt", needs: [both, write, pick]}
              - id: both
                parallel:
                  a: [{id: pa, shell: echo a > a.txt}]
                  b: [{id: pb, shell: echo b > b.txt}]
              - id: pick
                needs: [both]
                switch: "'x'"
                cases:
                  x: [{id: cx, shell: echo x > case.txt}]
                default: [{id: cd, shell: echo default > case.txt}]
              - {id: call, workflow: inner, with: {n: 21}}
              - {id: write, needs: [call], shell: "echo ${steps.call.outputs.twice} > answer.txt"}
              - {id: keep, needs: [last], engine: commit}
            """
        ) { stage in
            try FileSystem.write(
                """
                name: inner
                inputs: {n: {type: integer, default: 2}}
                outputs: {twice: "${steps.calc.outputs.data}"}
                steps:
                  - {id: calc, shell: "echo $(( ${inputs.n} * 2 ))", json: true}
                """, to: stage.project / ".vencejo/workflows/inner.yaml")
            let done = try await stage.vencejo("run", "--workflow", "own")
            #expect(done.status == 0, "\(done.errors)")
            #expect(try await stage.git("show", "\(try await stage.branch()):all.txt") == "a\nb\n42\nx")
        }
    }

    @Test("can be a file of spec-kit's as it is (E9)")
    func specKit() async throws {
        try await Self.with("name: own\nsteps: [{id: a, shell: ls}]\n") { stage in
            let folder = stage.project / ".specify/workflows/greeting"
            try FileSystem.createDirectory(folder)
            try FileSystem.write(
                """
                schema_version: "1.0"
                workflow: {id: greeting, name: Greeting, version: "1.0.0", description: Says hello}
                inputs:
                  name: {type: string, default: world}
                steps:
                  - id: greet
                    type: shell
                    run: echo "hello {{ inputs.name }}" > hello.txt
                  - id: check
                    type: if
                    condition: "{{ inputs.name == 'world' }}"
                    then:
                      - {id: known, type: shell, run: echo yes > known.txt}
                  - {id: review, type: gate, message: "Is it right?", options: [approve, reject]}
                """, to: folder / "workflow.yml")
            let parked = try await stage.vencejo("run", "--workflow", "greeting")
            #expect(parked.status == 3, "\(parked.errors)")
            let worktree = try stage.worktree() ?? ""
            #expect(try FileSystem.readText(worktree / "hello.txt") == "hello world\n")
            #expect(FileSystem.exists(worktree / "known.txt"))
            let gate =
                try await stage.vencejo("gates", "list", "--json").json.arrayValue?.first?["id"]?.stringValue ?? ""
            try await stage.vencejo("gates", "approve", gate)
            let done = try await stage.vencejo("runs", "resume", "latest")
            #expect(done.status == 0, "\(done.errors)")
        }
    }

    @Test("is rolled back when that is asked for, and says what was taken back")
    func rollback() async throws {
        try await Self.with(
            """
            name: own
            steps:
              - {id: make, shell: "echo x > made.txt", compensate: [{id: remove, shell: rm made.txt}]}
              - {id: ask, gate: "Go on?"}
            """
        ) { stage in
            let parked = try await stage.vencejo("run", "--workflow", "own")
            #expect(parked.status == 3, "\(parked.errors)")
            let back = try await stage.vencejo("runs", "rollback", "latest")
            #expect(back.status == 1)
            #expect(back.errors.contains("taken back: make"), "\(back.errors)")
            #expect(!FileSystem.exists((try stage.worktree() ?? "") / "made.txt"))
            let again = try await stage.vencejo("runs", "rollback", "latest")
            #expect(again.errors.contains("has ended already"))
        }
    }

    @Test("is rolled back while a step that has the workspace waits at a gate")
    func rollbackAtPermission() async throws {
        try await Self.with(
            """
            name: own
            steps:
              - {id: make, shell: "echo x > made.txt", compensate: [{id: remove, shell: rm made.txt}]}
              - {id: risky, shell: touch risky.txt}
            """, configuration: "policy: { ask: [\"run_command(touch *)\"] }\n"
        ) { stage in
            let parked = try await stage.vencejo("run", "--workflow", "own")
            #expect(parked.status == 3, "\(parked.errors)")
            let back = try await stage.vencejo("runs", "rollback", "latest")
            #expect(back.errors.contains("taken back: make"), "\(back.errors)")
            let worktree = try stage.worktree() ?? ""
            #expect(!FileSystem.exists(worktree / "made.txt") && !FileSystem.exists(worktree / "risky.txt"))
        }
    }

    @Test("is refused with every fault when its file is wrong, before anything begins")
    func faults() async throws {
        try await Self.with("name: own\nsteps:\n  - id: a\n    agent: nobody\n    prompt: x\n  - shel: ls\n") { stage in
            let outcome = try await stage.vencejo("run", "--workflow", "own", "x")
            #expect(outcome.status == 2, "\(outcome.errors)")
            #expect(outcome.errors.contains("own.yaml:"), "\(outcome.errors)")
            let all = try await stage.vencejo("workflows", "validate", "own")
            #expect(all.status == 2)
            #expect((all.output + all.errors).contains("nobody") && (all.output + all.errors).contains("shell"))
            #expect(try await stage.vencejo("runs", "list", "--json").json == [])
        }
    }

    @Test("stops a step at its time limit, and goes on where that is allowed")
    func timeout() async throws {
        try await Self.with(
            """
            name: own
            steps:
              - id: slow
                shell: sleep 30
                timeout: 300ms
                on_error: continue
              - id: after
                shell: echo ${steps.slow.error.code} > code.txt
              - id: keep
                engine: commit
            """
        ) { stage in
            let done = try await stage.vencejo("run", "--workflow", "own")
            #expect(done.status == 0, "\(done.errors)")
            #expect(try await stage.git("show", "\(try await stage.branch()):code.txt") == "timeout")
        }
    }
}

/// Tasks that are carried out at the same time, each in a worktree of its own (A7).
@Suite("Tasks beside one another", .timeLimit(.minutes(15)))
struct ParallelTaskTests {
    private static let folder = "specs/001-json-flag-list-command"

    private static func tasks(_ files: [String]) -> FakeReply {
        let lines = files.enumerated().map { "- [ ] T00\($0.offset + 1) [P] Write `\($0.element)` (FR-001)" }
        let text = "# Tasks: JSON output\\n\\n## Phase 1: Story\\n\\n\(lines.joined(separator: "\\n"))\\n"
        return FakeReply(calls: [.init("write_file", #"{"path": "\#(folder)/tasks.md", "content": "\#(text)"}"#)])
    }

    private static func write(_ path: String, _ text: String) -> FakeReply {
        FakeReply(calls: [.init("write_file", #"{"path": "\#(path)", "content": "\#(text)"}"#)])
    }

    private static let finish = FakeReply(calls: [.init("finish", #"{"summary": "done"}"#)])

    @Test("have worktrees of their own and are joined in their order, proven")
    func apart() async throws {
        try await Stage.with(
            configuration: "limits: { parallel_tasks: 3 }\n",
            decide: { call, _ in
                switch "\(call)" {
                case "tasks#1": .reply(Self.tasks(["one.txt", "two.txt", "three.txt"]))
                case "task/T001#1": .reply(Self.write("one.txt", "1"))
                case "task/T002#1": .reply(Self.write("two.txt", "2"))
                case "task/T003#1": .reply(Self.write("three.txt", "3"))
                case "task/T001#2", "task/T002#2", "task/T003#2": .reply(Self.finish)
                default: .answer
                }
            }
        ) { stage in
            let done = try await stage.vencejo("run", Stage.request, "--yes", "--json")
            #expect(done.status == 0, "\(done.errors)")
            #expect(try done.json["proven"] == true)
            let branch = try done.json["branch"]?.stringValue ?? ""
            let tasks = try await stage.git(
                "log", "--reverse", "--format=%(trailers:key=Vencejo-Task,valueonly,separator=)", branch)
            #expect(tasks.split(separator: "\n") == ["T001", "T002", "T003"])
            let names = try await stage.git("ls-tree", "--name-only", branch)
            #expect(["one.txt", "two.txt", "three.txt"].allSatisfy(names.contains))
            let list = try await stage.git("show", "\(branch):\(Self.folder)/tasks.md")
            #expect(!list.contains("- [ ]"))
            #expect(try await stage.git("for-each-ref", "--format=%(refname:short)", "refs/heads/vencejo") == branch)
            #expect(stage.server.purchases.values.allSatisfy { $0 == 1 })
        }
    }

    @Test("hand a conflict to the agent with both sides, and nothing of either is lost")
    func conflict() async throws {
        try await Stage.with(
            configuration: "limits: { parallel_tasks: 2 }\n",
            decide: { call, _ in
                switch "\(call)" {
                case "tasks#1": .reply(Self.tasks(["one.txt", "two.txt"]))
                case "task/T001#1": .reply(Self.write("shared.txt", "from one\\n"))
                case "task/T002#1": .reply(Self.write("shared.txt", "from two\\n"))
                case "task/T002#3": .reply(Self.write("shared.txt", "from one\\nfrom two\\n"))
                case "task/T001#2", "task/T002#2", "task/T002#4": .reply(Self.finish)
                default: .answer
                }
            }
        ) { stage in
            let done = try await stage.vencejo("run", Stage.request, "--yes", "--json")
            #expect(done.status == 0, "\(done.errors)")
            #expect(try done.json["proven"] == true)
            let branch = try done.json["branch"]?.stringValue ?? ""
            #expect(try await stage.git("show", "\(branch):shared.txt") == "from one\nfrom two")
            let said = stage.server.conversation(of: "task/T002")
            #expect(said.contains("from one") && said.contains("changed the same lines"))
        }
    }

    @Test("go on after a kill, and nothing is bought twice", arguments: ["\"T001\"", "\"T002\""])
    func killed(task: String) async throws {
        try await Stage.with(
            configuration: "limits: { parallel_tasks: 2 }\n",
            decide: { call, _ in
                switch "\(call)" {
                case "tasks#1": .reply(Self.tasks(["one.txt", "two.txt"]))
                case "task/T001#1": .reply(Self.write("one.txt", "1"))
                case "task/T002#1": .reply(Self.write("two.txt", "2"))
                case "task/T001#2", "task/T002#2": .reply(Self.finish)
                default: .answer
                }
            }
        ) { stage in
            let wasKilled = try await stage.vencejoKilled(["run", Stage.request, "--yes"]) {
                $0.contains("taskCommitted") && $0.contains(task)
            }
            #expect(wasKilled)
            let done = try await stage.vencejo("runs", "resume", "latest", "--yes", "--json")
            #expect(done.status == 0, "\(done.errors)")
            #expect(try done.json["proven"] == true)
            let again = stage.server.purchases.values.reduce(0) { $0 + $1 - 1 }
            #expect(again <= (try done.json["report"]?["interruptedCalls"]?.intValue ?? 0))
        }
    }
}
