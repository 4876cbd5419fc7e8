import SpecDocuments
import Testing

@Suite struct `Delta specifications` {
    static let living = """
        # Auth Specification

        ## Purpose

        Sessions.

        ## Requirements

        ### Requirement: Login

        The system SHALL issue a token.

        #### Scenario: Right password

        - **WHEN** it is right
        - **THEN** a token is issued

        #### Scenario: Wrong password

        - **WHEN** it is wrong
        - **THEN** none is

        ### Requirement: Logout

        The system SHALL end the session.

        #### Scenario: Button

        - **WHEN** pressed
        - **THEN** it ends

        ## Notes

        None.

        """

    static let login = """
        ### Requirement: Login

        The system MUST issue two tokens.

        #### Scenario: Right password
        - **WHEN** it is right
        - **THEN** two are issued
        """

    @Test(arguments: ["\n", "\r\n"])
    func `Requirements are added, changed, renamed and removed, and nothing else`(ending: String) throws {
        let living = LivingSpec(parsing: Self.living.replacing("\n", with: ending))
        #expect(living.diagnostics == [])
        #expect(living.requirements.map(\.scenarios) == [["Right password", "Wrong password"], ["Button"]])
        let delta = DeltaSpec(
            parsing: """
                ## ADDED Requirements

                ### Requirement: Expiry
                Sessions MUST end after 30 minutes.

                #### Scenario: Idle
                - WHEN idle
                - THEN over

                ## RENAMED Requirements

                - FROM: `### Requirement: Logout`
                - TO: `### Requirement: Sign out`
                """)
        #expect(delta.diagnostics == [])
        let result = try #require(living.applying(delta).result)
        let expected = Self.living.replacing("### Requirement: Logout", with: "### Requirement: Sign out").replacing(
            "- **THEN** it ends\n",
            with: """
                - **THEN** it ends

                ### Requirement: Expiry
                Sessions MUST end after 30 minutes.

                #### Scenario: Idle
                - WHEN idle
                - THEN over

                """)
        #expect(result.text == expected.replacing("\n", with: ending))
        let removal = DeltaSpec(parsing: "## REMOVED Requirements\n\n### Requirement: login\n**Reason**: gone\n")
        let rest = try #require(living.applying(removal).result)
        #expect(rest.requirements.map(\.name) == ["Logout"])
        #expect(rest.text.hasPrefix("# Auth Specification" + ending))
        #expect(rest.text.hasSuffix("## Notes\(ending)\(ending)None.\(ending)"))
    }

    @Test func `A scenario does not vanish unsaid`() throws {
        let living = LivingSpec(parsing: Self.living)
        let delta = DeltaSpec(parsing: "## MODIFIED Requirements\n\n" + Self.login)
        let refused = living.applying(delta)
        #expect(refused.result == nil)
        #expect(refused.vanished == ["Login / Wrong password"])
        #expect(
            refused.conflicts.map(\.description) == [
                "line 3: error: The scenario \"Wrong password\" of \"Login\" would vanish. "
                    + "Write it into the delta, or list it below `## REMOVED Scenarios` as `- Login / Wrong password`."
            ])
        let allowed = try #require(living.applying(delta, vanishing: .allow).result)
        #expect(allowed["login"]?.statement == "The system MUST issue two tokens.")
        #expect(allowed.requirements.map(\.name) == ["Login", "Logout"])
        #expect(allowed.text.contains("- **THEN** two are issued\n\n### Requirement: Logout"))
    }

    @Test(arguments: [
        (
            "## REMOVED Requirements\n### Requirement: Log\n",
            "line 2: error: The requirement \"Log\" is to be removed and does not exist. Perhaps \"Login\" is meant."
        ),
        (
            "## ADDED Requirements\n### Requirement: LOGIN\nIt MUST.\n#### Scenario: A\n- WHEN\n",
            "line 2: error: A requirement \"LOGIN\" exists already. Modify it, or give this one another name."
        ),
        (
            "## ADDED Requirements\n### Requirement: New\nIt MUST.\n",
            "line 2: error: The requirement \"New\" has no scenario. Add `#### Scenario: Name` with WHEN and THEN below it."
        ),
        (
            "## RENAMED Requirements\n- FROM: `### Requirement: Login`\n- TO: `### Requirement: Logout`\n",
            "line 2: error: A requirement \"Logout\" exists already. Modify it, or give this one another name."
        ),
        (
            "## Why\nBecause.\n",
            "error: The delta changes no requirement. Add `## ADDED Requirements` (or MODIFIED, REMOVED, RENAMED) and below "
                + "it `### Requirement: Name`."
        ),
        (
            "## REMOVED Requirements\n### Requirement: Login\n## RENAMED Requirements\n- FROM: `### Requirement: Login`\n"
                + "- TO: `### Requirement: Enter`\n",
            "line 4: error: The requirement \"Login\" is both removed and renamed. Keep one of the two."
        ),
    ])
    func `A conflict is told with the delta's line, and nothing is applied`(text: String, expected: String) {
        let application = LivingSpec(parsing: Self.living).applying(DeltaSpec(parsing: text))
        #expect(application.result == nil)
        #expect(application.conflicts.first?.description == expected)
    }

    @Test func `A first requirement makes its section`() throws {
        let delta = DeltaSpec(parsing: "## ADDED Requirements\n\n" + Self.login)
        let living = try #require(LivingSpec(parsing: "# A").applying(delta).result)
        #expect(living.text == "# A\n\n## Requirements\n\n" + Self.login + "\n")
        #expect(try #require(LivingSpec(parsing: "").applying(delta).result).requirements.count == 1)
    }

    @Test(arguments: ["- Login / Wrong password", "### Requirement: Login\n#### Scenario: Wrong password\n- too old"])
    func `A scenario that is listed as removed may vanish`(list: String) {
        let delta = DeltaSpec(
            parsing: "## MODIFIED Requirements\n\n\(Self.login)\n\n## REMOVED Scenarios\n\n\(list)\n")
        #expect(delta.diagnostics == [])
        let applied = LivingSpec(parsing: Self.living).applying(delta)
        #expect(applied.conflicts == [] && applied.vanished == [])
        #expect(applied.result?["Login"]?.scenarios == ["Right password"])
    }

    @Test(arguments: [
        ("- Login / Nothing", "The scenario \"Nothing\" is to be removed and does not exist."),
        ("- Login / Right password", "The scenario \"Right password\" is both kept and removed."),
        ("- Logout / Button", "The scenario \"Button\" is removed from \"Logout\", which is not modified."),
        ("- Wrong password", "\"Wrong password\" names no scenario."),
        ("#### Scenario: Wrong password", "The scenario \"Wrong password\" stands below no requirement."),
    ])
    func `A removal that fits nothing is a conflict`(list: String, message: String) {
        let delta = DeltaSpec(
            parsing: "## MODIFIED Requirements\n\n\(Self.login)\n\n## REMOVED Scenarios\n\n\(list)\n")
        let applied = LivingSpec(parsing: Self.living).applying(delta)
        #expect(applied.result == nil)
        #expect(applied.conflicts.map(\.message).contains(message), "\(applied.conflicts)")
    }
}
