import Conversation
import JSON
import ServerSentEvents

/// Reads the event stream of OpenAI's Chat Completions API; pure.
///
/// It is patient with the services that speak it: usage may come in the last piece or in one of its own, tool calls may come
/// whole and without index or id, and the stream may end without `[DONE]` once a finish reason was given.
struct ChatStream {
    private var hasStarted = false
    private var usage: Usage?
    private var finishReason: String?
    /// The ids of the calls, in the order in which they began.
    private var calls: [String] = []
    /// The call that each index of the wire was last used for.
    private var places: [Int: Int] = [:]
    private(set) var isFinished = false
    /// Whether the answer is whole, though its usage may be missing.
    var isComplete: Bool { finishReason != nil }

    mutating func receive(_ event: ServerSentEvent) throws(ModelError) -> [ModelEvent] {
        guard !event.data.isEmpty, !isFinished else { return [] }
        if event.data == "[DONE]" { return try end() }
        let data: JSONValue
        do throws(JSONError) {
            data = try JSONValue(parsing: event.data)
        } catch {
            throw ModelError(.malformedStream, "the provider sent an event that is not JSON: \(error.message)")
        }
        if data["error"]?.isNull == false { throw ProviderFault.error(inStream: data) }
        var events: [ModelEvent] = []
        if !hasStarted {
            hasStarted = true
            events.append(.started(id: data["id"]?.stringValue ?? "", model: data["model"]?.stringValue ?? ""))
        }
        if let choice = data["choices"]?[0] { events += try read(choice) }
        if let counts = data["usage"], counts.objectValue != nil {
            let usage = Self.usage(counts)
            self.usage = usage
            events.append(.usage(usage))
        }
        return events
    }

    /// The stream is over: what is left to say, or the error that it was cut.
    mutating func end() throws(ModelError) -> [ModelEvent] {
        guard !isFinished else { return [] }
        guard let finishReason else {
            throw ModelError(.streamCut, "the provider's stream ended in the middle of the answer")
        }
        isFinished = true
        return [.stopped(stopReason(finishReason))]
    }

    private mutating func read(_ choice: JSONValue) throws(ModelError) -> [ModelEvent] {
        var events: [ModelEvent] = []
        if let delta = choice["delta"] {
            if let text = delta["reasoning_content"]?.stringValue ?? delta["reasoning"]?.stringValue, !text.isEmpty {
                events.append(.thinking(text))
            }
            if let text = delta["content"]?.stringValue, !text.isEmpty { events.append(.text(text)) }
            if let text = delta["refusal"]?.stringValue, !text.isEmpty { events.append(.text(text)) }
            for call in delta["tool_calls"]?.arrayValue ?? [] { events += try read(call: call) }
        }
        if let reason = choice["finish_reason"]?.stringValue { finishReason = reason }
        return events
    }

    private mutating func read(call: JSONValue) throws(ModelError) -> [ModelEvent] {
        let id = call["id"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
        let name = call["function"]?["name"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
        var events: [ModelEvent] = []
        let index: Int
        if let known = place(ofIndex: call["index"]?.intValue, id: id, name: name) {
            index = known
        } else {
            guard let name else {
                throw ModelError(.malformedStream, "the provider's stream is malformed: a tool call without a name")
            }
            index = calls.count
            let unique = id.flatMap { calls.contains($0) ? nil : $0 } ?? "\(id ?? "call")_\(index)"
            calls.append(unique)
            events.append(.toolCallStarted(index: index, id: unique, name: name))
        }
        if let wire = call["index"]?.intValue { places[wire] = index }
        switch call["function"]?["arguments"] {
        case .string(let fragment) where !fragment.isEmpty:
            events.append(.toolCallFragment(index: index, json: fragment))
        case .object(let whole):
            events.append(.toolCallFragment(index: index, json: JSONValue.object(whole).text()))
        default:
            break
        }
        return events
    }

    /// The call that a piece belongs to, or nil where it begins one.
    ///
    /// Services that leave the index out, or send 0 for every call, tell calls apart by their ids, or only by their names.
    private func place(ofIndex wire: Int?, id: String?, name: String?) -> Int? {
        guard let wire else {
            guard let id else { return name == nil && !calls.isEmpty ? calls.count - 1 : nil }
            return calls.firstIndex(of: id)
        }
        guard let place = places[wire] else { return nil }
        guard let id, calls[place] != id, calls[place] != "\(id)_\(place)" else { return place }
        return calls.firstIndex(of: id)
    }

    private func stopReason(_ word: String) -> StopReason {
        switch word {
        case "stop": calls.isEmpty ? .endOfTurn : .toolUse
        case "tool_calls", "function_call": .toolUse
        case "length": .maxTokens
        case "content_filter": .refused
        default: .other(word)
        }
    }

    /// Here the input includes what was read from the cache; in our words each token is counted once.
    private static func usage(_ counts: JSONValue) -> Usage {
        let cached =
            counts["prompt_tokens_details"]?["cached_tokens"]?.intValue
            ?? counts["prompt_cache_hit_tokens"]?.intValue ?? 0
        return Usage(
            input: max(0, (counts["prompt_tokens"]?.intValue ?? 0) - cached),
            output: counts["completion_tokens"]?.intValue ?? 0, cacheRead: cached,
            reasoning: counts["completion_tokens_details"]?["reasoning_tokens"]?.intValue ?? 0)
    }
}
