package import Conversation
package import JSON
package import Money

/// One line of a file to warm the cache from: a question and its answer.
///
/// ```json
/// {"kind": "response", "model": "anthropic/claude-haiku-4-5",
///  "request": {"system": "Be brief.", "messages": [{"role": "user", "content": "Hi"}], "max_tokens": 1000},
///  "reply": "Hello.", "cost_usd": 0.0012}
/// ```
///
/// `kind` is `response` where it is left out. `request` may have `temperature`; `reply` may be an object with `text`,
/// `input_tokens` and `output_tokens`.
package struct WarmingLine: Sendable, Hashable {
    package var kind: CacheKind
    /// The model as it is asked for.
    package var target: String
    package var request: ModelRequest
    package var reply: ModelReply
    package var cost: USD

    package init(kind: CacheKind, target: String, request: ModelRequest, reply: ModelReply, cost: USD = .zero) {
        self.kind = kind
        self.target = target
        self.request = request
        self.reply = reply
        self.cost = cost
    }

    /// Reads a line; throws a `CacheError` that names the member.
    ///
    /// - Parameter read: what reads the request of another form than the one above, as of one of the served APIs; nil from
    ///   it means the one above.
    package init(
        _ text: Substring, kinds: [CacheKind: CacheKindRule],
        reading read: (JSONValue) throws -> ModelRequest? = { _ in nil }
    ) throws {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: String(text))
        } catch {
            throw CacheError(.warming, "is no JSON: \(error.message)")
        }
        let line = WarmingNode(value, "the line")
        try line.allow(["kind", "model", "request", "reply", "cost_usd"])
        kind = CacheKind(rawValue: try line.text("kind", or: CacheKind.response.rawValue))
        guard kinds[kind] != nil else {
            let known = kinds.keys.map(\.rawValue).sorted().joined(separator: ", ")
            throw CacheError(.warming, "kind has to be one of \(known), not '\(kind)'")
        }
        target = try line.text("model")
        let request = try line.node("request")
        // The provider's own name of the model stands behind the provider's.
        let model = target.split(separator: "/", maxSplits: 1).last.map(String.init) ?? target
        self.request = try read(request.value) ?? Self.request(request, model: model)
        reply = try Self.reply(line.node("reply"), model: model)
        cost = try line.money("cost_usd")
    }

    private static func request(_ node: WarmingNode, model: String) throws -> ModelRequest {
        try node.allow(["system", "messages", "max_tokens", "temperature"])
        let messages = try node.list("messages").map { message in
            try message.allow(["role", "content"])
            let name = try message.text("role")
            guard let role = Message.Role(rawValue: name) else {
                throw message.fault("role", "has to be user, assistant or system, not '\(name)'")
            }
            return Message(role: role, content: [.text(try message.text("content"))])
        }
        let request = ModelRequest(
            model: model, system: try node.text("system", or: ""), messages: messages,
            maxOutputTokens: try node.count("max_tokens"), temperature: try node.number("temperature"),
            purpose: .init(agent: "", step: "", turn: 1))
        if let fault = request.fault { throw node.fault(nil, "is malformed: \(fault)") }
        return request
    }

    private static func reply(_ node: WarmingNode, model: String) throws -> ModelReply {
        var text = node.value.stringValue
        var usage = Usage.zero
        if text == nil {
            try node.allow(["text", "input_tokens", "output_tokens"])
            text = try node.text("text")
            usage.input = try node.count("input_tokens", or: 0)
            usage.output = try node.count("output_tokens", or: 0)
        }
        guard let text, text.contains(where: { !$0.isWhitespace }) else { throw node.fault(nil, "has no words") }
        return ModelReply(id: "warmed", model: model, content: [.text(text)], stopReason: .endOfTurn, usage: usage)
    }
}
