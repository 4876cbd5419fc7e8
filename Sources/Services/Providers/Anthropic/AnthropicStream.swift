import Conversation
import JSON
import ServerSentEvents

/// Reads the event stream of Anthropic's Messages API; pure.
struct AnthropicStream {
    private var usage = Usage.zero
    private var stopReason: StopReason?
    /// The kinds of the content blocks that are open, by index.
    private var blocks: [Int: String] = [:]
    private(set) var isFinished = false

    mutating func receive(_ event: ServerSentEvent) throws(ModelError) -> [ModelEvent] {
        guard !event.data.isEmpty else { return [] }
        let data: JSONValue
        do throws(JSONError) {
            data = try JSONValue(parsing: event.data)
        } catch {
            throw ModelError(.malformedStream, "the provider sent an event that is not JSON: \(error.message)")
        }
        switch data["type"]?.stringValue ?? event.name {
        case "message_start": return start(data)
        case "content_block_start": return try open(data)
        case "content_block_delta": return try extend(data)
        case "content_block_stop": return []
        case "message_delta": return change(data)
        case "message_stop": return try stop()
        case "error": throw ProviderFault.error(inStream: data)
        default: return []  // ping, and events that later versions may add
        }
    }

    private mutating func start(_ data: JSONValue) -> [ModelEvent] {
        let message = data["message"]
        read(message?["usage"])
        return [
            .started(id: message?["id"]?.stringValue ?? "", model: message?["model"]?.stringValue ?? ""), .usage(usage),
        ]
    }

    private mutating func open(_ data: JSONValue) throws(ModelError) -> [ModelEvent] {
        guard let index = data["index"]?.intValue, let block = data["content_block"],
            let type = block["type"]?.stringValue
        else { throw malformed("a content block without index or type") }
        blocks[index] = type
        switch type {
        case "text":
            let text = block["text"]?.stringValue ?? ""
            return text.isEmpty ? [] : [.text(text)]
        case "thinking":
            let text = block["thinking"]?.stringValue ?? ""
            return text.isEmpty ? [] : [.thinking(text)]
        case "redacted_thinking":
            return [.redactedThinking(block["data"]?.stringValue ?? "")]
        case "tool_use":
            guard let id = block["id"]?.stringValue, let name = block["name"]?.stringValue else {
                throw malformed("a tool call without id or name")
            }
            return [.toolCallStarted(index: index, id: id, name: name)]
        default:
            return []
        }
    }

    private func extend(_ data: JSONValue) throws(ModelError) -> [ModelEvent] {
        guard let index = data["index"]?.intValue, let delta = data["delta"], blocks[index] != nil else {
            throw malformed("a piece of a content block that was not begun")
        }
        switch delta["type"]?.stringValue {
        case "text_delta": return [.text(delta["text"]?.stringValue ?? "")]
        case "thinking_delta": return [.thinking(delta["thinking"]?.stringValue ?? "")]
        case "signature_delta": return [.thinkingSignature(delta["signature"]?.stringValue ?? "")]
        case "input_json_delta":
            return [.toolCallFragment(index: index, json: delta["partial_json"]?.stringValue ?? "")]
        default: return []
        }
    }

    private mutating func change(_ data: JSONValue) -> [ModelEvent] {
        read(data["usage"])
        if let reason = data["delta"]?["stop_reason"]?.stringValue { stopReason = Self.stopReason(reason) }
        return [.usage(usage)]
    }

    private mutating func stop() throws(ModelError) -> [ModelEvent] {
        guard let stopReason else { throw malformed("an end without a stop reason") }
        isFinished = true
        return [.stopped(stopReason)]
    }

    /// Later counts replace earlier ones; what an event leaves out stands.
    private mutating func read(_ counts: JSONValue?) {
        guard let counts else { return }
        usage.input = counts["input_tokens"]?.intValue ?? usage.input
        usage.output = counts["output_tokens"]?.intValue ?? usage.output
        usage.cacheRead = counts["cache_read_input_tokens"]?.intValue ?? usage.cacheRead
        usage.cacheWrite = counts["cache_creation_input_tokens"]?.intValue ?? usage.cacheWrite
    }

    private static func stopReason(_ word: String) -> StopReason {
        switch word {
        case "end_turn": .endOfTurn
        case "tool_use": .toolUse
        case "max_tokens", "model_context_window_exceeded": .maxTokens
        case "stop_sequence": .stopSequence
        case "refusal": .refused
        default: .other(word)
        }
    }

    private func malformed(_ what: String) -> ModelError {
        ModelError(.malformedStream, "the provider's stream is malformed: \(what)")
    }
}
