import Conversation
import JSON
import WireFormats

/// Turns what providers say of failures into typed errors, with one sentence each.
enum ProviderFault {
    /// An HTTP answer that is no success.
    static func error(
        status: Int, body: [UInt8], retryAfter: Duration?, provider: String, model: String, keyHint: String
    ) -> ModelError {
        let said = words(in: body)
        let tail = said.isEmpty ? "" : ": \(said)"
        switch status {
        case 401, 403:
            return ModelError(.authentication, "\(provider) refused the key (HTTP \(status)\(tail)); \(keyHint)")
        case 402:
            return ModelError(.outOfCredit, "\(provider) asks for credit before it answers (HTTP 402\(tail))")
        case 404 where isPage(body) || model.isEmpty:
            return ModelError(
                .invalidRequest, "\(provider) has nothing at this address (HTTP 404\(tail)); is its base_url right?")
        case 404:
            return ModelError(
                .unknownModel, "\(provider) does not know the model \(model) (HTTP 404\(tail)); see vencejo models list"
            )
        case 408:
            return ModelError(.timeout, "\(provider) gave up waiting (HTTP 408\(tail))", retryAfter: retryAfter)
        case 429 where said.contains("insufficient_quota") || said.contains("credit balance"):
            return ModelError(.outOfCredit, "\(provider) has no credit left for this key (HTTP 429\(tail))")
        case 429:
            return ModelError(
                .rateLimited, "\(provider) limits the rate of calls (HTTP 429\(tail))", retryAfter: retryAfter)
        case 503, 529:
            return ModelError(.overloaded, "\(provider) is overloaded (HTTP \(status)\(tail))", retryAfter: retryAfter)
        case 500...:
            return ModelError(.providerFault, "\(provider) failed (HTTP \(status)\(tail))", retryAfter: retryAfter)
        case 400, 413, 422:
            if StreamFault.isAboutContext(said) || status == 413 {
                return ModelError(.contextTooLong, "the conversation is too long for \(model) (HTTP \(status)\(tail))")
            }
            if said.contains("credit balance") {
                return ModelError(.outOfCredit, "\(provider) has no credit left (\(said))")
            }
            return ModelError(.invalidRequest, "\(provider) refused the request (HTTP \(status)\(tail))")
        default:
            return ModelError(.invalidRequest, "\(provider) answered HTTP \(status)\(tail)")
        }
    }

    /// Whether this is a page for people, as servers have it that know nothing of models.
    private static func isPage(_ body: [UInt8]) -> Bool {
        body.first { !" \n\r\t".utf8.contains($0) } == UInt8(ascii: "<")
    }

    /// The provider's own sentence, cut to a line, from the shapes that error bodies come in.
    private static func words(in body: [UInt8]) -> String {
        // A body that is no JSON is shown as it is.
        guard let json = try? JSONValue(parsing: body) else {
            return isPage(body) ? "a web page" : line(String(decoding: body.prefix(400), as: UTF8.self))
        }
        let error = json["error"]
        let text =
            error?["message"]?.stringValue ?? error?.stringValue ?? json["message"]?.stringValue
            ?? json["detail"]?.stringValue ?? json.text()
        let code = error?["code"]?.stringValue.map { " (\($0))" } ?? ""
        return line(text + code)
    }

    private static func line(_ text: String) -> String {
        String(text.split(whereSeparator: \.isNewline).joined(separator: " ").prefix(300))
    }
}
