import Files
import JSON
import Subprocess
import Testing

/// What is proven, linked and moved, by the real program on a real repository.
@Suite("vencejo specs: proof and drift", .timeLimit(.minutes(15)))
struct SpecsProofTests {
    private static let folder = "specs/001-json-flag"

    private static let files: [String: String] = [
        "store.py":
            "class Store:\n    def load(self):\n        return [1]\n\n    def save(self, item):\n        return item\n",
        "tests/__init__.py": "",
        "tests/test_store.py": """
        import unittest
        from store import Store


        class StoreTests(unittest.TestCase):
            def test_load(self):
                \"\"\"FR-001: it loads.\"\"\"
                self.assertEqual(Store().load(), [1])

            # FR-002
            def test_save(self):
                self.assertEqual(Store().save(2), 2)

        """,
        "\(folder)/spec.md": """
        # Feature Specification: JSON output

        **Feature Branch**: `001-json-flag`

        ## User Scenarios & Testing

        ### User Story 1 - Machine-readable list (Priority: P1)

        A script's author wants the list as JSON.

        **Acceptance Scenarios**:

        1. **Given** two entries, **When** `list --json` runs, **Then** it prints an array of two objects (FR-001, FR-002)

        ## Requirements

        - **FR-001**: The system MUST load what was saved
        - **FR-002**: The system MUST save an item

        """,
        "\(folder)/plan.md": "# Implementation Plan: JSON output\n\n## Summary\n\nUse `store.py`.\n",
        "\(folder)/tasks.md": """
        # Tasks: JSON output

        ## Phase 1: User Story 1

        - [x] T001 [US1] Load items in `store.py` (FR-001)
        - [ ] T002 [US1] Save items in `store.py` (FR-002)

        """,
    ]

    /// The stage's project with these files instead of its own, committed.
    private func with(_ changes: [String: String] = [:], _ body: (Stage) async throws -> Void) async throws {
        try await Stage.with { stage in
            try await stage.git("rm", "-r", "--quiet", "*")
            for (path, text) in Self.files.merging(changes, uniquingKeysWith: { $1 }) {
                try write(text, to: path, stage)
            }
            try await commit("Other files", stage)
            try await body(stage)
        }
    }

    private func write(_ text: String, to path: String, _ stage: Stage) throws {
        try FileSystem.createDirectory((stage.project.appending(path)).parent)
        try FileSystem.write(text, to: stage.project.appending(path))
    }

    private func replace(_ old: String, _ new: String, in path: String, _ stage: Stage) throws {
        let text = try FileSystem.readText(stage.project.appending(path))
        #expect(text.contains(old))
        try write(text.replacing(old, with: new), to: path, stage)
    }

    private func commit(_ title: String, trailer: String? = nil, _ stage: Stage) async throws {
        try await stage.git("add", "--all")
        if let trailer {
            try await stage.git("commit", "--quiet", "--message", title, "--message", trailer)
        } else {
            try await stage.git("commit", "--quiet", "--message", title)
        }
    }

    private func states(_ stage: Stage) async throws -> [String: String] {
        let shown = try await stage.vencejo("specs", "show", "001", "--json")
        #expect(shown.status == 0)
        var states: [String: String] = [:]
        for requirement in try shown.json["requirements"]?.arrayValue ?? [] {
            states[requirement["id"]?.stringValue ?? ""] = requirement["state"]?.stringValue
        }
        return states
    }

    /// The rules that drift speaks of, and how the program ended.
    private func drift(_ stage: Stage) async throws -> (rules: [String], status: Int32) {
        let done = try await stage.vencejo("specs", "drift", "--json")
        let findings = try done.json["findings"]?.arrayValue ?? []
        return (findings.compactMap { $0["rule"]?.stringValue }, done.status)
    }

    @Test("a feature is proven, moves, and is mended")
    func proveDriftMend() async throws {
        try await with { stage in
            #expect(try await states(stage) == ["FR-001": "claimed", "FR-002": "open"])
            let early = try await stage.vencejo("specs", "link")
            #expect(early.status == 1)
            #expect(
                early.output.contains(
                    "FR-001 not recorded: not run on these files (vencejo verify): tests/test_store.py"))
            #expect(!FileSystem.exists(stage.project.appending("\(Self.folder)/links.json")))

            #expect(try await stage.vencejo("verify", "--kind", "unit-tests").status == 0)
            #expect(try await states(stage) == ["FR-001": "proven", "FR-002": "proven"])
            // A tick is nothing that a test runs.
            try replace("- [ ] T002", "- [x] T002", in: "\(Self.folder)/tasks.md", stage)
            #expect(try await states(stage) == ["FR-001": "proven", "FR-002": "proven"])
            try await commit("T002: Save items", trailer: "Vencejo-Task: 001/T002", stage)

            let linked = try await stage.vencejo("specs", "link")
            #expect(linked.status == 0)
            #expect(linked.output.hasPrefix("001-json-flag: recorded 2 proven; links.json written\n"))
            let again = try await stage.vencejo("specs", "link", "--json")
            #expect(try again.json["features"]?[0]?["changed"] == .bool(false))
            try await commit("Links", stage)
            #expect(try await drift(stage) == ([], 0))

            try replace("return [1]", "return [3]", in: "store.py", stage)
            #expect(try await drift(stage) == (["DRIFT007"], 1))
            let words = try await stage.vencejo("specs", "drift", "--sarif", "drift.sarif")
            #expect(words.status == 1)
            #expect(
                words.output.hasPrefix(
                    "store.py:2: error DRIFT007: Store.load changed since FR-001 (T001) was recorded."))
            #expect(!words.output.contains("\u{1B}"))
            let sarif = try JSONValue(parsing: FileSystem.readText(stage.project / "drift.sarif"))
            #expect(sarif["runs"]?[0]?["results"]?[0]?["ruleId"] == "DRIFT007")
            try FileSystem.remove(stage.project / "drift.sarif")
            #expect(try await states(stage) == ["FR-001": "claimed", "FR-002": "claimed"])

            // The test still says [1]: what it proved is not kept, and cannot be recorded.
            #expect(try await stage.vencejo("verify", "--kind", "unit-tests").status == 1)
            let refused = try await stage.vencejo("specs", "link")
            #expect(refused.status == 1)
            #expect(refused.output.contains("FR-001 not recorded: failed: tests/test_store.py#StoreTests.test_load"))
            #expect(try await drift(stage).rules.contains("DRIFT007"))

            try replace("load(), [1]", "load(), [3]", in: "tests/test_store.py", stage)
            #expect(try await stage.vencejo("verify", "--kind", "unit-tests").status == 0)
            #expect(try await stage.vencejo("specs", "link").status == 0)
            #expect(try await drift(stage) == ([], 0))
        }
    }

    @Test("tests in words are proof as well", .enabled(if: FileSystem.which("node", searchPath: searchPath) != nil))
    func node() async throws {
        let changes = [
            "package.json": "{\"name\":\"x\",\"type\":\"module\",\"scripts\":{\"test\":\"node --test\"}}\n",
            "store.js": "export const load = () => [1];\n", "tests/test_store.py": "",
            "store.test.js": """
            import test from "node:test";
            import assert from "node:assert";
            import { load } from "./store.js";

            test("FR-001 loads", () => {
              assert.deepEqual(load(), [1]);
            });

            // FR-002
            test("saves", { skip: true }, () => {});

            """,
        ]
        try await with(changes) { stage in
            #expect(try await stage.vencejo("verify", "--kind", "unit-tests").status != 1)
            #expect(try await states(stage) == ["FR-001": "proven", "FR-002": "open"])
            #expect(try await stage.vencejo("specs", "link").status == 0)
            try replace("[1]);", "[1] );", in: "store.test.js", stage)
            #expect(try await drift(stage).rules == ["DRIFT004"])
            // What was open then may stay so, in other words too; what came since may not.
            let spec = "\(Self.folder)/spec.md"
            try replace("The system MUST save", "The system MUST quickly save", in: spec, stage)
            #expect(try await drift(stage).rules == ["DRIFT004"])
            try replace("- **FR-002**", "- **FR-009**: The system MUST forget\n- **FR-002**", in: spec, stage)
            #expect(try await drift(stage).rules == ["DRIFT003", "DRIFT004"])
        }
    }

    @Test("commits of tasks are linked, and missed when the history is written anew")
    func commits() async throws {
        try await with { stage in
            try replace("return item", "return item  # kept", in: "store.py", stage)
            try await commit("T001: Load items", trailer: "Vencejo-Task: 001/T001", stage)
            #expect(try await stage.vencejo("verify", "--kind", "unit-tests").status == 0)
            #expect(try await stage.vencejo("specs", "link").status == 0)
            let links = try FileSystem.readText(stage.project.appending("\(Self.folder)/links.json"))
            let head = try await stage.git("rev-parse", "HEAD")
            #expect(links.contains("{\"task\":\"T001\",\"commit\":\"\(head)\""))
            // Only what the commit touched is linked to its task.
            #expect(links.contains("{\"task\":\"T001\",\"symbol\":\"store.py#Store.save\""))
            #expect(!links.contains("{\"task\":\"T001\",\"symbol\":\"store.py#Store.load\""))
            #expect(try await drift(stage) == ([], 0))

            try await stage.git("commit", "--quiet", "--amend", "--no-edit", "--date", "2020-01-01T00:00:00Z")
            #expect(try await drift(stage) == (["DRIFT019"], 0))
            try await stage.git("reset", "--quiet", "--soft", "HEAD~1")
            try await commit("Something else", stage)
            #expect(try await drift(stage) == (["DRIFT013"], 1))
            #expect(try await stage.vencejo("specs", "link").status == 0)
            #expect(try await drift(stage) == ([], 0))
        }
    }

    @Test("a moved test is told of and does not fail")
    func moved() async throws {
        try await with { stage in
            #expect(try await stage.vencejo("verify", "--kind", "unit-tests").status == 0)
            #expect(try await stage.vencejo("specs", "link", "001").status == 0)
            try await stage.git("mv", "tests/test_store.py", "tests/test_shop.py")
            #expect(try await drift(stage) == (["DRIFT016", "DRIFT016"], 0))
        }
    }

    @Test("what collides after a merge gets numbers of its own, and links hold")
    func renumber() async throws {
        try await with { stage in
            #expect(try await stage.vencejo("verify", "--kind", "unit-tests").status == 0)
            #expect(try await stage.vencejo("specs", "link").status == 0)
            try await commit("Links", stage)
            let spec = "\(Self.folder)/spec.md"
            try replace(
                "- **FR-002**: The system MUST save an item\n",
                "- **FR-002**: The system MUST save an item\n- **FR-002**: The system MUST forget an item\n", in: spec,
                stage)
            for name in ["spec.md", "plan.md", "tasks.md"] {
                let text = try FileSystem.readText(stage.project.appending("\(Self.folder)/\(name)"))
                try write(text.replacing("001-json-flag", with: "001-other"), to: "specs/001-other/\(name)", stage)
            }
            let seen = try await stage.vencejo("specs", "show", "001")
            #expect(seen.status == 2)
            #expect(seen.errors.contains("'001' may be 2 features: 001-json-flag, 001-other; say one's whole name"))
            #expect(try await stage.vencejo("specs", "analyze", "001-json-flag").status == 1)

            let dry = try await stage.vencejo("specs", "renumber", "--dry-run")
            #expect(dry.output.contains("specs/001-other → specs/002-other\n"))
            #expect(FileSystem.exists(stage.project / "specs/001-other"))
            let obstacle = stage.project / "specs/002-other"
            try FileSystem.write("in the way", to: obstacle)
            let before = try await stage.git("status", "--porcelain")
            let stopped = try await stage.vencejo("specs", "renumber")
            #expect(stopped.status != 0 && stopped.errors.contains("which is there already"), "\(stopped.errors)")
            #expect(try await stage.git("status", "--porcelain") == before)
            try FileSystem.remove(obstacle)
            let done = try await stage.vencejo("specs", "renumber")
            #expect(done.status == 0)
            #expect(done.output.contains("\(spec) (line 19): FR-002 → FR-003\n"))
            let text = try FileSystem.readText(stage.project.appending(spec))
            #expect(text.contains("- **FR-002**: The system MUST save an item\n- **FR-003**: The system MUST forget"))
            let other = try FileSystem.readText(stage.project / "specs/002-other/spec.md")
            #expect(other.contains("**Feature Branch**: `002-other`"))
            #expect(try await stage.vencejo("specs", "analyze", "001").status == 0)
            let moved = try await stage.vencejo("specs", "drift", "001", "--json")
            // The tests mean two features now; the new requirement has no links yet.
            let rules = try moved.json["findings"]?.arrayValue?.compactMap { $0["rule"]?.stringValue }
            #expect(rules == ["DRIFT003", "DRIFT006", "DRIFT006"])
            #expect(try await stage.vencejo("specs", "renumber").output == "Nothing collides; nothing was changed.\n")
        }
    }

    @Test("all ids are numbered anew, and tests, tasks and links follow")
    func renumberAll() async throws {
        try await with { stage in
            let spec = "\(Self.folder)/spec.md"
            for path in [spec, "\(Self.folder)/tasks.md", "tests/test_store.py"] {
                try replace("FR-002", "FR-007", in: path, stage)
            }
            #expect(try await stage.vencejo("verify", "--kind", "unit-tests").status == 0)
            #expect(try await stage.vencejo("specs", "link").status == 0)
            #expect(try await stage.vencejo("specs", "renumber", "--all").status == 0)
            #expect(try FileSystem.readText(stage.project / "tests/test_store.py").contains("# FR-002\n"))
            #expect(try FileSystem.readText(stage.project.appending("\(Self.folder)/tasks.md")).contains("(FR-002)"))
            #expect(try await drift(stage) == ([], 0))
        }
    }

    @Test("one page at any width, without colours where it is piped", arguments: [80, 200])
    func page(_ width: Int) async throws {
        try await with { stage in
            #expect(try await stage.vencejo("verify", "--kind", "unit-tests").status == 0)
            let shown = try await stage.vencejo("specs", "show", "latest", changes: ["COLUMNS": "\(width)"])
            #expect(shown.status == 0)
            let lines = shown.output.split(separator: "\n", omittingEmptySubsequences: false)
            #expect(lines.count < 50 && lines.allSatisfy { $0.count <= width })
            #expect(!shown.output.contains("\u{1B}"))
            #expect(shown.output.contains("2 requirements: 2 proven; 1 of 2 tasks done"))
            #expect(shown.output.contains("✓ FR-001  The system MUST load what was saved"))
            #expect(shown.output.contains("Next: Do T002."))
            let list = try await stage.vencejo("specs", "list", changes: ["COLUMNS": "\(width)"])
            #expect(list.output.contains("001-json-flag  JSON output       2        0     0    1/2       -"))
        }
    }

    @Test("what cannot be read is told with its place and fix, and spoils nothing else")
    func badInput() async throws {
        let long =
            "# Tasks: Long\n\n" + String(repeating: "- words that nobody reads, again and again\n", count: 240_000)
        let changes = [
            "specs/002-long/spec.md": "# Spec: Long\n\n- **FR-001**: The system MUST do it\n",
            "specs/002-long/tasks.md": long,
            "specs/003-binary/spec.md": "\u{0}\u{1}", "specs/003-binary/tasks.md": "# Tasks: x\n\n- [ ] T001 Do it\n",
            "specs/004-conflict/spec.md":
                "# Spec: x\n\n<<<<<<< HEAD\n- **FR-001**: MUST a\n=======\n- **FR-001**: MUST b\n>>>>>>> other\n",
            "specs/005-links/spec.md": "# Spec: x\n\n- **FR-001**: The system MUST do it\n",
            "specs/005-links/links.json": "{\"version\":9,\"links\":[]}\n",
        ]
        try await with(changes) { stage in
            let analysis = try await stage.vencejo("specs", "analyze")
            #expect(analysis.status == 1)
            #expect(
                analysis.output.contains("specs/003-binary/spec.md:1: error SPEC001: The document holds a NUL byte"))
            #expect(analysis.output.contains("specs/004-conflict/spec.md:3: error SPEC002: An unresolved git conflict"))
            #expect(analysis.output.contains("specs/002-long/tasks.md: error SPEC005:"))
            let list = try await stage.vencejo("specs", "list")
            #expect(list.status == 0)
            let drift = try await stage.vencejo("specs", "drift")
            #expect(drift.status == 1)
            #expect(
                drift.output.contains(
                    "specs/005-links/links.json:1: error DRIFT014: specs/005-links/links.json, line 1: it is of version 9"
                ))
            let link = try await stage.vencejo("specs", "link", "005")
            #expect(link.status == 1)
            #expect(link.errors.contains("take a newer Vencejo"))
            let conflict = try await stage.vencejo("specs", "link", "004")
            #expect(conflict.status == 1)
            #expect(conflict.errors.contains("specs/004-conflict/spec.md, line 3: An unresolved git conflict"))
            let unknown = try await stage.vencejo("specs", "show", "json-flgs")
            #expect(unknown.status == 2)
            #expect(unknown.errors.contains("There is no feature 'json-flgs' in specs/: did you mean 001-json-flag?"))
        }
    }

    @Test("a workflow's steps and an agent's tools say the same")
    func workflow() async throws {
        let workflow = """
            name: specs
            inputs:
              request: {required: true}
            outputs:
              analysis: ${steps.analysis.outputs.passed}
              errors: ${steps.analysis.outputs.errors}
              before: ${steps.before.outputs.passed}
              after: ${steps.after.outputs.passed}
              rules: ${steps.after.outputs.findings[0].rule}
              page: ${steps.page.outputs.text}
              faults: ${steps.faults.outputs.text}
            steps:
              - id: analysis
                engine: analyze
              - id: before
                engine: drift
              - id: page
                tool: show_spec
                with: {feature: "001"}
              - id: faults
                tool: analyze_specs
                with: {}
              - id: change
                shell: sed -i 's/return .1./return [4]/' store.py
              - id: after
                engine: drift

            """
        try await with([".vencejo/workflows/specs.yaml": workflow]) { stage in
            #expect(try await stage.vencejo("verify", "--kind", "unit-tests").status == 0)
            #expect(try await stage.vencejo("specs", "link").status == 0)
            try await commit("Links", stage)
            let done = try await stage.vencejo("run", "--workflow", "specs", "look", "--yes", "--json")
            #expect(done.status == 0)
            let outputs = try done.json["outputs"]
            #expect(outputs?["analysis"] == .bool(true))
            #expect(outputs?["errors"] == 0)
            #expect(outputs?["before"] == .bool(true))
            #expect(outputs?["after"] == .bool(false))
            #expect(outputs?["rules"] == "DRIFT007")
            #expect(
                outputs?["page"]?.stringValue?.contains("- FR-001 proven (by tests/test_store.py#StoreTests.test_load)")
                    == true)
            #expect(outputs?["faults"]?.stringValue?.contains("nothing found in") == true)
        }
    }

    private static let searchPath = Subprocess.Command.inheritedEnvironment()["PATH"] ?? "/usr/bin:/bin"
}
