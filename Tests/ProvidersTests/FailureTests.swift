import Conversation
import FakeModelServer
import HTTPClient
import JSON
import LoopbackHTTP
import Providers
import Testing

/// Everything that can go wrong on the way to a model, each with its code and one sentence.
@Suite struct FailureTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var status: Int
        var headers: [(String, String)] = []
        var body: String
        var expected: ModelError

        var testDescription: String { "HTTP \(status): \(body.prefix(60))" }

        init(_ status: Int, _ headers: [(String, String)] = [], _ body: String, _ expected: ModelError) {
            self.status = status
            self.headers = headers
            self.body = body
            self.expected = expected
        }
    }

    static let cases = [
        Case(
            401, #"{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}"#,
            ModelError(.authentication, "fake refused the key (HTTP 401: invalid x-api-key); check $FAKE_KEY")),
        Case(
            403, #"{"error":{"message":"no access"}}"#,
            ModelError(.authentication, "fake refused the key (HTTP 403: no access); check $FAKE_KEY")),
        Case(
            402, #"{"error":{"message":"Insufficient credits","code":402}}"#,
            ModelError(.outOfCredit, "fake asks for credit before it answers (HTTP 402: Insufficient credits)")),
        Case(
            404, #"{"error":{"message":"model: fake-1"}}"#,
            ModelError(
                .unknownModel,
                "fake does not know the model fake-1 (HTTP 404: model: fake-1); see vencejo models list")),
        Case(
            404, [("Content-Type", "text/html")], "<html><body>nginx</body></html>",
            ModelError(
                .invalidRequest, "fake has nothing at this address (HTTP 404: a web page); is its base_url right?")),
        Case(
            408, "",
            ModelError(.timeout, "fake gave up waiting (HTTP 408)")),
        Case(
            429, [("Retry-After", "7")], #"{"error":{"type":"rate_limit_error","message":"slow down"}}"#,
            ModelError(.rateLimited, "fake limits the rate of calls (HTTP 429: slow down)", retryAfter: .seconds(7))),
        Case(
            429, [("Retry-After", "2"), ("retry-after-ms", "1500")], #"{"error":{"message":"slow down"}}"#,
            ModelError(
                .rateLimited, "fake limits the rate of calls (HTTP 429: slow down)", retryAfter: .milliseconds(1500))),
        Case(
            429, [("Date", "Sun, 06 Nov 1994 08:49:37 GMT"), ("Retry-After", "Sun, 06 Nov 1994 08:50:07 GMT")], "",
            ModelError(.rateLimited, "fake limits the rate of calls (HTTP 429)", retryAfter: .seconds(30))),
        Case(
            429, #"{"error":{"message":"You exceeded your quota","code":"insufficient_quota"}}"#,
            ModelError(
                .outOfCredit,
                "fake has no credit left for this key (HTTP 429: You exceeded your quota (insufficient_quota))")),
        Case(
            400, #"{"error":{"type":"invalid_request_error","message":"prompt is too long: 201000 tokens"}}"#,
            ModelError(
                .contextTooLong,
                "the conversation is too long for fake-1 (HTTP 400: prompt is too long: 201000 tokens)")),
        Case(
            400, #"{"error":{"message":"too many","code":"context_length_exceeded"}}"#,
            ModelError(
                .contextTooLong,
                "the conversation is too long for fake-1 (HTTP 400: too many (context_length_exceeded))")),
        Case(
            400, #"{"error":{"message":"Your credit balance is too low"}}"#,
            ModelError(.outOfCredit, "fake has no credit left (Your credit balance is too low)")),
        Case(
            422, #"{"detail":"temperature\nmust be a number"}"#,
            ModelError(.invalidRequest, "fake refused the request (HTTP 422: temperature must be a number)")),
        Case(
            500, "it broke", ModelError(.providerFault, "fake failed (HTTP 500: it broke)")),
        Case(
            503, [("Retry-After", "3")], #"{"error":"loading"}"#,
            ModelError(.overloaded, "fake is overloaded (HTTP 503: loading)", retryAfter: .seconds(3))),
        Case(
            529, #"{"error":{"type":"overloaded_error","message":"Overloaded"}}"#,
            ModelError(.overloaded, "fake is overloaded (HTTP 529: Overloaded)")),
        Case(418, "teapot", ModelError(.invalidRequest, "fake answered HTTP 418: teapot")),
    ]

    @Test(arguments: Format.allCases, cases)
    func `A status is an error of its own kind`(_ format: Format, _ given: Case) async throws {
        try await withServer(
            decide: { _, _ in .status(given.status, headers: given.headers, body: given.body) }
        ) { server in
            let error = try await format.provider(at: server.baseURL).failure()
            #expect(error == given.expected)
            #expect(server.violations == [])
        }
    }

    @Test(arguments: Format.allCases)
    func `The key is blotted out of what a provider says`(_ format: Format) async throws {
        let body = "{\"error\":{\"message\":\"the key \(FakeModelServer.key) is wrong\"}}"
        try await withServer(decide: { _, _ in .status(401, headers: [], body: body) }) { server in
            let error = try #require(try await format.provider(at: server.baseURL).failure())
            #expect(error.code == .authentication)
            #expect(!error.message.contains(FakeModelServer.key))
        }
    }

    @Test(arguments: Format.allCases)
    func `A huge error page still tells its status`(_ format: Format) async throws {
        let page = String(repeating: "x", count: 1 << 20)
        try await withServer(decide: { _, _ in .status(500, headers: [], body: page) }) { server in
            let error = try #require(try await format.provider(at: server.baseURL).failure())
            #expect(error.code == .providerFault)
            #expect(error.message == "fake failed (HTTP 500: \(String(repeating: "x", count: 300)))")
        }
    }

    @Test(arguments: Format.allCases)
    func `An error body that is cut off still tells its status`(_ format: Format) async throws {
        let answer: @Sendable (LoopbackExchange) -> Void = { exchange in
            exchange.raw("HTTP/1.1 529 Overloaded\r\nContent-Length: 500\r\n\r\nbusy")
        }
        try await withAnswer(answer) { server in
            let error = try await format.provider(at: server.baseURL).failure()
            #expect(error == ModelError(.overloaded, "fake is overloaded (HTTP 529: busy)"))
        }
    }

    @Test(arguments: Format.allCases)
    func `A redirect is not followed, and says where it leads without its query`(_ format: Format) async throws {
        let answer: @Sendable (LoopbackExchange) -> Void = { exchange in
            exchange.respond(308, [("Location", "https://other.example/v1?token=s3cret")], body: "")
        }
        try await withAnswer(answer) { server in
            let base = server.baseURL + (format == .openAI ? "/v1" : "")
            let expected = ModelError(
                .invalidRequest,
                "fake at \(base) redirects to https://other.example/v1; give that as its base_url, as redirects are not followed"
            )
            let error = try await format.provider(at: server.baseURL).failure()
            #expect(error == expected)
            await #expect(throws: expected) { try await format.listModels(at: server.baseURL) }
            #expect(server.requests.count == 2)
        }
    }

    @Test(arguments: Format.allCases)
    func `A web page instead of a stream says to look at the address`(_ format: Format) async throws {
        try await withServer(decide: { _, _ in .html }) { server in
            let base = server.baseURL + (format == .openAI ? "/v1" : "")
            let expected = ModelError(
                .malformedStream,
                "fake at \(base) answered with text/html instead of an event stream; is base_url right?")
            let error = try await format.provider(at: server.baseURL).failure()
            #expect(error == expected)
        }
    }

    @Test(arguments: Format.allCases)
    func `An error that comes with status 200 is that error`(_ format: Format) async throws {
        let body = #"{"error":{"type":"overloaded_error","message":"busy"}}"#
        try await withServer(decide: { _, _ in .status(200, headers: [], body: body) }) { server in
            let expected = ModelError(.overloaded, "the provider broke off its answer: busy")
            let error = try await format.provider(at: server.baseURL).failure()
            #expect(error == expected)
        }
    }

    @Test(arguments: Format.allCases)
    func `A list of models that is none says to look at the address`(_ format: Format) async throws {
        try await withAnswer({ $0.respond(200, body: "{\"hello\":1}") }) { server in
            let base = server.baseURL + (format == .openAI ? "/v1" : "")
            let expected = ModelError(
                .malformedStream,
                "fake at \(base) answered with something else than a list of models; is base_url right?")
            await #expect(throws: expected) { try await format.listModels(at: server.baseURL) }
        }
    }

    @Test(arguments: Format.allCases)
    func `A connection that closes in the middle of an answer is a cut stream`(_ format: Format) async throws {
        try await withServer(decide: { _, _ in .cut }) { server in
            let error = try #require(try await format.provider(at: server.baseURL).failure())
            #expect(error.code == .streamCut)
            #expect(error.message.hasPrefix("fake: 127.0.0.1"))
            #expect(server.purchases == [:])
        }
    }

    @Test(arguments: Format.allCases)
    func `A stream that ends in order but too early is a cut stream`(_ format: Format) async throws {
        try await withServer(decide: { _, _ in .events([]) }) { server in
            let error = try await format.provider(at: server.baseURL).failure()
            #expect(error?.code == .streamCut)
        }
    }

    @Test(arguments: Format.allCases)
    func `An event that is no JSON is a malformed stream`(_ format: Format) async throws {
        try await withServer(decide: { _, _ in .malformed }) { server in
            let error = try #require(try await format.provider(at: server.baseURL).failure())
            #expect(error.code == .malformedStream)
            #expect(error.message.hasPrefix("the provider sent an event that is not JSON: "))
        }
    }

    @Test func `A chat answer that lacks only its end mark is whole`() async throws {
        let events = [
            #"{"id":"a","model":"m","choices":[{"delta":{"content":"Hi."}}]}"#,
            #"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#,
        ].map { "data: \($0)\n\n" }
        try await withServer(decide: { _, _ in .events(events) }) { server in
            let reply = try await Format.openAI.provider(at: server.baseURL).ask(.sample())
            #expect(
                reply == ModelReply(id: "a", model: "m", content: [.text("Hi.")], stopReason: .endOfTurn, usage: .zero))
        }
        let cut: @Sendable (LoopbackExchange) -> Void = { exchange in
            exchange.startStream(200, [("Content-Type", "text/event-stream")])
            for event in events { exchange.write(event) }
            exchange.abort(.close)
        }
        try await withAnswer(cut) { server in
            let reply = try await Format.openAI.provider(at: server.baseURL).ask(.sample())
            #expect(reply?.stopReason == .endOfTurn)
        }
    }

    @Test(arguments: Format.allCases)
    func `Nobody at the address is a failure of the network`(_ format: Format) async throws {
        let port = try LoopbackPort(.refusing)
        let error = try await format.provider(at: "http://127.0.0.1:\(port.number)").failure()
        let expected = "fake: Could not reach 127.0.0.1:\(port.number): connection refused; is the server running?"
        #expect(error == ModelError(.network, expected))
    }

    @Test(arguments: Format.allCases)
    func `What is no HTTP is a malformed stream`(_ format: Format) async throws {
        try await withAnswer({ $0.raw("SSH-2.0-OpenSSH_9.2\r\n") }) { server in
            let error = try await format.provider(at: server.baseURL).failure()
            #expect(error?.code == .malformedStream)
        }
    }

    @Test(arguments: Format.allCases)
    func `A key that no header can hold is refused before anything is sent`(_ format: Format) async throws {
        try await withServer { server in
            let error = try #require(
                try await format.provider(at: server.baseURL, key: "two\nlines").failure())
            #expect(error.code == .invalidRequest)
            #expect(server.requestCount == 0)
        }
    }

    @Test(arguments: Format.allCases)
    func `A provider that says nothing is given up on`(_ format: Format) async throws {
        var timeouts = ModelTimeouts()
        timeouts.firstByte = .milliseconds(100)
        try await withServer(decide: { _, _ in .hold }) { server in
            let error = try await format.provider(at: server.baseURL, timeouts: timeouts).failure()
            #expect(error?.code == .timeout)
            await server.deserted.opened()
        }
    }

    @Test(arguments: Format.allCases)
    func `A provider that falls silent in the middle is given up on`(_ format: Format) async throws {
        var timeouts = ModelTimeouts()
        timeouts.idle = .milliseconds(100)
        try await withServer(decide: { _, _ in .stall }) { server in
            let error = try await format.provider(at: server.baseURL, timeouts: timeouts).failure()
            #expect(error?.code == .timeout)
            await server.deserted.opened()
        }
    }

    @Test(arguments: Format.allCases, [true, false])
    func `Cancelling closes the connection`(_ format: Format, isMidway: Bool) async throws {
        try await withServer(decide: { _, _ in isMidway ? .stall : .hold }) { server in
            let provider = try format.provider(at: server.baseURL)
            // Cancelled and awaited below.
            let call = Task { try await provider.send(.sample()) { _ in } }
            await server.holding.opened()
            call.cancel()
            await #expect(throws: CancellationError.self) { try await call.value }
            await server.deserted.opened()
            #expect(server.purchases == [:])
        }
    }

    @Test(arguments: Format.allCases)
    func `A kept connection that breaks behind a request is told, and the request is sent once`(
        _ format: Format
    ) async throws {
        try await withServer(decide: { _, number in number == 2 ? .drop : .answer }) { server in
            let provider = try format.provider(at: server.baseURL)
            _ = try await provider.ask(.sample())
            let error = await #expect(throws: ModelError.self) { () async throws in
                try await provider.send(.sample()) { _ in }
            }
            #expect(error?.code == .streamCut && error?.retryAfter == .zero)
            #expect(error?.message.contains("may have read it") == true)
            #expect(server.requestCount == 2)
        }
    }
}

extension FailureTests.Case {
    init(_ status: Int, _ body: String, _ expected: ModelError) {
        self.init(status, [], body, expected)
    }
}
