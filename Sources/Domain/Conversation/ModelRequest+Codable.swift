import JSON

extension ModelRequest {
    private enum CodingKeys: String, CodingKey {
        case model, system, systemParts, messages, tools, images, maxOutputTokens, temperature, topP, topK, seed
        case frequencyPenalty, presencePenalty, stopSequences, toolChoice, parallelToolCalls, thinking, responseFormat
        case user, metadata, serviceTier, cacheKey, cacheMarks, assumesOutputLimit, origin, passthrough
        case passthroughHeaders, purpose
    }

    /// Reads records of before, too: what they do not have takes its default.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func optional<Value: Decodable>(_ key: CodingKeys) throws -> Value? {
            try container.decodeIfPresent(Value.self, forKey: key)
        }
        self.init(
            model: try container.decode(String.self, forKey: .model), system: try optional(.system) ?? "",
            messages: try container.decode([Message].self, forKey: .messages),
            tools: try optional(.tools) ?? [], images: try optional(.images) ?? [:],
            maxOutputTokens: try container.decode(Int.self, forKey: .maxOutputTokens),
            temperature: try optional(.temperature), purpose: try container.decode(Purpose.self, forKey: .purpose))
        if let parts: [Passage] = try optional(.systemParts) { systemParts = parts }
        topP = try optional(.topP)
        topK = try optional(.topK)
        seed = try optional(.seed)
        frequencyPenalty = try optional(.frequencyPenalty)
        presencePenalty = try optional(.presencePenalty)
        stopSequences = try optional(.stopSequences) ?? []
        toolChoice = try optional(.toolChoice)
        parallelToolCalls = try optional(.parallelToolCalls)
        thinking = try optional(.thinking)
        responseFormat = try optional(.responseFormat)
        user = try optional(.user)
        metadata = try optional(.metadata)
        serviceTier = try optional(.serviceTier)
        cacheKey = try optional(.cacheKey)
        cacheMarks = try optional(.cacheMarks) ?? .automatic
        assumesOutputLimit = try optional(.assumesOutputLimit) ?? false
        origin = try optional(.origin)
        passthrough = try optional(.passthrough)
        passthroughHeaders = try optional(.passthroughHeaders) ?? [:]
    }

    /// Writes what is said; a request that says nothing new is written as it was before.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(model, forKey: .model)
        if systemParts.isEmpty || (systemParts.count == 1 && systemParts[0].isPlain) {
            try container.encode(system, forKey: .system)
        } else {
            try container.encode(systemParts, forKey: .systemParts)
        }
        try container.encode(messages, forKey: .messages)
        try container.encode(tools, forKey: .tools)
        try container.encode(images, forKey: .images)
        try container.encode(maxOutputTokens, forKey: .maxOutputTokens)
        try container.encodeIfPresent(temperature, forKey: .temperature)
        try container.encodeIfPresent(topP, forKey: .topP)
        try container.encodeIfPresent(topK, forKey: .topK)
        try container.encodeIfPresent(seed, forKey: .seed)
        try container.encodeIfPresent(frequencyPenalty, forKey: .frequencyPenalty)
        try container.encodeIfPresent(presencePenalty, forKey: .presencePenalty)
        if !stopSequences.isEmpty { try container.encode(stopSequences, forKey: .stopSequences) }
        try container.encodeIfPresent(toolChoice, forKey: .toolChoice)
        try container.encodeIfPresent(parallelToolCalls, forKey: .parallelToolCalls)
        try container.encodeIfPresent(thinking, forKey: .thinking)
        try container.encodeIfPresent(responseFormat, forKey: .responseFormat)
        try container.encodeIfPresent(user, forKey: .user)
        try container.encodeIfPresent(metadata, forKey: .metadata)
        try container.encodeIfPresent(serviceTier, forKey: .serviceTier)
        try container.encodeIfPresent(cacheKey, forKey: .cacheKey)
        if cacheMarks != .automatic { try container.encode(cacheMarks, forKey: .cacheMarks) }
        if assumesOutputLimit { try container.encode(assumesOutputLimit, forKey: .assumesOutputLimit) }
        try container.encodeIfPresent(origin, forKey: .origin)
        try container.encodeIfPresent(passthrough, forKey: .passthrough)
        if !passthroughHeaders.isEmpty { try container.encode(passthroughHeaders, forKey: .passthroughHeaders) }
        try container.encode(purpose, forKey: .purpose)
    }
}
