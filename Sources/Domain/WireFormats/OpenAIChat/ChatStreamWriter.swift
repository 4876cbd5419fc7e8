package import Conversation
import JSON
package import ServerSentEvents

extension OpenAIChat {
    /// Writes an answer as this API's event stream, piece by piece; pure.
    package struct StreamWriter: Sendable {
        private let answer: ServedAnswer
        private var id: String
        private var model: String
        private var hasStarted = false
        private var head = JSONObject()
        private var lastChoice = JSONObject()
        private var form: String?
        private var usage = Usage.zero
        /// The calls in their order, by the index that events name them with.
        private var places: [Int: Int] = [:]
        private var calls: [Call] = []
        /// A call whose details may still come.
        private var beginning: Int?
        /// The characters of text so far, and those before the part that is being given.
        private var length = 0
        private var partStart = 0
        private var citations: [Citation] = []

        package init(answer: ServedAnswer) {
            self.answer = answer
            id = answer.id ?? ""
            model = answer.model ?? ""
        }

        /// A tool call on its way to the client.
        private struct Call: Sendable {
            var id: String
            var name: String
            var kind: ToolKind?
            var passthrough: Passthrough?
            var hasArguments = false
            /// The input of a tool that takes free text, where the provider writes it as JSON.
            var waiting: String?
        }

        /// The events to send for a piece of the answer.
        package mutating func write(_ event: ModelEvent) -> [ServerSentEvent] {
            var events: [ServerSentEvent] = []
            if case .toolCallDetails(let key, let kind, let passthrough) = event {
                guard let place = places[key] else { return [] }
                calls[place].kind = kind
                calls[place].passthrough = passthrough
                return []
            }
            begin(&events)
            switch event {
            case .started(let id, let model):
                self.id = answer.id ?? id
                self.model = answer.model ?? model
            case .usage(let usage): self.usage = usage
            case .fields(let fields): write(fields, &events)
            case .text(let text):
                length += text.unicodeScalars.count
                delta([form == Form.refusal ? "refusal" : "content": .string(text)], &events)
            case .nextPart: endPart(&events)
            case .citation(let citation): citations.append(citation)
            case .thinking(let text):
                endPart(&events)
                delta([form == Form.reasoning ? "reasoning" : "reasoning_content": .string(text)], &events)
            case .toolCallStarted(let key, let id, let name):
                endPart(&events)
                places[key] = calls.count
                beginning = calls.count
                calls.append(Call(id: id, name: name))
            case .toolCallFragment(let key, let json): fragment(json, ofCall: key, &events)
            case .native(let native):
                if native.family == family, let value = native.value {
                    events.append(ServerSentEvent(data: value.text()))
                }
            case .stopped(let reason): stop(reason, &events)
            case .thinkingSignature, .redactedThinking, .stopSequence, .toolCallDetails: break
            }
            return events
        }

        /// What to send when the answer breaks off.
        package func fault(_ fault: ServedFault) -> [ServerSentEvent] {
            [ServerSentEvent(data: JSONValue.object(["error": OpenAIChat.error(fault)]).text())]
        }

        /// Members of the answer are repeated in each piece; those of the choice and the message have one of their own.
        private mutating func write(_ fields: Passthrough, _ events: inout [ServerSentEvent]) {
            guard fields.family == family else { return }
            form = fields.form ?? form
            for (name, value) in fields.members where name != "choice" && name != "message" {
                head.set(value, for: name)
            }
            var choice = fields.members["choice"]?.objectValue ?? [:]
            if let reason = choice["finish_reason"] {
                lastChoice.set(reason, for: "finish_reason")
                choice.set(JSONValue?.none, for: "finish_reason")
            }
            let message = fields.members["message"]?.objectValue ?? [:]
            if !choice.isEmpty || !message.isEmpty { delta(message, &events, choice: choice) }
        }

        /// Says that a call has begun, once nothing more can come about it.
        private mutating func begin(_ events: inout [ServerSentEvent]) {
            guard let place = beginning else { return }
            beginning = nil
            let call = calls[place]
            if answer.usesLegacyFunctions {
                if place == 0 { delta(["function_call": ["name": .string(call.name), "arguments": ""]], &events) }
                return
            }
            let isFreeText = call.kind == .freeText || answer.freeTextTools.contains(call.name)
            if isFreeText, call.kind != .freeText { calls[place].waiting = "" }
            let (type, member) = isFreeText ? ("custom", "input") : ("function", "arguments")
            var entry: JSONObject = [
                "index": .integer(Int64(place)), "id": .string(call.id), "type": .string(type),
                type: .object(["name": .string(call.name), member: ""]),
            ]
            entry.addDeep(call.passthrough, for: family)
            delta(["tool_calls": [.object(entry)]], &events)
        }

        private mutating func fragment(_ text: String, ofCall key: Int, _ events: inout [ServerSentEvent]) {
            guard let place = places[key], !text.isEmpty else { return }
            if calls[place].waiting != nil {
                calls[place].waiting? += text
                return
            }
            if !calls[place].hasArguments { calls[place].hasArguments = true }
            write(text, place, calls[place].kind == .freeText ? "custom" : "function", &events)
        }

        private mutating func write(
            _ text: String, _ place: Int, _ type: String, _ events: inout [ServerSentEvent]
        ) {
            if answer.usesLegacyFunctions {
                if place == 0 { delta(["function_call": ["arguments": .string(text)]], &events) }
                return
            }
            let member = type == "custom" ? "input" : "arguments"
            let entry: JSONObject = ["index": .integer(Int64(place)), type: .object([member: .string(text)])]
            delta(["tool_calls": [.object(entry)]], &events)
        }

        /// Citations of a part come behind it, as they name its characters.
        private mutating func endPart(_ events: inout [ServerSentEvent]) {
            let wire = citations.compactMap { OpenAIChat.wire($0, of: partStart..<length) }
            citations = []
            partStart = length
            if !wire.isEmpty { delta(["annotations": .array(wire)], &events) }
        }

        private mutating func stop(_ reason: StopReason, _ events: inout [ServerSentEvent]) {
            endPart(&events)
            for (place, call) in calls.enumerated() {
                if let waiting = call.waiting {
                    let said = ToolCall(id: call.id, name: call.name, arguments: .init(streamed: waiting))
                    write(answer.freeText(of: said) ?? waiting, place, "custom", &events)
                } else if !call.hasArguments, call.kind != .freeText {
                    // The pieces of a call must join to JSON, even where the model said nothing.
                    write("{}", place, "function", &events)
                }
            }
            lastChoice.set(
                lastChoice["finish_reason"] ?? .string(word(for: reason, legacy: answer.usesLegacyFunctions)),
                for: "finish_reason")
            delta([:], &events, choice: lastChoice)
            if answer.includesUsage {
                var chunk = envelope()
                chunk.set([], for: "choices")
                chunk.set(.object(wire(usage)), for: "usage")
                events.append(ServerSentEvent(data: JSONValue.object(chunk).text()))
            }
            events.append(ServerSentEvent(data: "[DONE]"))
        }

        private mutating func delta(
            _ members: JSONObject, _ events: inout [ServerSentEvent], choice others: JSONObject = [:]
        ) {
            var delta: JSONObject = [:]
            if !hasStarted {
                hasStarted = true
                delta.set("assistant", for: "role")
            }
            for (name, value) in members { delta.set(value, for: name) }
            var choice: JSONObject = ["index": 0, "delta": .object(delta), "finish_reason": .null]
            for (name, value) in others { choice.set(value, for: name) }
            var chunk = envelope()
            chunk.set([.object(choice)], for: "choices")
            if answer.includesUsage { chunk.set(.null, for: "usage") }
            events.append(ServerSentEvent(data: JSONValue.object(chunk).text()))
        }

        private func envelope() -> JSONObject {
            var chunk: JSONObject = [
                "id": .string(id), "object": "chat.completion.chunk", "created": .integer(Int64(answer.created)),
                "model": .string(model),
            ]
            for (name, value) in head { chunk.set(value, for: name) }
            return chunk
        }
    }
}
