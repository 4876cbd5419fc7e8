extension SeededFault {
    static let all: [SeededFault] = forms + statements + scenarios + links + order + meanings

    static let forms: [SeededFault] = [
        .init(.export, .plan, "**Testing**: pytest", "\u{0}", "SPEC001 plan.md", at: "\u{0}"),
        .init(
            .export, .spec, "- **SC-002**: All items of the list are in the export",
            "<<<<<<< ours\n- **SC-002**: All items\n=======\n- **SC-003**: All items of the list\n>>>>>>> theirs",
            "SPEC002 spec.md", at: "<<<<<<< ours"),
        .init(.export, .plan, "└── test_export.py\n```", "└── test_export.py", "SPEC003 plan.md", at: "```text"),
        .init(.export, .tasks, "before T006.", "before T006.\n\n<!-- later", "SPEC003 tasks.md", at: "<!-- later"),
        .init(.export, .tasks, "# Tasks: Export of lists", "", "SPEC004 tasks.md", at: "\n"),
        .init(
            .export, .spec, "# Feature Specification: Export of lists", "# Feature Specification:", "SPEC004 spec.md",
            at: "# Feature"),
        .init(
            .theme, .plan, "## Summary\n\nVariables of CSS, and a cookie that keeps the choice for 365 days.\n", "",
            "SPEC005 plan.md", at: ""),
        .init(
            .theme, .tasks,
            "## Phase 1: Choose\n\n- [ ] T001 [US1] Variables in `web/theme.css` for FR-001\n"
                + "- [ ] T002 [US1] Cookie in `web/theme.js` for FR-002\n", "", "SPEC005 tasks.md", at: ""),
        .init(
            .theme, .spec,
            "- **FR-001**: Users MUST be able to choose between light, dark and the setting of the device\n"
                + "- **FR-002**: System MUST keep the choice for 365 days", "Users choose.", "SPEC005 spec.md", at: ""),
        .init(
            .cache, .constitution,
            "### I. Thrift\n\nFetch what is asked for.\n\n### II. Proof\n\nNothing is done before "
                + "a test says so.", "Fetch what is asked for.", "SPEC005 constitution.md", at: ""),
        .init(.theme, .spec, "### User Story 1 - Choose (Priority: P1)", "### Choosing", "SPEC006 spec.md", at: ""),
        .init(
            .export, .spec, "- **FR-003**", "- **FR-002**: System MUST keep names\n- **FR-003**", "SPEC007 spec.md",
            at: "keep names"),
        .init(.export, .tasks, "- [ ] T008 Describe", "- [ ] T007 Describe", "SPEC007 tasks.md", at: "Describe"),
        .init(.export, .checklist, "CHK002", "CHK001", "SPEC007 checklists/all.md", at: "Is the limit"),
        .init(
            .theme, .spec, "## Requirements", "### User Story 1 - Again\n\nOnce more.\n\n## Requirements",
            "SPEC007 spec.md", at: "Again"),
        .init(
            .search, .spec, "| FR-003 |", "| FR-001 | The index MUST be one file |\n| FR-003 |", "SPEC007 spec.md",
            at: "one file"),
        .init(.export, .tasks, "- [ ] T008 Describe", "- [  ] T008 Describe", "SPEC008 tasks.md", at: "Describe"),
        .init(.export, .tasks, "- [ ] T008 Describe", "- [ ] Describe", "SPEC008 tasks.md", at: "Describe"),
        .init(.invites, .tasks, "3. [ ] T003", "3. T003", "SPEC008 tasks.md", at: "3. T003"),
        .init(
            .export, .plan, "Write a printer for each form in `src/export/`.", "", "SPEC024 plan.md", at: "## Summary"),
        .init(.report, .tasks, "Sums come before the page.", "<!-- nothing -->", "SPEC024 tasks.md", at: "## Notes"),
        .init(.theme, .spec, "- Browsers tell the setting of the device.", "", "SPEC024 spec.md", at: "## Assumptions"),
        .init(.export, .constitution, "**Version**: 1.2.0", "**Version**: 1.2", "SPEC039 constitution.md", at: "1.2"),
        .init(.cache, .constitution, "**Version**: 0.3.0", "Approved.", "SPEC039 constitution.md", at: ""),
    ]

    static let statements: [SeededFault] = [
        .init(
            .export, .spec, "- **FR-003**", "- System MUST keep the order\n- **FR-003**", "SPEC009 spec.md",
            at: "keep the order"),
        .init(
            .webhooks, .spec, "### Privacy", "### Other requirements\n\n* The sender MUST stop\n\n### Privacy",
            "SPEC009 spec.md", at: "MUST stop"),
        .init(.export, .spec, "**FR-003**", "**FR-03**", "SPEC010 spec.md", at: "FR-03"),
        .init(
            .export, .spec, "that hold a comma", "that hold a comma [NEEDS CLARIFICATION: which quotes?]",
            "SPEC011 spec.md", at: "which quotes"),
        .init(
            .export, .plan, "**Testing**: pytest", "**Testing**: NEEDS CLARIFICATION", "SPEC011 plan.md",
            at: "**Testing**"),
        .init(
            .backup, .tasks, "Write (FR-001)", "Write (FR-001) [NEEDS CLARIFICATION: where to?]", "SPEC011 tasks.md",
            at: "where to?"),
        .init(
            .export, .spec, "A script reads what a person sees.", "[Describe this user journey in plain language]",
            "SPEC012 spec.md", at: "[Describe"),
        .init(.export, .plan, "Dependencies**: none", "Dependencies**: TBD", "SPEC012 plan.md", at: "TBD"),
        .init(
            .search, .tasks, "`index/schema.sql`", "`index/schema.sql` for [FEATURE]", "SPEC012 tasks.md",
            at: "[FEATURE]"),
        .init(.export, .spec, "MUST print a JSON", "MUST quickly print a JSON", "SPEC013 spec.md", at: "quickly"),
        .init(.export, .spec, "that hold a comma", "as needed", "SPEC013 spec.md", at: "as needed"),
        .init(.export, .spec, "that hold a comma", "with various signs", "SPEC013 spec.md", at: "various"),
        .init(.upload, .spec, "files that are no pictures", "programs, texts etc.", "SPEC013 spec.md", at: "etc."),
        .init(.webhooks, .spec, "sign each call", "properly sign each call", "SPEC013 spec.md", at: "properly"),
        .init(
            .theme, .spec, "The contrast of every text is at least 4.5", "Every text is easy to read",
            "SPEC013 spec.md",
            at: "easy"),
        .init(
            .export, .spec, "All items of the list are in the export", "People like the export", "SPEC025 spec.md",
            at: "People like"),
        .init(.backup, .spec, "at most 30 minutes", "not long", "SPEC025 spec.md", at: "not long"),
        .init(
            .login, .spec, "THE SYSTEM SHALL lock the account.", "the account is locked.", "SPEC029 spec.md",
            at: "FR-1: WHEN"),
        .init(.login, .spec, "THEN THE SYSTEM", "THE SYSTEM", "SPEC029 spec.md", at: "FR-3: IF"),
        .init(.login, .spec, "THE SYSTEM SHALL refuse", "SHALL refuse", "SPEC029 spec.md", at: "FR-2: WHILE"),
        .init(.login, .spec, "SHALL ask for both.", "SHALL.", "SPEC029 spec.md", at: "FR-4: WHERE"),
        .init(
            .quota, .spec, "WHEN a team has used 80 % of its quota, THE", "WHEN, THE", "SPEC029 spec.md",
            at: "WHEN, THE"),
        .init(.export, .spec, "System MUST print", "System prints", "SPEC030 spec.md", at: "System prints"),
        .init(
            .report, .spec, "The page MUST open within 1.5 s", "The page opens within 1.5 s", "SPEC030 spec.md",
            at: "page opens"),
        .init(
            .export, .spec, "one object for each item", "one object for each item and MUST end the line",
            "SPEC031 spec.md", at: "end the line"),
    ]

    static let scenarios: [SeededFault] = [
        .init(
            .export, .spec, "**Then** an empty array is printed", "all is well", "SPEC032 spec.md", at: "all is well"),
        .init(.export, .spec, "**When** it is exported as CSV, ", "", "SPEC032 spec.md", at: "with commas"),
        .init(.upload, .spec, "**Then** it is shown", "and it is shown", "SPEC032 spec.md", at: "**Given** a picture"),
        .init(
            .login, .spec, "Then it is refused (FR-2)", "it is refused (FR-2)", "SPEC032 spec.md", at: "it is refused"),
        .init(
            .export, .spec, "1. **Given** a list of two items, **When** it is exported,",
            "1. **When** a list is exported, **Given** two items,", "SPEC033 spec.md", at: "two items"),
        .init(
            .export, .spec,
            "1. **Given** a list with commas in names, **When** it is exported as CSV, **Then** each name is one cell",
            "", "SPEC034 spec.md", at: "### User Story 2"),
        .init(.export, .spec, "Export as CSV (Priority: P2)", "Export as CSV", "SPEC035 spec.md", at: "Export as CSV"),
        .init(.export, .tasks, "[US2] ", "", "SPEC036 spec.md", at: "### User Story 2"),
    ]

    static let links: [SeededFault] = [
        .init(.export, .tasks, "FR-002", "commas", "SPEC014 spec.md", at: "**FR-002**"),
        .init(.quota, .tasks, "**Covers**: FR-002", "", "SPEC014 spec.md", at: "**FR-002**"),
        .init(.theme, .tasks, " for FR-00", " for step ", "SPEC014 tasks.md", at: ""),
        .init(.export, .tasks, "Test the limit of FR-003", "Test the limit", "SPEC015 spec.md", at: "**FR-003**"),
        .init(.quota, .spec, "one mail (FR-002)", "one mail", "SPEC015 spec.md", at: "**FR-002**"),
        .init(
            .export, .tasks, "- [ ] T007", "- [ ] T009 Paint in `shed.md`\n- [ ] T007", "SPEC016 tasks.md", at: "Paint"),
        .init(.export, .tasks, "Describe the command", "Describe FR-009", "SPEC017 tasks.md", at: "FR-009"),
        .init(.export, .checklist, "[Spec FR-001]", "[Spec FR-010]", "SPEC017 checklists/all.md", at: "FR-010"),
        .init(.backup, .plan, "as FR-003 says", "as FR-030 says", "SPEC017 plan.md", at: "FR-030"),
        .init(.export, .tasks, "T007 [US2]", "T007 [US7]", "SPEC018 tasks.md", at: "[US7]"),
        .init(.export, .tasks, "(depends on T004, T007)", "(depends on T004, T070)", "SPEC019 tasks.md", at: "T070"),
        .init(.export, .tasks, "before T006.", "before T066.", "SPEC019 tasks.md", at: "T066"),
        .init(
            .login, .tasks, "`auth/mail.go`; depends on T1", "`auth/mail.go`; depends on T9", "SPEC019 tasks.md",
            at: "T9"),
        .init(.cache, .plan, "the tests of T002", "the tests of T020", "SPEC019 plan.md", at: "T020"),
    ]

    static let order: [SeededFault] = [
        .init(
            .export, .tasks, "`tests/test_json.py`", "`tests/test_json.py` (depends on T004)", "SPEC020 tasks.md",
            at: "T002 [P]"),
        .init(
            .login, .tasks, "`auth/lock.go`; depends on T1", "`auth/lock.go`; depends on T5", "SPEC020 tasks.md",
            at: "T2 [US1]"),
        .init(
            .backup, .tasks, "(depends on T005, T006)", "(depends on T005, T007)", "SPEC020 tasks.md", at: "T007 [US1]"),
        .init(.export, .tasks, "`tests/test_limit.py`", "`tests/test_json.py`", "SPEC021 tasks.md", at: "T003 [P]"),
        .init(.webhooks, .tasks, "`worker/sign.py`", "`tests/test_sign.py`", "SPEC021 tasks.md", at: "T004 [P]"),
        .init(.export, .tasks, "## Phase 3:", "## Phase 5:", "SPEC022 tasks.md", at: "## Phase 4"),
        .init(.webhooks, .tasks, "## Phase 2:", "## Phase 3:", "SPEC022 tasks.md", at: "User Story 2"),
        .init(.export, .tasks, "(depends on T002)", "(depends on T002, T006)", "SPEC023 tasks.md", at: "T002, T006"),
        .init(.export, .tasks, " in `tests/test_limit.py`", "", "SPEC037 tasks.md", at: "T003 [P]"),
        .init(.export, .tasks, "- [ ] T004", "- [x] T004", "SPEC038 tasks.md", at: "- [x] T004"),
        .init(.webhooks, .tasks, "- [x] T001", "- [ ] T001", "SPEC038 tasks.md", at: "- [x] T002"),
    ]

    static let meanings: [SeededFault] = [
        .init(.export, .plan, "Write a printer", "Write a spread sheet printer", "SPEC026 plan.md", at: "spread sheet"),
        .init(.webhooks, .plan, "one table", "one data-base table", "SPEC026 plan.md", at: "data-base"),
        .init(
            .cache, .tasks, "Sweep (FR-002)", "Sweep off-line (FR-002)\n- [ ] T004 [US1] Offline", "SPEC026 tasks.md",
            at: "Offline"),
        .init(
            .report, .plan, "None known.", "The colour of sums, and the color of dates.", "SPEC026 plan.md",
            at: "colour"),
        .init(
            .export, .plan, "ends within 2 seconds", "ends within 5 seconds", "SPEC027 plan.md", at: "within 5 seconds"),
        .init(
            .retention, .plan, "walks the folder", "removes logs older than 90 days", "SPEC027 plan.md", at: "90 days"),
        .init(.search, .plan, "within 200 ms", "within 900 ms", "SPEC027 plan.md", at: "900 ms"),
        .init(.upload, .plan, "up to 5 MB", "up to 8 MB", "SPEC027 plan.md", at: "8 MB"),
        .init(.webhooks, .plan, "tried 6 times", "tried 3 times", "SPEC027 plan.md", at: "3 times"),
        .init(.theme, .plan, "365 days", "30 days", "SPEC027 plan.md", at: "30 days"),
        .init(.backup, .plan, "keeps 14 backups", "keeps 7 backups", "SPEC027 plan.md", at: "7 backups"),
        .init(.report, .plan, "1500 ms", "2500 ms", "SPEC027 plan.md", at: "2500 ms"),
        .init(.cache, .plan, "for 7 days", "for 2 weeks", "SPEC027 plan.md", at: "2 weeks"),
        .init(
            .export, .plan, "- **Test First**: each printer has its test before it is written.", "", "SPEC028 plan.md",
            at: "## Constitution Check"),
        .init(
            .webhooks, .plan, "| Privacy by default | numbers only |", "", "SPEC028 plan.md",
            at: "## Constitution Check"),
        .init(
            .cache, .plan, "- Principle II: see", "- Principle III: see", "SPEC028 plan.md", at: "## Constitution Check"
        ),
    ]
}
