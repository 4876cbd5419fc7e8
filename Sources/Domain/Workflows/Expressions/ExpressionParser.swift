import JSON

/// Reads an expression; ends with a tree of at most 64 levels, or with the first fault.
struct ExpressionParser {
    static let largestSource = 4_096
    static let greatestHeight = 64
    /// Parentheses come on top of the levels of the tree.
    private static let deepestRecursion = 192

    private var tokens: [ExpressionToken]
    private var place = 0
    private var depth = 0

    static func parse(_ source: String) throws(ExpressionError) -> ExpressionNode {
        guard source.utf8.count <= largestSource else {
            throw ExpressionError(
                column: 1, message: "the expression has \(source.utf8.count) bytes, and \(largestSource) are the most")
        }
        var lexer = ExpressionLexer(source)
        var parser = ExpressionParser(tokens: try lexer.tokens())
        if parser.token.kind == .end { throw ExpressionError(column: 1, message: "the expression is empty") }
        let node = try parser.expression()
        guard parser.token.kind == .end else { throw parser.unexpected("the end of the expression") }
        return node
    }

    private init(tokens: [ExpressionToken]) { self.tokens = tokens }

    private var token: ExpressionToken { tokens[place] }

    private mutating func advance() { if place + 1 < tokens.count { place += 1 } }

    private mutating func take(_ symbol: String) -> Bool {
        guard token.kind == .symbol(symbol) else { return false }
        advance()
        return true
    }

    private mutating func expect(_ symbol: String) throws(ExpressionError) {
        guard take(symbol) else { throw unexpected("'\(symbol)'") }
    }

    private func unexpected(_ expected: String) -> ExpressionError {
        let found =
            switch token.kind {
            case .end: "the expression ends"
            case .name(let name), .symbol(let name): "'\(name)' stands"
            case .value(let value): "\(ExpressionNode.text(of: value)) stands"
            }
        return ExpressionError(column: token.column, message: "\(found) where \(expected) is expected")
    }

    private func made(_ kind: ExpressionNode.Kind, _ column: Int) throws(ExpressionError) -> ExpressionNode {
        let node = ExpressionNode(kind, column: column)
        guard node.height <= Self.greatestHeight else { throw tooDeep(column) }
        return node
    }

    private func tooDeep(_ column: Int) -> ExpressionError {
        ExpressionError(
            column: column,
            message:
                "the expression nests deeper than \(Self.greatestHeight) levels; work part of it out in a step's outputs"
        )
    }

    private mutating func expression() throws(ExpressionError) -> ExpressionNode {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepestRecursion else { throw tooDeep(token.column) }
        let condition = try binary(above: 0)
        let column = token.column
        guard take("?") else { return condition }
        let first = try expression()
        try expect(":")
        return try made(.conditional(condition, first, try expression()), column)
    }

    /// Operators that bind tighter than `floor`, left to right.
    private mutating func binary(above floor: Int) throws(ExpressionError) -> ExpressionNode {
        var left = floor < 4 ? try negation() : try unary()
        while let (symbol, isNegated) = operation, symbol.precedence > floor {
            let column = token.column
            if isNegated { advance() }
            advance()
            let right = try binary(above: symbol.precedence)
            left = try made(.binary(symbol, left, right), column)
            if isNegated { left = try made(.unary(.not, left), column) }
            if symbol.isComparison, let (next, _) = operation, next.isComparison {
                throw ExpressionError(
                    column: token.column,
                    message:
                        "'\(next.rawValue)' follows another comparison; join the two with 'and', or use parentheses")
            }
        }
        return left
    }

    /// The operator that begins here, and whether it is `not in`.
    private var operation: (BinaryOperator, isNegated: Bool)? {
        switch token.kind {
        case .symbol(let symbol): BinaryOperator(rawValue: symbol).map { ($0, false) }
        case .name("and"): (.and, false)
        case .name("or"): (.or, false)
        case .name("in"): (.isIn, false)
        case .name("not") where place + 1 < tokens.count && tokens[place + 1].kind == .name("in"): (.isIn, true)
        default: nil
        }
    }

    /// The word `not` reaches over comparisons, the sign `!` does not.
    private mutating func negation() throws(ExpressionError) -> ExpressionNode {
        var columns: [Int] = []
        while token.kind == .name("not") {
            columns.append(token.column)
            advance()
        }
        guard !columns.isEmpty else { return try unary() }
        var node = try binary(above: 3)
        for column in columns.reversed() { node = try made(.unary(.not, node), column) }
        return node
    }

    private mutating func unary() throws(ExpressionError) -> ExpressionNode {
        var signs: [(UnaryOperator, Int)] = []
        while case .symbol(let symbol) = token.kind, let sign = UnaryOperator(rawValue: symbol) {
            signs.append((sign, token.column))
            advance()
        }
        var node = try postfix()
        for (sign, column) in signs.reversed() {
            // A number with its sign is one value, so that -1 is printed as it was written.
            switch (sign, node.kind) {
            case (.minus, .literal(.integer(let value))) where value > 0:
                node = try made(.literal(.integer(-value)), column)
            case (.minus, .literal(.number(let value))) where value > 0:
                node = try made(.literal(.number(-value)), column)
            default: node = try made(.unary(sign, node), column)
            }
        }
        return node
    }

    private mutating func postfix() throws(ExpressionError) -> ExpressionNode {
        var node = try primary()
        while true {
            if take(".") {
                guard case .name(let name) = token.kind else { throw unexpected("a member's name") }
                advance()
                node = try made(.member(of: node, name: name), node.column)
            } else if take("[") {
                let place = try expression()
                try expect("]")
                if case .literal(.string(let name)) = place.kind {
                    node = try made(.member(of: node, name: name), node.column)
                } else {
                    node = try made(.index(of: node, place: place), node.column)
                }
            } else {
                return node
            }
        }
    }

    private mutating func primary() throws(ExpressionError) -> ExpressionNode {
        let column = token.column
        switch token.kind {
        case .value(let value):
            advance()
            return try made(.literal(value), column)
        case .name(let name):
            if Self.reserved.contains(name) { throw unexpected("a value") }
            advance()
            return token.kind == .symbol("(") ? try call(name, column) : try made(Self.kind(of: name), column)
        case .symbol("("):
            advance()
            let node = try expression()
            try expect(")")
            return node
        case .symbol("["):
            advance()
            return try made(.list(try values(until: "]")), column)
        default:
            throw unexpected("a value")
        }
    }

    private static let reserved: Set<String> = ["and", "or", "not", "in"]

    private static func kind(of name: String) -> ExpressionNode.Kind {
        switch name {
        case "null": .literal(.null)
        case "true": .literal(.bool(true))
        case "false": .literal(.bool(false))
        default: .name(name)
        }
    }

    private mutating func call(_ name: String, _ column: Int) throws(ExpressionError) -> ExpressionNode {
        guard let function = ExpressionFunction(rawValue: name) else {
            let known = ExpressionFunction.allCases.map(\.rawValue)
            throw ExpressionError(
                column: column,
                message: "there is no function '\(name)'\(Nearest.hint(for: name, among: known, orAll: true))")
        }
        advance()
        let arguments = try values(until: ")")
        guard function.arity.contains(arguments.count) else {
            let (fewest, most) = (function.arity.lowerBound, function.arity.upperBound)
            let wanted = fewest == most ? "\(fewest)" : "\(fewest) or \(most)"
            throw ExpressionError(
                column: column,
                message:
                    "\(name) takes \(wanted) \(most == 1 ? "value" : "values"), not \(arguments.count): \(function.summary)"
            )
        }
        return try made(.call(function, arguments), column)
    }

    private mutating func values(until closing: String) throws(ExpressionError) -> [ExpressionNode] {
        var values: [ExpressionNode] = []
        if take(closing) { return values }
        repeat { values.append(try expression()) } while take(",")
        guard take(closing) else { throw unexpected("',' or '\(closing)'") }
        return values
    }
}
