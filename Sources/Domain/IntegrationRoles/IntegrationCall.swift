package import JSON

/// An action of a role with its arguments, checked.
package struct IntegrationCall: Sendable, Hashable {
    package let role: IntegrationRole
    package let action: IntegrationAction
    package let arguments: JSONValue

    /// Throws the first thing that is wrong, in one sentence.
    package init(role: String, action: String, arguments: JSONValue) throws(IntegrationError) {
        guard let role = IntegrationRole(rawValue: role) else {
            let known = IntegrationRole.allCases.map(\.rawValue).joined(separator: ", ")
            throw IntegrationError(.invalid, "there is no role '\(role)'; the roles are \(known)")
        }
        guard let known = role.action(named: action) else {
            let names = role.actions.map(\.name).joined(separator: ", ")
            throw IntegrationError(.invalid, "\(role.phrase) has no action '\(action)'; it has \(names)")
        }
        if let fault = known.fault(in: arguments) {
            throw IntegrationError(.invalid, "\(role.rawValue) \(action): \(fault)")
        }
        self.role = role
        self.action = known
        self.arguments = arguments
    }

    /// In short, for events and gates: `tracker create "Crash on start"`.
    package var summary: String {
        let first = action.arguments.first.flatMap { arguments[$0.name] }
        let shown = first.map { " " + String(($0.stringValue.map { "\"\($0)\"" } ?? $0.text()).prefix(120)) } ?? ""
        return "\(role.rawValue) \(action.name)\(shown)"
    }
}

extension IntegrationAction {
    /// What is wrong with the arguments, or nil; null stands for an argument that was left out.
    package func fault(in given: JSONValue) -> String? {
        guard let object = given.objectValue ?? (given.isNull ? [:] : nil) else {
            return "its arguments are a mapping, not \(given.text())"
        }
        for (name, value) in object {
            guard let argument = arguments.first(where: { $0.name == name }) else {
                return "there is no argument '\(name)'; it takes \(arguments.map(\.name).joined(separator: ", "))"
            }
            if !value.isNull, !argument.type.accepts(value) {
                return "the argument '\(name)' is a \(argument.type.rawValue), not \(value.text())"
            }
        }
        let missing = arguments.first { $0.isRequired && object[$0.name]?.isNull != false }
        return missing.map { "the argument '\($0.name)' is missing" }
    }
}

extension IntegrationAction.ArgumentType {
    package func accepts(_ value: JSONValue) -> Bool {
        switch self {
        case .text: value.stringValue != nil
        case .number: value.intValue != nil
        case .flag: value.boolValue != nil
        case .texts: value.arrayValue?.allSatisfy { $0.stringValue != nil } == true
        }
    }
}
