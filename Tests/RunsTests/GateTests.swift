import Identity
import JSON
import Money
import Runs
import Testing
import Timekeeping

@Suite("A gate (E4)")
struct GateTests {
    private let ids = IdentifierSource.seeded(5)
    private let time = Timestamp(milliseconds: 1_770_000_000_000)

    private func gate(
        kind: Gate.Kind = .step, choices: [Gate.Choice] = [], form: JSONValue? = nil, expiresIn: Duration? = nil,
        defaultAnswer: JSONValue? = nil, remindEvery: Duration? = nil
    ) -> Gate {
        Gate(
            id: ids.next(), run: ids.next(), step: StepKey(rawValue: "review"), kind: kind, question: "Ship it?",
            details: "", choices: choices, openedAt: time, form: form, expiresAt: expiresIn.map { time + $0 },
            defaultAnswer: defaultAnswer, remindEvery: remindEvery)
    }

    private func run(budget: Int64 = 1_000_000, status: RunStatus = .waiting) -> Run {
        Run(
            id: ids.next(), project: "/p", request: "r", mode: .balanced, budget: USD(micros: budget), status: status,
            baseCommit: "c", baseBranch: nil, branch: "b", worktree: "/w", createdAt: time, updatedAt: time)
    }

    static let form: JSONValue = [
        "type": "object", "required": ["region", "replicas"], "additionalProperties": false,
        "properties": [
            "region": ["enum": ["eu", "us"], "description": "Where to deploy"],
            "replicas": ["type": "integer", "minimum": 1, "maximum": 9],
            "ratio": ["type": "number", "default": 0.5],
            "dry": ["type": "boolean"], "hosts": ["type": "array", "items": ["type": "string"]],
            "note": ["type": "string", "minLength": 3],
        ],
    ]

    // MARK: - Records

    @Test("is read from a record of before there were forms and expiry")
    func oldRecord() throws {
        let old: JSONValue = [
            "id": .string(ids.next(GateKind.self).string), "run": .string(ids.next(RunKind.self).string),
            "kind": "plan",
            "question": "?", "details": "", "choices": [["value": "approve", "label": "yes"]],
            "openedAt": try JSONCoding.encode(time),
            "answer": ["value": "approve", "answeredBy": "cli", "answeredAt": try JSONCoding.encode(time)],
        ]
        let gate = try JSONCoding.decode(Gate.self, from: old)
        #expect(gate.answer == GateAnswer(value: "approve", answeredBy: "cli", answeredAt: time))
        #expect(gate.form == nil && gate.expiresAt == nil)
    }

    // MARK: - Answers

    @Test("takes its choices, and says which there are where an answer is none of them")
    func choices() {
        let gate = gate(choices: [.init("approve", "yes"), .init("reject", "no")])
        #expect(gate.check(.value("reject")) == .accepted(value: "reject", data: nil))
        #expect(gate.check(.data("approve")) == .accepted(value: "approve", data: nil))
        #expect(
            gate.check(.value("maybe"))
                == .invalid([
                    AnswerFault(
                        "gate \(gate.id.short) takes one of these answers: approve, reject; 'maybe' is none of them")
                ]))
        #expect(
            gate.check(.data(["a": 1]))
                == .invalid([
                    AnswerFault("gate \(gate.id.short) takes no form or one of these answers: approve, reject")
                ]))
    }

    @Test("takes free text where it offers no choices")
    func freeText() {
        #expect(gate().check(.value("use tabs")) == .accepted(value: "use tabs", data: nil))
    }

    @Test("takes a form that fits its schema, as an object and as JSON text")
    func validForm() {
        let data: JSONValue = ["region": "eu", "replicas": 2]
        let gate = gate(form: Self.form)
        #expect(gate.check(.data(data)) == .accepted(value: data.text(), data: data))
        #expect(gate.check(.value(data.text())) == .accepted(value: data.text(), data: data))
    }

    @Test("says of a form that does not fit where and what is wrong")
    func invalidForm() {
        guard case .invalid(let faults) = gate(form: Self.form).check(.data(["region": "asia", "replicas": 12])) else {
            Issue.record("the form was taken")
            return
        }
        #expect(faults.map(\.path) == ["/region", "/replicas"])
        let gate = gate(form: Self.form)
        #expect(
            gate.check(.value("yes")) == .invalid([AnswerFault("gate \(gate.id.short) takes a form; 'yes' is none")]))
    }

    @Test("says so where its schema is broken")
    func brokenForm() {
        #expect(
            gate(form: ["type": "array"]).check(.data([:]))
                == .invalid([AnswerFault("a form is a JSON Schema with \"type\": \"object\"")]))
    }

    // MARK: - Forms

    @Test(
        "reads what is typed for a field as a value of its type",
        arguments: [
            ("region", "eu", "eu"), ("replicas", " 3 ", 3), ("ratio", "0.25", 0.25), ("ratio", "", 0.5),
            ("dry", "yes", true), ("dry", "N", false), ("hosts", "a, b", ["a", "b"]), ("note", "long", "long"),
            ("note", "", nil),
        ] as [(String, String, JSONValue?)])
    func typed(name: String, typed: String, value: JSONValue?) throws {
        let form = try GateForm.read(Self.form).get()
        let field = try #require(form.fields.first { $0.name == name })
        #expect(try form.value(of: typed, in: field).get() == value)
    }

    @Test(
        "refuses what is typed for a field in one sentence",
        arguments: [
            ("region", "asia", "/region: one of these is needed: eu, us; not 'asia'"),
            ("region", "", "/region: an answer is needed here"),
            ("replicas", "three", "/replicas: a whole number is needed, not 'three'"),
            ("ratio", "half", "/ratio: a number is needed, not 'half'"),
            ("dry", "perhaps", "/dry: answer yes or no, not 'perhaps'"),
        ])
    func refused(name: String, typed: String, sentence: String) throws {
        let form = try GateForm.read(Self.form).get()
        let field = try #require(form.fields.first { $0.name == name })
        guard case .failure(let fault) = form.value(of: typed, in: field) else {
            Issue.record("'\(typed)' was taken")
            return
        }
        #expect(fault.description == sentence)
    }

    @Test("holds a field to its own schema, whatever the others are")
    func fieldSchema() throws {
        let form = try GateForm.read(Self.form).get()
        let field = try #require(form.fields.first { $0.name == "replicas" })
        guard case .failure(let fault) = form.value(of: "12", in: field) else {
            Issue.record("12 was taken")
            return
        }
        #expect(fault.path == "/replicas")
    }

    @Test("puts a form together from pairs, with defaults, and says all that is wrong at once")
    func pairs() throws {
        let form = try GateForm.read(Self.form).get()
        let filled = form.data(from: [("region", "eu"), ("replicas", "2"), ("hosts", "a"), ("hosts", "b")])
        #expect(filled == .data(["region": "eu", "replicas": 2, "ratio": 0.5, "hosts": ["a", "b"]]))
        let wrong = form.data(from: [("region", "eu"), ("replica", "2")])
        #expect(
            wrong
                == .faults([
                    AnswerFault(
                        path: "/replica",
                        "the form has no such field; it has: region, replicas, ratio, dry, hosts, note"),
                    AnswerFault(path: "/replicas", "an answer is needed here"),
                ]))
    }

    // MARK: - Time

    @Test("is due to expire, or to be reminded of, when its time has come, the longest due first")
    func due() {
        let first = gate(remindEvery: .seconds(60))
        let second = gate(expiresIn: .seconds(30))
        var answered = gate(expiresIn: .seconds(1))
        answered.answer = GateAnswer(value: "x", answeredBy: "me", answeredAt: time)
        let gates = [first, second, answered]
        #expect(GateClock.due(gates, at: time + .seconds(29)) == [])
        #expect(GateClock.next(gates) == time + .seconds(30))
        #expect(
            GateClock.due(gates, at: time + .seconds(200)) == [
                .expiry(second.id), .reminder(first.id, number: 1),
            ])
    }

    @Test("gives missed reminders once, and none at or after its end")
    func reminders() throws {
        let gate = gate(expiresIn: .seconds(100), remindEvery: .seconds(40))
        let changes = try #require(gate.reminder(in: run(), at: time + .seconds(50)))
        guard case .gate(let reminded) = changes.first else {
            Issue.record("the gate is not written")
            return
        }
        #expect(changes.last == .event(.gateReminded(gate: gate.id, kind: .step, step: gate.step, number: 1)))
        #expect(GateClock.nextReminder(of: reminded) == time + .seconds(90))
        #expect(reminded.reminder(in: run(), at: time + .seconds(60)) == nil)
        let again = try #require(reminded.reminder(in: run(), at: time + .seconds(95)))
        guard case .gate(let twice) = again.first else { return }
        #expect(GateClock.nextReminder(of: twice) == nil)
    }

    @Test("expires with its default answer, else as 'expired', and not before its time")
    func expiry() {
        let choices: [Gate.Choice] = [.init("approve", "yes"), .init("reject", "no")]
        let late = time + .seconds(10)
        var gate = gate(choices: choices, expiresIn: .seconds(10), defaultAnswer: "approve")
        #expect(gate.expiry(in: run(), at: time + .seconds(9)) == nil)
        #expect(gate.expiry(in: run(status: .done), at: late) == nil)
        var answered = gate
        answered.answer = GateAnswer(
            value: "approve", answeredBy: "default", channel: "expiry", answeredAt: late)
        #expect(
            gate.expiry(in: run(), at: late) == [
                .event(.gateExpired(gate: gate.id, kind: .step, step: gate.step, value: "approve", isDefault: true)),
                .gate(answered),
                .event(.gateAnswered(gate: gate.id, kind: .step, step: gate.step, value: "approve", by: "default")),
            ])
        gate.defaultAnswer = nil
        answered = gate
        answered.answer = GateAnswer(value: "expired", answeredBy: "expiry", channel: "expiry", answeredAt: late)
        #expect(
            gate.expiry(in: run(), at: late) == [
                .event(.gateExpired(gate: gate.id, kind: .step, step: gate.step, value: "expired", isDefault: false)),
                .gate(answered),
                .event(.gateAnswered(gate: gate.id, kind: .step, step: gate.step, value: "expired", by: "expiry")),
            ])
        #expect(answered.answer?.isExpired == true)
    }

    @Test("expires as 'expired' where its default does not fit it")
    func brokenDefault() {
        let gate = gate(form: Self.form, expiresIn: .seconds(1), defaultAnswer: ["region": "asia"])
        let changes = gate.expiry(in: run(), at: time + .seconds(1)) ?? []
        #expect(
            changes.first
                == .event(
                    .gateExpired(gate: gate.id, kind: .step, step: gate.step, value: "expired", isDefault: false)))
    }

    @Test("follows its default with what it leads to, and expires as 'expired' where that cannot be")
    func defaultConsequences() {
        let gate = gate(
            kind: .budget, choices: [.init("approve", "yes"), .init("reject", "no")], expiresIn: .seconds(1),
            defaultAnswer: "2.00")
        let late = time + .seconds(1)
        #expect(gate.defaultValue == "2.00")
        let raise = JournalChange.budget(USD(micros: 2_000_000))
        #expect(gate.expiry(in: run(), at: late, consequences: [raise])?.contains(raise) == true)
        let refused = gate.expiry(in: run(), at: late, consequences: nil) ?? []
        #expect(
            refused.first
                == .event(
                    .gateExpired(gate: gate.id, kind: .budget, step: gate.step, value: "expired", isDefault: false)))
    }

    @Test("says before it is opened what is wrong with its form and its default answer")
    func openingFaults() {
        #expect(gate(form: Self.form, defaultAnswer: ["region": "eu", "replicas": 1]).faults == [])
        #expect(
            gate(choices: [.init("approve", "yes")], defaultAnswer: "approve").faults == [])
        #expect(
            gate(form: Self.form, defaultAnswer: ["region": "eu"]).faults.map(\.description).first?
                .hasPrefix("the default answer does not fit: ") == true)
        #expect(gate(form: ["type": 3]).faults.count == 1)
    }
}
