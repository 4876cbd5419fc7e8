extension CleanFeature {
    static let upload = CleanFeature(
        name: "upload",
        spec: """
            # Feature Specification: Upload of pictures

            ## User Stories

            ### User Story 1 - Upload one (Priority: P1)

            **Acceptance Scenarios**:

            1. **Given** a picture of 4 MB,
               **When** it is uploaded,
               **Then** it is shown

            ## Functional Requirements

            - **FR-001**: System MUST accept pictures of up to 5 MB
            - **FR-002**: System MUST refuse files that are no pictures

            ## Success Criteria

            - **SC-001**: Nine of ten uploads end within 3 seconds

            """.replacing("\n", with: "\r\n"),
        plan: """
            # Implementation Plan: Upload of pictures

            ## Summary

            The server accepts pictures of up to 5 MB and looks at the first bytes.

            """.replacing("\n", with: "\r\n"),
        tasks: """
            # Tasks: Upload of pictures

            ## Phase 1: User Story 1

            - [ ] T001 [US1] Test FR-001 and FR-002 in `tests/upload_test.py`
            - [ ] T002 [US1] Accept and refuse (FR-001, FR-002) in `app/upload.py`

            """.replacing("\n", with: "\r\n"))

    static let webhooks = CleanFeature(
        name: "webhooks",
        spec: """
            # Feature Specification: Webhooks

            ## User Scenarios & Testing

            ### User Story 1 - Be told (Priority: P1)

            **Acceptance Scenarios**:

            1. **Given** a subscriber, **When** an order is paid, **Then** one call with its number arrives

            ### User Story 2 - Be told again (Priority: P2)

            **Acceptance Scenarios**:

            1. **Given** a subscriber that is down, **When** it is up again, **Then** the call arrives once

            ## Requirements

            ### Delivery

            - **FR-001**: The sender MUST sign each call with HMAC-SHA256
            - **FR-002**: The sender MUST try a failed call 6 times

            ### Privacy

            - **FR-003**: The sender MUST NOT put names of customers into a call

            ## Success Criteria

            - **SC-001**: 99.9 % of calls arrive within 60 seconds

            """,
        plan: """
            # Implementation Plan: Webhooks

            ## Summary

            A queue in the database; a failed call is tried 6 times with growing pauses.

            ## Constitution Check

            | Principle | Answer |
            | --- | --- |
            | Simplicity | one table, no broker |
            | Privacy by default | numbers only |

            """,
        tasks: """
            # Tasks: Webhooks

            ## Phase 1: Foundational

            - [x] T001 Add the table in `db/calls.sql`
            - [x] T002 Add the worker in `worker/main.py` (depends on T001)

            ## Phase 2: User Story 1

            - [x] T003 [P] [US1] Test FR-001 and FR-003 in `tests/test_sign.py`
            - [ ] T004 [P] [US1] Sign calls (FR-001, FR-003) in `worker/sign.py`

            ## Phase 3: User Story 2

            - [ ] T005 [US2] Test the tries of FR-002 in `tests/test_retry.py`
            - [ ] T006 [US2] Try again (FR-002) in `worker/retry.py` (depends on T004 and T005)

            """,
        constitution: """
            # Shop Constitution

            ## Core Principles

            ### Simplicity

            The least that works.

            ### Privacy by default

            No names leave the house.

            **Version**: 2.0.1 | **Ratified**: 2025-05-05 | **Last Amended**: 2025-06-06

            """)

    static let theme = CleanFeature(
        name: "theme",
        spec: """
            # Feature Specification: Dark theme

            ## User Scenarios & Testing

            ### User Story 1 - Choose (Priority: P1)

            - **Given** the settings, **When** "Dark" is chosen, **Then** the page turns dark

            ## Requirements

            - **FR-001**: Users MUST be able to choose between light, dark and the setting of the device
            - **FR-002**: System MUST keep the choice for 365 days

            ## Assumptions

            - Browsers tell the setting of the device.

            ## Success Criteria

            - **SC-001**: The contrast of every text is at least 4.5

            """,
        plan: """
            # Implementation Plan: Dark theme

            ## Summary

            Variables of CSS, and a cookie that keeps the choice for 365 days.

            """,
        tasks: """
            # Tasks: Dark theme

            **Tests**: manual

            ## Phase 1: Choose

            - [ ] T001 [US1] Variables in `web/theme.css` for FR-001
            - [ ] T002 [US1] Cookie in `web/theme.js` for FR-002

            """)

    static let backup = CleanFeature(
        name: "backup",
        spec: """
            # Feature Specification: Backup of databases

            ## User Scenarios & Testing

            ### User Story 1 - Restore (Priority: P1)

            **Acceptance Scenarios**:

            1. **Given** last night's backup, **When** it is restored, **Then** every row is there

            ## Requirements

            - **FR-001**: The job MUST write one backup each night
            - **FR-002**: The job MUST keep 14 backups
            - **FR-003**: The job MUST encrypt with the key of the project

            ## Success Criteria

            - **SC-001**: A restore takes at most 30 minutes

            """,
        plan: """
            # Implementation Plan: Backup of databases

            ## Summary

            A timer starts the job. The job keeps 14 backups. It encrypts as FR-003 says.

            """,
        tasks: """
            # Tasks: Backup of databases

            ## Phase 1: Setup

            - [x] T001 Timer in `deploy/backup.timer`
            - [x] T002 Key in `deploy/key.env.example` (depends on T001)

            ## Phase 2: User Story 1

            ### Tests

            - [x] T003 [P] [US1] Test FR-001 in `tests/night_test.go`
            - [x] T004 [P] [US1] Test FR-002 and FR-003 in `tests/keep_test.go`

            ### Work

            - [ ] T005 [P] [US1] Write (FR-001) in `backup/write.go`
            - [ ] T006 [P] [US1] Keep (FR-002) in `backup/keep.go`
            - [ ] T007 [US1] Encrypt (FR-003) in `backup/seal.go` (depends on T005, T006)

            """)
}
