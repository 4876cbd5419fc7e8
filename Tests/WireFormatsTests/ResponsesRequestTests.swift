import Conversation
import JSON
import Testing
import WireFormats

@Suite struct ResponsesRequestTests {
    private func read(_ text: String) throws -> ServedRequest {
        try OpenAIResponses.request(from: JSONValue(parsing: text))
    }

    /// What is read and written again for the same API is the same.
    @Test(arguments: [
        #"{"model":"gpt-5","input":"Hi","stream":true}"#,
        #"{"model":"gpt-5","input":[],"previous_response_id":"resp_1","store":true,"stream":true}"#,
        #"{"model":"gpt-5","previous_response_id":"resp_1","stream":true}"#,
        #"""
        {"model":"gpt-5","instructions":"Be brief.","input":[
          {"type":"message","role":"developer","content":[{"type":"input_text","text":"Rules."}]},
          {"role":"system","content":"More rules."},
          {"role":"user","content":"One"},
          {"type":"message","role":"user","content":[{"type":"input_text","text":"Two"},
            {"type":"input_image","image_url":"data:image/png;base64,AAAA","detail":"high"},
            {"type":"input_image","image_url":"https://x.example/a.png","detail":"auto"},
            {"type":"input_image","file_id":"file-1"},
            {"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,BBBB"},
            {"type":"input_file","filename":"b.pdf","file_data":"CCCC"},
            {"type":"input_file","file_id":"file-2"},{"type":"input_file","file_url":"https://x.example/c.pdf"},
            {"type":"input_audio","input_audio":{"data":"DDDD","format":"mp3"}}]},
          {"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"Hm."}],"encrypted_content":"gAAA"},
          {"type":"message","id":"msg_1","status":"completed","role":"assistant","phase":"commentary",
            "content":[{"type":"output_text","text":"Let me look.","annotations":[]},
              {"type":"output_text","text":"See.","annotations":[{"type":"url_citation","url":"https://x.example",
                "title":"X","start_index":0,"end_index":3}],"logprobs":[{"token":"S","logprob":-0.5}]}]},
          {"type":"function_call","id":"fc_1","call_id":"call_1","name":"read","arguments":"{\"path\":\"a\"}",
            "status":"completed"},
          {"type":"custom_tool_call","call_id":"call_2","name":"patch","input":"*** Begin"},
          {"type":"web_search_call","id":"ws_1","status":"completed","action":{"type":"search","query":"q"}},
          {"type":"function_call_output","call_id":"call_1","output":"text of a"},
          {"type":"custom_tool_call_output","call_id":"call_2","output":[{"type":"input_text","text":"done"},
            {"type":"input_image","image_url":"data:image/png;base64,EEEE"}]},
          {"role":"developer","content":"Hurry."},
          {"role":"user","content":[{"type":"input_text","text":"Go on",
            "prompt_cache_breakpoint":{"mode":"explicit","ttl":"30m"}}]},
          {"role":"assistant","content":[{"type":"refusal","refusal":"No."}]},
          {"role":"assistant","content":"Sorry."}
        ],"tools":[
          {"type":"function","name":"read","description":"Reads.","parameters":{"type":"object"},"strict":true},
          {"type":"function","name":"bare","parameters":null},
          {"type":"function","name":"loose","parameters":{"type":"object"},"strict":null,"defer_loading":true},
          {"type":"custom","name":"patch","description":"Edits.","format":{"type":"grammar","syntax":"lark",
            "definition":"start: x"}},
          {"type":"web_search","search_context_size":"low"},
          {"type":"mcp","server_label":"s","server_url":"https://m.example","require_approval":"never"}
        ],"tool_choice":{"type":"custom","name":"patch"},"parallel_tool_calls":false,
        "text":{"format":{"type":"json_schema","name":"a","schema":{"type":"object"},"strict":true},"verbosity":"low"},
        "reasoning":{"effort":"high","summary":"auto"},"max_output_tokens":900,"temperature":0.5,"top_p":1,
        "prompt_cache_key":"k","metadata":{"a":"b"},"user":"u","service_tier":"flex","store":false,
        "include":["reasoning.encrypted_content"],"truncation":"auto","top_logprobs":2,"max_tool_calls":3,
        "conversation":null,"stream":true}
        """#,
        #"{"model":"m","input":"x","tool_choice":{"type":"allowed_tools","mode":"auto","tools":[]},"stream":true}"#,
        #"{"model":"m","input":"x","reasoning":{"effort":"none"},"text":{"format":{"type":"text"}},"stream":true}"#,
        #"{"model":"m","input":"x","reasoning":{"effort":"galactic"},"text":{"format":{"type":"new","a":1}},"stream":true}"#,
        #"{"model":"m","input":"x","reasoning":{},"text":{"format":{"type":"json_object"}},"stream":true}"#,
        #"{"model":"m","input":"x","tool_choice":"required","temperature":null,"instructions":null,"stream":true}"#,
        #"{"model":"m","input":"x","max_output_tokens":1,"background":true,"vendor":{"deep":[1,2.5,null]},"stream":true}"#,
    ])
    func `The same API gets what its client sent`(_ text: String) throws {
        let body = try JSONValue(parsing: text)
        let served = try OpenAIResponses.request(from: body)
        #expect(OpenAIResponses.body(of: served.request) == body)
        #expect(served.stream)
        // Requests are kept in journals and batches.
        let decoded = try JSONCoding.decode(ModelRequest.self, from: JSONCoding.encode(served.request))
        #expect(decoded == served.request)
    }

    @Test func `Items of one side in a row become one message in words that no API owns`() throws {
        let served = try read(
            #"""
            {"model":"m","instructions":"Be brief.","input":[
              {"type":"message","role":"user","content":[{"type":"input_text","text":"Read both."}]},
              {"type":"function_call","call_id":"a","name":"read","arguments":"{\"p\":1}"},
              {"type":"function_call","call_id":"b","name":"read","arguments":"{broken"},
              {"type":"function_call_output","call_id":"a","output":"one"},
              {"type":"function_call_output","call_id":"b","output":[{"type":"input_text","text":"two"},
                {"type":"input_image","image_url":"data:image/png;base64,AAAA"}]}],
             "tools":[{"type":"function","name":"read","parameters":{"type":"object"},"strict":true}],
             "tool_choice":"auto","max_output_tokens":50,"reasoning":{"effort":"low"},"user":"ana"}
            """#)
        let request = served.request
        #expect(!served.stream)
        #expect(request.system == "Be brief.")
        #expect(request.messages.map(\.role) == [.user, .assistant, .user])
        #expect(request.messages[0] == .user("Read both."))
        #expect(request.messages[1].toolCalls.map(\.id) == ["a", "b"])
        #expect(request.messages[1].toolCalls[0].arguments == .json(["p": 1]))
        guard case .broken(text: "{broken", _) = request.messages[1].toolCalls[1].arguments else {
            Issue.record("the broken arguments were lost")
            return
        }
        let image = Content.image(ImagePart(.base64(mediaType: "image/png", data: "AAAA")))
        #expect(
            request.messages[2].content == [
                .toolResult(ToolResult(callID: "a", text: "one", outcome: .ok)),
                .toolResult(ToolResult(callID: "b", parts: [.text("two"), image], outcome: .ok)),
            ])
        #expect(request.fault == nil)
        #expect(request.toolChoice == .auto)
        #expect(request.tools.map(\.strict) == [true])
        #expect(request.maxOutputTokens == 50)
        #expect(!request.assumesOutputLimit)
        #expect(request.thinking?.effort == .low)
        #expect(request.user == "ana")
        #expect(request.origin == .openAIResponses)
    }

    @Test func `Instructions at the beginning belong to the system, later ones stay where they are`() throws {
        let request = try read(
            #"""
            {"model":"m","input":[{"role":"developer","content":"A"},{"role":"user","content":"x"},
              {"role":"assistant","content":"y"},{"role":"system","content":"B"},{"role":"user","content":"z"}]}
            """#
        ).request
        #expect(request.systemParts.map(\.text) == ["A"])
        #expect(request.messages.map(\.role) == [.user, .assistant, .system, .user])
        #expect(request.messages.map(\.text) == ["x", "y", "B", "z"])
        #expect(request.assumesOutputLimit)
    }

    @Test(arguments: [
        ("[]", "", "expected an object, got an empty array"),
        (#"{"input":"x"}"#, "model", "the field is missing"),
        (#"{"model":"","input":"x"}"#, "model", "expected a model's name, got an empty string"),
        (#"{"model":1,"input":"x"}"#, "model", "expected a string, got 1"),
        (#"{"model":"m"}"#, "input", "the field is missing"),
        (#"{"model":"m","input":{"a":1}}"#, "input", "expected a string or an array of items, got an object"),
        (#"{"model":"m","input":["x"]}"#, "input[0]", "expected an object, got \"x\""),
        (#"{"model":"m","input":[{"type":7}]}"#, "input[0].type", "expected a string, got 7"),
        (#"{"model":"m","input":[{"type":"message","content":"x"}]}"#, "input[0].role", "the field is missing"),
        (
            #"{"model":"m","input":[{"role":"robot","content":"x"}]}"#, "input[0].role",
            #"expected "user", "assistant", "system" or "developer", got "robot""#
        ),
        (#"{"model":"m","input":[{"role":"user"}]}"#, "input[0].content", "the field is missing"),
        (
            #"{"model":"m","input":[{"role":"user","content":7}]}"#, "input[0].content",
            "expected a string or an array, got 7"
        ),
        (
            #"{"model":"m","input":[{"role":"user","content":"x"},{"role":"user","content":[{"type":"input_text"}]}]}"#,
            "input[1].content[0].text", "the field is missing"
        ),
        (
            #"{"model":"m","input":[{"role":"user","content":[{"type":"input_image"}]}]}"#,
            "input[0].content[0].image_url", "the field is missing"
        ),
        (
            #"{"model":"m","input":[{"role":"user","content":[{"type":"input_file"}]}]}"#,
            "input[0].content[0].file_data", "the field is missing, and so are file_id and file_url"
        ),
        (
            #"{"model":"m","input":[{"type":"function_call","name":"f","arguments":"{}"}]}"#, "input[0].call_id",
            "the field is missing"
        ),
        (
            #"{"model":"m","input":[{"type":"function_call","call_id":"c","name":"f","arguments":{}}]}"#,
            "input[0].arguments", "expected a string, got an empty object"
        ),
        (
            #"{"model":"m","input":[{"type":"function_call_output","call_id":"c","output":5}]}"#, "input[0].output",
            "expected a string or an array, got 5"
        ),
        (
            #"{"model":"m","input":[{"type":"function_call_output","call_id":"c","output":[{"text":"x"}]}]}"#,
            "input[0].output[0].type", "the field is missing"
        ),
        (#"{"model":"m","input":"x","tools":{}}"#, "tools", "expected an array, got an empty object"),
        (#"{"model":"m","input":"x","tools":[{"type":"function"}]}"#, "tools[0].name", "the field is missing"),
        (
            #"{"model":"m","input":"x","tools":[{"type":"function","name":"f","parameters":"s"}]}"#,
            "tools[0].parameters", "expected an object, got \"s\""
        ),
        (
            #"{"model":"m","input":"x","tool_choice":"any"}"#, "tool_choice",
            #"expected "auto", "none", "required" or an object, got "any""#
        ),
        (
            #"{"model":"m","input":"x","text":{"format":{"type":"json_schema","name":"n"}}}"#, "text.format.schema",
            "the field is missing"
        ),
        (#"{"model":"m","input":"x","reasoning":{"effort":3}}"#, "reasoning.effort", "expected a string, got 3"),
        (#"{"model":"m","input":"x","temperature":3}"#, "temperature", "expected a number from 0 to 2, got 3"),
        (#"{"model":"m","input":"x","max_output_tokens":0}"#, "max_output_tokens", "expected at least 1, got 0"),
        (#"{"model":"m","input":"x","stream":"yes"}"#, "stream", "expected true or false, got \"yes\""),
    ])
    func `What is wrong is said with its place`(_ text: String, _ path: String, _ problem: String) throws {
        #expect(throws: WireFault(.invalid, path, problem)) { try read(text) }
    }

    @Test(arguments: [
        (#"{"type":"item_reference","id":"msg_1"}"#, "input[0].type"), (#"{"id":"msg_1"}"#, "input[0]"),
    ])
    func `References to items that OpenAI keeps are refused`(_ item: String, _ path: String) throws {
        #expect(
            throws: WireFault(
                .unsupported, path,
                "items that OpenAI keeps cannot be named here; send the item itself instead of an item_reference")
        ) { try read(#"{"model":"m","input":[\#(item)]}"#) }
    }

    @Test func `State that OpenAI keeps goes to OpenAI only`() throws {
        for (name, value) in [
            ("previous_response_id", #""resp_1""#), ("conversation", #""conv_1""#), ("prompt", #"{"id":"p"}"#),
            ("background", "true"),
        ] {
            let request = try read(#"{"model":"m","input":"x","\#(name)":\#(value)}"#).request
            #expect(OpenAIResponses.fault(of: request, for: .openAIResponses) == nil)
            let fault = try #require(OpenAIResponses.fault(of: request, for: .anthropicMessages))
            #expect(fault.code == .unsupported)
            #expect(fault.path == name)
            #expect(fault.message.hasPrefix("\(name): this model is not served by OpenAI's Responses API"))
        }
        let plain = try read(#"{"model":"m","input":"x","background":false,"previous_response_id":null}"#).request
        #expect(OpenAIResponses.fault(of: plain, for: .ollama) == nil)
    }

    @Test func `Our own agents' requests keep nothing at OpenAI and bring their reasoning along`() throws {
        var request = ModelRequest(
            model: "gpt-5", system: "You write code.",
            messages: [
                .user("Do it"),
                Message(
                    role: .assistant,
                    content: [
                        .thinking(Thinking(text: "Hm")),
                        .native(NativePart(.openAIResponses, ["type": "reasoning", "id": "rs_1", "summary": []])),
                        .native(NativePart(.anthropicMessages, ["type": "server_tool_use"])), .text("I look."),
                        .toolCall(ToolCall(id: "c", name: "read", arguments: .json(["p": "a"]))),
                        .toolCall(ToolCall(id: "d", name: "read", arguments: .broken(text: "{", reason: "cut"))),
                    ]),
                Message(
                    role: .user,
                    content: [
                        .toolResult(ToolResult(callID: "c", text: "one", outcome: .ok)),
                        .toolResult(ToolResult(callID: "d", text: "no JSON", outcome: .error)),
                        .image(ImagePart(format: .png, hash: "h", width: 1, height: 1, name: "a.png")),
                        .document(DocumentPart(.text(mediaType: "text/plain", text: "words"), title: "T")),
                        .document(DocumentPart(.base64(mediaType: "application/pdf", data: "QQ=="))),
                    ]),
            ], tools: [ToolDefinition(name: "read", description: "Reads.", parameters: ["type": "object"])],
            images: ["h": "AAAA"], maxOutputTokens: 9, purpose: .init(agent: "a", step: "s", turn: 1))
        request.thinking = ThinkingSetting(mode: .budget(5_000))
        #expect(
            OpenAIResponses.body(of: request) == [
                "model": "gpt-5", "instructions": "You write code.",
                "input": [
                    ["type": "message", "role": "user", "content": [["type": "input_text", "text": "Do it"]]],
                    ["type": "reasoning", "id": "rs_1", "summary": []],
                    ["type": "message", "role": "assistant", "content": [["type": "output_text", "text": "I look."]]],
                    ["type": "function_call", "call_id": "c", "name": "read", "arguments": "{\"p\":\"a\"}"],
                    [
                        "type": "function_call", "call_id": "d", "name": "read",
                        "arguments": "{\"unparsable_arguments\":\"{\"}",
                    ],
                    ["type": "function_call_output", "call_id": "c", "output": "one"],
                    ["type": "function_call_output", "call_id": "d", "output": "Error: no JSON"],
                    [
                        "type": "message", "role": "user",
                        "content": [
                            ["type": "input_image", "image_url": "data:image/png;base64,AAAA", "detail": "auto"],
                            ["type": "input_text", "text": "T\n\nwords"],
                            [
                                "type": "input_file", "file_data": "data:application/pdf;base64,QQ==",
                                "filename": "document.pdf",
                            ],
                        ],
                    ],
                ],
                "tools": [
                    [
                        "type": "function", "name": "read", "description": "Reads.", "parameters": ["type": "object"],
                        "strict": false,
                    ]
                ],
                "reasoning": ["effort": "medium"], "max_output_tokens": 16, "stream": true, "store": false,
                "include": ["reasoning.encrypted_content"],
            ])
        request.model = "gpt-4.1"
        #expect(OpenAIResponses.body(of: request)["include"] == nil)
    }
}
