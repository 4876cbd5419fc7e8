import JSON

/// The output of a tool with the name of its format, which every error carries.
struct Source {
    let format: String
    let bytes: [UInt8]

    /// The most bytes of any report.
    static let limit = 64 << 20

    init(_ bytes: [UInt8], _ format: String) throws(ReportError) {
        self.bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        self.format = format
        guard bytes.count <= Self.limit else {
            throw ReportError(.tooLarge, format, "the report has \(bytes.count) bytes, the limit is \(Self.limit)")
        }
    }

    var isBlank: Bool { bytes.allSatisfy(Self.isSpace) }

    func foreign(line: Int? = nil, _ why: String) -> ReportError { ReportError(.foreign, format, line: line, why) }
    func malformed(line: Int? = nil, _ why: String) -> ReportError { ReportError(.malformed, format, line: line, why) }
    func truncated(line: Int? = nil, _ why: String) -> ReportError { ReportError(.truncated, format, line: line, why) }

    /// Calls with each line, without its end and its colours, and its number.
    func eachLine(_ body: (String, Int) throws(ReportError) -> Void) throws(ReportError) {
        var number = 0
        var start = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
            number += 1
            let isReturned = end > start && bytes[end - 1] == 0x0D
            let line = bytes[start..<(isReturned ? end - 1 : end)]
            let text = String(decoding: line, as: UTF8.self)
            try body(line.contains(0x1B) ? text.withoutColours : text, number)
            start = end + 1
        }
    }

    // MARK: JSON

    /// The one JSON value of the text.
    func json() throws(ReportError) -> JSONValue {
        guard !isBlank else { throw foreign("the output is empty") }
        return try json(bytes[...], line: 1)
    }

    /// JSON values one behind the other, with the lines they begin on; lines of other text between them are skipped.
    func jsonStream() throws(ReportError) -> [(line: Int, value: JSONValue)] {
        var values: [(Int, JSONValue)] = []
        var place = 0
        var line = 1
        while place < bytes.count {
            let byte = bytes[place]
            if byte == 0x0A { line += 1 }
            if Self.isSpace(byte) {
                place += 1
            } else if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
                let end = endOfValue(place)
                values.append((line, try json(bytes[place..<end], line: line)))
                line += bytes[place..<end].count { $0 == 0x0A }
                place = end
            } else {
                place = bytes[place...].firstIndex(of: 0x0A) ?? bytes.count
            }
        }
        return values
    }

    /// Whether the text ends within a string, an array or an object.
    private func isOpen(_ text: ArraySlice<UInt8>) -> Bool {
        guard let first = text.firstIndex(where: { !Self.isSpace($0) }),
            text[first] == UInt8(ascii: "{") || text[first] == UInt8(ascii: "[")
        else { return false }
        return end(of: first) == nil
    }

    private func endOfValue(_ start: Int) -> Int { end(of: start) ?? bytes.count }

    /// The place behind the value that begins there; nil where it does not end.
    private func end(of start: Int) -> Int? {
        var depth = 0
        var isString = false
        var place = start
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "\\") where isString: place += 1
            case UInt8(ascii: "\""): isString.toggle()
            case UInt8(ascii: "{"), UInt8(ascii: "["): if !isString { depth += 1 }
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if !isString { depth -= 1 }
                if depth == 0 { return place + 1 }
            default: break
            }
            place += 1
        }
        return nil
    }

    private func json(_ text: ArraySlice<UInt8>, line: Int) throws(ReportError) -> JSONValue {
        do {
            return try JSONValue(parsing: text)
        } catch {
            guard let place = error.location else { throw malformed(line: line, error.message) }
            if place.byteOffset == 0 { throw foreign(line: line, "the output is not JSON") }
            if isOpen(text) {
                let last = line + text.count { $0 == 0x0A }
                throw truncated(line: last, "the JSON ends too early")
            }
            throw malformed(line: line + place.line - 1, "the JSON is broken: \(error.message)")
        }
    }

    func object(_ value: JSONValue?, _ place: String) throws(ReportError) -> JSONObject {
        guard let object = value?.objectValue else { throw malformed("\(place) is not an object") }
        return object
    }

    func array(_ value: JSONValue?, _ place: String) throws(ReportError) -> [JSONValue] {
        guard let array = value?.arrayValue else { throw malformed("\(place) is not an array") }
        return array
    }

    func string(_ value: JSONValue?, _ place: String) throws(ReportError) -> String {
        guard let string = value?.stringValue else { throw malformed("\(place) is not a string") }
        return string
    }

    func int(_ value: JSONValue?, _ place: String) throws(ReportError) -> Int {
        guard let int = value?.intValue else { throw malformed("\(place) is not a whole number") }
        return int
    }

    func number(_ value: JSONValue?, _ place: String) throws(ReportError) -> Double {
        guard let number = value?.doubleValue, number.isFinite else { throw malformed("\(place) is not a number") }
        return number
    }

    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}

extension String {
    /// The text without terminal sequences.
    var withoutColours: String {
        guard utf8.contains(0x1B) else { return self }
        var result = String.UnicodeScalarView()
        var rest = unicodeScalars[...]
        while let scalar = rest.popFirst() {
            guard scalar == "\u{1B}" else {
                result.append(scalar)
                continue
            }
            guard rest.first == "[" else { continue }
            rest = rest.dropFirst().drop { !("@"..."~").contains($0) }.dropFirst()
        }
        return String(result)
    }

    /// The text without white space at its ends, nil where nothing is left.
    var trimmedOrNil: String? {
        let text = Substring(self).trimmed
        return text.isEmpty ? nil : String(text)
    }
}

extension Substring {
    var trimmed: Substring {
        var text = unicodeScalars[...]
        while let first = text.first, first.properties.isWhitespace { text.removeFirst() }
        while let last = text.last, last.properties.isWhitespace { text.removeLast() }
        return Substring(text)
    }

    /// The parts before and after the first occurrence of a separator.
    func cut(_ separator: String) -> (before: Substring, after: Substring)? {
        let wanted = Array(separator.utf8)
        guard let first = wanted.first else { return nil }
        var start = startIndex
        while let found = utf8[start...].firstIndex(of: first) {
            if utf8[found...].starts(with: wanted) {
                return (self[..<found], self[utf8.index(found, offsetBy: wanted.count)...])
            }
            start = utf8.index(after: found)
        }
        return nil
    }
}

extension StringProtocol {
    /// A duration that makes sense, with thousands separated by commas or not.
    var asSeconds: Double? {
        let text = String(self.filter { $0 != "," })
        guard let value = Double(String(text)), value.isFinite, value >= 0 else { return nil }
        return value
    }
}

extension Optional<Int> {
    /// Lines and columns count from 1; tools write 0 and -1 for "unknown".
    var positive: Int? { flatMap { $0 >= 1 ? $0 : nil } }
}
