/// The path to a value inside another, written as in RFC 6901: `/edits/0/old~1text`; the root is empty.
package struct JSONPointer: Hashable, Sendable {
    /// Names of members and decimal places of elements, unescaped.
    package var tokens: [String]

    package init(_ tokens: [String] = []) {
        self.tokens = tokens
    }

    /// Reads the written form; nil where it neither is empty nor starts with `/`, or a `~` is followed by neither 0 nor 1.
    package init?(parsing text: String) {
        guard !text.isEmpty else {
            self.init()
            return
        }
        guard text.utf8.first == UInt8(ascii: "/") else { return nil }
        var tokens: [String] = []
        for escaped in text.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let token = Self.unescape(escaped) else { return nil }
            tokens.append(token)
        }
        self.init(tokens)
    }

    package var isRoot: Bool { tokens.isEmpty }

    package func appending(_ name: String) -> JSONPointer {
        JSONPointer(tokens + [name])
    }

    package func appending(_ place: Int) -> JSONPointer {
        JSONPointer(tokens + [String(place)])
    }

    private static func unescape(_ token: Substring) -> String? {
        var result = String.UnicodeScalarView()
        var scalars = token.unicodeScalars.makeIterator()
        while let scalar = scalars.next() {
            guard scalar == "~" else {
                result.append(scalar)
                continue
            }
            switch scalars.next() {
            case "0": result.append("~")
            case "1": result.append("/")
            default: return nil
            }
        }
        return String(result)
    }
}

extension JSONPointer: CustomStringConvertible {
    package var description: String {
        var text = String.UnicodeScalarView()
        for token in tokens {
            text.append("/")
            for scalar in token.unicodeScalars {
                switch scalar {
                case "~": text.append(contentsOf: "~0".unicodeScalars)
                case "/": text.append(contentsOf: "~1".unicodeScalars)
                default: text.append(scalar)
                }
            }
        }
        return String(text)
    }
}

extension JSONValue {
    /// The value that a pointer names, or nil where the path leads nowhere.
    package subscript(pointer: JSONPointer) -> JSONValue? {
        var current = self
        for token in pointer.tokens {
            switch current {
            case .object(let object):
                guard let next = object[token] else { return nil }
                current = next
            case .array(let elements):
                guard let place = Int(token), String(place) == token, elements.indices.contains(place) else {
                    return nil
                }
                current = elements[place]
            default:
                return nil
            }
        }
        return current
    }
}
