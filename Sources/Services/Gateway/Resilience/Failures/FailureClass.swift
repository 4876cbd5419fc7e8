package import Conversation

/// What a failure of a model call means for whoever wants an answer; pure.
package struct FailureClass: Sendable, Hashable {
    /// What the failure is about, and so what would have to be changed for another outcome.
    package enum Scope: String, Sendable, Hashable {
        /// The key is refused or used up; another key of the same provider may be served.
        case key
        /// The service is unwell; it may recover, and other services are not concerned.
        case service
        /// This model is not to be had there.
        case model
        /// The request itself: no other model would take it, or none should be asked.
        case request
    }

    package var scope: Scope
    /// Whether the same deployment will fail in the same way however long one waits.
    package var isLasting: Bool
    /// Whether the provider may have read the request, and charge it, although no word of an answer came.
    package var mayBeCharged: Bool

    /// Whether it tells against the service, so that a breaker counts it.
    package var isFaultOfService: Bool { !isLasting && (scope == .service || scope == .key) }
}

extension ModelError {
    /// What is to be done about the failure.
    package var failureClass: FailureClass { code.failureClass }
}

extension ModelError.Code {
    package var failureClass: FailureClass {
        switch self {
        case .authentication, .outOfCredit: FailureClass(scope: .key, isLasting: true, mayBeCharged: false)
        case .rateLimited: FailureClass(scope: .key, isLasting: false, mayBeCharged: false)
        case .overloaded, .network, .providerFault:
            FailureClass(scope: .service, isLasting: false, mayBeCharged: false)
        case .timeout, .streamCut, .malformedStream:
            FailureClass(scope: .service, isLasting: false, mayBeCharged: true)
        case .unknownModel: FailureClass(scope: .model, isLasting: true, mayBeCharged: false)
        case .contextTooLong, .refused, .invalidRequest, .rehearsal:
            FailureClass(scope: .request, isLasting: true, mayBeCharged: false)
        }
    }
}
