import JSON

/// A template that was taken apart once.
indirect enum TemplateNode: Sendable {
    case constant(JSONValue)
    case expression(TemplateExpression)
    case text([Piece])
    case array([TemplateNode])
    case object([(name: String, node: TemplateNode)])

    enum Piece: Sendable {
        case text(String)
        case expression(TemplateExpression)
    }

    /// Guards the stack.
    private static let deepest = 256

    init(_ source: JSONValue, at path: JSONPointer) throws(ExpressionError) {
        guard path.tokens.count <= Self.deepest else {
            throw ExpressionError(column: 1, message: "the value nests deeper than \(Self.deepest) levels", path: path)
        }
        switch source {
        case .string(let text):
            self = try Self.pieces(of: text, at: path)
        case .array(let items):
            var nodes: [TemplateNode] = []
            for (place, item) in items.enumerated() { nodes.append(try TemplateNode(item, at: path.appending(place))) }
            self = nodes.allSatisfy(\.isConstant) ? .constant(.array(nodes.map(\.constant))) : .array(nodes)
        case .object(let object):
            var nodes: [(name: String, node: TemplateNode)] = []
            for (name, value) in object {
                nodes.append((name, try TemplateNode(value, at: path.appending(name))))
            }
            let isConstant = nodes.allSatisfy(\.node.isConstant)
            self =
                isConstant ? .constant(.object(JSONObject(nodes.map { ($0.name, $0.node.constant) }))) : .object(nodes)
        default:
            self = .constant(source)
        }
    }

    func value(in scope: Scope) throws(ExpressionError) -> JSONValue {
        switch self {
        case .constant(let value): return value
        case .expression(let expression): return try expression.value(in: scope)
        case .text(let pieces):
            var text = ""
            for piece in pieces {
                switch piece {
                case .text(let part): text += part
                case .expression(let expression):
                    switch try expression.value(in: scope) {
                    case .null: break
                    case .string(let part): text += part
                    case let value: text += value.text()
                    }
                }
            }
            return .string(text)
        case .array(let nodes):
            var items: [JSONValue] = []
            for node in nodes { items.append(try node.value(in: scope)) }
            return .array(items)
        case .object(let members):
            var object = JSONObject()
            for (name, node) in members { object.set(try node.value(in: scope), for: name) }
            return .object(object)
        }
    }

    func collect(into found: inout [TemplateExpression]) {
        switch self {
        case .constant: break
        case .expression(let expression): found.append(expression)
        case .text(let pieces):
            for case .expression(let expression) in pieces { found.append(expression) }
        case .array(let nodes):
            for node in nodes { node.collect(into: &found) }
        case .object(let members):
            for (_, node) in members { node.collect(into: &found) }
        }
    }

    private var isConstant: Bool { if case .constant = self { true } else { false } }
    private var constant: JSONValue { if case .constant(let value) = self { value } else { .null } }

    private static func pieces(of source: String, at path: JSONPointer) throws(ExpressionError) -> TemplateNode {
        guard source.utf8.contains(UInt8(ascii: "$")) else { return .constant(.string(source)) }
        let scalars = Array(source.unicodeScalars)
        var pieces: [Piece] = []
        var text = String.UnicodeScalarView()
        var place = 0
        while place < scalars.count {
            let rest = scalars[place...]
            if rest.starts(with: "$${".unicodeScalars) {
                text.append(contentsOf: "${".unicodeScalars)
                place += 3
            } else if rest.starts(with: "${".unicodeScalars) {
                let start = place + 2
                guard let end = end(of: scalars, from: start) else {
                    throw ExpressionError(
                        column: place + 1, message: "'${' has no '}'; to write '${' itself, write '$${'", path: path)
                }
                if !text.isEmpty { pieces.append(.text(String(text))) }
                text = String.UnicodeScalarView()
                let inside = String(String.UnicodeScalarView(scalars[start..<end]))
                pieces.append(.expression(try expression(inside, path, column: start + 1)))
                place = end + 1
            } else {
                text.append(scalars[place])
                place += 1
            }
        }
        if !text.isEmpty { pieces.append(.text(String(text))) }
        switch (pieces.count, pieces.first) {
        case (0, _): return .constant(.string(""))
        case (1, .text(let text)?): return .constant(.string(text))
        case (1, .expression(let expression)?): return .expression(expression)
        default: return .text(pieces)
        }
    }

    /// The place of the brace that closes an expression; braces in its texts do not count.
    private static func end(of scalars: [Unicode.Scalar], from start: Int) -> Int? {
        var quote: Unicode.Scalar?
        var place = start
        while place < scalars.count {
            let scalar = scalars[place]
            if let open = quote {
                if scalar == "\\" { place += 1 } else if scalar == open { quote = nil }
            } else if scalar == "}" {
                return place
            } else if scalar == "'" || scalar == "\"" {
                quote = scalar
            }
            place += 1
        }
        return nil
    }

    private static func expression(
        _ source: String, _ path: JSONPointer, column: Int
    ) throws(ExpressionError) -> TemplateExpression {
        do throws(ExpressionError) {
            return TemplateExpression(expression: try Expression(source), path: path, column: column)
        } catch {
            throw ExpressionError(column: column + error.column - 1, message: error.message, path: path)
        }
    }
}

extension TemplateExpression {
    /// The expression's value; an error's place is that in the template.
    func value(in scope: Scope) throws(ExpressionError) -> JSONValue {
        do throws(ExpressionError) { return try expression.value(in: scope) } catch {
            throw ExpressionError(column: column + error.column - 1, message: error.message, path: path)
        }
    }
}
