import Conversation
import JSON
import Testing
import WireFormats

@Suite("Whole answers")
struct ReplyTests {
    static let anthropic = #"""
        {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-x", "container": null,
         "content": [
           {"type": "thinking", "thinking": "Let me see.", "signature": "c2ln"},
           {"type": "redacted_thinking", "data": "ZW5j"},
           {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {"query": "q"}},
           {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": []},
           {"type": "text", "text": "It is "},
           {"type": "text", "text": "so", "citations": [
             {"type": "web_search_result_location", "url": "https://x", "title": "X", "cited_text": "so it is",
              "encrypted_index": "e"}]},
           {"type": "text", "text": ".", "citations": null},
           {"type": "tool_use", "id": "toolu_1", "name": "read_file", "input": {"path": "a"}, "caller": {"type": "direct"}}
         ],
         "stop_reason": "tool_use", "stop_sequence": null, "stop_details": null,
         "usage": {"input_tokens": 10, "cache_creation_input_tokens": 30, "cache_read_input_tokens": 40,
           "cache_creation": {"ephemeral_5m_input_tokens": 10, "ephemeral_1h_input_tokens": 20},
           "output_tokens": 50, "output_tokens_details": {"thinking_tokens": 5},
           "server_tool_use": {"web_search_requests": 1, "web_fetch_requests": 0}, "service_tier": "standard"}}
        """#

    static let chat = #"""
        {"id": "chatcmpl-1", "object": "chat.completion", "created": 1700000000, "model": "gpt-x",
         "system_fingerprint": "fp", "service_tier": "default",
         "choices": [{"index": 0, "finish_reason": "tool_calls", "logprobs": {"content": [{"token": "a", "logprob": -0.5, "bytes": null, "top_logprobs": []}], "refusal": null},
           "message": {"role": "assistant", "content": "It is so.", "refusal": null, "reasoning_content": "hm",
             "annotations": [{"type": "url_citation", "url_citation":
               {"start_index": 6, "end_index": 8, "url": "https://x", "title": "X"}}],
             "tool_calls": [
               {"id": "call_1", "type": "function", "function": {"name": "read_file", "arguments": "{\"path\": \"a\"}"}},
               {"id": "call_2", "type": "custom", "custom": {"name": "shell", "input": "ls {"}}],
             "provider_note": 1}}],
         "usage": {"prompt_tokens": 80, "completion_tokens": 50, "total_tokens": 130,
           "prompt_tokens_details": {"cached_tokens": 40, "audio_tokens": 0},
           "completion_tokens_details": {"reasoning_tokens": 5, "accepted_prediction_tokens": 0}}}
        """#

    static func text(_ format: Format) -> String { format == .anthropic ? anthropic : chat }

    @Test("what is read and written again is the same", arguments: Format.allCases)
    func roundTrip(format: Format) throws {
        let body = try json(Self.text(format))
        #expect(format.body(of: try format.reply(from: body)) == body)
    }

    @Test("Anthropic's are understood")
    func anthropicMeaning() throws {
        let reply = try AnthropicMessages.reply(from: try json(Self.anthropic))
        #expect(reply.stopReason == .toolUse && reply.id == "msg_1" && reply.model == "claude-x")
        #expect(reply.message.toolCalls.map(\.id) == ["toolu_1"])
        #expect(reply.content[0] == .thinking(Thinking(text: "Let me see.", signature: "c2ln")))
        let usage = reply.usage
        #expect(usage.input == 10 && usage.output == 50 && usage.cacheRead == 40 && usage.cacheWrite == 30)
        #expect(usage.cacheWriteHour == 20 && usage.reasoning == 5 && usage.totalInput == 80)
    }

    @Test("OpenAI's are understood")
    func chatMeaning() throws {
        let reply = try OpenAIChat.reply(from: try json(Self.chat))
        #expect(reply.stopReason == .toolUse && reply.message.text == "It is so.")
        #expect(reply.content[0] == .thinking(Thinking(text: "hm")))
        #expect(reply.message.toolCalls.map(\.arguments) == [.json(["path": "a"]), .json("ls {")])
        #expect(reply.usage.input == 40 && reply.usage.cacheRead == 40 && reply.usage.reasoning == 5)
    }

    @Test(
        "each ending has its words",
        arguments: [
            (StopReason.endOfTurn, "end_turn", "stop"), (.toolUse, "tool_use", "tool_calls"),
            (.maxTokens, "max_tokens", "length"), (.stopSequence, "stop_sequence", "stop"),
            (.refused, "refusal", "content_filter"), (.other("pause_turn"), "pause_turn", "stop"),
            (.other("eos"), "end_turn", "stop"),
        ])
    func endings(reason: StopReason, anthropic: String, chat: String) {
        let reply = ModelReply(id: "i", model: "m", content: [.text("a")], stopReason: reason, usage: .zero)
        #expect(Format.anthropic.body(of: reply)["stop_reason"] == .string(anthropic))
        #expect(Format.chat.body(of: reply)["choices"]?[0]?["finish_reason"] == .string(chat))
    }

    @Test(
        "an ending that only one format has goes through that one",
        arguments: [
            (
                Format.anthropic,
                #"{"id":"i","type":"message","role":"assistant","model":"m","content":[],"stop_reason":"model_context_window_exceeded","stop_sequence":"x","usage":{"input_tokens":1,"output_tokens":2,"cache_read_input_tokens":0,"cache_creation_input_tokens":0}}"#
            ),
            (
                .chat,
                #"{"id":"i","object":"chat.completion","created":1700000000,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":null,"refusal":"I will not."},"finish_reason":"eos"}],"usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0,"prompt_tokens_details":{"cached_tokens":0},"completion_tokens_details":{"reasoning_tokens":0}}}"#
            ),
        ])
    func ownEndings(format: Format, text: String) throws {
        let body = try json(text)
        #expect(format.body(of: try format.reply(from: body)) == body)
    }

    @Test("an answer of Anthropic's for a chat client")
    func anthropicForChat() throws {
        let reply = try AnthropicMessages.reply(from: try json(Self.anthropic))
        let answer = ServedAnswer(id: "chatcmpl-9", model: "fast", created: 5)
        #expect(
            OpenAIChat.body(of: reply, answer: answer)
                == (try json(
                    #"""
                    {"id": "chatcmpl-9", "object": "chat.completion", "created": 5, "model": "fast",
                     "choices": [{"index": 0, "finish_reason": "tool_calls",
                       "message": {"role": "assistant", "content": "It is so.", "refusal": null,
                         "reasoning_content": "Let me see.",
                         "annotations": [{"type": "url_citation", "url_citation":
                           {"start_index": 6, "end_index": 8, "url": "https://x", "title": "X"}}],
                         "tool_calls": [{"id": "toolu_1", "type": "function",
                           "function": {"name": "read_file", "arguments": "{\"path\":\"a\"}"}}]}}],
                     "usage": {"prompt_tokens": 80, "completion_tokens": 50, "total_tokens": 130,
                       "prompt_tokens_details": {"cached_tokens": 40, "cache_write_tokens": 30},
                       "completion_tokens_details": {"reasoning_tokens": 5}}}
                    """#)))
    }

    @Test("an answer of OpenAI's for an Anthropic client")
    func chatForAnthropic() throws {
        let reply = try OpenAIChat.reply(from: try json(Self.chat))
        #expect(
            AnthropicMessages.body(of: reply, answer: ServedAnswer(model: "fast", created: 5))
                == (try json(
                    #"""
                    {"id": "chatcmpl-1", "type": "message", "role": "assistant", "model": "fast",
                     "content": [
                       {"type": "thinking", "thinking": "hm", "signature": ""},
                       {"type": "text", "text": "It is so.", "citations": [
                         {"type": "web_search_result_location", "url": "https://x", "title": "X", "cited_text": "",
                          "encrypted_index": ""}]},
                       {"type": "tool_use", "id": "call_1", "name": "read_file", "input": {"path": "a"}},
                       {"type": "tool_use", "id": "call_2", "name": "shell", "input": {"input": "ls {"}}],
                     "stop_reason": "tool_use", "stop_sequence": null,
                     "usage": {"input_tokens": 40, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 40,
                       "output_tokens": 50, "output_tokens_details": {"thinking_tokens": 5}}}
                    """#)))
    }

    @Test("calls are told in the words that the client's tools were named in")
    func legacyAndFreeText() throws {
        let reply = ModelReply(
            id: "i", model: "m",
            content: [.toolCall(ToolCall(id: "c", name: "shell", arguments: .json(["input": "ls"])))],
            stopReason: .toolUse, usage: .zero)
        var answer = ServedAnswer(created: 0, usesLegacyFunctions: true)
        let legacy = OpenAIChat.body(of: reply, answer: answer)["choices"]?[0]
        #expect(legacy?["message"]?["function_call"] == ["name": "shell", "arguments": "{\"input\":\"ls\"}"])
        #expect(legacy?["finish_reason"] == "function_call")
        answer = ServedAnswer(created: 0, freeTextTools: ["shell"])
        #expect(
            OpenAIChat.body(of: reply, answer: answer)["choices"]?[0]?["message"]?["tool_calls"]
                == [["id": "c", "type": "custom", "custom": ["name": "shell", "input": "ls"]]])
    }

    @Test("broken arguments stay as the model wrote them, or become an object that says so")
    func brokenArguments() throws {
        let reply = ModelReply(
            id: "i", model: "m",
            content: [.toolCall(ToolCall(id: "c", name: "n", arguments: .broken(text: "{\"a", reason: "cut")))],
            stopReason: .toolUse, usage: .zero)
        let chat = Format.chat.body(of: reply)["choices"]?[0]?["message"]?["tool_calls"]?[0]
        #expect(chat?["function"]?["arguments"] == "{\"a")
        #expect(Format.anthropic.body(of: reply)["content"]?[0]?["input"] == ["unparsable_arguments": "{\"a"])
    }

    @Test(
        "an answer that is none says where",
        arguments: [
            (Format.anthropic, "[]", WireFault(.invalid, "", "expected an object, got an empty array")),
            (.anthropic, "{}", WireFault(.invalid, "content", "the field is missing")),
            (
                .anthropic, #"{"content":[{"type":"text"}],"stop_reason":"end_turn"}"#,
                WireFault(.invalid, "content[0].text", "the field is missing")
            ),
            (.anthropic, #"{"content":[]}"#, WireFault(.invalid, "stop_reason", "the field is missing")),
            (.chat, #"{"choices":[]}"#, WireFault(.invalid, "choices", "expected an answer, found none")),
            (.chat, #"{"choices":[{}]}"#, WireFault(.invalid, "choices[0].message", "the field is missing")),
            (
                .chat, #"{"choices":[{"message":{"content":3},"finish_reason":"stop"}]}"#,
                WireFault(.invalid, "choices[0].message.content", "expected a string, got 3")
            ),
            (
                .chat, #"{"choices":[{"message":{"tool_calls":[{"id":"a","function":{}}]},"finish_reason":"stop"}]}"#,
                WireFault(.invalid, "choices[0].message.tool_calls[0].function.name", "the field is missing")
            ),
        ])
    func rubbish(format: Format, text: String, fault: WireFault) throws {
        let body = try json(text)
        #expect(throws: fault) { try format.reply(from: body) }
    }
}
