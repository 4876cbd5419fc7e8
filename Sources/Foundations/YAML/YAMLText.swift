package import JSON

/// Writes YAML that every reader of it understands alike.
package enum YAMLText {
    /// A document in block style that ends in a newline.
    package static func document(_ value: JSONValue) -> String {
        switch value {
        case .object(let object) where !object.isEmpty: block(value, indent: 0)
        case .array(let items) where !items.isEmpty: block(value, indent: 0)
        default: inline(value) + "\n"
        }
    }

    /// A text as a scalar: as it is where it cannot be mistaken for anything else, otherwise in quotes.
    package static func scalar(_ text: String) -> String { isPlain(text) ? text : quoted(text) }

    /// A text in double quotes, on one line.
    package static func quoted(_ text: String) -> String {
        var written = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": written += "\\\""
            case "\\": written += "\\\\"
            case "\n": written += "\\n"
            case "\t": written += "\\t"
            case "\r": written += "\\r"
            default:
                let isShown = (0x20...0x7E).contains(scalar.value) || (scalar.value >= 0xA0 && !isInvisible(scalar))
                if isShown { written.unicodeScalars.append(scalar) } else { written += escape(scalar) }
            }
        }
        return written + "\""
    }

    private static func block(_ value: JSONValue, indent: Int) -> String {
        let margin = String(repeating: " ", count: indent)
        var text = ""
        switch value {
        case .object(let object):
            for (key, value) in object {
                text += margin + scalar(key) + ":"
                text += isBlock(value) ? "\n" + block(value, indent: indent + 2) : " \(inline(value))\n"
            }
        case .array(let items):
            for item in items {
                // A collection begins on the line of its dash.
                text += margin + "- "
                text +=
                    isBlock(item) ? String(block(item, indent: indent + 2).dropFirst(indent + 2)) : inline(item) + "\n"
            }
        default:
            break
        }
        return text
    }

    private static func isBlock(_ value: JSONValue) -> Bool {
        switch value {
        case .object(let object): !object.isEmpty
        case .array(let items): !items.isEmpty
        default: false
        }
    }

    private static func inline(_ value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .integer(let value): "\(value)"
        case .number(let value): value.isFinite ? "\(value)" : value.isNaN ? ".nan" : value < 0 ? "-.inf" : ".inf"
        case .string(let text): scalar(text)
        case .array: "[]"
        case .object: "{}"
        }
    }

    /// A narrow rule, so that readers of YAML 1.1 take no word for a truth value either.
    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, isLetter(first) || first == "/" || first == "_" else {
            return false
        }
        guard text.unicodeScalars.last != " ", !reserved.contains(text.lowercased()) else { return false }
        return text.unicodeScalars.allSatisfy {
            isLetter($0) || ("0"..."9").contains($0) || " _./@+-".unicodeScalars.contains($0)
        }
    }

    private static let reserved: Set<String> = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"]

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
    }

    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: true
        default: false
        }
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        let (letter, count) = scalar.value <= 0xFF ? ("x", 2) : scalar.value <= 0xFFFF ? ("u", 4) : ("U", 8)
        return "\\\(letter)" + String(repeating: "0", count: count - digits.count) + digits
    }
}
