package import JSON

/// How much a model is to think before it answers.
package struct ThinkingSetting: Sendable, Hashable, Codable {
    package var mode: Mode?
    package var effort: Effort?
    package var passthrough: Passthrough?

    package init(mode: Mode? = nil, effort: Effort? = nil, passthrough: Passthrough? = nil) {
        self.mode = mode
        self.effort = effort
        self.passthrough = passthrough
    }

    package enum Mode: Sendable, Hashable, Codable {
        case off
        /// As much as the model sees fit.
        case adaptive
        /// Up to so many tokens.
        case budget(Int)
    }

    package enum Effort: String, Sendable, Hashable, Codable, CaseIterable {
        case minimal, low, medium, high, xhigh, max
    }
}

/// What the answer must look like.
package enum ResponseFormat: Sendable, Hashable, Codable {
    case text
    /// Any JSON object.
    case jsonObject
    case schema(JSONSchemaFormat)

    package struct JSONSchemaFormat: Sendable, Hashable, Codable {
        package var schema: JSONValue
        package var name: String?
        package var description: String?
        package var strict: Bool?
        package var passthrough: Passthrough?

        package init(
            _ schema: JSONValue, name: String? = nil, description: String? = nil, strict: Bool? = nil,
            passthrough: Passthrough? = nil
        ) {
            self.schema = schema
            self.name = name
            self.description = description
            self.strict = strict
            self.passthrough = passthrough
        }
    }
}

/// Who decides where a provider's prompt cache is to be marked.
package enum CacheMarkPolicy: String, Sendable, Hashable, Codable {
    /// The writer of the format, by what it knows of our agents' prompts.
    case automatic
    /// The request, by its cache marks alone.
    case asGiven
}
