/// A pattern of a query as it is written: a node, or one of several, with what it has below.
struct PatternText: Equatable {
    /// Names of nodes, any of which fits; `_` is any named node, and a name in quotes a token.
    var names: [String]
    var captures: [String] = []
    var children: [Child] = []
    /// Whether nothing that has a name follows the last child.
    var endsWithLast = false
    /// Fields that the node does not have.
    var absent: [String] = []

    struct Child: Equatable {
        var field: String?
        /// Whether nothing that has a name is before it.
        var isFirst: Bool
        var pattern: PatternText
    }

    /// The patterns of a query, or nil where it has more than nodes, fields, anchors at both ends of a list of children,
    /// choices of nodes without children, and captures.
    static func parse(_ query: [UInt8]) -> [PatternText]? {
        var parser = Parser(tokens: tokens(query)[...])
        var patterns: [PatternText] = []
        while !parser.tokens.isEmpty {
            guard let pattern = parser.pattern() else { return nil }
            patterns.append(pattern)
        }
        return patterns
    }

    /// Brackets, dots, marks, words with a colon behind a field's name, and texts in quotes with the first quote.
    private static func tokens(_ query: [UInt8]) -> [String] {
        var tokens: [String] = []
        var rest = query[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: ";"): rest = rest.drop { $0 != 10 }
            case UInt8(ascii: "\""):
                tokens.append("\"" + String(decoding: rest.prefix { $0 != byte }, as: UTF8.self))
                rest = rest.drop { $0 != byte }.dropFirst()
            case 0...32: break
            default:
                guard isWord(byte) || byte == UInt8(ascii: "@") else {
                    tokens.append(String(UnicodeScalar(byte)))
                    continue
                }
                let tail = rest.prefix { isWord($0) || byte == UInt8(ascii: "@") && $0 == UInt8(ascii: ".") }
                rest = rest.dropFirst(tail.count)
                var word = String(decoding: [byte] + tail, as: UTF8.self)
                if rest.first == UInt8(ascii: ":") {
                    rest = rest.dropFirst()
                    word += ":"
                }
                tokens.append(word)
            }
        }
        return tokens
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    private struct Parser {
        var tokens: ArraySlice<String>

        mutating func pattern() -> PatternText? {
            guard var pattern = bare() else { return nil }
            while let next = tokens.first, next.hasPrefix("@") {
                pattern.captures.append(String(next.dropFirst()))
                tokens = tokens.dropFirst()
            }
            return pattern
        }

        private mutating func bare() -> PatternText? {
            guard let token = tokens.popFirst() else { return nil }
            if token.hasPrefix("\"") { return PatternText(names: [token]) }
            switch token {
            case "_": return PatternText(names: ["_"])
            case "[":
                var choice = PatternText(names: [])
                while let next = tokens.first, next != "]" {
                    guard let one = pattern(), one == PatternText(names: one.names) else { return nil }
                    choice.names += one.names
                }
                return tokens.popFirst() == "]" && !choice.names.isEmpty ? choice : nil
            case "(": return node()
            default: return nil
            }
        }

        /// What stands behind an opening bracket.
        private mutating func node() -> PatternText? {
            guard let name = tokens.popFirst(), name.utf8.allSatisfy(PatternText.isWord) else { return nil }
            var node = PatternText(names: [name])
            while let next = tokens.first {
                switch next {
                case ")":
                    tokens = tokens.dropFirst()
                    return node
                case ".":
                    tokens = tokens.dropFirst()
                    if tokens.first == ")" {
                        guard !node.children.isEmpty else { return nil }
                        node.endsWithLast = true
                    } else {
                        guard node.children.isEmpty, child(of: &node, isFirst: true) else { return nil }
                    }
                case "!":
                    tokens = tokens.dropFirst()
                    guard let field = tokens.popFirst(), field.utf8.allSatisfy(PatternText.isWord) else { return nil }
                    node.absent.append(field)
                default: guard child(of: &node, isFirst: false) else { return nil }
                }
            }
            return nil
        }

        private mutating func child(of node: inout PatternText, isFirst: Bool) -> Bool {
            var field: String?
            if let name = tokens.first, name.hasSuffix(":") {
                field = String(name.dropLast())
                tokens = tokens.dropFirst()
            }
            guard let pattern = pattern() else { return false }
            node.children.append(Child(field: field, isFirst: isFirst, pattern: pattern))
            return true
        }
    }
}
