package import Conversation
import JSON
package import ServerSentEvents

extension AnthropicMessages {
    /// Reads the event stream of an answer; pure.
    ///
    /// What later versions add comes as `.native` events and `.fields`, so that a client of the same API gets it all.
    package struct StreamReader: Sendable {
        private var usage = Usage.zero
        private var stopReason: StopReason?
        /// The content blocks that are open, by index.
        private var blocks: [Int: Block] = [:]
        private var lastType: String?
        package private(set) var isFinished = false

        package init() {}

        /// What is known of an open block.
        private struct Block {
            var type: String
            /// Whether a piece of the call's input came; services may give it whole at the start.
            var hasInput = false
            var whole: JSONObject?
            /// The pieces of a native block's input.
            var input = ""
            var text = ""
        }

        /// The pieces of the answer that an event brings; throws `ModelError` for what the format does not allow.
        package mutating func receive(_ event: ServerSentEvent) throws(ModelError) -> [ModelEvent] {
            guard !event.data.isEmpty else { return [] }
            let data = try StreamFault.data(of: event.data)
            switch data["type"]?.stringValue ?? event.name {
            case "content_block_delta": return try extend(data)
            case "message_start": return start(data)
            case "content_block_start": return try open(data)
            case "content_block_stop": return close(data)
            case "message_delta": return change(data)
            case "message_stop": return try stop()
            case "error": throw StreamFault.error(in: data)
            case "ping": return []
            default: return [.native(NativeEvent(family, value: data))]
            }
        }

        /// The stream is over; throws that it was cut where the answer had not ended.
        package func end() throws(ModelError) {
            if !isFinished { throw StreamFault.cut }
        }

        private mutating func start(_ data: JSONValue) -> [ModelEvent] {
            let message = data["message"]
            if let counts = message?["usage"]?.objectValue { read(counts, into: &usage) }
            var events: [ModelEvent] = [
                .started(id: message?["id"]?.stringValue ?? "", model: message?["model"]?.stringValue ?? ""),
                .usage(usage),
            ]
            var fields = JSONObject()
            for (name, value) in message?.objectValue ?? [:] where !replyMembers.contains(name) {
                fields.set(value, for: name)
            }
            if !fields.isEmpty { events.append(.fields(Passthrough(family, fields))) }
            return events
        }

        private mutating func open(_ data: JSONValue) throws(ModelError) -> [ModelEvent] {
            guard let index = data["index"]?.intValue, let block = data["content_block"]?.objectValue,
                let type = block["type"]?.stringValue
            else { throw StreamFault.malformed("a content block without index or type") }
            blocks[index] = Block(type: type)
            defer { lastType = type }
            switch type {
            case "text":
                let text = block["text"]?.stringValue ?? ""
                var events: [ModelEvent] = lastType == "text" ? [.nextPart] : []
                if !text.isEmpty { events.append(.text(text)) }
                for citation in block["citations"]?.arrayValue ?? [] { events.append(try Self.citation(citation)) }
                return events
            case "thinking":
                let text = block["thinking"]?.stringValue ?? ""
                let signature = block["signature"]?.stringValue ?? ""
                return (text.isEmpty ? [] : [.thinking(text)])
                    + (signature.isEmpty ? [] : [.thinkingSignature(signature)])
            case "redacted_thinking":
                return [.redactedThinking(block["data"]?.stringValue ?? "")]
            case "tool_use":
                return try openCall(index, block)
            default:
                blocks[index]?.whole = block
                return [.native(NativeEvent(family, value: data))]
            }
        }

        private mutating func openCall(_ index: Int, _ block: JSONObject) throws(ModelError) -> [ModelEvent] {
            guard let id = block["id"]?.stringValue, let name = block["name"]?.stringValue else {
                throw StreamFault.malformed("a tool call without id or name")
            }
            if let input = block["input"], input.objectValue?.isEmpty == false { blocks[index]?.input = input.text() }
            var events: [ModelEvent] = [.toolCallStarted(index: index, id: id, name: name)]
            let rest = WireObject(block).rest(besides: ["type", "id", "name", "input"])
            if !rest.isEmpty {
                events.append(.toolCallDetails(index: index, kind: nil, passthrough: Passthrough(family, rest)))
            }
            return events
        }

        private mutating func extend(_ data: JSONValue) throws(ModelError) -> [ModelEvent] {
            guard let index = data["index"]?.intValue, let delta = data["delta"], let block = blocks[index] else {
                throw StreamFault.malformed("a piece of a content block that was not begun")
            }
            let type = delta["type"]?.stringValue
            if block.whole != nil {
                if type == "input_json_delta" { blocks[index]?.input += delta["partial_json"]?.stringValue ?? "" }
                if type == "text_delta" { blocks[index]?.text += delta["text"]?.stringValue ?? "" }
                return [.native(NativeEvent(family, value: data))]
            }
            switch type {
            case "text_delta": return [.text(delta["text"]?.stringValue ?? "")]
            case "thinking_delta": return [.thinking(delta["thinking"]?.stringValue ?? "")]
            case "signature_delta": return [.thinkingSignature(delta["signature"]?.stringValue ?? "")]
            case "input_json_delta":
                if !block.hasInput { blocks[index]?.hasInput = true }
                return [.toolCallFragment(index: index, json: delta["partial_json"]?.stringValue ?? "")]
            case "citations_delta":
                guard let citation = delta["citation"] else { return [] }
                return [try Self.citation(citation)]
            default:
                return [.native(NativeEvent(family, value: data))]
            }
        }

        /// A native block is whole now, and so is the input of a call that came without pieces.
        private mutating func close(_ data: JSONValue) -> [ModelEvent] {
            guard let index = data["index"]?.intValue, let block = blocks.removeValue(forKey: index) else { return [] }
            guard var whole = block.whole else {
                guard block.type == "tool_use", !block.hasInput, !block.input.isEmpty else { return [] }
                return [.toolCallFragment(index: index, json: block.input)]
            }
            if !block.input.isEmpty, case .json(let input) = ToolCall.Arguments(streamed: block.input) {
                whole.set(input, for: "input")
            }
            if !block.text.isEmpty {
                whole.set(.string((whole["text"]?.stringValue ?? "") + block.text), for: "text")
            }
            return [.native(NativeEvent(family, value: data, completes: .object(whole)))]
        }

        private mutating func change(_ data: JSONValue) -> [ModelEvent] {
            if let counts = data["usage"]?.objectValue { read(counts, into: &usage) }
            var events: [ModelEvent] = [.usage(usage)]
            var fields = JSONObject()
            for (name, value) in data["delta"]?.objectValue ?? [:] where !replyMembers.contains(name) {
                fields.set(value, for: name)
            }
            for (name, value) in data.objectValue ?? [:] where !["type", "delta", "usage"].contains(name) {
                fields.set(value, for: name)
            }
            if let word = data["delta"]?["stop_reason"]?.stringValue {
                let reason = AnthropicMessages.stopReason(word)
                stopReason = reason
                if AnthropicMessages.word(for: reason) != word { fields.set(.string(word), for: "stop_reason") }
            }
            if !fields.isEmpty { events.append(.fields(Passthrough(family, fields))) }
            if let text = data["delta"]?["stop_sequence"]?.stringValue { events.append(.stopSequence(text)) }
            return events
        }

        private mutating func stop() throws(ModelError) -> [ModelEvent] {
            guard let stopReason else { throw StreamFault.malformed("an end without a stop reason") }
            isFinished = true
            return [.stopped(stopReason)]
        }

        private static func citation(_ value: JSONValue) throws(ModelError) -> ModelEvent {
            do throws(WireFault) {
                return .citation(try AnthropicMessages.citation(value))
            } catch {
                throw StreamFault.malformed("a citation: \(error.message)")
            }
        }
    }
}
