import Conversation
import JSON
import Testing
import WireFormats

@Suite struct OllamaChatTests {
    private func request() -> ModelRequest {
        var request = ModelRequest(
            model: "qwen3:8b", system: "You write code.",
            messages: [
                Message(
                    role: .user,
                    content: [
                        .text("Look"), .image(ImagePart(format: .png, hash: "h", width: 1, height: 1, name: "a.png")),
                        .image(ImagePart(.base64(mediaType: "image/png", data: "BBBB"))),
                        .image(ImagePart(.url("https://x.example/c.png"))),
                        .document(DocumentPart(.text(mediaType: "text/plain", text: "words"), title: "T")),
                        .document(DocumentPart(.file(id: "f"))),
                    ]),
                Message(
                    role: .assistant,
                    content: [
                        .thinking(Thinking(text: "Hm")), .text("I look."),
                        .toolCall(ToolCall(id: "c", name: "read", arguments: .json(["p": 1]))),
                        .toolCall(ToolCall(id: "d", name: "list", arguments: .broken(text: "{", reason: "cut"))),
                    ]),
                Message(
                    role: .user,
                    content: [
                        .toolResult(ToolResult(callID: "c", text: "one", outcome: .ok)),
                        .toolResult(
                            ToolResult(
                                callID: "d",
                                parts: [
                                    .text("two"), .image(ImagePart(.base64(mediaType: "image/png", data: "CCCC"))),
                                ],
                                outcome: .error)),
                        .text("Go on."),
                    ]),
                Message(role: .system, content: [.text("Hurry.")]),
            ],
            tools: [
                ToolDefinition(name: "read", description: "Reads.", parameters: ["type": "object"]),
                ToolDefinition(name: "web", description: "", parameters: [:], kind: .native),
            ], images: ["h": "AAAA"], maxOutputTokens: 99, temperature: 0.5,
            purpose: .init(agent: "a", step: "s", turn: 1))
        request.topP = 1
        request.topK = 5
        request.seed = 7
        request.stopSequences = ["END"]
        request.thinking = ThinkingSetting(mode: .budget(1_000))
        request.responseFormat = .schema(.init(["type": "object"]))
        return request
    }

    @Test func `A request is written in Ollama's words`() {
        #expect(
            OllamaChat.body(of: request(), contextWindow: 32_768) == [
                "model": "qwen3:8b",
                "messages": [
                    ["role": "system", "content": "You write code."],
                    [
                        "role": "user",
                        "content":
                            "Look\n(An image that cannot be shown here: https://x.example/c.png)\nT\n\nwords\n(A document that cannot be shown here.)",
                        "images": ["AAAA", "BBBB"],
                    ],
                    [
                        "role": "assistant", "content": "I look.", "thinking": "Hm",
                        "tool_calls": [
                            ["id": "c", "function": ["name": "read", "arguments": ["p": 1]]],
                            ["id": "d", "function": ["name": "list", "arguments": ["unparsable_arguments": "{"]]],
                        ],
                    ],
                    ["role": "tool", "content": "one", "tool_name": "read", "tool_call_id": "c"],
                    ["role": "tool", "content": "Error: two", "tool_name": "list", "tool_call_id": "d"],
                    ["role": "user", "content": "Go on.", "images": ["CCCC"]],
                    ["role": "system", "content": "Hurry."],
                ],
                "tools": [
                    [
                        "type": "function",
                        "function": ["name": "read", "description": "Reads.", "parameters": ["type": "object"]],
                    ]
                ], "format": ["type": "object"], "think": true,
                "options": [
                    "num_predict": 99, "num_ctx": 32_768, "temperature": 0.5, "top_p": 1, "top_k": 5, "seed": 7,
                    "stop": ["END"],
                ], "stream": true,
            ])
    }

    @Test(
        arguments: [
            ("qwen3", ThinkingSetting(mode: .off), false), ("qwen3", ThinkingSetting(effort: .high), true),
            ("gpt-oss:20b", ThinkingSetting(effort: .xhigh), "high"),
            ("gpt-oss", ThinkingSetting(effort: .minimal), "low"),
            ("qwen3", ThinkingSetting(mode: .adaptive), true), ("qwen3", nil, nil), ("qwen3", ThinkingSetting(), nil),
        ] as [(String, ThinkingSetting?, JSONValue?)])
    func `Thinking is asked for in degrees only where a model knows them`(
        _ model: String, _ thinking: ThinkingSetting?, _ expected: JSONValue?
    ) {
        var request = ModelRequest(
            model: model, system: "", messages: [.user("x")], maxOutputTokens: 1,
            purpose: .init(agent: "a", step: "s", turn: 1))
        request.thinking = thinking
        #expect(OllamaChat.body(of: request)["think"] == expected)
    }

    private static let lines = [
        #"{"model":"qwen3:8b","created_at":"2025-06-01T12:00:00.123456789Z","message":{"role":"assistant","content":"","thinking":"Hm"},"done":false}"#,
        #"{"model":"qwen3:8b","created_at":"2025-06-01T12:00:00.2Z","message":{"role":"assistant","content":"Hällo"},"done":false}"#,
        "",
        #"{"message":{"role":"assistant","content":"","tool_calls":[{"function":{"name":"read","arguments":{"p":1}}},{"id":"x","function":{"name":"list"}}]},"done":false}"#,
        #"{"message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","prompt_eval_count":11,"eval_count":7}"#,
    ]

    private static let pieces: [ModelEvent] = [
        .started(id: "ollama-20250601120000123456789", model: "qwen3:8b"), .thinking("Hm"), .text("Hällo"),
        .toolCallStarted(index: 0, id: "call_20250601120000123456789_0", name: "read"),
        .toolCallFragment(index: 0, json: "{\"p\":1}"), .toolCallStarted(index: 1, id: "x", name: "list"),
        .toolCallFragment(index: 1, json: "{}"), .usage(Usage(input: 11, output: 7)), .stopped(.toolUse),
    ]

    private func read(_ lines: [String]) throws -> [ModelEvent] {
        var reader = OllamaChat.StreamReader()
        var pieces: [ModelEvent] = []
        for line in lines { pieces += try reader.receive(line: Array(line.utf8)) }
        try reader.end()
        return pieces
    }

    @Test func `A stream is read line by line`() throws {
        #expect(try read(Self.lines) == Self.pieces)
    }

    @Test func `A stream that ends before it says so is cut`() {
        for count in 0..<Self.lines.count {
            #expect(throws: ModelError(.streamCut, "the provider's stream ended in the middle of the answer")) {
                try read(Array(Self.lines[..<count]))
            }
        }
    }

    @Test(arguments: [("length", StopReason.maxTokens), ("load", .other("load")), ("stop", .endOfTurn)])
    func `A whole answer has its reason to stop`(_ word: String, _ reason: StopReason) throws {
        let body: JSONValue = [
            "model": "m", "message": ["role": "assistant", "content": "Hi"], "done": true,
            "done_reason": .string(word), "eval_count": 2,
        ]
        let reply = try OllamaChat.reply(from: body)
        #expect(
            reply
                == ModelReply(
                    id: "ollama-", model: "m", content: [.text("Hi")], stopReason: reason, usage: Usage(output: 2)))
        #expect(throws: WireFault(.invalid, "done", "expected an answer that has ended")) {
            try OllamaChat.reply(from: ["message": ["content": "Hi"], "done": false])
        }
    }

    @Test(arguments: [
        (#"{"error":"model 'x' not found"}"#, ModelError.Code.unknownModel, "model 'x' not found"),
        (
            #"{"error":"input length exceeds the context length"}"#, .contextTooLong,
            "input length exceeds the context length"
        ),
        (#"{"error":"out of memory"}"#, .providerFault, "out of memory"),
    ])
    func `An error in a stream has its kind`(_ line: String, _ code: ModelError.Code, _ said: String) {
        #expect(throws: ModelError(code, "the provider broke off its answer: \(said)")) { try read([line]) }
    }

    @Test(arguments: [
        (#"[1]"#, "the provider's stream is malformed: a line that is no object"),
        (
            #"{"message":{"tool_calls":[{"function":{"arguments":{}}}]}}"#,
            "the provider's stream is malformed: a tool call without a name"
        ),
    ])
    func `What the format does not allow is malformed`(_ line: String, _ message: String) {
        #expect(throws: ModelError(.malformedStream, message)) { try read([line]) }
        #expect(throws: ModelError.self) { try read(["{"]) }
    }

    @Test func `Failures have Ollama's shape`() {
        let (status, body) = OllamaChat.errorBody(of: ServedFault(.notFound, "no such model"), requestID: "r")
        #expect(status == 404)
        #expect(body == ["error": "no such model"])
    }
}
