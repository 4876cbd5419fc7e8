/// How a JSON text is laid out.
package enum JSONStyle: Hashable, Sendable {
    /// No white space, members in their order.
    case compact
    /// Two spaces a level, members in their order, no line feed at the end.
    case pretty
    /// No white space, members sorted by the UTF-8 bytes of their names: equal values give equal bytes.
    case canonical
}

extension JSONValue {
    /// The JSON text: control characters, U+2028 and U+2029 are escaped, `/` is not, and doubles have the fewest digits
    /// that read back as the same value; one that is not finite is written as `null`.
    package func text(_ style: JSONStyle = .compact) -> String {
        String(decoding: bytes(style), as: UTF8.self)
    }

    /// The UTF-8 bytes of ``text(_:)``.
    package func bytes(_ style: JSONStyle = .compact) -> [UInt8] {
        var writer = JSONWriter(style, capacity: textSize)
        writer.write(self)
        return writer.output
    }
}

extension JSONValue {
    /// About the bytes of its compact text, so that what it is written to need not grow.
    private var textSize: Int {
        switch self {
        case .null, .bool: 5
        case .integer, .number: 12
        case .string(let text): text.utf8.count + 8
        case .array(let elements): elements.reduce(4) { $0 + $1.textSize }
        case .object(let object): object.reduce(4) { $0 + $1.key.utf8.count + 4 + $1.value.textSize }
        }
    }
}

/// Appends the text of values to a buffer.
struct JSONWriter {
    private(set) var output: [UInt8] = []
    private let style: JSONStyle
    private var level = 0

    init(_ style: JSONStyle, capacity: Int) {
        self.style = style
        output.reserveCapacity(capacity)
    }

    mutating func write(_ value: JSONValue) {
        switch value {
        case .null: output.append(contentsOf: "null".utf8)
        case .bool(let value): output.append(contentsOf: value ? "true".utf8 : "false".utf8)
        case .integer(let value): output.append(contentsOf: String(value).utf8)
        case .number(let value): write(value)
        case .string(let value): write(value)
        case .array(let elements): write(elements)
        case .object(let object): write(object)
        }
    }

    private mutating func write(_ number: Double) {
        guard number.isFinite else {
            output.append(contentsOf: "null".utf8)
            return
        }
        // Minus zero equals zero, and equal values must give the same canonical bytes.
        let number = style == .canonical && number == 0 ? 0 : number
        output.append(contentsOf: number.description.utf8)
    }

    private mutating func write(_ elements: [JSONValue]) {
        output.append(UInt8(ascii: "["))
        level += 1
        for (place, element) in elements.enumerated() {
            separate(isFirst: place == 0)
            write(element)
        }
        level -= 1
        if !elements.isEmpty { breakLine() }
        output.append(UInt8(ascii: "]"))
    }

    private mutating func write(_ object: JSONObject) {
        output.append(UInt8(ascii: "{"))
        level += 1
        if style == .canonical {
            let sorted = object.sorted { CodeUnits($0.key) < CodeUnits($1.key) }
            for (place, member) in sorted.enumerated() { write(member, isFirst: place == 0) }
        } else {
            for (place, member) in object.enumerated() { write(member, isFirst: place == 0) }
        }
        level -= 1
        if !object.isEmpty { breakLine() }
        output.append(UInt8(ascii: "}"))
    }

    private mutating func write(_ member: JSONObject.Element, isFirst: Bool) {
        separate(isFirst: isFirst)
        write(member.key)
        output.append(UInt8(ascii: ":"))
        if style == .pretty { output.append(UInt8(ascii: " ")) }
        write(member.value)
    }

    private mutating func separate(isFirst: Bool) {
        if !isFirst { output.append(UInt8(ascii: ",")) }
        breakLine()
    }

    private mutating func breakLine() {
        guard style == .pretty else { return }
        output.append(UInt8(ascii: "\n"))
        output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: level * 2))
    }

    private mutating func write(_ string: String) {
        var string = string
        output.append(UInt8(ascii: "\""))
        string.withUTF8 { write(escaping: $0) }
        output.append(UInt8(ascii: "\""))
    }

    private mutating func write(escaping text: UnsafeBufferPointer<UInt8>) {
        var runStart = 0
        var place = 0
        var seen: UInt64 = 0
        while place < text.count {
            place = PlainRun.end(in: text, from: place, besides: 0xE2, seen: &seen)
            guard place < text.count else { break }
            var length = 1
            let replacement: String
            switch text[place] {
            case UInt8(ascii: "\""): replacement = "\\\""
            case UInt8(ascii: "\\"): replacement = "\\\\"
            case 0x0A: replacement = "\\n"
            case 0x0D: replacement = "\\r"
            case 0x09: replacement = "\\t"
            case 0x08: replacement = "\\b"
            case 0x0C: replacement = "\\f"
            case let byte where byte < 0x20:
                replacement = (byte < 16 ? "\\u000" : "\\u00") + String(byte, radix: 16)
            case 0xE2 where place + 2 < text.count && text[place + 1] == 0x80 && text[place + 2] & 0xFE == 0xA8:
                replacement = text[place + 2] == 0xA8 ? "\\u2028" : "\\u2029"
                length = 3
            default:
                place += 1
                continue
            }
            output.append(contentsOf: UnsafeBufferPointer(rebasing: text[runStart..<place]))
            output.append(contentsOf: replacement.utf8)
            place += length
            runStart = place
        }
        output.append(contentsOf: UnsafeBufferPointer(rebasing: text[runStart...]))
    }
}
