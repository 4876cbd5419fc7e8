package import JSON
import JSONSchema

/// A gate's form: the JSON Schema of an object, and its properties as fields that can be asked for one by one; pure.
///
/// Every channel reads the same form: a terminal asks field by field, a page draws it, a script sends the object.
package struct GateForm: Sendable {
    package let fields: [Field]
    private let schema: Schema
    private let source: JSONObject

    /// One property of the object.
    package struct Field: Sendable, Hashable {
        package var name: String
        package var title: String
        package var help: String?
        package var kind: Kind
        package var isRequired: Bool
        package var defaultValue: JSONValue?

        package enum Kind: Sendable, Hashable {
            case text, number, integer, boolean
            case choice([JSONValue])
            /// Strings, typed with commas between them.
            case list
            /// Anything else, typed as JSON.
            case json
        }
    }

    /// Reads the schema of a form; the fault says what is wrong with the schema.
    package static func read(_ form: JSONValue) -> Result<GateForm, AnswerFault> {
        guard let source = form.objectValue, form["type"] == "object" else {
            return .failure(AnswerFault("a form is a JSON Schema with \"type\": \"object\""))
        }
        do throws(SchemaError) {
            return .success(GateForm(schema: try Schema(form, unknownKeywords: .ignored), source: source))
        } catch {
            return .failure(AnswerFault("the gate's form is broken: \(error.message)"))
        }
    }

    private init(schema: Schema, source: JSONObject) {
        self.schema = schema
        self.source = source
        let required = Set((source["required"]?.arrayValue ?? []).compactMap(\.stringValue))
        fields = (source["properties"]?.objectValue ?? [:]).map { name, property in
            Field(
                name: name, title: property["title"]?.stringValue ?? name,
                help: property["description"]?.stringValue, kind: Self.kind(of: property),
                isRequired: required.contains(name), defaultValue: property["default"])
        }
    }

    private static func kind(of property: JSONValue) -> Field.Kind {
        if let values = property["enum"]?.arrayValue { return .choice(values) }
        switch property["type"]?.stringValue {
        case "string": return .text
        case "number": return .number
        case "integer": return .integer
        case "boolean": return .boolean
        case "array" where property["items"]?["type"] == "string": return .list
        default: return .json
        }
    }

    // MARK: - Checking

    /// What is wrong with a filled-in form; empty where it is valid.
    package func faults(of data: JSONValue) -> [AnswerFault] {
        schema.violations(of: data).map { AnswerFault(path: $0.path, $0.message) }
    }

    /// What is wrong with one field's value, whatever the others are.
    package func faults(of value: JSONValue, in field: Field) -> [AnswerFault] {
        faults(of: .object([field.name: value])).filter { $0.path.hasPrefix(JSONPointer([field.name]).description) }
    }

    // MARK: - Typing

    /// What was typed for a field as a value of its type; the default or nothing where nothing was typed.
    package func value(of typed: String, in field: Field) -> Result<JSONValue?, AnswerFault> {
        let typed = Self.trimmed(typed)
        if typed.isEmpty {
            if let known = field.defaultValue { return .success(known) }
            return field.isRequired ? .failure(fault("an answer is needed here", field)) : .success(nil)
        }
        switch Self.read(typed, as: field.kind) {
        case .failure(let problem): return .failure(fault(problem.message, field))
        case .success(let value):
            if let first = faults(of: value, in: field).first { return .failure(first) }
            return .success(value)
        }
    }

    /// A form put together from what was typed, or what is wrong with it.
    package enum Filled: Sendable, Hashable {
        case data(JSONValue)
        case faults([AnswerFault])
    }

    /// Puts a form together from `name=value` pairs.
    ///
    /// Repeated names make a list; defaults fill in what is not given.
    package func data(from pairs: [(name: String, value: String)]) -> Filled {
        var object: JSONObject = [:]
        var faults: [AnswerFault] = []
        let names = fields.map(\.name).joined(separator: ", ")
        for (name, _) in pairs where !fields.contains(where: { $0.name == name }) {
            faults.append(AnswerFault(path: "/\(name)", "the form has no such field; it has: \(names)"))
        }
        for field in fields {
            let typed = pairs.filter { $0.name == field.name }.map(\.value)
            switch value(of: typed.joined(separator: field.kind == .list ? "," : " "), in: field) {
            case .success(let value): if let value { object.set(value, for: field.name) }
            case .failure(let fault): faults.append(fault)
            }
        }
        return faults.isEmpty ? .data(.object(object)) : .faults(faults)
    }

    private func fault(_ message: String, _ field: Field) -> AnswerFault {
        AnswerFault(path: JSONPointer([field.name]).description, message)
    }

    private static func read(_ typed: String, as kind: Field.Kind) -> Result<JSONValue, AnswerFault> {
        switch kind {
        case .text:
            return .success(.string(typed))
        case .list:
            return .success(.array(typed.split(separator: ",").map { .string(trimmed(String($0))) }))
        case .boolean:
            if ["y", "yes", "true", "on", "1"].contains(typed.lowercased()) { return .success(true) }
            if ["n", "no", "false", "off", "0"].contains(typed.lowercased()) { return .success(false) }
            return .failure(AnswerFault("answer yes or no, not '\(typed)'"))
        case .integer:
            if let number = Int64(typed) { return .success(.integer(number)) }
            return .failure(AnswerFault("a whole number is needed, not '\(typed)'"))
        case .number:
            if let number = Int64(typed) { return .success(.integer(number)) }
            if let number = Double(typed), number.isFinite { return .success(.number(number)) }
            return .failure(AnswerFault("a number is needed, not '\(typed)'"))
        case .choice(let values):
            if let value = values.first(where: { text(of: $0) == typed }) { return .success(value) }
            let known = values.map(text).joined(separator: ", ")
            return .failure(AnswerFault("one of these is needed: \(known); not '\(typed)'"))
        case .json:
            // Where it is no JSON, the sentence says what is needed.
            if let value = try? JSONValue(parsing: typed) { return .success(value) }
            return .failure(AnswerFault("a JSON value is needed, not '\(typed)'"))
        }
    }

    /// A value as somebody would type it.
    package static func text(of value: JSONValue) -> String {
        if let items = value.arrayValue, items.allSatisfy({ $0.stringValue != nil }) {
            return items.compactMap(\.stringValue).joined(separator: ", ")
        }
        return value.stringValue ?? value.text()
    }

    private static func trimmed(_ text: String) -> String {
        let start = text.drop(while: \.isWhitespace)
        return String(start.reversed().drop(while: \.isWhitespace).reversed())
    }
}
