import FakeModelServer
import Files
import JSON
import Testing

/// Questions about a specification, asked at gates and answered from outside (S3).
@Suite("A specification is clarified", .timeLimit(.minutes(15)))
struct SpecsClarifyTests {
    private typealias Common = SpecsAuthoringTests

    private static let asked: JSONValue = [
        "questions": [
            [
                "question": "Which todos are left out?", "marker": "which todos?", "requirement": "FR-002",
                "choices": [
                    ["answer": "none", "text": "THE SYSTEM SHALL leave out no todo from the array."],
                    ["answer": "those that are done", "text": "THE SYSTEM SHALL leave out todos that are done."],
                ],
            ],
            [
                "question": "How soon is it printed?", "marker": nil, "requirement": "FR-003",
                "choices": [
                    ["answer": "1 s", "text": "THE SYSTEM SHALL print the array within 1 s."],
                    ["answer": "2 s", "text": "THE SYSTEM SHALL print the array within 2 s."],
                ],
            ],
            [
                "question": "Which names have the fields?", "marker": "which names?", "requirement": "FR-004",
                "choices": [
                    ["answer": "English", "text": "THE SYSTEM SHALL name the fields `number` and `text`."],
                    ["answer": "short", "text": "THE SYSTEM SHALL name the fields `n` and `t`."],
                ],
            ],
        ],
        "rewordings": [
            ["id": "FR-003", "text": "WHEN the list is asked for, THE SYSTEM SHALL print the array within 1 s."]
        ],
    ]

    @Test("answers are written into the requirements that they change, and what is left open stays marked")
    func answered() async throws {
        let unknown: JSONValue = [
            "questions": [
                [
                    "question": "Why?", "marker": "no such point", "requirement": "FR-009",
                    "choices": [["answer": "a", "text": "It works."], ["answer": "b", "text": "It SHALL work."]],
                ]
            ], "rewordings": [],
        ]
        let worded: JSONValue = [
            "requirements": [
                [
                    "question": 2, "id": "FR-003",
                    "text": "THE SYSTEM SHALL print the array within 300 ms for 1000 todos.",
                ]
            ]
        ]
        let script: Common.Script = [
            "ask-what-the-specification#1": Common.say(unknown),
            "ask-what-the-specification#2": Common.say(Self.asked),
            "ask-what-the-specification#3": Common.say(worded),
        ]
        try await Common.with(script) { stage in
            try Common.lay(stage, ["spec.md": Common.spec])
            let parked = try await stage.vencejo("specs", "clarify", "001")
            #expect(parked.status == 3, "\(parked.errors)")
            let said = stage.server.conversation(of: "ask-what-the-specification")
            #expect(
                said.contains("there is no open point") && said.contains("there is no requirement FR-009"), "\(said)")
            #expect(said.contains("FR-003: THE SYSTEM MUST print the array quickly."))
            let gates = try await stage.vencejo("gates", "list", "--json").json.arrayValue ?? []
            #expect(gates.count == 4)
            func gate(_ words: String) -> String {
                gates.first { $0["question"]?.stringValue?.contains(words) == true }?["id"]?.stringValue ?? "none"
            }
            let wrong = try await stage.vencejo("gates", "answer", gate("Which todos"), "z")
            #expect(wrong.status == 2, "\(wrong.errors)")
            try await stage.vencejo("gates", "answer", gate("Which todos"), "b")
            try await stage.vencejo("gates", "answer", gate("How soon"), "--field", "answer=300 ms for 1000 todos")
            try await stage.vencejo("gates", "answer", gate("Which names"), "skip")
            let still = try await stage.vencejo("runs", "resume", "latest")
            #expect(still.status == 3)
            try await stage.vencejo("gates", "approve", gate("so that a test can check it"))
            let done = try await stage.vencejo("runs", "resume", "latest")
            #expect(done.status == 0, "\(done.errors)")
            #expect(done.output.contains("FR-002: Which todos are left out? → those that are done"), "\(done.output)")
            #expect(done.output.contains("open questions: 1"))
            #expect(done.output.split(separator: "\n").count <= 10)
            let text = try Common.read(stage, "spec.md")
            let session = text.split(separator: "\n").first { $0.hasPrefix("### Session ") } ?? ""
            let expected =
                Common.spec.replacing(
                    "THE SYSTEM MUST leave out [NEEDS CLARIFICATION: which todos?] from the array.",
                    with: "THE SYSTEM SHALL leave out todos that are done."
                ).replacing(
                    "THE SYSTEM MUST print the array quickly.",
                    with: "THE SYSTEM SHALL print the array within 300 ms for 1000 todos.") + """

                    ## Clarifications

                    \(session)

                    - Q: Which todos are left out? → A: those that are done
                    - Q: How soon is it printed? → A: 300 ms for 1000 todos

                    """
            #expect(text == expected)
            #expect(stage.server.purchases.values.allSatisfy { $0 == 1 })
        }
    }

    @Test("better words are written where the user says yes, each by itself")
    func reworded() async throws {
        let asked: JSONValue = [
            "questions": [],
            "rewordings": [
                ["id": "FR-003", "text": "WHEN the list is asked for, THE SYSTEM SHALL print the array within 1 s."],
                ["id": "US1/1", "text": "**Given** one todo, **When** it is listed, **Then** it is printed"],
            ],
        ]
        let spec = Common.spec.replacing(", **Then** it prints a JSON array with one object", with: "")
        try await Common.with(["ask-what-the-specification#1": Common.say(asked)]) { stage in
            try Common.lay(stage, ["spec.md": spec])
            let parked = try await stage.vencejo("specs", "clarify", "001")
            #expect(parked.status == 3, "\(parked.errors)")
            let id = try await stage.openGate()["id"]?.stringValue ?? ""
            let answered = try await stage.vencejo(
                "gates", "answer", id, "--data", #"{"FR-003": false, "US1/1": true}"#)
            #expect(answered.status == 0, "\(answered.errors)")
            let done = try await stage.vencejo("runs", "resume", "latest")
            #expect(done.status == 0, "\(done.errors)")
            #expect(done.output.contains("reworded: US1/1"), "\(done.output)")
            #expect(
                try Common.read(stage, "spec.md")
                    == spec.replacing(
                        "1. **Given** one todo, **When** `list --json` is called",
                        with: "1. **Given** one todo, **When** it is listed, **Then** it is printed"))
        }
    }

    @Test("where nothing is unclear, nothing is asked and nothing is written")
    func clear() async throws {
        let script = ["ask-what-the-specification#1": Common.say(["questions": [], "rewordings": []])]
        try await Common.with(script) { stage in
            try Common.lay(stage, ["spec.md": Common.sound])
            let done = try await stage.vencejo("specs", "clarify", "latest")
            #expect(done.status == 0, "\(done.errors)")
            #expect(
                done.output.contains("nothing is unclear") && done.output.contains("wrote nothing"), "\(done.output)")
            #expect(try Common.read(stage, "spec.md") == Common.sound)
        }
    }
}
