package import Conversation
import JSON
package import ServerSentEvents

extension AnthropicMessages {
    /// Writes an answer as this API's event stream, piece by piece; pure.
    ///
    /// Blocks come one after another with indices from 0. A call that begins while another's input is not whole waits until
    /// it is, so that blocks never mix.
    package struct StreamWriter: Sendable {
        private let answer: ServedAnswer
        private var head: (id: String, model: String)?
        private var hasStarted = false
        private var usage = Usage.zero
        private var stopSequence: String?
        private var early = JSONObject()
        private var late = JSONObject()
        private var open: OpenBlock?
        private var nextIndex = 0
        /// Where the native blocks of the provider's stream stand in ours.
        private var nativeIndices: [Int: Int] = [:]
        /// Calls that have begun and not been written to their end, in their order; the first may be open.
        private var calls: [Call] = []

        package init(answer: ServedAnswer) {
            self.answer = answer
        }

        private enum OpenBlock: Sendable, Equatable {
            case text(Int), thinking(Int), call(Int), native(Int)

            var index: Int {
                switch self {
                case .text(let index), .thinking(let index), .call(let index), .native(let index): index
                }
            }
        }

        /// A tool call on its way to the client.
        private struct Call: Sendable {
            var key: Int
            var id: String
            var name: String
            var isFreeText = false
            var passthrough: Passthrough?
            /// What came and was not written yet.
            var waiting = ""
            var balance = JSONBalance()
        }

        /// The events to send for a piece of the answer.
        package mutating func write(_ event: ModelEvent) -> [ServerSentEvent] {
            var events: [ServerSentEvent] = []
            switch event {
            case .started(let id, let model): head = (id, model)
            case .usage(let usage): self.usage = usage
            case .stopSequence(let text): stopSequence = text
            case .fields(let fields): keep(fields)
            default:
                start(&events)
                writePart(event, &events)
            }
            return events
        }

        /// What to send when the answer breaks off.
        package func fault(_ fault: ServedFault) -> [ServerSentEvent] {
            [Self.event("error", ["error": AnthropicMessages.error(fault)])]
        }

        private mutating func writePart(_ event: ModelEvent, _ events: inout [ServerSentEvent]) {
            switch event {
            case .text(let text):
                openText(&events)
                delta(["type": "text_delta", "text": .string(text)], &events)
            case .citation(let citation):
                guard let wire = AnthropicMessages.wire(citation) else { return }
                openText(&events)
                delta(["type": "citations_delta", "citation": wire], &events)
            case .nextPart:
                if case .text = open { close(&events) }
            case .thinking(let text):
                openThinking(&events)
                delta(["type": "thinking_delta", "thinking": .string(text)], &events)
            case .thinkingSignature(let signature):
                openThinking(&events)
                delta(["type": "signature_delta", "signature": .string(signature)], &events)
                close(&events)
            case .redactedThinking(let data):
                finishParts(&events)
                whole(["type": "redacted_thinking", "data": .string(data)], &events)
            case .toolCallStarted(let key, let id, let name):
                advanceCalls(&events)
                calls.append(Call(key: key, id: id, name: name))
                if calls.count == 1 { close(&events) }
            case .toolCallDetails(let key, let kind, let passthrough):
                guard let place = calls.firstIndex(where: { $0.key == key }) else { return }
                calls[place].isFreeText = kind == .freeText
                calls[place].passthrough = passthrough
            case .toolCallFragment(let key, let json):
                guard let place = calls.firstIndex(where: { $0.key == key }) else { return }
                calls[place].waiting += json
                if place == 0 { writeFirstCall(&events) } else { advanceCalls(&events) }
            case .native(let native):
                writeNative(native, &events)
            case .stopped(let reason):
                stop(reason, &events)
            case .started, .usage, .stopSequence, .fields:
                break
            }
        }

        /// What comes before the start stands in it; what comes later belongs to the end.
        private mutating func keep(_ fields: Passthrough) {
            guard fields.family == family else { return }
            for (name, value) in fields.members {
                if hasStarted || name == "stop_reason" {
                    late.set(value, for: name)
                } else {
                    early.set(value, for: name)
                }
            }
        }

        private mutating func start(_ events: inout [ServerSentEvent]) {
            guard !hasStarted else { return }
            hasStarted = true
            var message: JSONObject = [
                "id": .string(answer.id ?? head?.id ?? ""), "type": "message", "role": "assistant",
                "model": .string(answer.model ?? head?.model ?? ""), "content": [], "stop_reason": .null,
                "stop_sequence": .null, "usage": .object(wire(usage)),
            ]
            message.add(Passthrough(family, early), for: family)
            events.append(Self.event("message_start", ["message": .object(message)]))
        }

        private mutating func stop(_ reason: StopReason, _ events: inout [ServerSentEvent]) {
            finishParts(&events)
            var delta: JSONObject = [
                "stop_reason": .string(word(for: reason)),
                "stop_sequence": stopSequence.map { .string($0) } ?? .null,
            ]
            var data: JSONObject = [:]
            for (name, value) in late where name != "context_management" { delta.set(value, for: name) }
            data.set(.object(delta), for: "delta")
            data.set(.object(wire(usage)), for: "usage")
            data.set(late["context_management"], for: "context_management")
            events.append(Self.event("message_delta", data))
            events.append(Self.event("message_stop", [:]))
        }

        private mutating func openText(_ events: inout [ServerSentEvent]) {
            if case .text = open { return }
            finishParts(&events)
            begin(["type": "text", "text": ""], &events) { .text($0) }
        }

        private mutating func openThinking(_ events: inout [ServerSentEvent]) {
            if case .thinking = open { return }
            finishParts(&events)
            begin(["type": "thinking", "thinking": "", "signature": ""], &events) { .thinking($0) }
        }

        /// Writes what is waiting of the first call, and opens its block where that was not done.
        private mutating func writeFirstCall(_ events: inout [ServerSentEvent]) {
            guard var call = calls.first else { return }
            calls[0].waiting = ""
            if case .call = open {
            } else {
                close(&events)
                var block: JSONObject = [
                    "type": "tool_use", "id": .string(call.id), "name": .string(call.name), "input": [:],
                ]
                block.add(call.passthrough, for: family)
                begin(.object(block), &events) { .call($0) }
            }
            if call.isFreeText {
                // Its text becomes one member of an object, which takes the whole text.
                calls[0].waiting = call.waiting
                return
            }
            guard !call.waiting.isEmpty else { return }
            delta(["type": "input_json_delta", "partial_json": .string(call.waiting)], &events)
            call.balance.receive(call.waiting)
            calls[0].balance = call.balance
        }

        /// Goes on to the next call where the first is whole.
        private mutating func advanceCalls(_ events: inout [ServerSentEvent]) {
            guard let first = calls.first else { return }
            writeFirstCall(&events)
            guard !first.isFreeText, calls[0].balance.isWhole else { return }
            finishFirstCall(&events)
            if !calls.isEmpty { advanceCalls(&events) }
        }

        private mutating func finishFirstCall(_ events: inout [ServerSentEvent]) {
            writeFirstCall(&events)
            let call = calls.removeFirst()
            if call.isFreeText {
                let input = JSONValue.object(["input": .string(call.waiting)]).text()
                delta(["type": "input_json_delta", "partial_json": .string(input)], &events)
            }
            close(&events)
        }

        /// Ends whatever is open, and every call that waits.
        private mutating func finishParts(_ events: inout [ServerSentEvent]) {
            while !calls.isEmpty { finishFirstCall(&events) }
            close(&events)
        }

        private mutating func writeNative(_ native: NativeEvent, _ events: inout [ServerSentEvent]) {
            guard native.family == family else { return }
            guard let value = native.value, var data = value.objectValue else {
                guard let block = native.completes else { return }
                finishParts(&events)
                whole(block, &events)
                return
            }
            let name = data["type"]?.stringValue ?? "message"
            if let theirs = data["index"]?.intValue {
                if name == "content_block_start" {
                    finishParts(&events)
                    nativeIndices[theirs] = nextIndex
                    open = .native(nextIndex)
                    nextIndex += 1
                }
                guard let ours = nativeIndices[theirs] ?? open?.index else { return }
                data.set(.integer(Int64(ours)), for: "index")
                if name == "content_block_stop" {
                    nativeIndices[theirs] = nil
                    guard open == .native(ours) else { return }
                    open = nil
                }
            }
            events.append(ServerSentEvent(name: name, data: JSONValue.object(data).text()))
        }

        private mutating func begin(
            _ block: JSONValue, _ events: inout [ServerSentEvent], as kind: (Int) -> OpenBlock
        ) {
            open = kind(nextIndex)
            let data: JSONObject = ["index": .integer(Int64(nextIndex)), "content_block": block]
            events.append(Self.event("content_block_start", data))
            nextIndex += 1
        }

        private mutating func whole(_ block: JSONValue, _ events: inout [ServerSentEvent]) {
            begin(block, &events) { .native($0) }
            close(&events)
        }

        private func delta(_ delta: JSONValue, _ events: inout [ServerSentEvent]) {
            guard let open else { return }
            events.append(Self.event("content_block_delta", ["index": .integer(Int64(open.index)), "delta": delta]))
        }

        private mutating func close(_ events: inout [ServerSentEvent]) {
            guard let block = open else { return }
            events.append(Self.event("content_block_stop", ["index": .integer(Int64(block.index))]))
            open = nil
        }

        private static func event(_ name: String, _ members: JSONObject) -> ServerSentEvent {
            var data: JSONObject = ["type": .string(name)]
            for (key, value) in members { data.set(value, for: key) }
            return ServerSentEvent(name: name, data: JSONValue.object(data).text())
        }
    }
}
