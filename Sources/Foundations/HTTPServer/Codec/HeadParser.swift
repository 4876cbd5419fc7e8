/// Reads a complete head: the request line, the fields, and what they say about the body.
struct HeadParser {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let limits: ParserLimits
    private var place = 0
    private var entries: [HeaderFields.Entry] = []

    private var length: Int?
    private var codings: Range<Int>?
    private var hosts = 0
    private var keepsAlive: Bool?
    private var closes = false
    private var expectsContinue = false

    /// Reads `bytes`, which end with the empty line, whose lines end in CRLF, and which hold no other line feed.
    static func parse(_ bytes: UnsafeBufferPointer<UInt8>, _ limits: ParserLimits) throws(Refusal) -> RequestHead {
        var parser = HeadParser(bytes: bytes, limits: limits)
        return try parser.parse()
    }

    private init(bytes: UnsafeBufferPointer<UInt8>, limits: ParserLimits) {
        self.bytes = bytes
        self.limits = limits
        entries.reserveCapacity(16)
    }

    private mutating func parse() throws(Refusal) -> RequestHead {
        let method = try method()
        let target = try target()
        let minorVersion = try minorVersion()
        while bytes[place] != Self.carriageReturn { try field() }
        guard bytes.count == place + 2 else { throw .badRequest("A header field holds a bare carriage return.") }
        let framing = try framing(minorVersion)
        if minorVersion == 1, hosts == 0 { throw .badRequest("The request has no Host header field.") }
        return RequestHead(
            method: method, target: target, headers: HeaderFields(wire: Array(bytes), entries: entries),
            minorVersion: minorVersion, framing: framing,
            keepsAlive: !closes && (keepsAlive ?? (minorVersion == 1)),
            expectsContinue: expectsContinue && minorVersion == 1 && framing != .none)
    }

    // MARK: Request line

    private mutating func method() throws(Refusal) -> Method {
        while Characters.isToken(bytes[place]) { place += 1 }
        guard place > 0, place <= 32, bytes[place] == UInt8(ascii: " ") else { throw Self.badRequestLine }
        place += 1
        return Method(rawValue: text(0..<(place - 1)))
    }

    private mutating func target() throws(Refusal) -> String {
        let start = place
        while Characters.isTarget(bytes[place]) { place += 1 }
        guard place - start <= limits.targetBytes else { throw RequestParser.targetTooLong(limits) }
        guard place > start, bytes[place] == UInt8(ascii: " ") else {
            throw .badRequest("The target of the request is empty or holds a character that must be percent-encoded.")
        }
        guard bytes[start] == UInt8(ascii: "/") else {
            throw .badRequest("The target of the request is not a path that begins with '/'.")
        }
        place += 1
        return text(start..<(place - 1))
    }

    private mutating func minorVersion() throws(Refusal) -> Int {
        let start = place
        // "HTTP/1.1" and CRLF; the empty line behind it means that there is at least as much.
        guard bytes.count - start >= 10, text(start..<(start + 5)) == "HTTP/", bytes[start + 6] == UInt8(ascii: "."),
            Self.isDigit(bytes[start + 5]), Self.isDigit(bytes[start + 7]),
            bytes[start + 8] == Self.carriageReturn, bytes[start + 9] == Self.lineFeed
        else { throw Self.badRequestLine }
        let minor = bytes[start + 7]
        guard bytes[start + 5] == UInt8(ascii: "1"), minor == UInt8(ascii: "0") || minor == UInt8(ascii: "1") else {
            throw Refusal(505, "The request is of a version of HTTP other than 1.1 and 1.0.")
        }
        place = start + 10
        return Int(minor) - 48
    }

    // MARK: Fields

    private mutating func field() throws(Refusal) {
        let nameStart = place
        while Characters.isToken(bytes[place]) { place += 1 }
        guard place > nameStart, bytes[place] == UInt8(ascii: ":") else {
            throw .badRequest("A header field of the request has no name, or something else than ':' behind it.")
        }
        let name = nameStart..<place
        place += 1
        while Self.isBlank(bytes[place]) { place += 1 }
        let valueStart = place
        while Characters.isFieldContent(bytes[place]) { place += 1 }
        // The line feed is there: no bare one is in the head.
        guard bytes[place] == Self.carriageReturn, bytes[place + 1] == Self.lineFeed else {
            throw .badRequest("The header field '\(text(name))' holds a control character.")
        }
        var valueEnd = place
        while valueEnd > valueStart, Self.isBlank(bytes[valueEnd - 1]) { valueEnd -= 1 }
        place += 2
        guard entries.count < limits.headerCount else {
            throw Refusal(431, "The request has more than \(limits.headerCount) header fields.")
        }
        entries.append(
            HeaderFields.Entry(
                name: UInt32(name.lowerBound)..<UInt32(name.upperBound),
                value: UInt32(valueStart)..<UInt32(valueEnd)))
        try note(name, valueStart..<valueEnd)
    }

    /// Keeps what fields say about the message itself.
    private mutating func note(_ name: Range<Int>, _ value: Range<Int>) throws(Refusal) {
        switch name.count {
        case 4 where isWord("host", name): try noteHost(value)
        case 6 where isWord("expect", name):
            guard isWord("100-continue", value) else {
                throw Refusal(417, "The expectation '\(text(value))' of the request is unknown.")
            }
            expectsContinue = true
        case 10 where isWord("connection", name): noteConnection(value)
        case 14 where isWord("content-length", name): try noteLength(value)
        case 17 where isWord("transfer-encoding", name):
            guard codings == nil else { throw .badRequest("The request has two Transfer-Encoding header fields.") }
            codings = value
        default: break
        }
    }

    private mutating func noteHost(_ value: Range<Int>) throws(Refusal) {
        hosts += 1
        guard hosts == 1 else { throw .badRequest("The request has two Host header fields.") }
        let isName = value.allSatisfy { Characters.isHost(bytes[$0]) }
        guard !value.isEmpty, isName else { throw .badRequest("The Host header field of the request names no host.") }
    }

    private mutating func noteConnection(_ value: Range<Int>) {
        var start = value.lowerBound
        while start < value.upperBound {
            var end = start
            while end < value.upperBound, bytes[end] != UInt8(ascii: ",") { end += 1 }
            var word = start..<end
            while let last = word.last, Self.isBlank(bytes[last]) { word = word.dropLast() }
            while let first = word.first, Self.isBlank(bytes[first]) { word = word.dropFirst() }
            if isWord("close", word) { closes = true }
            if isWord("keep-alive", word) { keepsAlive = true }
            start = end + 1
        }
    }

    private mutating func noteLength(_ value: Range<Int>) throws(Refusal) {
        guard length == nil else { throw .badRequest("The request has two Content-Length header fields.") }
        guard !value.isEmpty, value.count <= 18, value.allSatisfy({ Self.isDigit(bytes[$0]) }) else {
            throw .badRequest("The Content-Length header field of the request is not a number of bytes.")
        }
        length = value.reduce(0) { $0 * 10 + Int(bytes[$1]) - 48 }
    }

    private func framing(_ minorVersion: Int) throws(Refusal) -> RequestHead.Framing {
        if let codings {
            guard length == nil else {
                throw .badRequest("The request has both a Content-Length and a Transfer-Encoding header field.")
            }
            guard minorVersion == 1 else {
                throw .badRequest("The request of HTTP/1.0 has a Transfer-Encoding header field.")
            }
            guard isWord("chunked", codings) else {
                throw Refusal(501, "The transfer coding of the request is not 'chunked', which is the only one known.")
            }
            return .chunked
        }
        guard let length, length > 0 else { return .none }
        return .length(length)
    }

    // MARK: Bytes

    private static let carriageReturn = UInt8(ascii: "\r")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let badRequestLine = Refusal.badRequest("The request line is not 'METHOD /path HTTP/1.1'.")

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    private func text(_ range: Range<Int>) -> String {
        String(decoding: UnsafeBufferPointer(rebasing: bytes[range]), as: UTF8.self)
    }

    /// Whether the range holds the word, which is given in lower case, in any case.
    private func isWord(_ word: StaticString, _ range: Range<Int>) -> Bool {
        guard range.count == word.utf8CodeUnitCount else { return false }
        for offset in 0..<range.count
        where Characters.lowercased(bytes[range.lowerBound + offset]) != word.utf8Start[offset] {
            return false
        }
        return true
    }
}
