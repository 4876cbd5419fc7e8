package import Identity
package import Timekeeping

/// A durable question to a human; the first answer wins.
package struct Gate: Sendable, Hashable, Codable {
    package var id: GateID
    package var run: RunID
    package var step: StepKey?
    package var kind: Kind
    /// One sentence that can be answered without reading anything else.
    package var question: String
    /// What to know before answering, as plain text of any length.
    package var details: String
    package var choices: [Choice]
    package var openedAt: Timestamp
    package var answer: GateAnswer?

    package init(
        id: GateID, run: RunID, step: StepKey?, kind: Kind, question: String, details: String, choices: [Choice],
        openedAt: Timestamp, answer: GateAnswer? = nil
    ) {
        self.id = id
        self.run = run
        self.step = step
        self.kind = kind
        self.question = question
        self.details = details
        self.choices = choices
        self.openedAt = openedAt
        self.answer = answer
    }

    package enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// The plan, its tasks and an estimate of their cost.
        case plan
        /// An agent asks (`ask_user`).
        case question
        /// A tool use that the policy wants confirmed.
        case permission
        /// A limit of turns, tokens or time was reached.
        case limit
        /// The run's money is spent.
        case budget
        /// A task's verification failed as often as it may.
        case verification
        /// A step's effect is unknown after a crash.
        case unknownEffect
    }

    /// One way to answer.
    ///
    /// `approve` and `reject` are what `gates approve` and `gates reject` say.
    package struct Choice: Sendable, Hashable, Codable {
        package var value: String
        package var label: String

        package init(_ value: String, _ label: String) {
            self.value = value
            self.label = label
        }
    }

    /// Free text is welcome where no choices are offered.
    package var takesFreeText: Bool { choices.isEmpty }
}

/// How a gate was answered.
package struct GateAnswer: Sendable, Hashable, Codable {
    /// A choice's value, or free text.
    package var value: String
    package var comment: String?
    /// Who, through which channel: `terminal`, `--yes`, `cli`.
    package var answeredBy: String
    package var answeredAt: Timestamp

    package init(value: String, comment: String? = nil, answeredBy: String, answeredAt: Timestamp) {
        self.value = value
        self.comment = comment
        self.answeredBy = answeredBy
        self.answeredAt = answeredAt
    }
}
