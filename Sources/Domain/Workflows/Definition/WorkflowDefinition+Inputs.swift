package import JSON

extension WorkflowDefinition {
    /// The inputs of a run or a call, defaults filled in, in the order of the definition; an input without a value is null.
    ///
    /// - Throws: `invalidInput` for a name that is no input, a required one that is missing, a value of another type, and
    ///   one that is no choice.
    package func inputs(from given: JSONObject) throws(WorkflowError) -> JSONObject {
        for name in given.keys where !inputs.contains(where: { $0.name == name }) {
            let names = inputs.map(\.name)
            let hint = names.isEmpty ? "; it takes none" : Nearest.hint(for: name, among: names, orAll: true)
            throw WorkflowError(.invalidInput, "the workflow '\(self.name)' has no input '\(name)'\(hint)")
        }
        var values = JSONObject()
        for input in inputs {
            guard let value = given[input.name], !value.isNull || input.type == .any else {
                if input.isRequired {
                    throw WorkflowError(
                        .invalidInput,
                        "the workflow '\(name)' needs the input '\(input.name)'\(input.summary.isEmpty ? "" : ": \(input.summary)")"
                    )
                }
                values.set(input.defaultValue ?? .null, for: input.name)
                continue
            }
            try input.check(value)
            values.set(value, for: input.name)
        }
        return values
    }
}

extension InputDefinition {
    /// Whether a value may be given.
    package func check(_ value: JSONValue) throws(WorkflowError) {
        guard type.accepts(value) else {
            throw WorkflowError(
                .invalidInput,
                "the input '\(name)' is of type \(type.rawValue), and \(value.shown) is \(value.kindName)")
        }
        guard choices.isEmpty || choices.contains(where: { $0.isSame(as: value) }) else {
            let known = choices.map(\.shown).joined(separator: ", ")
            throw WorkflowError(
                .invalidInput, "\(value.shown) is no choice of the input '\(name)'; the choices are \(known)")
        }
    }

    /// The value that a text on a command line stands for: as it is where a text is wanted, otherwise as JSON.
    package func value(fromText text: String) throws(WorkflowError) -> JSONValue {
        var value = JSONValue.string(text)
        if type != .string {
            do throws(JSONError) { value = try JSONValue(parsing: text) } catch {
                // A bare word is a text where any value is taken; for the other types the check tells.
                if type == .array { value = .array(text.split(separator: ",").map { .string(String($0)) }) }
            }
        }
        try check(value)
        return value
    }
}
