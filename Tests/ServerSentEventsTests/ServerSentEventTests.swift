import ServerSentEvents
import Testing

@Suite struct ServerSentEventTests {
    @Test(
        arguments: [
            (.init(data: "a"), "data: a\n\n"),
            (.init(data: ""), "data: \n\n"),
            (.init(data: " a\nb\r\nc\rd\n"), "data:  a\ndata: b\ndata: c\ndata: d\ndata: \n\n"),
            (
                .init(name: "step", data: "{}", id: "7", retry: .milliseconds(2500)),
                "id: 7\nevent: step\nretry: 2500\ndata: {}\n\n"
            ),
            (.init(name: "a\nb", data: "x", id: "1\r\n2\u{0}"), "id: 1  2 \nevent: a b\ndata: x\n\n"),
        ] as [(ServerSentEvent, String)])
    func `An event is written field by field`(event: ServerSentEvent, text: String) {
        #expect(String(decoding: event.encoded, as: UTF8.self) == text)
    }

    @Test(
        arguments: [
            .init(data: ""), .init(data: "\n"), .init(data: "a\n\n b: c\n"), .init(name: "x y", data: "é😀", id: "ü"),
            .init(name: ":", data: ":", id: " 1", retry: .seconds(3)),
        ] as [ServerSentEvent])
    func `A written event is read as it was`(event: ServerSentEvent) throws {
        var parser = EventStreamParser()
        #expect(try parser.push(event.encoded + event.encoded) == [event, event])
    }

    @Test func `A comment is no event`() throws {
        #expect(String(decoding: ServerSentEvent.comment("a\nb"), as: UTF8.self) == ": a\n: b\n\n")
        var parser = EventStreamParser()
        #expect(try parser.push(ServerSentEvent.comment("ping\ndata: x")) == [])
        #expect(!parser.hasPartialEvent)
    }
}
