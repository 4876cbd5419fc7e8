extension CleanFeature {
    static let quota = CleanFeature(
        name: "quota",
        spec: """
            # Feature Specification: Quota for teams

            ## User Scenarios & Testing

            ### User Story 1 - Stop at the quota (Priority: P1)

            **Acceptance Scenarios**:

            1. **Given** a team at its quota, **When** a member adds a file, **Then** it is refused (FR-001)

            ### User Story 2 - Warn before (Priority: P2)

            **Acceptance Scenarios**:

            1. **Given** a team at 80 % of its quota, **When** a member adds a file, **Then** the owner gets one mail (FR-002)

            ## Requirements

            - **FR-001**: WHEN a team has used 100 % of its quota, THE SYSTEM SHALL refuse new files
            - **FR-002**: WHEN a team has used 80 % of its quota, THE SYSTEM SHALL mail the owner once

            ## Success Criteria

            - **SC-001**: 0 teams above their quota

            """,
        plan: """
            # Implementation Plan: Quota for teams

            ## Summary

            One counter for each team, changed in the transaction that adds a file.

            """,
        tasks: """
            # Tasks: Quota for teams

            ## Phase 1: User Story 1

            **Covers**: FR-001

            - [ ] T001 [US1] Counter in `quota/counter.ex`

            ## Phase 2: User Story 2

            **Covers**: FR-002

            - [ ] T002 [US2] Mail in `quota/mail.ex` (depends on T001)

            """)

    static let report = CleanFeature(
        name: "report",
        spec: """
            # Feature Specification: Monthly report

            ## User Scenarios & Testing

            ### User Story 1 - Read the report (Priority: P1)

            **Acceptance Scenarios**:

            1. **Given** a month that ended, **When** the owner opens the page, **Then** the sums of the month are shown

            ## Requirements

            ### Functional Requirements

            - **FR-001**: System MUST show one sum for each account
              - as a number with two digits
              - in the currency of the account
            - **FR-002**: System MUST offer the report as PDF

            ### Non-Functional Requirements

            - **NFR-001**: The page MUST open within 1.5 s

            ## Success Criteria

            - **SC-001**: Each owner finds the sums in 2 clicks

            """,
        plan: """
            # Implementation Plan: Monthly report

            ## Summary

            Sums are kept in a table; the page must open within 1500 ms.

            ## Risks

            None known.

            """,
        tasks: """
            # Tasks: Monthly report

            ## Phase 1: User Story 1

            - [ ] **T001** [US1] Test FR-001, FR-002 and NFR-001 in `test/report_test.rb`
            - [ ] **T002** [US1] Sums (FR-001) in `app/sums.rb`
            - [ ] **T003** [US1] Page and PDF (FR-002, NFR-001) in `app/page.rb`

            ---

            ## Notes

            Sums come before the page.

            """)

    static let cache = CleanFeature(
        name: "cache",
        spec: """
            # Feature Specification: Cache of maps

            ## Clarifications

            ### Session 2026-11-03

            - Q: How long is a tile kept? → A: 7 days

            ## User Scenarios & Testing

            ### User Story 1 - Walk without a network (Priority: P1)

            **Acceptance Scenarios**:

            1. **Given** a tile seen yesterday, **When** there is no network, **Then** the tile is shown

            ## Requirements

            - **FR-001**: System MUST keep a tile for 7 days
            - **FR-002**: System MUST use at most 200 MB of the disk

            ## Success Criteria

            - **SC-001**: 90 % of tiles seen in a week are shown without a network

            """,
        plan: """
            # Implementation Plan: Cache of maps

            ## Summary

            Files named by hash. A tile is kept for 7 days; the oldest go first at 200 MB of the disk.

            ## Constitution Check

            - Principle I: nothing is fetched unasked.
            - Principle II: see the tests of T002.

            """,
        tasks: """
            # Tasks: Cache of maps

            ## Phase 1: User Story 1

            - [ ] T001 [US1] Keep tiles (FR-001) in `Sources/Tiles/Keep.swift`
            - [ ] T002 [US1] Tests of FR-001 and FR-002 in `Tests/TilesTests/KeepTests.swift`
            - [ ] T003 [US1] Sweep (FR-002) in `Sources/Tiles/Sweep.swift` (depends on T001)

            """,
        constitution: """
            # Maps Constitution

            ## Principles

            ### I. Thrift

            Fetch what is asked for.

            ### II. Proof

            Nothing is done before a test says so.

            **Version**: 0.3.0

            """)

    static let invites = CleanFeature(
        name: "invites",
        spec: """
            # Feature Specification: Invitations

            ## User Scenarios & Testing

            ### User Story 1 - Invite (Priority: P1)

            #### Acceptance Scenarios

            1. **Given** an owner, **When** a mail address is given, **Then** an invitation is sent

            ## Edge Cases

            - An address that is a member already gets no mail.

            ## Requirements

            - **FR-001**: The owner MUST be able to invite by mail address
            - **FR-002**: An invitation MUST end after 14 days

            ## Success Criteria

            - **SC-001**: 0 invitations older than 14 days are open

            """,
        plan: """
            # Implementation Plan: Invitations

            ## Summary

            A signed link; the invitation ends after 14 days, which the link itself says.

            ## Structure

            - `invites/link.ts`
            - `invites/mail.ts`

            """,
        tasks: """
            # Tasks: Invitations

            ## Phase 1: User Story 1

            1. [ ] T001 [US1] Test FR-001 and FR-002 in `invites/invite.test.ts`
            2. [ ] T002 [US1] Link (FR-002) in `invites/link.ts`
            3. [ ] T003 [US1] Mail (FR-001) in `invites/mail.ts`

            """)

    static let memo = CleanFeature(
        name: "memo",
        spec: """
            # Feature Specification: メモの共有

            ## User Scenarios & Testing

            ### User Story 1 - メモを共有する (Priority: P1)

            **Acceptance Scenarios**:

            1. **前提** メモがある、**操作** 共有する、**結果** リンクが表示される

            ## Requirements

            - **FR-001**: システムはメモのリンクを作成する
            - **FR-002**: リンクは7日で無効になる

            ## Success Criteria

            - **SC-001**: 利用者が迷わず共有できる

            """,
        plan: """
            # Implementation Plan: メモの共有

            ## Summary

            署名付きのリンクを使う。

            """,
        tasks: """
            # Tasks: メモの共有

            ## Phase 1: User Story 1

            - [ ] T001 [US1] FR-001 と FR-002 の test を `tests/share_test.py` に書く
            - [ ] T002 [US1] FR-001、FR-002 を `app/share.py` に実装する

            """)
}
