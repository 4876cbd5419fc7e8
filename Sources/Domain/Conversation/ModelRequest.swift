package import JSON

/// One call to a model, in words that no provider owns.
package struct ModelRequest: Sendable, Hashable, Codable {
    /// The provider's own name of the model, without the provider's prefix.
    package var model: String
    /// The instructions, in parts; one part for our own agents.
    package var systemParts: [Passage]
    package var messages: [Message]
    package var tools: [ToolDefinition]
    /// The images that the messages name, in Base64, by their hash.
    package var images: [String: String]
    /// The most tokens the answer may have; the reservation of money rests on it.
    package var maxOutputTokens: Int
    /// Sampling temperature; nil leaves the provider's default.
    package var temperature: Double?
    package var topP: Double?
    package var topK: Int?
    package var seed: Int?
    package var frequencyPenalty: Double?
    package var presencePenalty: Double?
    package var stopSequences: [String] = []
    package var toolChoice: ToolChoice?
    /// Whether the model may use several tools at once; nil leaves the provider's default.
    package var parallelToolCalls: Bool?
    package var thinking: ThinkingSetting?
    package var responseFormat: ResponseFormat?
    /// Whom the call is made for, as the client names them.
    package var user: String?
    package var metadata: JSONObject?
    package var serviceTier: String?
    /// What calls that share a beginning have in common, for providers that find their prompt cache by it.
    package var cacheKey: String?
    package var cacheMarks: CacheMarkPolicy = .automatic
    /// Whether `maxOutputTokens` was assumed, as the client gave none: formats that can do without leave it out.
    package var assumesOutputLimit = false
    /// The format that the request was read from; nil for our own agents.
    package var origin: WireFamily?
    /// Members of the request that one format alone has.
    package var passthrough: Passthrough?
    /// Headers of that format which say how to read the request, such as `anthropic-beta`.
    package var passthroughHeaders: [String: String] = [:]
    /// Is told of the rates that come with the answer; not a part of what is asked.
    package var rateListener = RateListener.none
    /// Who asks: recorded sessions are filed by it.
    ///
    /// Providers on the wire do not see it.
    package var purpose: Purpose

    package init(
        model: String, system: String, messages: [Message], tools: [ToolDefinition] = [],
        images: [String: String] = [:], maxOutputTokens: Int, temperature: Double? = nil, purpose: Purpose
    ) {
        self.model = model
        systemParts = system.isEmpty ? [] : [Passage(system)]
        self.messages = messages
        self.tools = tools
        self.images = images
        self.maxOutputTokens = maxOutputTokens
        self.temperature = temperature
        self.purpose = purpose
    }

    /// The instructions as one text; setting it drops what the parts carried.
    package var system: String {
        get { systemParts.count == 1 ? systemParts[0].text : systemParts.map(\.text).joined(separator: "\n\n") }
        set { systemParts = newValue.isEmpty ? [] : [Passage(newValue)] }
    }

    /// Which agent asks, in which step of the run, for which turn of that session (from 1).
    package struct Purpose: Sendable, Hashable, Codable {
        package var agent: String
        package var step: String
        package var turn: Int

        package init(agent: String, step: String, turn: Int) {
            self.agent = agent
            self.step = step
            self.turn = turn
        }
    }
}
