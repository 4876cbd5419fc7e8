import Conversation
import JSON
import ServerSentEvents
import Testing
import WireFormats

@Suite struct ResponsesStreamTests {
    static func read(_ events: [ServerSentEvent], mirrors: Bool = false) throws -> [ModelEvent] {
        var reader = OpenAIResponses.StreamReader(mirrors: mirrors)
        var pieces: [ModelEvent] = []
        for event in events { pieces += try reader.receive(event) }
        try reader.end()
        return pieces
    }

    static func reply(_ pieces: [ModelEvent]) -> ModelReply? {
        var assembler = ReplyAssembler()
        for piece in pieces { assembler.receive(piece) }
        return assembler.finish()
    }

    private func read(_ events: JSONValue...) throws -> [ModelEvent] {
        try Self.read(events.map { ServerSentEvent(name: $0["type"]?.stringValue ?? "", data: $0.text()) })
    }

    @Test func `A stream of OpenAI's says what it says in words that no API owns`() throws {
        let events = try Self.read(ResponsesFixture.events)
        #expect(events == ResponsesFixture.pieces)
        let reply = try #require(Self.reply(events))
        #expect(reply.content == ResponsesFixture.content)
        #expect(reply.stopReason == .toolUse)
        #expect(reply.usage == Usage(input: 60, output: 90, cacheRead: 30, cacheWrite: 10, reasoning: 40))
    }

    @Test func `A stream cut at any byte is the same stream`() throws {
        let bytes = ResponsesFixture.bytes
        var bytewise = EventStreamParser()
        #expect(try bytes.flatMap { try bytewise.push(CollectionOfOne($0)) } == ResponsesFixture.events)
        for cut in stride(from: 0, through: bytes.count, by: 61) {
            var parser = EventStreamParser()
            #expect(try parser.push(bytes[..<cut]) + parser.push(bytes[cut...]) == ResponsesFixture.events)
        }
        #expect(try Self.read(ResponsesFixture.events) == ResponsesFixture.pieces)
    }

    @Test func `A stream that ends anywhere before its end is cut`() throws {
        let events = ResponsesFixture.events
        for count in 0..<events.count {
            #expect(
                throws: ModelError(.streamCut, "the provider's stream ended in the middle of the answer")
            ) { try Self.read(Array(events[..<count])) }
        }
    }

    @Test func `For a client of the same API every event passes as it came, under the names it knows`() throws {
        let served = ServedAnswer(id: "resp_ours", model: "alias", created: 5)
        var writer = OpenAIResponses.StreamWriter(answer: served)
        let written = try Self.read(ResponsesFixture.events, mirrors: true).flatMap { writer.write($0) }
        let expected = try ResponsesFixture.events.map { event -> JSONValue in
            var data = try JSONValue(parsing: event.data)
            if var response = data["response"]?.objectValue, var object = data.objectValue {
                response.set(.string("resp_ours"), for: "id")
                response.set(.string("alias"), for: "model")
                object.set(.object(response), for: "response")
                data = .object(object)
            }
            return data
        }
        #expect(try written.map { try JSONValue(parsing: $0.data) } == expected)
        #expect(written.map(\.name) == ResponsesFixture.events.map(\.name))
    }

    @Test func `The whole answer of a mirrored stream is the provider's`() throws {
        let reply = try #require(Self.reply(try Self.read(ResponsesFixture.events, mirrors: true)))
        let body = OpenAIResponses.body(of: reply, answer: ServedAnswer(created: 5))
        #expect(body == ResponsesFixture.response)
    }

    @Test func `Services that give items only whole are understood`() throws {
        let item: JSONValue = [
            "type": "message", "id": "m", "role": "assistant", "content": [["type": "output_text", "text": "Hi"]],
        ]
        let call: JSONValue = ["type": "function_call", "call_id": "c", "name": "f", "arguments": "{\"a\":1}"]
        let end: JSONValue = [
            "type": "response.completed",
            "response": ["id": "r", "model": "m", "status": "completed", "output": [item, call]],
        ]
        let expected: [ModelEvent] = [
            .started(id: "r", model: "m"), .text("Hi"), .toolCallStarted(index: 1, id: "c", name: "f"),
            .toolCallFragment(index: 1, json: "{\"a\":1}"), .stopped(.toolUse),
        ]
        #expect(try read(end) == expected)
        let both = try read(
            ["type": "response.created", "response": ["id": "r", "model": "m"]],
            ["type": "response.output_item.done", "output_index": 0, "item": item],
            ["type": "response.output_item.done", "output_index": 1, "item": call], end)
        #expect(both == expected)
    }

    @Test func `A refusal, a filter and a limit stop an answer each in its way`() throws {
        let refusal = try read(
            ["type": "response.output_item.added", "output_index": 0, "item": ["type": "message", "id": "m"]],
            ["type": "response.refusal.delta", "output_index": 0, "content_index": 0, "delta": "No."],
            [
                "type": "response.completed", "response": ["id": "r", "status": "completed", "output": []],
            ])
        #expect(
            refusal == [.text("No."), .started(id: "r", model: ""), .stopped(.refused)])
        for (reason, stop) in [
            ("max_output_tokens", StopReason.maxTokens), ("content_filter", .refused), ("steered", .other("steered")),
        ] {
            let events = try read([
                "type": "response.incomplete",
                "response": ["id": "r", "status": "incomplete", "incomplete_details": ["reason": .string(reason)]],
            ])
            #expect(events.last == .stopped(stop))
        }
    }

    @Test(
        arguments: [
            (["type": "error", "code": "rate_limit_exceeded", "message": "slow down"], .rateLimited, "slow down"),
            (["type": "error", "message": "odd"], .providerFault, "odd"),
            (["type": "error", "error": ["type": "overloaded_error", "message": "busy"]], .overloaded, "busy"),
            (
                [
                    "type": "response.failed",
                    "response": ["status": "failed", "error": ["code": "server_error", "message": "boom"]],
                ], .providerFault, "boom"
            ),
            (
                [
                    "type": "response.failed",
                    "response": ["error": ["code": "invalid_prompt", "message": "exceeds the context window"]],
                ], .contextTooLong, "exceeds the context window"
            ),
            (["type": "response.failed", "response": ["status": "failed"]], .providerFault, "it gave no reason"),
        ] as [(JSONValue, ModelError.Code, String)])
    func `An error in a stream has its kind`(_ event: JSONValue, _ code: ModelError.Code, _ said: String) {
        #expect(throws: ModelError(code, "the provider broke off its answer: \(said)")) { try read(event) }
    }

    @Test(
        arguments: [
            (["type": "response.output_item.added", "output_index": 0], "an output item without a type"),
            (["type": "response.output_item.done"], "an output item without a type"),
            (
                ["type": "response.output_item.added", "item": ["type": "function_call", "call_id": "c"]],
                "a tool call without id or name"
            ),
            (
                ["type": "response.output_text.annotation.added", "annotation": ["type": "url_citation"]],
                "an annotation: url: the field is missing"
            ),
            (
                ["type": "response.completed", "response": ["status": "in_progress"]],
                #"status: expected an answer that has ended, got "in_progress""#
            ),
        ] as [(JSONValue, String)])
    func `What the format does not allow is malformed`(_ event: JSONValue, _ what: String) {
        #expect(throws: ModelError(.malformedStream, "the provider's stream is malformed: \(what)")) {
            try read(event)
        }
    }

    @Test func `Events that are no JSON are malformed, and kinds of later versions are passed over`() throws {
        var reader = OpenAIResponses.StreamReader()
        #expect(throws: ModelError.self) { try reader.receive(ServerSentEvent(data: "{")) }
        #expect(try reader.receive(ServerSentEvent(data: #"{"type":"response.hologram.delta"}"#)) == [])
        #expect(try reader.receive(ServerSentEvent(data: "[DONE]")) == [])
    }
}

extension OpenAIResponses.StreamReader {
    /// The pieces of events given as JSON.
    mutating func receive(_ events: [JSONValue]) throws -> [ModelEvent] {
        try events.flatMap { try receive(ServerSentEvent(data: $0.text())) }
    }
}
