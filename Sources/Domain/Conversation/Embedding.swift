/// A call for the vectors of texts, in words that no provider owns.
package struct EmbeddingRequest: Sendable, Hashable, Codable {
    /// The provider's own name of the model, without the provider's prefix.
    package var model: String
    package var input: Input
    /// The length of the vectors, where the model can shorten them.
    package var dimensions: Int?
    package var user: String?
    /// Members of the request that one format alone has.
    package var passthrough: Passthrough?

    package init(model: String, input: Input, dimensions: Int? = nil, user: String? = nil) {
        self.model = model
        self.input = input
        self.dimensions = dimensions
        self.user = user
    }

    package enum Input: Sendable, Hashable, Codable {
        case texts([String])
        /// Texts as a model's own tokens, which only services of that model can take.
        case tokens([[Int]])

        package var count: Int {
            switch self {
            case .texts(let texts): texts.count
            case .tokens(let tokens): tokens.count
            }
        }
    }
}

/// The vectors of an `EmbeddingRequest`, in the order of its texts.
package struct EmbeddingReply: Sendable, Hashable, Codable {
    package var model: String
    package var vectors: [[Float]]
    package var usage: Usage

    package init(model: String, vectors: [[Float]], usage: Usage) {
        self.model = model
        self.vectors = vectors
        self.usage = usage
    }
}

/// A way to a model that gives vectors.
package protocol EmbeddingProvider: Sendable {
    /// The provider's name in configuration and ledger, such as `openai`.
    var name: String { get }

    /// The vectors of all texts, one each and all of one length.
    ///
    /// Throws `ModelError`; cancelling the task ends the call and throws `CancellationError`.
    func embed(_ request: EmbeddingRequest) async throws -> EmbeddingReply
}
