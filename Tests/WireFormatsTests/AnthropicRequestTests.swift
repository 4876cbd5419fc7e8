import Conversation
import JSON
import Testing
import WireFormats

@Suite("A request of Anthropic's Messages API")
struct AnthropicRequestTests {
    /// Everything that the API's documentation lets a client say, and some that it does not.
    static let everything = #"""
        {
          "model": "claude-x", "max_tokens": 4096, "temperature": 0.5, "top_p": 0.9, "top_k": 40,
          "stop_sequences": ["END", "###"],
          "metadata": {"user_id": "u-1"}, "service_tier": "auto",
          "thinking": {"type": "enabled", "budget_tokens": 2048, "display": "summarized"},
          "output_config": {
            "effort": "high", "new_knob": 3,
            "format": {"type": "json_schema", "schema": {"type": "object", "properties": {"a": {"type": "string"}}}}
          },
          "tool_choice": {"type": "tool", "name": "read_file", "disable_parallel_tool_use": true},
          "container": "c-1", "context_management": {"edits": [{"type": "clear_tool_uses"}]}, "mcp_servers": [],
          "system": [
            {"type": "text", "text": "You are careful."},
            {"type": "text", "text": "The project.", "cache_control": {"type": "ephemeral", "ttl": "1h"}}
          ],
          "tools": [
            {"name": "read_file", "description": "Reads.", "strict": true, "input_examples": [{"path": "a"}],
             "input_schema": {"type": "object", "properties": {"path": {"type": "string"}}, "required": ["path"]}},
            {"type": "custom", "name": "list", "input_schema": {"type": "object"},
             "cache_control": {"type": "ephemeral"}},
            {"type": "web_search_20250305", "name": "web_search", "max_uses": 3,
             "cache_control": {"type": "ephemeral", "ttl": "5m"}}
          ],
          "messages": [
            {"role": "user", "content": "Hello."},
            {"role": "assistant", "content": [
              {"type": "thinking", "thinking": "Let me see.", "signature": "c2ln"},
              {"type": "redacted_thinking", "data": "ZW5j"},
              {"type": "text", "text": "I look.", "citations": [
                {"type": "char_location", "cited_text": "w", "document_index": 0, "document_title": "t",
                 "start_char_index": 1, "end_char_index": 2, "file_id": null},
                {"type": "web_search_result_location", "url": "https://x", "title": null, "cited_text": "c",
                 "encrypted_index": "e"},
                {"type": "hologram_location", "depth": 1}
              ]},
              {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {"query": "q"}},
              {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": [
                {"type": "web_search_result", "url": "https://x", "encrypted_content": "abc"}]},
              {"type": "tool_use", "id": "toolu_1", "name": "read_file", "input": {"path": "a"},
               "caller": {"type": "direct"}},
              {"type": "tool_use", "id": "toolu_2", "name": "list", "input": {}}
            ]},
            {"role": "user", "content": [
              {"type": "tool_result", "tool_use_id": "toolu_1", "is_error": false, "content": [
                {"type": "text", "text": "one"},
                {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "QUJD"}},
                {"type": "search_result", "source": "s", "title": "t", "content": [{"type": "text", "text": "x"}]}
              ], "cache_control": {"type": "ephemeral"}},
              {"type": "tool_result", "tool_use_id": "toolu_2", "is_error": true, "content": "it failed"},
              {"type": "text", "text": "And these.", "citations": null},
              {"type": "image", "source": {"type": "url", "url": "https://x/y.png"}},
              {"type": "image", "source": {"type": "file", "file_id": "file_1"}},
              {"type": "document", "title": "T", "context": "C", "citations": {"enabled": true},
               "source": {"type": "base64", "media_type": "application/pdf", "data": "JVBERg=="},
               "cache_control": {"type": "ephemeral"}},
              {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "plain"}},
              {"type": "document", "source": {"type": "url", "url": "https://x/y.pdf"}},
              {"type": "document", "source": {"type": "content", "content": [{"type": "text", "text": "part"}]}},
              {"type": "container_upload", "file_id": "file_2"}
            ]},
            {"role": "system", "content": [{"type": "text", "text": "Be brief."}]},
            {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "toolu_3"}]}
          ]
        }
        """#

    @Test("what is read and written again is the same")
    func roundTrip() throws {
        let body = try json(Self.everything)
        let served = try AnthropicMessages.request(from: body)
        #expect(AnthropicMessages.body(of: served.request, stream: false) == body)
    }

    @Test("it is understood, not only passed on")
    func meaning() throws {
        let request = try AnthropicMessages.request(from: try json(Self.everything)).request
        #expect(request.model == "claude-x" && request.maxOutputTokens == 4096 && !request.assumesOutputLimit)
        #expect(request.system == "You are careful.\n\nThe project.")
        #expect(request.systemParts[1].cacheMark == .hour)
        #expect(request.temperature == 0.5 && request.topP == 0.9 && request.topK == 40)
        #expect(request.stopSequences == ["END", "###"])
        #expect(request.user == "u-1" && request.serviceTier == "auto")
        #expect(request.thinking?.mode == .budget(2048) && request.thinking?.effort == .high)
        #expect(request.toolChoice == .tool("read_file") && request.parallelToolCalls == false)
        #expect(request.tools.map(\.kind) == [nil, nil, .native])
        #expect(request.tools[0].strict == true && request.tools[1].cacheMark == .standard)
        #expect(request.origin == .anthropicMessages && request.cacheMarks == .asGiven)
        #expect(request.messages[0].content == [.text("Hello.")])
        let said = request.messages[1]
        #expect(said.text == "I look." && said.toolCalls.map(\.id) == ["toolu_1", "toolu_2"])
        #expect(
            said.content[0]
                == .thinking(Thinking(text: "Let me see.", signature: "c2ln", origin: .anthropicMessages)))
        guard case .passage(let passage) = said.content[2] else {
            Issue.record("the cited text is \(said.content[2])")
            return
        }
        #expect(
            passage.citations?.map(\.source) == [
                .document(index: 0, unit: .characters, file: nil), .web(url: "https://x"), .other,
            ])
        #expect(passage.citations?[0].place == Citation.Place(start: 1, end: 2))
        let results = request.messages[2].toolResults
        #expect(results.map(\.outcome) == [.ok, .error] && results.map(\.text) == ["one", "it failed"])
        #expect(results[0].parts?.count == 3)
        #expect(request.messages[3].role == .system && request.messages[3].text == "Be brief.")
        guard case .schema(let format) = request.responseFormat else {
            Issue.record("the format is \(String(describing: request.responseFormat))")
            return
        }
        #expect(format.schema["type"] == "object")
    }

    @Test(
        "each way of saying the same is kept",
        arguments: [
            #"{"model":"m","max_tokens":1,"system":"S","messages":[{"role":"user","content":"a"}]}"#,
            #"{"model":"m","max_tokens":1,"system":[{"type":"text","text":"S"}],"messages":[{"role":"user","content":[{"type":"text","text":"a"}]}]}"#,
            #"{"model":"m","max_tokens":1,"messages":[{"role":"user","content":"a"},{"role":"user","content":"b"}],"tool_choice":{"type":"auto"},"thinking":{"type":"adaptive"}}"#,
            #"{"model":"m","max_tokens":1,"messages":[{"role":"user","content":"a"}],"tool_choice":{"type":"any","disable_parallel_tool_use":false},"thinking":{"type":"disabled"}}"#,
            #"{"model":"m","max_tokens":1,"messages":[{"role":"user","content":"a"}],"tool_choice":{"type":"none"},"thinking":{"type":"between_tools"},"metadata":{"user_id":"u","new":1}}"#,
            #"{"model":"m","max_tokens":1,"messages":[{"role":"user","content":"a"}],"cache_control":{"type":"ephemeral"},"output_format":{"type":"json_schema","schema":{}}}"#,
            #"{"model":"m","max_tokens":1,"messages":[{"role":"user","content":"a"}],"output_config":{"effort":"extreme"},"metadata":{}}"#,
            #"{"model":"m","max_tokens":1,"messages":[{"role":"user","content":[{"type":"text","text":"a","cache_control":{"type":"ephemeral","scope":"x"}}]}],"tool_choice":{"type":"auto","new":1}}"#,
        ])
    func forms(text: String) throws {
        let body = try json(text)
        #expect(AnthropicMessages.body(of: try AnthropicMessages.request(from: body).request, stream: false) == body)
    }

    @Test("whether to stream is the caller's to say")
    func stream() throws {
        let text = #"{"model":"m","max_tokens":1,"messages":[{"role":"user","content":"a"}],"stream":true}"#
        let served = try AnthropicMessages.request(from: try json(text))
        #expect(served.stream && served.includesUsage)
        #expect(AnthropicMessages.body(of: served.request, stream: true) == (try json(text)))
    }

    @Test("tokens are counted of the same body without its limit")
    func countTokens() throws {
        let text =
            #"{"model":"m","system":"S","messages":[{"role":"user","content":"a"}],"tools":[{"name":"n","input_schema":{}}]}"#
        let request = try AnthropicMessages.countRequest(from: try json(text))
        #expect(request.assumesOutputLimit)
        #expect(AnthropicMessages.countBody(of: request) == (try json(text)))
        #expect(AnthropicMessages.countBody(inputTokens: 12) == ["input_tokens": 12])
        #expect(try AnthropicMessages.tokenCount(from: ["input_tokens": 12]) == 12)
        #expect(throws: WireFault(.invalid, "input_tokens", "the field is missing")) {
            try AnthropicMessages.tokenCount(from: [:])
        }
    }
}
