import Testing

@testable import HTTPServer

/// Streams of bytes made at random, but the same in every run.
struct ParserFuzzTests {
    /// SplitMix64: small, and good enough to make inputs.
    private struct Random: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var value = state
            value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
            return value ^ (value >> 31)
        }
    }

    private static let requests = [
        "GET /a?b=c HTTP/1.1\r\nHost: x\r\nAccept: */*\r\n\r\n",
        "\r\nHEAD / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
        "POST /e HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\nhello world",
        "POST /e HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n3\r\nabc\r\n0\r\nT: 1\r\n\r\n",
        "PUT /x HTTP/1.1\r\nHost: y\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc",
    ].map { Array($0.utf8) }

    private static let pieces = [
        "\r\n", "\n", "\r", ":", " ", "\u{0}", "\t", ";", "Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n",
        "0\r\n\r\n", "ffffffff\r\n", "\r\n\r\n", "HTTP/1.1", "Host: z\r\n", "\u{7F}", "é",
    ].map { Array($0.utf8) }

    private static let limits = ParserLimits(headBytes: 300, targetBytes: 60, headerCount: 6, bodyBytes: 500)

    @Test func `What is valid is told in the same way, wherever it is cut`() {
        var random = Random(state: 1)
        for _ in 0..<400 {
            let stream = (0..<Int.random(in: 1...4, using: &random)).flatMap { _ in
                Self.requests.randomElement(using: &random) ?? []
            }
            let whole = told(stream)
            #expect(whole.last == .end)
            for _ in 0..<4 { #expect(told(stream, cuts: cuts(stream.count, &random)) == whole) }
            #expect(told(stream, cuts: Array(0..<stream.count)) == whole)
        }
    }

    @Test func `What is broken is told in the same way, wherever it is cut`() {
        var random = Random(state: 2)
        var refused = 0
        for _ in 0..<4000 {
            let stream = mutated(&random)
            let whole = told(stream, limits: Self.limits)
            if case .refused = whole.last { refused += 1 }
            #expect(told(stream, cuts: cuts(stream.count, &random), limits: Self.limits) == whole)
            #expect(told(stream, cuts: Array(0..<stream.count), limits: Self.limits) == whole)
        }
        #expect(refused > 1000, "the mutations must break something")
    }

    @Test func `Bytes without any sense never harm`() {
        var random = Random(state: 3)
        for _ in 0..<4000 {
            let count = Int.random(in: 0...600, using: &random)
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            let whole = told(bytes, limits: Self.limits)
            #expect(told(bytes, cuts: cuts(count, &random), limits: Self.limits) == whole)
        }
    }

    private func cuts(_ count: Int, _ random: inout Random) -> [Int] {
        (0..<Int.random(in: 1...12, using: &random)).map { _ in Int.random(in: 0...count, using: &random) }.sorted()
    }

    private func mutated(_ random: inout Random) -> [UInt8] {
        var bytes = (0..<Int.random(in: 1...3, using: &random)).flatMap { _ in
            Self.requests.randomElement(using: &random) ?? []
        }
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let place = Int.random(in: 0..<max(bytes.count, 1), using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0:
                bytes.insert(contentsOf: Self.pieces.randomElement(using: &random) ?? [], at: min(place, bytes.count))
            case 1 where !bytes.isEmpty: bytes.remove(at: place)
            case 2 where !bytes.isEmpty: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 3 where !bytes.isEmpty:
                bytes.insert(contentsOf: [UInt8](repeating: bytes[place], count: 200), at: place)
            default: bytes = Array(bytes[..<min(place, bytes.count)])
            }
        }
        return bytes
    }
}
