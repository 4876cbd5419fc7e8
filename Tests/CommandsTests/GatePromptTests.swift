import Identity
import JSON
import Runs
import Synchronization
import Terminal
import Testing
import Timekeeping

@testable import Commands

/// What somebody at a terminal is asked, and what becomes of what they type (E4).
@Suite("The prompt at a gate")
struct GatePromptTests {
    private let ids = IdentifierSource.seeded(9)

    private func gate(choices: [Gate.Choice] = [], form: JSONValue? = nil) -> Gate {
        Gate(
            id: ids.next(), run: ids.next(), step: nil, kind: .step, question: "Ship \u{1B}[31mit?", details: "",
            choices: choices, openedAt: .epoch, form: form)
    }

    private func ask(_ gate: Gate, _ lines: [String?]) async throws -> (outcome: GatePrompt.Outcome, text: String) {
        let left = Mutex(lines)
        let written = Mutex("")
        let prompt = GatePrompt(
            style: TextStyle(colours: false),
            closed: { _ in
                // Until the prompt is done and cancels it.
                try await Task.sleep(for: .seconds(3600))
                throw CancellationError()
            },
            readLine: { left.withLock { $0.isEmpty ? nil : $0.removeFirst() } },
            write: { text in written.withLock { $0 += text } })
        let outcome = try await prompt.ask(gate)
        return (outcome, written.withLock { $0 })
    }

    private static let form: JSONValue = [
        "type": "object", "required": ["region"],
        "properties": [
            "region": ["enum": ["eu", "us"], "title": "Region", "description": "Where it runs"],
            "replicas": ["type": "integer", "minimum": 1, "default": 1],
            "hosts": ["type": "array", "items": ["type": "string"], "maxItems": 2],
        ],
    ]

    @Test("takes a choice, also by its beginning, and says the choices again where it is none")
    func choice() async throws {
        let (outcome, text) = try await ask(
            gate(choices: [.init("approve", "yes"), .init("reject", "no")]), ["", "what", "rej"])
        #expect(outcome == .given(.value("reject")))
        #expect(
            text == """

                ? Ship ␛[31mit?
                  approve  yes
                  reject  no
                [approve/reject] > [approve/reject] > Answer with one of: approve, reject
                [approve/reject] >\u{20}
                """)
    }

    @Test("asks for a form field by field, and again for what is wrong")
    func form() async throws {
        let (outcome, text) = try await ask(gate(form: Self.form), ["asia", "eu", "0", "", "a, b"])
        #expect(outcome == .given(.data(["region": "eu", "replicas": 1, "hosts": ["a", "b"]])))
        #expect(text.contains("Region (one of eu, us)\n  Where it runs\n  region > "))
        #expect(text.contains("  one of these is needed: eu, us; not 'asia'\n  region > "))
        #expect(text.contains("replicas (a whole number; Enter for 1)"))
        #expect(text.contains("hosts (several, with commas between them; Enter to leave it out)"))
    }

    @Test("takes one of the choices beside a form")
    func choiceBesideForm() async throws {
        let gate = gate(choices: [.init("reject", "no")], form: Self.form)
        let (refused, _) = try await ask(gate, ["reject"])
        #expect(refused == .given(.value("reject")))
        let (filled, _) = try await ask(gate, ["", "us", "", ""])
        #expect(filled == .given(.data(["region": "us", "replicas": 1])))
    }

    @Test("leaves the gate open where the input ends")
    func nobody() async throws {
        let (outcome, _) = try await ask(gate(form: Self.form), ["eu", nil])
        #expect(outcome == .nobody)
    }

    @Test("stops asking when the gate was answered elsewhere")
    func elsewhere() async throws {
        var gate = gate()
        gate.answer = GateAnswer(value: "yes", answeredBy: "ana", channel: "cli", answeredAt: .epoch)
        let answered = gate
        let prompt = GatePrompt(
            style: TextStyle(colours: false), closed: { _ in answered },
            readLine: {
                try await Task.sleep(for: .seconds(3600))
                return nil
            }, write: { _ in })
        let outcome = try await prompt.ask(gate)
        #expect(outcome == .answeredElsewhere(answered))
    }
}
