import HTTPClient
import LoopbackHTTP
import Testing

struct CancellationTests {
    private func cancelled(_ server: LoopbackServer) -> HTTPError {
        HTTPError(.cancelled, server.host, "The request to \(server.host) was cancelled.")
    }

    @Test func `cancelling before the head closes the connection`() async throws {
        let arrived = Latch()
        let closed = Latch()
        let server = try LoopbackServer { _, exchange in
            arrived.open()
            exchange.waitForPeerClose()
            closed.open()
        }
        defer { server.stop() }
        let client = try makeClient()
        // Owned and cancelled by this test.
        let task = Task { try await client.collect(server.get(), limit: 0) }
        await arrived.opened()
        task.cancel()
        await #expect(throws: cancelled(server)) { try await task.value }
        await closed.opened()
    }

    @Test func `cancelling in the middle of the body closes the connection`() async throws {
        let reading = Latch()
        let closed = Latch()
        let server = try LoopbackServer { _, exchange in
            exchange.startStream()
            exchange.write("first")
            exchange.waitForPeerClose()
            closed.open()
        }
        defer { server.stop() }
        let client = try makeClient()
        // Owned and cancelled by this test.
        let task = Task {
            try await client.withResponse(server.get()) { response in
                for try await _ in response.body { reading.open() }
            }
        }
        await reading.opened()
        task.cancel()
        await #expect(throws: cancelled(server)) { try await task.value }
        await closed.opened()
    }

    @Test func `cancelling while the closure does something else closes the connection`() async throws {
        let inside = Latch()
        let closed = Latch()
        let server = try LoopbackServer { _, exchange in
            exchange.startStream()
            exchange.waitForPeerClose()
            closed.open()
        }
        defer { server.stop() }
        let client = try makeClient()
        // Owned and cancelled by this test.
        let task = Task {
            try await client.withResponse(server.get()) { _ in
                inside.open()
                await closed.opened()
                return "done"
            }
        }
        await inside.opened()
        task.cancel()
        #expect(try await task.value == "done")
    }

    @Test func `a cancelled task sends nothing`() async throws {
        let server = try LoopbackServer { _, exchange in exchange.respond() }
        defer { server.stop() }
        let client = try makeClient()
        // Owned and cancelled by this test: it cancels itself.
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await client.collect(server.get("/never"), limit: 0)
        }
        await #expect(throws: cancelled(server)) { try await task.value }
        _ = try await client.collect(server.get("/after"), limit: 0)
        #expect(server.requests.map(\.path) == ["/after"])
    }

    @Test func `cancelling a hundred requests leaves the client usable`() async throws {
        let server = try LoopbackServer { request, exchange in
            if request.path == "/hang" { exchange.hang() } else { exchange.respond(body: "ok") }
        }
        defer { server.stop() }
        let client = try makeClient()
        let codes = await withTaskGroup(of: HTTPError.Code?.self) { group in
            for _ in 0..<100 {
                group.addTask { await failure { _ = try await client.collect(server.get("/hang"), limit: 0) }?.code }
            }
            group.cancelAll()
            return await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        }
        #expect(codes == [.cancelled: 100])
        let response = try await client.collect(server.get(), limit: 2)
        #expect(response.text == "ok")
    }
}
