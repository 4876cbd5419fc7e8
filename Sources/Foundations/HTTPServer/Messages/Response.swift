/// The answer to a request.
///
/// The server itself writes `content-length`, `transfer-encoding`, `connection` and `date`; such fields among the
/// headers are left out.
package struct Response: Sendable {
    /// Where the bytes of the body come from.
    package enum Body: Sendable {
        case bytes([UInt8])
        /// Written while it is sent, by a closure that runs in the request's task behind the handler and its
        /// middleware; see ``BodyWriter``. The length is told where it is known, and then must be kept.
        case stream(length: Int?, @Sendable (BodyWriter) async throws -> Void)
        /// Another protocol takes the connection over, for as long as the closure runs, in the request's task.
        case upgrade(protocol: String, @Sendable (UpgradedConnection) async throws -> Void)
    }

    package var status: Status
    package var headers: HeaderFields
    package var body: Body
    /// Called once each when the response is over, on any thread; must not block.
    private(set) var observers: [@Sendable (ResponseOutcome) -> Void] = []

    package init(_ status: Status = .ok, headers: HeaderFields = [:], body: Body = .bytes([])) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    package init(_ status: Status = .ok, type: String, _ bytes: [UInt8], headers: HeaderFields = [:]) {
        self.init(status, headers: headers, body: .bytes(bytes))
        self.headers["content-type"] = type
    }

    package static func text(_ text: String, status: Status = .ok) -> Response {
        Response(status, type: "text/plain; charset=utf-8", Array(text.utf8))
    }

    /// The bytes of a JSON document.
    package static func json(_ bytes: [UInt8], status: Status = .ok) -> Response {
        Response(status, type: "application/json", bytes)
    }

    /// A body that is written while it is sent.
    package static func stream(
        _ status: Status = .ok, type: String, headers: HeaderFields = [:], length: Int? = nil,
        _ write: @escaping @Sendable (BodyWriter) async throws -> Void
    ) -> Response {
        var response = Response(status, headers: headers, body: .stream(length: length, write))
        response.headers["content-type"] = type
        return response
    }

    /// Has the closure called when the response is over: sent, failed, or the client gone.
    package mutating func whenOver(_ observer: @escaping @Sendable (ResponseOutcome) -> Void) {
        observers.append(observer)
    }

    /// Has the observers of another response called for this one too.
    mutating func adopt(_ others: [@Sendable (ResponseOutcome) -> Void]) {
        observers.append(contentsOf: others)
    }
}

/// How a response ended.
package struct ResponseOutcome: Sendable, Hashable {
    package enum Ending: Sendable, Hashable {
        /// All of it was handed to the system.
        case sent
        /// The body's closure threw behind the head, or wrote more or less than it said.
        case failed
        /// The client went away or was too slow, or the server was stopped.
        case cut
    }

    package let status: Status
    /// Bytes of the body that were handed over.
    package let bytes: Int
    package let ending: Ending
}
