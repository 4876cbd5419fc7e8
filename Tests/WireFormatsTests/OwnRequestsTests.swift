import Conversation
import JSON
import Testing
import WireFormats

/// The requests of our own agents as they go over the wire, whole.
@Suite struct OwnRequestsTests {
    static let offered = [
        ToolDefinition(
            name: "read_file", description: "Reads a file.",
            parameters: ["type": "object", "properties": ["path": ["type": "string"]], "required": ["path"]]),
        ToolDefinition(name: "finish", description: "Ends the task.", parameters: ["type": "object"]),
    ]

    static let request = ModelRequest(
        model: "m-1", system: "You write code.",
        messages: [
            .user("Do it."),
            Message(
                role: .assistant,
                content: [
                    .thinking(Thinking(text: "hm", signature: "sig")), .text("I look."),
                    .toolCall(ToolCall(id: "a", name: "read_file", arguments: .json(["path": "x", "lines": [1, 2]]))),
                    .toolCall(ToolCall(id: "b", name: "read_file", arguments: .broken(text: "{\"pa", reason: "cut"))),
                ]),
            Message(
                role: .user,
                content: [
                    .text("One word more."),
                    .toolResult(ToolResult(callID: "a", text: "1: hello", outcome: .ok)),
                    .toolResult(ToolResult(callID: "b", text: "broken arguments", outcome: .error)),
                ]),
        ],
        tools: offered, maxOutputTokens: 4096, temperature: 0.25,
        purpose: .init(agent: "developer", step: "task/T001", turn: 2))

    @Test func `The body of Anthropic's Messages API`() throws {
        let golden = """
            {"model":"m-1","max_tokens":4096,"temperature":0.25,\
            "tools":[{"name":"read_file","description":"Reads a file.","input_schema":{"type":"object",\
            "properties":{"path":{"type":"string"}},"required":["path"]}},\
            {"name":"finish","description":"Ends the task.","input_schema":{"type":"object"},\
            "cache_control":{"type":"ephemeral"}}],\
            "system":[{"type":"text","text":"You write code.","cache_control":{"type":"ephemeral"}}],\
            "messages":[{"role":"user","content":[{"type":"text","text":"Do it."}]},\
            {"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"sig"},\
            {"type":"text","text":"I look."},\
            {"type":"tool_use","id":"a","name":"read_file","input":{"path":"x","lines":[1,2]}},\
            {"type":"tool_use","id":"b","name":"read_file","input":{"unparsable_arguments":"{\\"pa"}}]},\
            {"role":"user","content":[\
            {"type":"tool_result","tool_use_id":"a","content":"1: hello","is_error":false},\
            {"type":"tool_result","tool_use_id":"b","content":"broken arguments","is_error":true},\
            {"type":"text","text":"One word more.","cache_control":{"type":"ephemeral"}}]}],"stream":true}
            """
        #expect(AnthropicMessages.body(of: Self.request, stream: true).text() == golden)
    }

    @Test(arguments: OpenAIChat.OutputLimit.allCases)
    func `The body of the Chat Completions API`(_ limit: OpenAIChat.OutputLimit) throws {
        let golden = """
            {"model":"m-1","messages":[{"role":"system","content":"You write code."},\
            {"role":"user","content":"Do it."},\
            {"role":"assistant","content":"I look.","tool_calls":[\
            {"id":"a","type":"function","function":{"name":"read_file",\
            "arguments":"{\\"path\\":\\"x\\",\\"lines\\":[1,2]}"}},\
            {"id":"b","type":"function","function":{"name":"read_file",\
            "arguments":"{\\"unparsable_arguments\\":\\"{\\\\\\"pa\\"}"}}]},\
            {"role":"tool","tool_call_id":"a","content":"1: hello"},\
            {"role":"tool","tool_call_id":"b","content":"Error: broken arguments"},\
            {"role":"user","content":"One word more."}],\
            "tools":[{"type":"function","function":{"name":"read_file","description":"Reads a file.",\
            "parameters":{"type":"object","properties":{"path":{"type":"string"}},"required":["path"]}}},\
            {"type":"function","function":{"name":"finish","description":"Ends the task.",\
            "parameters":{"type":"object"}}}],\
            "\(limit.rawValue)":4096,"temperature":0.25,"stream":true,"stream_options":{"include_usage":true}}
            """
        #expect(OpenAIChat.body(of: Self.request, limit: limit, stream: true).text() == golden)
    }

    @Test func `A request without system prompt, tools and temperature leaves them out`() {
        var request = Self.request
        request.system = ""
        request.tools = []
        request.temperature = nil
        request.messages = [.user("Hi.")]
        #expect(
            AnthropicMessages.body(of: request, stream: true) == [
                "model": "m-1", "max_tokens": 4096,
                "messages": [
                    [
                        "role": "user",
                        // Nobody would read what a single question writes to the cache.
                        "content": [["type": "text", "text": "Hi."]],
                    ]
                ],
                "stream": true,
            ])
        #expect(
            OpenAIChat.body(of: request, limit: .maxTokens, stream: true) == [
                "model": "m-1", "messages": [["role": "user", "content": "Hi."]], "max_tokens": 4096, "stream": true,
                "stream_options": ["include_usage": true],
            ])
    }

    @Test func `What Anthropic refuses to take back is left out`() {
        var request = Self.request
        request.messages = [
            .user("Do it."),
            Message(role: .assistant, content: [.text(" \n"), .thinking(Thinking(text: "of another model"))]),
            .user("Go on."),
        ]
        #expect(
            AnthropicMessages.body(of: request, stream: true)["messages"]?[1]
                == ["role": "assistant", "content": [["type": "text", "text": "(nothing)"]]])
    }

    @Test func `Arguments that are JSON but no object go back as an object`() {
        let call = ToolCall(id: "a", name: "finish", arguments: .json([1, 2]))
        var request = Self.request
        request.messages[1].content = [.toolCall(call)]
        #expect(
            AnthropicMessages.body(of: request, stream: true)["messages"]?[1]?["content"]?[0]?["input"] == [
                "value": [1, 2]
            ])
        #expect(
            OpenAIChat.body(of: request, limit: .maxTokens, stream: true)["messages"]?[2]?["tool_calls"]?[0]?[
                "function"]
                == ["name": "finish", "arguments": "{\"value\":[1,2]}"])
    }

    static let shown = ModelRequest(
        model: "m-1", system: "",
        messages: [
            Message(
                role: .user,
                content: [
                    .image(ImagePart(format: .png, hash: "h1", width: 2, height: 1, name: "a.png")),
                    .text("What all share."), .text("The task."),
                ])
        ], images: ["h1": "QUJD"], maxOutputTokens: 10, purpose: .init(agent: "a", step: "s", turn: 1))

    @Test func `Images and the cache mark behind what tasks share, in Anthropic's words`() {
        let golden = """
            {"model":"m-1","max_tokens":10,"messages":[{"role":"user","content":[\
            {"type":"image","source":{"type":"base64","media_type":"image/png","data":"QUJD"}},\
            {"type":"text","text":"What all share.","cache_control":{"type":"ephemeral"}},\
            {"type":"text","text":"The task."}]}],"stream":true}
            """
        #expect(AnthropicMessages.body(of: Self.shown, stream: true).text() == golden)
    }

    @Test func `Images in the words of Chat Completions`() {
        let golden = """
            {"model":"m-1","messages":[{"role":"user","content":[\
            {"type":"image_url","image_url":{"url":"data:image/png;base64,QUJD"}},\
            {"type":"text","text":"What all share."},{"type":"text","text":"The task."}]}],\
            "max_tokens":10,"stream":true,"stream_options":{"include_usage":true}}
            """
        #expect(OpenAIChat.body(of: Self.shown, limit: .maxTokens, stream: true).text() == golden)
    }

    @Test func `An image without its bytes, or of the assistant, is a fault`() {
        var request = Self.shown
        request.images = [:]
        #expect(request.fault == "the bytes of the image a.png are missing")
        #expect(Self.shown.fault == nil)
    }
}
