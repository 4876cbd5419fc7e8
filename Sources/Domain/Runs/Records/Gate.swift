package import Identity
package import JSON
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
    /// A JSON Schema of an object: the gate is answered with such an object, or with one of the choices.
    package var form: JSONValue?
    /// When nobody need answer any more; then the default answer is taken, or the gate is answered `expired`.
    package var expiresAt: Timestamp?
    /// A choice or a text, as a string, or an object for the form.
    package var defaultAnswer: JSONValue?
    /// When to remind for the first time; where only the interval is given, that long after the opening.
    package var remindAt: Timestamp?
    package var remindEveryMilliseconds: Int64?
    package var remindersGiven: Int?
    package var lastRemindedAt: Timestamp?
    /// Who is asked, for channels that can tell: names of people or groups.
    package var audience: [String]?
    /// The channels that are told, such as `slack`; nil for all.
    package var channels: [String]?
    /// Answers that were taken back when the run was rewound to before them.
    package var withdrawnAnswers: [GateAnswer]?
    /// Of a budget gate: the account that could not bear a call; nil in old journals, where it is the run's.
    package var refusal: BudgetRefusal?

    package init(
        id: GateID, run: RunID, step: StepKey?, kind: Kind, question: String, details: String, choices: [Choice],
        openedAt: Timestamp, answer: GateAnswer? = nil, form: JSONValue? = nil, expiresAt: Timestamp? = nil,
        defaultAnswer: JSONValue? = nil, remindAt: Timestamp? = nil, remindEvery: Duration? = nil,
        audience: [String]? = nil, channels: [String]? = nil, refusal: BudgetRefusal? = nil
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
        self.form = form
        self.expiresAt = expiresAt
        self.defaultAnswer = defaultAnswer
        self.remindAt = remindAt
        remindEveryMilliseconds = remindEvery?.milliseconds
        self.audience = audience
        self.channels = channels
        self.refusal = refusal
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
        /// The money of an account is spent: the run's, the day's …
        case budget
        /// A task's verification failed as often as it may.
        case verification
        /// A step's effect is unknown after a crash.
        case unknownEffect
        /// A gate step of a workflow: an approval, a question or a form, as its choices and its form say.
        case step
        /// Work could not be merged by itself.
        case mergeConflict
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

    /// Free text is welcome where neither choices nor a form are offered.
    package var takesFreeText: Bool { choices.isEmpty && form == nil }
}
