package import Conversation
import JSON
package import ServerSentEvents

extension OpenAIResponses {
    /// Writes an answer as this API's event stream, piece by piece; pure.
    ///
    /// An answer that comes from the same API, read with `mirrors`, is passed on event by event as it came, under the ids and
    /// the model's name that the client knows.
    package struct StreamWriter: Sendable {
        private let answer: ServedAnswer
        private var sequence = 0
        private var id = ""
        private var model = ""
        private var hasStarted = false
        private var isMirror = false
        private var usage: Usage?
        private var items = ResponsesOpenItems(response: "")

        package init(answer: ServedAnswer) {
            self.answer = answer
        }

        /// The events to send for a piece of the answer.
        package mutating func write(_ event: ModelEvent) -> [ServerSentEvent] {
            if case .native(let native) = event, native.family == family, let value = native.value {
                if value["type"] == "response.created" { isMirror = true }
                if isMirror { return mirror(value) }
            }
            guard !isMirror else { return [] }
            var out: [JSONObject] = []
            switch event {
            case .started(let id, let model):
                self.id = id
                self.model = model
                start(&out)
            case .usage(let usage): self.usage = usage
            case .stopped(let reason):
                start(&out)
                stop(reason, &out)
            case .fields, .stopSequence: break
            default:
                start(&out)
                items.write(event, &out)
            }
            return out.map { number($0) }
        }

        /// What to send when the answer breaks off.
        package mutating func fault(_ fault: ServedFault) -> [ServerSentEvent] {
            var out: [JSONObject] = []
            if !isMirror { start(&out) }
            let code = fault.code ?? OpenAIResponses.errorType(fault.kind)
            out.append([
                "type": "error", "code": .string(code), "message": .string(fault.message),
                "param": fault.path.map { .string($0) } ?? .null,
            ])
            var response = response(status: "failed", reason: nil, output: items.finished)
            response.set(
                [
                    "code": .string(fault.kind == .rateLimited ? "rate_limit_exceeded" : "server_error"),
                    "message": .string(fault.message),
                ], for: "error")
            out.append(["type": "response.failed", "response": .object(response)])
            return out.map { number($0) }
        }

        private mutating func start(_ out: inout [JSONObject]) {
            guard !hasStarted else { return }
            hasStarted = true
            id = answer.id ?? ResponsesReplyWriter.responseID(id)
            items = ResponsesOpenItems(response: id)
            let response = JSONValue.object(response(status: "in_progress", reason: nil, output: []))
            out.append(["type": "response.created", "response": response])
            out.append(["type": "response.in_progress", "response": response])
        }

        private mutating func stop(_ reason: StopReason, _ out: inout [JSONObject]) {
            let (status, why) = ResponsesReplyWriter.ending(reason)
            items.closeAll(status, &out)
            let response = response(status: status, reason: why, output: items.finished)
            out.append(["type": .string("response.\(status)"), "response": .object(response)])
        }

        private func response(status: String, reason: String?, output: [JSONValue]) -> JSONObject {
            ResponsesReplyWriter.response(
                id: id, model: answer.model ?? model, answer: answer, status: status, reason: reason, output: output,
                usage: status == "in_progress" ? nil : usage ?? .zero)
        }

        private mutating func number(_ event: JSONObject) -> ServerSentEvent {
            var event = event
            event.set(.integer(Int64(sequence)), for: "sequence_number")
            sequence += 1
            return ServerSentEvent(
                name: event["type"]?.stringValue ?? "message", data: JSONValue.object(event).text())
        }

        private mutating func mirror(_ value: JSONValue) -> [ServerSentEvent] {
            guard var event = value.objectValue else { return [] }
            if let response = event["response"]?.objectValue {
                id = answer.id ?? response["id"]?.stringValue ?? id
                model = response["model"]?.stringValue ?? model
                event.set(ResponsesReplyWriter.renamed(response, answer), for: "response")
            }
            return [number(event)]
        }
    }
}
