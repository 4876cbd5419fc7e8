extension CleanFeature {
    static let export = CleanFeature(
        name: "export",
        spec: """
            # Feature Specification: Export of lists

            **Feature Branch**: `001-export`
            **Created**: 2026-11-01
            **Status**: Draft
            **Input**: User description: "Export a list as JSON"

            ## User Scenarios & Testing *(mandatory)*

            ### User Story 1 - Export as JSON (Priority: P1)

            A script reads what a person sees.

            **Why this priority**: Scripts come first.

            **Independent Test**: Run the command and parse what it prints.

            **Acceptance Scenarios**:

            1. **Given** a list of two items, **When** it is exported, **Then** an array of two objects is printed
            2. **Given** an empty list, **When** it is exported, **Then** an empty array is printed

            ### User Story 2 - Export as CSV (Priority: P2)

            A person opens the list in a spreadsheet.

            **Acceptance Scenarios**:

            1. **Given** a list with commas in names, **When** it is exported as CSV, **Then** each name is one cell

            ### Edge Cases

            - What happens when the disk is full? The command ends with an error and leaves no file behind.

            ## Requirements *(mandatory)*

            ### Functional Requirements

            - **FR-001**: System MUST print a JSON array with one object for each item
            - **FR-002**: System MUST quote CSV cells that hold a comma
            - **FR-003**: System MUST export at most 5000 items at once

            ### Key Entities

            - **Item**: what a list holds, with a name and a date

            ## Success Criteria *(mandatory)*

            ### Measurable Outcomes

            - **SC-001**: An export of 5000 items ends within 2 seconds
            - **SC-002**: All items of the list are in the export

            """,
        plan: """
            # Implementation Plan: Export of lists

            **Branch**: `001-export` | **Date**: 2026-11-02 | **Spec**: [spec.md](spec.md)

            ## Summary

            Write a printer for each form in `src/export/`.

            ## Technical Context

            **Language/Version**: Python 3.12
            **Primary Dependencies**: none
            **Testing**: pytest
            **Performance Goals**: an export of 5000 items ends within 2 seconds

            ## Constitution Check

            - **Library First**: the printers are a library that the command calls.
            - **Test First**: each printer has its test before it is written.

            ## Project Structure

            ```text
            src/
            ├── export/
            │   ├── json.py
            │   └── csv.py
            tests/
            └── test_export.py
            ```

            """,
        tasks: """
            # Tasks: Export of lists

            **Input**: Design documents from `/specs/001-export/`
            **Prerequisites**: plan.md, spec.md

            ## Format: `[ID] [P?] [Story] Description`

            - **[P]**: may run beside others

            ## Phase 1: Setup

            - [x] T001 Create `src/export/__init__.py`

            ## Phase 2: User Story 1 - Export as JSON

            - [ ] T002 [P] [US1] Test the array of FR-001 in `tests/test_json.py`
            - [ ] T003 [P] [US1] Test the limit of FR-003 in `tests/test_limit.py`
            - [ ] T004 [US1] Print the array of FR-001 in `src/export/json.py` (depends on T002)
            - [ ] T005 [US1] Refuse more items than FR-003 allows in `src/export/limit.py` (depends on T003)

            ## Phase 3: User Story 2 - Export as CSV

            - [ ] T006 [US2] Test the quotes of FR-002 in `tests/test_csv.py`
            - [ ] T007 [US2] Quote cells (FR-002) in `src/export/csv.py` (depends on T006)

            ## Phase 4: Polish

            - [ ] T008 Describe the command in `docs/export.md` (depends on T004, T007)

            ## Dependencies

            - Setup comes first; T002-T005 before T006.

            """,
        constitution: """
            # Lists Constitution

            ## Core Principles

            ### I. Library First

            Every feature begins as a library.

            ### II. Test First

            A test comes before the code that it proves.

            ## Governance

            Changes are voted on.

            **Version**: 1.2.0 | **Ratified**: 2026-01-10 | **Last Amended**: 2026-02-01

            """,
        checklist: """
            # Requirements Checklist: Export

            **Created**: 2026-11-02

            ## Completeness

            - [x] CHK001 Is the order of the items given? [Spec FR-001]
            - [ ] CHK002 Is the limit of FR-003 tested? [Gap]

            """)

    static let login = CleanFeature(
        name: "login",
        spec: """
            # Spec: Locked accounts

            ## Stories

            ### US1: Lock after failures (Priority: P1)

            An owner is safe from guessing.

            **Acceptance Criteria**:

            - Given an open account, When five passwords in a row are wrong, Then the account is locked (FR-1)
            - Given a locked account, When the right password is given, Then it is refused (FR-2)

            ## Requirements

            - FR-1: WHEN a password is wrong 5 times in a row, THE SYSTEM SHALL lock the account.
            - FR-2: WHILE an account is locked, THE SYSTEM SHALL refuse every password.
            - FR-3: IF the mail server does not answer, THEN THE SYSTEM SHALL try again after 10 minutes.
            - FR-4: WHERE two factors are configured, THE SYSTEM SHALL ask for both.

            ## Success Criteria

            - SC-1: No account is open to a guesser after 5 attempts

            """,
        plan: """
            # Plan: Locked accounts

            A counter in the table of accounts, and a job that sends the mail.

            ## Technical Approach

            The counter is reset by a right password. The job waits as FR-3 says.

            """,
        tasks: """
            # Tasks: Locked accounts

            ## Phase 1: Foundations

            - [ ] T1 Add the counter to `db/accounts.sql`

            ## Phase 2: Lock

            - [ ] T2 [US1] Count and lock for FR-1, FR-2 in `auth/lock.go`; depends on T1
            - [ ] T3 [US1] Retry the mail for FR-3 in `auth/mail.go`; depends on T1
            - [ ] T4 [US1] Ask for both factors, FR-4, in `auth/factors.go`
            - [ ] T5 [US1] Test FR-3 and FR-4 in `auth/lock_test.go`; depends on T2-T4

            """)

    static let retention = CleanFeature(
        name: "retention",
        spec: """
            Feature Specification: Retention of logs
            =======================================

            User Scenarios
            --------------

            ### User Story 1 - Old logs go away (Priority: P1)

            **Acceptance Scenarios**:

            1. **Given** a log of 31 days, **When** the sweep runs, **Then** the log is gone

            Requirements
            ------------

            * **FR-001**: The sweep MUST remove logs older than 30 days
            * **FR-002**: The sweep MUST keep logs that a case names
            * **NFR-001**: The sweep MUST end within 10 minutes

            Success Criteria
            ----------------

            * **SC-001**: 0 logs older than 31 days on any disk

            """,
        plan: """
            Implementation Plan: Retention of logs
            ======================================

            Summary
            -------

            A nightly job walks the folder. FR-002 is answered from the table of cases.

            """,
        tasks: """
            # Tasks: Retention of logs

            **Tests**: not requested

            ## Phase 1: User Story 1

            * [ ] T001 [US1] Walk the folder (FR-001, NFR-001) in `sweep/walk.rs`
            * [ ] T002 [US1] Ask for cases (FR-002) in `sweep/cases.rs` (blocked by T001)

            """)

    static let search = CleanFeature(
        name: "search",
        spec: """
            ---
            title: search
            owner: team-a
            ---
            # Feature Specification: Search in notes

            <!-- The form has more sections; they are not needed here. -->

            ## User Scenarios & Testing

            ### User Story 1 - Find a word (Priority: P1)

            **Acceptance Scenarios**:

            1. **Given** a note with the word "pear", **When** the user looks for "pear", **Then** the note is listed

            ## Requirements

            | ID | Requirement |
            | --- | --- |
            | FR-001 | The index MUST hold every word of a note |
            | FR-002 | A query MUST be answered within 200 ms at 1000 notes |
            | FR-003 | The index MUST be written anew after a crash |

            ## Success Criteria

            | ID | Criterion |
            | --- | --- |
            | SC-001 | 95 % of queries find the note on the first page |

            ## Notes

            ```json
            {"FR": "see below", "todo": ["[FEATURE]"]}
            ```

            """,
        plan: """
            # Implementation Plan: Search in notes

            ## Summary

            An inverted index in SQLite, rebuilt from the notes.

            ## Decisions

            1. A query is answered within 200 ms, measured with 1000 notes.
               - nested: words are folded to small letters
                 - deeper: with the rules of Unicode
            2. The index is one file.

            """,
        tasks: """
            ---
            description: tasks
            ---
            # Tasks: Search in notes

            ## Phase 1: Setup

            - [x] T001 Create `index/schema.sql`

            ## Phase 2: Find a word

            - [ ] T002 [P] [US1] Test FR-001, FR-002 and FR-003 in `tests/index.spec.ts`
            - [ ] T003 [P] [US1] Write the index
              in `src/index.ts`, for FR-001-FR-003
              - note: one file

            ```text
            Together: T002 and T003
            ```

            """)
}
