import JSON

/// Works out an expression's value; every operation ends, and results are bounded.
struct ExpressionEvaluator {
    let scope: Scope

    func value(of node: ExpressionNode) throws(ExpressionError) -> JSONValue {
        switch node.kind {
        case .literal(let value): return value
        case .name(let name): return scope[name] ?? .null
        case .member(let of, let name): return try member(name, of: try value(of: of), node)
        case .index(let of, let place): return try element(try value(of: place), of: try value(of: of), node)
        case .list(let items):
            var values: [JSONValue] = []
            for item in items { values.append(try value(of: item)) }
            return .array(values)
        case .unary(.not, let operand): return .bool(!(try value(of: operand).isTruthy))
        case .unary(.minus, let operand):
            switch try value(of: operand) {
            case .integer(let number) where number != .min: return .integer(-number)
            case .integer(let number): return .number(-Double(number))
            case .number(let number): return .number(-number)
            case let other: throw Self.fault("'-' needs a number, not \(other.kindName)", node)
            }
        case .binary(let symbol, let left, let right): return try binary(symbol, left, right, node)
        case .conditional(let condition, let first, let second):
            return try value(of: try value(of: condition).isTruthy ? first : second)
        case .call(let function, let arguments):
            var values: [JSONValue] = []
            for argument in arguments { values.append(try value(of: argument)) }
            return try FunctionCall(function: function, values: values, column: node.column).result()
        }
    }

    private func member(_ name: String, of value: JSONValue, _ node: ExpressionNode) throws(ExpressionError)
        -> JSONValue
    {
        switch value {
        case .null: .null
        case .object(let object): object[name] ?? .null
        default: throw Self.fault("'\(name)' is a member of an object, and here it is asked of \(value.kindName)", node)
        }
    }

    private func element(
        _ place: JSONValue, of value: JSONValue, _ node: ExpressionNode
    ) throws(ExpressionError) -> JSONValue {
        switch (value, place) {
        case (.null, _), (.object, .null), (.array, .null): return .null
        case (.object(let object), .string(let name)): return object[name] ?? .null
        case (.array(let items), .integer), (.array(let items), .number):
            guard let place = place.intValue else { break }
            let index = place < 0 ? items.count + place : place
            return items.indices.contains(index) ? items[index] : .null
        default: break
        }
        throw Self.fault("[\(place.shown)] cannot be asked of \(value.kindName)", node)
    }

    private func binary(
        _ symbol: BinaryOperator, _ left: ExpressionNode, _ right: ExpressionNode, _ node: ExpressionNode
    ) throws(ExpressionError) -> JSONValue {
        let first = try value(of: left)
        switch symbol {
        case .or: return .bool(first.isTruthy ? true : try value(of: right).isTruthy)
        case .and: return .bool(first.isTruthy ? try value(of: right).isTruthy : false)
        case .coalesce: return first.isNull ? try value(of: right) : first
        default: break
        }
        let second = try value(of: right)
        switch symbol {
        case .equal: return .bool(first.isSame(as: second))
        case .unequal: return .bool(!first.isSame(as: second))
        case .isIn:
            guard let found = second.holds(first) else { throw Self.fault(symbol, first, second, node) }
            return .bool(found)
        case .less, .atMost, .greater, .atLeast:
            guard let order = first.order(to: second) else { throw Self.fault(symbol, first, second, node) }
            switch symbol {
            case .less: return .bool(order < 0)
            case .atMost: return .bool(order <= 0)
            case .greater: return .bool(order == 1)
            default: return .bool(order == 0 || order == 1)
            }
        default:
            return try Arithmetic(symbol: symbol, left: first, right: second, node: node).result()
        }
    }

    static func fault(_ message: String, _ node: ExpressionNode) -> ExpressionError {
        ExpressionError(column: node.column, message: message)
    }

    static func fault(
        _ symbol: BinaryOperator, _ left: JSONValue, _ right: JSONValue, _ node: ExpressionNode
    ) -> ExpressionError {
        fault(
            "'\(symbol.rawValue)' cannot take \(left.shown) (\(left.kindName)) and \(right.shown) (\(right.kindName))",
            node)
    }
}

/// `+ - * / %` of two values: whole numbers stay whole while they fit 64 bits and divide evenly.
private struct Arithmetic {
    let symbol: BinaryOperator
    let left: JSONValue
    let right: JSONValue
    let node: ExpressionNode

    func result() throws(ExpressionError) -> JSONValue {
        if symbol == .plus, let joined = try joined() { return joined }
        if case .integer(let left) = left, case .integer(let right) = right {
            if right == 0, symbol == .divided || symbol == .remainder { throw byZero }
            if let whole = whole(left, right) { return .integer(whole) }
        }
        guard let left = left.doubleValue, let right = right.doubleValue else {
            throw ExpressionEvaluator.fault(symbol, self.left, self.right, node)
        }
        if right == 0, symbol == .divided || symbol == .remainder { throw byZero }
        let result =
            switch symbol {
            case .plus: left + right
            case .minus: left - right
            case .times: left * right
            case .divided: left / right
            default: left.truncatingRemainder(dividingBy: right)
            }
        guard result.isFinite else {
            throw ExpressionEvaluator.fault("the result of '\(symbol.rawValue)' is too large", node)
        }
        return .number(result)
    }

    private var byZero: ExpressionError {
        ExpressionEvaluator.fault("\(left.shown) \(symbol.rawValue) 0 has no value", node)
    }

    /// Nil where the result is not a whole number of 64 bits.
    private func whole(_ left: Int64, _ right: Int64) -> Int64? {
        let (value, overflows) =
            switch symbol {
            case .plus: left.addingReportingOverflow(right)
            case .minus: left.subtractingReportingOverflow(right)
            case .times: left.multipliedReportingOverflow(by: right)
            case .divided: left.dividedReportingOverflow(by: right)
            // The one that overflows, Int64.min % -1, is 0.
            default: (right == -1 ? 0 : left % right, false)
            }
        guard !overflows, symbol != .divided || value * right == left else { return nil }
        return value
    }

    private func joined() throws(ExpressionError) -> JSONValue? {
        switch (left, right) {
        case (.array(let left), .array(let right)): return .array(left + right)
        case (.string(let first), _):
            guard let second = right.scalarText else { return nil }
            return try Self.bounded(first + second, node)
        case (_, .string(let second)):
            guard let first = left.scalarText else { return nil }
            return try Self.bounded(first + second, node)
        default: return nil
        }
    }

    private static func bounded(_ text: String, _ node: ExpressionNode) throws(ExpressionError) -> JSONValue {
        try FunctionCall.bounded(text, column: node.column)
    }
}

extension JSONValue {
    /// What a message calls it.
    var kindName: String {
        switch self {
        case .null: "null"
        case .bool: "a truth value"
        case .integer, .number: "a number"
        case .string: "a text"
        case .array: "a list"
        case .object: "an object"
        }
    }

    /// A short form for messages.
    var shown: String {
        let text = ExpressionNode.text(of: self)
        return text.unicodeScalars.count <= 40
            ? text : String(String.UnicodeScalarView(text.unicodeScalars.prefix(37))) + "…"
    }

    /// What is joined to a text without being asked for; nil for null, lists and objects.
    var scalarText: String? {
        switch self {
        case .string(let text): text
        case .bool, .integer, .number: text()
        default: nil
        }
    }

    /// Equality in which 1 and 1.0 are the same.
    func isSame(as other: JSONValue) -> Bool {
        switch (self, other) {
        case (.integer(let left), .integer(let right)): left == right
        case (.integer, .number), (.number, .integer), (.number, .number): order(to: other) == 0
        case (.array(let left), .array(let right)):
            left.count == right.count && zip(left, right).allSatisfy { $0.isSame(as: $1) }
        case (.object(let left), .object(let right)):
            left.count == right.count && left.allSatisfy { right[$0.key]?.isSame(as: $0.value) ?? false }
        default: self == other
        }
    }

    /// -1, 0 or 1 for two numbers or two texts (by character code), 2 where a number is none; nil for anything else.
    func order(to other: JSONValue) -> Int? {
        switch (self, other) {
        case (.integer(let left), .integer(let right)): return left < right ? -1 : left == right ? 0 : 1
        case (.string(let left), .string(let right)):
            let (left, right) = (left.unicodeScalars, right.unicodeScalars)
            return left.lexicographicallyPrecedes(right) ? -1 : left.elementsEqual(right) ? 0 : 1
        case (.integer(let left), .number(let right)):
            if let whole = Int64(exactly: right) { return left < whole ? -1 : left == whole ? 0 : 1 }
            return Double(left) < right ? -1 : Double(left) > right ? 1 : 2
        case (.number, .integer):
            guard let order = other.order(to: self) else { return nil }
            return order == 2 ? 2 : -order
        case (.number(let left), .number(let right)):
            return left < right ? -1 : left == right ? 0 : left > right ? 1 : 2
        default: return nil
        }
    }

    /// Whether a list has an element, a text a part or an object a member; nil where that cannot be asked.
    func holds(_ part: JSONValue) -> Bool? {
        switch (self, part) {
        case (.null, _): false
        case (.array(let items), _): items.contains { $0.isSame(as: part) }
        case (.string(let text), .string(let part)): part.isEmpty || text.utf8.contains(part.utf8)
        case (.object(let object), .string(let name)): object.contains(name)
        default: nil
        }
    }
}

extension Collection where Element == UInt8 {
    /// Whether a part stands somewhere in it, in time linear in both.
    func contains(_ part: some Collection<UInt8>) -> Bool { !places(of: Array(part), limit: 1).isEmpty }

    /// Where a part begins, without overlaps (Knuth, Morris and Pratt).
    func places(of part: [UInt8], limit: Int = .max) -> [Int] {
        guard !part.isEmpty else { return [] }
        var borders = [0]
        var length = 0
        for byte in part.dropFirst() {
            while length > 0, part[length] != byte { length = borders[length - 1] }
            if part[length] == byte { length += 1 }
            borders.append(length)
        }
        var places: [Int] = []
        length = 0
        for (place, byte) in enumerated() {
            while length > 0, part[length] != byte { length = borders[length - 1] }
            if part[length] == byte { length += 1 }
            guard length == part.count else { continue }
            places.append(place - length + 1)
            if places.count == limit { break }
            length = 0
        }
        return places
    }
}
