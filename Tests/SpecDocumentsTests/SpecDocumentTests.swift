import Testing

@testable import SpecDocuments

@Suite struct `Spec document` {
    static let sample = """
        # Feature Specification: JSON output

        **Feature Branch**: `001-json-output`
        **Created**: 2026-11-21 | **Status**: Draft

        ## User Scenarios & Testing *(mandatory)*

        ### User Story 1 - List as JSON (Priority: P1)

        A script reads the list.

        **Acceptance Scenarios**:

        1. **Given** two items, **When** listing with --json,
           **Then** an array of two is printed
        2. **Given** none, **When** listing, **Then** `[]`

        **Edge Cases**:

        - Very long names

        ### User Story 2: Filter (Priority: P2)

        - Given a filter
        - When listing

        ## Requirements

        - **FR-001**: System MUST print JSON
          on one line
        - FR-002: System MUST keep [NEEDS CLARIFICATION: for how long? [days]] data
        - **NFR-1** Fast

        ```
        - **FR-009**: no
        ```

        ## Success Criteria

        | SC-001 | Half the time |
        - **SC-002**: 95 % of FR-001 users
        """

    @Test func `reads its parts`() {
        let spec = SpecDocument(parsing: Self.sample)
        #expect(spec.diagnostics == [])
        #expect(spec.text == Self.sample)
        #expect(spec.title == "JSON output")
        #expect(spec.featureBranch == "001-json-output")
        #expect(spec.status == "Draft")
        #expect(spec.stories.map(\.id) == ["US1", "US2"])
        #expect(spec.stories.map(\.title) == ["List as JSON", "Filter"])
        #expect(spec.stories.map(\.priority) == ["P1", "P2"])
        #expect(
            spec.stories.map { $0.scenarios.map(\.text) } == [
                [
                    "Given two items, When listing with --json, Then an array of two is printed",
                    "Given none, When listing, Then `[]`",
                ], ["Given a filter When listing"],
            ])
        #expect(
            spec.requirements == [
                .init(id: "FR-001", text: "System MUST print JSON\non one line", line: 29),
                .init(
                    id: "FR-002", text: "System MUST keep [NEEDS CLARIFICATION: for how long? [days]] data", line: 31),
                .init(id: "NFR-1", text: "Fast", line: 32),
            ])
        #expect(spec.successCriteria.map(\.id) == ["SC-001", "SC-002"])
        #expect(spec.successCriteria.map(\.text) == ["Half the time", "95 % of FR-001 users"])
        #expect(spec.clarifications == [.init(question: "for how long? [days]", line: 31, statement: "FR-002")])
        #expect(spec.section("success")?.line == 38)
    }

    @Test(arguments: [
        ("# Feature Spec: A", "A"), ("# Spec - A", "A"), ("# Specification", ""), ("# Specifics: A", "Specifics: A"),
        ("# A", "A"), ("A\n===", "A"), ("## A", ""),
    ])
    func `reads titles in other words`(text: String, title: String) {
        #expect(SpecDocument(parsing: text).title == title)
        #expect(SpecDocument(parsing: text + "\n\n### Story 2: B").stories.map(\.id) == ["US2"])
    }

    @Test func `says what is missing or doubled`() {
        let spec = SpecDocument(parsing: "# Feature Specification:\n\n- FR-001: a\n- FR-001: b")
        #expect(
            spec.diagnostics == [
                Diagnostic(
                    .warning, message: "The specification has no user story.",
                    fix: "Add a heading such as `### User Story 1 - Title (Priority: P1)`."),
                Diagnostic(
                    .error, line: 1, message: "The document has no title.",
                    fix: "Begin it with `# Feature Specification: Name of the feature`."),
                Diagnostic(
                    .error, line: 4, message: "FR-001 stands in line 3 already.", fix: "Give this one an id of its own."
                ),
            ])
        #expect(
            SpecDocument(parsing: "# A\n### User Story 1\n").diagnostics.map(\.message)
                == ["The specification states no requirement."])
    }
}

@Suite struct `Plan document` {
    @Test func `reads title, summary, sections and files`() {
        let plan = PlanDocument(
            parsing: """
                # Implementation Plan: JSON output

                ## Summary

                Print with `src/json.py`.

                ## Project Structure

                ```text
                src/
                ├── models/
                │   └── item.py   # one item
                └── cli/
                    └── main.py
                tests/
                └── test_json.py
                ```
                """)
        #expect(plan.diagnostics == [])
        #expect(plan.title == "JSON output")
        #expect(plan.summary == "Print with `src/json.py`.")
        #expect(plan.sections.map(\.title) == ["Implementation Plan: JSON output", "Summary", "Project Structure"])
        #expect(
            plan.files == [
                "src/json.py", "src/", "src/models/", "src/models/item.py", "src/cli/", "src/cli/main.py", "tests/",
                "tests/test_json.py",
            ])
    }

    @Test func `finds what the template left open`() {
        let plan = PlanDocument(
            parsing: """
                # Implementation Plan: [FEATURE]
                **Branch**: `[###-feature-name]` | **Date**: [DATE] | **Spec**: [link](spec.md)
                **Testing**: [e.g., pytest or NEEDS CLARIFICATION]
                - [ ] done, see [API] and `[P]`, [MAX_SIZE](x)
                <!-- [FEATURE] -->
                """)
        #expect(
            plan.diagnostics.map { "\($0.line ?? 0) \($0.message)" } == [
                "1 The template's placeholder [FEATURE] is still here.",
                "2 The template's placeholder [###-feature-name] is still here.",
                "2 The template's placeholder [DATE] is still here.",
                "3 The template's placeholder [e.g., pytest or NEEDS CLARIFICATION] is still here.",
            ])
    }

    @Test func `an empty plan is an error`() {
        #expect(
            PlanDocument(parsing: "").diagnostics.map(\.message) == [
                "The document has no title.", "The plan is empty.",
            ])
    }
}

@Suite struct `Constitution document` {
    @Test func `reads principles and version`() {
        let constitution = Constitution(
            parsing: """
                # Bird Constitution
                ## Core Principles
                ### I. Library first
                <!-- Example: anything -->
                Every feature is a library.

                #### Why
                Because.
                ### II. Tests first
                Always.
                ## Governance
                ### Amendments
                By vote.

                **Version**: 2.1.1 | **Ratified**: 2025-06-13 | **Last Amended**: 2025-07-16
                """)
        #expect(
            constitution.principles == [
                .init(name: "I. Library first", text: "Every feature is a library.\n\n#### Why\nBecause.", line: 3),
                .init(name: "II. Tests first", text: "Always.", line: 9),
            ])
        #expect(constitution.version == "2.1.1")
        #expect(constitution.ratified == "2025-06-13")
        #expect(constitution.lastAmended == "2025-07-16")
        #expect(constitution.diagnostics == [])
    }

    @Test func `an unfilled template is told apart`() {
        let constitution = Constitution(parsing: "# [PROJECT_NAME] Constitution\n## Core Principles\n")
        #expect(
            constitution.diagnostics.map(\.message) == [
                "The constitution states no principle.", "The constitution has no version.",
                "The template's placeholder [PROJECT_NAME] is still here.",
            ])
    }
}

@Suite struct `Feature name` {
    @Test(arguments: [
        ("Add a --json flag to the list command", "json-flag-list-command"),
        ("Größe der Übersicht ändern, bitte!", "groesse-der-uebersicht-aendern-bitte"),
        ("I want to", "i-want-to"),
        ("", "feature"),
        ("添加深色模式", "feature"),
        ("Fix: user's login/logout fails on retry #42 again and again", "fix-users-login-logout-fails"),
        (String(repeating: "x", count: 100), String(repeating: "x", count: 60)),
    ])
    func `makes a short slug`(request: String, slug: String) {
        #expect(FeatureName(request: request).slug == slug)
    }

    @Test(arguments: [
        ([], 1), (["001-a", "007-b", "notes", "20260319-143022-c"], 8), (["1000-a"], 1001), (["002"], 1),
    ])
    func `counts on from the highest folder`(folders: [String], next: Int) {
        #expect(FeatureName.nextNumber(after: folders) == next)
    }

    @Test func `a folder is numbered with three digits or more`() {
        #expect(FeatureName(request: "dark mode").folder(number: 7) == "007-dark-mode")
        #expect(FeatureName(request: "dark mode").folder(number: 1007) == "1007-dark-mode")
    }
}
