import FakeModelServer
import Files
import JSON
import Testing

/// The commands of `vencejo specs` that ask a model, by the real program on a real repository (S2, S4, S6, S9, S12).
@Suite("A specification is written", .timeLimit(.minutes(15)))
struct SpecsAuthoringTests {
    typealias Script = [String: ModelBehaviour]

    static let request = "Add a --json flag to the list command"
    static let folder = "specs/001-json-flag-list-command"

    static func write(_ path: String, _ text: String) -> ModelBehaviour {
        let arguments: JSONValue = ["path": .string(path), "content": .string(text)]
        return .reply(FakeReply(calls: [.init("write_file", arguments.text())]))
    }

    static func finish(_ summary: String = "done") -> ModelBehaviour {
        let arguments: JSONValue = ["summary": .string(summary)]
        return .reply(FakeReply(calls: [.init("finish", arguments.text())]))
    }

    static func say(_ value: JSONValue) -> ModelBehaviour { .reply(FakeReply(text: value.text())) }

    static func with(
        _ script: Script, configuration: String = "", _ body: (Stage) async throws -> Void
    ) async throws {
        try await Stage.with(configuration: configuration, decide: { call, _ in script["\(call)"] ?? .answer }) {
            stage in
            try await body(stage)
            #expect(stage.server.violations == [])
        }
    }

    static let spec = """
        # Feature Specification: JSON list

        **Status**: Draft

        ## User Scenarios & Testing

        ### User Story 1 - Read the list from a program (Priority: P1)

        A script reads the list.

        **Acceptance Scenarios**:

        1. **Given** one todo, **When** `list --json` is called, **Then** it prints a JSON array with one object

        ## Requirements

        ### Functional Requirements

        - **FR-001**: WHEN `list --json` is called, THE SYSTEM SHALL print one JSON array.
        - **FR-002**: THE SYSTEM MUST leave out [NEEDS CLARIFICATION: which todos?] from the array.
        - **FR-003**: THE SYSTEM MUST print the array quickly.
        - **FR-004**: THE SYSTEM MUST name the fields [NEEDS CLARIFICATION: which names?].

        ## Success Criteria

        - **SC-001**: All scenarios above are read by a JSON parser.

        """

    static let sound = spec.replacing("[NEEDS CLARIFICATION: which todos?]", with: "todos that are done")
        .replacing("[NEEDS CLARIFICATION: which names?]", with: "`number` and `text`")
        .replacing("quickly", with: "in 200 ms")

    static let tasks = """
        # Tasks: JSON list

        ## Phase 1: User Story 1 - Read the list

        - [ ] T001 [US1] Print the array in `todo.py` with its test (FR-001, FR-002, FR-003)
        - [ ] T002 [P] [US1] Name the fields in `README.md` (FR-004)
        - [ ] T003 [P] [US1] Name the fields in `store.py` (FR-004)

        """

    static let plan = "# Implementation Plan: JSON list\n\n## Summary\n\nOne branch in `todo.py`.\n"

    /// Puts documents into the feature's folder of the user's working tree, not committed.
    static func lay(_ stage: Stage, _ documents: [String: String], in folder: String = folder) throws {
        for (name, text) in documents {
            let path = stage.project.appending("\(folder)/\(name)")
            try FileSystem.createDirectory(path.parent)
            try FileSystem.write(text, to: path)
        }
    }

    static func read(_ stage: Stage, _ name: String, in folder: String = folder) throws -> String {
        try FileSystem.readText(stage.project.appending("\(folder)/\(name)"))
    }

    static let specifying: Script = [
        "specify#1": write("\(folder)/spec.md", spec), "specify#2": finish("one story"),
    ]

    // MARK: - new

    @Test("'new' sizes the request, says why, and puts the specification into the working tree")
    func new() async throws {
        try await Self.with(Self.specifying) { stage in
            let done = try await stage.vencejo("specs", "new", Self.request)
            #expect(done.status == 0, "\(done.errors)")
            #expect(done.output.split(separator: "\n").count <= 10, "\(done.output)")
            #expect(done.output.contains("wrote spec.md"))
            #expect(done.output.contains("ceremony: tiny, because"))
            #expect(done.output.contains("1 user story, 4 requirements, 1 success criterion"))
            #expect(done.output.contains("open questions: 2"))
            #expect(done.output.contains("next: vencejo specs clarify 001"))
            let text = try Self.read(stage, "spec.md")
            #expect(
                text.replacing("**Ceremony**: tiny, because \"flag\" is a little word\n", with: "") == Self.spec,
                "\(text)")
            #expect(text != Self.spec)
            #expect(try await stage.git("status", "--porcelain") == "?? specs/")
            #expect(stage.server.conversation(of: "specify").contains("tiny, because"))
        }
    }

    @Test(
        "'new' takes the ceremony that is asked for, and the next number also beside documents that are not committed")
    func ceremony() async throws {
        let second = "specs/002-json-flag-list-command"
        let script: Script = [
            "specify#1": Self.write("\(second)/spec.md", Self.spec), "specify#2": Self.finish("one story"),
        ]
        try await Self.with(script) { stage in
            try Self.lay(stage, ["spec.md": "# Feature Specification: Mine\n"])
            let done = try await stage.vencejo("specs", "new", Self.request, "--ceremony", "full", "--json")
            #expect(done.status == 0, "\(done.errors)")
            let result = try done.json
            #expect(result["feature"] == .string(second))
            #expect(result["written"] == [.string("\(second)/spec.md")])
            #expect(result["outputs"]?["report"]?[0] == "ceremony: full, because it was asked for")
            #expect(
                try Self.read(stage, "spec.md", in: second).contains("**Ceremony**: full, because it was asked for\n"))
            #expect(try Self.read(stage, "spec.md") == "# Feature Specification: Mine\n")
        }
    }

    @Test("what is interrupted goes on with what was bought, and is put into the working tree then")
    func interrupted() async throws {
        try await Self.with(Self.specifying) { stage in
            let wasKilled = try await stage.vencejoKilled(["specs", "new", Self.request]) {
                $0.contains("actionFinished")
            }
            #expect(wasKilled)
            #expect(try await stage.git("status", "--porcelain") == "")
            let done = try await stage.vencejo("runs", "resume", "latest")
            #expect(done.status == 0, "\(done.errors)")
            #expect(done.output.contains("wrote spec.md"))
            #expect(try Self.read(stage, "spec.md").contains("**FR-001**"))
            #expect(stage.server.purchases.values.allSatisfy { $0 == 1 })
        }
    }

    @Test("what is recorded is played back without a model, to the same document")
    func rehearsed() async throws {
        try await Self.with(Self.specifying) { stage in
            let file = stage.folder / "session.jsonl"
            try await stage.vencejo("specs", "new", Self.request, "--record", file.string)
            let first = try Self.read(stage, "spec.md")
            let bought = stage.server.requestCount
            try FileSystem.removeTree(stage.project / "specs")
            try FileSystem.write(
                "models:\n  default: recorded/session\n  providers:\n    recorded: { api: rehearsal, file: \(file) }\n",
                to: stage.project / ".vencejo/config.yaml")
            let again = try await stage.vencejo("specs", "new", Self.request)
            #expect(again.status == 0, "\(again.errors)")
            #expect(try Self.read(stage, "spec.md") == first)
            #expect(stage.server.requestCount == bought)
        }
    }

    @Test("Ctrl-C leaves nothing behind but a run that can be resumed")
    func controlC() async throws {
        try await Self.with(Self.specifying) { stage in
            let stopped = try await stage.vencejoInterrupted(["specs", "new", Self.request]) {
                $0.contains("actionFinished")
            }
            #expect(stopped == 130)
            #expect(try await stage.git("status", "--porcelain") == "")
            let done = try await stage.vencejo("runs", "resume", "latest")
            #expect(done.status == 0, "\(done.errors)")
            #expect(try Self.read(stage, "spec.md").contains("**FR-001**"))
        }
    }

    @Test("'new --from' describes what is there, and each requirement names a place that exists")
    func describing() async throws {
        let folder = "specs/001-existing-behaviour-store-py"
        func text(_ second: String) -> String {
            """
            # Feature Specification: The store

            ## User Scenarios & Testing

            ### User Story 1 - Keep todos (Priority: P1)

            1. **Given** no file, **When** the list is loaded, **Then** it is empty

            ## Requirements

            - **FR-001**: WHEN there is no file, THE SYSTEM SHALL load an empty list (`store.py:31`, tested by `tests/test_store.py:10`)
            - **FR-002**: THE SYSTEM SHALL count numbers up (\(second))

            ## Success Criteria

            - **SC-001**: All 2 requirements hold.

            """
        }
        let script: Script = [
            "specify#1": Self.write("\(folder)/spec.md", text("`store.py:900`, open: no test")),
            "specify#2": Self.finish(),
            "specify#3": Self.write("\(folder)/spec.md", text("`store.py:38`")),
            "specify#4": Self.finish(),
            "specify#5": Self.write("\(folder)/spec.md", text("`store.py:38`, open: no test")),
            "specify#6": Self.finish("described"),
        ]
        try await Self.with(script) { stage in
            let done = try await stage.vencejo("specs", "new", "--from", "store.py")
            #expect(done.status == 0, "\(done.errors)")
            #expect(done.output.contains("1 requirement that no test shows"), "\(done.output)")
            let written = try Self.read(stage, "spec.md", in: folder)
            #expect(written.contains("**Status**: Describes existing behaviour\n"))
            #expect(written.contains("**Source**: `store.py`\n"))
            let said = stage.server.conversation(of: "specify")
            #expect(said.contains("A small todo list") && said.contains("tests/test_store.py:"), "\(said)")
            #expect(said.contains("and no line 900") && said.contains("nor `open: no test`"))
            let outside = try await stage.vencejo("specs", "new", "--from", "/etc/hostname")
            #expect(outside.status == 2)
            #expect(outside.errors.contains("lies outside of the project"))
            let nothing = try await stage.vencejo("specs", "new", "--from", "nowhere.py")
            #expect(nothing.status == 2 && nothing.errors.contains("there is no nowhere.py to describe"))
        }
    }

    // MARK: - What is in the way

    @Test("a document that the user changed meanwhile is left alone, and one sentence says where the other is")
    func inTheWay() async throws {
        try await Self.with(["plan#1": Self.write("\(Self.folder)/plan.md", Self.plan), "plan#2": Self.finish()]) {
            stage in
            try Self.lay(stage, ["spec.md": Self.sound])
            let wasKilled = try await stage.vencejoKilled(["specs", "plan", "001"]) { $0.contains("actionFinished") }
            #expect(wasKilled)
            try Self.lay(stage, ["plan.md": "mine\n"])
            let done = try await stage.vencejo("runs", "resume", "latest")
            #expect(done.status == 0, "\(done.errors)")
            #expect(done.output.contains("Not written, because you have changed it since: \(Self.folder)/plan.md."))
            #expect(try Self.read(stage, "plan.md") == "mine\n")
            let branch = try await stage.branch()
            #expect(try await stage.git("show", "\(branch):\(Self.folder)/plan.md") + "\n" == Self.plan)
            // What was not committed is on the branch as it was, and was not touched.
            #expect(try await stage.git("show", "\(branch):\(Self.folder)/spec.md") + "\n" == Self.sound)
            #expect(try Self.read(stage, "spec.md") == Self.sound)
        }
    }

    @Test("what cannot be worked on is told in one sentence, and no model is asked")
    func refused() async throws {
        try await Self.with([:]) { stage in
            let none = try await stage.vencejo("specs", "plan", "001")
            #expect(none.status == 2 && none.errors.contains("There are no features"), "\(none.errors)")
            try Self.lay(stage, ["spec.md": Self.sound, "plan.md": Self.plan])
            let unknown = try await stage.vencejo("specs", "clarify", "json-flag-lits-command")
            #expect(unknown.status == 2 && unknown.errors.contains("did you mean 001-json-flag-list-command?"))
            let there = try await stage.vencejo("specs", "plan", "001")
            #expect(there.status == 1 && there.errors.contains("plan.md is there already"))
            #expect(there.errors.contains("--again"))
            let tasks = try await stage.vencejo("specs", "converge", "001")
            #expect(tasks.status == 1 && tasks.errors.contains("vencejo specs tasks 001"))
            try Self.lay(stage, ["spec.md": Self.sound + "<<<<<<< HEAD\nmine\n=======\nyours\n>>>>>>> other\n"])
            let conflict = try await stage.vencejo("specs", "clarify", "001")
            #expect(
                conflict.status == 1 && conflict.errors.contains("\(Self.folder)/spec.md:27:"), "\(conflict.errors)")
            try Self.lay(
                stage, ["spec.md": Self.sound, "tasks.md": Self.tasks.replacing("- [ ] T001", with: "- [x] T001")])
            let ticked = try await stage.vencejo("specs", "tasks", "001", "--again")
            #expect(ticked.status == 1 && ticked.errors.contains("has 1 ticked task"), "\(ticked.errors)")
            try FileSystem.removeTree(stage.project / "specs/001-json-flag-list-command")
            try Self.lay(stage, ["plan.md": Self.plan], in: "specs/002-other")
            let specless = try await stage.vencejo("specs", "plan", "002")
            #expect(specless.status == 1 && specless.errors.contains("002-other has no spec.md"), "\(specless.errors)")
            let rounds = try await stage.vencejo("specs", "converge", "002", "--build", "--rounds", "0")
            #expect(rounds.status != 0)
            #expect(stage.server.requestCount == 0)
        }
    }
}
