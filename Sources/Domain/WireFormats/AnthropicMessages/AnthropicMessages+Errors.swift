package import JSON

extension AnthropicMessages {
    /// A failure as this API tells it.
    package static func errorBody(of fault: ServedFault, requestID: String) -> (status: Int, body: JSONValue) {
        let body: JSONObject = [
            "type": "error", "error": error(fault), "request_id": .string(requestID),
        ]
        return (fault.kind == .overloaded ? 529 : fault.kind.status, .object(body))
    }

    static func error(_ fault: ServedFault) -> JSONValue {
        ["type": .string(type(of: fault.kind)), "message": .string(fault.message)]
    }

    private static func type(of kind: ServedFault.Kind) -> String {
        switch kind {
        case .invalidRequest, .methodNotAllowed: "invalid_request_error"
        case .authentication: "authentication_error"
        case .outOfCredit: "billing_error"
        case .permission: "permission_error"
        case .notFound: "not_found_error"
        case .tooLarge: "request_too_large"
        case .rateLimited: "rate_limit_error"
        case .timeout: "timeout_error"
        case .overloaded: "overloaded_error"
        case .upstream, .internalFault: "api_error"
        }
    }
}
