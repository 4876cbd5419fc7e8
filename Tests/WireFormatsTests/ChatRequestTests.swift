import Conversation
import JSON
import Testing
import WireFormats

@Suite("A request of OpenAI's Chat Completions API")
struct ChatRequestTests {
    static let everything = #"""
        {
          "model": "gpt-x", "max_completion_tokens": 4096, "temperature": 0.5, "top_p": 0.9, "seed": 7,
          "frequency_penalty": 0.25, "presence_penalty": -0.5, "stop": ["END", "###"], "n": 1,
          "logprobs": true, "top_logprobs": 2, "logit_bias": {"50256": -100}, "store": true, "verbosity": "low",
          "prediction": {"type": "content", "content": "x"},
          "user": "u-1", "metadata": {"k": "v"}, "service_tier": "flex", "prompt_cache_key": "key",
          "reasoning_effort": "high", "parallel_tool_calls": false,
          "tool_choice": {"type": "function", "function": {"name": "read_file"}},
          "response_format": {"type": "json_schema", "json_schema": {
            "name": "answer", "description": "d", "strict": true, "schema": {"type": "object"}}},
          "tools": [
            {"type": "function", "function": {"name": "read_file", "description": "Reads.", "strict": true,
             "parameters": {"type": "object", "properties": {"path": {"type": "string"}}}, "new": 1}},
            {"type": "function", "function": {"name": "now"}, "defer": true},
            {"type": "custom", "custom": {"name": "shell", "description": "Runs.",
             "format": {"type": "grammar", "grammar": {"syntax": "lark", "definition": "start: x"}}}},
            {"type": "hologram", "depth": 3}
          ],
          "messages": [
            {"role": "system", "content": "You are careful."},
            {"role": "developer", "content": "The project.", "name": "dev"},
            {"role": "developer", "content": [{"type": "text", "text": "one"}, {"type": "text", "text": "two", "x": 1}]},
            {"role": "user", "content": "Hello.", "name": "ann"},
            {"role": "assistant", "content": "I look.", "refusal": null, "reasoning_content": "hm", "tool_calls": [
              {"id": "call_1", "type": "function", "function": {"name": "read_file", "arguments": "{ \"path\": \"a\" }"},
               "extra_content": {"google": {"thought_signature": "s"}}},
              {"id": "call_2", "type": "custom", "custom": {"name": "shell", "input": "ls {"}},
              {"id": "call_3", "type": "function", "function": {"name": "now", "arguments": "{\"broken"}}
            ]},
            {"role": "tool", "tool_call_id": "call_1", "content": "hello"},
            {"role": "tool", "tool_call_id": "call_2", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]},
            {"role": "tool", "tool_call_id": "call_3", "content": "no", "status": "x"},
            {"role": "user", "content": [
              {"type": "text", "text": "Look."},
              {"type": "image_url", "image_url": {"url": "data:image/png;base64,QUJD", "detail": "low"}},
              {"type": "image_url", "image_url": {"url": "https://x/y.png"}},
              {"type": "file", "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,JVBERg=="}},
              {"type": "file", "file": {"file_id": "file-1"}, "prompt_cache_breakpoint": {"mode": "explicit"}},
              {"type": "input_audio", "input_audio": {"data": "AA==", "format": "wav"}}
            ]},
            {"role": "assistant", "content": [{"type": "text", "text": "part"}, {"type": "refusal", "refusal": "no"}]},
            {"role": "user", "content": "Well?"},
            {"role": "user", "content": "Still there?"},
            {"role": "assistant", "content": null, "refusal": "I cannot."},
            {"role": "system", "content": "Be brief."},
            {"role": "assistant", "audio": {"id": "a-1"}, "tool_calls": [
              {"id": "call_4", "type": "function", "function": {"name": "now", "arguments": "{}"}}]},
            {"role": "tool", "tool_call_id": "call_4", "content": "12:00"}
          ]
        }
        """#

    @Test("what is read and written again is the same")
    func roundTrip() throws {
        let body = try json(Self.everything)
        let served = try OpenAIChat.request(from: body)
        let again = OpenAIChat.body(of: served.request, limit: .maxCompletionTokens, stream: false)
        #expect(again["messages"]?.arrayValue?.count == body["messages"]?.arrayValue?.count)
        for (index, message) in (body["messages"]?.arrayValue ?? []).enumerated() {
            #expect(again["messages"]?[index] == message)
        }
        #expect(again == body)
    }

    @Test("it is understood, not only passed on")
    func meaning() throws {
        let request = try OpenAIChat.request(from: try json(Self.everything)).request
        #expect(request.system == "You are careful.\n\nThe project.\n\none\n\ntwo")
        #expect(request.temperature == 0.5 && request.seed == 7 && request.frequencyPenalty == 0.25)
        #expect(request.stopSequences == ["END", "###"])
        #expect(request.user == "u-1" && request.metadata == ["k": "v"] && request.cacheKey == "key")
        #expect(request.thinking?.effort == .high && request.toolChoice == .tool("read_file"))
        #expect(request.tools.map(\.kind) == [nil, nil, .freeText, .native])
        #expect(request.messages.map(\.role).prefix(4) == [.user, .assistant, .user, .assistant])
        let calls = request.messages[1].toolCalls
        #expect(calls[0].arguments == .json(["path": "a"]))
        #expect(calls[1].kind == .freeText && calls[1].arguments == .json("ls {"))
        #expect(request.messages[2].toolResults.map(\.callID) == ["call_1", "call_2", "call_3"])
        #expect(request.messages[2].content.count == 9 && request.messages[2].text == "Look.")
        #expect(request.messages[2].images.map(\.format) == [.png, .unknown])
    }

    @Test(
        "each way of saying the same is kept",
        arguments: [
            #"{"model":"m","messages":[{"role":"user","content":"a"}]}"#,
            #"{"model":"m","messages":[{"role":"system","content":"only this"}],"stop":"END","reasoning_effort":"none"}"#,
            #"{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"a"}]}],"tool_choice":"auto","response_format":{"type":"json_object"}}"#,
            #"{"model":"m","messages":[{"role":"user","content":"a"}],"tool_choice":"none","response_format":{"type":"text"},"top_k":40}"#,
            #"{"model":"m","messages":[{"role":"user","content":"a"}],"tool_choice":"required","response_format":{"type":"grammar","x":1},"reasoning_effort":"extreme"}"#,
            #"{"model":"m","messages":[{"role":"user","content":"a"}],"tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[]}}}"#,
            #"{"model":"m","messages":[{"role":"user","content":"a"},{"role":"assistant","content":"","reasoning":"r"},{"role":"user","content":""}]}"#,
            #"{"model":"m","messages":[{"role":"user","content":[]},{"role":"assistant","content":null,"tool_calls":[{"id":"a","type":"function","function":{"name":"n","arguments":""}}]}]}"#,
            #"{"model":"m","messages":[{"role":"user","content":"a"},{"role":"developer","content":[{"type":"text","text":"b"}]}],"response_format":{"type":"json_schema","json_schema":{"name":"n"}}}"#,
            #"{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"a","cache_control":{"type":"ephemeral"}},{"type":"image_url","image_url":"https://x"}]}]}"#,
        ])
    func forms(text: String) throws {
        let body = try json(text)
        let served = try OpenAIChat.request(from: body)
        #expect(OpenAIChat.body(of: served.request, limit: .maxTokens, stream: false) == body)
    }

    @Test("whether to stream, and with which options, is the caller's to say; usage is always asked for")
    func stream() throws {
        let text =
            #"{"model":"m","messages":[{"role":"user","content":"a"}],"stream":true,"stream_options":{"include_obfuscation":false}}"#
        let served = try OpenAIChat.request(from: try json(text))
        #expect(served.stream && !served.includesUsage)
        #expect(
            OpenAIChat.body(of: served.request, limit: .maxTokens, stream: true)["stream_options"]
                == ["include_usage": true, "include_obfuscation": false])
        #expect(OpenAIChat.body(of: served.request, limit: .maxTokens, stream: false)["stream_options"] == nil)
        let asks = #"{"model":"m","messages":[{"role":"user","content":"a"}],"stream_options":{"include_usage":true}}"#
        #expect(try OpenAIChat.request(from: try json(asks)).includesUsage)
    }

    @Test("either name of the limit is read; the newer one counts")
    func limits() throws {
        let body = try json(
            #"{"model":"m","messages":[{"role":"user","content":"a"}],"max_tokens":5,"max_completion_tokens":7}"#)
        let request = try OpenAIChat.request(from: body).request
        #expect(request.maxOutputTokens == 7)
        #expect(OpenAIChat.body(of: request, limit: .maxTokens, stream: false)["max_tokens"] == 7)
        let none = try OpenAIChat.request(from: ["model": "m", "messages": [["role": "user", "content": "a"]]]).request
        #expect(none.assumesOutputLimit && none.maxOutputTokens == 0)
    }

    @Test("functions of the older words become tools, and their calls are answered by id")
    func legacyFunctions() throws {
        let body = try json(
            #"""
            {"model":"m","functions":[{"name":"f","description":"d","parameters":{"type":"object"}}],
             "function_call":{"name":"f"},
             "messages":[{"role":"user","content":"a"},
              {"role":"assistant","content":null,"function_call":{"name":"f","arguments":"{\"x\":1}"}},
              {"role":"function","name":"f","content":"done"}]}
            """#)
        let served = try OpenAIChat.request(from: body)
        #expect(served.usesLegacyFunctions)
        #expect(served.request.toolChoice == .tool("f"))
        #expect(
            OpenAIChat.body(of: served.request, limit: .maxTokens, stream: false)
                == (try json(
                    #"""
                    {"model":"m","tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object"}}}],
                     "tool_choice":{"type":"function","function":{"name":"f"}},
                     "messages":[{"role":"user","content":"a"},
                      {"role":"assistant","content":null,"tool_calls":[
                       {"id":"function_1","type":"function","function":{"name":"f","arguments":"{\"x\":1}"}}]},
                      {"role":"tool","tool_call_id":"function_1","content":"done"}]}
                    """#)))
    }
}
