import Batches
import Conversation
import FakeModelServer
import HTTPClient
import LoopbackHTTP
import Providers
import Secrets
import Testing
import Timekeeping
import WireFormats

/// The batch APIs over real HTTP, against a server that keeps their rules (G10).
@Suite struct BatchProviderTests {
    enum API: String, Sendable, CaseIterable, CustomTestStringConvertible {
        case anthropic, responses, chat

        var testDescription: String { rawValue }

        func provider(at baseURL: String, key: String = FakeBatchServer.key) throws -> any BatchProvider {
            let client = try HTTPClient(configuration: .init(proxy: .direct))
            switch self {
            case .anthropic:
                return AnthropicBatchProvider(
                    name: "fake", baseURL: baseURL, key: Secret(key), keyHint: "check $FAKE_KEY", client: client)
            case .responses, .chat:
                return OpenAIBatchProvider(
                    name: "fake", baseURL: baseURL + "/v1", key: Secret(key), keyHint: "check $FAKE_KEY",
                    client: client, format: self == .chat ? .chat : .responses)
            }
        }
    }

    /// Noon of the day on which the fake server makes its batches.
    static let time = Timestamp(milliseconds: 1_767_225_900_000)

    private func item(_ id: String, _ text: String) -> BatchItem {
        BatchItem(
            customID: id,
            request: ModelRequest(
                model: "fake-1", system: "s", messages: [.user(text)], maxOutputTokens: 50,
                purpose: .init(agent: "a", step: "s", turn: 1)))
    }

    private func with(
        _ api: API, _ body: (FakeBatchServer, any BatchProvider) async throws -> Void
    ) async throws {
        let server = try FakeBatchServer()
        defer { server.stop() }
        try await body(server, try api.provider(at: server.baseURL))
        #expect(server.violations == [])
    }

    private func results(_ provider: any BatchProvider, _ handle: BatchHandle) async throws -> [String: BatchOutcome] {
        var outcomes: [String: BatchOutcome] = [:]
        try await provider.results(of: handle) { id, outcome in
            #expect(outcomes[id] == nil)
            outcomes[id] = outcome
        }
        return outcomes
    }

    @Test(arguments: API.allCases) func `A batch goes out, is asked for, and each call gets its own result`(
        _ api: API
    ) async throws {
        try await with(api) { server, provider in
            let texts = ["one", "expire", "fail", "refuse", "lose", "garble", "wörld\n\"quoted\""]
            let items = texts.enumerated().map { item("id-\($0)", $1) }
            var handle = try await provider.submit(items, marker: "marker-1")
            var status = try await provider.status(of: handle)
            #expect(status.phase == .working)
            server.finish()
            status = try await provider.status(of: handle)
            #expect(status.phase == .ended)
            handle = status.handle
            let outcomes = try await results(provider, handle)
            #expect(outcomes.keys.sorted() == ["id-0", "id-1", "id-2", "id-3", "id-5", "id-6"])
            guard case .reply(let first) = outcomes["id-0"], case .reply(let last) = outcomes["id-6"] else {
                Issue.record("an answer is missing")
                return
            }
            #expect(first.content == [.text("re: one")])
            #expect(first.usage == Usage(input: 3, output: 2))
            #expect(first.stopReason == .endOfTurn)
            #expect(first.model == "fake-1")
            #expect(last.message.text == "re: wörld\n\"quoted\"")
            #expect(outcomes["id-1"] == .expired)
            #expect(
                outcomes["id-2"]
                    == .failed(
                        code: .providerFault,
                        message: "the provider did not answer this call of the batch: something broke"))
            #expect(
                outcomes["id-3"]
                    == .failed(
                        code: .invalidRequest, message: "the provider did not answer this call of the batch: bad tool"))
            guard case .failed(code: .malformedStream, let message) = outcomes["id-5"] else {
                Issue.record("rubbish was taken for an answer")
                return
            }
            #expect(message.hasPrefix("the provider's answer cannot be read: "))
            try await provider.discard(handle)
            #expect(server.files.filter { $0 == handle.inputFile } == [])
        }
    }

    @Test(arguments: API.allCases) func `A cancelled batch says so of each call`(_ api: API) async throws {
        try await with(api) { _, provider in
            let handle = try await provider.submit([item("a", "x"), item("b", "y")], marker: "m")
            try await provider.cancel(handle)
            let status = try await provider.status(of: handle)
            #expect(status.phase == .ended)
            #expect(try await results(provider, status.handle) == ["a": .cancelled, "b": .cancelled])
        }
    }

    @Test(arguments: [API.responses, .chat]) func `OpenAI's batches are found by the name they were given`(
        _ api: API
    ) async throws {
        try await with(api) { server, provider in
            server.page(by: 2)
            let lost = BatchSubmission(marker: "lost", customIDs: ["x"], since: Self.time)
            #expect(try await provider.find(lost) == .absent)
            server.dropNextAnswer()
            await #expect(throws: ModelError.self) { try await provider.submit([item("x", "x")], marker: "lost") }
            for number in 0..<5 { _ = try await provider.submit([item("o\(number)", "o")], marker: "other \(number)") }
            guard case .found(let handle) = try await provider.find(lost) else {
                Issue.record("the batch was not found")
                return
            }
            #expect(handle.id == "batch_1")
            #expect(handle.inputFile == "file-1")
        }
    }

    @Test func `Anthropic's batches are found by their time and count, and known by their first result`() async throws {
        try await with(.anthropic) { server, provider in
            server.page(by: 2)
            let lost = BatchSubmission(marker: "lost", customIDs: ["x", "y"], since: Self.time)
            #expect(try await provider.find(lost) == .absent)
            server.dropNextAnswer()
            await #expect(throws: ModelError.self) {
                try await provider.submit([item("x", "x"), item("y", "y")], marker: "lost")
            }
            _ = try await provider.submit([item("o", "o")], marker: "one call only")
            _ = try await provider.submit([item("p", "p"), item("q", "q")], marker: "two of another")
            #expect(
                try await provider.find(lost)
                    == .undecided("fake has a batch that may be it, and tells only when it has ended"))
            server.finish()
            #expect(try await provider.find(lost) == .found(BatchHandle(id: "msgbatch_1")))
            let later = BatchSubmission(marker: "lost", customIDs: ["x", "y"], since: Self.time + .seconds(86_400))
            #expect(try await provider.find(later) == .absent)
            let stranger = BatchSubmission(marker: "lost", customIDs: ["v", "w"], since: Self.time)
            #expect(try await provider.find(stranger) == .absent)
        }
    }

    @Test func `A batch that OpenAI refuses as a whole says why`() async throws {
        try await with(.responses) { server, provider in
            let handle = try await provider.submit([item("a", "x")], marker: "m")
            server.refuseWhole()
            #expect(
                try await provider.status(of: handle).phase == .failed("line 2: This line is not parseable."))
        }
    }

    @Test(arguments: API.allCases) func `Results that are cut off are no results`(_ api: API) async throws {
        try await with(api) { server, provider in
            let items = (0..<50).map { item("id-\($0)", "text \($0)") }
            var handle = try await provider.submit(items, marker: "m")
            server.finish()
            handle = try await provider.status(of: handle).handle
            server.tearResults()
            await #expect(throws: ModelError.self) { try await results(provider, handle) }
            #expect(try await results(provider, handle).count == 50)
        }
    }

    @Test(arguments: API.allCases) func `A refusal has its code, and whether the batch may be there is known`(
        _ api: API
    ) async throws {
        try await with(api) { server, provider in
            server.refuseNext(429, #"{"error":{"type":"rate_limit_error","message":"slow down"}}"#)
            let busy = await #expect(throws: ModelError.self) {
                try await provider.submit([item("a", "x")], marker: "m")
            }
            #expect(busy?.code == .rateLimited)
            server.refuseNext(400, #"{"error":{"type":"invalid_request_error","message":"bad"}}"#)
            let bad = await #expect(throws: ModelError.self) {
                try await provider.submit([item("a", "x")], marker: "m")
            }
            #expect(bad == ModelError(.invalidRequest, "fake refused the request (HTTP 400: bad)"))
            server.refuseNext(500, "")
            let odd = await #expect(throws: ModelError.self) {
                try await provider.submit([item("a", "x")], marker: "m")
            }
            #expect(odd.map { BatchSubmission.mayHaveArrived(after: $0) } == true)
            #expect(busy.map { BatchSubmission.mayHaveArrived(after: $0) } == false)
            let gone = await #expect(throws: ModelError.self) { try await provider.status(of: BatchHandle(id: "nix")) }
            #expect(gone?.code == .invalidRequest)
        }
    }

    @Test(arguments: API.allCases) func `A service without batches cannot be asked for one`(_ api: API) async throws {
        try await withAnswer({ $0.respond(404, [], body: "<html>nothing</html>") }) { server in
            let provider = try api.provider(at: server.baseURL)
            let lookup = try await provider.find(BatchSubmission(marker: "m", customIDs: ["a"], since: Self.time))
            #expect(
                lookup
                    == .impossible(
                        "fake has nothing at this address (HTTP 404: a web page); is its base_url right?"))
        }
    }

    @Test(arguments: API.allCases) func `What no batch API says is the provider's fault`(_ api: API) async throws {
        try await withAnswer({ $0.respond(200, [], body: #"{"hello":1}"#) }) { server in
            let provider = try api.provider(at: server.baseURL)
            let error = await #expect(throws: ModelError.self) {
                try await provider.status(of: BatchHandle(id: "b"))
            }
            #expect(
                error
                    == ModelError(
                        .malformedStream, "fake sent the state of a batch that cannot be read: id: the field is missing"
                    ))
        }
    }
}
