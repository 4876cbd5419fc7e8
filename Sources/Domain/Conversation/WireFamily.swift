package import JSON

/// The wire formats that models are spoken to, and served, in.
package enum WireFamily: String, Sendable, Hashable, Codable, CaseIterable {
    case anthropicMessages, openAIChat, openAIResponses, ollama
}

/// What one wire format says besides the words that all share: kept, and said again in that format only.
package struct Passthrough: Sendable, Hashable, Codable {
    package var family: WireFamily
    /// Members of the object that was read; written after our own, and in place of those of the same name.
    package var members: JSONObject
    /// Which of several ways of writing the same thing was used, in words of the format's own reader and writer.
    package var form: String?

    package init(_ family: WireFamily, _ members: JSONObject = [:], form: String? = nil) {
        self.family = family
        self.members = members
        self.form = form
    }

    /// Adds later members: arrays grow at their end, objects member by member, anything else is replaced.
    ///
    /// Linear in what is added. Members of another family are left out.
    package mutating func merge(_ later: Passthrough) {
        guard later.family == family else { return }
        form = later.form ?? form
        Self.merge(later.members, into: &members)
    }

    private static func merge(_ later: JSONObject, into members: inout JSONObject) {
        for (key, value) in later {
            guard var before = members[key] else {
                members.set(value, for: key)
                continue
            }
            // Else the value would be shared with the object, and growing it would copy it.
            members.set(.null, for: key)
            merge(value, into: &before)
            members.set(before, for: key)
        }
    }

    private static func merge(_ later: JSONValue, into value: inout JSONValue) {
        switch (value, later) {
        case (.array(var elements), .array(let more)):
            value = .null
            elements += more
            value = .array(elements)
        case (.object(var members), .object(let more)):
            value = .null
            merge(more, into: &members)
            value = .object(members)
        default:
            value = later
        }
    }
}

/// A part of a message that one wire format alone has, as it stands there: a web search of the provider's, audio, and the like.
package struct NativePart: Sendable, Hashable, Codable {
    package var family: WireFamily
    package var value: JSONValue

    package init(_ family: WireFamily, _ value: JSONValue) {
        self.family = family
        self.value = value
    }
}

/// A piece of a stream that one wire format alone has.
package struct NativeEvent: Sendable, Hashable {
    package var family: WireFamily
    /// The event's data as it came, for a client that speaks the same format; nil where `completes` says it all.
    package var value: JSONValue?
    /// The whole part of the message that ends with this event, where one does.
    package var completes: JSONValue?

    package init(_ family: WireFamily, value: JSONValue? = nil, completes: JSONValue? = nil) {
        self.family = family
        self.value = value
        self.completes = completes
    }
}
