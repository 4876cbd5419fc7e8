import HTTPServer
import ServerHarness
import Testing

/// Clients that go away, in every phase of an exchange.
struct DisconnectTests {
    enum Leaving: CaseIterable, CustomTestStringConvertible {
        case inOrder
        case withReset
        case halfClosed

        var testDescription: String { "\(self)" }

        func apply(_ socket: RawSocket) {
            switch self {
            case .inOrder: socket.close()
            case .withReset: socket.close(reset: true)
            case .halfClosed: socket.finishSending()
            }
        }
    }

    @Test(arguments: Leaving.allCases)
    func `A client that leaves cancels the handler that works for it`(_ leaving: Leaving) async throws {
        let started = Gate()
        let record = Record()
        let handler: Handler = { _ in
            started.open()
            await untilCancelled()
            record.add("cancelled \(Task.isCancelled)")
            return .text("nobody reads this")
        }
        try await withServer(handler) { server async throws in
            let socket = try await server.connect()
            try await socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            await started.opened()
            leaving.apply(socket)
            #expect(await record.entries(1) == ["cancelled true"])
            _ = socket
        }
    }

    @Test(arguments: Leaving.allCases)
    func `A client that leaves in the middle of its body ends the reading of it`(_ leaving: Leaving) async throws {
        let started = Gate()
        let record = Record()
        let handler: Handler = { request in
            do {
                for try await _ in request.body { started.open() }
                record.add("complete")
            } catch {
                record.add(error is Disconnected || error is CancellationError ? "gone" : "\(error)")
            }
            return .text("nobody reads this")
        }
        try await withServer(handler) { server async throws in
            let socket = try await server.connect()
            try await socket.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nsome of it")
            await started.opened()
            leaving.apply(socket)
            #expect(await record.entries(1) == ["gone"])
            _ = socket
        }
    }

    @Test(arguments: Leaving.allCases)
    func `A client that leaves in the middle of a stream ends the writing of it`(_ leaving: Leaving) async throws {
        let record = Record()
        let handler: Handler = { _ in
            var response = Response.stream(type: "text/plain") { writer in
                do {
                    while true {
                        try await writer.write("more\n")
                        await Task.yield()
                    }
                } catch {
                    record.add(error is Disconnected || error is CancellationError ? "gone" : "\(error)")
                    throw error
                }
            }
            response.whenOver { record.add("\($0.status.rawValue) \($0.ending)") }
            return response
        }
        try await withServer(handler) { server async throws in
            let socket = try await server.connect()
            try await socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            _ = try await socket.receive(through: "more\n")
            leaving.apply(socket)
            #expect(await Set(record.entries(2)) == ["gone", "200 cut"])
            _ = socket
        }
    }

    @Test(arguments: [Leaving.inOrder, .withReset])
    func `A client that leaves while nothing is read from it is noticed`(_ leaving: Leaving) async throws {
        let record = Record()
        let handler: Handler = { request in
            record.add("started")
            // The body is not read, so the connection is not either once there is enough of it. The little that is left
            // fits into the system's buffer: behind more, the end of the client could not be seen.
            await untilCancelled()
            record.add("cancelled")
            return .text("nobody reads this")
        }
        try await withServer(handler) { server async throws in
            let socket = try await server.connect()
            try await socket.send(
                Array("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000\r\n\r\n".utf8)
                    + [UInt8](repeating: 1, count: 300_000))
            #expect(await record.entries(1) == ["started"])
            leaving.apply(socket)
            #expect(await record.entries(2) == ["started", "cancelled"])
        }
    }

    @Test(arguments: [
        "", "G", "GET / HTTP/1.1\r\nHos", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhe",
    ])
    func `A reset in any phase leaves nothing behind`(_ begin: String) async throws {
        try await withServer(readBody) { server async throws in
            for leaving in Leaving.allCases {
                let socket = try await server.connect()
                if !begin.isEmpty { try await socket.send(begin) }
                leaving.apply(socket)
                if leaving == .halfClosed { _ = try await socket.receiveAll() }
            }
            #expect(try await server.status("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n") == "200")
            while server.server.statistics.openConnections > 0 || server.server.statistics.runningHandlers > 0 {
                await Task.yield()
            }
        }
    }

    @Test func `A client that only finishes sending still gets an answer that is complete already`() async throws {
        // The refusal is made as the bytes are read, before the end behind them is seen.
        try await withServer(readBody) { server async throws in
            let socket = try await server.connect()
            try await socket.send("BROKEN\r\n\r\n")
            socket.finishSending()
            #expect(try await socket.receiveAll().hasPrefix("HTTP/1.1 400"))
        }
    }

    @Test func `Connections without number that are reset at once harm nobody`() async throws {
        try await withServer(readBody) { server async throws in
            for round in 0..<300 {
                let socket = try await server.connect()
                if round % 2 == 0 { try await socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n") }
                socket.close(reset: true)
            }
            #expect(try await server.status("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n") == "200")
        }
    }
}
