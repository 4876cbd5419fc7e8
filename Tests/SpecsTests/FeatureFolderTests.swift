import Files
import SpecDocuments
import Specs
import Testing

struct FeatureFolderTests {
    private func lend(_ body: (FeatureFolder, FilePath) throws -> Void) throws {
        try FileSystem.withTemporaryDirectory { (base: FilePath) in
            let root = base / "work"
            try FileSystem.createDirectory(root / "specs/001-json-flag")
            try body(FeatureFolder(root: root, folder: "specs/001-json-flag"), root)
        }
    }

    static let filled: [FeatureFolder.Document: String] = [
        .spec: """
        # Feature Specification: JSON output

        **Feature Branch**: `001-json-flag`
        **Created**: 2026-01-01
        **Status**: Draft
        **Input**: "Add a --json flag"

        ## User Scenarios & Testing

        ### User Story 1 - Machine-readable list (Priority: P1)

        A script's author wants the list as JSON.

        **Acceptance Scenarios**:

        1. **Given** two entries, **When** `list --json` runs, **Then** it prints an array of two objects

        ### Edge Cases

        - An empty list prints `[]`

        ## Requirements

        ### Functional Requirements

        - **FR-001**: The list command MUST accept `--json` and print one array

        ## Success Criteria

        ### Measurable Outcomes

        - **SC-001**: The output parses as JSON in every test
        """,
        .plan: """
        # Implementation Plan: JSON output

        **Branch**: `001-json-flag` | **Spec**: [spec.md](spec.md)

        ## Summary

        The list command gets a flag that prints the entries with the `json` module.

        ## Technical Context

        Python 3, standard library, unittest.

        ## Constitution Check

        Tests show that it works: FR-001 has one.

        ## Changes

        - `todo.py`: the flag and its output, for FR-001

        ## Tests

        - FR-001: `tests/test_todo.py`, an array of two objects

        ## Risks

        - None that a test would not show
        """,
        .tasks: """
        # Tasks: JSON output

        **Input**: [spec.md](spec.md), [plan.md](plan.md)

        ## Phase 1: User Story 1 - Machine-readable list

        - [ ] T001 [US1] Print the list as JSON in `todo.py` (FR-001)
        - [ ] T002 [P] [US1] Say so in `README.md` (FR-001)

        """,
    ]

    @Test(arguments: FeatureFolder.Document.allCases)
    func `a form that was filled in has no faults`(document: FeatureFolder.Document) throws {
        try lend { feature, _ in
            try feature.write(try #require(Self.filled[document]), to: document)
            #expect(feature.faults(of: document) == [])
        }
    }

    @Test(arguments: FeatureFolder.Document.allCases)
    func `the filled form has every heading of the built-in template`(document: FeatureFolder.Document) throws {
        try lend { feature, _ in
            let headings = { (text: String) in
                text.split(separator: "\n").filter { $0.hasPrefix("#") && !$0.contains("[") }.map(String.init)
            }
            let filled = Set(headings(try #require(Self.filled[document])))
            #expect(try Set(headings(feature.template(for: document))).isSubset(of: filled))
        }
    }

    @Test(arguments: FeatureFolder.Document.allCases)
    func `a form that was left as it is has faults`(document: FeatureFolder.Document) throws {
        try lend { feature, _ in
            try feature.write(feature.template(for: document), to: document)
            let faults = feature.faults(of: document)
            #expect(
                faults.contains("line 1: The form's placeholder [TITLE] is still here; fill it in or remove the line."),
                "\(faults)")
        }
    }

    @Test func `each line of the plan's form that was left is reported`() throws {
        try lend { feature, _ in
            let text = try #require(Self.filled[.plan])
                .replacing(
                    "`todo.py`: the flag and its output, for FR-001",
                    with: "`[path]`: [what changes, and for which requirement]"
                )
                .replacing(
                    "Python 3, standard library, unittest.",
                    with: "[Language, libraries, storage, tests: what is there already and is used.] Python.")
            try feature.write(text, to: .plan)
            #expect(
                feature.faults(of: .plan) == [
                    "line 11: The form's placeholder [Language, libraries, storage, tests: what is there already and is used.] is still here; fill it in or remove the line.",
                    "line 19: The form's placeholder [path] is still here; fill it in or remove the line.",
                ])
        }
    }

    @Test func `brackets of the document's own are not taken for the form's`() throws {
        try lend { feature, _ in
            let text =
                try #require(Self.filled[.plan])
                + "\nUsage: `todo list [path] [--json]`, [NEEDS CLARIFICATION: which?]\n"
            try feature.write(text, to: .plan)
            #expect(feature.faults(of: .plan) == [])
        }
    }

    @Test(arguments: FeatureFolder.Document.allCases)
    func `a document that is missing has not been written`(document: FeatureFolder.Document) throws {
        try lend { feature, _ in
            let faults = feature.faults(of: document)
            #expect(faults.count == 1)
            #expect(faults.first?.hasPrefix("the document has not been written: ") == true)
            #expect(faults.first?.contains(document.file) == true)
        }
    }

    @Test func `what is wrong with a document is said with its line and its remedy`() throws {
        try lend { feature, _ in
            try feature.write("# Feature Specification: X\n\nNothing yet.\n", to: .spec)
            #expect(
                feature.faults(of: .spec) == [
                    "The specification states no requirement. Write each as `- **FR-001**: The system MUST …`."
                ])
            try feature.write("# Tasks: X\n\n- [ ] T001 a\n- [ ] T001 b\n", to: .tasks)
            let faults = feature.faults(of: .tasks)
            #expect(faults == ["line 4: T001 stands in line 3 already. Give this task an id of its own."])
            try feature.write("", to: .plan)
            #expect(!feature.faults(of: .plan).isEmpty)
        }
    }

    @Test func `a tick changes one byte`() throws {
        try lend { feature, root in
            try feature.write(try #require(Self.filled[.tasks]).replacing("\n", with: "\r\n"), to: .tasks)
            let path = root / feature.path(of: .tasks)
            let before = try FileSystem.readBytes(path)
            try feature.tick("T002")
            let after = try FileSystem.readBytes(path)
            #expect(before.count == after.count)
            let changed = zip(before, after).filter { $0 != $1 }
            #expect(changed.count == 1)
            #expect(changed.first?.1 == UInt8(ascii: "x"))
            #expect(try feature.tasks().tasks.map(\.isDone) == [false, true])
            #expect(throws: SpecDocumentsError.self) { try feature.tick("T009") }
            #expect(try FileSystem.readBytes(path) == after)
        }
    }

    @Test func `a project's own template stands above the built-in one`() throws {
        try lend { feature, root in
            let builtIn = try feature.template(for: .plan)
            #expect(builtIn.hasPrefix("# Implementation Plan: [TITLE]"))
            try FileSystem.createDirectory(root / ".vencejo/templates")
            try FileSystem.write(
                "# Ours: [TITLE]\n\n[our own words]\n", to: root / ".vencejo/templates/plan-template.md")
            #expect(try feature.template(for: .plan) == "# Ours: [TITLE]\n\n[our own words]\n")
            #expect(try feature.template(for: .spec).hasPrefix("# Feature Specification: [TITLE]"))
            try feature.write("# Implementation Plan: X\n\nText [our own words].\n", to: .plan)
            #expect(
                feature.faults(of: .plan) == [
                    "line 3: The form's placeholder [our own words] is still here; fill it in or remove the line."
                ])
        }
    }

    @Test func `a folder that is a link out of the worktree is neither read nor written`() throws {
        try FileSystem.withTemporaryDirectory { (base: FilePath) in
            let root = base / "work"
            let outside = base / "outside"
            try FileSystem.createDirectory(root / "specs")
            try FileSystem.createDirectory(outside)
            try FileSystem.write("# Tasks: X\n\n- [ ] T001 a\n", to: outside / "tasks.md")
            try FileSystem.createSymlink(at: root / "specs/001-x", to: "../../outside")
            let feature = FeatureFolder(root: root, folder: "specs/001-x")
            #expect(throws: FileError.self) { try feature.read(.tasks) }
            #expect(throws: FileError.self) { try feature.write("x", to: .spec) }
            #expect(throws: FileError.self) { try feature.tick("T001") }
            #expect(feature.faults(of: .tasks).count == 1)
            #expect(!FileSystem.exists(outside / "spec.md"))
            #expect(try FileSystem.readText(outside / "tasks.md") == "# Tasks: X\n\n- [ ] T001 a\n")
        }
    }

    @Test func `a feature has the name of its folder`() {
        let feature = FeatureFolder(root: "/w", folder: "specs/001-json-flag")
        #expect(feature.name == "001-json-flag")
        #expect(feature.path(of: .plan) == "specs/001-json-flag/plan.md")
    }

    @Test func `the constitution that init lays down is sound`() {
        let constitution = Constitution(parsing: ConstitutionTemplate.text)
        #expect(constitution.diagnostics == [])
        #expect(constitution.principles.count == 3)
        #expect(ConstitutionTemplate.path == ".specify/memory/constitution.md")
    }
}
