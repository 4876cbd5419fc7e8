import Conversation
import JSON
import ServerSentEvents
import Testing
import WireFormats

@Suite struct ResponsesWriterTests {
    private let answer = ServedAnswer(
        model: "alias", created: 7, echo: ["instructions": "Be brief.", "store": true, "tool_choice": "required"])

    private func write(_ pieces: [ModelEvent], _ answer: ServedAnswer? = nil) throws -> [JSONValue] {
        var writer = OpenAIResponses.StreamWriter(answer: answer ?? self.answer)
        return try pieces.flatMap { writer.write($0) }.map { event in
            let data = try JSONValue(parsing: event.data)
            #expect(data["type"]?.stringValue == event.name)
            return data
        }
    }

    @Test func `An answer of another API comes as a typed stream with its places and numbers`() throws {
        let events = try write([
            .started(id: "msg_9", model: "claude"), .usage(Usage(input: 5)), .text("Hi"), .text("!"),
            .toolCallStarted(index: 4, id: "toolu_1", name: "read"), .toolCallFragment(index: 4, json: "{\"p\":1}"),
            .usage(Usage(input: 5, output: 3, cacheRead: 2)), .stopped(.toolUse),
        ])
        let message: JSONValue = [
            "id": "msg_msg_9_0", "type": "message", "status": "completed", "role": "assistant",
            "content": [["type": "output_text", "text": "Hi!", "annotations": [], "logprobs": []]],
        ]
        let call: JSONValue = [
            "id": "fc_msg_9_1", "type": "function_call", "status": "completed", "call_id": "toolu_1", "name": "read",
            "arguments": "{\"p\":1}",
        ]
        #expect(
            events.map { $0["type"]?.stringValue } == [
                "response.created", "response.in_progress", "response.output_item.added",
                "response.content_part.added", "response.output_text.delta", "response.output_text.delta",
                "response.output_text.done", "response.content_part.done", "response.output_item.done",
                "response.output_item.added", "response.function_call_arguments.delta",
                "response.function_call_arguments.done", "response.output_item.done", "response.completed",
            ])
        #expect(events.map { $0["sequence_number"]?.intValue } == Array(0..<14))
        #expect(
            events[4] == [
                "type": "response.output_text.delta", "item_id": "msg_msg_9_0", "output_index": 0, "content_index": 0,
                "delta": "Hi", "logprobs": [], "sequence_number": 4,
            ])
        #expect(events[8]["item"] == message)
        #expect(
            events[9]["item"] == [
                "id": "fc_msg_9_1", "type": "function_call", "status": "in_progress", "call_id": "toolu_1",
                "name": "read", "arguments": "",
            ])
        #expect(events[12]["item"] == call)
        let response = try #require(events.last?["response"])
        #expect(response["output"] == [message, call])
        #expect(response["id"] == "resp_msg_9")
        #expect(response["model"] == "alias")
        #expect(response["created_at"] == 7)
        #expect(response["status"] == "completed")
        #expect(response["instructions"] == "Be brief.")
        #expect(response["tool_choice"] == "required")
        #expect(response["store"] == false)
        #expect(
            response["usage"] == [
                "input_tokens": 7, "input_tokens_details": ["cached_tokens": 2, "cache_write_tokens": 0],
                "output_tokens": 3, "output_tokens_details": ["reasoning_tokens": 0], "total_tokens": 10,
            ])
        #expect(events[0]["response"]?["usage"] == .null)
        #expect(events[0]["response"]?["output"] == [])
    }

    @Test func `An answer that is cut off by a limit or a filter is incomplete`() throws {
        for (reason, word) in [(StopReason.maxTokens, "max_output_tokens"), (.refused, "content_filter")] {
            let events = try write([.started(id: "r", model: "m"), .text("x"), .stopped(reason)])
            #expect(events.last?["type"] == "response.incomplete")
            #expect(events.last?["response"]?["incomplete_details"] == ["reason": .string(word)])
            #expect(events.last?["response"]?["output"]?[0]?["status"] == "incomplete")
        }
    }

    @Test func `A failure in the middle is told as an error and a failed answer`() throws {
        var writer = OpenAIResponses.StreamWriter(answer: answer)
        var events = writer.write(.started(id: "r", model: "m")) + writer.write(.text("half"))
        let before = events.count
        events += writer.fault(ServedFault(.overloaded, "claude is overloaded"))
        let told = try events[before...].map { try JSONValue(parsing: $0.data) }
        #expect(
            told[0] == [
                "type": "error", "code": "server_error", "message": "claude is overloaded", "param": nil,
                "sequence_number": .integer(Int64(before)),
            ])
        #expect(told[1]["type"] == "response.failed")
        #expect(told[1]["response"]?["status"] == "failed")
        #expect(
            told[1]["response"]?["error"] == ["code": "server_error", "message": "claude is overloaded"])
        var early = OpenAIResponses.StreamWriter(answer: answer)
        #expect(early.fault(ServedFault(.timeout, "late")).map(\.name).last == "response.failed")
    }

    @Test func `The thinking of another API goes through a client and comes back as it was`() throws {
        let pieces: [ModelEvent] = [
            .started(id: "r", model: "m"), .thinking("I "), .thinking("see"), .thinkingSignature("c2ln"),
            .redactedThinking("aGlk"), .text("Done"), .stopped(.endOfTurn),
        ]
        let output = try #require(try write(pieces).last?["response"]?["output"]?.arrayValue)
        let reply = try #require(ResponsesStreamTests.reply(pieces))
        let whole = OpenAIResponses.body(of: reply, answer: answer)
        for items in [output, whole["output"]?.arrayValue ?? []] {
            let body: JSONValue = ["model": "m", "input": .array([["role": "user", "content": "x"]] + items)]
            let request = try OpenAIResponses.request(from: body).request
            #expect(
                request.messages[1].content.prefix(2) == [
                    .thinking(Thinking(text: "I see", signature: "c2ln", origin: .anthropicMessages)),
                    .thinking(Thinking(text: "", redacted: "aGlk", origin: .anthropicMessages)),
                ])
            #expect(request.messages[1].text == "Done")
            // OpenAI has no use for it.
            let sent = OpenAIResponses.body(of: request)["input"]?.arrayValue ?? []
            #expect(sent.map { $0["type"]?.stringValue } == [nil, "message"])
        }
    }

    @Test func `A stored answer of the same API is replayed as a stream of it`() throws {
        let reply = try #require(
            ResponsesStreamTests.reply(try ResponsesStreamTests.read(ResponsesFixture.events, mirrors: true)))
        let events = try write(reply.events)
        let output = try #require(events.last?["response"]?["output"]?.arrayValue)
        #expect(
            output.map { $0["type"]?.stringValue } == [
                "reasoning", "web_search_call", "message", "function_call", "custom_tool_call",
            ])
        #expect(output[0]["summary"] == ResponsesFixture.reasoning["summary"])
        #expect(output[0]["encrypted_content"] == "gAAA")
        #expect(output[1] == ResponsesFixture.search)
        #expect(output[2]["content"] == ResponsesFixture.message["content"])
        #expect(output[3] == ResponsesFixture.call)
    }

    @Test func `Whole answers are written and read`() throws {
        let reply = ModelReply(
            id: "msg_1", model: "m",
            content: [
                .thinking(Thinking(text: "Hm")), .text("A"),
                .passage(
                    Passage(
                        "B",
                        citations: [
                            Citation(.web(url: "u"), title: "t", answer: .init(start: 0, end: 1)),
                            Citation(.searchResult(index: 0, source: "s")),
                        ])),
                .toolCall(ToolCall(id: "c", name: "f", arguments: .json(["a": 1]))),
                .toolCall(ToolCall(id: "d", name: "g", arguments: .json("free"), kind: .freeText)),
                .native(NativePart(.anthropicMessages, ["type": "server_tool_use"])),
            ], stopReason: .toolUse, usage: Usage(input: 1, output: 2))
        let body = OpenAIResponses.body(of: reply, answer: answer)
        #expect(
            body["output"] == [
                [
                    "id": "rs_msg_1_0", "type": "reasoning", "summary": [["type": "summary_text", "text": "Hm"]],
                ],
                [
                    "id": "msg_msg_1_1", "type": "message", "status": "completed", "role": "assistant",
                    "content": [
                        ["type": "output_text", "text": "A", "annotations": []],
                        [
                            "type": "output_text", "text": "B",
                            "annotations": [
                                ["type": "url_citation", "url": "u", "title": "t", "start_index": 0, "end_index": 1]
                            ],
                        ],
                    ],
                ],
                [
                    "id": "fc_msg_1_2", "type": "function_call", "status": "completed", "call_id": "c", "name": "f",
                    "arguments": "{\"a\":1}",
                ],
                [
                    "id": "ctc_msg_1_3", "type": "custom_tool_call", "status": "completed", "call_id": "d",
                    "name": "g", "input": "free",
                ],
            ])
        let read = try OpenAIResponses.reply(from: body)
        #expect(read.id == "resp_msg_1")
        #expect(read.stopReason == .toolUse)
        #expect(read.usage == reply.usage)
        #expect(read.content.compactMap(\.plainText) == ["A", "B"])
        #expect(OpenAIResponses.body(of: read, answer: ServedAnswer(created: 0)) == body)
    }

    @Test func `An answer that failed or has not ended is no answer`() throws {
        #expect(throws: ModelError(.providerFault, "the provider broke off its answer: boom")) {
            try OpenAIResponses.reply(
                from: ["status": "failed", "error": ["code": "server_error", "message": "boom"], "output": []])
        }
        #expect(throws: WireFault(.invalid, "status", #"expected an answer that has ended, got "queued""#)) {
            try OpenAIResponses.reply(from: ["status": "queued", "output": []])
        }
        #expect(throws: WireFault(.invalid, "output[0].arguments", "the field is missing")) {
            try OpenAIResponses.reply(from: ["output": [["type": "function_call", "call_id": "c", "name": "f"]]])
        }
        #expect(throws: WireFault(.invalid, "output", "the field is missing")) {
            try OpenAIResponses.reply(from: [:])
        }
    }

    @Test func `Failures have OpenAI's shape`() {
        let fault = ServedFault(.invalidRequest, "model: the field is missing", path: "model", code: "bad")
        let (status, body) = OpenAIResponses.errorBody(of: fault, requestID: "req_1")
        #expect(status == 400)
        #expect(
            body == [
                "error": [
                    "message": "model: the field is missing", "type": "invalid_request_error", "param": "model",
                    "code": "bad",
                ], "request_id": "req_1",
            ])
    }

    /// Whatever a model says in whatever order, its stream read again is the same answer, and its events keep the rules.
    @Test(arguments: 0..<150) func `What is written is read again as it was`(_ seed: UInt64) throws {
        var random = SeededPieces(seed: seed)
        let pieces = random.answer()
        let events = try write(pieces)
        var reader = OpenAIResponses.StreamReader()
        let read = try reader.receive(events)
        let before = try #require(ResponsesStreamTests.reply(pieces))
        let after = try #require(ResponsesStreamTests.reply(read))
        #expect(after.content.compactMap(\.comparable) == before.content.compactMap(\.comparable))
        #expect(after.stopReason == before.stopReason)
        #expect(after.usage == before.usage)
        #expect(events.map { $0["sequence_number"]?.intValue } == Array(0..<events.count))
        try checkRules(of: events)
    }

    /// Items open and close once at their place, deltas join to what is done, and the end repeats the items.
    private func checkRules(of events: [JSONValue]) throws {
        var open: [Int: JSONValue] = [:]
        var done: [Int: JSONValue] = [:]
        var texts: [String: String] = [:]
        for event in events {
            let type = try #require(event["type"]?.stringValue)
            guard let place = event["output_index"]?.intValue else { continue }
            if type == "response.output_item.added" {
                #expect(open[place] == nil && done[place] == nil)
                open[place] = event["item"]
                continue
            }
            let item = try #require(open[place])
            if type == "response.output_item.done" {
                done[place] = event["item"]
                open[place] = nil
                #expect(event["item"]?["id"] == item["id"])
                continue
            }
            #expect(event["item_id"] == item["id"])
            let index = event["content_index"]?.intValue ?? event["summary_index"]?.intValue ?? 0
            let key = "\(place).\(index)"
            if let delta = event["delta"]?.stringValue { texts[key, default: ""] += delta }
            for member in ["text", "arguments", "input"] {
                if let text = event[member]?.stringValue { #expect(texts[key, default: ""] == text) }
            }
        }
        #expect(open.isEmpty)
        let output = done.keys.sorted().compactMap { done[$0] }
        #expect(done.keys.sorted() == Array(0..<done.count))
        #expect(events.last?["response"]?["output"]?.arrayValue == output)
    }
}

extension Content {
    /// What stays of a part when it goes through another format: nothing of ids, signatures and native parts.
    fileprivate var comparable: Content? {
        switch self {
        case .text, .document, .image, .toolResult: self
        case .passage(let passage): .text(passage.text)
        case .thinking(let thinking): thinking.text.isEmpty ? nil : .thinking(Thinking(text: thinking.text))
        case .toolCall(let call):
            .toolCall(ToolCall(id: call.id, name: call.name, arguments: call.arguments, kind: call.kind))
        case .native: nil
        }
    }
}
