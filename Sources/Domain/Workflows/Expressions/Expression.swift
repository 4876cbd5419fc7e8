package import JSON

/// An expression over a run's values, such as `steps.build.outputs.exit_code == 0`; the text between `${` and `}`.
package struct Expression: Sendable, Hashable, Codable {
    package let source: String
    private let node: ExpressionNode

    /// - Throws: where the text is no expression, with the column.
    package init(_ source: String) throws(ExpressionError) {
        self.source = source
        node = try ExpressionParser.parse(source)
    }

    private init(source: String, node: ExpressionNode) {
        self.source = source
        self.node = node
    }

    /// Stands in where an expression is missing or faulty.
    static let null = Expression(source: "null", node: ExpressionNode(.literal(.null), column: 1))

    package init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(source)
    }

    /// The value in a scope; it always ends, with a value or with an error that names the operation and its operands.
    package func value(in scope: Scope) throws(ExpressionError) -> JSONValue {
        try ExpressionEvaluator(scope: scope).value(of: node)
    }

    /// What the expression means as a condition: false are `null`, `false`, `0`, `""`, `[]` and `{}`.
    package func holds(in scope: Scope) throws(ExpressionError) -> Bool {
        try value(in: scope).isTruthy
    }

    /// Every path that it names, in the order written.
    package var references: [Reference] { node.references }

    /// The expression in one spelling, with all its parentheses.
    package var normalText: String { node.text }

    package static func == (left: Expression, right: Expression) -> Bool { left.source == right.source }

    package func hash(into hasher: inout Hasher) { hasher.combine(source) }
}

extension JSONValue {
    var isTruthy: Bool {
        switch self {
        case .null, .bool(false), .integer(0): false
        case .number(let number): number != 0
        case .string(let text): !text.isEmpty
        case .array(let items): !items.isEmpty
        case .object(let object): !object.isEmpty
        default: true
        }
    }
}

/// The values that an expression can name: `inputs`, `steps`, `run`, and the variables of enclosing loops.
package struct Scope: Sendable, Hashable {
    package var values: [String: JSONValue]

    package init(_ values: [String: JSONValue] = [:]) { self.values = values }

    package subscript(name: String) -> JSONValue? { values[name] }
}

/// Why a text is no expression, or has no value.
package struct ExpressionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// From 1, within the expression's text, or the string's in which a template holds it; in Unicode scalars.
    package var column: Int
    /// What is wrong, in one sentence without the place.
    package var message: String
    /// The string of a template that holds the expression; nil where no template was asked.
    package var path: JSONPointer?

    package init(column: Int, message: String, path: JSONPointer? = nil) {
        self.column = column
        self.message = message
        self.path = path
    }

    /// The sentence with its place.
    package var description: String {
        guard let path, !path.isRoot else { return "\(message) (column \(column))" }
        return "\(message) (at \(path), column \(column))"
    }
}

extension Expression {
    /// The value where it is the same in every scope; nil where it names something or has no value.
    var constantValue: JSONValue? {
        // An expression without a value fails when it is worked out, and is told then.
        node.references.isEmpty ? try? value(in: Scope()) : nil
    }

    var constantTruth: Bool? { constantValue?.isTruthy }

    /// The path, where the expression is nothing else.
    var onlyPath: [String]? {
        switch node.kind {
        case .name, .member: references.count == 1 ? references.first?.path : nil
        default: nil
        }
    }

    /// Whether its value is one word, or several, of a shell command whatever it names.
    var isShellSafe: Bool { node.isShellSafe }
}

extension ExpressionNode {
    fileprivate var isShellSafe: Bool {
        switch kind {
        case .literal, .call(.quote, _), .call(.length, _), .call(.number, _): true
        case .conditional(_, let first, let second): first.isShellSafe && second.isShellSafe
        case .binary(let symbol, let left, let right):
            symbol == .plus || symbol == .coalesce ? left.isShellSafe && right.isShellSafe : true
        case .unary: true
        default: false
        }
    }
}
