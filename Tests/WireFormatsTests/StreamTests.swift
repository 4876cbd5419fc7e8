import Conversation
import JSON
import ServerSentEvents
import Testing
import WireFormats

@Suite("Streams in both formats")
struct StreamTests {
    /// As Anthropic streams it: thinking, a search of its own, cited texts, two calls, usage at both ends.
    static let anthropic = #"""
        event: message_start
        data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-x","content":[],"stop_reason":null,"stop_sequence":null,"container":null,"usage":{"input_tokens":10,"cache_creation_input_tokens":30,"cache_read_input_tokens":40,"cache_creation":{"ephemeral_5m_input_tokens":10,"ephemeral_1h_input_tokens":20},"output_tokens":1,"service_tier":"standard"}}}

        event: ping
        data: {"type":"ping"}

        event: content_block_start
        data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Let me "}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"see."}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"c2ln"}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":0}

        event: content_block_start
        data: {"type":"content_block_start","index":1,"content_block":{"type":"redacted_thinking","data":"ZW5j"}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":1}

        event: content_block_start
        data: {"type":"content_block_start","index":2,"content_block":{"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{}}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"query\":"}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"\"q\"}"}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":2}

        event: content_block_start
        data: {"type":"content_block_start","index":3,"content_block":{"type":"text","text":""}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":3,"delta":{"type":"text_delta","text":"Es ist "}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":3}

        event: content_block_start
        data: {"type":"content_block_start","index":4,"content_block":{"type":"text","text":""}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":4,"delta":{"type":"text_delta","text":"schön 🐦"}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":4,"delta":{"type":"citations_delta","citation":{"type":"web_search_result_location","url":"https://x","title":"X","cited_text":"so","encrypted_index":"e"}}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":4}

        event: content_block_start
        data: {"type":"content_block_start","index":5,"content_block":{"type":"tool_use","id":"toolu_1","name":"read_file","input":{},"caller":{"type":"direct"}}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":5,"delta":{"type":"input_json_delta","partial_json":"{\"path\""}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":5,"delta":{"type":"input_json_delta","partial_json":": \"a\"}"}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":5}

        event: content_block_start
        data: {"type":"content_block_start","index":6,"content_block":{"type":"tool_use","id":"toolu_2","name":"now","input":{}}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":6,"delta":{"type":"input_json_delta","partial_json":"{}"}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":6}

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null,"stop_details":null},"usage":{"input_tokens":10,"cache_creation_input_tokens":30,"cache_read_input_tokens":40,"cache_creation":{"ephemeral_5m_input_tokens":10,"ephemeral_1h_input_tokens":20},"output_tokens":50,"service_tier":"standard"}}

        event: message_stop
        data: {"type":"message_stop"}


        """#

    /// As OpenAI streams it, with token probabilities.
    static let chat = #"""
        data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"gpt-x","system_fingerprint":"fp","choices":[{"index":0,"delta":{"role":"assistant","reasoning_content":"hm"},"finish_reason":null}],"usage":null}

        data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"gpt-x","system_fingerprint":"fp","choices":[{"index":0,"delta":{"content":"Es ist "},"finish_reason":null}],"usage":null}

        data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"gpt-x","system_fingerprint":"fp","choices":[{"index":0,"delta":{},"logprobs":{"content":[{"token":"Es","logprob":-0.5,"bytes":null,"top_logprobs":[]}]},"finish_reason":null}],"usage":null}

        data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"gpt-x","system_fingerprint":"fp","choices":[{"index":0,"delta":{"content":"schön 🐦"},"finish_reason":null}],"usage":null}

        data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"gpt-x","system_fingerprint":"fp","choices":[{"index":0,"delta":{"annotations":[{"type":"url_citation","url_citation":{"start_index":7,"end_index":14,"url":"https://x","title":"X"}}]},"finish_reason":null}],"usage":null}

        data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"gpt-x","system_fingerprint":"fp","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"read_file","arguments":""},"extra_content":{"google":{"thought_signature":"s"}}}]},"finish_reason":null}],"usage":null}

        data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"gpt-x","system_fingerprint":"fp","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"path\""}}]},"finish_reason":null}],"usage":null}

        data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"gpt-x","system_fingerprint":"fp","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":": \"a\"}"}}]},"finish_reason":null}],"usage":null}

        data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"gpt-x","system_fingerprint":"fp","choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"id":"call_2","type":"custom","custom":{"name":"shell","input":""}}]},"finish_reason":null}],"usage":null}

        data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"gpt-x","system_fingerprint":"fp","choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"custom":{"input":"ls {"}}]},"finish_reason":null}],"usage":null}

        data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"gpt-x","system_fingerprint":"fp","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}],"usage":null}

        data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"gpt-x","system_fingerprint":"fp","choices":[],"usage":{"prompt_tokens":80,"completion_tokens":50,"total_tokens":130,"prompt_tokens_details":{"cached_tokens":40},"completion_tokens_details":{"reasoning_tokens":5}}}

        data: [DONE]


        """#

    static func text(_ format: Format) -> String { format == .anthropic ? anthropic : chat }

    @Test("what is read and written again is the same, event by event", arguments: Format.allCases)
    func roundTrip(format: Format) throws {
        let text = Self.text(format)
        let stream = try events(of: text)
        let expected = try wire(stream.filter { $0.name != "ping" })
        let again = try wire(format.write(try format.read(stream)))
        #expect(again.count == expected.count)
        for (ours, theirs) in zip(again, expected) { #expect(ours == theirs) }
    }

    @Test("a stream that is cut anywhere on its way is the same stream", arguments: Format.allCases)
    func cuts(format: Format) throws {
        let text = Self.text(format)
        let bytes = Array(text.utf8)
        let whole = try events(of: text)
        for place in bytes.indices {
            var parser = EventStreamParser()
            let found = try parser.push(bytes[..<place]) + parser.push(bytes[place...])
            if found != whole { Issue.record("cut at byte \(place), the stream has other events") }
        }
        var parser = EventStreamParser()
        let single = try bytes.flatMap { try parser.push(CollectionOfOne($0)) }
        #expect(try format.read(single) == format.read(whole))
    }

    @Test("a stream that ends early is told from one that is whole", arguments: Format.allCases)
    func early(format: Format) throws {
        let text = Self.text(format)
        let stream = try events(of: text)
        let needed = format == .anthropic ? stream.count : stream.count - 2
        for count in 0..<stream.count {
            let found = Array(stream.prefix(count))
            if count < needed {
                #expect(throws: StreamFault.cut) { try format.read(found) }
            } else {
                #expect(assembled(try format.read(found)) != nil)
            }
        }
    }

    @Test("the stream and the whole answer say the same")
    func assembledReply() throws {
        let streamed = try #require(assembled(try Format.anthropic.read(try events(of: Self.anthropic))))
        #expect(streamed.message.text == "Es ist \nschön 🐦" && streamed.stopReason == .toolUse)
        #expect(streamed.content.count == 7)
        #expect(
            streamed.content[2]
                == .native(
                    NativePart(
                        .anthropicMessages,
                        ["type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": ["query": "q"]]))
        )
        #expect(streamed.usage.cacheWriteHour == 20 && streamed.usage.output == 50)
        let whole = try AnthropicMessages.reply(from: Format.anthropic.body(of: streamed))
        #expect(whole == streamed)

        let chat = try #require(assembled(try Format.chat.read(try events(of: Self.chat))))
        let body = Format.chat.body(of: chat)
        #expect(
            body["choices"]?[0]?["logprobs"] == [
                "content": [["token": "Es", "logprob": -0.5, "bytes": .null, "top_logprobs": []]]
            ])
        #expect(body["choices"]?[0]?["message"]?["tool_calls"]?[0]?["extra_content"] != nil)
        #expect(body["system_fingerprint"] == "fp")
        #expect(chat.message.toolCalls.map(\.wireText) == ["{\"path\":\"a\"}", "ls {"])
    }

    @Test("Anthropic's stream for a chat client")
    func anthropicForChat() throws {
        let pieces = try Format.anthropic.read(try events(of: Self.anthropic))
        let answer = ServedAnswer(id: "c-1", model: "fast", created: 5)
        func chunk(_ delta: JSONValue, finish: JSONValue = .null) -> JSONValue {
            [
                "event": "message",
                "data": [
                    "id": "c-1", "object": "chat.completion.chunk", "created": 5, "model": "fast",
                    "choices": [["index": 0, "delta": delta, "finish_reason": finish]], "usage": .null,
                ],
            ]
        }
        func call(_ index: Int64, _ arguments: String) -> JSONValue {
            chunk(["tool_calls": [["index": .integer(index), "function": ["arguments": .string(arguments)]]]])
        }
        func begin(_ index: Int64, _ id: String, _ name: String) -> JSONValue {
            chunk([
                "tool_calls": [
                    [
                        "index": .integer(index), "id": .string(id), "type": "function",
                        "function": ["name": .string(name), "arguments": ""],
                    ]
                ]
            ])
        }
        let expected: [JSONValue] = [
            chunk(["role": "assistant", "reasoning_content": "Let me "]), chunk(["reasoning_content": "see."]),
            chunk(["content": "Es ist "]), chunk(["content": "schön 🐦"]),
            chunk([
                "annotations": [
                    [
                        "type": "url_citation",
                        "url_citation": ["start_index": 7, "end_index": 14, "url": "https://x", "title": "X"],
                    ]
                ]
            ]),
            begin(0, "toolu_1", "read_file"), call(0, "{\"path\""), call(0, ": \"a\"}"), begin(1, "toolu_2", "now"),
            call(1, "{}"), chunk([:], finish: "tool_calls"),
            [
                "event": "message",
                "data": [
                    "id": "c-1", "object": "chat.completion.chunk", "created": 5, "model": "fast", "choices": [],
                    "usage": [
                        "prompt_tokens": 80, "completion_tokens": 50, "total_tokens": 130,
                        "prompt_tokens_details": ["cached_tokens": 40, "cache_write_tokens": 30],
                        "completion_tokens_details": ["reasoning_tokens": 0],
                    ],
                ],
            ],
            ["event": "message", "data": "[DONE]"],
        ]
        #expect(try wire(Format.chat.write(pieces, answer: answer)) == expected)
    }

    @Test("OpenAI's stream for an Anthropic client")
    func chatForAnthropic() throws {
        let pieces = try Format.chat.read(try events(of: Self.chat))
        let stream = Format.anthropic.write(pieces, answer: ServedAnswer(id: "msg_9", model: "fast", created: 5))
        #expect(
            stream.map(\.name) == [
                "message_start", "content_block_start", "content_block_delta", "content_block_stop",
                "content_block_start", "content_block_delta", "content_block_delta", "content_block_delta",
                "content_block_stop", "content_block_start", "content_block_delta", "content_block_delta",
                "content_block_stop", "content_block_start", "content_block_delta", "content_block_stop",
                "message_delta", "message_stop",
            ])
        let reply = try #require(assembled(try Format.anthropic.read(stream)))
        #expect(reply.id == "msg_9" && reply.model == "fast" && reply.stopReason == .toolUse)
        #expect(
            reply.content.map { content -> String in
                switch content {
                case .thinking(let thinking): thinking.text
                case .toolCall(let call): "\(call.id) \(call.name) \(call.wireText)"
                default: content.plainText ?? "?"
                }
            } == ["hm", "Es ist schön 🐦", "call_1 read_file {\"path\":\"a\"}", "call_2 shell {\"input\":\"ls {\"}"])
        #expect(reply.usage.input == 40 && reply.usage.cacheRead == 40 && reply.usage.output == 50)
    }

    @Test("calls whose pieces are mixed become blocks one after another, each with its own index")
    func mixedCalls() throws {
        let pieces: [ModelEvent] = [
            .started(id: "i", model: "m"), .toolCallStarted(index: 0, id: "a", name: "x"),
            .toolCallFragment(index: 0, json: "{\"p\":"), .toolCallStarted(index: 1, id: "b", name: "y"),
            .toolCallFragment(index: 1, json: "{\"q\":"), .toolCallFragment(index: 0, json: "\"}\\\"\"}"),
            .toolCallFragment(index: 1, json: "2}"), .toolCallStarted(index: 2, id: "c", name: "z"), .text("After."),
            .stopped(.toolUse),
        ]
        let stream = Format.anthropic.write(pieces)
        var open: Int?
        var next = 0
        for event in stream {
            let data = try json(event.data)
            switch event.name {
            case "content_block_start":
                #expect(open == nil && data["index"]?.intValue == next)
                open = next
                next += 1
            case "content_block_delta": #expect(data["index"]?.intValue == open)
            case "content_block_stop":
                #expect(data["index"]?.intValue == open)
                open = nil
            default: #expect(open == nil)
            }
        }
        let reply = try #require(assembled(try Format.anthropic.read(stream)))
        #expect(
            reply.content == [
                .toolCall(ToolCall(id: "a", name: "x", arguments: .json(["p": "}\""]))),
                .toolCall(ToolCall(id: "b", name: "y", arguments: .json(["q": 2]))),
                .toolCall(ToolCall(id: "c", name: "z", arguments: .json([:]))), .text("After."),
            ])
        let chat = try #require(assembled(try Format.chat.read(Format.chat.write(pieces))))
        #expect(chat.message.toolCalls == reply.message.toolCalls)
    }

    @Test("an input that comes whole at the start of its block is not lost")
    func wholeInput() throws {
        var reader = AnthropicMessages.StreamReader()
        var pieces: [ModelEvent] = []
        for data in [
            #"{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"a","name":"n","input":{"p":1}}}"#,
            #"{"type":"content_block_stop","index":0}"#,
        ] { pieces += try reader.receive(ServerSentEvent(data: data)) }
        #expect(
            pieces == [
                .toolCallStarted(index: 0, id: "a", name: "n"), .toolCallFragment(index: 0, json: "{\"p\":1}"),
            ])
    }

    @Test("free text and older functions are streamed in the client's own words")
    func clientWords() throws {
        let pieces: [ModelEvent] = [
            .started(id: "i", model: "m"), .toolCallStarted(index: 4, id: "a", name: "shell"),
            .toolCallFragment(index: 4, json: "{\"inp"), .toolCallFragment(index: 4, json: "ut\":\"ls\"}"),
            .stopped(.toolUse),
        ]
        let free = Format.chat.write(pieces, answer: ServedAnswer(created: 0, freeTextTools: ["shell"]))
        let call = try #require(assembled(try Format.chat.read(free))?.message.toolCalls.first)
        #expect(call.kind == .freeText && call.arguments == .json("ls"))

        let legacy = try wire(
            Format.chat.write(pieces, answer: ServedAnswer(created: 0, includesUsage: false, usesLegacyFunctions: true))
        )
        #expect(legacy.count == 5)
        #expect(
            legacy.compactMap { $0["data"]?["choices"]?[0]?["delta"]?["function_call"] } == [
                ["name": "shell", "arguments": ""], ["arguments": "{\"inp"], ["arguments": "ut\":\"ls\"}"],
            ])
        #expect(legacy[3]["data"]?["choices"]?[0]?["finish_reason"] == "function_call")
    }

    @Test("words by which a model declines keep their member")
    func refusal() throws {
        let text = """
            data: {"id":"i","model":"m","choices":[{"index":0,"delta":{"role":"assistant","refusal":"No"}}]}

            data: {"id":"i","model":"m","choices":[{"index":0,"delta":{"refusal":"."},"finish_reason":"stop"}]}

            data: [DONE]


            """
        let pieces = try Format.chat.read(try events(of: text))
        let reply = try #require(assembled(pieces))
        #expect(reply.message.text == "No.")
        let message = Format.chat.body(of: reply)["choices"]?[0]?["message"]
        #expect(message?["refusal"] == "No." && message?["content"] == .null)
        #expect(
            try wire(Format.chat.write(pieces)).compactMap { $0["data"]?["choices"]?[0]?["delta"]?["refusal"] }
                == ["No", "."])
    }
}
