import Conversation
import JSON
import ServerSentEvents

/// An answer as OpenAI streams it: reasoning in two parts, a search, a message in two parts with a citation, two calls.
enum ResponsesFixture {
    static let reasoning: JSONValue = [
        "id": "rs_1", "type": "reasoning", "encrypted_content": "gAAA",
        "summary": [["type": "summary_text", "text": "First."], ["type": "summary_text", "text": "Second."]],
    ]
    static let search: JSONValue = [
        "id": "ws_1", "type": "web_search_call", "status": "completed", "action": ["type": "search", "query": "q"],
    ]
    static let annotation: JSONValue = [
        "type": "url_citation", "url": "https://x.example", "title": "X", "start_index": 0, "end_index": 5,
    ]
    static let message: JSONValue = [
        "id": "msg_1", "type": "message", "status": "completed", "role": "assistant", "phase": "final_answer",
        "content": [
            ["type": "output_text", "text": "Hello wörld", "annotations": [annotation], "logprobs": []],
            ["type": "output_text", "text": "Bye", "annotations": [], "logprobs": []],
        ],
    ]
    static let call: JSONValue = [
        "id": "fc_1", "type": "function_call", "status": "completed", "call_id": "call_1", "name": "read",
        "arguments": "{\"path\":\"ä\"}",
    ]
    static let patch: JSONValue = [
        "id": "ctc_1", "type": "custom_tool_call", "status": "completed", "call_id": "call_2", "name": "patch",
        "input": "*** Begin",
    ]

    static let response = whole("completed", [reasoning, search, message, call, patch], isOver: true)

    private static func whole(_ status: JSONValue, _ output: [JSONValue], isOver: Bool = false) -> JSONValue {
        [
            "id": "resp_1", "object": "response", "created_at": 1_700_000_000, "status": status, "error": nil,
            "incomplete_details": nil, "instructions": nil, "model": "gpt-5-2025-08-07", "output": .array(output),
            "parallel_tool_calls": true, "tool_choice": "auto", "tools": [], "service_tier": "default",
            "usage": isOver
                ? [
                    "input_tokens": 100, "input_tokens_details": ["cached_tokens": 30, "cache_write_tokens": 10],
                    "output_tokens": 90, "output_tokens_details": ["reasoning_tokens": 40], "total_tokens": 190,
                ] : nil,
        ]
    }

    private static func added(_ place: Int64, _ item: JSONValue) -> JSONValue {
        ["type": "response.output_item.added", "output_index": .integer(place), "item": item]
    }

    private static func done(_ place: Int64, _ item: JSONValue) -> JSONValue {
        ["type": "response.output_item.done", "output_index": .integer(place), "item": item]
    }

    private static func piece(_ type: String, _ place: Int64, _ id: JSONValue, _ more: JSONObject) -> JSONValue {
        var event: JSONObject = ["type": .string(type), "output_index": .integer(place), "item_id": id]
        for (name, value) in more { event.set(value, for: name) }
        return .object(event)
    }

    private static func empty(_ type: String) -> JSONValue {
        type == "output_text"
            ? ["type": "output_text", "text": "", "annotations": [], "logprobs": []]
            : ["type": .string(type), "text": ""]
    }

    private static let data: [JSONValue] = [
        ["type": "response.created", "response": whole("in_progress", [])],
        ["type": "response.in_progress", "response": whole("in_progress", [])],
        added(0, ["id": "rs_1", "type": "reasoning", "summary": []]),
        piece("response.reasoning_summary_part.added", 0, "rs_1", ["summary_index": 0, "part": empty("summary_text")]),
        piece("response.reasoning_summary_text.delta", 0, "rs_1", ["summary_index": 0, "delta": "First."]),
        piece("response.reasoning_summary_text.done", 0, "rs_1", ["summary_index": 0, "text": "First."]),
        piece("response.reasoning_summary_part.added", 0, "rs_1", ["summary_index": 1, "part": empty("summary_text")]),
        piece("response.reasoning_summary_text.delta", 0, "rs_1", ["summary_index": 1, "delta": "Second."]),
        done(0, reasoning),
        added(
            1,
            [
                "id": "ws_1", "type": "web_search_call", "status": "in_progress",
                "action": ["type": "search", "query": "q"],
            ]),
        piece("response.web_search_call.searching", 1, "ws_1", [:]),
        done(1, search),
        added(2, ["id": "msg_1", "type": "message", "status": "in_progress", "role": "assistant", "content": []]),
        piece("response.content_part.added", 2, "msg_1", ["content_index": 0, "part": empty("output_text")]),
        piece(
            "response.output_text.delta", 2, "msg_1",
            ["content_index": 0, "delta": "Hello ", "logprobs": [], "obfuscation": "xyz"]),
        piece("response.output_text.delta", 2, "msg_1", ["content_index": 0, "delta": "wörld", "logprobs": []]),
        piece(
            "response.output_text.annotation.added", 2, "msg_1",
            ["content_index": 0, "annotation_index": 0, "annotation": annotation]),
        piece("response.output_text.done", 2, "msg_1", ["content_index": 0, "text": "Hello wörld", "logprobs": []]),
        piece(
            "response.content_part.done", 2, "msg_1",
            ["content_index": 0, "part": message["content"]?[0] ?? .null]),
        piece("response.content_part.added", 2, "msg_1", ["content_index": 1, "part": empty("output_text")]),
        piece("response.output_text.delta", 2, "msg_1", ["content_index": 1, "delta": "Bye", "logprobs": []]),
        done(2, message),
        added(3, ["id": "fc_1", "type": "function_call", "call_id": "call_1", "name": "read", "arguments": ""]),
        piece("response.function_call_arguments.delta", 3, "fc_1", ["delta": "{\"path\":"]),
        piece("response.function_call_arguments.delta", 3, "fc_1", ["delta": "\"ä\"}"]),
        piece("response.function_call_arguments.done", 3, "fc_1", ["arguments": "{\"path\":\"ä\"}"]),
        done(3, call),
        added(4, ["id": "ctc_1", "type": "custom_tool_call", "call_id": "call_2", "name": "patch", "input": ""]),
        piece("response.custom_tool_call_input.delta", 4, "ctc_1", ["delta": "*** Begin"]),
        piece("response.custom_tool_call_input.done", 4, "ctc_1", ["input": "*** Begin"]),
        done(4, patch),
        ["type": "response.completed", "response": response],
    ]

    static let events: [ServerSentEvent] = data.enumerated().map { number, event in
        var object = event.objectValue ?? [:]
        object.set(.integer(Int64(number)), for: "sequence_number")
        return ServerSentEvent(name: object["type"]?.stringValue ?? "", data: JSONValue.object(object).text())
    }

    static let bytes = events.flatMap(\.encoded)

    private static let citation = Citation(
        .web(url: "https://x.example"), title: "X", answer: .init(start: 0, end: 5),
        native: NativePart(.openAIResponses, annotation))
    private static let callID = Passthrough(.openAIResponses, ["id": "fc_1"])
    private static let patchID = Passthrough(.openAIResponses, ["id": "ctc_1"])

    static let pieces: [ModelEvent] = [
        .started(id: "resp_1", model: "gpt-5-2025-08-07"), .thinking("First."), .thinking("\n\n"), .thinking("Second."),
        .native(NativeEvent(.openAIResponses, completes: reasoning)),
        .native(NativeEvent(.openAIResponses, completes: search)), .text("Hello "), .text("wörld"), .citation(citation),
        .nextPart, .text("Bye"), .toolCallStarted(index: 3, id: "call_1", name: "read"),
        .toolCallDetails(index: 3, kind: nil, passthrough: callID), .toolCallFragment(index: 3, json: "{\"path\":"),
        .toolCallFragment(index: 3, json: "\"ä\"}"), .toolCallStarted(index: 4, id: "call_2", name: "patch"),
        .toolCallDetails(index: 4, kind: .freeText, passthrough: patchID),
        .toolCallFragment(index: 4, json: "*** Begin"),
        .usage(Usage(input: 60, output: 90, cacheRead: 30, cacheWrite: 10, reasoning: 40)), .stopped(.toolUse),
    ]

    static let content: [Content] = [
        .thinking(Thinking(text: "First.\n\nSecond.")), .native(NativePart(.openAIResponses, reasoning)),
        .native(NativePart(.openAIResponses, search)), .passage(Passage("Hello wörld", citations: [citation])),
        .text("Bye"),
        .toolCall(ToolCall(id: "call_1", name: "read", arguments: .json(["path": "ä"]), passthrough: callID)),
        .toolCall(
            ToolCall(
                id: "call_2", name: "patch", arguments: .json("*** Begin"), kind: .freeText, passthrough: patchID)),
    ]
}
