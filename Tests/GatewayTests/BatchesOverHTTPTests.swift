import Batches
import Conversation
import FakeModelServer
import Files
import Gateway
import HTTPClient
import Identity
import Providers
import Secrets
import Storage
import Testing
import Timekeeping

/// The service, the store and the providers together over real HTTP, with the ways in which a process can die (G10).
@Suite struct BatchesOverHTTPTests {
    static let apis = ["anthropic", "openai"]

    private func provider(_ api: String, _ server: FakeBatchServer) throws -> any BatchProvider {
        let client = try HTTPClient(configuration: .init(proxy: .direct))
        let key = Secret(FakeBatchServer.key)
        return api == "anthropic"
            ? AnthropicBatchProvider(
                name: "fake", baseURL: server.baseURL, key: key, keyHint: "check it", client: client)
            : OpenAIBatchProvider(
                name: "fake", baseURL: server.baseURL + "/v1", key: key, keyHint: "check it", client: client)
    }

    private func with(
        _ api: String, _ body: (BatchBench, FakeBatchServer, BatchService) async throws -> Void
    ) async throws {
        try await BatchBench.with { bench in
            let server = try FakeBatchServer()
            defer { server.stop() }
            // The time at which the fake server makes its batches.
            bench.clock.set(to: Timestamp(milliseconds: 1_767_225_900_000))
            try await body(bench, server, bench.newService(providers: [try provider(api, server)]))
            #expect(server.violations == [])
        }
    }

    private func texts(_ outcomes: [BatchOutcome?]) -> [String] {
        outcomes.map { outcome in
            switch outcome {
            case .reply(let reply): reply.message.text
            case .failed(let code, _): code.rawValue
            case .expired: "expired"
            case .cancelled: "cancelled"
            case .unknown: "unknown"
            case nil: "waiting"
            }
        }
    }

    @Test(arguments: apis) func `Calls are answered once, whatever comes of each`(_ api: String) async throws {
        try await with(api) { bench, server, service in
            let ids = try await bench.enqueue(["one", "expire", "fail", "lose", "two"])
            bench.clock.advance(by: .seconds(60))
            try await service.pass()
            bench.clock.advance(by: .seconds(30))
            try await service.pass()
            let early = try await bench.outcomes(ids)
            #expect(texts(early) == Array(repeating: "waiting", count: 5))
            server.finish()
            bench.clock.advance(by: .seconds(45))
            try await service.pass()
            let outcomes = try await bench.outcomes(ids)
            #expect(
                texts(outcomes) == ["re: one", "expired", "providerFault", "providerFault", "re: two"])
            #expect(bench.settled.map(\.id) == ids)
            #expect(server.batches == [5])
            #expect(try await service.pass() == nil)
        }
    }

    @Test(arguments: apis) func `A batch whose answer was lost is found, and not sent again`(_ api: String) async throws
    {
        try await with(api) { bench, server, service in
            let ids = try await bench.enqueue(["one", "two"])
            bench.clock.advance(by: .seconds(60))
            server.dropNextAnswer()
            try await service.pass()
            #expect(server.batches == [2])
            server.finish()
            for _ in 0..<4 {
                bench.clock.advance(by: .seconds(60))
                try await service.pass()
            }
            let outcomes = try await bench.outcomes(ids)
            #expect(texts(outcomes) == ["re: one", "re: two"])
            #expect(server.batches == [2])
        }
    }

    @Test(arguments: apis) func `A batch that no listing shows is sent again after its time to arrive`(
        _ api: String
    ) async throws {
        try await with(api) { bench, server, service in
            let ids = try await bench.enqueue(["one"])
            bench.clock.advance(by: .seconds(60))
            server.refuseNext(500, "broken before it was kept")
            try await service.pass()
            #expect(server.batches == [])
            server.finish()
            for _ in 0..<6 {
                bench.clock.advance(by: .seconds(60))
                try await service.pass()
            }
            let outcomes = try await bench.outcomes(ids)
            #expect(texts(outcomes) == ["re: one"])
            #expect(server.batches == [1])
        }
    }

    @Test(arguments: apis) func `Results that are torn are read again, each recorded once`(_ api: String) async throws {
        try await with(api) { bench, server, service in
            let ids = try await bench.enqueue((0..<300).map { "text \($0)" })
            bench.clock.advance(by: .seconds(60))
            try await service.pass()
            server.finish()
            server.tearResults()
            bench.clock.advance(by: .seconds(30))
            try await service.pass()
            let early = bench.settled.count
            #expect(early > 0 && early < 300)
            bench.clock.advance(by: .seconds(60))
            try await bench.newService(providers: [try provider(api, server)]).pass()
            let outcomes = try await bench.outcomes(ids)
            #expect(texts(outcomes) == (0..<300).map { "re: text \($0)" })
            #expect(bench.settled.count == 300)
            #expect(Set(bench.settled.map(\.id)).count == 300)
        }
    }

    @Test(arguments: apis) func `A busy provider is asked again, and a wrong key ends the batch`(_ api: String)
        async throws
    {
        try await with(api) { bench, server, service in
            let ids = try await bench.enqueue(["one"])
            bench.clock.advance(by: .seconds(60))
            server.refuseNext(429, #"{"error":{"type":"rate_limit_error","message":"slow down"}}"#)
            try await service.pass()
            bench.clock.advance(by: .seconds(30))
            server.refuseNext(401, #"{"error":{"message":"wrong key"}}"#)
            try await service.pass()
            let outcomes = try await bench.outcomes(ids)
            #expect(texts(outcomes) == ["authentication"])
            #expect(server.batches == [])
        }
    }

    @Test(arguments: apis) func `A batch is stopped at its provider`(_ api: String) async throws {
        try await with(api) { bench, _, service in
            let ids = try await bench.enqueue(["one"])
            bench.clock.advance(by: .seconds(60))
            try await service.pass()
            guard case .batched(let batch) = try await bench.journal.call(ids[0])?.state else {
                Issue.record("the call is in no batch")
                return
            }
            try await service.cancel(batch: batch)
            try await service.pass()
            let outcomes = try await bench.outcomes(ids)
            #expect(texts(outcomes) == ["cancelled"])
        }
    }
}
