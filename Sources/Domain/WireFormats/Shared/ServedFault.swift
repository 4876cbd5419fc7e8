package import Conversation

/// A failure of a served call, in words that no API owns; each format writes it in its own shape.
package struct ServedFault: Error, Sendable, Hashable, CustomStringConvertible {
    package var kind: Kind
    /// One sentence for the client; it must hold nothing that a stranger may not see.
    package var message: String
    /// The JSON path of what is wrong with the request, such as `messages[2].role`.
    package var path: String?
    /// What the client may tell failures of one kind apart by, in snake case.
    package var code: String?
    package var retryAfter: Duration?

    package init(
        _ kind: Kind, _ message: String, path: String? = nil, code: String? = nil, retryAfter: Duration? = nil
    ) {
        self.kind = kind
        self.message = message
        self.path = path
        self.code = code
        self.retryAfter = retryAfter
    }

    package enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        case invalidRequest
        case authentication
        /// The key is known, and may not do this.
        case permission
        /// No such model, batch or address.
        case notFound
        case methodNotAllowed
        case tooLarge
        case rateLimited
        /// The key's budget, or the provider's credit, is used up.
        case outOfCredit
        case overloaded
        /// The provider answered with something that cannot be read, or could not be reached.
        case upstream
        case timeout
        case internalFault

        package var status: Int {
            switch self {
            case .invalidRequest: 400
            case .authentication: 401
            case .outOfCredit: 402
            case .permission: 403
            case .notFound: 404
            case .methodNotAllowed: 405
            case .tooLarge: 413
            case .rateLimited: 429
            case .internalFault: 500
            case .upstream: 502
            case .overloaded: 503
            case .timeout: 504
            }
        }
    }

    package var description: String { message }

    package init(_ fault: WireFault) {
        self.init(
            .invalidRequest, fault.message, path: fault.path.isEmpty ? nil : fault.path,
            code: fault.code == .unsupported ? "unsupported_value" : nil)
    }

    /// What a failed call to a model is to the client of a server; the server's own key is the server's own trouble.
    package init(_ error: ModelError) {
        let kind: Kind =
            switch error.code {
            case .invalidRequest, .refused, .contextTooLong: .invalidRequest
            case .unknownModel: .notFound
            case .rateLimited: .rateLimited
            case .overloaded: .overloaded
            case .outOfCredit: .outOfCredit
            case .timeout: .timeout
            case .authentication, .network, .streamCut, .malformedStream, .providerFault, .rehearsal: .upstream
            }
        let code: String? =
            switch error.code {
            case .contextTooLong: "context_length_exceeded"
            case .unknownModel: "model_not_found"
            case .outOfCredit: "insufficient_quota"
            case .rateLimited: "rate_limit_exceeded"
            default: nil
            }
        let message =
            error.code == .authentication ? "the model's provider refused this server's own key" : error.message
        self.init(kind, message, code: code, retryAfter: error.retryAfter)
    }
}
