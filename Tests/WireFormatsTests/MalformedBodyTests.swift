import Conversation
import JSON
import Testing
import WireFormats

@Suite("A malformed request is told with its JSON path")
struct MalformedBodyTests {
    private static func message(_ block: String) -> String {
        #"{"model":"m","max_tokens":1,"messages":[{"role":"user","content":"a"},{"role":"user","content":[\#(block)]}]}"#
    }

    static let anthropic: [(String, WireFault)] = [
        ("[]", WireFault(.invalid, "", "expected an object, got an empty array")),
        ("{}", WireFault(.invalid, "model", "the field is missing")),
        (#"{"model":3}"#, WireFault(.invalid, "model", "expected a string, got 3")),
        (#"{"model":""}"#, WireFault(.invalid, "model", "expected a model's name, got an empty string")),
        (#"{"model":"m"}"#, WireFault(.invalid, "max_tokens", "the field is missing")),
        (#"{"model":"m","max_tokens":"9"}"#, WireFault(.invalid, "max_tokens", "expected a whole number, got \"9\"")),
        (#"{"model":"m","max_tokens":1.5}"#, WireFault(.invalid, "max_tokens", "expected a whole number, got 1.5")),
        (#"{"model":"m","max_tokens":-1}"#, WireFault(.invalid, "max_tokens", "expected at least 0, got -1")),
        (#"{"model":"m","max_tokens":1}"#, WireFault(.invalid, "messages", "the field is missing")),
        (
            #"{"model":"m","max_tokens":1,"messages":[]}"#,
            WireFault(.invalid, "messages", "expected at least one message, got an empty array")
        ),
        (
            #"{"model":"m","max_tokens":1,"messages":{}}"#,
            WireFault(.invalid, "messages", "expected an array, got an empty object")
        ),
        (
            #"{"model":"m","max_tokens":1,"messages":["a"]}"#,
            WireFault(.invalid, "messages[0]", "expected an object, got \"a\"")
        ),
        (
            #"{"model":"m","max_tokens":1,"messages":[{"role":"robot","content":"a"}]}"#,
            WireFault(.invalid, "messages[0].role", "expected \"user\", \"assistant\" or \"system\", got \"robot\"")
        ),
        (
            #"{"model":"m","max_tokens":1,"messages":[{"role":"user"}]}"#,
            WireFault(.invalid, "messages[0].content", "the field is missing")
        ),
        (
            #"{"model":"m","max_tokens":1,"messages":[{"role":"user","content":3}]}"#,
            WireFault(.invalid, "messages[0].content", "expected a string or an array, got 3")
        ),
        (message("3"), WireFault(.invalid, "messages[1].content[0]", "expected an object, got 3")),
        (message("{}"), WireFault(.invalid, "messages[1].content[0].type", "the field is missing")),
        (message(#"{"type":"text"}"#), WireFault(.invalid, "messages[1].content[0].text", "the field is missing")),
        (
            message(#"{"type":"text","text":"a"},{"type":"text","text":"a","cache_control":{}}"#),
            WireFault(.invalid, "messages[1].content[1].cache_control.type", "the field is missing")
        ),
        (message(#"{"type":"image"}"#), WireFault(.invalid, "messages[1].content[0].source", "the field is missing")),
        (
            message(#"{"type":"image","source":{"type":"text","data":"x"}}"#),
            WireFault(.invalid, "messages[1].content[0].source.type", "expected base64, url or file, got \"text\"")
        ),
        (
            message(#"{"type":"document","source":{"type":"base64","data":"x"}}"#),
            WireFault(.invalid, "messages[1].content[0].source.media_type", "the field is missing")
        ),
        (
            message(#"{"type":"document","source":{"type":"content","content":[{"type":"text","text":4}]}}"#),
            WireFault(.invalid, "messages[1].content[0].source.content[0].text", "expected a string, got 4")
        ),
        (
            message(#"{"type":"tool_use","id":"a"}"#),
            WireFault(.invalid, "messages[1].content[0].name", "the field is missing")
        ),
        (
            message(#"{"type":"tool_result","tool_use_id":"a","content":[{"type":"image","source":{"type":"url"}}]}"#),
            WireFault(.invalid, "messages[1].content[0].content[0].source.url", "the field is missing")
        ),
        (
            message(#"{"type":"tool_result","tool_use_id":"a","is_error":"no"}"#),
            WireFault(.invalid, "messages[1].content[0].is_error", "expected true or false, got \"no\"")
        ),
    ]

    private static func settings(_ members: String, _ path: String, _ problem: String) -> (String, WireFault) {
        (
            #"{"model":"m","max_tokens":1,"messages":[{"role":"user","content":"a"}],\#(members)}"#,
            WireFault(.invalid, path, problem)
        )
    }

    static let anthropicSettings: [(String, WireFault)] = [
        settings(#""system":3"#, "system", "expected a string or an array of texts, got 3"),
        settings(#""system":[{"type":"image"}]"#, "system[0].type", "expected \"text\", got \"image\""),
        settings(#""temperature":1.5"#, "temperature", "expected a number from 0 to 1, got 1.5"),
        settings(#""top_p":"x""#, "top_p", "expected a number, got \"x\""),
        settings(#""stop_sequences":["a",3]"#, "stop_sequences[1]", "expected a string, got 3"),
        settings(#""tools":[{"name":"n"}]"#, "tools[0].input_schema", "the field is missing"),
        settings(#""tools":[{"input_schema":{}}]"#, "tools[0].name", "the field is missing"),
        settings(
            #""tools":[{"name":"n","input_schema":[]}]"#, "tools[0].input_schema",
            "expected an object, got an empty array"),
        settings(#""tool_choice":"auto""#, "tool_choice", "expected an object, got \"auto\""),
        settings(
            #""tool_choice":{"type":"some"}"#, "tool_choice.type",
            "expected \"auto\", \"any\", \"tool\" or \"none\", got \"some\""),
        settings(#""tool_choice":{"type":"tool"}"#, "tool_choice.name", "the field is missing"),
        settings(#""thinking":{"type":"enabled"}"#, "thinking.budget_tokens", "the field is missing"),
        settings(#""metadata":{"user_id":3}"#, "metadata.user_id", "expected a string, got 3"),
        settings(#""output_config":{"effort":3}"#, "output_config.effort", "expected a string, got 3"),
        settings(#""stream":"yes""#, "stream", "expected true or false, got \"yes\""),
    ]

    static let chat: [(String, WireFault)] = [
        ("3", WireFault(.invalid, "", "expected an object, got 3")),
        ("{}", WireFault(.invalid, "model", "the field is missing")),
        (#"{"model":"m"}"#, WireFault(.invalid, "messages", "the field is missing")),
        (
            #"{"model":"m","messages":[]}"#,
            WireFault(.invalid, "messages", "expected at least one message, got an empty array")
        ),
        (
            #"{"model":"m","n":3,"messages":[]}"#,
            WireFault(.unsupported, "n", "this server gives one answer a call; leave n out, and ask 3 times")
        ),
        (
            #"{"model":"m","messages":[{"role":"robot"}]}"#,
            WireFault(
                .invalid, "messages[0].role", "expected system, developer, user, assistant or tool, got \"robot\"")
        ),
        (
            #"{"model":"m","messages":[{"role":"user"}]}"#,
            WireFault(.invalid, "messages[0].content", "the field is missing")
        ),
        (
            #"{"model":"m","messages":[{"role":"system","content":[{"type":"image_url","image_url":"x"}]}]}"#,
            WireFault(.invalid, "messages[0].content[0].type", "expected \"text\", got \"image_url\"")
        ),
        (
            #"{"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":{}}]}]}"#,
            WireFault(.invalid, "messages[0].content[0].image_url.url", "the field is missing")
        ),
        (
            #"{"model":"m","messages":[{"role":"user","content":[{"type":"file","file":{}}]}]}"#,
            WireFault(.invalid, "messages[0].content[0].file", "expected file_data or file_id, found neither")
        ),
        (
            #"{"model":"m","messages":[{"role":"assistant","tool_calls":[{"id":"a"}]}]}"#,
            WireFault(.invalid, "messages[0].tool_calls[0].function", "the field is missing")
        ),
        (
            #"{"model":"m","messages":[{"role":"assistant","tool_calls":[{"id":"a","function":{"name":"n","arguments":3}}]}]}"#,
            WireFault(.invalid, "messages[0].tool_calls[0].function.arguments", "expected a string, got 3")
        ),
        (
            #"{"model":"m","messages":[{"role":"assistant","tool_calls":[{"id":"a","type":"x"}]}]}"#,
            WireFault(.invalid, "messages[0].tool_calls[0].type", "expected \"function\" or \"custom\", got \"x\"")
        ),
        (
            #"{"model":"m","messages":[{"role":"tool","content":"a"}]}"#,
            WireFault(.invalid, "messages[0].tool_call_id", "the field is missing")
        ),
        (
            #"{"model":"m","messages":[{"role":"function","name":"f","content":"a"}]}"#,
            WireFault(.invalid, "messages[0].name", "no function call of the name f comes before")
        ),
    ]

    static let chatSettings: [(String, WireFault)] = [
        settings(#""temperature":3"#, "temperature", "expected a number from 0 to 2, got 3"),
        settings(#""max_completion_tokens":0"#, "max_completion_tokens", "expected at least 1, got 0"),
        settings(#""stop":3"#, "stop", "expected a string or an array of strings, got 3"),
        settings(#""tools":[{"type":"function"}]"#, "tools[0].function", "the field is missing"),
        settings(#""tools":[{"type":"function","function":{}}]"#, "tools[0].function.name", "the field is missing"),
        settings(#""tools":[{"type":"custom","custom":{}}]"#, "tools[0].custom.name", "the field is missing"),
        settings(
            #""tools":[{"type":"function","function":{"name":"n","parameters":3}}]"#, "tools[0].function.parameters",
            "expected an object, got 3"),
        settings(#""functions":[{}]"#, "functions[0].name", "the field is missing"),
        settings(
            #""tool_choice":3"#, "tool_choice",
            "expected \"auto\", \"none\", \"required\" or an object with the tool's name, got 3"),
        settings(
            #""function_call":3"#, "function_call",
            "expected \"auto\", \"none\", \"required\" or an object with the tool's name, got 3"),
        settings(#""response_format":{}"#, "response_format.type", "the field is missing"),
        settings(
            #""response_format":{"type":"json_schema","json_schema":{}}"#, "response_format.json_schema.name",
            "the field is missing"),
        settings(#""metadata":3"#, "metadata", "expected an object, got 3"),
        settings(#""stream_options":3"#, "stream_options", "expected an object, got 3"),
        settings(#""n":"2""#, "n", "expected a whole number, got \"2\""),
    ]

    @Test("Anthropic's", arguments: anthropic + anthropicSettings)
    func anthropicBody(text: String, fault: WireFault) throws {
        let body = try json(text)
        #expect(throws: fault) { try AnthropicMessages.request(from: body) }
    }

    @Test("OpenAI's", arguments: chat + chatSettings)
    func chatBody(text: String, fault: WireFault) throws {
        let body = try json(text)
        #expect(throws: fault) { try OpenAIChat.request(from: body) }
    }

    @Test("a fault is one sentence with its path, in each API's own shape")
    func shapes() {
        let fault = ServedFault(WireFault(.invalid, "messages[1].role", "expected \"user\", got 3"))
        let anthropic = AnthropicMessages.errorBody(of: fault, requestID: "req_1")
        #expect(anthropic.status == 400)
        #expect(
            anthropic.body == [
                "type": "error",
                "error": ["type": "invalid_request_error", "message": "messages[1].role: expected \"user\", got 3"],
                "request_id": "req_1",
            ])
        let chat = OpenAIChat.errorBody(of: fault, requestID: "req_1")
        #expect(chat.status == 400)
        #expect(
            chat.body == [
                "error": [
                    "message": "messages[1].role: expected \"user\", got 3", "type": "invalid_request_error",
                    "param": "messages[1].role", "code": .null,
                ]
            ])
        #expect(WireFault(.invalid, "", "expected an object").message == "the body: expected an object")
    }

    @Test(
        "each kind of failure has its status and its words",
        arguments: [
            (ServedFault.Kind.invalidRequest, 400, "invalid_request_error", 400, "invalid_request_error", nil),
            (.authentication, 401, "authentication_error", 401, "invalid_request_error", "invalid_api_key"),
            (.outOfCredit, 402, "billing_error", 402, "insufficient_quota", "insufficient_quota"),
            (.permission, 403, "permission_error", 403, "permission_error", nil),
            (.notFound, 404, "not_found_error", 404, "invalid_request_error", nil),
            (.methodNotAllowed, 405, "invalid_request_error", 405, "invalid_request_error", nil),
            (.tooLarge, 413, "request_too_large", 413, "invalid_request_error", "request_too_large"),
            (.rateLimited, 429, "rate_limit_error", 429, "rate_limit_error", "rate_limit_exceeded"),
            (.internalFault, 500, "api_error", 500, "server_error", nil),
            (.upstream, 502, "api_error", 502, "server_error", "upstream_error"),
            (.overloaded, 529, "overloaded_error", 503, "server_error", "overloaded"),
            (.timeout, 504, "timeout_error", 504, "server_error", "timeout"),
        ] as [(ServedFault.Kind, Int, String, Int, String, String?)])
    func kinds(
        kind: ServedFault.Kind, status: Int, type: String, chatStatus: Int, chatType: String, code: String?
    ) {
        let fault = ServedFault(kind, "why")
        let anthropic = AnthropicMessages.errorBody(of: fault, requestID: "r")
        #expect(anthropic.status == status && anthropic.body["error"]?["type"] == .string(type))
        let chat = OpenAIChat.errorBody(of: fault, requestID: "r")
        #expect(chat.status == chatStatus && chat.body["error"]?["type"] == .string(chatType))
        #expect(chat.body["error"]?["code"]?.stringValue == code)
    }

    @Test(
        "what goes wrong at a model is told to the client without the server's own trouble",
        arguments: [
            (ModelError.Code.authentication, ServedFault.Kind.upstream, nil),
            (.contextTooLong, .invalidRequest, "context_length_exceeded"),
            (.unknownModel, .notFound, "model_not_found"),
            (.rateLimited, .rateLimited, "rate_limit_exceeded"), (.outOfCredit, .outOfCredit, "insufficient_quota"),
            (.malformedStream, .upstream, nil), (.timeout, .timeout, nil), (.overloaded, .overloaded, nil),
        ] as [(ModelError.Code, ServedFault.Kind, String?)])
    func modelErrors(code: ModelError.Code, kind: ServedFault.Kind, word: String?) {
        let fault = ServedFault(ModelError(code, "why", retryAfter: .seconds(3)))
        let message = code == .authentication ? "the model's provider refused this server's own key" : "why"
        #expect(fault == ServedFault(kind, message, code: word, retryAfter: .seconds(3)))
    }

    @Test("an answer that breaks off says so in its stream")
    func brokenOff() throws {
        let fault = ServedFault(.upstream, "the provider broke off")
        #expect(
            try wire(AnthropicMessages.StreamWriter(answer: ServedAnswer(created: 0)).fault(fault)) == [
                [
                    "event": "error",
                    "data": ["type": "error", "error": ["type": "api_error", "message": "the provider broke off"]],
                ]
            ])
        #expect(
            try wire(OpenAIChat.StreamWriter(answer: ServedAnswer(created: 0)).fault(fault)) == [
                [
                    "event": "message",
                    "data": [
                        "error": [
                            "message": "the provider broke off", "type": "server_error", "param": .null,
                            "code": "upstream_error",
                        ]
                    ],
                ]
            ])
    }
}
