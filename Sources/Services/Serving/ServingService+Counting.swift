package import Conversation
import Gateway
package import Keys
import Money
import ServedCalls
import WireFormats

/// How many tokens a request has, and by whose count.
package struct TokenCount: Sendable, Hashable {
    package enum Source: String, Sendable, Hashable {
        case provider
        /// Our own count, on the high side.
        case estimate
    }

    package var tokens: Int
    package var source: Source

    package init(tokens: Int, source: Source) {
        self.tokens = tokens
        self.source = source
    }
}

extension ServingService {
    /// Counts the tokens of a request; it counts for the key's rate, and costs nothing.
    ///
    /// A provider that does not count, or does not answer, is stood in for by our own count. Throws `ServedFault` where the
    /// model is not known here or the key may not ask it.
    package func count(_ request: ModelRequest, for key: KnownKey) async throws -> TokenCount {
        // Whatever its length: a request that fits no window is counted all the same.
        let choices = try models.choices(for: request.model, request, kind: "", inputBytes: 0)
        guard let choice = choices.first(where: { key.allows("\($0.model)") }) else {
            throw refused(
                KeyRefusal(.model, "the key \(key.key.name) may not ask \(choices[0].model)"))
        }
        let ticket = try await admit(key, CallEstimate(model: "\(choice.model)", tokens: 0, cost: .zero))
        defer { ledger.release(ticket) }
        for counter in choice.keys.compactMap({ $0 as? any TokenCounter }) {
            do {
                var asked = request
                asked.model = choice.model.model
                return TokenCount(tokens: try await counter.count(asked), source: .provider)
            } catch is ModelError {
                // Its next key may be taken; at last our own count is better than none.
                continue
            }
        }
        return TokenCount(tokens: TokenEstimate.inputTokens(of: request), source: .estimate)
    }
}
