/// What a route's pattern found in the path of a request.
package struct PathParameters: Sendable, Hashable {
    private var names: [String]
    private var values: [String]

    init(names: [String] = [], values: [String] = []) {
        self.names = names
        self.values = values
    }

    /// The decoded text of a parameter; nil where the pattern has none of the name.
    package subscript(name: String) -> String? {
        names.firstIndex(of: name).map { values[$0] }
    }

    /// A parameter as a value of a type that can be made of text.
    ///
    /// - Throws: ``Refusal`` with 400 where the text is none of the type.
    package func value<Value: LosslessStringConvertible>(
        _ name: String, as type: Value.Type = Value.self
    ) throws(Refusal) -> Value {
        try value(name, what: "\(type)") { Value($0) }
    }

    /// A parameter as a value that a closure makes of its text, or nil where it cannot.
    ///
    /// - Parameter what: What the value is, for the message: `a run's id`.
    package func value<Value>(
        _ name: String, what: String, _ convert: (String) -> Value?
    ) throws(Refusal) -> Value {
        guard let text = self[name] else { preconditionFailure("the route's pattern has no parameter '\(name)'") }
        guard let value = convert(text) else {
            throw .badRequest("'\(text)', the '\(name)' in the path, is not of the form of \(what).")
        }
        return value
    }
}
