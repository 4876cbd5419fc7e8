package import JSON

/// A JSON value whose strings may hold `${expressions}`.
///
/// A string that is nothing but one expression gives that expression's value with its type; elsewhere values are put into
/// the text, arrays and objects as JSON, null as nothing. `$${` stands for `${`. Names of members are taken as they are.
package struct ValueTemplate: Sendable, Hashable, Codable {
    package let source: JSONValue
    private let node: TemplateNode

    /// - Throws: where an expression in it is none; `path` and `column` of the error say where.
    package init(_ source: JSONValue) throws(ExpressionError) {
        self.source = source
        node = try TemplateNode(source, at: JSONPointer())
    }

    package init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(JSONValue.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(source)
    }

    /// - Throws: the first expression that has no value.
    package func value(in scope: Scope) throws(ExpressionError) -> JSONValue { try node.value(in: scope) }

    /// The value as text: a string as it is, anything else as JSON, null as nothing.
    package func text(in scope: Scope) throws(ExpressionError) -> String {
        switch try value(in: scope) {
        case .string(let text): text
        case .null: ""
        case let value: value.text()
        }
    }

    /// The expressions in it with their places, in the order written.
    package var expressions: [TemplateExpression] {
        var found: [TemplateExpression] = []
        node.collect(into: &found)
        return found
    }

    /// Whether the value is the same in every scope.
    package var isConstant: Bool { expressions.isEmpty }

    package static func == (left: ValueTemplate, right: ValueTemplate) -> Bool { left.source == right.source }

    package func hash(into hasher: inout Hasher) { hasher.combine(source) }
}

/// An expression within a template.
package struct TemplateExpression: Sendable, Hashable {
    package var expression: Expression
    /// The string that holds it.
    package var path: JSONPointer
    /// Where the expression begins in that string, behind `${`; from 1, in Unicode scalars.
    package var column: Int
}

extension ValueTemplate {
    private init(source: JSONValue, node: TemplateNode) {
        self.source = source
        self.node = node
    }

    /// A value that is taken as it is; `${` must not stand in it.
    package init(literal value: JSONValue) { self = .constant(value) }

    /// A value in which no `${` stands.
    static func constant(_ value: JSONValue) -> ValueTemplate {
        ValueTemplate(source: value, node: .constant(value))
    }
}
