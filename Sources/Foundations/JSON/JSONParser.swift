extension JSONValue {
    /// How many arrays and objects a text may nest.
    package static let depthLimit = 512

    /// Reads a JSON text strictly by RFC 8259; where an object names a member twice, the last one wins.
    ///
    /// Refused beyond the grammar: a byte order mark, escaped surrogates without their partner, numbers too large for a
    /// `Double`, and nesting deeper than ``depthLimit``.
    package init(parsing text: String) throws(JSONError) {
        var text = text
        self = try text.withUTF8 { JSONParser.parse($0) }.get()
    }

    /// Reads a JSON text in UTF-8, as ``init(parsing:)-(String)`` does.
    package init(parsing bytes: some Sequence<UInt8>) throws(JSONError) {
        let result =
            bytes.withContiguousStorageIfAvailable { JSONParser.parse($0) }
            ?? Array(bytes).withUnsafeBufferPointer { JSONParser.parse($0) }
        self = try result.get()
    }
}

/// A recursive descent over a buffer of bytes.
struct JSONParser {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0
    private var depth = 0
    /// The unescaped bytes of the string being read, kept to reuse its storage.
    private var scratch: [UInt8] = []

    static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> Result<JSONValue, JSONError> {
        var parser = JSONParser(bytes)
        return Result { () throws(JSONError) in try parser.document() }
    }

    private init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    private mutating func document() throws(JSONError) -> JSONValue {
        if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF {
            throw syntax("the text starts with a byte order mark, which JSON does not allow; remove it")
        }
        skipSpace()
        let result = try value()
        skipSpace()
        guard position == bytes.count else { throw unexpected("the end of the text after the value") }
        return result
    }

    private mutating func value() throws(JSONError) -> JSONValue {
        guard position < bytes.count else { throw unexpected("a value") }
        switch bytes[position] {
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw unexpected("a value")
        }
    }

    private mutating func object() throws(JSONError) -> JSONValue {
        try enter()
        var object = JSONObject()
        skipSpace()
        if take(UInt8(ascii: "}")) {
            depth -= 1
            return .object(object)
        }
        object.reserveCapacity(4)
        while true {
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
                throw unexpected(object.isEmpty ? "a name in quotes or '}'" : "a name in quotes after ','")
            }
            let key = try string()
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw unexpected("':' after the name \"\(key)\"") }
            skipSpace()
            object.set(try value(), for: key)
            skipSpace()
            if take(UInt8(ascii: ",")) {
                skipSpace()
            } else if take(UInt8(ascii: "}")) {
                depth -= 1
                return .object(object)
            } else {
                throw unexpected("',' or '}' after the member \"\(key)\"")
            }
        }
    }

    private mutating func array() throws(JSONError) -> JSONValue {
        try enter()
        var elements: [JSONValue] = []
        skipSpace()
        if take(UInt8(ascii: "]")) {
            depth -= 1
            return .array(elements)
        }
        while true {
            elements.append(try value())
            skipSpace()
            if take(UInt8(ascii: ",")) {
                skipSpace()
            } else if take(UInt8(ascii: "]")) {
                depth -= 1
                return .array(elements)
            } else {
                throw unexpected("',' or ']' after an element")
            }
        }
    }

    private mutating func enter() throws(JSONError) {
        guard depth < JSONValue.depthLimit else {
            throw error(.tooDeep, "arrays and objects are nested deeper than \(JSONValue.depthLimit)")
        }
        depth += 1
        position += 1
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
        let length = word.utf8CodeUnitCount
        for place in 0..<length {
            guard position + place < bytes.count, bytes[position + place] == word.utf8Start[place] else {
                throw unexpected("a value")
            }
        }
        position += length
        return value
    }
}

// MARK: - Numbers

extension JSONParser {
    private mutating func number() throws(JSONError) -> JSONValue {
        let start = position
        let negative = take(UInt8(ascii: "-"))
        let firstDigit = position
        var magnitude: UInt64 = 0
        var isExact = true
        func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
        while position < bytes.count, isDigit(bytes[position]) {
            if position - firstDigit < 19 {
                magnitude = magnitude * 10 + UInt64(bytes[position] - UInt8(ascii: "0"))
            } else {
                isExact = false
            }
            position += 1
        }
        guard position > firstDigit else { throw unexpected("a digit after '-'") }
        if bytes[firstDigit] == UInt8(ascii: "0"), position - firstDigit > 1 {
            position = firstDigit
            throw syntax("a number must not start with an extra 0")
        }
        var isInteger = true
        var exponent = 0
        if take(UInt8(ascii: ".")) {
            isInteger = false
            let firstFraction = position
            while position < bytes.count, isDigit(bytes[position]) {
                if magnitude < 100_000_000_000_000_000 {
                    magnitude = magnitude * 10 + UInt64(bytes[position] - UInt8(ascii: "0"))
                    exponent -= 1
                } else {
                    isExact = false
                }
                position += 1
            }
            guard position > firstFraction else { throw unexpected("a digit after '.'") }
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            position += 1
            var isNegativeExponent = false
            if take(UInt8(ascii: "-")) { isNegativeExponent = true } else { _ = take(UInt8(ascii: "+")) }
            let firstExponent = position
            var written = 0
            while position < bytes.count, isDigit(bytes[position]) {
                if written < 100_000 { written = written * 10 + Int(bytes[position] - UInt8(ascii: "0")) }
                position += 1
            }
            guard position > firstExponent else { throw unexpected("a digit of the exponent") }
            exponent += isNegativeExponent ? -written : written
        }
        if isInteger, isExact, !(negative && magnitude == 0) {
            if let value = Int64(exactly: magnitude) { return .integer(negative ? -value : value) }
            if negative, magnitude == Int64.min.magnitude { return .integer(.min) }
        }
        // Both factors are exact here, so the one rounding of the operation is the right one.
        if isExact, magnitude < 1 << 53, exponent >= -22, exponent <= 22 {
            let factor = Self.powersOfTen[abs(exponent)]
            let value = exponent < 0 ? Double(magnitude) / factor : Double(magnitude) * factor
            return .number(negative ? -value : value)
        }
        let text = String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<position]), as: UTF8.self)
        guard let value = Double(text), value.isFinite else {
            position = start
            throw error(.numberOutOfRange, "the number is too large for a 64-bit floating-point value")
        }
        return .number(value)
    }

    private static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]
}

// MARK: - Strings

extension JSONParser {
    private mutating func string() throws(JSONError) -> String {
        let opening = position
        position += 1
        var runStart = position
        var isASCII = true
        var isEscaped = false
        while position < bytes.count {
            var seen: UInt64 = 0
            position = PlainRun.end(in: bytes, from: position, besides: UInt8(ascii: "\""), seen: &seen)
            if seen & PlainRun.highBits != 0 { isASCII = false }
            guard position < bytes.count else { break }
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "\""):
                let run = UnsafeBufferPointer(rebasing: bytes[runStart..<position])
                position += 1
                if isEscaped {
                    scratch.append(contentsOf: run)
                    return try scratch.withUnsafeBufferPointer { [self] scratch in
                        Result { () throws(JSONError) in try text(of: scratch, isASCII: isASCII, from: opening) }
                    }.get()
                }
                return try text(of: run, isASCII: isASCII, from: opening)
            case UInt8(ascii: "\\"):
                if !isEscaped {
                    isEscaped = true
                    scratch.removeAll(keepingCapacity: true)
                }
                scratch.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[runStart..<position]))
                try escape(isASCII: &isASCII)
                runStart = position
            case 0..<0x20:
                throw syntax("a control character in a string must be escaped, found \(Self.name(of: byte))")
            case 0x80...:
                isASCII = false
                position += 1
            default:
                position += 1
            }
        }
        position = opening
        throw syntax("the string is not closed")
    }

    private func text(
        of run: UnsafeBufferPointer<UInt8>, isASCII: Bool, from opening: Int
    ) throws(JSONError) -> String {
        if isASCII { return String(decoding: run, as: UTF8.self) }
        guard let text = String(validating: run, as: UTF8.self) else { throw invalidUTF8(from: opening) }
        return text
    }

    private mutating func escape(isASCII: inout Bool) throws(JSONError) {
        let start = position
        position += 1
        guard position < bytes.count else { throw unexpected("an escaped character after '\\'") }
        let byte = bytes[position]
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): scratch.append(byte)
        case UInt8(ascii: "b"): scratch.append(0x08)
        case UInt8(ascii: "f"): scratch.append(0x0C)
        case UInt8(ascii: "n"): scratch.append(0x0A)
        case UInt8(ascii: "r"): scratch.append(0x0D)
        case UInt8(ascii: "t"): scratch.append(0x09)
        case UInt8(ascii: "u"):
            position += 1
            let scalar = try escapedScalar(from: start)
            if !scalar.isASCII { isASCII = false }
            scratch.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            return
        default:
            throw unexpected("one of \" \\ / b f n r t u after '\\'")
        }
        position += 1
    }

    private mutating func escapedScalar(from start: Int) throws(JSONError) -> Unicode.Scalar {
        let first = try fourDigits()
        if let scalar = Unicode.Scalar(first) { return scalar }
        if first < 0xDC00, position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
            bytes[position + 1] == UInt8(ascii: "u")
        {
            position += 2
            let second = try fourDigits()
            if 0xDC00...0xDFFF ~= second,
                let scalar = Unicode.Scalar(0x10000 + (UInt32(first - 0xD800) << 10) + UInt32(second - 0xDC00))
            {
                return scalar
            }
        }
        position = start
        throw syntax("an escaped surrogate lacks its other half")
    }

    private mutating func fourDigits() throws(JSONError) -> UInt16 {
        var value: UInt16 = 0
        for _ in 0..<4 {
            guard position < bytes.count else { throw unexpected("four hexadecimal digits after '\\u'") }
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt16(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt16(byte - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value << 4 | UInt16(byte - UInt8(ascii: "A") + 10)
            default: throw unexpected("four hexadecimal digits after '\\u'")
            }
            position += 1
        }
        return value
    }
}

// MARK: - Bytes and errors

extension JSONParser {
    private mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private func unexpected(_ expectation: String) -> JSONError {
        guard position < bytes.count else { return syntax("expected \(expectation), found the end of the text") }
        let byte = bytes[position]
        guard byte >= 0x80 else { return syntax("expected \(expectation), found \(Self.name(of: byte))") }
        var decoder = UTF8()
        var rest = bytes[position...].makeIterator()
        guard case .scalarValue(let scalar) = decoder.decode(&rest) else { return invalidUTF8(from: position) }
        return syntax("expected \(expectation), found '\(scalar)'")
    }

    private func invalidUTF8(from start: Int) -> JSONError {
        var decoder = UTF8()
        var rest = bytes[start...].makeIterator()
        var place = start
        while case .scalarValue(let scalar) = decoder.decode(&rest) { place += UTF8.width(scalar) }
        return error(.invalidUTF8, "the bytes are not valid UTF-8", at: place)
    }

    private func syntax(_ problem: String) -> JSONError {
        error(.syntax, problem)
    }

    private func error(_ code: JSONError.Code, _ problem: String, at place: Int? = nil) -> JSONError {
        let offset = min(place ?? position, bytes.count)
        var line = 1
        var column = 1
        for byte in bytes[..<offset] {
            if byte == 0x0A {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        return JSONError(
            code, "JSON, line \(line), column \(column): \(problem)",
            location: JSONError.Location(line: line, column: column, byteOffset: offset))
    }

    private static func name(of byte: UInt8) -> String {
        switch byte {
        case 0x0A: "a line feed"
        case 0x0D: "a carriage return"
        case 0x09: "a tab"
        case 0x20..<0x7F: "'\(Unicode.Scalar(byte))'"
        default: "the byte 0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }
    }
}
