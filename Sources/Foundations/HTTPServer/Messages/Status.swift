/// The status of a response: three digits.
package struct Status: RawRepresentable, Sendable, Hashable, ExpressibleByIntegerLiteral, CustomStringConvertible {
    package let rawValue: Int

    package init(rawValue: Int) { self.rawValue = rawValue }
    package init(integerLiteral value: Int) { rawValue = value }

    package static let ok: Status = 200
    package static let created: Status = 201
    package static let accepted: Status = 202
    package static let noContent: Status = 204
    package static let badRequest: Status = 400
    package static let unauthorized: Status = 401
    package static let forbidden: Status = 403
    package static let notFound: Status = 404
    package static let methodNotAllowed: Status = 405
    package static let requestTimeout: Status = 408
    package static let contentTooLarge: Status = 413
    package static let tooManyRequests: Status = 429
    package static let internalServerError: Status = 500
    package static let serviceUnavailable: Status = 503

    package var description: String { "\(rawValue) \(reason)" }

    /// Whether a response of this status never has a body (RFC 9110, 6.4.1).
    var isBodiless: Bool { rawValue < 200 || rawValue == 204 || rawValue == 304 }

    /// The usual words for the status; `Status` for those without.
    package var reason: String { Self.reasons[rawValue] ?? "Status" }

    private static let reasons: [Int: String] = [
        100: "Continue", 101: "Switching Protocols",
        200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 206: "Partial Content",
        301: "Moved Permanently", 302: "Found", 303: "See Other", 304: "Not Modified", 307: "Temporary Redirect",
        308: "Permanent Redirect",
        400: "Bad Request", 401: "Unauthorized", 402: "Payment Required", 403: "Forbidden", 404: "Not Found",
        405: "Method Not Allowed", 406: "Not Acceptable", 408: "Request Timeout", 409: "Conflict", 410: "Gone",
        411: "Length Required", 412: "Precondition Failed", 413: "Content Too Large", 414: "URI Too Long",
        415: "Unsupported Media Type", 417: "Expectation Failed", 421: "Misdirected Request",
        422: "Unprocessable Content", 426: "Upgrade Required", 429: "Too Many Requests",
        431: "Request Header Fields Too Large",
        500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway", 503: "Service Unavailable",
        504: "Gateway Timeout", 505: "HTTP Version Not Supported", 529: "Overloaded",
    ]
}
