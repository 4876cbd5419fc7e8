import Examples
import FakeModelServer
import Files
import Identity
import JSON
import Runs
import Storage
import Subprocess
import Testing
import Timekeeping

/// Gates through the command line and the terminal, with the real program (E4).
@Suite("Gates", .timeLimit(.minutes(15)))
struct GatesTests {
    /// Lends the journal of the stage's only run while no process works on it.
    private func withJournal<Result>(
        of stage: Stage, _ body: (SQLiteJournal, Run) async throws -> Result
    ) async throws -> Result {
        let journal = try await SQLiteJournal(path: (stage.home / "vencejo.db").string)
        let run = try #require(try await journal.runs(project: nil, limit: 1).first)
        let result = try await body(journal, run)
        await journal.close()
        return result
    }

    /// Changes the run's open gate, as whoever opens gates with a time to answer would have made it.
    private func changeGate(_ stage: Stage, _ change: @escaping @Sendable (inout Gate) -> Void) async throws {
        try await withJournal(of: stage) { journal, run in
            let gate = try #require(try await journal.gates(of: run.id, openOnly: true).first)
            _ = try await journal.change(gate.id, at: Timestamp.now()) { gate, _ in
                var gate = gate
                change(&gate)
                return [.gate(gate)]
            }
        }
    }

    private func events(_ stage: Stage) async throws -> [RunEvent] {
        try await withJournal(of: stage) { journal, run in
            try await journal.events(of: run.id, after: 0, limit: .max).map(\.event)
        }
    }

    private func count(_ stage: Stage, _ fits: (RunEvent) -> Bool) async throws -> Int {
        try await events(stage).count(where: fits)
    }

    private static let form: JSONValue = [
        "type": "object", "required": ["region"], "additionalProperties": false,
        "properties": [
            "region": ["enum": ["eu", "us"]], "replicas": ["type": "integer", "minimum": 1, "default": 1],
        ],
    ]

    @Test("a gate that nobody answered is closed when its run ends, and says by what")
    func closed() async throws {
        try await Stage.with { stage in
            try await stage.vencejo("run", Stage.request)
            let open = try await stage.vencejo("gates", "list", "--all", "--json").json[0]
            #expect(open?["state"] == "open" && open?["closed"] == nil)
            try await stage.vencejo("runs", "cancel", "latest")
            #expect(try await stage.vencejo("gates", "list", "--json").json == [])
            let closed = try await stage.vencejo("gates", "list", "--all", "--json").json[0]
            #expect(closed?["state"] == "closed" && closed?["closed"] == "the run was cancelled")
            let listed = try await stage.vencejo("gates", "list", "--all").output
            #expect(listed.contains("closed: the run was cancelled") && !listed.contains("open"), "\(listed)")
            let gate = open?["id"]?.stringValue ?? ""
            let shown = try await stage.vencejo("gates", "show", gate).output
            #expect(shown.contains("closed: the run was cancelled") && !shown.contains("Answer "), "\(shown)")
            let answered = try await stage.vencejo("gates", "approve", gate)
            #expect(answered.status == 1 && answered.errors.contains("has ended"), "\(answered.errors)")
            #expect(try await stage.vencejo("runs", "show", "latest", "--json").json["gate"] == nil)
        }
    }

    // MARK: - Answers

    @Test("a form is filled in from the command line, checked against its schema, and answered once")
    func form() async throws {
        try await Stage.with { stage in
            let parked = try await stage.vencejo("run", Stage.request)
            #expect(parked.status == 3)
            try await changeGate(stage) { gate in
                gate.form = Self.form
                gate.choices = []
            }
            let id = try await stage.vencejo("gates", "list", "--json").json[0]?["id"]?.stringValue ?? ""
            let short = id.suffix(8)
            let wrong = try await stage.vencejo("gates", "answer", id, "--field", "region=asia", "--field", "size=3")
            #expect(wrong.status == 2)
            #expect(wrong.errors.contains("/size: the form has no such field; it has: region, replicas"))
            #expect(wrong.errors.contains("/region: one of these is needed: eu, us; not 'asia'"))
            let invalid = try await stage.vencejo("gates", "answer", id, "--data", "{\"region\":\"eu\",\"replicas\":0}")
            #expect(invalid.status == 2)
            #expect(invalid.errors.contains("/replicas: "))
            let object = try await stage.vencejo("gates", "answer", id, "--data", "{\"region\":\"asia\"}", "--json")
            #expect(object.status == 2)
            #expect(try object.json["error"]?["faults"]?[0]?["path"] == "/region")
            let broken = try await stage.vencejo("gates", "answer", id, "--data", "{")
            #expect(broken.status == 2 && broken.errors.contains("what --data gives is no JSON"))
            let twice = try await stage.vencejo("gates", "answer", id, "x", "--data", "{}")
            #expect(twice.status == 2 && twice.errors.contains("give the answer once"))
            let nothing = try await stage.vencejo("gates", "answer", id)
            #expect(nothing.status == 2 && nothing.errors.contains("give an answer: a word, --data JSON"))
            let approved = try await stage.vencejo("gates", "approve", id)
            #expect(approved.status == 2 && approved.errors.contains("takes a form"))
            let shown = try await stage.vencejo("gates", "show", id)
            #expect(shown.output.contains("region") && shown.output.contains("Enter for 1"))

            try FileSystem.write("{\"region\": \"us\", \"replicas\": 2}", to: stage.project / "answer.json")
            let answered = try await stage.vencejo(
                "gates", "answer", id, "--file", "answer.json", "--comment", "as agreed", "--json",
                changes: ["USER": "ana"])
            #expect(answered.status == 0, "\(answered.errors)")
            #expect(try answered.json["answer"]?["data"] == ["region": "us", "replicas": 2])
            let late = try await stage.vencejo("gates", "answer", id, "--field", "region=eu")
            #expect(late.status == 1)
            #expect(
                late.errors.contains(
                    "gate \(short) has been answered already: '{\"region\":\"us\",\"replicas\":2}' by ana (cli) at "))

            let audit = try await stage.vencejo("gates", "audit", "--run", "latest", "--json").json
            #expect(audit.arrayValue?.map { $0["what"] } == ["opened", "answered"])
            #expect(audit[1]?["who"] == "ana" && audit[1]?["channel"] == "cli" && audit[1]?["comment"] == "as agreed")
        }
    }

    @Test("an unknown gate, an ended run and a wrong answer are told in one sentence")
    func badInput() async throws {
        try await Stage.with { stage in
            let parked = try await stage.vencejo("run", Stage.request)
            #expect(parked.status == 3)
            let id = try await stage.vencejo("gates", "list", "--run", "latest", "--json").json[0]?["id"]?.stringValue
            let gate = try #require(id)
            let unknown = try await stage.vencejo("gates", "show", "ffffffff")
            #expect(
                unknown.status == 2 && unknown.errors.contains("there is no gate 'ffffffff'; see vencejo gates list"))
            let field = try await stage.vencejo("gates", "answer", gate, "--field", "a=b")
            #expect(field.status == 2 && field.errors.contains("has no form, so --field has nothing to fill in"))
            let wrong = try await stage.vencejo("gates", "answer", gate, "perhaps")
            #expect(wrong.status == 2 && wrong.errors.contains("takes one of these answers: approve, reject"))
            try await stage.vencejo("runs", "cancel", "latest")
            let ended = try await stage.vencejo("gates", "approve", gate)
            #expect(ended.status == 1 && ended.errors.contains("is closed: its run"))
        }
    }

    // MARK: - Time

    @Test("a gate expires exactly once with its default answer, whoever looks at the same time, and the run goes on")
    func expiry() async throws {
        try await Stage.with { stage in
            let parked = try await stage.vencejo("run", Stage.request)
            #expect(parked.status == 3)
            try await changeGate(stage) { gate in
                gate.expiresAt = Timestamp.now()
                gate.defaultAnswer = "approve"
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<3 {
                    group.addTask {
                        let listed = try await stage.vencejo("gates", "list")
                        #expect(listed.status == 0 && listed.output == "No open gates.\n")
                    }
                }
                try await group.waitForAll()
            }
            let expired = try await count(stage) { if case .gateExpired = $0 { true } else { false } }
            let answered = try await count(stage) { if case .gateAnswered = $0 { true } else { false } }
            #expect(expired == 1 && answered == 1)
            let late = try await stage.vencejo("gates", "audit")
            #expect(late.output.contains("answered approve by default (expiry)"))
            let done = try await stage.vencejo("runs", "resume", "latest", "--json")
            #expect(done.status == 0, "\(done.errors)")
            #expect(try done.json["proven"] == true)
        }
    }

    @Test("a gate that expires without a default answer ends what it stood for, and is told to who comes too late")
    func expiryWithoutDefault() async throws {
        try await Stage.with { stage in
            let parked = try await stage.vencejo("run", Stage.request)
            #expect(parked.status == 3)
            let id = try await stage.vencejo("gates", "list", "--json").json[0]?["id"]?.stringValue ?? ""
            try await changeGate(stage) { $0.expiresAt = Timestamp.now() }
            let late = try await stage.vencejo("gates", "approve", id)
            #expect(late.status == 1)
            #expect(late.errors.contains("gate \(id.suffix(8)) expired before this answer: 'expired' by expiry at "))
            let resumed = try await stage.vencejo("runs", "resume", "latest")
            #expect(resumed.status == 1, "\(resumed.errors)")
        }
    }

    @Test("a reminder is given once by whoever looks first")
    func reminder() async throws {
        try await Stage.with { stage in
            let parked = try await stage.vencejo("run", Stage.request)
            #expect(parked.status == 3)
            try await changeGate(stage) { $0.remindAt = Timestamp.now() }
            for _ in 0..<2 {
                let listed = try await stage.vencejo("gates", "list")
                #expect(listed.output.contains("Carry out this plan"))
            }
            let reminded = try await count(stage) { if case .gateReminded = $0 { true } else { false } }
            #expect(reminded == 1)
        }
    }

    // MARK: - At a terminal

    /// Runs the program at a terminal of its own, and a command beside it as soon as it has printed some words.
    private static let terminal = """
        import os, pty, subprocess, sys
        words, beside, program = sys.argv[1].encode(), sys.argv[2], sys.argv[3:]
        pid, terminal = pty.fork()
        if pid == 0:
            os.execv(program[0], program)
        seen, done = b"", False
        while True:
            try:
                piece = os.read(terminal, 4096)
            except OSError:
                break
            if not piece:
                break
            seen += piece
            if not done and words in seen:
                done = True
                if beside.startswith("type "):
                    os.write(terminal, beside[5:].encode().decode("unicode_escape").encode())
                else:
                    subprocess.run(["/bin/sh", "-c", beside], check=True, stdout=subprocess.DEVNULL)
        _, status = os.waitpid(pid, 0)
        sys.stdout.buffer.write(seen)
        sys.exit(os.waitstatus_to_exitcode(status) if done else 99)
        """

    private func atTerminal(
        _ stage: Stage, _ arguments: [String], when words: String, _ beside: String
    ) async throws -> Stage.Outcome {
        var command = stage.command(arguments)
        let program = command.executable
        command.executable = "python3"
        command.arguments = ["-c", Self.terminal, words, beside, program] + arguments
        let result = try await command.run()
        guard case .exited(let status) = result.status else { throw StageError(message: result.stderr.text) }
        return Stage.Outcome(status: status, output: result.stdout.text, errors: result.stderr.text)
    }

    @Test("a prompt that waits notices that the gate was answered elsewhere, and the run goes on")
    func answeredElsewhere() async throws {
        try await Stage.with { stage in
            let program = stage.command([]).executable
            let approve = """
                '\(program)' gates approve "$('\(program)' gates list --json | grep -o '"id": *"[^"]*"' | head -1 | cut -d'"' -f4)"
                """
            let run = try await atTerminal(
                stage, ["run", Stage.request], when: "[approve/reject] >", approve)
            #expect(run.status == 0, "\(run.output) \(run.errors)")
            let answers = try await events(stage).filter { if case .gateAnswered = $0 { true } else { false } }
            #expect(answers.count == 1)
        }
    }

    @Test("Ctrl-C at a prompt leaves the gate open")
    func interruptedPrompt() async throws {
        try await Stage.with { stage in
            let run = try await atTerminal(
                stage, ["run", Stage.request], when: "[approve/reject] >", "type \\x03")
            #expect(run.status == 130, "\(run.output) \(run.errors)")
            let open = try await stage.vencejo("gates", "list", "--json").json.arrayValue?.count
            #expect(open == 1)
        }
    }

    @Test("a form is filled in at a terminal, field by field")
    func formAtTerminal() async throws {
        try await Stage.with { stage in
            let parked = try await stage.vencejo("run", Stage.request)
            #expect(parked.status == 3)
            try await changeGate(stage) { gate in
                gate.form = Self.form
                gate.choices = []
            }
            let id = try await stage.vencejo("gates", "list", "--json").json[0]?["id"]?.stringValue ?? ""
            let answered = try await atTerminal(
                stage, ["gates", "answer", id], when: "region >", "type asia\\neu\\n\\n")
            #expect(answered.status == 0, "\(answered.output)")
            #expect(answered.output.contains("one of these is needed: eu, us; not 'asia'"))
            let shown = try await stage.vencejo("gates", "show", id, "--json").json
            #expect(shown["answer"]?["data"] == ["region": "eu", "replicas": 1])
            #expect(shown["answer"]?["channel"] == "terminal")
        }
    }
}
