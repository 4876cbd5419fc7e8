package import Conversation
import JSON
package import ServerSentEvents

extension OpenAIResponses {
    /// Reads the event stream of an answer; pure.
    ///
    /// It is patient with the services that speak it: items may come whole at their end, or only with the end of the answer.
    package struct StreamReader: Sendable {
        private let mirrors: Bool
        private var hasStarted = false
        private var hasCalls = false
        private var refuses = false
        /// Whether the text that comes next belongs to the part that came last.
        private var followsText = false
        private var items: [Int: Item] = [:]
        package private(set) var isFinished = false

        /// What came of an item so far, by its place in the output.
        private struct Item {
            var type: String
            /// Content parts whose text came in pieces.
            var streamed: Set<Int> = []
            var isStreamed = false
            var isDone = false
        }

        /// - Parameter mirrors: whether a client of the same API is to get every event as it came, besides what it means.
        package init(mirrors: Bool = false) {
            self.mirrors = mirrors
        }

        /// The pieces of the answer that an event brings; throws `ModelError` for what the format does not allow.
        package mutating func receive(_ event: ServerSentEvent) throws(ModelError) -> [ModelEvent] {
            guard !event.data.isEmpty, event.data != "[DONE]", !isFinished else { return [] }
            let data = try StreamFault.data(of: event.data)
            let type = data["type"]?.stringValue ?? event.name
            var events = try read(type, data)
            if mirrors, type != "error", type != "response.failed" {
                // Before what it means, so that a writer knows it first; the end of the answer comes last.
                events.insert(.native(NativeEvent(family, value: data)), at: 0)
            }
            return events
        }

        /// The stream is over; throws that it was cut where the answer had not ended.
        package func end() throws(ModelError) {
            if !isFinished { throw StreamFault.cut }
        }

        private mutating func read(_ type: String, _ data: JSONValue) throws(ModelError) -> [ModelEvent] {
            switch type {
            case "response.output_text.delta", "response.refusal.delta":
                return text(data, refuses: type == "response.refusal.delta")
            case "response.function_call_arguments.delta", "response.custom_tool_call_input.delta":
                return fragment(data, "delta")
            case "response.reasoning_summary_text.delta", "response.reasoning_text.delta":
                return thinking(data["delta"]?.stringValue ?? "", data)
            case "response.created", "response.in_progress", "response.queued":
                return start(data["response"])
            case "response.output_item.added": return try open(data)
            case "response.content_part.added":
                followsText = false
                return []
            case "response.output_text.done": return whole(data, "text")
            case "response.refusal.done": return whole(data, "refusal")
            case "response.reasoning_summary_part.added":
                return (data["summary_index"]?.intValue ?? 0) > 0 ? thinking("\n\n", data) : []
            case "response.output_text.annotation.added": return try citation(data)
            case "response.function_call_arguments.done": return wholeCall(data, "arguments")
            case "response.custom_tool_call_input.done": return wholeCall(data, "input")
            case "response.output_item.done": return try close(data)
            case "response.completed", "response.incomplete", "response.done":
                return try finish(data["response"] ?? .null)
            case "response.failed", "response.cancelled":
                throw ResponsesReplyReader.failure(in: data["response"] ?? .null)
                    ?? ModelError(.providerFault, "the provider broke off its answer: it gave no reason")
            case "error": throw Self.error(in: data)
            default: return []
            }
        }

        private mutating func start(_ response: JSONValue?) -> [ModelEvent] {
            guard !hasStarted else { return [] }
            hasStarted = true
            return [
                .started(id: response?["id"]?.stringValue ?? "", model: response?["model"]?.stringValue ?? "")
            ]
        }

        private func place(_ data: JSONValue) -> Int { data["output_index"]?.intValue ?? 0 }

        private mutating func text(_ data: JSONValue, refuses: Bool) -> [ModelEvent] {
            guard let text = data["delta"]?.stringValue, !text.isEmpty else { return [] }
            items[place(data)]?.streamed.insert(data["content_index"]?.intValue ?? 0)
            return piece(text, refuses: refuses)
        }

        /// Text that begins a part of its own is told apart from the one before.
        private var hasText = false
        private mutating func piece(_ text: String, refuses: Bool) -> [ModelEvent] {
            if refuses { self.refuses = true }
            let events: [ModelEvent] = followsText || !hasText ? [.text(text)] : [.nextPart, .text(text)]
            followsText = true
            hasText = true
            return events
        }

        private mutating func whole(_ data: JSONValue, _ member: String) -> [ModelEvent] {
            let index = data["content_index"]?.intValue ?? 0
            guard items[place(data)]?.streamed.contains(index) == false, let text = data[member]?.stringValue,
                !text.isEmpty
            else { return [] }
            items[place(data)]?.streamed.insert(index)
            return piece(text, refuses: member == "refusal")
        }

        private mutating func thinking(_ text: String, _ data: JSONValue) -> [ModelEvent] {
            items[place(data)]?.isStreamed = true
            return text.isEmpty ? [] : [.thinking(text)]
        }

        private func citation(_ data: JSONValue) throws(ModelError) -> [ModelEvent] {
            guard let annotation = data["annotation"], !annotation.isNull else { return [] }
            do throws(WireFault) {
                return [.citation(try ResponsesContentReader.citation(annotation))]
            } catch {
                throw StreamFault.malformed("an annotation: \(error.message)")
            }
        }

        private mutating func open(_ data: JSONValue) throws(ModelError) -> [ModelEvent] {
            guard let item = data["item"], let type = item["type"]?.stringValue else {
                throw StreamFault.malformed("an output item without a type")
            }
            items[place(data)] = Item(type: type)
            followsText = false
            return type == "function_call" || type == "custom_tool_call" ? try begin(item, at: place(data)) : []
        }

        private mutating func begin(_ item: JSONValue, at place: Int) throws(ModelError) -> [ModelEvent] {
            guard let id = item["call_id"]?.stringValue ?? item["id"]?.stringValue, let name = item["name"]?.stringValue
            else { throw StreamFault.malformed("a tool call without id or name") }
            hasCalls = true
            hasText = false
            var events: [ModelEvent] = [.toolCallStarted(index: place, id: id, name: name)]
            let kind: ToolKind? = item["type"] == "custom_tool_call" ? .freeText : nil
            let details = ResponsesReplyReader.details(of: item)
            if kind != nil || details != nil {
                events.append(.toolCallDetails(index: place, kind: kind, passthrough: details))
            }
            return events
        }

        private mutating func fragment(_ data: JSONValue, _ member: String) -> [ModelEvent] {
            guard let text = data[member]?.stringValue, !text.isEmpty, items[place(data)] != nil else { return [] }
            items[place(data)]?.isStreamed = true
            return [.toolCallFragment(index: place(data), json: text)]
        }

        private mutating func wholeCall(_ data: JSONValue, _ member: String) -> [ModelEvent] {
            items[place(data)]?.isStreamed == false ? fragment(data, member) : []
        }

        private mutating func close(_ data: JSONValue) throws(ModelError) -> [ModelEvent] {
            guard let item = data["item"], item["type"] != nil else {
                throw StreamFault.malformed("an output item without a type")
            }
            return try finish(item, at: place(data))
        }

        /// What of a whole item has not been told yet.
        private mutating func finish(_ item: JSONValue, at place: Int) throws(ModelError) -> [ModelEvent] {
            let type = item["type"]?.stringValue ?? ""
            var events: [ModelEvent] = []
            let before = items[place]
            items[place] = before ?? Item(type: type)
            defer { items[place]?.isDone = true }
            switch type {
            case "message":
                for (index, part) in (item["content"]?.arrayValue ?? []).enumerated()
                where items[place]?.streamed.contains(index) == false {
                    followsText = false
                    if let text = part["refusal"]?.stringValue { events += piece(text, refuses: true) }
                    if let text = part["text"]?.stringValue { events += piece(text, refuses: false) }
                }
            case "function_call", "custom_tool_call":
                if before == nil { events += try begin(item, at: place) }
                let member = type == "function_call" ? "arguments" : "input"
                if items[place]?.isStreamed == false, let text = item[member]?.stringValue, !text.isEmpty {
                    items[place]?.isStreamed = true
                    events.append(.toolCallFragment(index: place, json: text))
                }
            case "reasoning":
                let words = ResponsesReplyReader.words(ofReasoning: item)
                if before?.isStreamed != true, !words.isEmpty { events.append(.thinking(words)) }
                events.append(.native(NativeEvent(family, completes: item)))
                hasText = false
            default:
                events.append(.native(NativeEvent(family, completes: item)))
                hasText = false
            }
            return events
        }

        private mutating func finish(_ response: JSONValue) throws(ModelError) -> [ModelEvent] {
            if let failure = ResponsesReplyReader.failure(in: response) { throw failure }
            var events = start(response)
            for (place, item) in (response["output"]?.arrayValue ?? []).enumerated()
            where items[place]?.isDone != true {
                events += try finish(item, at: place)
            }
            if let usage = ResponsesUsage.read(response["usage"]) { events.append(.usage(usage)) }
            if mirrors { events.append(.fields(Passthrough(family, [Key.response: response]))) }
            var reason: StopReason
            do throws(WireFault) {
                reason = try ResponsesReplyReader.stopReason(of: response, calls: hasCalls)
            } catch {
                throw StreamFault.malformed(error.message)
            }
            if refuses, reason == .endOfTurn { reason = .refused }
            isFinished = true
            return events + [.stopped(reason)]
        }

        private static func error(in data: JSONValue) -> ModelError {
            // Its members stand in the event itself; some services put them into `error`.
            if data["error"]?.objectValue != nil { return StreamFault.error(in: data) }
            let said = data["message"]?.stringValue ?? "it gave no reason"
            return ModelError(
                ResponsesReplyReader.kind(of: data["code"]?.stringValue ?? "", said),
                "the provider broke off its answer: \(said)")
        }
    }
}
