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

    @Test(
        "calls no other workflow with inputs that this does not take, and says which, whether written out or worked out"
    )
    func calledInputs() async throws {
        let inner = """
            name: inner
            inputs:
              n: {type: integer, required: true}
              size: {choices: [small, large], default: small}
            steps:
              - {id: calc, shell: "touch called.txt"}
            """
        let own = "name: own\ninputs: {n: any}\nsteps:\n  - {id: call, workflow: inner, with: {n: GIVEN}}\n"
        try await Self.with(own.replacing("GIVEN", with: "'many', size: huge")) { stage in
            try FileSystem.write(inner, to: stage.project / ".vencejo/workflows/inner.yaml")
            let checked = try await stage.vencejo("workflows", "validate", "own")
            #expect(checked.status == 2)
            let told = checked.output + checked.errors
            #expect(
                told.contains("own.yaml:4:44: error: the input 'n' is of type integer, and 'many' is a text"), "\(told)"
            )
            #expect(
                told.contains("'huge' is no choice of the input 'size'; the choices are 'small', 'large'"), "\(told)")

            try FileSystem.write(
                own.replacing("GIVEN", with: "'${inputs.n}'"), to: stage.project / ".vencejo/workflows/own.yaml")
            #expect(try await stage.vencejo("workflows", "validate", "own").status == 0)
            let ended = try await stage.vencejo("run", "--workflow", "own", "--input", "n=[1]")
            #expect(ended.status == 1)
            #expect(
                ended.errors.contains("call: the input 'n' is of type integer, and [1] is a list"), "\(ended.errors)")
            #expect(!FileSystem.exists((try stage.worktree() ?? "") / "called.txt"))
        }
    }

    @Test(
        "knows each test by a name that is the same when it fails and when it passes",
        .enabled(if: FileSystem.isExecutable("/usr/bin/node"), "needs Node.js 20"))
    func namedTests() async throws {
        try await Self.with(
            """
            name: own
            steps:
              - {id: before, engine: tests}
              - {id: mend, shell: "sed -i 's/, 3/, 2/' web/sum.test.js; sed -i 's/Equal(1, 2)/Equal(1, 1)/' tests/test_sum.py"}
              - {id: after, engine: tests}
            outputs:
              passed: [ "${steps.before.outputs.passed}", "${steps.after.outputs.passed}" ]
              failed: ${steps.before.outputs.failed_tests}
              still: ${without(steps.before.outputs.failed_tests, steps.after.outputs.passed_tests)}
              named: ${steps.before.outputs.named and steps.after.outputs.named}
            """
        ) { stage in
            for (path, text) in [
                ("web/package.json", #"{"scripts": {"test": "node --test"}}"#),
                (
                    "web/sum.test.js",
                    "const {test, describe} = require('node:test'); const assert = require('node:assert');\n"
                        + "describe('sums', () => { test('adds', () => assert.equal(1 + 1, 3)); test('is', () => {}); });\n"
                ),
                (
                    "tests/test_sum.py",
                    "import unittest\nclass Sums(unittest.TestCase):\n    def test_sum(self):\n        self.assertEqual(1, 2)\n"
                ),
            ] {
                try FileSystem.createDirectory((stage.project / path).parent)
                try FileSystem.write(text, to: stage.project / path)
            }
            try await stage.git("add", "--all")
            try await stage.git("commit", "--quiet", "--message", "Sums")
            let done = try await stage.vencejo("run", "--workflow", "own", "--json")
            #expect(done.status == 0, "\(done.errors)")
            let outputs = try done.json["outputs"]
            let failed = outputs?["failed"]?.arrayValue?.compactMap(\.stringValue) ?? []
            #expect(failed.count == 2 && failed.contains("test_sum.Sums::test_sum"), "\(failed)")
            #expect(failed.contains { $0.hasPrefix("web") && $0.hasSuffix("adds") }, "\(failed)")
            #expect(
                outputs?["still"] == [] && outputs?["named"] == true && outputs?["passed"] == [false, true],
                "\(outputs ?? .null)")
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
