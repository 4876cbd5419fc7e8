import Conversation
import JSON
import Testing
import WireFormats

@Suite("Requests of one format in the words of another")
struct CrossFormatTests {
    private func chat(_ text: String, limit: Int = 0) throws -> JSONValue {
        OpenAIChat.body(
            of: try AnthropicMessages.request(from: try json(text)).request, limit: .maxTokens, stream: false)
    }

    private func anthropic(_ text: String, limit: Int = 9_000) throws -> JSONValue {
        var request = try OpenAIChat.request(from: try json(text)).request
        if request.assumesOutputLimit { request.maxOutputTokens = limit }
        return AnthropicMessages.body(of: request, stream: false)
    }

    @Test("Anthropic's everything as a chat request keeps what chat has words for")
    func everythingForChat() throws {
        let found = differences(
            try chat(AnthropicRequestTests.everything),
            try json(
                #"""
                {
                  "model": "claude-x", "max_tokens": 4096, "temperature": 0.5, "top_p": 0.9,
                  "stop": ["END", "###"], "user": "u-1", "service_tier": "auto", "reasoning_effort": "high",
                  "parallel_tool_calls": false, "tool_choice": {"type": "function", "function": {"name": "read_file"}},
                  "response_format": {"type": "json_schema", "json_schema": {"name": "answer", "strict": true,
                    "schema": {"type": "object", "properties": {"a": {"type": "string"}}}}},
                  "tools": [
                    {"type": "function", "function": {"name": "read_file", "description": "Reads.", "strict": true,
                      "parameters": {"type": "object", "properties": {"path": {"type": "string"}}, "required": ["path"]}}},
                    {"type": "function", "function": {"name": "list", "parameters": {"type": "object"}}}
                  ],
                  "messages": [
                    {"role": "system", "content": "You are careful.\n\nThe project."},
                    {"role": "user", "content": "Hello."},
                    {"role": "assistant", "content": "I look.", "tool_calls": [
                      {"id": "toolu_1", "type": "function", "function": {"name": "read_file", "arguments": "{\"path\":\"a\"}"}},
                      {"id": "toolu_2", "type": "function", "function": {"name": "list", "arguments": "{}"}}]},
                    {"role": "tool", "tool_call_id": "toolu_1", "content": "one\nt\ns\nx"},
                    {"role": "tool", "tool_call_id": "toolu_2", "content": "Error: it failed"},
                    {"role": "user", "content": [
                      {"type": "image_url", "image_url": {"url": "data:image/png;base64,QUJD"}},
                      {"type": "text", "text": "And these."},
                      {"type": "image_url", "image_url": {"url": "https://x/y.png"}},
                      {"type": "file", "file": {"filename": "T", "file_data": "data:application/pdf;base64,JVBERg=="}},
                      {"type": "text", "text": "plain"}, {"type": "text", "text": "https://x/y.pdf"},
                      {"type": "text", "text": "part"}]},
                    {"role": "system", "content": "Be brief."},
                    {"role": "tool", "tool_call_id": "toolu_3", "content": ""}
                  ]
                }
                """#))
        #expect(found == [])
    }

    @Test("OpenAI's everything as a request for Anthropic keeps what Anthropic has words for")
    func everythingForAnthropic() throws {
        let body = try anthropic(ChatRequestTests.everything)
        let found = differences(
            body,
            try json(
                #"""
                {
                  "model": "gpt-x", "max_tokens": 4096, "temperature": 0.5, "top_p": 0.9,
                  "stop_sequences": ["END", "###"], "metadata": {"user_id": "u-1"},
                  "tool_choice": {"type": "tool", "name": "read_file", "disable_parallel_tool_use": true},
                  "output_config": {"format": {"type": "json_schema", "schema": {"type": "object"}}},
                  "tools": [
                    {"name": "read_file", "description": "Reads.", "strict": true,
                     "input_schema": {"type": "object", "properties": {"path": {"type": "string"}}}},
                    {"name": "now", "input_schema": {"type": "object"}},
                    {"name": "shell", "description": "Runs.", "input_schema":
                     {"type": "object", "properties": {"input": {"type": "string"}}, "required": ["input"]}}
                  ],
                  "system": [
                    {"type": "text", "text": "You are careful."}, {"type": "text", "text": "The project."},
                    {"type": "text", "text": "one"}, {"type": "text", "text": "two"},
                    {"type": "text", "text": "Be brief."}
                  ],
                  "messages": [
                    {"role": "user", "content": [{"type": "text", "text": "Hello."}]},
                    {"role": "assistant", "content": [
                      {"type": "text", "text": "I look."},
                      {"type": "tool_use", "id": "call_1", "name": "read_file", "input": {"path": "a"}},
                      {"type": "tool_use", "id": "call_2", "name": "shell", "input": {"input": "ls {"}},
                      {"type": "tool_use", "id": "call_3", "name": "now", "input": {"unparsable_arguments": "{\"broken"}}]},
                    {"role": "user", "content": [
                      {"type": "tool_result", "tool_use_id": "call_1", "content": "hello"},
                      {"type": "tool_result", "tool_use_id": "call_2", "content": [
                        {"type": "text", "text": "a"}, {"type": "text", "text": "b"}]},
                      {"type": "tool_result", "tool_use_id": "call_3", "content": "no"},
                      {"type": "text", "text": "Look."},
                      {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "QUJD"}},
                      {"type": "image", "source": {"type": "url", "url": "https://x/y.png"}},
                      {"type": "document", "title": "a.pdf",
                       "source": {"type": "base64", "media_type": "application/pdf", "data": "JVBERg=="}}]},
                    {"role": "assistant", "content": [{"type": "text", "text": "part"}, {"type": "text", "text": "no"}]},
                    {"role": "user", "content": [{"type": "text", "text": "Well?"}]},
                    {"role": "user", "content": [{"type": "text", "text": "Still there?"}]},
                    {"role": "assistant", "content": [{"type": "text", "text": "I cannot."}]},
                    {"role": "assistant", "content": [{"type": "tool_use", "id": "call_4", "name": "now", "input": {}}]},
                    {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "call_4", "content": "12:00"}]}
                  ]
                }
                """#))
        #expect(found == [])
    }

    @Test(
        "an effort becomes a budget or adaptive thinking, by the model",
        arguments: [
            ("claude-sonnet-4-5", "medium", 9_000, #"{"type":"enabled","budget_tokens":8192}"#, nil),
            ("claude-sonnet-4-5", "high", 9_000, #"{"type":"enabled","budget_tokens":8999}"#, nil),
            ("claude-3-7-sonnet", "low", 1_000, nil, nil),
            ("claude-opus-5", "minimal", 9_000, #"{"type":"adaptive"}"#, "low"),
            ("claude-opus-5", "xhigh", 9_000, #"{"type":"adaptive"}"#, "xhigh"),
            ("claude-opus-5", "none", 9_000, #"{"type":"disabled"}"#, nil),
        ] as [(String, String, Int, String?, String?)])
    func effortForAnthropic(model: String, effort: String, limit: Int, thinking: String?, said: String?) throws {
        let body = try anthropic(
            #"""
            {"model":"\#(model)","reasoning_effort":"\#(effort)","temperature":1.5,"messages":[{"role":"user","content":"a"}]}
            """#, limit: limit)
        #expect(body["thinking"] == (try thinking.map(json)))
        #expect(body["output_config"]?["effort"]?.stringValue == said)
        // Sampling is not to be changed where the model thinks; else the other format's range ends at 1.
        let thinks = thinking != nil && effort != "none"
        #expect(body["temperature"] == (thinks ? .none : .some(1)))
    }

    @Test("a model that must use a tool is not told to think")
    func forcedTools() throws {
        let body = try anthropic(
            #"""
            {"model":"claude-opus-5","reasoning_effort":"high","tool_choice":"required","parallel_tool_calls":true,
             "tools":[{"type":"function","function":{"name":"n"}}],"messages":[{"role":"user","content":"a"}]}
            """#)
        #expect(body["thinking"] == nil && body["output_config"] == nil)
        #expect(body["tool_choice"] == ["type": "any"])
    }

    @Test(
        "a budget becomes an effort, where the model knows the word",
        arguments: [
            ("gpt-5", #"{"type":"enabled","budget_tokens":1024}"#, "low"),
            ("gpt-5", #"{"type":"enabled","budget_tokens":8000}"#, "medium"),
            ("openai/gpt-5", #"{"type":"enabled","budget_tokens":32000}"#, "high"),
            ("gpt-5", #"{"type":"disabled"}"#, nil),
            ("gpt-5", #"{"type":"adaptive"}"#, nil), ("gpt-4o", #"{"type":"enabled","budget_tokens":32000}"#, nil),
        ] as [(String, String, String?)])
    func budgetForChat(model: String, thinking: String, effort: String?) throws {
        let body = try chat(
            #"{"model":"\#(model)","max_tokens":1,"thinking":\#(thinking),"messages":[{"role":"user","content":"a"}]}"#)
        #expect(body["reasoning_effort"]?.stringValue == effort)
    }

    @Test("thinking goes back to the format that it came from only")
    func thinking() throws {
        let own = #"""
            {"model":"m","max_tokens":1,"messages":[{"role":"user","content":"a"},{"role":"assistant","content":[
             {"type":"thinking","thinking":"t","signature":"s"},{"type":"text","text":"b"}]},{"role":"user","content":"c"}]}
            """#
        #expect(try chat(own)["messages"]?[1] == ["role": "assistant", "content": "b"])
        let other = #"""
            {"model":"m","messages":[{"role":"user","content":"a"},
             {"role":"assistant","content":"b","reasoning_content":"t"},{"role":"user","content":"c"}]}
            """#
        #expect(
            try anthropic(other)["messages"]?[1]
                == ["role": "assistant", "content": [["type": "text", "text": "b"]]])
        // What an Anthropic client was shown of another's thinking has no signature, and is left out.
        let shown = own.replacing("\"s\"", with: "\"\"")
        let again = AnthropicMessages.body(
            of: try AnthropicMessages.request(from: try json(shown)).request, stream: false)
        #expect(again["messages"]?[1]?["content"] == [["type": "text", "text": "b"]])
    }

    @Test("ids that Anthropic does not take are changed in calls and results alike")
    func ids() throws {
        let body = try anthropic(
            #"""
            {"model":"m","messages":[{"role":"user","content":"a"},{"role":"assistant","content":null,"tool_calls":[
              {"id":"functions.read:0","type":"function","function":{"name":"read","arguments":"{}"}}]},
             {"role":"tool","tool_call_id":"functions.read:0","content":"x"}]}
            """#)
        #expect(body["messages"]?[1]?["content"]?[0]?["id"] == "functions_read_0")
        #expect(body["messages"]?[2]?["content"]?[0]?["tool_use_id"] == "functions_read_0")
    }

    @Test("a result that is nothing but an image points to it")
    func imageResult() throws {
        let body = try chat(
            #"""
            {"model":"m","max_tokens":1,"messages":[{"role":"user","content":"a"},
             {"role":"assistant","content":[{"type":"tool_use","id":"t","name":"n","input":{}}]},
             {"role":"user","content":[{"type":"tool_result","tool_use_id":"t","is_error":true,"content":[
              {"type":"image","source":{"type":"url","url":"https://x"}},
              {"type":"document","title":"T","context":"C","source":{"type":"text","media_type":"text/plain","data":"D"}}]}]}]}
            """#)
        #expect(
            body["messages"]?.arrayValue?.suffix(2) == [
                ["role": "tool", "tool_call_id": "t", "content": "Error: (see what follows)"],
                [
                    "role": "user",
                    "content": [
                        ["type": "image_url", "image_url": ["url": "https://x"]],
                        ["type": "text", "text": "Document: T\n\nC\n\nD"],
                    ],
                ],
            ])
    }

    @Test("cache marks of a chat request reach Anthropic")
    func cacheMarks() throws {
        let body = try anthropic(
            #"""
            {"model":"m","messages":[{"role":"user","content":[
              {"type":"text","text":"a","cache_control":{"type":"ephemeral","ttl":"1h"}},
              {"type":"text","text":"b","prompt_cache_breakpoint":{"mode":"explicit"}}]}]}
            """#)
        #expect(
            body["messages"]?[0]?["content"] == [
                ["type": "text", "text": "a", "cache_control": ["type": "ephemeral", "ttl": "1h"]],
                ["type": "text", "text": "b", "cache_control": ["type": "ephemeral"]],
            ])
    }
}
