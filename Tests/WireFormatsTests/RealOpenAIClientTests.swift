import Conversation
import JSON
import ServerSentEvents
import Testing
import WireFormats

/// OpenAI's SDK as a client of the Responses API, of embeddings and of lists; Anthropic's of lists.
@Suite(
    "The real SDKs as clients of responses, embeddings and lists",
    .enabled("the Python packages anthropic and openai are not installed") { await RealClients.areInstalled() },
    .timeLimit(.minutes(5)))
struct RealOpenAIClientTests {
    private static let arguments: JSONValue = ["model": "m", "input": "Hello."]
    private static let answer = ServedAnswer(model: "alias", created: 1_700_000_000)

    private func text(_ events: [ServerSentEvent]) -> String {
        String(decoding: events.flatMap(\.encoded), as: UTF8.self)
    }

    private func written(_ pieces: [ModelEvent]) -> String {
        var writer = OpenAIResponses.StreamWriter(answer: Self.answer)
        return text(pieces.flatMap { writer.write($0) })
    }

    private func stream(_ answer: String) -> RealClients.Case {
        RealClients.Case(
            sdk: "openai", call: "responses_stream", arguments: Self.arguments, answer: answer,
            type: "text/event-stream")
    }

    @Test("they put our streams together to the answers that were meant")
    func streams() async throws {
        let mirrored = try ResponsesStreamTests.read(ResponsesFixture.events, mirrors: true)
        var answers: [[ModelEvent]] = [mirrored, ResponsesFixture.pieces]
        for seed: UInt64 in 0..<12 {
            var random = SeededPieces(seed: seed)
            answers.append(random.answer())
        }
        let outcomes = try await RealClients.run(answers.map { stream(written($0)) })
        #expect(outcomes.count == answers.count)
        for (outcome, pieces) in zip(outcomes, answers) {
            #expect(outcome["error"] == nil)
            #expect(outcome["faults"] == [])
            let understood = try OpenAIResponses.reply(from: try #require(outcome["understood"]))
            let meant = try #require(ResponsesStreamTests.reply(pieces))
            #expect(understood.content.compactMap(\.plainText) == meant.content.compactMap(\.plainText))
            #expect(understood.message.toolCalls.map(\.id) == meant.message.toolCalls.map(\.id))
            #expect(understood.message.toolCalls.map(\.name) == meant.message.toolCalls.map(\.name))
            #expect(understood.message.toolCalls.map(\.arguments) == meant.message.toolCalls.map(\.arguments))
            #expect(understood.usage == meant.usage)
            #expect(understood.stopReason == meant.stopReason)
            #expect(understood.model == "alias")
        }
    }

    @Test("they read our whole answers, and raise the errors that we mean")
    func answers() async throws {
        let reply = try #require(ResponsesStreamTests.reply(ResponsesFixture.pieces))
        let fault = ServedFault(.invalidRequest, "input[0].role: why", path: "input[0].role")
        let (status, body) = OpenAIResponses.errorBody(of: fault, requestID: "req_1")
        var writer = OpenAIResponses.StreamWriter(answer: Self.answer)
        let half = writer.write(.started(id: "i", model: "m")) + writer.write(.text("half"))
        let broken = half + writer.fault(ServedFault(.upstream, "it broke off"))
        let outcomes = try await RealClients.run([
            RealClients.Case(
                sdk: "openai", call: "responses", arguments: Self.arguments,
                answer: OpenAIResponses.body(of: reply, answer: Self.answer).text()),
            RealClients.Case(
                sdk: "openai", call: "responses", arguments: Self.arguments, answer: body.text(), status: status),
            stream(text(broken)),
        ])
        try #require(outcomes.count == 3)
        #expect(outcomes[0]["faults"] == [])
        #expect(outcomes[0]["understood"]?["output"]?.arrayValue?.count == 5)
        #expect(outcomes[0]["understood"]?["output"]?[2]?["content"]?[0]?["text"] == "Hello wörld")
        #expect(outcomes[1]["error"]?["class"] == "BadRequestError")
        #expect(outcomes[1]["error"]?["param"] == "input[0].role")
        #expect(outcomes[2]["faults"] == [])
        #expect(outcomes[2]["understood"]?["status"] == "failed")
        #expect(outcomes[2]["understood"]?["error"]?["message"] == "it broke off")
    }

    @Test("what they send is read, and written again as they sent it")
    func requests() async throws {
        let arguments: JSONValue = [
            "model": "m", "instructions": "Be brief.",
            "input": [
                ["role": "user", "content": "Read a."],
                ["type": "function_call", "call_id": "c", "name": "read", "arguments": "{\"p\":1}"],
                ["type": "function_call_output", "call_id": "c", "output": "one"],
                [
                    "role": "user",
                    "content": [
                        ["type": "input_text", "text": "And this?"],
                        ["type": "input_image", "image_url": "data:image/png;base64,AAAA", "detail": "low"],
                    ],
                ],
            ],
            "tools": [["type": "function", "name": "read", "parameters": ["type": "object"], "strict": true]],
            "tool_choice": "auto", "parallel_tool_calls": false, "reasoning": ["effort": "low", "summary": "auto"],
            "text": ["format": ["type": "json_schema", "name": "n", "schema": ["type": "object"], "strict": true]],
            "max_output_tokens": 99, "store": false, "include": ["reasoning.encrypted_content"],
            "prompt_cache_key": "k", "metadata": ["a": "b"],
        ]
        let reply = ModelReply(id: "i", model: "m", content: [.text("a")], stopReason: .endOfTurn, usage: .zero)
        let outcomes = try await RealClients.run([
            RealClients.Case(
                sdk: "openai", call: "responses", arguments: arguments,
                answer: OpenAIResponses.body(of: reply, answer: Self.answer).text())
        ])
        let sent = try #require(outcomes.first?["sent"]?["body"])
        #expect(outcomes.first?["sent"]?["path"] == "/v1/responses")
        let served = try OpenAIResponses.request(from: sent)
        #expect(OpenAIResponses.body(of: served.request, stream: false) == sent)
    }

    @Test("they read our vectors in both encodings, and our lists of models")
    func vectorsAndLists() async throws {
        let vectors = EmbeddingReply(model: "m", vectors: [[0.25, -1], [3, 0.5]], usage: Usage(input: 4))
        let models = [ListedModel(id: "a", created: 1_700_000_000, owner: "o"), ListedModel(id: "b")]
        func embeddings(_ encoding: OpenAIEmbeddings.Encoding, _ arguments: JSONValue) -> RealClients.Case {
            RealClients.Case(
                sdk: "openai", call: "embeddings", arguments: arguments,
                answer: OpenAIEmbeddings.body(of: vectors, encoding: encoding).text())
        }
        let outcomes = try await RealClients.run([
            embeddings(.base64, ["model": "m", "input": ["x", "y"]]),
            embeddings(.float, ["model": "m", "input": ["x", "y"], "encoding_format": "float"]),
            RealClients.Case(
                sdk: "openai", call: "models", arguments: [:], answer: ModelLists.openAI(models).text()),
            RealClients.Case(
                sdk: "openai", call: "model", arguments: ["model": "a"], answer: ModelLists.openAI(models[0]).text()),
            RealClients.Case(
                sdk: "anthropic", call: "models", arguments: [:], answer: ModelLists.anthropic(models).text()),
            RealClients.Case(
                sdk: "anthropic", call: "model", arguments: ["model_id": "a"],
                answer: ModelLists.anthropic(models[0]).text()),
        ])
        try #require(outcomes.count == 6)
        for outcome in outcomes { #expect(outcome["error"] == nil && outcome["faults"] == []) }
        for outcome in outcomes.prefix(2) {
            let body = try #require(outcome["understood"])
            #expect(try OpenAIEmbeddings.reply(from: body) == vectors)
        }
        // The SDK asks for Base64 where its caller says nothing.
        let asked = try OpenAIEmbeddings.request(from: try #require(outcomes[0]["sent"]?["body"]))
        #expect(asked == .init(EmbeddingRequest(model: "m", input: .texts(["x", "y"])), encoding: .base64))
        #expect(outcomes[2]["understood"]?.arrayValue?.map { $0["id"] } == ["a", "b"])
        #expect(outcomes[3]["understood"]?["id"] == "a")
        #expect(outcomes[4]["understood"]?.arrayValue?.map { $0["id"] } == ["a", "b"])
        #expect(outcomes[5]["understood"]?["display_name"] == "a")
        #expect(outcomes[5]["sent"]?["path"] == "/v1/models/a")
    }
}
