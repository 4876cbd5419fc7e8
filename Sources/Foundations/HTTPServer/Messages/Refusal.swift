/// Why a request is not answered as asked: a status and a sentence for the client.
///
/// Thrown by the parser, the router and bodies; handlers and middleware may throw and catch it. What nobody catches
/// becomes a response through ``ServerConfiguration/refusalResponse``.
package struct Refusal: Error, Sendable, Equatable, CustomStringConvertible {
    package let status: Status
    /// One sentence; the client sees it.
    package let message: String
    /// Fields that the response needs, as `Allow` with 405.
    package let headers: HeaderFields

    package init(_ status: Status, _ message: String, headers: HeaderFields = [:]) {
        self.status = status
        self.message = message
        self.headers = headers
    }

    package var description: String { message }
}

extension Refusal {
    static func badRequest(_ message: String) -> Refusal { Refusal(.badRequest, message) }

    static func tooLarge(limit: Int) -> Refusal {
        Refusal(.contentTooLarge, "The body of the request exceeds the limit of \(limit) bytes.")
    }

    /// What strangers are told of an error that is not theirs.
    static let internalError = Refusal(.internalServerError, "The server failed to answer this request.")
}
