import Conversation
import JSON
import ServerSentEvents
import Testing
import WireFormats

/// The oddities of streams, event by event, without a network.
@Suite struct StreamReaderTests {
    private func anthropic(_ events: [JSONValue]) throws(ModelError) -> [ModelEvent] {
        var stream = AnthropicMessages.StreamReader()
        var pieces: [ModelEvent] = []
        for event in events { pieces += try stream.receive(ServerSentEvent(data: event.text())) }
        return pieces
    }

    private func chat(_ events: [JSONValue]) throws(ModelError) -> [ModelEvent] {
        var stream = OpenAIChat.StreamReader()
        var pieces: [ModelEvent] = []
        for event in events { pieces += try stream.receive(ServerSentEvent(data: event.text())) }
        return pieces + (try stream.end())
    }

    /// The events of tool calls that come in these pieces.
    private func calls(_ pieces: [JSONValue]...) throws(ModelError) -> [ModelEvent] {
        let deltas = pieces.map { ["choices": [["delta": ["tool_calls": .array($0)]]]] as JSONValue }
        let events = try chat(deltas + [["choices": [["delta": [:], "finish_reason": "tool_calls"]]]])
        #expect(events.first == .started(id: "", model: ""))
        #expect(events.last == .stopped(.toolUse))
        return Array(events.dropFirst().dropLast())
    }

    static let twoCalls: [ModelEvent] = [
        .toolCallStarted(index: 0, id: "a", name: "x"), .toolCallFragment(index: 0, json: "{}"),
        .toolCallStarted(index: 1, id: "b", name: "y"), .toolCallFragment(index: 1, json: "[]"),
    ]

    @Test func `Calls that all have index 0 are told apart by their ids`() throws {
        let events = try calls([
            ["index": 0, "id": "a", "function": ["name": "x", "arguments": "{}"]],
            ["index": 0, "id": "b", "function": ["name": "y", "arguments": "[]"]],
        ])
        #expect(events == Self.twoCalls)
    }

    @Test func `An id that is repeated in each piece begins one call only`() throws {
        let events = try calls(
            [["index": 0, "id": "a", "function": ["name": "x", "arguments": "{"]]],
            [["index": 0, "id": "a", "function": ["arguments": "}"]]],
            [["index": 0, "id": "b", "function": ["name": "y", "arguments": "["]]],
            [["index": 0, "id": "b", "function": ["arguments": "]"]]],
            [["index": 0, "function": ["arguments": " "]]])
        #expect(
            events == [
                .toolCallStarted(index: 0, id: "a", name: "x"), .toolCallFragment(index: 0, json: "{"),
                .toolCallFragment(index: 0, json: "}"), .toolCallStarted(index: 1, id: "b", name: "y"),
                .toolCallFragment(index: 1, json: "["), .toolCallFragment(index: 1, json: "]"),
                .toolCallFragment(index: 1, json: " "),
            ])
    }

    @Test func `Calls without index are told apart by their ids`() throws {
        let events = try calls(
            [["id": "a", "function": ["name": "x"]]], [["function": ["arguments": "{}"]]],
            [["id": "b", "function": ["name": "y"]]], [["function": ["arguments": "[]"]]])
        #expect(events == Self.twoCalls)
    }

    @Test func `Whole calls without index and id are calls of their own`() throws {
        let events = try calls([
            ["function": ["name": "x", "arguments": ["p": 1]]], ["function": ["name": "y", "arguments": "[]"]],
        ])
        #expect(
            events == [
                .toolCallStarted(index: 0, id: "call_0", name: "x"), .toolCallFragment(index: 0, json: "{\"p\":1}"),
                .toolCallStarted(index: 1, id: "call_1", name: "y"), .toolCallFragment(index: 1, json: "[]"),
            ])
    }

    @Test func `Calls that share an id get ids of their own`() throws {
        let events = try calls(
            [
                ["index": 0, "id": "a", "function": ["name": "x", "arguments": "{}"]],
                ["index": 1, "id": "a", "function": ["name": "y", "arguments": "["]],
            ], [["index": 1, "id": "a", "function": ["arguments": "]"]]])
        #expect(
            events == [
                .toolCallStarted(index: 0, id: "a", name: "x"), .toolCallFragment(index: 0, json: "{}"),
                .toolCallStarted(index: 1, id: "a_1", name: "y"), .toolCallFragment(index: 1, json: "["),
                .toolCallFragment(index: 1, json: "]"),
            ])
    }

    @Test func `A chat call without a name is malformed`() {
        #expect(
            throws: ModelError(.malformedStream, "the provider's stream is malformed: a tool call without a name")
        ) { try calls([["index": 0, "id": "a", "function": ["arguments": "{}"]]]) }
    }

    @Test func `An end that says stop after tool calls is a use of tools`() throws {
        let events = try chat([
            ["choices": [["delta": ["tool_calls": [["index": 0, "id": "a", "function": ["name": "x"]]]]]]],
            ["choices": [["delta": [:], "finish_reason": "stop"]]],
        ])
        #expect(events.last == .stopped(.toolUse))
    }

    @Test func `A chat stream that says no finish reason is cut`() {
        #expect(
            throws: ModelError(.streamCut, "the provider's stream ended in the middle of the answer")
        ) { try chat([["choices": [["delta": ["content": "Hi"]]]]]) }
    }

    @Test func `What comes after the end mark is passed over`() throws {
        var stream = OpenAIChat.StreamReader()
        _ = try stream.receive(ServerSentEvent(data: #"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#))
        #expect(try stream.receive(ServerSentEvent(data: "[DONE]")) == [.stopped(.endOfTurn)])
        #expect(try stream.receive(ServerSentEvent(data: "no JSON")) == [])
    }

    @Test(arguments: [
        ("overloaded_error", ModelError.Code.overloaded), ("rate_limit_error", .rateLimited),
        ("authentication_error", .authentication), ("invalid_request_error", .invalidRequest),
        ("api_error", .providerFault),
    ])
    func `An error in the middle of a stream has its kind`(_ type: String, _ code: ModelError.Code) {
        let event: JSONValue = ["type": "error", "error": ["type": .string(type), "message": "why"]]
        let expected = ModelError(code, "the provider broke off its answer: why")
        #expect(throws: expected) { try anthropic([event]) }
        #expect(throws: expected) { try chat([event]) }
    }

    @Test func `Kinds of events and blocks that later versions add pass through in their place`() throws {
        let block: [JSONValue] = [
            ["type": "content_block_start", "index": 0, "content_block": ["type": "hologram", "depth": 3]],
            [
                "type": "content_block_delta", "index": 0,
                "delta": ["type": "input_json_delta", "partial_json": "{\"a\":"],
            ],
            ["type": "content_block_delta", "index": 0, "delta": ["type": "input_json_delta", "partial_json": "1}"]],
            ["type": "content_block_stop", "index": 0],
        ]
        let events = try anthropic(
            [
                ["type": "message_start", "message": ["id": "i", "model": "m", "usage": ["input_tokens": 3]]],
                ["type": "something_new"],
            ] + block + [
                ["type": "message_delta", "delta": ["stop_reason": "end_turn"], "usage": ["output_tokens": 7]],
                ["type": "message_stop"],
            ])
        let whole: JSONValue = ["type": "hologram", "depth": 3, "input": ["a": 1]]
        #expect(
            events == [
                .started(id: "i", model: "m"), .usage(Usage(input: 3)),
                .native(NativeEvent(.anthropicMessages, value: ["type": "something_new"])),
            ]
                + block.enumerated().map { index, value in
                    .native(NativeEvent(.anthropicMessages, value: value, completes: index == 3 ? .some(whole) : .none))
                } + [.usage(Usage(input: 3, output: 7)), .stopped(.endOfTurn)])

        var assembler = ReplyAssembler()
        for event in events { assembler.receive(event) }
        #expect(assembler.finish()?.content == [.native(NativePart(.anthropicMessages, whole))])
    }

    @Test(
        arguments: [
            (["type": "content_block_start", "index": 0], "a content block without index or type"),
            (
                ["type": "content_block_delta", "index": 4, "delta": ["type": "text_delta", "text": "x"]],
                "a piece of a content block that was not begun"
            ),
            (
                ["type": "content_block_start", "index": 0, "content_block": ["type": "tool_use", "id": "a"]],
                "a tool call without id or name"
            ),
            (["type": "message_stop"], "an end without a stop reason"),
        ] as [(JSONValue, String)])
    func `What Anthropic's format does not allow is malformed`(_ event: JSONValue, _ what: String) {
        #expect(throws: ModelError(.malformedStream, "the provider's stream is malformed: \(what)")) {
            try anthropic([event])
        }
    }
}
