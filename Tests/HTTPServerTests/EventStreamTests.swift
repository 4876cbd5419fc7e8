import HTTPServer
import ServerHarness
import ServerSentEvents
import Testing

struct EventStreamTests {
    @Test(arguments: Depth.allCases)
    func `Events are written as they are made`(_ depth: Depth) async throws {
        let handler: Handler = { _ async throws in
            .events { events in
                for number in 1...3 {
                    try await events.send(ServerSentEvent(name: "n", data: "\(number)", id: "\(number)"))
                }
                try await events.send(Array("data: raw\n\n".utf8))
            }
        }
        try await depth.withClient(handler) { client async throws in
            let response = try await client.send(.get, "/")
            #expect(response.headers["content-type"] == "text/event-stream")
            #expect(response.headers["cache-control"] == "no-cache")
            var parser = EventStreamParser()
            let events = try parser.push(response.body)
            #expect(events.map(\.data) == ["1", "2", "3", "raw"])
        }
    }

    @Test func `A silent producer's connection is kept alive by comments`() async throws {
        let (mayEnd, naps) = (Gate(), Record())
        let handler: Handler = { _ async throws in
            .events(
                keepAlive: .seconds(9),
                sleep: { time in
                    naps.add("\(time)")
                    // The first naps pass at once, the last until the stream is over.
                    if naps.entries.count > 3 { await untilCancelled() }
                    try Task.checkCancellation()
                }
            ) { events in
                await mayEnd.opened()
                try await events.send(ServerSentEvent(data: "at last"))
            }
        }
        try await withServer(handler) { server async throws in
            let socket = try await server.connect()
            try await socket.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            let silence = try await socket.receive(through: ": keep-alive\n\n")
            #expect(silence.contains("text/event-stream"))
            _ = await naps.entries(4)
            mayEnd.open()
            #expect(try await socket.receiveAll().contains("data: at last\n\n"))
            #expect(naps.entries == ["9.0 seconds", "9.0 seconds", "9.0 seconds", "9.0 seconds"])
        }
    }

    @Test(arguments: Depth.allCases)
    func `Until its first event a stream can become another response`(_ depth: Depth) async throws {
        let handler: Handler = { request in
            .events(begins: .withFirstEvent) { events in
                if request.path == "/thrown" { throw Refusal(.serviceUnavailable, "Not now.") }
                #expect(events.replace(with: .json(Array("{}".utf8), status: .tooManyRequests)))
            }
        }
        try await depth.withClient(handler) { client async throws in
            let replaced = try await client.send(.get, "/")
            #expect(replaced.status == .tooManyRequests && replaced.text == "{}")
            let thrown = try await client.send(.get, "/thrown")
            #expect(thrown.status == .serviceUnavailable && thrown.text == "Not now.\n")
        }
    }

    @Test func `A client that leaves ends a silent stream`() async throws {
        let record = Record()
        let handler: Handler = { _ async throws in
            .events { _ async throws in
                await untilCancelled()
                record.add("cancelled")
            }
        }
        try await withServer(handler) { server async throws in
            let socket = try await server.connect()
            try await socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            _ = try await socket.receive(through: "\r\n\r\n")
            socket.close()
            #expect(await record.entries(1) == ["cancelled"])
        }
    }
}
