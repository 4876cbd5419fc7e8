package import Conversation
package import JSON

/// A request as a client sent it: what to ask a model, and what its format alone needs for the answer.
package struct ServedRequest: Sendable, Hashable {
    package var request: ModelRequest
    /// Whether the client wants the answer as a stream.
    package var stream: Bool
    /// Whether a stream is to end with its usage, where the format leaves that to the client.
    package var includesUsage: Bool
    /// Whether tools were named in the format's older words, which the answer is to use, too.
    package var usesLegacyFunctions: Bool
    /// Members of the request that the format repeats in its answer.
    package var echo: JSONObject

    package init(
        _ request: ModelRequest, stream: Bool, includesUsage: Bool = true, usesLegacyFunctions: Bool = false,
        echo: JSONObject = [:]
    ) {
        self.request = request
        self.stream = stream
        self.includesUsage = includesUsage
        self.usesLegacyFunctions = usesLegacyFunctions
        self.echo = echo
    }
}

/// What a served answer says of itself besides the model's words.
package struct ServedAnswer: Sendable, Hashable {
    /// The id of the answer; nil keeps the provider's.
    package var id: String?
    /// The name of the model as the client knows it; nil keeps the provider's.
    package var model: String?
    /// In seconds since 1970.
    package var created: Int
    package var includesUsage: Bool
    package var usesLegacyFunctions: Bool
    /// The names of the tools that take free text: a provider without such tools was told of an object with `input`.
    package var freeTextTools: Set<String>
    package var echo: JSONObject

    package init(
        id: String? = nil, model: String? = nil, created: Int, includesUsage: Bool = true,
        usesLegacyFunctions: Bool = false, freeTextTools: Set<String> = [], echo: JSONObject = [:]
    ) {
        self.freeTextTools = freeTextTools
        self.id = id
        self.model = model
        self.created = created
        self.includesUsage = includesUsage
        self.usesLegacyFunctions = usesLegacyFunctions
        self.echo = echo
    }

    /// The answer that a request asks for.
    package init(to served: ServedRequest, id: String? = nil, model: String? = nil, created: Int) {
        self.init(
            id: id, model: model, created: created, includesUsage: served.includesUsage,
            usesLegacyFunctions: served.usesLegacyFunctions,
            freeTextTools: Set(served.request.tools.filter { $0.kind == .freeText }.map(\.name)), echo: served.echo)
    }

    /// The words that a model wrote to a tool that takes free text; nil where the tool is none.
    package func freeText(of call: ToolCall) -> String? {
        if call.kind == .freeText { return call.wireText }
        guard freeTextTools.contains(call.name) else { return nil }
        guard case .json(let value) = call.arguments else { return call.wireText }
        return value["input"]?.stringValue ?? value.stringValue ?? value.text()
    }
}
