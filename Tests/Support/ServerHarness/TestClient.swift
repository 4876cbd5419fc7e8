package import HTTPServer

/// Sends requests to a handler in one of two depths, so that one suite of tests holds for both.
package protocol TestClient: Sendable {
    func send(
        _ method: Method, _ target: String, headers: HeaderFields, body: [UInt8]
    ) async throws -> CollectedResponse
}

extension TestClient {
    package func send(_ method: Method, _ target: String, headers: HeaderFields = [:]) async throws
        -> CollectedResponse
    {
        try await send(method, target, headers: headers, body: [])
    }

    package func send(
        _ method: Method, _ target: String, headers: HeaderFields = [:], text: String
    ) async throws -> CollectedResponse {
        try await send(method, target, headers: headers, body: Array(text.utf8))
    }
}

/// How deep a test goes.
package enum Depth: String, CaseIterable, Sendable, CustomStringConvertible {
    /// The handler is called.
    case router
    /// A server listens on loopback, and the request goes through sockets.
    case live

    package var description: String { rawValue }

    /// Lends a client of the depth for as long as `body` runs.
    package func withClient(
        _ handler: @escaping Handler, configuration: ServerConfiguration = ServerConfiguration([]),
        _ body: (any TestClient) async throws -> Void
    ) async throws {
        switch self {
        case .router:
            try await body(RouterClient(handler: handler, configuration: configuration))
        case .live:
            try await withServer(handler, configuration: configuration) { server in
                try await body(LiveClient(port: server.port))
            }
        }
    }
}

/// Calls the handler in the test's own task.
package struct RouterClient: TestClient {
    let handler: Handler
    let configuration: ServerConfiguration

    package init(handler: @escaping Handler, configuration: ServerConfiguration = ServerConfiguration([])) {
        self.handler = handler
        self.configuration = configuration
    }

    package func send(
        _ method: Method, _ target: String, headers: HeaderFields, body: [UInt8]
    ) async throws -> CollectedResponse {
        await Request(method, target, headers: headers, body: RequestBody(body))
            .answer(by: handler, as: configuration)
    }
}

/// Opens a connection for each request.
package struct LiveClient: TestClient {
    let port: Int

    package init(port: Int) { self.port = port }

    package func send(
        _ method: Method, _ target: String, headers: HeaderFields, body: [UInt8]
    ) async throws -> CollectedResponse {
        let socket = try await RawSocket.connect(port: port)
        var head = "\(method) \(target) HTTP/1.1\r\nHost: test\r\nConnection: close\r\n"
        for field in headers.fields { head += "\(field.name): \(field.value)\r\n" }
        if !body.isEmpty { head += "Content-Length: \(body.count)\r\n" }
        try await socket.send(Array((head + "\r\n").utf8) + body)
        var bytes: [UInt8] = []
        while let next = try await socket.receive(), !next.isEmpty { bytes += next }
        return try ResponseReader.read(bytes, isHead: method == .head)
    }
}
