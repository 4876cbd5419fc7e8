import Examples
import FakeModelServer
import Files
import JSON
import Testing

/// The way that `docs/specs.md` takes: from a sentence to a feature that is proven, and what is said when it moves.
@Suite("From a sentence to a proven feature", .timeLimit(.minutes(15)))
struct SpecsGuideTests {
    private typealias Common = SpecsAuthoringTests

    private static let spec = """
        # Feature Specification: JSON output of the list command

        ## User Scenarios & Testing

        ### User Story 1 - Read the list from a program (Priority: P1)

        **Acceptance Scenarios**:

        1. **Given** no todos, **When** `list --json` is called, **Then** it prints an empty array

        ## Requirements

        - **FR-001**: IF there are no todos, THEN THE SYSTEM SHALL print `[]` for `list --json`.

        ## Success Criteria

        - **SC-001**: All tests pass.

        """

    private static let tasks = """
        # Tasks: JSON output of the list command

        ## Phase 1: User Story 1 - Read the list

        - [ ] T001 [US1] Print an array for `list --json`, with its test, in `todo.py` (FR-001)

        """

    private static func edit(_ path: String, _ old: String, _ new: String) -> FakeReply.Call {
        let arguments: JSONValue = [
            "path": .string(path), "edits": [["old_text": .string(old), "new_text": .string(new)]],
        ]
        return .init("edit_file", arguments.text())
    }

    private static let build = FakeReply(calls: [
        edit(
            "todo.py", "    todos = [todo for",
            "    if options.json:\n        print(\"[]\")\n        return\n    todos = [todo for"),
        edit(
            "todo.py", "help=\"show what is done, too\")\n",
            "help=\"show what is done, too\")\n    command.add_argument(\"--json\", action=\"store_true\")\n"),
        edit(
            "tests/test_todo.py", "    def test_an_empty_list_prints_nothing(self):\n",
            "    def test_fr_001_an_empty_list_is_an_empty_array(self):\n        self.assertEqual(self.run_todo(\"list\", \"--json\"), (0, \"[]\\n\", \"\"))\n\n    def test_an_empty_list_prints_nothing(self):\n"
        ),
    ])

    @Test("specified, cut into tasks, built, merged, proven, recorded; what moves afterwards is told")
    func whole() async throws {
        let script: Common.Script = [
            "specify#1": Common.write("\(Common.folder)/spec.md", Self.spec), "specify#2": Common.finish(),
            "tasks#1": Common.write("\(Common.folder)/tasks.md", Self.tasks), "tasks#2": Common.finish(),
            "task/T001#1": .reply(Self.build), "task/T001#2": Common.finish(),
        ]
        try await Common.with(script) { stage in
            let new = try await stage.vencejo("specs", "new", Common.request)
            #expect(new.status == 0, "\(new)")
            let tasks = try await stage.vencejo("specs", "tasks", "001")
            #expect(tasks.status == 0, "\(tasks)")
            let analyzed = try await stage.vencejo("specs", "analyze", "001")
            #expect(analyzed.status == 0, "\(analyzed)")
            let built = try await stage.vencejo("run", "--feature", "001", "--yes", "--json")
            #expect(built.status == 0, "\(built)")
            #expect(try built.json["proven"] == true)
            let merged = try await stage.vencejo("runs", "merge", "latest")
            #expect(merged.status == 0, "\(merged)")
            let verified = try await stage.vencejo("verify")
            #expect(verified.status == 0, "\(verified)")
            let shown = try await stage.vencejo("specs", "show", "001")
            #expect(shown.output.contains("1 requirement: 1 proven"), "\(shown)")
            #expect(!shown.output.contains("Plan it"), "\(shown)")
            let linked = try await stage.vencejo("specs", "link", "001")
            #expect(linked.status == 0 && linked.output.contains("recorded 1 proven"), "\(linked)")
            let still = try await stage.vencejo("specs", "drift")
            #expect(still.status == 0, "\(still)")
            let program = try FileSystem.readText(stage.project / "todo.py")
            try FileSystem.write(
                program.replacing("print(\"[]\")", with: "print(\"{}\")"), to: stage.project / "todo.py")
            let moved = try await stage.vencejo("specs", "drift")
            #expect(moved.status == 1 && moved.output.contains("DRIFT007"), "\(moved)")
        }
    }
}
