package import JSON
package import Timekeeping

/// How a gate was answered.
package struct GateAnswer: Sendable, Hashable, Codable {
    /// A choice's value, or free text; of a filled-in form its compact JSON text.
    package var value: String
    /// What a form was filled in with.
    package var data: JSONValue?
    package var comment: String?
    /// Who answered: a person, as the channel knows them, or `default` and `expiry`.
    package var answeredBy: String
    /// Through which channel: `terminal`, `cli`, `--yes`, `expiry`; nil in records of before there were channels.
    package var channel: String?
    package var answeredAt: Timestamp

    package init(
        value: String, data: JSONValue? = nil, comment: String? = nil, answeredBy: String, channel: String? = nil,
        answeredAt: Timestamp
    ) {
        self.value = value
        self.data = data
        self.comment = comment
        self.answeredBy = answeredBy
        self.channel = channel
        self.answeredAt = answeredAt
    }

    /// The value of the answer that nobody gave.
    package static let expired = "expired"
    /// The channel of answers that time gave.
    package static let expiry = "expiry"

    /// Whether the time ran out and there was no default: the gate's step fails.
    package var isExpired: Bool { channel == Self.expiry && value == Self.expired }
}
