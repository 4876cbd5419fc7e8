import Files
import JSON
import SpecDocuments
import Specs
import Testing

@Suite struct `Importing from other tools` {
    static let kiro = [
        ".kiro/specs/word-ladder/requirements.md": """
        # Requirements Document

        ## Requirements

        ### Requirement 1: Ladder

        **User Story:** As a player, I want a ladder.

        #### Acceptance Criteria

        1. WHEN a word is typed THEN the system SHALL check it
        2. IF it is unknown THEN the system SHALL refuse it

        """,
        ".kiro/specs/word-ladder/design.md": "# Design Document\n\n## Overview\n\nMeets Requirement 1.2.\n",
        ".kiro/specs/word-ladder/tasks.md": """
        # Implementation Plan

        - [x] 1.1 Read words in `src/words.py`
          - _Requirements: 1.1_
        - [ ] 1.2 Refuse others in `src/words.py`
          - _Requirements: 1.2_

        """,
        ".kiro/specs/word-ladder/notes.txt": "as it is\n",
    ]

    @Test(arguments: [".git", "specs/../.git", "specs/.pending", "specs", "src", "/tmp", "specs/a/b", ""])
    func `A record that leads elsewhere is refused`(folder: String) throws {
        try Project.lend(Self.kiro) { (project) throws in
            try project.write(
                """
                {"version": 1, "imports": [{"from": "kiro", "place": ".", "units": {".kiro/specs/word-ladder": {"folder": "\(folder)"}}}]}
                """, to: "specs/import.json")
            let before = try project.files()
            #expect(throws: SpecsError.self) { try plan(project, .kiro).perform() }
            #expect(try project.files() == before)
        }
    }

    private func plan(
        _ project: Project, _ kind: ImportKind? = nil, at path: String? = nil,
        resolving: SpecImport.Resolution = .tell
    ) throws -> SpecImport {
        try SpecImport(
            of: ImportSource(kind, at: path.map { project.root.appending($0) }, root: project.root),
            resolving: resolving)
    }

    @Test func `Kiro's folder becomes a feature, its own files stay, and a second time changes nothing`() throws {
        try Project.lend(Self.kiro) { (project) throws in
            let before = try project.files()
            let plan = try plan(project)
            #expect(plan.source.kind == .kiro)
            #expect(
                plan.units == [
                    .init(
                        source: ".kiro/specs/word-ladder", folder: "specs/001-word-ladder", state: .new,
                        requirements: 2, tasks: 2, done: 1)
                ])
            #expect(try project.files() == before, "a plan writes nothing")
            try plan.perform()
            let after = try project.files()
            for (path, text) in before { #expect(after[path] == text) }
            #expect(
                Set(after.keys).subtracting(before.keys) == [
                    "specs/001-word-ladder/spec.md", "specs/001-word-ladder/plan.md", "specs/001-word-ladder/tasks.md",
                    "specs/001-word-ladder/notes.txt", "specs/import.json",
                ])
            #expect(
                after["specs/001-word-ladder/spec.md"] == """
                    # Feature Specification: Word ladder

                    **Feature Branch**: `001-word-ladder`
                    **Status**: Draft
                    **Input**: Imported from `.kiro/specs/word-ladder`

                    ## Requirements

                    ### User Story 1 - Ladder

                    **User Story:** As a player, I want a ladder.

                    #### Functional Requirements

                    - **FR-001**: WHEN a word is typed THEN the system SHALL check it
                    - **FR-002**: IF it is unknown THEN the system SHALL refuse it

                    """)
            #expect(
                after["specs/001-word-ladder/tasks.md"] == """
                    # Tasks: Word ladder

                    - [x] T001 Read words in `src/words.py`
                      - _Requirements: FR-001_
                    - [ ] T002 Refuse others in `src/words.py`
                      - _Requirements: FR-002_

                    """)
            let record = try JSONValue(parsing: after["specs/import.json"] ?? "")
            #expect(
                record["imports"]?[0]?["units"]?[".kiro/specs/word-ladder"]?["ids"] == [
                    "story": ["1": "US1"], "requirement": ["1.1": "FR-001", "1.2": "FR-002"],
                    "task": ["1.1": "T001", "1.2": "T002"],
                ])
            let again = try self.plan(project)
            #expect(again.changesNothing && again.units.map(\.state) == [.unchanged])
            try again.perform()
            #expect(try project.files() == after)
        }
    }

    @Test func `A source that has changed updates what nobody touched here, and tells of the rest`() throws {
        try Project.lend(Self.kiro) { (project) throws in
            try plan(project).perform()
            let tasks = "specs/001-word-ladder/tasks.md"
            let ticked = try project.text(tasks).replacing("[ ] T002", with: "[x] T002")
            try project.write(ticked, to: tasks)
            #expect(try plan(project).changesNothing, "what is done here is no change of the source")
            let grown = ".kiro/specs/word-ladder/requirements.md"
            try project.write(
                try project.text(grown).replacing("2. IF", with: "2. WHILE it rains THE system SHALL wait\n3. IF"),
                to: grown)
            let source = ".kiro/specs/word-ladder/tasks.md"
            try project.write(try project.text(source) + "- [ ] 1.3 Wait\n", to: source)
            let second = try plan(project)
            #expect(second.updated == ["specs/001-word-ladder/spec.md"])
            #expect(
                second.conflicts == [
                    .init(target: tasks, source: source, reason: "it was changed here and at its source")
                ])
            try second.perform()
            #expect(try project.text(tasks) == ticked, "nothing was overwritten")
            // 1.2 is another criterion now; what was told of it keeps its number.
            #expect(
                SpecDocument(parsing: try project.text("specs/001-word-ladder/spec.md")).requirements.map(\.id)
                    == ["FR-001", "FR-002", "FR-003"])
            try plan(project, resolving: .mine).perform()
            #expect(try project.text(tasks) == ticked)
            #expect(try plan(project).conflicts == [])
            try project.write(try project.text(source) + "- [ ] 1.4 Rest\n", to: source)
            try plan(project, resolving: .source).perform()
            #expect(
                TasksDocument(parsing: try project.text(tasks)).tasks.map(\.id) == ["T001", "T002", "T003", "T004"])
        }
    }

    @Test func `What was removed here stays removed, and what is gone at its source stays here`() throws {
        try Project.lend(Self.kiro) { (project) throws in
            try plan(project).perform()
            try FileSystem.remove(project.root / "specs/001-word-ladder/plan.md")
            try project.write("# Design Document\n\nother\n", to: ".kiro/specs/word-ladder/design.md")
            try FileSystem.remove(project.root / ".kiro/specs/word-ladder/notes.txt")
            let plan = try plan(project)
            #expect(
                plan.gone == [
                    ".kiro/specs/word-ladder/notes.txt is gone; specs/001-word-ladder/notes.txt stays.",
                    "specs/001-word-ladder/plan.md was removed here; its source has changed, and it stays removed.",
                ])
            try plan.perform()
            #expect(!project.exists("specs/001-word-ladder/plan.md"))
            #expect(project.exists("specs/001-word-ladder/notes.txt"))
        }
    }

    static let delta = """
        ## ADDED Requirements

        ### Requirement: Logout

        The system SHALL end the session.

        #### Scenario: Button
        - **WHEN** pressed
        - **THEN** it ends

        """

    static let openspec = [
        "openspec/specs/auth/spec.md": SpecArchiveSample.living,
        "openspec/project.md": "# Project\n",
        "openspec/changes/archive/2025-02-01-zeta/proposal.md": "# Change: Zeta\n\n## What Changes\n- One thing\n",
        "openspec/changes/archive/2025-02-01-zeta/tasks.md": "## 1. All\n- [x] 1.1 Did it\n",
        "openspec/changes/archive/2025-01-11-first/proposal.md": "## Why\nx\n",
        "openspec/changes/archive/2025-01-11-first/specs/auth/spec.md": delta,
        "openspec/changes/add-logout/proposal.md": "# Change: Add logout\n\n## Why\n\nPeople leave.\n",
        "openspec/changes/add-logout/tasks.md": "## 1. Build\n- [x] 1.1 One\n- [ ] 1.2 Two\n",
        "openspec/changes/add-logout/specs/auth/spec.md": delta,
    ]

    @Test func `OpenSpec's specs become living ones, changes features in the order in which they were archived`() throws
    {
        try Project.lend(Self.openspec) { (project) throws in
            let plan = try plan(project)
            try plan.perform()
            #expect(
                plan.units.map(\.folder) == [".", ".", "specs/001-first", "specs/002-zeta", "specs/003-add-logout"])
            #expect(try project.text("specs/living/auth/spec.md") == SpecArchiveSample.living)
            #expect(try project.text("specs/003-add-logout/deltas/auth.md") == Self.delta)
            #expect(try project.text("specs/002-zeta/spec.md").contains("**Status**: Archived"))
            #expect(try SpecArchive(of: "specs/001-first", in: project.root).applied == ["auth"])
            let archive = try SpecArchive(of: "specs/003-add-logout", in: project.root)
            #expect(archive.faults == [])
            try archive.perform()
            #expect(LivingSpec(parsing: try project.text("specs/living/auth/spec.md"))["Logout"] != nil)
            #expect(try self.plan(project).changesNothing)
        }
    }

    @Test func `A change that was archived there since keeps its folder and its ids`() throws {
        try Project.lend(Self.openspec) { (project) throws in
            try plan(project).perform()
            let tasks = try project.text("specs/003-add-logout/tasks.md")
            try FileSystem.move(
                project.root / "openspec/changes/add-logout",
                to: project.root / "openspec/changes/archive/2025-03-01-add-logout")
            let second = try plan(project)
            try second.perform()
            #expect(second.conflicts == [] && second.refusals == [])
            #expect(try project.text("specs/003-add-logout/tasks.md") == tasks)
            #expect(try project.text("specs/003-add-logout/spec.md").contains("**Status**: Archived"))
            #expect(try SpecArchive(of: "specs/003-add-logout", in: project.root).applied == ["auth"])
        }
    }

    @Test
    func `spec-kit's features keep every byte, and those whose number is taken get another that follows in the text`()
        throws
    {
        let text = "# Feature Specification: A\r\n\r\n**Feature Branch**: `001-login`\r\n\r\n- **FR-001**: It MUST\r\n"
        try Project.lend([
            "specs/001-mine/spec.md": "# Feature Specification: Mine\n\n- **FR-001**: It MUST\n",
            "other/.specify/memory/constitution.md": "# C\n",
            "other/.specify/templates/spec-template.md": "# Form: [X]\n",
            "other/specs/001-login/spec.md": text, "other/specs/001-login/contracts/api.yaml": "a: 001-login\n",
            "other/specs/002-logout/spec.md": text,
        ]) { (project) throws in
            let plan = try plan(project, at: "other")
            #expect(
                plan.renumbered == [
                    "specs/001-login is 002-login here, as 001-mine has its number; where its documents name it, they follow.",
                    "specs/002-logout is 003-logout here, as 002-login has its number; where its documents name it, they follow.",
                ])
            try plan.perform()
            #expect(try project.text("specs/002-login/spec.md") == text.replacing("001-login", with: "002-login"))
            #expect(try project.text("specs/002-login/contracts/api.yaml") == "a: 001-login\n")
            #expect(try project.text(".specify/memory/constitution.md") == "# C\n")
            #expect(try project.text(".specify/templates/spec-template.md") == "# Form: [X]\n")
            #expect(try self.plan(project, at: "other").changesNothing)
        }
    }

    @Test func `spec-kit in the project itself needs no copy`() throws {
        try Project.lend([
            ".specify/scripts/a.sh": "", "specs/001-a/spec.md": "# Feature Specification: A\n\n- **FR-001**: It MUST\n",
            ".specify/specs/002-b/spec.md": "# Feature Specification: B\n\n- **FR-001**: It MUST\n",
        ]) { (project) throws in
            let plan = try plan(project)
            #expect(plan.units.map(\.state) == [.inPlace, .new])
            #expect(plan.created == ["specs/002-b/spec.md"])
        }
    }

    // MARK: - What cannot be taken over

    @Test(arguments: [
        (
            "requirements.md", "# R\n<<<<<<< a\n=======\n>>>>>>> b\n",
            ":2: An unresolved git conflict stands in lines 2 to 4."
        ),
        ("tasks.md", "# T\n\n- [ ] 1.1 a\u{0}b\n", ":3: "),
    ])
    func `A folder with a document that cannot be read is refused, and the others are taken`(
        name: String, text: String, part: String
    ) throws {
        try Project.lend(Self.kiro) { (project) throws in
            try project.write(text, to: ".kiro/specs/broken/\(name)")
            let plan = try plan(project)
            #expect(plan.units.map(\.state) == [.refused, .new])
            #expect(plan.refusals.count == 1)
            #expect(plan.refusals.first?.hasPrefix(".kiro/specs/broken/\(name)\(part)") == true, "\(plan.refusals)")
            try plan.perform()
            #expect(!project.exists("specs/001-broken") && project.exists("specs/002-word-ladder/spec.md"))
        }
    }

    @Test func `A half-copied folder is taken as far as it goes, an empty one is refused`() throws {
        try Project.lend([".kiro/specs/half/tasks.md": "# T\n\n- [ ] 1.1 One\n", ".kiro/specs/none/.keep": ""]) {
            project in
            let plan = try plan(project)
            #expect(
                plan.notes.map(\.description) == [
                    ".kiro/specs/half: There is no requirements.md. Finish copying the folder and import again."
                ])
            #expect(
                plan.refusals == [
                    ".kiro/specs/none: the folder has none of requirements.md, design.md and tasks.md: finish copying it, or remove it."
                ])
            #expect(plan.created == ["specs/001-half/tasks.md"])
        }
    }

    @Test func `A document of more than 16 MB is refused, one of 10 MB is taken`() throws {
        try Project.lend(Self.kiro) { (project) throws in
            let line = "1. THE system SHALL do one more of the many things that are listed here\n"
            let head = "### Requirement 1: Much\n\n#### Acceptance Criteria\n\n"
            try project.write(
                head + String(repeating: line, count: (10 << 20) / line.utf8.count),
                to: ".kiro/specs/large/requirements.md")
            try project.write(
                head + String(repeating: line, count: (17 << 20) / line.utf8.count),
                to: ".kiro/specs/vast/requirements.md")
            let plan = try plan(project)
            #expect(plan.units.map(\.state) == [.new, .refused, .new])
            #expect(plan.units[0].requirements > 100_000)
            #expect(plan.refusals.first?.contains("is larger than the limit of 16777216 bytes.") == true)
        }
    }

    @Test func `A link that leads out of the source is refused`() throws {
        try Project.lend(Self.kiro) { (project) throws in
            try FileSystem.createDirectory(project.root / ".kiro/specs/linked")
            try FileSystem.createSymlink(
                at: project.root / ".kiro/specs/linked/requirements.md", to: "/etc/hostname")
            let plan = try plan(project)
            #expect(plan.units.map(\.state) == [.refused, .new])
            #expect(plan.refusals.first?.contains("put a copy in the place of the link") == true, "\(plan.refusals)")
        }
    }

    @Test func `What was there before the import is not written over`() throws {
        try Project.lend(Self.openspec) { (project) throws in
            try project.write("# Mine\n", to: "specs/living/auth/spec.md")
            let plan = try plan(project)
            #expect(
                plan.conflicts == [
                    .init(
                        target: "specs/living/auth/spec.md", source: "openspec/specs/auth/spec.md",
                        reason: "it was there before the import")
                ])
            try plan.perform()
            #expect(try project.text("specs/living/auth/spec.md") == "# Mine\n")
        }
    }

    @Test func `Nothing, or several things to import from, is an error that says what to do`() throws {
        try Project.lend(["a": ""]) { (project) throws in
            let error = #expect(throws: SpecsError.self) { try plan(project) }
            #expect(error?.message.hasPrefix("There is nothing to import in ") == true)
            let kiro = #expect(throws: SpecsError.self) { try plan(project, .kiro) }
            #expect(kiro?.message.hasSuffix("it would be in .kiro/specs.") == true)
        }
        try Project.lend(Self.kiro.merging(Self.openspec) { $1 }) { (project) throws in
            let error = #expect(throws: SpecsError.self) { try plan(project) }
            #expect(error?.message.hasSuffix("say which with --from openspec|kiro.") == true, "\(error?.message ?? "")")
        }
    }

    @Test(arguments: [
        ("{\n oh", ":2: the record of imports is no JSON"), ("{}", ":1: the record of imports has no version"),
        ("{\"version\": 2, \"imports\": []}", ":1: the record is of version 2"),
    ])
    func `A record that cannot be read stops the import`(text: String, part: String) throws {
        try Project.lend(Self.kiro) { (project) throws in
            try project.write(text, to: "specs/import.json")
            let error = #expect(throws: SpecsError.self) { try plan(project) }
            #expect(error?.message.hasPrefix("specs/import.json\(part)") == true, "\(error?.message ?? "")")
        }
    }
}

enum SpecArchiveSample {
    static let living = `Archiving what a feature changes`.living
}
