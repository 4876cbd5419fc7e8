import Files
import HTTPServer
import ServerHarness
import Testing

struct DrainTests {
    @Test func `Draining closes idle connections, finishes what runs, and takes nothing new`() async throws {
        let (started, mayEnd) = (Gate(), Gate())
        let handler: Handler = { request in
            guard request.path == "/slow" else { return .text("quick") }
            started.open()
            await mayEnd.opened()
            return .text("done")
        }
        try await FileSystem.withTemporaryDirectory { root async throws in
            // A file and no port, which another test could take as soon as it is free.
            let path = root / "v.sock"
            let server = try Server(ServerConfiguration([Listener(.unix(path))]), handler: handler)
            // Its owner is this test, which waits for its end.
            let run = Task { try await server.run() }
            let idle = try await RawSocket.connect(path: path.string)
            try await idle.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            _ = try await idle.receive(through: "quick")
            let busy = try await RawSocket.connect(path: path.string)
            try await busy.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
            await started.opened()
            server.drain()
            #expect(try await idle.receiveAll() == "")
            await #expect(throws: RawSocket.Failure.self) { _ = try await RawSocket.connect(path: path.string) }
            mayEnd.open()
            let answer = try await busy.receiveAll()
            #expect(answer.contains("connection: close\r\n") && answer.hasSuffix("done"))
            idle.close()
            busy.close()
            #expect(try await run.value == ServerEnd(cutConnections: 0, abandonedHandlers: 0))
        }
    }

    @Test func `What is not over when the time to drain is gets cut and cancelled`() async throws {
        let started = Gate()
        let record = Record()
        let handler: Handler = { _ in
            started.open()
            await untilCancelled()
            record.add("cancelled")
            return .text("late")
        }
        var configuration = ServerConfiguration([Listener(.tcp(port: 0))])
        configuration.drainTime = .milliseconds(50)
        let server = try Server(configuration, handler: handler)
        // Its owner is this test, which cancels it.
        let run = Task { try await server.run() }
        let socket = try await RunningServer(server: server).connect()
        try await socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        await started.opened()
        run.cancel()
        #expect(try await socket.receiveAll() == "")
        let end = try await run.value
        #expect(end == ServerEnd(cutConnections: 1, abandonedHandlers: 0))
        #expect(record.entries == ["cancelled"])
    }

    @Test func `A server that is ended before it runs serves nothing and gives its port back`() async throws {
        let server = try Server(ServerConfiguration([Listener(.tcp(port: 0))]), handler: readBody)
        let port = server.addresses[0].port ?? 0
        server.drain()
        #expect(try await server.run() == ServerEnd(cutConnections: 0, abandonedHandlers: 0))
        _ = try Server(ServerConfiguration([Listener(.tcp(port: port))]), handler: readBody)
    }

    @Test func `Connections that came before the server ran are served`() async throws {
        let server = try Server(ServerConfiguration([Listener(.tcp(port: 0))]), handler: readBody)
        let socket = try await RunningServer(server: server).connect()
        try await socket.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        try await withThrowingTaskGroup(of: Void.self) { group async throws in
            group.addTask { try await server.run() }
            #expect(try await socket.receiveAll().hasSuffix("GET / 0"))
            group.cancelAll()
        }
    }
}
