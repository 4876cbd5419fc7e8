package import Conversation
package import JSON

extension OllamaChat {
    /// Reads an answer, line by line; pure.
    package struct StreamReader: Sendable {
        private var hasStarted = false
        private var calls = 0
        private var stamp = ""
        package private(set) var isFinished = false

        package init() {}

        /// The pieces of the answer that a line brings; an empty line brings none.
        package mutating func receive(line: some Collection<UInt8>) throws(ModelError) -> [ModelEvent] {
            guard line.contains(where: { $0 != 0x20 && $0 != 0x0D && $0 != 0x09 }) else { return [] }
            let data: JSONValue
            do throws(JSONError) {
                data = try JSONValue(parsing: line)
            } catch {
                throw ModelError(.malformedStream, "the provider sent a line that is not JSON: \(error.message)")
            }
            return try receive(data)
        }

        package mutating func receive(_ data: JSONValue) throws(ModelError) -> [ModelEvent] {
            guard !isFinished else { return [] }
            if let error = data["error"], !error.isNull { throw Self.error(error) }
            guard data.objectValue != nil else { throw StreamFault.malformed("a line that is no object") }
            var events: [ModelEvent] = []
            if !hasStarted {
                hasStarted = true
                // The service numbers nothing; the time, to the nanosecond, tells answers apart.
                stamp = String((data["created_at"]?.stringValue ?? "").filter(\.isNumber).prefix(23))
                events.append(.started(id: "ollama-\(stamp)", model: data["model"]?.stringValue ?? ""))
            }
            let message = data["message"]
            if let text = message?["thinking"]?.stringValue, !text.isEmpty { events.append(.thinking(text)) }
            if let text = message?["content"]?.stringValue, !text.isEmpty { events.append(.text(text)) }
            for call in message?["tool_calls"]?.arrayValue ?? [] { events += try read(call) }
            if data["done"]?.boolValue == true { events += finish(data) }
            return events
        }

        /// The stream is over; throws that it was cut where the answer had not ended.
        package func end() throws(ModelError) {
            if !isFinished { throw StreamFault.cut }
        }

        /// Calls come whole.
        private mutating func read(_ call: JSONValue) throws(ModelError) -> [ModelEvent] {
            guard let function = call["function"], let name = function["name"]?.stringValue, !name.isEmpty else {
                throw StreamFault.malformed("a tool call without a name")
            }
            let index = calls
            calls += 1
            let given = call["id"]?.stringValue ?? ""
            let id = given.isEmpty ? "call_\(stamp)_\(index)" : given
            let arguments: String
            switch function["arguments"] {
            case nil, .null: arguments = "{}"
            case .string(let text): arguments = text
            case let value?: arguments = value.text()
            }
            return [
                .toolCallStarted(index: index, id: id, name: name),
                .toolCallFragment(index: index, json: arguments),
            ]
        }

        private mutating func finish(_ data: JSONValue) -> [ModelEvent] {
            isFinished = true
            let usage = Usage(
                input: data["prompt_eval_count"]?.intValue ?? 0, output: data["eval_count"]?.intValue ?? 0)
            let reason: StopReason
            switch data["done_reason"]?.stringValue {
            case "length": reason = .maxTokens
            case nil, "stop", "": reason = calls > 0 ? .toolUse : .endOfTurn
            case let word?: reason = .other(word)
            }
            return [.usage(usage), .stopped(reason)]
        }

        private static func error(_ value: JSONValue) -> ModelError {
            let said = value.stringValue ?? value["message"]?.stringValue ?? value.text()
            let message = "the provider broke off its answer: \(said)"
            if StreamFault.isAboutContext(said) || said.contains("input length exceeds") {
                return ModelError(.contextTooLong, message)
            }
            return ModelError(said.contains("not found") ? .unknownModel : .providerFault, message)
        }
    }
}
