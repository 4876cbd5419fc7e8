/// A request as a handler sees it.
package struct Request: Sendable {
    package let head: RequestHead
    package let body: RequestBody
    package let connection: ConnectionInfo
    /// What the route's pattern found in the path.
    package internal(set) var parameters = PathParameters()
    private var values: [ObjectIdentifier: any Sendable] = [:]

    init(head: RequestHead, body: RequestBody, connection: ConnectionInfo) {
        self.head = head
        self.body = body
        self.connection = connection
    }

    /// A request that never was on a wire, for tests and for callers in the same process.
    ///
    /// The target begins with `/` and is percent-encoded.
    package init(
        _ method: Method, _ target: String, headers: HeaderFields = [:], body: RequestBody = RequestBody(),
        connection: ConnectionInfo = ConnectionInfo()
    ) {
        let length = body.length ?? 0
        self.init(
            head: RequestHead(
                method: method, target: target, headers: headers, minorVersion: 1,
                framing: length > 0 ? .length(length) : .none, keepsAlive: true, expectsContinue: false),
            body: body, connection: connection)
    }

    package var method: Method { head.method }
    package var headers: HeaderFields { head.headers }
    /// The part of the target before `?`, percent-encoded as sent.
    package var path: Substring { head.path }

    /// What middleware found out and tells the handlers behind it, by the type of the value.
    ///
    ///     request[Caller.self] = caller              // in middleware
    ///     guard let caller = request[Caller.self]    // in a handler
    package subscript<Value: Sendable>(_ type: Value.Type) -> Value? {
        get { values[ObjectIdentifier(type)] as? Value }
        set { values[ObjectIdentifier(type)] = newValue }
    }
}

/// Answers a request; runs in a task of its own that is cancelled when the client goes away.
package typealias Handler = @Sendable (Request) async throws -> Response

/// Stands before a handler: it may change the request, answer by itself, or change or catch what comes back.
package typealias Middleware = @Sendable (Request, Handler) async throws -> Response
