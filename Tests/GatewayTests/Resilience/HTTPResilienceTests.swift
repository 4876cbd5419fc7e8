import Conversation
import FakeModelServer
import Gateway
import HTTPClient
import LoopbackHTTP
import Providers
import Secrets
import Synchronization
import Testing
import Timekeeping

/// Calls over real HTTP to servers that misbehave in every way that servers do.
@Suite struct HTTPResilienceTests {
    private static let patience = Duration.seconds(20)

    /// Two servers, a caller that asks the first and then the second, and everything around it.
    private struct Pair: Sendable {
        let first: FakeModelServer
        let second: FakeModelServer
        let clock = ManualClock()
        let health: DeploymentHealth
        let caller: ModelCaller
        let purse = Purse()
        let candidates: [Candidate]

        /// - Parameter behave: what the first server does; the second answers.
        static func with(
            hangs: Bool = false, _ behave: @escaping @Sendable (Int) -> ModelBehaviour,
            _ body: (Pair) async throws -> Void
        ) async throws {
            let first = try FakeModelServer(
                replies: { _ in FakeReply(text: "From the first.") }, decide: { _, number in behave(number) })
            defer { first.stop() }
            let second = try FakeModelServer(replies: { _ in FakeReply(text: "From the second.") })
            defer { second.stop() }
            try await body(try Pair(first, second, hangs: hangs))
        }

        private init(_ first: FakeModelServer, _ second: FakeModelServer, hangs: Bool) throws {
            self.first = first
            self.second = second
            health = DeploymentHealth(clock: clock.wall)
            let client = try HTTPClient(configuration: .init(proxy: .direct))
            // Patience ends when a server that hangs holds the request, and otherwise never.
            caller = ModelCaller(
                health: health, retries: .never, clock: clock.wall, jitter: .none,
                sleep: { _ in
                    guard hangs else { return try await forever() }
                    await first.holding.opened()
                })
            candidates = [
                HTTPResilienceTests.candidate("one", [first.baseURL: FakeModelServer.key], client),
                HTTPResilienceTests.candidate("two", [second.baseURL: FakeModelServer.key], client),
            ]
        }

        func ask() async throws -> (result: CallResult, reply: ModelReply?) {
            try await caller.ask(candidates, accounting: purse)
        }

        var asked: [Int] { [first.requestCount, second.requestCount] }
    }

    private static func candidate(_ name: String, _ keys: [String: String], _ client: HTTPClient) -> Candidate {
        candidate(
            name,
            keys.map { url, key in
                AnthropicProvider(name: name, baseURL: url, key: Secret(key), keyHint: "check it", client: client)
            })
    }

    private static func candidate(_ name: String, _ providers: [any ModelProvider]) -> Candidate {
        let request = ModelRequest(
            model: "fake-1", system: "You write code.", messages: [.user("<task>\nT001 Add a flag\n</task>")],
            maxOutputTokens: 100, purpose: .init(agent: "developer", step: "task/T001", turn: 1))
        return Candidate(
            model: ModelName(provider: name, model: "fake-1"), keys: providers, request: request, patience: patience)
    }

    enum Trouble: String, CaseIterable {
        case overloaded, failed, limited, refusedKey, unknown, page, cut, malformed, endless, hang

        var behaviour: ModelBehaviour {
            switch self {
            case .overloaded: .status(529, headers: [], body: "{}")
            case .failed: .status(500, headers: [], body: "it broke")
            case .limited: .status(429, headers: [("Retry-After", "30")], body: "{}")
            case .refusedKey: .status(401, headers: [], body: "{}")
            case .unknown: .status(404, headers: [], body: "{}")
            case .page: .html
            case .cut: .cut
            case .malformed: .malformed
            case .endless: .events([])
            case .hang: .hold
            }
        }

        var code: ModelError.Code {
            switch self {
            case .overloaded: .overloaded
            case .failed: .providerFault
            case .limited: .rateLimited
            case .refusedKey: .authentication
            case .unknown: .unknownModel
            case .page, .malformed: .malformedStream
            case .cut, .endless: .streamCut
            case .hang: .timeout
            }
        }
    }

    @Test(arguments: Trouble.allCases)
    func `Whatever the first server does, the second answers`(_ trouble: Trouble) async throws {
        try await Pair.with(hangs: trouble == .hang) { _ in
            trouble.behaviour
        } _: { pair in
            let (result, reply) = try await pair.ask()
            #expect(reply?.content == [.text("From the second.")])
            #expect(result.attempts.map(\.deployment.name.provider) == ["one", "two"])
            guard case .failed(let error) = result.attempts[0].outcome else {
                Issue.record("the first attempt is said to be \(result.attempts[0].outcome)")
                return
            }
            #expect(error.code == trouble.code && pair.asked == [1, 1])
            #expect(pair.purse.entries.allSatisfy { $0.end != nil })
            #expect((pair.purse.entries[0].end?.usage != nil) == trouble.code.failureClass.mayBeCharged)
            if trouble == .hang { await pair.first.deserted.opened() }
            #expect(pair.first.violations == [] && pair.second.violations == [])
        }
    }

    @Test func `A server that asks to be left alone is left alone, and then asked again`() async throws {
        let limited = ModelBehaviour.status(429, headers: [("Retry-After", "30")], body: "{}")
        try await Pair.with {
            $0 == 1 ? limited : .answer
        } _: { pair in
            for _ in 0..<3 { _ = try await pair.ask() }
            #expect(pair.asked == [1, 3])
            pair.clock.advance(by: .seconds(30))
            let (_, reply) = try await pair.ask()
            #expect(reply?.content == [.text("From the first.")] && pair.asked == [2, 3])
        }
    }

    @Test func `A stream that is cut after its first words is not begun again elsewhere`() async throws {
        try await Pair.with { _ in
            .cut
        } _: { pair in
            let passedOn = Mutex(0)
            let result = try await pair.caller.send(pair.candidates, accounting: pair.purse) { _ in
                passedOn.withLock { $0 += 1 }
            }
            guard case .failed(let error) = result.outcome else {
                Issue.record("the call is said to be \(result.outcome)")
                return
            }
            #expect(error.code == .streamCut && result.hasBegun && passedOn.withLock { $0 } > 0)
            #expect(pair.asked == [1, 0])
        }
    }

    @Test func `A server that dies between two calls is replaced`() async throws {
        try await Pair.with { _ in
            .answer
        } _: { pair in
            let client = try HTTPClient(configuration: .init(proxy: .direct))
            var mortal: FakeModelServer? = try FakeModelServer(replies: { _ in FakeReply(text: "From the mortal.") })
            let first = Self.candidate("mortal", [mortal?.baseURL ?? "": FakeModelServer.key], client)
            let candidates = [first] + pair.candidates
            let before = try await pair.caller.ask(candidates, accounting: pair.purse)
            // Its port is closed with it.
            mortal = nil
            let after = try await pair.caller.ask(candidates, accounting: pair.purse)
            #expect(before.reply?.content == [.text("From the mortal.")])
            #expect(after.reply?.content == [.text("From the first.")])
        }
    }

    @Test func `Nobody at the address is replaced at once`() async throws {
        let port = try LoopbackPort(.refusing)
        try await Pair.with { _ in
            .answer
        } _: { pair in
            let client = try HTTPClient(configuration: .init(proxy: .direct))
            let nobody = Self.candidate("nobody", ["http://127.0.0.1:\(port.number)": "k"], client)
            let (result, _) = try await pair.caller.ask([nobody] + pair.candidates, accounting: pair.purse)
            #expect(result.attempts.map(\.deployment.name.provider) == ["nobody", "one"])
            #expect(pair.purse.entries[0].end?.usage == nil)
        }
    }

    @Test func `Cancelling closes the connection and accounts for what may have been read`() async throws {
        try await Pair.with { _ in
            .stall
        } _: { pair in
            // Cancelled and awaited below.
            let call = Task { try await pair.ask() }
            await pair.first.holding.opened()
            call.cancel()
            await #expect(throws: CancellationError.self) { try await call.value }
            await pair.first.deserted.opened()
            #expect(pair.purse.outcomes == [.cancelled] && pair.asked == [1, 0])
            #expect(pair.purse.entries[0].end?.usage != nil)
        }
    }

    // MARK: - Keys

    private static let events = [
        #"data: {"id":"a","model":"m","choices":[{"delta":{"content":"Hi."},"finish_reason":"stop"}]}"#, "data: [DONE]",
    ]

    @Test func `Of two keys the one with room is used, as the server tells it`() async throws {
        let used = Mutex<[String]>([])
        let server = try LoopbackServer { request, exchange in
            let key = request.headers["authorization"]?.split(separator: " ").last.map(String.init) ?? ""
            used.withLock { $0.append(key) }
            let left = key == "full" ? "59" : "0"
            exchange.startStream(
                200,
                [
                    ("Content-Type", "text/event-stream"), ("x-ratelimit-limit-requests", "60"),
                    ("x-ratelimit-remaining-requests", left), ("x-ratelimit-reset-requests", "6m0s"),
                ])
            for event in Self.events { exchange.write(event + "\n\n") }
            exchange.finishStream()
        }
        defer { server.stop() }
        let client = try HTTPClient(configuration: .init(proxy: .direct))
        let keys = ["empty", "full"].map { key in
            OpenAIChatProvider(
                name: "p", baseURL: server.baseURL, key: Secret(key), keyHint: "check it", client: client)
        }
        let bench = CallBench()
        for _ in 0..<5 {
            _ = try await bench.caller.ask([Self.candidate("p", keys)], accounting: bench.purse)
        }
        #expect(used.withLock { $0 } == ["empty", "full", "full", "full", "full"])
    }

    @Test func `A key that is limited leaves the call to the other key`() async throws {
        let server = try LoopbackServer { request, exchange in
            guard request.headers["authorization"] == "Bearer good" else {
                exchange.respond(429, [("Retry-After", "60")], body: #"{"error":{"message":"slow down"}}"#)
                return
            }
            exchange.startStream(200, [("Content-Type", "text/event-stream")])
            for event in Self.events { exchange.write(event + "\n\n") }
            exchange.finishStream()
        }
        defer { server.stop() }
        let client = try HTTPClient(configuration: .init(proxy: .direct))
        let keys = ["tired", "good"].map { key in
            OpenAIChatProvider(
                name: "p", baseURL: server.baseURL, key: Secret(key), keyHint: "check it", client: client)
        }
        let bench = CallBench()
        for _ in 0..<3 {
            let (result, _) = try await bench.caller.ask([Self.candidate("p", keys)], accounting: bench.purse)
            #expect(
                result.outcome
                    == .answered(by: Deployment(name: ModelName(provider: "p", model: "fake-1"), keyIndex: 1)))
        }
        #expect(server.requests.count == 4 && bench.waits.over == [])
    }

    // MARK: - Many at once

    @Test func `Two hundred calls at once get their answers though one server fails every time`() async throws {
        try await Pair.with { _ in
            .status(500, headers: [], body: "it broke")
        } _: { pair in
            let texts = try await withThrowingTaskGroup(of: String?.self) { group in
                for _ in 0..<200 { group.addTask { try await pair.ask().reply?.message.text } }
                return try await group.reduce(into: [String?]()) { $0.append($1) }
            }
            #expect(texts == Array(repeating: "From the second.", count: 200))
            #expect(pair.purse.entries.allSatisfy { $0.end != nil })
            #expect(pair.purse.entries.count { $0.end?.outcome == .answered } == 200)
            let asked = pair.first.requestCount
            for _ in 0..<20 { _ = try await pair.ask() }
            #expect(pair.first.requestCount == asked)
            #expect(pair.health.snapshot().deployments.map(\.counts.inFlight) == [0, 0])
        }
    }
}
