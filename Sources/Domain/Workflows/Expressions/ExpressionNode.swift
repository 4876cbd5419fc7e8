import JSON

/// A parsed expression; columns count from 1, ends stand behind the last scalar.
struct ExpressionNode: Sendable {
    indirect enum Kind: Sendable {
        case literal(JSONValue)
        case name(String)
        /// `of.name` or `of['name']`.
        case member(of: ExpressionNode, name: String)
        case index(of: ExpressionNode, place: ExpressionNode)
        case list([ExpressionNode])
        case unary(UnaryOperator, ExpressionNode)
        case binary(BinaryOperator, ExpressionNode, ExpressionNode)
        case conditional(ExpressionNode, ExpressionNode, ExpressionNode)
        case call(ExpressionFunction, [ExpressionNode])
    }

    var kind: Kind
    /// Where a fault of this operation is shown: an operator's own place, otherwise the first scalar.
    var column: Int
    /// The levels below and including this one.
    var height: Int

    init(_ kind: Kind, column: Int) {
        self.kind = kind
        self.column = column
        height = 1 + (Self.children(of: kind).map(\.height).max() ?? 0)
    }

    var children: [ExpressionNode] { Self.children(of: kind) }

    private static func children(of kind: Kind) -> [ExpressionNode] {
        switch kind {
        case .literal, .name: []
        case .member(let of, _): [of]
        case .index(let of, let place): [of, place]
        case .list(let items): items
        case .unary(_, let operand): [operand]
        case .binary(_, let left, let right): [left, right]
        case .conditional(let condition, let first, let second): [condition, first, second]
        case .call(_, let arguments): arguments
        }
    }
}

enum UnaryOperator: String, Sendable {
    case not = "!"
    case minus = "-"
}

enum BinaryOperator: String, Sendable, CaseIterable {
    case or = "||"
    case and = "&&"
    case equal = "=="
    case unequal = "!="
    case less = "<"
    case atMost = "<="
    case greater = ">"
    case atLeast = ">="
    case isIn = "in"
    case coalesce = "??"
    case plus = "+"
    case minus = "-"
    case times = "*"
    case divided = "/"
    case remainder = "%"

    /// Higher binds tighter.
    var precedence: Int {
        switch self {
        case .or: 1
        case .and: 2
        // 3 is the word 'not'.
        case .equal, .unequal, .less, .atMost, .greater, .atLeast, .isIn: 4
        case .coalesce: 5
        case .plus, .minus: 6
        case .times, .divided, .remainder: 7
        }
    }

    var isComparison: Bool { precedence == 4 }
}

extension ExpressionNode {
    /// The expression in one spelling, every operand that is no single value in parentheses.
    var text: String {
        switch kind {
        case .literal(let value): Self.text(of: value)
        case .name(let name): name
        case .member(let of, let name):
            Self.isName(name) ? "\(of.operand).\(name)" : "\(of.operand)[\(Self.text(of: .string(name)))]"
        case .index(let of, let place): "\(of.operand)[\(place.text)]"
        case .list(let items): "[\(items.map(\.text).joined(separator: ", "))]"
        case .unary(let symbol, let operand): symbol.rawValue + operand.operand
        case .binary(let symbol, let left, let right): "\(left.operand) \(symbol.rawValue) \(right.operand)"
        case .conditional(let condition, let first, let second):
            "\(condition.operand) ? \(first.operand) : \(second.operand)"
        case .call(let function, let arguments):
            "\(function.rawValue)(\(arguments.map(\.text).joined(separator: ", ")))"
        }
    }

    private var operand: String {
        switch kind {
        case .literal(let value) where (value.doubleValue ?? 0) < 0: "(\(text))"
        case .literal, .name, .member, .index, .list, .call: text
        case .unary, .binary, .conditional: "(\(text))"
        }
    }

    static func text(of value: JSONValue) -> String {
        guard case .string(let text) = value else { return value.text() }
        var written = "'"
        for scalar in text.unicodeScalars {
            switch scalar {
            case "'": written += "\\'"
            case "\\": written += "\\\\"
            case "\n": written += "\\n"
            case "\t": written += "\\t"
            case "\r": written += "\\r"
            default: written.unicodeScalars.append(scalar)
            }
        }
        return written + "'"
    }

    /// Whether a member can be written behind a full stop.
    static func isName(_ name: String) -> Bool {
        guard let first = name.unicodeScalars.first, ExpressionLexer.isLetter(first) else { return false }
        return name.unicodeScalars.allSatisfy { ExpressionLexer.isLetter($0) || ExpressionLexer.isDigit($0) }
    }
}
