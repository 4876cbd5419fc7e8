import HTTPServer
import JSON
import WireFormats

extension ServedFault {
    /// The answer that a client of the format understands.
    func response<Format: ServedFormat>(_ format: Format.Type, requestID: String) -> Response {
        let (status, body) = Format.errorBody(of: self, requestID: requestID)
        var response = Response.json(body.bytes(), status: Status(rawValue: status))
        if let retryAfter {
            let seconds = retryAfter.components.seconds + (retryAfter.components.attoseconds > 0 ? 1 : 0)
            response.headers["retry-after"] = "\(max(seconds, 1))"
        }
        if kind == .authentication { response.headers["www-authenticate"] = "Bearer" }
        return response
    }

    /// What the server itself refuses, such as a body that is too large.
    init(_ refusal: Refusal) {
        let kind: Kind =
            switch refusal.status.rawValue {
            case 403: .permission
            case 404: .notFound
            case 405: .methodNotAllowed
            case 413: .tooLarge
            case 408: .timeout
            case 500...: .internalFault
            default: .invalidRequest
            }
        self.init(kind, refusal.message)
    }
}
