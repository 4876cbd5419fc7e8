package import JSON

extension OpenAIChat {
    /// A failure as this API tells it; the id of the request goes in a header here, not in the body.
    package static func errorBody(of fault: ServedFault, requestID: String) -> (status: Int, body: JSONValue) {
        (fault.kind.status, ["error": error(fault)])
    }

    static func error(_ fault: ServedFault) -> JSONValue {
        let (type, code) = words(for: fault.kind)
        let said = fault.code ?? code
        return [
            "message": .string(fault.message), "type": .string(type),
            "param": fault.path.map { .string($0) } ?? .null, "code": said.map { .string($0) } ?? .null,
        ]
    }

    private static func words(for kind: ServedFault.Kind) -> (type: String, code: String?) {
        switch kind {
        case .invalidRequest, .notFound, .methodNotAllowed: ("invalid_request_error", nil)
        case .authentication: ("invalid_request_error", "invalid_api_key")
        case .permission: ("permission_error", nil)
        case .tooLarge: ("invalid_request_error", "request_too_large")
        case .rateLimited: ("rate_limit_error", "rate_limit_exceeded")
        case .outOfCredit: ("insufficient_quota", "insufficient_quota")
        case .overloaded: ("server_error", "overloaded")
        case .upstream: ("server_error", "upstream_error")
        case .timeout: ("server_error", "timeout")
        case .internalFault: ("server_error", nil)
        }
    }
}
