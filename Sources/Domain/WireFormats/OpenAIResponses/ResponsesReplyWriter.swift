import Conversation
import JSON

/// Writes whole answers.
enum ResponsesReplyWriter {
    private static let family = OpenAIResponses.family

    static func body(of reply: ModelReply, answer: ServedAnswer) -> JSONValue {
        if let passthrough = reply.passthrough, passthrough.family == family,
            let whole = passthrough.members[OpenAIResponses.Key.response]?.objectValue
        {
            return renamed(whole, answer)
        }
        let id = answer.id ?? responseID(reply.id)
        var output: [JSONValue] = []
        var parts: [JSONValue] = []
        func closeMessage() {
            guard !parts.isEmpty else { return }
            output.append(message(id: itemID("msg", id, output.count), parts, status: "completed"))
            parts = []
        }
        var reasoning: String?
        for part in reply.content {
            switch part {
            case .text(let text): parts.append(ResponsesContentWriter.outputText(Passage(text)))
            case .passage(let passage): parts.append(ResponsesContentWriter.outputText(passage))
            case .thinking(let thinking):
                closeMessage()
                // The same words come again in the item that carries them, where the answer is this API's own.
                reasoning = nil
                if thinking.signature == nil, thinking.redacted == nil {
                    guard !thinking.text.isEmpty else { continue }
                    reasoning = thinking.text
                }
                output.append(self.reasoning(id: itemID("rs", id, output.count), thinking))
            case .native(let native) where native.family == family:
                closeMessage()
                if reasoning != nil, native.value["type"] == "reasoning" { output.removeLast() }
                reasoning = nil
                output.append(native.value)
            case .toolCall(let call):
                closeMessage()
                output.append(
                    self.call(
                        id: itemID(call.kind == .freeText ? "ctc" : "fc", id, output.count), callID: call.id,
                        name: call.name, arguments: call.wireText, kind: call.kind, passthrough: call.passthrough,
                        status: "completed"))
            case .image, .document, .toolResult, .native: break
            }
        }
        closeMessage()
        let (status, reason) = ending(reply.stopReason)
        return .object(
            response(
                id: id, model: answer.model ?? reply.model, answer: answer, status: status, reason: reason,
                output: output, usage: reply.usage))
    }

    /// A provider's own answer under the names that the client knows.
    static func renamed(_ response: JSONObject, _ answer: ServedAnswer) -> JSONValue {
        var response = response
        if let id = answer.id { response.set(.string(id), for: "id") }
        if let model = answer.model { response.set(.string(model), for: "model") }
        return .object(response)
    }

    /// The status of an answer, and why it is incomplete where it is.
    static func ending(_ reason: StopReason) -> (status: String, reason: String?) {
        switch reason {
        case .endOfTurn, .toolUse, .stopSequence: ("completed", nil)
        case .maxTokens: ("incomplete", "max_output_tokens")
        case .refused: ("incomplete", "content_filter")
        case .other(let word): ("incomplete", word)
        }
    }

    static func response(
        id: String, model: String, answer: ServedAnswer, status: String, reason: String?, output: [JSONValue],
        usage: Usage?
    ) -> JSONObject {
        var body: JSONObject = [
            "id": .string(id), "object": "response", "created_at": .integer(Int64(answer.created)),
            "status": .string(status), "background": false, "error": nil,
            "incomplete_details": reason.map { ["reason": .string($0)] } ?? .null, "instructions": nil,
            "max_output_tokens": nil, "model": .string(model), "output": .array(output), "parallel_tool_calls": true,
            "previous_response_id": nil, "reasoning": ["effort": nil, "summary": nil], "store": false,
            "temperature": nil, "text": ["format": ["type": "text"]], "tool_choice": "auto", "tools": [],
            "top_p": nil, "truncation": "disabled", "usage": usage.map(ResponsesUsage.body) ?? .null, "user": nil,
            "metadata": [:],
        ]
        for (name, value) in answer.echo where !value.isNull { body.set(value, for: name) }
        // Nothing is kept here, whatever the client asked for.
        body.set(false, for: "store")
        return body
    }

    static func message(id: String, _ parts: [JSONValue], status: String) -> JSONValue {
        [
            "id": .string(id), "type": "message", "status": .string(status), "role": "assistant",
            "content": .array(parts),
        ]
    }

    private static func reasoning(id: String, _ thinking: Thinking) -> JSONValue {
        let summary: [JSONValue] =
            thinking.text.isEmpty ? [] : [["type": "summary_text", "text": .string(thinking.text)]]
        var item: JSONObject = ["id": .string(id), "type": "reasoning", "summary": .array(summary)]
        item.set(
            thinking.redacted.map(ForeignThinking.redacted) ?? thinking.signature.map(ForeignThinking.signature),
            for: "encrypted_content")
        return .object(item)
    }

    static func call(
        id: String, callID: String, name: String, arguments: String, kind: ToolKind?, passthrough: Passthrough?,
        status: String
    ) -> JSONValue {
        var item: JSONObject = [
            "id": .string(id), "type": kind == .freeText ? "custom_tool_call" : "function_call",
            "status": .string(status), "call_id": .string(callID), "name": .string(name),
            (kind == .freeText ? "input" : "arguments"): .string(arguments),
        ]
        item.addRest(passthrough)
        return .object(item)
    }

    /// An id as OpenAI's look, from whatever a provider gave.
    static func responseID(_ id: String) -> String { id.hasPrefix("resp") ? id : "resp_\(id)" }

    static func itemID(_ kind: String, _ response: String, _ place: Int) -> String {
        "\(kind)_\(response.hasPrefix("resp_") ? String(response.dropFirst(5)) : response)_\(place)"
    }
}
