package import Conversation
import JSON
package import ServerSentEvents

extension OpenAIChat {
    /// Reads the event stream of an answer; pure.
    ///
    /// It is patient with the services that speak it: usage may come in the last piece or in one of its own, tool calls may
    /// come whole and without index or id, and the stream may end without `[DONE]` once a finish reason was given.
    package struct StreamReader: Sendable {
        private var hasStarted = false
        private var finishReason: String?
        /// The calls, in the order in which they began.
        private var calls: [Call] = []
        /// The call that each index of the wire was last used for.
        private var places: [Int: Int] = [:]
        /// What the pieces say of the answer itself, so that what each of them repeats is told once.
        private var head = JSONObject()
        private var form: String?
        package private(set) var isFinished = false
        /// Whether the answer is whole, though its usage may be missing.
        package var isComplete: Bool { finishReason != nil }

        package init() {}

        private struct Call {
            var id: String
            var isFreeText: Bool
        }

        private static let deltaMembers = messageMembers
        private static let choiceMembers = ["index", "delta", "finish_reason"]
        /// `obfuscation` only pads the pieces of the provider's own stream.
        private static let chunkMembers = replyMembers.union(["obfuscation"])

        /// The pieces of the answer that an event brings; throws `ModelError` for what the format does not allow.
        package mutating func receive(_ event: ServerSentEvent) throws(ModelError) -> [ModelEvent] {
            guard !event.data.isEmpty, !isFinished else { return [] }
            if event.data == "[DONE]" { return try end() }
            let data = try StreamFault.data(of: event.data)
            if data["error"]?.isNull == false { throw StreamFault.error(in: data) }
            var events: [ModelEvent] = []
            if !hasStarted {
                hasStarted = true
                events.append(.started(id: data["id"]?.stringValue ?? "", model: data["model"]?.stringValue ?? ""))
            }
            readHead(data, &events)
            if let choice = data["choices"]?[0] { try read(choice, &events) }
            if let counts = data["usage"]?.objectValue { events.append(.usage(OpenAIChat.usage(counts))) }
            return events
        }

        /// The stream is over: what is left to say, or the error that it was cut.
        package mutating func end() throws(ModelError) -> [ModelEvent] {
            guard !isFinished else { return [] }
            guard let finishReason else { throw StreamFault.cut }
            isFinished = true
            return [.stopped(stopReason(finishReason, hasCalls: !calls.isEmpty))]
        }

        private mutating func readHead(_ data: JSONValue, _ events: inout [ModelEvent]) {
            var news = JSONObject()
            for (name, value) in data.objectValue ?? [:] where !Self.chunkMembers.contains(name) {
                if !value.isNull, head[name] != value { news.set(value, for: name) }
            }
            guard !news.isEmpty else { return }
            for (name, value) in news { head.set(value, for: name) }
            events.append(.fields(Passthrough(family, news)))
        }

        private mutating func read(_ choice: JSONValue, _ events: inout [ModelEvent]) throws(ModelError) {
            var fields = JSONObject()
            if let delta = choice["delta"]?.objectValue {
                try read(delta, &events)
                let rest = Self.rest(delta, besides: Self.deltaMembers)
                if !rest.isEmpty { fields.set(.object(rest), for: "message") }
            }
            var others = Self.rest(choice.objectValue ?? [:], besides: Self.choiceMembers)
            if let reason = choice["finish_reason"]?.stringValue {
                finishReason = reason
                if case .other = stopReason(reason, hasCalls: false) {
                    others.set(.string(reason), for: "finish_reason")
                }
            }
            if !others.isEmpty { fields.set(.object(others), for: "choice") }
            if !fields.isEmpty { events.append(.fields(Passthrough(family, fields))) }
        }

        /// What is not known and says something.
        private static func rest(_ members: JSONObject, besides known: some Collection<String>) -> JSONObject {
            var rest = JSONObject()
            for (name, value) in members where !known.contains(name) && !value.isNull { rest.set(value, for: name) }
            return rest
        }

        private mutating func read(_ delta: JSONObject, _ events: inout [ModelEvent]) throws(ModelError) {
            if let text = delta["reasoning_content"]?.stringValue, !text.isEmpty {
                events.append(.thinking(text))
            } else if let text = delta["reasoning"]?.stringValue, !text.isEmpty {
                note(Form.reasoning, &events)
                events.append(.thinking(text))
            }
            if let text = delta["content"]?.stringValue, !text.isEmpty { events.append(.text(text)) }
            if let text = delta["refusal"]?.stringValue, !text.isEmpty {
                note(Form.refusal, &events)
                events.append(.text(text))
            }
            for value in delta["annotations"]?.arrayValue ?? [] {
                do throws(WireFault) {
                    events.append(.citation(try annotation(value)))
                } catch {
                    throw StreamFault.malformed("an annotation: \(error.message)")
                }
            }
            for call in delta["tool_calls"]?.arrayValue ?? [] { try read(call: call, &events) }
            if let call = delta["function_call"], !call.isNull {
                try read(call: ["index": 0, "function": call], &events)
            }
        }

        private mutating func note(_ form: String, _ events: inout [ModelEvent]) {
            guard self.form != form else { return }
            self.form = form
            events.append(.fields(Passthrough(family, form: form)))
        }

        private mutating func read(call: JSONValue, _ events: inout [ModelEvent]) throws(ModelError) {
            let id = call["id"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
            let body = call["function"] ?? call["custom"]
            let name = body?["name"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
            let index: Int
            if let known = place(ofIndex: call["index"]?.intValue, id: id, name: name) {
                index = known
            } else {
                guard let name else { throw StreamFault.malformed("a tool call without a name") }
                index = calls.count
                let unique =
                    id.flatMap { id in calls.contains { $0.id == id } ? nil : id } ?? "\(id ?? "call")_\(index)"
                let isFreeText = call["function"] == nil
                calls.append(Call(id: unique, isFreeText: isFreeText))
                events.append(.toolCallStarted(index: index, id: unique, name: name))
                let rest = Self.rest(call.objectValue ?? [:], besides: ["index", "id", "type", "function", "custom"])
                if isFreeText || !rest.isEmpty {
                    events.append(
                        .toolCallDetails(
                            index: index, kind: isFreeText ? .freeText : nil, passthrough: .kept(family, rest)))
                }
            }
            if let wire = call["index"]?.intValue { places[wire] = index }
            switch body?["arguments"] ?? body?["input"] {
            case .string(let fragment) where !fragment.isEmpty:
                events.append(.toolCallFragment(index: index, json: fragment))
            case .object(let whole):
                events.append(.toolCallFragment(index: index, json: JSONValue.object(whole).text()))
            default:
                break
            }
        }

        /// The call that a piece belongs to, or nil where it begins one.
        ///
        /// Services that leave the index out, or send 0 for every call, tell calls apart by their ids, or only by their names.
        private func place(ofIndex wire: Int?, id: String?, name: String?) -> Int? {
            guard let wire else {
                guard let id else { return name == nil && !calls.isEmpty ? calls.count - 1 : nil }
                return calls.firstIndex { $0.id == id }
            }
            guard let place = places[wire] else { return nil }
            guard let id, calls[place].id != id, calls[place].id != "\(id)_\(place)" else { return place }
            return calls.firstIndex { $0.id == id }
        }
    }
}
