import Conversation
import JSON

/// Reads whole answers, and what their ends say.
enum ResponsesReplyReader {
    private static let family = OpenAIResponses.family

    static func reply(_ body: JSONValue) throws -> ModelReply {
        let wire = try WireObject(body)
        if let failure = failure(in: body) { throw failure }
        let content = try content(of: wire)
        let reason = try stopReason(
            of: body, calls: content.contains { if case .toolCall = $0 { true } else { false } })
        return ModelReply(
            id: try wire.string("id") ?? "", model: try wire.string("model") ?? "", content: content,
            stopReason: reason, usage: ResponsesUsage.read(wire["usage"]) ?? .zero,
            passthrough: Passthrough(family, [OpenAIResponses.Key.response: body]))
    }

    private static func content(of wire: WireObject) throws(WireFault) -> [Content] {
        guard wire["output"] != nil else { throw WireFault(.invalid, "output", "the field is missing") }
        return (try wire.each("output", item) ?? []).flatMap(\.self)
    }

    /// The parts that an item of an answer is.
    static func item(_ value: JSONValue) throws(WireFault) -> [Content] {
        let wire = try WireObject(value)
        switch try wire.requiredString("type") {
        case "message":
            return try wire.each("content", ResponsesContentReader.replyPart) ?? []
        case "function_call":
            return [
                .toolCall(
                    ToolCall(
                        id: try wire.requiredString("call_id"), name: try wire.requiredString("name"),
                        arguments: .init(streamed: try wire.requiredString("arguments")),
                        passthrough: details(of: value)))
            ]
        case "custom_tool_call":
            return [
                .toolCall(
                    ToolCall(
                        id: try wire.requiredString("call_id"), name: try wire.requiredString("name"),
                        arguments: .json(.string(try wire.requiredString("input"))), kind: .freeText,
                        passthrough: details(of: value)))
            ]
        case "reasoning":
            let words = words(ofReasoning: value)
            return (words.isEmpty ? [] : [.thinking(Thinking(text: words))]) + [.native(NativePart(family, value))]
        default:
            return [.native(NativePart(family, value))]
        }
    }

    /// What a call says besides its id, name and arguments: its own id and what later versions add.
    static func details(of item: JSONValue) -> Passthrough? {
        guard let object = item.objectValue else { return nil }
        return .kept(
            family, WireObject(object).rest(besides: ["type", "call_id", "name", "arguments", "input", "status"]))
    }

    static func words(ofReasoning item: JSONValue) -> String {
        let summary = (item["summary"]?.arrayValue ?? []).compactMap { $0["text"]?.stringValue }
        let words =
            summary.isEmpty ? (item["content"]?.arrayValue ?? []).compactMap { $0["text"]?.stringValue } : summary
        return words.joined(separator: "\n\n")
    }

    static func stopReason(of response: JSONValue, calls: Bool) throws(WireFault) -> StopReason {
        switch response["status"]?.stringValue {
        case "completed", nil:
            let isRefusal = (response["output"]?.arrayValue ?? []).contains { item in
                (item["content"]?.arrayValue ?? []).contains { $0["type"] == "refusal" }
            }
            return isRefusal ? .refused : calls ? .toolUse : .endOfTurn
        case "incomplete":
            switch response["incomplete_details"]?["reason"]?.stringValue {
            case "max_output_tokens": return .maxTokens
            case "content_filter": return .refused
            case let reason: return .other(reason ?? "incomplete")
            }
        case let status?:
            throw WireFault(.invalid, "status", "expected an answer that has ended, got \"\(status)\"")
        }
    }

    /// The error of an answer that failed, or of a body that is an error itself.
    static func failure(in body: JSONValue) -> ModelError? {
        let error = body["error"]
        let status = body["status"]?.stringValue
        guard error?.objectValue != nil || status == "failed" || status == "cancelled" else { return nil }
        let said = error?["message"]?.stringValue ?? (status == "cancelled" ? "it was cancelled" : "it gave no reason")
        let code = error?["code"]?.stringValue ?? error?["type"]?.stringValue ?? ""
        return ModelError(kind(of: code, said), "the provider broke off its answer: \(said)")
    }

    static func kind(of code: String, _ said: String) -> ModelError.Code {
        switch code {
        case "rate_limit_exceeded", "rate_limit_error": .rateLimited
        case "insufficient_quota": .outOfCredit
        case "context_length_exceeded": .contextTooLong
        case "server_is_overloaded", "overloaded_error", "slow_down": .overloaded
        case "invalid_api_key", "authentication_error", "permission_error": .authentication
        case "model_not_found": .unknownModel
        case "content_filter", "bio_policy", "misalignment_policy_violation", "image_content_policy_violation",
            "cyber_policy":
            .refused
        case "invalid_prompt", "invalid_request_error", "invalid_image", "invalid_image_format", "invalid_base64_image",
            "invalid_image_url", "image_too_large", "image_too_small", "image_parse_error", "invalid_image_mode",
            "image_file_too_large", "unsupported_image_media_type", "empty_image_file", "failed_to_download_image",
            "image_file_not_found":
            said.contains("context window") || said.contains("context length") ? .contextTooLong : .invalidRequest
        default: .providerFault
        }
    }
}
