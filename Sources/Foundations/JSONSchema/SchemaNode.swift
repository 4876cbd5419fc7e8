import JSON

/// A schema or subschema made ready for checking; others are named by their place in the table of nodes.
struct SchemaNode: Sendable {
    typealias ID = Int

    struct Numbers {
        var minimum: JSONValue?
        var exclusiveMinimum: JSONValue?
        var maximum: JSONValue?
        var exclusiveMaximum: JSONValue?
        var multipleOf: JSONValue?
    }

    struct Strings {
        var minLength: Int?
        var maxLength: Int?
        var pattern: SchemaPattern?
    }

    struct Arrays {
        var prefixItems: [ID] = []
        var items: ID?
        var minItems: Int?
        var maxItems: Int?
        var uniqueItems = false
        var contains: ID?
        var minContains: Int?
        var maxContains: Int?
    }

    struct Objects {
        var names: [String] = []
        var properties: [String: ID] = [:]
        var patternProperties: [(pattern: SchemaPattern, node: ID)] = []
        var additionalProperties: ID?
        var propertyNames: ID?
        var required: [String] = []
        var minProperties: Int?
        var maxProperties: Int?
        var dependentRequired: [(name: String, required: [String])] = []
        var dependentSchemas: [(name: String, node: ID)] = []
    }

    let path: JSONPointer
    /// The schema `false`.
    var isNever = false
    var types: [ValueType] = []
    var allowed: [JSONValue]?
    var constant: JSONValue?
    var numbers = Numbers()
    var strings = Strings()
    var arrays = Arrays()
    var objects = Objects()
    var reference: ID?
    var allOf: [ID] = []
    var anyOf: [ID] = []
    var oneOf: [ID] = []
    var not: ID?
    var condition: ID?
    var then: ID?
    var otherwise: ID?

    /// The schemas that are applied to the same value, so that a cycle among them would never end.
    var inPlace: [ID] {
        allOf + anyOf + oneOf + [reference, not, condition, then, otherwise].compactMap(\.self)
            + objects.dependentSchemas.map(\.node)
    }
}

/// The types of the standard.
enum ValueType: String, Sendable, CaseIterable {
    case null, boolean, integer, number, string, array, object

    /// The type with an article, for messages.
    var phrase: String {
        switch self {
        case .null: "null"
        case .boolean: "true or false"
        case .integer: "an integer"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }

    func includes(_ value: JSONValue) -> Bool {
        switch (self, value) {
        case (.null, .null), (.boolean, .bool), (.integer, .integer), (.number, .integer), (.number, .number),
            (.string, .string), (.array, .array), (.object, .object):
            true
        case (.integer, .number(let value)): value.rounded() == value && value.isFinite
        default: false
        }
    }
}

extension JSONValue {
    /// The value in a form in which `1` and `1.0` are the same, as the standard has it.
    var normalized: JSONValue {
        switch self {
        case .number(let value): Int64(exactly: value).map { .integer($0) } ?? self
        case .array(let elements): .array(elements.map(\.normalized))
        case .object(let object): .object(JSONObject(object.lazy.map { ($0.key, $0.value.normalized) }))
        default: self
        }
    }
}
