import Testing

@testable import HTTPServer

struct RequestParserTests {
    @Test func `A request without a body is a head and an end`() {
        #expect(
            told("GET /a/b?c=d HTTP/1.1\r\nHost: example.com:80\r\nAccept:*/*\r\nX-Odd: \t a  b \t\r\nX-Empty:\r\n\r\n")
                == [
                    .head(
                        "GET", "/a/b?c=d", ["Host=example.com:80", "Accept=*/*", "X-Odd=a  b", "X-Empty="],
                        keepsAlive: true),
                    .end,
                ])
    }

    @Test func `Bodies by length and in chunks are read, and the next request behind them`() {
        let text =
            "POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
            + "PUT /2 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\n\r\n"
            + "5;name=\"value\"\r\nhello\r\n00A\r\n0123456789\r\n0\r\nX-Dropped: yes\r\nAnother: one\r\n\r\n"
            + "\r\nGET /3 HTTP/1.0\r\n\r\n"
        #expect(
            told(text) == [
                .head("POST", "/1", ["Host=x", "Content-Length=5"], keepsAlive: true), .body("hello"), .end,
                .head("PUT", "/2", ["Host=x", "Transfer-Encoding=Chunked"], keepsAlive: true),
                .body("hello0123456789"), .end,
                .head("GET", "/3", [], keepsAlive: false), .end,
            ])
    }

    @Test(arguments: [
        ("HTTP/1.1", nil, true), ("HTTP/1.1", "close", false), ("HTTP/1.1", "Upgrade, Close", false),
        ("HTTP/1.1", "closed", true), ("HTTP/1.0", nil, false), ("HTTP/1.0", " Keep-Alive ", true),
        ("HTTP/1.0", "keep-alive, close", false),
    ])
    func `The connection is kept as version and field say`(_ version: String, _ connection: String?, _ keeps: Bool) {
        let field = connection.map { "Connection: \($0)\r\n" } ?? ""
        guard case .head(_, _, _, let keepsAlive) = told("GET / \(version)\r\nHost: x\r\n\(field)\r\n").first else {
            Issue.record("no head")
            return
        }
        #expect(keepsAlive == keeps)
    }

    private static let begin = "POST / HTTP/1.1\r\nHost: x\r\n"
    private static let chunked = begin + "Transfer-Encoding: chunked\r\n\r\n"

    /// What two readers could take for different requests, and what is no HTTP.
    static let refusals: [(String, Int)] = [
        // Two lengths.
        (begin + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (begin + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", 400),
        (begin + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", 400),
        (begin + "Content-Length: 5\r\ncontent-length: 5\r\n\r\nhello", 400),
        (begin + "Content-Length: 5, 5\r\n\r\nhello", 400),
        (begin + "Content-Length: +5\r\n\r\nhello", 400),
        (begin + "Content-Length: -1\r\n\r\n", 400),
        (begin + "Content-Length: 0x5\r\n\r\nhello", 400),
        (begin + "Content-Length: 5 5\r\n\r\nhello", 400),
        (begin + "Content-Length:\r\n\r\n", 400),
        (begin + "Content-Length: 9999999999999999999\r\n\r\n", 400),
        // Transfer codings.
        (begin + "Transfer-Encoding: gzip\r\n\r\n", 501),
        (begin + "Transfer-Encoding: gzip, chunked\r\n\r\n", 501),
        (begin + "Transfer-Encoding: chunked, identity\r\n\r\n", 501),
        (begin + "Transfer-Encoding: xchunked\r\n\r\n", 501),
        (begin + "Transfer-Encoding: \u{0B}chunked\r\n\r\n", 400),
        (begin + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        (begin + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n", 400),
        ("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        // Lines.
        ("GET / HTTP/1.1\nHost: x\n\n", 400),
        ("GET / HTTP/1.1\r\nHost: x\nX: y\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: x\r\n\n", 400),
        ("GET / HTTP/1.1\r\nHost: x\r\nX: a\rb\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: x\r\nX: a\r\n\tb\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\n Host: x\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\rHost: x\r\n\r\n", 400),
        // Fields.
        (begin + "Content-Length : 5\r\n\r\nhello", 400),
        (begin + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 400),
        (begin + "X Y: z\r\n\r\n", 400),
        (begin + ": z\r\n\r\n", 400),
        (begin + "X\r\n\r\n", 400),
        (begin + "X: a\u{0}b\r\n\r\n", 400),
        (begin + "X: a\u{7F}b\r\n\r\n", 400),
        (begin + "X\u{E9}: a\r\n\r\n", 400),
        (begin + "Expect: 200-ok\r\n\r\n", 417),
        // Host.
        ("GET / HTTP/1.1\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: x\r\nhost: x\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost:\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: x, y\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: x/y\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: user@x\r\n\r\n", 400),
        // Targets.
        ("GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("CONNECT x:80 HTTP/1.1\r\nHost: x:80\r\n\r\n", 400),
        ("GET a HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("GET /a#b HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("GET /\u{E9} HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("GET  / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("GET /  HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("GET\t/ HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        // Request lines and versions.
        ("GET /\r\n\r\n", 400),
        ("G(T / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (" GET / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("\rGET / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("\u{16}\u{3}\u{1}", 400),
        ("GET / HTTP/1.1 \r\nHost: x\r\n\r\n", 400),
        ("GET / http/1.1\r\nHost: x\r\n\r\n", 400),
        ("GET / HTTP/1.10\r\nHost: x\r\n\r\n", 400),
        ("GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505),
        ("GET / HTTP/1.2\r\nHost: x\r\n\r\n", 505),
        ("GET / HTTP/0.9\r\nHost: x\r\n\r\n", 505),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
        // Chunks.
        (chunked + "g\r\n", 400),
        (chunked + "\r\n", 400),
        (chunked + "-1\r\n", 400),
        (chunked + "0x5\r\nhello\r\n", 400),
        (chunked + "5 \r\nhello\r\n", 400),
        (chunked + " 5\r\nhello\r\n", 400),
        (chunked + "5\nhello\r\n", 400),
        (chunked + "5;a=\u{1}\r\nhello\r\n", 400),
        (chunked + "5;a\rb\r\nhello\r\n", 400),
        (chunked + "000000005\r\nhello\r\n", 400),
        (chunked + "FFFFFFFFF\r\n", 400),
        (chunked + "5;" + String(repeating: "x", count: 300) + "\r\nhello\r\n", 400),
        (chunked + "FFFFFFFF\r\n", 413),
        (chunked + "5\r\nhello!\r\n", 400),
        (chunked + "5\r\nhello\n", 400),
        (chunked + "5\r\nhello\r!", 400),
        (chunked + "0\r\n\n", 400),
        (chunked + "0\r\n folded\r\n\r\n", 400),
        (chunked + "0\r\nX: \u{0}\r\n\r\n", 400),
    ]

    @Test(arguments: refusals)
    func `Whatever could be understood in two ways is refused`(_ text: String, _ status: Int) throws {
        guard case .refused(let refused, let message) = told(text).last else {
            Issue.record("accepted: \(told(text))")
            return
        }
        #expect(refused.rawValue == status)
        #expect(message.hasSuffix(".") && message.count < 120)
    }

    @Test func `The limits of a head are kept, each with its own status`() {
        var limits = ParserLimits()
        limits.headBytes = 200
        limits.targetBytes = 50
        limits.headerCount = 3
        let field = "X: " + String(repeating: "y", count: 300)
        let manyFields = "X: y\r\nX: y\r\nX: y\r\n"
        func refusal(_ text: String) -> Told? { told(text, limits: limits).last }
        #expect(refusal("GET / HTTP/1.1\r\nHost: x\r\n\(field)\r\n\r\n") == .refused(431, Self.headTooLarge))
        #expect(refusal("GET / HTTP/1.1\r\nHost: x\r\n\(field)") == .refused(431, Self.headTooLarge))
        #expect(refusal("GET /\(field.dropFirst(3)) HTTP/1.1\r\nHost: x\r\n\r\n") == .refused(414, Self.targetTooLong))
        #expect(refusal("GET /\(field.dropFirst(3))") == .refused(414, Self.targetTooLong))
        let target = "/" + String(repeating: "a", count: 50)
        #expect(refusal("GET \(target) HTTP/1.1\r\nHost: x\r\n\r\n") == .refused(414, Self.targetTooLong))
        #expect(
            refusal("GET / HTTP/1.1\r\nHost: x\r\n\(manyFields)\r\n")
                == .refused(431, "The request has more than 3 header fields."))
    }

    private static let headTooLarge = "The head of the request exceeds the limit of 200 bytes."
    private static let targetTooLong = "The target of the request exceeds the limit of 50 bytes."

    @Test func `A body beyond the limit is refused by its length, or by the chunk that goes beyond`() {
        var limits = ParserLimits()
        limits.bodyBytes = 8
        let tooLarge = Told.refused(413, "The body of the request exceeds the limit of 8 bytes.")
        #expect(told(Self.begin + "Content-Length: 9\r\n\r\n", limits: limits).last == tooLarge)
        #expect(told(Self.begin + "Content-Length: 9\r\n\r\n123456789", limits: limits).last == tooLarge)
        #expect(told(Self.begin + "Content-Length: 8\r\n\r\n12345678", limits: limits).last == .end)
        #expect(
            told(Self.chunked + "8\r\n12345678\r\n1\r\n", limits: limits).suffix(2) == [.body("12345678"), tooLarge])
        #expect(told(Self.chunked + "8\r\n12345678\r\n0\r\n\r\n", limits: limits).last == .end)
    }

    @Test func `Trailers have the limit of a head`() {
        var limits = ParserLimits()
        limits.headBytes = 100
        let trailer = String(repeating: "X: 0123456789\r\n", count: 20)
        #expect(
            told(Self.chunked + "0\r\n" + trailer + "\r\n", limits: limits).last
                == .refused(431, "The head of the request exceeds the limit of 100 bytes."))
    }

    @Test func `A client that waits for leave to send its body is noticed`() throws {
        func expects(_ text: String) throws -> Bool {
            var parser = RequestParser(ParserLimits())
            let bytes = Array(text.utf8)
            guard case .head(let head) = try bytes.withUnsafeBufferPointer({ try parser.next($0) }).event else {
                return false
            }
            return head.expectsContinue
        }
        #expect(try expects("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-Continue\r\nContent-Length: 1\r\n\r\n"))
        #expect(try !expects("POST / HTTP/1.0\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n"))
        #expect(try !expects("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\n"))
    }
}
