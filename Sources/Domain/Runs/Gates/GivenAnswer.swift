import Identity
package import JSON
import Money

/// An answer as a channel brings it, before it is known whether the gate takes it.
package struct GivenAnswer: Sendable, Hashable {
    package var content: Content
    package var comment: String?
    /// Who answers, as the channel knows them.
    package var name: String
    /// The way it came: `terminal`, `cli`, `--yes`, `slack`.
    package var channel: String

    package enum Content: Sendable, Hashable {
        /// A choice, an amount or free text; for a form the JSON text of an object.
        case value(String)
        case data(JSONValue)
    }

    package init(_ content: Content, comment: String? = nil, name: String, channel: String) {
        self.content = content
        self.comment = comment
        self.name = name
        self.channel = channel
    }
}

/// What is wrong with an answer, at one place of it.
package struct AnswerFault: Error, Sendable, Hashable, Codable, CustomStringConvertible {
    /// A JSON pointer into the answer; empty for the whole.
    package var path: String
    package var message: String

    package init(path: String = "", _ message: String) {
        self.path = path
        self.message = message
    }

    package var description: String { path.isEmpty ? message : "\(path): \(message)" }
}

/// What a gate makes of an answer.
package enum AnswerCheck: Sendable, Hashable {
    case accepted(value: String, data: JSONValue?)
    case invalid([AnswerFault])
}

extension Gate {
    /// Whether the gate takes the answer, and as what; pure.
    package func check(_ content: GivenAnswer.Content) -> AnswerCheck {
        switch content {
        case .value(let value): check(value)
        case .data(.string(let value)): check(value)
        case .data(let data): check(data)
        }
    }

    private func check(_ value: String) -> AnswerCheck {
        if choices.contains(where: { $0.value == value }) { return .accepted(value: value, data: nil) }
        if form != nil {
            // What is no JSON is no form filled in, and is told so.
            guard let data = try? JSONValue(parsing: value), data.objectValue != nil else {
                return .invalid([AnswerFault("gate \(id.short) takes a form\(orChoices); '\(value)' is none")])
            }
            return check(data)
        }
        if takesFreeText || (kind == .question && !["approve", "reject"].contains(value)) {
            return .accepted(value: value, data: nil)
        }
        if kind == .budget, USD(parsing: value) != nil { return .accepted(value: value, data: nil) }
        let values = choices.map(\.value).joined(separator: ", ")
        return .invalid([
            AnswerFault("gate \(id.short) takes one of these answers: \(values); '\(value)' is none of them")
        ])
    }

    private func check(_ data: JSONValue) -> AnswerCheck {
        guard let form else {
            if takesFreeText { return .accepted(value: data.text(), data: data) }
            return .invalid([AnswerFault("gate \(id.short) takes no form\(orChoices)")])
        }
        switch GateForm.read(form) {
        case .failure(let fault): return .invalid([fault])
        case .success(let form):
            let faults = form.faults(of: data)
            return faults.isEmpty ? .accepted(value: data.text(), data: data) : .invalid(faults)
        }
    }

    private var orChoices: String {
        choices.isEmpty ? "" : " or one of these answers: \(choices.map(\.value).joined(separator: ", "))"
    }
}
