import SpecDocuments
import Testing

@Suite struct `EARS and scenarios` {
    @Test(arguments: [
        ("THE SYSTEM SHALL log", "ubiquitous", "THE SYSTEM SHALL log"),
        ("The server must answer", "ubiquitous", "THE SERVER SHALL answer"),
        ("WHEN a key is pressed, THE SYSTEM SHALL beep", "event", "WHEN a key is pressed, THE SYSTEM SHALL beep"),
        ("When a key is pressed the system shall beep", "event", "WHEN a key is pressed, THE SYSTEM SHALL beep"),
        (
            "**WHEN** a, b or c is pressed **THEN** the system **SHALL** beep", "event",
            "WHEN a, b or c is pressed, THE SYSTEM SHALL beep"
        ),
        ("WHILE armed, the alarm shall blink", "state", "WHILE armed, THE ALARM SHALL blink"),
        (
            "IF the disk is full, THEN THE SYSTEM SHALL stop", "unwanted",
            "IF the disk is full, THEN THE SYSTEM SHALL stop"
        ),
        (
            "WHERE a camera is fitted, THE SYSTEM SHALL film", "optional",
            "WHERE a camera is fitted, THE SYSTEM SHALL film"
        ),
        (
            "WHILE armed, WHEN a door opens, THE SYSTEM SHALL ring", "complex",
            "WHILE armed, WHEN a door opens, THE SYSTEM SHALL ring"
        ),
    ])
    func `reads each pattern`(text: String, pattern: String, normalized: String) throws {
        let statement = try #require(EarsStatement(text))
        #expect(statement.pattern.rawValue == pattern)
        #expect(statement.normalized == normalized)
    }

    @Test(arguments: ["A list is shown", "", "WHEN x", "IF a, the system shall b", "WHEN, the system shall b"])
    func `leaves alone what is in no pattern`(text: String) {
        #expect(EarsStatement(text) == nil)
    }

    @Test func `reads the steps of a scenario`() {
        let steps = ScenarioSteps(
            "**Given** two items, **When** listing and then sorting, **Then** both are shown, and then gone")
        #expect(steps.given == "two items")
        #expect(steps.when == "listing and then sorting")
        #expect(steps.then == "both are shown, and then gone")
        #expect(steps.isInOrder)
        #expect(steps.missing == [])
        #expect(ScenarioSteps("given a, when b, then c").missing == [])
        #expect(ScenarioSteps("Given a, When b").missing == ["Then"])
        #expect(ScenarioSteps("It works").missing == ["When", "Then"])
        #expect(!ScenarioSteps("When a, Given b, Then c").isInOrder)
    }

    @Test func `offers a pattern and asks for what only the author knows`() throws {
        let proposal = try #require(EarsProposal(for: "System MUST load the list quickly"))
        #expect(proposal.text == "WHEN [event], SYSTEM SHALL load the list [number and unit]")
        #expect(proposal.reasons == ["\"quickly\" can be read in many ways."])
        #expect(
            proposal.questions == [
                "Which number, in which unit and under which load, is meant by \"quickly\"?",
                "What happens right before it, that one could do in a test?",
            ])
        #expect(
            EarsProposal(for: "IF the disk is full, THE SYSTEM SHALL stop")?.text
                == "IF the disk is full, THEN THE SYSTEM SHALL stop")
        #expect(EarsProposal(for: "lists are sorted")?.text == "THE SYSTEM SHALL lists are sorted")
        #expect(EarsProposal(for: "WHEN a key is pressed, THE SYSTEM SHALL beep within 5 ms") == nil)
    }

    @Test(arguments: [
        ("Fix the typo in the README", Ceremony.Figures(files: 20, touched: 1, areas: 1), "tiny"),
        ("Add a --json flag to the list command", .init(files: 20, touched: 2, areas: 1), "tiny"),
        ("Lock an account after five wrong passwords", .init(files: 20, touched: 2, areas: 1), "small"),
        ("Export lists", .init(files: 90, touched: 20, areas: 2), "small"),
        ("Build a dashboard with payments", .init(), "full"),
        ("Rewrite the storage layer as a service of its own", .init(files: 90, touched: 30, areas: 4), "full"),
        ("", .init(), "tiny"),
    ])
    func `sizes the ceremony and says why`(request: String, figures: Ceremony.Figures, size: String) {
        let choice = Ceremony.choice(for: request, figures: figures)
        #expect(choice.ceremony.rawValue == size)
        #expect(choice.reason.hasPrefix(size + ", because "))
    }
}
