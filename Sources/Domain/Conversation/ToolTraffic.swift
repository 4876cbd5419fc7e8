package import JSON

/// A model's wish to use a tool.
package struct ToolCall: Sendable, Hashable, Codable {
    package var id: String
    package var name: String
    package var arguments: Arguments
    /// What the model writes to the tool; nil is a JSON object, `freeText` a JSON string.
    package var kind: ToolKind?
    package var cacheMark: CacheMark?
    package var passthrough: Passthrough?

    package init(
        id: String, name: String, arguments: Arguments, kind: ToolKind? = nil, cacheMark: CacheMark? = nil,
        passthrough: Passthrough? = nil
    ) {
        self.id = id
        self.name = name
        self.arguments = arguments
        self.kind = kind
        self.cacheMark = cacheMark
        self.passthrough = passthrough
    }

    /// What the model wrote, as it would be streamed: JSON, or a free text as it is.
    package var wireText: String {
        switch arguments {
        case .json(.string(let text)) where kind == .freeText: text
        case .json(let value): value.text()
        case .broken(let text, _): text
        }
    }

    /// Arguments as the model wrote them: JSON where they parse, otherwise the broken text and what is wrong with it.
    package enum Arguments: Sendable, Hashable, Codable {
        case json(JSONValue)
        case broken(text: String, reason: String)

        /// Parses what a model streamed; nothing at all counts as an empty object, as several models send that.
        package init(streamed text: String) {
            guard text.contains(where: { !$0.isWhitespace }) else {
                self = .json(.object([:]))
                return
            }
            do throws(JSONError) {
                self = .json(try JSONValue(parsing: text))
            } catch {
                self = .broken(text: text, reason: error.message)
            }
        }
    }
}

/// What came of a tool call, as the model is told.
package struct ToolResult: Sendable, Hashable, Codable {
    package var callID: String
    /// The words of the result; where there are `parts`, those of their texts.
    package var text: String
    package var outcome: Outcome
    /// What the call shows besides; it stands behind the results, as not every provider takes it within one.
    package var image: ImagePart?
    /// The whole result in its order, where it is more than one text: texts, images, documents and native parts.
    package var parts: [Content]?
    package var cacheMark: CacheMark?
    package var passthrough: Passthrough?

    package init(callID: String, text: String, outcome: Outcome, image: ImagePart? = nil) {
        self.callID = callID
        self.text = text
        self.outcome = outcome
        self.image = image
    }

    /// A result in several parts.
    package init(
        callID: String, parts: [Content], outcome: Outcome, cacheMark: CacheMark? = nil,
        passthrough: Passthrough? = nil
    ) {
        self.init(
            callID: callID, text: parts.compactMap(\.plainText).joined(separator: "\n"), outcome: outcome)
        self.parts = parts
        self.cacheMark = cacheMark
        self.passthrough = passthrough
    }

    package enum Outcome: String, Sendable, Hashable, Codable {
        case ok, error
    }
}
