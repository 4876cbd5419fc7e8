import ServerSentEvents
import Testing

/// A stream and what it gives, whatever the chunks it comes in.
struct Fixture: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var bytes: [UInt8]
    var events: [ServerSentEvent]
    var lastEventID: String
    var retry: Duration?
    var isPartial: Bool

    init(
        _ name: String, _ bytes: [UInt8], _ events: [ServerSentEvent], lastEventID: String = "",
        retry: Duration? = nil, isPartial: Bool = false
    ) {
        testDescription = name
        self.bytes = bytes
        self.events = events
        self.lastEventID = lastEventID
        self.retry = retry
        self.isPartial = isPartial
    }

    init(
        _ name: String, _ text: String, _ events: [ServerSentEvent], lastEventID: String = "",
        retry: Duration? = nil, isPartial: Bool = false
    ) {
        self.init(name, Array(text.utf8), events, lastEventID: lastEventID, retry: retry, isPartial: isPartial)
    }

    static let all = [
        Fixture("nothing", "", []),
        Fixture("one event", "data: a\n\n", [.init(data: "a")]),
        Fixture("carriage returns", "data: a\r\rdata: b\r\r", [.init(data: "a"), .init(data: "b")]),
        Fixture("pairs", "data: a\r\n\r\ndata: b\r\n\r\n", [.init(data: "a"), .init(data: "b")]),
        Fixture(
            "mixed ends", "data: a\rdata: b\r\ndata: c\n\r\n\rdata: d\n\r", [.init(data: "a\nb\nc"), .init(data: "d")]),
        Fixture("byte order mark", "\u{FEFF}data: a\n\ndata: b\n\n", [.init(data: "a"), .init(data: "b")]),
        Fixture("second byte order mark", "\u{FEFF}\u{FEFF}data: a\n\n", []),
        Fixture("byte order mark alone", "\u{FEFF}\n\ndata: a\n\n", [.init(data: "a")]),
        Fixture("comments", ": ping\n\n:\ndata: a\n: more\n\n", [.init(data: "a")]),
        Fixture("lines of data", "data: a\ndata\ndata:\ndata: b\n\n", [.init(data: "a\n\n\nb")]),
        Fixture("empty data", "data\n\ndata\ndata\n\ndata:", [.init(data: ""), .init(data: "\n")], isPartial: true),
        Fixture("one space is cut", "data:a\n\ndata:  a \n\n", [.init(data: "a"), .init(data: " a ")]),
        Fixture("colons in data", "data: {\"a\":\"b:c\"}\n\n", [.init(data: "{\"a\":\"b:c\"}")]),
        Fixture(
            "names", "event: x\ndata: 1\n\ndata: 2\n\nevent: y\n\ndata: 3\n\nevent:\ndata: 4\n\n",
            [
                .init(name: "x", data: "1"), .init(data: "2"), .init(data: "3"), .init(data: "4"),
            ]),
        Fixture(
            "ids", "id: 1\ndata: a\n\ndata: b\n\nid: 2\n\ndata: c\n\nid\ndata: d\n\nid: 3\u{0}\ndata: e\n\n",
            [
                .init(data: "a", id: "1"), .init(data: "b", id: "1"), .init(data: "c", id: "2"), .init(data: "d"),
                .init(data: "e"),
            ]),
        Fixture("an id alone", "id: é9\n\n", [], lastEventID: "é9"),
        Fixture(
            "retry", "retry: 1500\n\nretry: 2s\nretry: -1\nretry:\ndata: a\n\nretry: 20\ndata: b\n\n",
            [.init(data: "a"), .init(data: "b", retry: .milliseconds(20))], retry: .milliseconds(20)),
        Fixture("unknown fields", "Data: a\ndataa: b\n data: c\nfoo\n\ndata: d\n\n", [.init(data: "d")]),
        Fixture("cut in a line", "data: a\n\ndata: b", [.init(data: "a")], isPartial: true),
        Fixture("cut before the empty line", "data: a\n\ndata: b\n", [.init(data: "a")], isPartial: true),
        Fixture(
            "characters of many bytes", "data: é€😀\n\nevent: ü\ndata: 日\n\n",
            [
                .init(data: "é€😀"), .init(name: "ü", data: "日"),
            ]),
        Fixture(
            "bytes that are not UTF-8",
            Array("data: a".utf8) + [0xFF, 0xE2, 0x82] + Array("b\ndata: ".utf8) + [0xC3, 10, 10],
            [.init(data: "a\u{FFFD}\u{FFFD}b\n\u{FFFD}")]),
    ]
}

@Suite struct EventStreamParserTests {
    @Test(arguments: Fixture.all)
    func `A stream gives its events wherever it is cut in two`(fixture: Fixture) throws {
        for cut in 0...fixture.bytes.count {
            try Self.check(fixture, [Array(fixture.bytes[..<cut]), Array(fixture.bytes[cut...])], "cut at \(cut)")
        }
    }

    @Test(arguments: Fixture.all)
    func `A stream gives its events when it comes byte by byte`(fixture: Fixture) throws {
        try Self.check(fixture, fixture.bytes.map { [$0] }, "single bytes")
        try Self.check(fixture, fixture.bytes.flatMap { [[$0], []] }, "single bytes and empty chunks")
    }

    @Test(arguments: Fixture.all)
    func `A stream gives its events wherever it is cut in three`(fixture: Fixture) throws {
        let bytes = fixture.bytes
        for first in 0...bytes.count {
            for second in stride(from: first, through: min(first + 8, bytes.count), by: 1) {
                let chunks = [Array(bytes[..<first]), Array(bytes[first..<second]), Array(bytes[second...])]
                try Self.check(fixture, chunks, "cut at \(first) and \(second)")
            }
        }
    }

    private static func check(_ fixture: Fixture, _ chunks: [[UInt8]], _ comment: Comment) throws {
        var parser = EventStreamParser()
        var events: [ServerSentEvent] = []
        for chunk in chunks { events += try parser.push(chunk) }
        #expect(parser.hasPartialEvent == fixture.isPartial, comment)
        events += parser.finish()
        #expect(events == fixture.events, comment)
        #expect(parser.lastEventID == fixture.lastEventID, comment)
        #expect(parser.retry == fixture.retry, comment)
        #expect(!parser.hasPartialEvent, comment)
    }

    @Test func `Any sequence of bytes can be pushed`() throws {
        var parser = EventStreamParser()
        #expect(try parser.push("data: a\n\n".utf8) == [.init(data: "a")])
        #expect(try parser.push("data: b\n\n".utf8.lazy.map(\.self)) == [.init(data: "b")])
        #expect(try parser.push(Array("xdata: c\n\n".utf8).dropFirst()) == [.init(data: "c")])
    }

    @Test(arguments: ["id: 7\ndata: a\ndata: b", "id: 7\ndata: a\ndata: b\n", "id: 7\ndata: a\ndata: b\r"])
    func `An event that the end cuts off is delivered on request`(text: String) throws {
        var parser = EventStreamParser()
        #expect(try parser.push(text.utf8) == [])
        #expect(parser.finish(incomplete: .delivered) == [.init(data: "a\nb", id: "7")])
        #expect(parser.finish(incomplete: .delivered) == [])
    }

    @Test func `The next stream starts afresh but for the last id and the retry time`() throws {
        var parser = EventStreamParser()
        #expect(try parser.push("id: 1\nretry: 5\nevent: x\ndata: cut".utf8) == [])
        #expect(parser.finish() == [])
        #expect(try parser.push("\u{FEFF}data: a\n\n".utf8) == [.init(data: "a", id: "1")])
        #expect(parser.retry == .milliseconds(5))
    }

    @Test func `A line over the limit is refused for good`() throws {
        for chunk in ["data: 56789\n", "data: 56789", "012345678\n\n01234567890"] {
            var parser = EventStreamParser(limit: 10)
            let error = try #require(throws: EventStreamError.self) { try parser.push(chunk.utf8) }
            #expect(error.code == .lineTooLarge)
            #expect(
                error.message
                    == "event stream: a line exceeds the limit of 10 bytes; close the stream or raise the limit")
            #expect(throws: error) { try parser.push("\n".utf8) }
            #expect(parser.finish(incomplete: .delivered) == [])
        }
    }

    @Test func `A line over the limit is refused before its end has come`() throws {
        var parser = EventStreamParser(limit: 10)
        for byte in "data: 5678".utf8 { #expect(try parser.push([byte]) == []) }
        let error = try #require(throws: EventStreamError.self) { try parser.push([0x39]) }
        #expect(error.code == .lineTooLarge)
    }

    @Test func `Data over the limit is refused though its lines are short`() throws {
        var parser = EventStreamParser(limit: 10)
        #expect(try parser.push("data:12345\n\ndata:12345\n\n".utf8).count == 2)
        #expect(try parser.push("data:1234\n".utf8) == [])
        #expect(try parser.push("data:12345\n".utf8) == [])
        let error = try #require(throws: EventStreamError.self) { try parser.push("data:1\n".utf8) }
        #expect(error.code == .eventTooLarge)
    }

    @Test func `Large data comes through in chunks`() throws {
        let text = String(repeating: "0123456789abcdef", count: 20_000)
        let bytes = Array("data: \(text)\n\n".utf8)
        var parser = EventStreamParser()
        var events: [ServerSentEvent] = []
        for start in stride(from: 0, to: bytes.count, by: 4096) {
            events += try parser.push(bytes[start..<min(start + 4096, bytes.count)])
        }
        #expect(events == [.init(data: text)])
    }
}
