package import HTTPServer

/// A server that runs for the time of a test.
package struct RunningServer: Sendable {
    package let server: Server

    package init(server: Server) { self.server = server }

    /// The port of its first listener.
    package var port: Int { server.addresses.first?.port ?? 0 }

    package func connect(receiveBuffer: Int32? = nil) async throws -> RawSocket {
        try await RawSocket.connect(port: port, receiveBuffer: receiveBuffer)
    }

    /// Sends the text on a connection of its own and gives all that comes back.
    package func exchange(_ text: String) async throws -> String {
        let socket = try await connect()
        try await socket.send(text)
        return try await socket.receiveAll()
    }
}

/// Runs a server on a port of loopback, unless the configuration names listeners, for as long as `body` runs.
package func withServer(
    _ handler: @escaping Handler, configuration: ServerConfiguration = ServerConfiguration([]),
    _ body: (RunningServer) async throws -> Void
) async throws {
    var configuration = configuration
    if configuration.listeners.isEmpty { configuration.listeners = [Listener(.tcp(port: 0))] }
    let server = try Server(configuration, handler: handler)
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await server.run() }
        defer { server.stop() }
        try await body(RunningServer(server: server))
    }
}
