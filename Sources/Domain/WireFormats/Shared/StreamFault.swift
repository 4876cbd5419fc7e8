package import Conversation
package import JSON

/// Faults of streams, with one sentence each.
package enum StreamFault {
    /// An error that came as an event, after the answer had begun.
    package static func error(in data: JSONValue) -> ModelError {
        let error = data["error"]
        let said = error?["message"]?.stringValue ?? error?.stringValue ?? data.text()
        let kind = error?["type"]?.stringValue ?? error?["code"]?.stringValue ?? ""
        let message = "the provider broke off its answer: \(said)"
        switch kind {
        case "overloaded_error": return ModelError(.overloaded, message)
        case "rate_limit_error", "rate_limit_exceeded": return ModelError(.rateLimited, message)
        case "authentication_error", "permission_error": return ModelError(.authentication, message)
        case "invalid_request_error" where isAboutContext(said): return ModelError(.contextTooLong, message)
        case "invalid_request_error": return ModelError(.invalidRequest, message)
        default: return ModelError(.providerFault, message)
        }
    }

    /// Whether a provider's sentence says that the conversation is too long.
    package static func isAboutContext(_ text: String) -> Bool {
        let text = text.lowercased()
        return text.contains("context_length") || text.contains("context length") || text.contains("prompt is too long")
            || text.contains("context window") || text.contains("too many tokens")
    }

    package static func malformed(_ what: String) -> ModelError {
        ModelError(.malformedStream, "the provider's stream is malformed: \(what)")
    }

    package static var cut: ModelError {
        ModelError(.streamCut, "the provider's stream ended in the middle of the answer")
    }

    package static func data(of text: String) throws(ModelError) -> JSONValue {
        do throws(JSONError) {
            return try JSONValue(parsing: text)
        } catch {
            throw ModelError(.malformedStream, "the provider sent an event that is not JSON: \(error.message)")
        }
    }
}
