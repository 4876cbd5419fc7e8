import JSON
import Runs
import SpecDocuments

/// What a model asks about a specification and offers to say better; pure.
struct Clarifying: Sendable, Hashable {
    var questions: [Question]
    var rewordings: [Rewording]

    static let mostQuestions = 5

    struct Question: Sendable, Hashable {
        var text: String
        /// The words of the open point that it settles.
        var marker: String?
        /// The requirement that the answer changes; nil where it adds one.
        var requirement: String?
        var choices: [Choice]
    }

    struct Choice: Sendable, Hashable {
        var answer: String
        /// The requirement as it reads with this answer.
        var text: String
    }

    struct Rewording: Sendable, Hashable {
        /// `FR-003`, or `US1/2` for a story's second scenario.
        var id: String
        var text: String
    }

    /// A statement that cannot be tested as it stands, and why.
    struct Candidate: Sendable, Hashable {
        var id: String
        var text: String
        var reasons: [String]

        var description: String { "\(id): \(text)\n  (\(reasons.joined(separator: " ")))" }
    }

    init(_ answer: JSONValue) {
        questions = (answer["questions"]?.arrayValue ?? []).map { question in
            Question(
                text: question["question"]?.stringValue ?? "", marker: question["marker"]?.stringValue,
                requirement: question["requirement"]?.stringValue?.uppercased(),
                choices: (question["choices"]?.arrayValue ?? []).map {
                    Choice(answer: $0["answer"]?.stringValue ?? "", text: $0["text"]?.stringValue ?? "")
                })
        }
        rewordings = (answer["rewordings"]?.arrayValue ?? []).map {
            Rewording(id: $0["id"]?.stringValue?.uppercased() ?? "", text: $0["text"]?.stringValue ?? "")
        }
    }

    /// The statements that rules find fault with: those that are no EARS or vague, and scenarios without When or Then.
    static func candidates(in spec: SpecDocument) -> [Candidate] {
        let requirements = spec.requirements.compactMap { requirement -> Candidate? in
            // What is open is asked, not reworded.
            guard !requirement.text.contains("[NEEDS CLARIFICATION"), let proposal = EarsProposal(for: requirement.text)
            else { return nil }
            return Candidate(id: requirement.id, text: requirement.text, reasons: proposal.reasons)
        }
        let scenarios = spec.rewordableScenarios.compactMap { id, scenario -> Candidate? in
            let steps = ScenarioSteps(scenario.text)
            var reasons = steps.missing.map { "It has no \($0)." }
            if !steps.isInOrder { reasons.append("Its parts are out of order.") }
            return reasons.isEmpty ? nil : Candidate(id: id, text: scenario.text, reasons: reasons)
        }
        return Array((requirements + scenarios).prefix(12))
    }

    /// What is wrong with it, each in one sentence.
    func faults(for spec: SpecDocument, _ candidates: [Candidate]) -> [String] {
        var found: [String] = []
        let markers = Set(spec.clarifications.map(\.question))
        let ids = Set(spec.requirements.map(\.id))
        for (index, question) in questions.enumerated() {
            let name = "question \(index + 1)"
            if let marker = question.marker, !markers.contains(marker) {
                found.append(
                    "\(name): there is no open point \"\(marker.prefix(120))\"; copy its words exactly, or give null.")
            }
            if let id = question.requirement, !ids.contains(id) {
                found.append(
                    "\(name): there is no requirement \(id); the specification has \(ids.sorted().joined(separator: ", "))."
                )
            }
            for choice in question.choices {
                if let fault = Self.fault(ofRequirement: choice.text) {
                    found.append("\(name), \"\(choice.answer.prefix(60))\": \(fault)")
                }
            }
            if Set(question.choices.map(\.answer)).count < question.choices.count {
                found.append("\(name): two choices are the same.")
            }
        }
        let known = Set(candidates.map(\.id))
        for rewording in rewordings {
            if !known.contains(rewording.id) {
                found.append("rewording of \(rewording.id): this statement was not asked for.")
            } else if rewording.id.hasPrefix("US") {
                let steps = ScenarioSteps(rewording.text)
                if !steps.missing.isEmpty || !steps.isInOrder || rewording.text.contains(where: \.isNewline) {
                    found.append("rewording of \(rewording.id): write it on one line as `Given …, When …, Then …`.")
                }
            } else if let proposal = EarsProposal(for: rewording.text) {
                found.append("rewording of \(rewording.id): \(proposal.reasons.joined(separator: " "))")
            }
        }
        return Array(found.prefix(10))
    }

    /// Why words cannot be a requirement's; nil where they can.
    static func fault(ofRequirement text: String) -> String? {
        guard !text.contains(where: \.isNewline) else { return "a requirement is one line." }
        let words = text.uppercased().split { !$0.isLetter }
        guard words.contains(where: { ["SHALL", "MUST", "SHOULD", "MAY"].contains($0) }) else {
            return "it obliges nobody; write the whole requirement with SHALL or MUST."
        }
        return nil
    }

    static let schema: JSONValue = [
        "type": "object", "required": ["questions", "rewordings"], "additionalProperties": false,
        "properties": [
            "questions": [
                "type": "array", "maxItems": 5,
                "items": [
                    "type": "object", "additionalProperties": false, "required": ["question", "choices"],
                    "properties": [
                        "question": ["type": "string", "minLength": 1], "marker": ["type": ["string", "null"]],
                        "requirement": ["type": ["string", "null"]],
                        "choices": [
                            "type": "array", "minItems": 2, "maxItems": 4,
                            "items": [
                                "type": "object", "additionalProperties": false, "required": ["answer", "text"],
                                "properties": [
                                    "answer": ["type": "string", "minLength": 1],
                                    "text": ["type": "string", "minLength": 1],
                                ],
                            ],
                        ],
                    ],
                ],
            ],
            "rewordings": [
                "type": "array", "maxItems": 12,
                "items": [
                    "type": "object", "additionalProperties": false, "required": ["id", "text"],
                    "properties": [
                        "id": ["type": "string"], "text": ["type": "string", "minLength": 1],
                    ],
                ],
            ],
        ],
    ]
}
