import JSON

/// A function with its values.
struct FunctionCall {
    /// Joining could multiply sizes; nothing an expression gives is larger.
    static let largestText = 8 << 20
    /// With the text's length it bounds what a match costs.
    static let longestPattern = 256

    let function: ExpressionFunction
    let values: [JSONValue]
    let column: Int

    func result() throws(ExpressionError) -> JSONValue {
        let value = values.first ?? .null
        switch function {
        case .length: return .integer(Int64(try length(of: value)))
        case .contains:
            guard let found = value.holds(values[1]) else {
                throw fault("contains cannot ask \(value.shown) (\(value.kindName)) for \(values[1].shown)")
            }
            return .bool(found)
        case .startsWith: return .bool(try text(0).utf8.starts(with: try text(1).utf8))
        case .endsWith: return .bool(try text(0).utf8.reversed().starts(with: try text(1).utf8.reversed()))
        case .lower: return try Self.bounded(try text(0).lowercased(), column: column)
        case .upper: return try Self.bounded(try text(0).uppercased(), column: column)
        case .trim: return .string(Self.trimmed(try text(0)))
        case .join: return try joined()
        case .split: return try parts()
        case .without:
            let other = try list(1)
            return .array(try list(0).filter { item in !other.contains { $0.isSame(as: item) } })
        case .map:
            let path = try text(1).split(separator: ".").map(String.init)
            return .array(try list(0).map { item in path.reduce(item) { $0[$1] ?? .null } })
        case .keys: return .array(try object().keys.map(JSONValue.string))
        case .first: return try list(0).first ?? .null
        case .last: return try list(0).last ?? .null
        case .default: return value.isNull || value == "" ? values[1] : value
        case .fromJSON: return try parsed()
        case .toJSON: return try Self.bounded(value.text(), column: column)
        case .number: return try number()
        case .string: return try Self.bounded(value.isNull ? "" : value.stringValue ?? value.text(), column: column)
        case .matches: return .bool(try matches())
        case .quote: return try quoted()
        }
    }

    static func bounded(_ text: String, column: Int) throws(ExpressionError) -> JSONValue {
        guard text.utf8.count <= largestText else {
            throw ExpressionError(column: column, message: "the text would be larger than \(largestText >> 20) MB")
        }
        return .string(text)
    }

    private func fault(_ message: String) -> ExpressionError { ExpressionError(column: column, message: message) }

    private func wrong(_ place: Int, _ wanted: String) -> ExpressionError {
        let value = values[place]
        let which = function.arity.upperBound == 1 ? "" : " as its \(place == 0 ? "first" : "second") value"
        return fault("\(function.rawValue) needs \(wanted)\(which), not \(value.shown) (\(value.kindName))")
    }

    private func text(_ place: Int) throws(ExpressionError) -> String {
        guard let text = values[place].stringValue else { throw wrong(place, "a text") }
        return text
    }

    private func list(_ place: Int) throws(ExpressionError) -> [JSONValue] {
        switch values[place] {
        case .null: return []
        case .array(let items): return items
        default: throw wrong(place, "a list")
        }
    }

    private func object() throws(ExpressionError) -> JSONObject {
        switch values[0] {
        case .null: return JSONObject()
        case .object(let object): return object
        default: throw wrong(0, "an object")
        }
    }

    private func length(of value: JSONValue) throws(ExpressionError) -> Int {
        switch value {
        case .null: return 0
        case .string(let text): return text.unicodeScalars.count
        case .array(let items): return items.count
        case .object(let object): return object.count
        default: throw wrong(0, "a text, a list or an object")
        }
    }

    private static func trimmed(_ text: String) -> String {
        let rest = text.unicodeScalars.drop { $0.properties.isWhitespace }
        let blanks = rest.reversed().prefix { $0.properties.isWhitespace }.count
        return String(String.UnicodeScalarView(rest.dropLast(blanks)))
    }

    private func joined() throws(ExpressionError) -> JSONValue {
        let between = values.count > 1 ? try text(1) : ", "
        var joined = ""
        for (place, item) in try list(0).enumerated() {
            guard let part = item.isNull ? "" : item.scalarText else {
                throw fault(
                    "join needs texts and numbers in its list, not \(item.shown) (\(item.kindName)); use to_json")
            }
            joined += (place == 0 ? "" : between) + part
            guard joined.utf8.count <= Self.largestText else { break }
        }
        return try Self.bounded(joined, column: column)
    }

    private func parts() throws(ExpressionError) -> JSONValue {
        let (text, separator) = (Array(try text(0).utf8), Array(try text(1).utf8))
        guard !separator.isEmpty else { throw fault("split needs a text to split by, and it is empty") }
        var parts: [JSONValue] = []
        var start = 0
        for place in text.places(of: separator) + [text.count] {
            parts.append(.string(String(decoding: text[start..<place], as: UTF8.self)))
            start = place + separator.count
        }
        return .array(parts)
    }

    private func parsed() throws(ExpressionError) -> JSONValue {
        let text = try text(0)
        do throws(JSONError) { return try JSONValue(parsing: text) } catch {
            throw fault("from_json was given a text that is no JSON: \(error.message)")
        }
    }

    private func number() throws(ExpressionError) -> JSONValue {
        if values[0].doubleValue != nil { return values[0] }
        let text = Self.trimmed(try text(0))
        if let value = Int64(text) { return .integer(value) }
        let isPlain = text.utf8.allSatisfy { "0123456789+-.eE".utf8.contains($0) }
        guard isPlain, let value = Double(text), value.isFinite else { throw wrong(0, "a number written as text") }
        return .number(value)
    }

    private func quoted() throws(ExpressionError) -> JSONValue {
        var words: [String] = []
        for item in values[0].arrayValue ?? [values[0]] {
            let text = item.isNull ? "" : item.scalarText ?? item.text()
            guard !text.unicodeScalars.contains("\0") else {
                throw fault("quote cannot pass the character NUL to a shell")
            }
            words.append(
                "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'")
        }
        return try Self.bounded(words.joined(separator: " "), column: column)
    }

    private func matches() throws(ExpressionError) -> Bool {
        let (text, pattern) = (Array(try text(0).unicodeScalars), Array(try text(1).unicodeScalars))
        guard pattern.count <= Self.longestPattern else {
            throw fault(
                "a pattern of matches has at most \(Self.longestPattern) characters, and this has \(pattern.count)")
        }
        // Only the last star is ever gone back to: each step moves the text, or the star's place, on.
        var (place, wanted) = (0, 0)
        var star: (wanted: Int, place: Int)?
        while place < text.count {
            if wanted < pattern.count, pattern[wanted] == "*" {
                star = (wanted, place)
                wanted += 1
            } else if wanted < pattern.count, pattern[wanted] == "?" || pattern[wanted] == text[place] {
                wanted += 1
                place += 1
            } else if let last = star {
                star = (last.wanted, last.place + 1)
                wanted = last.wanted + 1
                place = last.place + 1
            } else {
                return false
            }
        }
        return pattern[wanted...].allSatisfy { $0 == "*" }
    }
}
