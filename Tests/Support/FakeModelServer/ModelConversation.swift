import JSON

/// A request's conversation, in either wire format, with what breaks the protocol's rules.
struct ModelConversation {
    let body: JSONValue
    let wire: ModelWire

    init(_ body: JSONValue, wire: ModelWire) {
        self.body = body
        self.wire = wire
    }

    private var messages: [JSONValue] { body["messages"]?.arrayValue ?? [] }

    /// The messages that the agent said.
    var turn: Int { messages.count { $0["role"]?.stringValue == "assistant" } + 1 }

    /// Whether the conversation is asked to be summarised, so that it can be shortened.
    var asksForSummary: Bool {
        messages.last.map(text)?.contains("The conversation is about to be shortened") == true
    }

    /// Where the conversation was shortened: results that were left out, and a summary of turns.
    var shortenings: Int {
        let all = JSONValue.array(messages).text()
        return all.ranges(of: "[left out: ").count + all.ranges(of: "</summary_of_earlier_turns>").count
    }

    /// The step of the flow, recognised by the words that open it.
    var step: String { asksForSummary ? "summary/\(openedStep)" : openedStep }

    private var openedStep: String {
        let opening = messages.first { $0["role"]?.stringValue == "user" }.map(text) ?? ""
        if opening.hasPrefix("Write the specification") { return "specify" }
        if opening.hasPrefix("Write the plan") { return "plan" }
        if opening.hasPrefix("Cut the plan") { return "tasks" }
        if opening.hasPrefix("All tasks") { return "final-check" }
        if let range = opening.firstRange(of: "<task>\n") {
            return "task/\(opening[range.upperBound...].prefix { !$0.isWhitespace })"
        }
        return Self.firstWords(of: opening.firstRange(of: "<step>\n").map { opening[$0.upperBound...] } ?? opening[...])
    }

    /// Whether the step is one of those that every run's flow has once, or a task.
    var isOfFlow: Bool {
        asksForSummary || ["specify", "plan", "tasks", "final-check"].contains(openedStep)
            || openedStep.hasPrefix("task/")
    }

    /// What a step of a workflow is called: the first four words of its prompt, `write-one-test-that`.
    private static func firstWords(of prompt: Substring) -> String {
        let line = prompt.split(separator: "\n").first ?? ""
        let words = line.split { !$0.isLetter && !$0.isNumber }.prefix(4).map { $0.lowercased() }
        return words.isEmpty ? "unknown" : words.joined(separator: "-")
    }

    /// What the conversation begins with.
    var opening: JSONValue { bareMessages.first { $0["role"]?.stringValue == "user" } ?? .null }

    /// What must be the same bytes in every call of a session.
    var stablePrefix: JSONValue {
        let system = wire == .anthropic ? body["system"] : messages.first { $0["role"]?.stringValue == "system" }
        return [system ?? .null, body["tools"] ?? .null]
    }

    /// The whole request without cache marks.
    var bareBody: JSONValue { withoutCacheControl(body) }

    /// The messages without cache marks, which move from call to call.
    var bareMessages: [JSONValue] { messages.map(withoutCacheControl) }

    var faults: [String] {
        var faults: [String] = []
        if messages.isEmpty { faults.append("there are no messages") }
        let limits = ["max_tokens", "max_completion_tokens"].compactMap { body[$0]?.intValue }
        if limits.count != 1 { faults.append("there is not exactly one limit of the output") }
        if body["model"]?.stringValue == nil { faults.append("there is no model") }
        if body["stream"]?.boolValue != true { faults.append("it does not ask for a stream") }
        return faults + (wire == .anthropic ? anthropicFaults : openAIFaults)
    }

    private var toolNames: Set<String> {
        Set((body["tools"]?.arrayValue ?? []).compactMap { ($0["name"] ?? $0["function"]?["name"])?.stringValue })
    }

    private var anthropicFaults: [String] {
        var faults: [String] = []
        var previous = "assistant"
        var pending: [String] = []
        for (index, message) in messages.enumerated() {
            let role = message["role"]?.stringValue ?? ""
            if role != (previous == "user" ? "assistant" : "user") {
                faults.append("message \(index) is of '\(role)' after '\(previous)'")
            }
            previous = role
            let blocks = message["content"]?.arrayValue ?? []
            // A text alone may stand there without a block, as a client of the same API may have sent it.
            if blocks.isEmpty, message["content"]?.stringValue?.isEmpty != false {
                faults.append("message \(index) has no blocks")
            }
            let results = blocks.prefix { $0["type"] == "tool_result" }
            if results.count != blocks.count(where: { $0["type"] == "tool_result" }) {
                faults.append("message \(index) has tool results behind something else")
            }
            let answered = results.compactMap { $0["tool_use_id"]?.stringValue }
            if answered.sorted() != pending.sorted() {
                faults.append("message \(index) answers \(answered) for \(pending)")
            }
            pending = blocks.filter { $0["type"] == "tool_use" }.compactMap { $0["id"]?.stringValue }
            for block in blocks {
                if let fault = fault(in: block) { faults.append("message \(index): \(fault)") }
            }
        }
        if previous != "user" { faults.append("the last message is not of the user") }
        if body["max_tokens"] == nil { faults.append("there is no max_tokens") }
        if cacheMarks(in: body) > 4 { faults.append("there are more than 4 cache marks") }
        return faults
    }

    private func fault(in block: JSONValue) -> String? {
        switch block["type"]?.stringValue {
        case "text":
            let isBlank = block["text"]?.stringValue?.allSatisfy(\.isWhitespace) != false
            return isBlank ? "a text block is blank" : nil
        case "thinking":
            return block["signature"]?.stringValue?.isEmpty != false ? "a thinking block has no signature" : nil
        case "redacted_thinking":
            return block["data"]?.stringValue == nil ? "a redacted thinking block has no data" : nil
        case "tool_use":
            if block["input"]?.objectValue == nil { return "a tool call's input is no object" }
            return toolNames.contains(block["name"]?.stringValue ?? "") ? nil : "a tool is used that is not offered"
        case "image":
            return imageFault(
                type: block["source"]?["media_type"]?.stringValue, data: block["source"]?["data"]?.stringValue)
        case "tool_result":
            return block["content"] == nil ? "a tool result has no content" : nil
        default:
            return "a block is of an unknown type"
        }
    }

    private var openAIFaults: [String] {
        var faults: [String] = []
        var pending: Set<String> = []
        for (index, message) in messages.enumerated() {
            let role = message["role"]?.stringValue ?? ""
            let parts = message["content"]?.arrayValue
            let text = message["content"]?.stringValue ?? parts.map { _ in self.text(of: message) }
            for part in parts ?? [] {
                if role != "user" { faults.append("message \(index) of '\(role)' has content in parts") }
                if let fault = fault(inPart: part) { faults.append("message \(index): \(fault)") }
            }
            switch role {
            case "system" where index == 0 && text != nil: break
            case "tool":
                let id = message["tool_call_id"]?.stringValue ?? ""
                if pending.remove(id) == nil {
                    faults.append("message \(index) answers the call \(id), which is not open")
                }
            case "assistant", "user":
                if !pending.isEmpty { faults.append("message \(index) comes before \(pending.sorted()) are answered") }
                let calls = message["tool_calls"]?.arrayValue ?? []
                if text == nil, calls.isEmpty { faults.append("message \(index) has neither content nor calls") }
                for call in calls {
                    if !pending.insert(call["id"]?.stringValue ?? "").inserted {
                        faults.append("message \(index) has two calls of one id")
                    }
                    if let fault = fault(inCall: call) { faults.append("message \(index): \(fault)") }
                }
            default: faults.append("message \(index) is of '\(role)'")
            }
        }
        if !pending.isEmpty { faults.append("the calls \(pending.sorted()) are not answered") }
        return faults
    }

    private func fault(inPart part: JSONValue) -> String? {
        switch part["type"]?.stringValue {
        case "text":
            return part["text"]?.stringValue?.isEmpty != false ? "a text part is empty" : nil
        case "image_url":
            let url = part["image_url"]?["url"]?.stringValue ?? ""
            guard url.hasPrefix("data:"), let mark = url.firstRange(of: ";base64,") else {
                return "an image is no data URL"
            }
            return imageFault(
                type: String(url[url.startIndex..<mark.lowerBound].dropFirst(5)), data: String(url[mark.upperBound...]))
        default:
            return "a part is of an unknown type"
        }
    }

    private func imageFault(type: String?, data: String?) -> String? {
        let types = ["image/png", "image/jpeg", "image/webp", "image/gif"]
        guard let type, types.contains(type) else { return "an image is of the type \(type ?? "none")" }
        guard let data, !data.isEmpty, data.utf8.count % 4 == 0,
            data.utf8.allSatisfy({ Self.base64.contains($0) })
        else { return "an image's data is no Base64" }
        return nil
    }

    private static let base64 = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=".utf8)

    private func fault(inCall call: JSONValue) -> String? {
        let arguments = call["function"]?["arguments"]?.stringValue ?? ""
        // Only whether it parses is asked.
        if (try? JSONValue(parsing: arguments))?.objectValue == nil { return "a call's arguments are no JSON object" }
        let name = call["function"]?["name"]?.stringValue ?? ""
        return toolNames.contains(name) ? nil : "a tool is used that is not offered"
    }

    private func text(of message: JSONValue) -> String {
        if let text = message["content"]?.stringValue { return text }
        return (message["content"]?.arrayValue ?? []).compactMap { $0["text"]?.stringValue }.joined(separator: "\n")
    }

    private func withoutCacheControl(_ value: JSONValue) -> JSONValue {
        switch value {
        case .array(let items): .array(items.map(withoutCacheControl))
        case .object(let object):
            .object(
                JSONObject(object.filter { $0.key != "cache_control" }.map { ($0.key, withoutCacheControl($0.value)) }))
        default: value
        }
    }

    private func cacheMarks(in value: JSONValue) -> Int {
        switch value {
        case .array(let items): items.reduce(0) { $0 + cacheMarks(in: $1) }
        case .object(let object):
            object.reduce(0) { $0 + ($1.key == "cache_control" ? 1 : cacheMarks(in: $1.value)) }
        default: 0
        }
    }
}
