import SpecDocuments
import Testing

@Suite struct `Documents from elsewhere` {
    static let requirements = """
        # Requirements Document

        ## Introduction

        Ladders of words.

        ## Requirements

        ### Requirement 1: Ladder

        **User Story:** As a player, I want a ladder, so that I can climb.

        #### Acceptance Criteria

        1. WHEN a word is typed THEN the system SHALL check it
           against the list
        2. IF it is unknown THEN the system SHALL refuse it

        ### Requirement 2: Score

        #### Acceptance Criteria

        1. THE system SHALL count steps (see Requirement 1.2)

        """

    @Test(arguments: ["\n", "\r\n"])
    func `Requirements become stories and numbered statements, all else stays`(ending: String) {
        var ids = ImportedIDs()
        let made = ImportedRequirements(
            Self.requirements.replacing("\n", with: ending), title: "Word ladder", head: ["**Status**: Draft"],
            ids: &ids)
        let wanted = """
            # Feature Specification: Word ladder

            **Status**: Draft

            ## Introduction

            Ladders of words.

            ## Requirements

            ### User Story 1 - Ladder

            **User Story:** As a player, I want a ladder, so that I can climb.

            #### Functional Requirements

            - **FR-001**: WHEN a word is typed THEN the system SHALL check it
               against the list
            - **FR-002**: IF it is unknown THEN the system SHALL refuse it

            ### User Story 2 - Score

            #### Functional Requirements

            - **FR-003**: THE system SHALL count steps (see Requirement FR-002)

            """
        #expect(made.text == wanted.replacing("\n", with: ending))
        let spec = SpecDocument(parsing: made.text)
        #expect(spec.diagnostics == [])
        #expect(spec.stories.map(\.id) == ["US1", "US2"])
        #expect(spec.requirements.map(\.id) == ["FR-001", "FR-002", "FR-003"])
        #expect(
            ids.entries == [
                .init(.story, old: "1", new: "US1"), .init(.requirement, old: "1.1", new: "FR-001"),
                .init(.requirement, old: "1.2", new: "FR-002"), .init(.story, old: "2", new: "US2"),
                .init(.requirement, old: "2.1", new: "FR-003"),
            ])
    }

    @Test func `A criterion that is put in between gets a new number, and the others keep theirs`() {
        var ids = ImportedIDs()
        _ = ImportedRequirements(Self.requirements, title: "T", head: [], ids: &ids)
        var later = ImportedIDs(known: ids.entries)
        let grown = Self.requirements.replacing(
            "### Requirement 2", with: "3. THE system SHALL say why\n\n### Requirement 2")
        let made = ImportedRequirements(grown, title: "T", head: [], ids: &later)
        #expect(SpecDocument(parsing: made.text).requirements.map(\.id) == ["FR-001", "FR-002", "FR-004", "FR-003"])
    }

    @Test(arguments: [
        (
            "### REQ-1: Login\n- Users can log in\n- Users can log out\n",
            ["FR-001 Users can log in", "FR-002 Users can log out"]
        ),
        ("## 1. Login\n\n**Acceptance Criteria:**\n\n1. The app SHALL ask\n", ["FR-001 The app SHALL ask"]),
        ("### Requirement 1\n\n1.1 WHEN asked THEN it SHALL answer\n", ["FR-001 WHEN asked THEN it SHALL answer"]),
        ("### Current\n\n1.1 WHEN asked THEN it SHALL crash\n", ["FR-001 WHEN asked THEN it SHALL crash"]),
        ("## Needs\n\n- It MUST work\n- a note\n", ["FR-001 It MUST work"]),
        (
            "### 要件 1: 画面\n#### Acceptance Criteria\n1. THE 画面 SHALL 表示する\n", ["FR-001 THE 画面 SHALL 表示する"]
        ),
        ("## 1. Intro\n\ntext\n\n## 2. Rules\n\n1. It MUST work\n", ["FR-001 It MUST work"]),
    ])
    func `Other ways to write them are read, too`(text: String, wanted: [String]) {
        var ids = ImportedIDs()
        let made = ImportedRequirements("# Requirements\n\n" + text, title: "T", head: [], ids: &ids)
        #expect(SpecDocument(parsing: made.text).requirements.map { "\($0.id) \($0.text)" } == wanted, "\(made.text)")
    }

    static let tasks = """
        # Implementation Plan: Word ladder

        ## Tasks

        - [x] 1. Set up
          - Create `src/words.py`
          - [x] the list
          - _Requirements: 1.1, 1.2_

        - [ ] 2. Play
          - The main part
          - [x] 2.1 Read words in `src/play.py`
            - _Requirements: 2.1_
          - [-] 2.2 Check, depends on 2.1
          - [ ]* 2.3 Property test
            - **Validates: Requirements 1**
        - [ ] 3. Checkpoint

        ## Notes

        - none

        """

    @Test(arguments: ["\n", "\r\n"])
    func `Boxes become tasks, those that hold others headings, and ticks stay`(ending: String) throws {
        var ids = ImportedIDs()
        _ = ImportedRequirements(Self.requirements, title: "T", head: [], ids: &ids)
        let made = ImportedTasks(Self.tasks.replacing("\n", with: ending), title: "T", ids: &ids)
        let wanted = """
            # Tasks: Word ladder

            ## Tasks

            ### Phase 1: Set up

            - [x] T001 Set up
              - Create `src/words.py`
              - [x] the list
              - _Requirements: FR-001, FR-002_

            ### Phase 2: Play
            - The main part
            - [x] T002 Read words in `src/play.py`
              - _Requirements: FR-003_
            - [ ] T003 Check, depends on T002
            - [ ] T004 Property test (optional)
              - **Validates: Requirements FR-001, FR-002**

            ### Phase 3: Checkpoint

            - [ ] T005 Checkpoint

            ## Notes

            - none

            """
        #expect(made.text == wanted.replacing("\n", with: ending))
        #expect(made.halfDone == 1)
        let document = TasksDocument(parsing: made.text)
        #expect(document.diagnostics == [])
        #expect(document.tasks.map(\.isDone) == [true, true, false, false, false])
        #expect(
            document.tasks.map(\.requirements) == [["FR-001", "FR-002"], ["FR-003"], [], ["FR-001", "FR-002"], []])
        #expect(document.tasks[2].dependencies == ["T002"])
    }

    @Test func `Tasks below numbered headings keep the headings`() {
        var ids = ImportedIDs()
        let text = "## 1. Setup\n- [x] 1.1 One\n- [ ] 1.2 Two\n\n## 2. Rest\n- [ ] 2.1 Three\n"
        let made = ImportedTasks(text, title: "Change", ids: &ids)
        #expect(
            made.text
                == "# Tasks: Change\n\n## 1. Setup\n- [x] T001 One\n- [ ] T002 Two\n\n## 2. Rest\n- [ ] T003 Three\n")
    }

    @Test func `An id that stands twice gets a number of its own, which it keeps`() {
        var ids = ImportedIDs()
        let text = "# Tasks\n\n- [ ] 1.1 One\n- [ ] 1.1 Two\n- [ ] T002 Mine\n"
        let first = ImportedTasks(text, title: "T", ids: &ids)
        #expect(first.text == "# Tasks: T\n\n- [ ] T003 One\n- [ ] T004 Two\n- [ ] T002 Mine\n")
        #expect(ids.doubles == [.init(.task, old: "1.1", new: "T004")])
        var later = ImportedIDs(known: ids.entries)
        #expect(ImportedTasks(text, title: "T", ids: &later).text == first.text)
    }

    @Test func `A change becomes a specification with the requirements of its deltas`() {
        var ids = ImportedIDs()
        let delta = """
            ## ADDED Requirements

            ### Requirement: Logout

            The system SHALL end
            the session.

            #### Scenario: Button
            - **WHEN** pressed
            - **THEN** it ends

            ## REMOVED Requirements

            ### Requirement: Cookie
            **Reason**: old
            """
        let made = ImportedProposal(
            "# Change: Add logout\n\n## Why\n\nPeople leave.\n", deltas: [.init(capability: "auth", text: delta)],
            title: "T", head: ["**Status**: Draft"], ids: &ids)
        #expect(
            made.text == """
                # Feature Specification: Add logout

                **Status**: Draft

                ## Why

                People leave.

                ## User Scenarios & Testing

                ### User Story 1 - auth

                **Acceptance Scenarios**:

                1. **When** pressed, **Then** it ends (FR-001)

                ## Requirements

                ### Functional Requirements

                - **FR-001**: The system SHALL end the session. (Logout)
                - **FR-002**: The system MUST NOT do any more what "Cookie" asked for.

                """)
        #expect(SpecDocument(parsing: made.text).diagnostics == [])
    }

    @Test func `A change without deltas has what it says that changes`() {
        var ids = ImportedIDs()
        let made = ImportedProposal(
            "## Why\n\nx\n\n## What Changes\n\n- One thing\n  - detail\n- Another\n", deltas: [], title: "T",
            head: [], ids: &ids)
        #expect(SpecDocument(parsing: made.text).requirements.map(\.text) == ["One thing", "Another"])
    }

    @Test func `A design becomes a plan by its title, and names our ids`() {
        var ids = ImportedIDs()
        _ = ImportedRequirements(Self.requirements, title: "T", head: [], ids: &ids)
        let made = ImportedPlan(
            "# Design Document\n\n## Overview\n\nMeets Requirements 1.1 and 2.1.\n", title: "T", ids: ids)
        #expect(
            made.text == "# Implementation Plan: T\n\n## Overview\n\nMeets Requirements FR-001 and FR-003.\n")
        #expect(PlanDocument(parsing: made.text).diagnostics == [])
    }
}
