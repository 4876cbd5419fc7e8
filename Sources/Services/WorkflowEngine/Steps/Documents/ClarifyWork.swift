import AgentRuntime
import Conversation
import Gateway
import Identity
import JSON
import Runs
import SpecDocuments
import Specs
import Templates
import Timekeeping
import Workbench
import Workflows

/// Asks what a specification leaves open, at gates, and writes the answers into it.
///
/// All questions are asked at once, each at a gate of its own, so that they can be answered in any order and by anybody.
struct ClarifyWork: Sendable {
    var context: StepContext
    var step: StepKey
    var agent: String
    var model: ModelName?

    private static let skip = "skip"

    func perform() async throws -> StepResult {
        let feature = try context.feature()
        if let commit = try await context.workspace.findCommit(trailer: "Vencejo-Step", value: step.rawValue) {
            return try result(feature, ["written before the run was interrupted"], answered: 0, commit: commit)
        }
        // What was written before the run was interrupted is not committed: it begins from what is.
        let committed = try await context.workspace.committedText(of: feature.path(of: .spec))
        let spec = SpecDocument(parsing: try committed ?? feature.read(.spec))
        if let fault = spec.diagnostics.first(where: { $0.severity == .error }) {
            return .failed(
                .invalid,
                "\(feature.path(of: .spec)): \(fault.line.map { "line \($0): " } ?? "")\(fault.message) \(fault.fix)")
        }
        let candidates = Clarifying.candidates(in: spec)
        let asking = asking(spec, candidates)
        let known = try await context.gates(.step, of: step)
        let clarifying: Clarifying
        // Once it is asked, the questions stay what they are, whatever is said in the session afterwards.
        if !known.isEmpty, let before = try await asking.known() {
            clarifying = Clarifying(before)
        } else {
            switch try await asking.ask(opening: { try opening(spec, candidates) }) {
            case .stopped(let stopped): return stopped
            case .unfit(let fault): return .failed(.invalid, "step \(step): the questions cannot be used: \(fault)")
            case .answer(let value): clarifying = Clarifying(value)
            }
        }
        guard !clarifying.questions.isEmpty || !clarifying.rewordings.isEmpty else {
            return try result(feature, ["nothing is unclear"], answered: 0, commit: nil)
        }
        guard !known.isEmpty else {
            try await context.record(gates(for: clarifying, spec))
            return .parked
        }
        guard known.allSatisfy({ $0.answer != nil }) else { return .parked }
        return try await write(clarifying, known, spec, feature, candidates)
    }

    // MARK: - Asking

    private func asking(_ spec: SpecDocument, _ candidates: [Clarifying.Candidate]) -> StructuredAnswer {
        StructuredAnswer(
            context: context, step: step, agent: agent, model: model, tools: [], schema: Clarifying.schema,
            faults: { Clarifying($0).faults(for: spec, candidates) })
    }

    private func opening(_ spec: SpecDocument, _ candidates: [Clarifying.Candidate]) throws -> String {
        try context.prompts.text(
            .clarify,
            [
                "specification": .string(spec.text), "most": .string("\(Clarifying.mostQuestions)"),
                "markers": .list(spec.clarifications.map { .string($0.question) }),
                "candidates": .list(candidates.map { .string($0.description) }),
            ])
    }

    private func wording(_ clarifying: Clarifying, _ index: Int) -> String {
        "Question \(index + 1) of \(clarifying.questions.count): \(clarifying.questions[index].text)"
    }

    private func rewordingQuestion(_ clarifying: Clarifying) -> String {
        "Write \(clarifying.rewordings.count.of("statement")) so that a test can check \(clarifying.rewordings.count == 1 ? "it" : "them")?"
    }

    private func gates(for clarifying: Clarifying, _ spec: SpecDocument) -> [JournalChange] {
        var changes: [JournalChange] = []
        for (index, question) in clarifying.questions.enumerated() {
            let about = spec.requirements.first { $0.id == question.requirement }
            var details = about.map { ["It is about \($0.id) in line \($0.line): \($0.text)"] } ?? []
            details += question.choices.enumerated().map { "\(Self.letter($0)) makes it: \($1.text)" }
            let choices =
                question.choices.enumerated().map { Gate.Choice(Self.letter($0), $1.answer) } + [
                    .init(Self.skip, "leave it open")
                ]
            changes += gate(wording(clarifying, index), details, choices, form: Self.ownWords)
        }
        if !clarifying.rewordings.isEmpty {
            let texts = Dictionary(
                Clarifying.candidates(in: spec).map { ($0.id, $0.text) }, uniquingKeysWith: { first, _ in first })
            var properties: JSONObject = [:]
            for rewording in clarifying.rewordings {
                properties.set(
                    ["type": "boolean", "default": true, "title": .string(rewording.text)], for: rewording.id)
            }
            changes += gate(
                rewordingQuestion(clarifying),
                clarifying.rewordings.flatMap {
                    ["\($0.id) now:  \(texts[$0.id] ?? "")", "\($0.id) then: \($0.text)"]
                },
                [.init("approve", "write all of them"), .init("reject", "write none of them")],
                form: ["type": "object", "properties": .object(properties), "additionalProperties": false])
        }
        return changes
    }

    private func gate(
        _ question: String, _ details: [String], _ choices: [Gate.Choice], form: JSONValue
    ) -> [JournalChange] {
        let gate = Gate(
            id: context.ids.next(), run: context.run.id, step: step, kind: .step, question: question,
            details: details.joined(separator: "\n"), choices: choices, openedAt: context.clock.now(), form: form)
        return [.gate(gate), .event(.gateOpened(gate: gate.id, kind: .step, step: step, question: question))]
    }

    private static func letter(_ index: Int) -> String { String("abcdefgh".dropFirst(index).first ?? "z") }

    private static let ownWords: JSONValue = [
        "type": "object", "required": ["answer"], "additionalProperties": false,
        "properties": ["answer": ["type": "string", "minLength": 1, "title": "In your own words"]],
    ]

    // MARK: - Writing

    /// What was answered to a question.
    private struct Answered: Sendable {
        var number: Int
        var question: Clarifying.Question
        var words: String
        /// The requirement as it reads now; nil where only the words are known.
        var text: String?
    }

    private func answers(_ clarifying: Clarifying, _ gates: [Gate]) -> [Answered] {
        clarifying.questions.indices.compactMap { index in
            let question = clarifying.questions[index]
            guard let answer = gates.last(where: { $0.question == wording(clarifying, index) })?.answer,
                !answer.isExpired, answer.value != Self.skip
            else { return nil }
            if let words = answer.data?["answer"]?.stringValue {
                return Answered(number: index + 1, question: question, words: words, text: nil)
            }
            let place = question.choices.indices.first { Self.letter($0) == answer.value }
            guard let choice = place.map({ question.choices[$0] }) else { return nil }
            return Answered(number: index + 1, question: question, words: choice.answer, text: choice.text)
        }
    }

    private func chosen(_ clarifying: Clarifying, _ gates: [Gate]) -> [Clarifying.Rewording] {
        guard let answer = gates.last(where: { $0.question == rewordingQuestion(clarifying) })?.answer,
            !answer.isExpired, answer.value != "reject"
        else { return [] }
        guard let data = answer.data else { return clarifying.rewordings }
        return clarifying.rewordings.filter { data[$0.id]?.boolValue ?? true }
    }

    private func write(
        _ clarifying: Clarifying, _ gates: [Gate], _ spec: SpecDocument, _ feature: FeatureFolder,
        _ candidates: [Clarifying.Candidate]
    ) async throws -> StepResult {
        var answered = answers(clarifying, gates)
        let free = answered.filter { $0.text == nil }
        if !free.isEmpty {
            switch try await worded(free, spec) {
            case .stopped(let stopped): return stopped
            // What nobody could word is written as the user said it.
            case .unfit: break
            case .answer(let value):
                for given in value["requirements"]?.arrayValue ?? [] {
                    guard let number = given["question"]?.intValue,
                        let index = answered.firstIndex(where: { $0.number == number })
                    else { continue }
                    answered[index].text = given["text"]?.stringValue
                    answered[index].question.requirement =
                        given["id"]?.stringValue ?? answered[index].question.requirement
                }
            }
        }
        var edited = spec
        var report: [String] = []
        let session = String(context.clock.now().iso8601.prefix(10))
        for one in answered { report.append(try Self.apply(one, to: &edited, session)) }
        let rewordings = chosen(clarifying, gates)
        for rewording in rewordings { try Self.apply(rewording, to: &edited, candidates) }
        if !rewordings.isEmpty { report.append("reworded: \(rewordings.map(\.id).joined(separator: ", "))") }
        guard edited.text != spec.text else {
            return try result(feature, ["nothing was answered, nothing was changed"], answered: 0, commit: nil)
        }
        try feature.write(edited.text, to: .spec)
        let commit = try await context.commit(
            "Clarify \(feature.name)", body: "", trailer: ("Vencejo-Step", step.rawValue))
        return try result(feature, report, answered: answered.count, commit: commit)
    }

    /// Puts an answer into the requirement that it changes, and question and answer below Clarifications.
    ///
    /// Other open points of the requirement stay: where new words would lose one, only the answered point is replaced.
    private static func apply(_ one: Answered, to spec: inout SpecDocument, _ session: String) throws -> String {
        let question = one.question
        let marker = question.marker.flatMap { words in spec.clarifications.first { $0.question == words } }
        let id = question.requirement ?? marker?.statement
        let current = spec.requirements.first { $0.id == id }
        let others = spec.clarifications.filter { $0.statement == id && $0.question != question.marker }
        if let text = one.text, let current, id != nil,
            others.allSatisfy({ text.contains($0.question) }), !(question.marker.map { text.contains($0) } ?? false)
        {
            try spec.reword(current.id, to: text)
            try spec.record(question.text, answer: one.words, session: session)
            return "\(current.id): \(question.text) → \(one.words)"
        }
        if let marker {
            try spec.answer(marker, with: one.words, session: session)
            return "line \(marker.line): \(question.text) → \(one.words)"
        }
        if let text = one.text, current == nil {
            let new = try spec.add(text)
            try spec.record(question.text, answer: one.words, session: session)
            return "\(new) (new): \(question.text) → \(one.words)"
        }
        try spec.record(question.text, answer: one.words, session: session)
        return "noted only: \(question.text) → \(one.words)"
    }

    private static func apply(
        _ rewording: Clarifying.Rewording, to spec: inout SpecDocument, _ candidates: [Clarifying.Candidate]
    ) throws {
        guard rewording.id.hasPrefix("US") else {
            // An answer may have changed it meanwhile: then the answer counts.
            let before = candidates.first { $0.id == rewording.id }?.text
            guard spec.requirements.first(where: { $0.id == rewording.id })?.text == before else { return }
            return try spec.reword(rewording.id, to: rewording.text)
        }
        guard let found = spec.rewordableScenarios.first(where: { $0.id == rewording.id }) else { return }
        try spec.reword(found.scenario, to: rewording.text)
    }

    // MARK: - Answers in the user's own words

    private func worded(_ answers: [Answered], _ spec: SpecDocument) async throws -> StructuredAnswer.Result {
        let told = answers.map { one in
            let about = spec.requirements.first { $0.id == one.question.requirement }
            return "question \(one.number): \(one.question.text)\n  answer: \(one.words)"
                + (about.map { "\n  it changes \($0.id): \($0.text)" } ?? "")
        }
        let schema: JSONValue = [
            "type": "object", "required": ["requirements"], "additionalProperties": false,
            "properties": [
                "requirements": [
                    "type": "array", "maxItems": 5,
                    "items": [
                        "type": "object", "required": ["question", "text"], "additionalProperties": false,
                        "properties": [
                            "question": ["type": "integer"], "id": ["type": ["string", "null"]],
                            "text": ["type": "string", "minLength": 1],
                        ],
                    ],
                ]
            ],
        ]
        let ids = Set(spec.requirements.map(\.id))
        let asking = StructuredAnswer(
            context: context, step: step, agent: agent, model: model, tools: [], schema: schema,
            faults: { value in
                (value["requirements"]?.arrayValue ?? []).compactMap { given in
                    if let id = given["id"]?.stringValue, !ids.contains(id) { return "there is no requirement \(id)." }
                    return Clarifying.fault(ofRequirement: given["text"]?.stringValue ?? "").map {
                        "question \(given["question"]?.intValue ?? 0): \($0)"
                    }
                }
            })
        let word = try context.prompts.text(
            .clarifyAnswers, ["answers": .list(told.map { .string($0) })])
        return try await asking.ask(word: word) { "" }
    }

    private func result(
        _ feature: FeatureFolder, _ report: [String], answered: Int, commit: String?
    ) throws -> StepResult {
        let spec = SpecDocument(parsing: try feature.read(.spec))
        let lines = Array(report.prefix(6)) + SpecReport.questions(of: spec).prefix(3)
        return .succeeded(
            StepSuccess(
                [
                    "path": .string(feature.path(of: .spec)), "commit": commit.map { .string($0) } ?? .null,
                    "answered": .integer(Int64(answered)), "open": .integer(Int64(spec.clarifications.count)),
                    "report": .array(lines.map { .string($0) }),
                ], summary: report.first ?? "", commit: commit))
    }
}
