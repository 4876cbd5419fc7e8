#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Reads requests of HTTP/1.1 and 1.0 (RFC 9112) from bytes cut anywhere, and takes nothing that two readers could
/// understand in two ways.
///
/// It is pure: bytes in, events out. The events, and the refusal if there is one, do not depend on where the bytes
/// were cut. After a refusal the stream has no meaning any more; the parser must not be used again.
struct RequestParser {
    enum Event {
        /// More bytes are needed than are left; those that were not consumed must be given again.
        case incomplete
        case head(RequestHead)
        /// Where in the given bytes a part of the body stands.
        case body(Range<Int>)
        /// The request is complete; the next may follow.
        case end
    }

    private enum State {
        case head
        case fixed(left: Int)
        case chunkSize
        case chunk(left: Int)
        case chunkEnd
        case trailer
    }

    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")
    private static let longestChunkLine = 256
    private static let longestTrailer = 4096

    let limits: ParserLimits
    private var state = State.head
    /// How many bytes of the incomplete head were looked at already.
    private var scanned = 0
    private var hasLine = false
    private var skippedEmptyLine = false
    private var bodyTotal = 0
    private var trailerTotal = 0

    init(_ limits: ParserLimits) {
        self.limits = limits
    }

    /// Whether the next byte belongs to a head.
    var isInHead: Bool { if case .head = state { true } else { false } }

    /// The next event and how many bytes it took; `.incomplete` may take some too, and then is to be called again.
    mutating func next(_ bytes: UnsafeBufferPointer<UInt8>) throws(Refusal) -> (consumed: Int, event: Event) {
        switch state {
        case .head:
            return try head(bytes)
        case .fixed(let left):
            if left == 0 { return end() }
            guard left <= limits.bodyBytes else { throw .tooLarge(limit: limits.bodyBytes) }
            guard !bytes.isEmpty else { return (0, .incomplete) }
            let count = min(left, bytes.count)
            state = .fixed(left: left - count)
            return (count, .body(0..<count))
        case .chunkSize:
            return try chunkSize(bytes)
        case .chunk(let left):
            guard !bytes.isEmpty else { return (0, .incomplete) }
            let count = min(left, bytes.count)
            state = count == left ? .chunkEnd : .chunk(left: left - count)
            return (count, .body(0..<count))
        case .chunkEnd:
            if let first = bytes.first, first != Self.carriageReturn { throw Self.badChunkEnd }
            guard bytes.count >= 2 else { return (0, .incomplete) }
            guard bytes[1] == Self.lineFeed else { throw Self.badChunkEnd }
            state = .chunkSize
            return (2, .incomplete)
        case .trailer:
            return try trailer(bytes)
        }
    }

    private mutating func end() -> (Int, Event) {
        state = .head
        scanned = 0
        hasLine = false
        skippedEmptyLine = false
        return (0, .end)
    }

    // MARK: Head

    private mutating func head(_ bytes: UnsafeBufferPointer<UInt8>) throws(Refusal) -> (Int, Event) {
        if scanned == 0, let first = bytes.first {
            // One empty line before a request is what old clients send behind a body (RFC 9112, 2.2).
            if first == Self.carriageReturn, !skippedEmptyLine {
                guard bytes.count >= 2 else { return (0, .incomplete) }
                guard bytes[1] == Self.lineFeed else { throw Self.badRequestLine }
                skippedEmptyLine = true
                return (2, .incomplete)
            }
            guard Characters.isToken(first) else { throw Self.badRequestLine }
        }
        guard let end = try endOfHead(bytes) else {
            guard bytes.count > limits.headBytes else { return (0, .incomplete) }
            throw hasLine ? Self.headTooLarge(limits) : Self.targetTooLong(limits)
        }
        let head = try HeadParser.parse(UnsafeBufferPointer(rebasing: bytes[..<end]), limits)
        switch head.framing {
        case .none: state = .fixed(left: 0)
        case .length(let length): state = .fixed(left: length)
        case .chunked: state = .chunkSize
        }
        bodyTotal = 0
        trailerTotal = 0
        return (end, .head(head))
    }

    /// The place behind the empty line, looking at no more bytes than a head may have.
    private mutating func endOfHead(_ bytes: UnsafeBufferPointer<UInt8>) throws(Refusal) -> Int? {
        let count = min(bytes.count, limits.headBytes)
        guard let base = bytes.baseAddress else { return nil }
        var place = scanned
        while place < count, let found = memchr(base + place, Int32(Self.lineFeed), count - place) {
            let feed = UnsafeRawPointer(found) - UnsafeRawPointer(base)
            guard feed > 0, bytes[feed - 1] == Self.carriageReturn else {
                throw .badRequest("A line of the request's head ends in a bare line feed.")
            }
            if feed >= 3, bytes[feed - 2] == Self.lineFeed { return feed + 1 }
            hasLine = true
            place = feed + 1
        }
        scanned = count
        return nil
    }

    // MARK: Chunked bodies

    private mutating func chunkSize(_ bytes: UnsafeBufferPointer<UInt8>) throws(Refusal) -> (Int, Event) {
        guard let line = try Self.line(bytes, limit: Self.longestChunkLine, Self.badChunkSize) else {
            return (0, .incomplete)
        }
        var size = 0
        var digits = 0
        while digits < line, let digit = Characters.hexadecimal(bytes[digits]) {
            size = size << 4 | digit
            digits += 1
            if digits > 8 { throw Self.badChunkSize }
        }
        guard digits > 0, digits == line || bytes[digits] == UInt8(ascii: ";") else { throw Self.badChunkSize }
        bodyTotal += size
        guard bodyTotal <= limits.bodyBytes else { throw .tooLarge(limit: limits.bodyBytes) }
        state = size == 0 ? .trailer : .chunk(left: size)
        return (line + 2, .incomplete)
    }

    private mutating func trailer(_ bytes: UnsafeBufferPointer<UInt8>) throws(Refusal) -> (Int, Event) {
        let left = min(limits.headBytes - trailerTotal, Self.longestTrailer)
        let tooLarge = Self.headTooLarge(limits)
        guard let line = try Self.line(bytes, limit: left, tooLarge) else { return (0, .incomplete) }
        if line == 0 { return (2, end().1) }
        guard Characters.isToken(bytes[0]) else { throw .badRequest("A trailer field of the request is malformed.") }
        trailerTotal += line + 2
        return (line + 2, .incomplete)
    }

    /// The length of the line at the start without its CRLF; nil while it is incomplete.
    private static func line(
        _ bytes: UnsafeBufferPointer<UInt8>, limit: Int, _ tooLong: @autoclosure () -> Refusal
    ) throws(Refusal) -> Int? {
        let count = min(bytes.count, max(limit, 2))
        for place in 0..<count {
            let byte = bytes[place]
            if byte == lineFeed {
                guard place > 0, bytes[place - 1] == carriageReturn else {
                    throw .badRequest("A line between the chunks of the request's body ends in a bare line feed.")
                }
                return place - 1
            }
            let isAfterReturn = place > 0 && bytes[place - 1] == carriageReturn
            guard !isAfterReturn, byte == carriageReturn || Characters.isFieldContent(byte) else {
                throw .badRequest("A line between the chunks of the request's body holds a control character.")
            }
        }
        if bytes.count > count { throw tooLong() }
        return nil
    }

    private static let badRequestLine = Refusal.badRequest("The request does not begin with a line of HTTP.")
    private static let badChunkSize = Refusal.badRequest("The size of a chunk of the request's body is malformed.")
    private static let badChunkEnd = Refusal.badRequest("A chunk of the request's body does not end where it says.")

    private static func headTooLarge(_ limits: ParserLimits) -> Refusal {
        Refusal(431, "The head of the request exceeds the limit of \(limits.headBytes) bytes.")
    }

    static func targetTooLong(_ limits: ParserLimits) -> Refusal {
        Refusal(414, "The target of the request exceeds the limit of \(limits.targetBytes) bytes.")
    }
}
