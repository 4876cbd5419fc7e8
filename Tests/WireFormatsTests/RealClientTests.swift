import Conversation
import JSON
import ServerSentEvents
import Subprocess
import Testing
import WireFormats

/// The SDKs of Anthropic and OpenAI as clients, with answers from memory: `Tests/Support/sdk_clients.py`.
///
/// They are looked for in the folder that VENCEJO_TEST_CLIENTS names, as scripts/clients fills it, else in the system's Python.
enum RealClients {
    struct Case: Sendable {
        var sdk: String
        var call: String
        var arguments: JSONValue
        var answer: String
        var type = "application/json"
        var status = 200

        var json: JSONValue {
            [
                "name": .string(call), "sdk": .string(sdk), "call": .string(call), "arguments": arguments,
                "answer": .string(answer), "type": .string(type), "status": .integer(Int64(status)),
                "base": .string(sdk == "anthropic" ? "http://127.0.0.1:9" : "http://127.0.0.1:9/v1"),
            ]
        }
    }

    /// With the packages that `scripts/clients` installs, where they are there.
    private static var environment: [String: String] {
        var variables = Command.inheritedEnvironment()
        if let folder = variables["VENCEJO_TEST_CLIENTS"] { variables["PYTHONPATH"] = folder }
        return variables
    }

    private static var script: String {
        "\(#filePath)".split(separator: "/").dropLast(2).reduce("") { "\($0)/\($1)" } + "/Support/sdk_clients.py"
    }

    /// Whether both can be imported.
    static func areInstalled() async -> Bool {
        let command = Command("python3", [script, "check"], environment: environment)
        // Without a Python there are no clients either.
        return (try? await command.run())?.succeeded == true
    }

    static func run(_ cases: [Case]) async throws -> [JSONValue] {
        var command = Command("python3", [script], environment: environment)
        command.input = .bytes(JSONValue.array(cases.map(\.json)).bytes())
        command.limits.output = 64 << 20
        let result = try await command.run()
        guard result.succeeded else {
            Issue.record("\(result.stderr.text)")
            return []
        }
        return try json(result.stdout.text).arrayValue ?? []
    }
}

@Suite(
    "The real SDKs as clients",
    .enabled("the Python packages anthropic and openai are not installed") { await RealClients.areInstalled() },
    .timeLimit(.minutes(5)))
struct RealClientTests {
    private static let messages: JSONValue = [["role": "user", "content": "Hello."]]
    private static let forAnthropic: JSONValue = ["model": "m", "max_tokens": 100, "messages": messages]
    private static let forOpenAI: JSONValue = ["model": "m", "messages": messages]

    private func text(_ events: [ServerSentEvent]) -> String {
        String(decoding: events.flatMap(\.encoded), as: UTF8.self)
    }

    /// Both recorded streams, each for the clients of both APIs: what the SDK put together, and what we say of the answer.
    @Test("they put our streams together to the answers that were meant")
    func streams() async throws {
        var cases: [RealClients.Case] = []
        var expected: [JSONValue] = []
        for source in Format.allCases {
            let recorded =
                source == .anthropic
                ? StreamTests.anthropic
                : StreamTests.chat.replacing("custom", with: "function")
                    .replacing("\"input\":", with: "\"arguments\":").replacing("ls {", with: "{}")
            let pieces = try source.read(try events(of: recorded))
            let reply = try #require(assembled(pieces))
            for client in Format.allCases {
                cases.append(
                    RealClients.Case(
                        sdk: client == .anthropic ? "anthropic" : "openai", call: "stream",
                        arguments: client == .anthropic ? Self.forAnthropic : Self.forOpenAI,
                        answer: text(client.write(pieces)), type: "text/event-stream"))
                expected.append(client.body(of: reply))
            }
        }
        let outcomes = try await RealClients.run(cases)
        #expect(outcomes.count == cases.count)
        for (outcome, expected) in zip(outcomes, expected) {
            #expect(outcome["error"] == nil)
            #expect(outcome["faults"] == [])
            let understood = outcome["understood"]
            if let content = expected["content"]?.arrayValue {
                let blocks = understood?["content"]?.arrayValue ?? []
                #expect(blocks.map { $0["type"] } == content.map { $0["type"] })
                for name in ["text", "thinking", "signature", "data", "id", "name", "input"] {
                    #expect(blocks.map { $0[name] } == content.map { $0[name] }, "\(name)")
                }
                #expect(understood?["stop_reason"] == expected["stop_reason"])
                #expect(understood?["usage"]?["output_tokens"] == expected["usage"]?["output_tokens"])
                #expect(understood?["usage"]?["input_tokens"] == expected["usage"]?["input_tokens"])
            } else {
                let message = understood?["choices"]?[0]?["message"]
                let meant = expected["choices"]?[0]?["message"]
                #expect(message?["content"] == meant?["content"])
                let calls = { (message: JSONValue?) in
                    (message?["tool_calls"]?.arrayValue ?? []).map { call -> [String?] in
                        let arguments = call["function"]?["arguments"]?.stringValue ?? ""
                        return [
                            call["id"]?.stringValue, call["function"]?["name"]?.stringValue,
                            // Arguments that are no JSON are nil, and a failure.
                            try? json(arguments).text(.canonical),
                        ]
                    }
                }
                #expect(calls(message) == calls(meant) && calls(message).allSatisfy { !$0.contains(nil) })
                #expect(
                    understood?["choices"]?[0]?["finish_reason"] == expected["choices"]?[0]?["finish_reason"])
                #expect(understood?["usage"]?["total_tokens"] == expected["usage"]?["total_tokens"])
            }
        }
    }

    @Test("they read our whole answers, token counts and errors")
    func answers() async throws {
        var cases: [RealClients.Case] = []
        for source in [ReplyTests.anthropic, ReplyTests.chat] {
            let format: Format = source == ReplyTests.anthropic ? .anthropic : .chat
            let reply = try format.reply(from: try json(source))
            cases.append(
                RealClients.Case(
                    sdk: "anthropic", call: "create", arguments: Self.forAnthropic,
                    answer: Format.anthropic.body(of: reply).text()))
            cases.append(
                RealClients.Case(
                    sdk: "openai", call: "create", arguments: Self.forOpenAI, answer: Format.chat.body(of: reply).text()
                ))
        }
        cases.append(
            RealClients.Case(
                sdk: "anthropic", call: "count_tokens", arguments: ["model": "m", "messages": Self.messages],
                answer: AnthropicMessages.countBody(inputTokens: 7).text()))
        let outcomes = try await RealClients.run(cases)
        #expect(outcomes.count == 5)
        for (outcome, given) in zip(outcomes, cases) {
            #expect(outcome["error"] == nil)
            #expect(outcome["faults"] == [])
            let answer = try json(given.answer)
            #expect(outcome["understood"]?["content"]?.arrayValue?.count == answer["content"]?.arrayValue?.count)
            #expect(
                outcome["understood"]?["choices"]?[0]?["message"]?["content"]
                    == answer["choices"]?[0]?["message"]?["content"])
        }
        #expect(outcomes.last?["understood"] == ["input_tokens": 7])
        #expect(outcomes.last?["sent"]?["path"] == "/v1/messages/count_tokens")
    }

    @Test("they raise the errors that we mean, with the JSON path")
    func errors() async throws {
        let kinds: [(ServedFault.Kind, String, String)] = [
            (.invalidRequest, "BadRequestError", "BadRequestError"),
            (.authentication, "AuthenticationError", "AuthenticationError"),
            (.permission, "PermissionDeniedError", "PermissionDeniedError"),
            (.notFound, "NotFoundError", "NotFoundError"), (.rateLimited, "RateLimitError", "RateLimitError"),
            (.internalFault, "InternalServerError", "InternalServerError"),
        ]
        var cases: [RealClients.Case] = []
        for (kind, _, _) in kinds {
            let fault = ServedFault(kind, "messages[0].role: why", path: "messages[0].role")
            let (status, body) = AnthropicMessages.errorBody(of: fault, requestID: "req_1")
            cases.append(
                RealClients.Case(
                    sdk: "anthropic", call: "create", arguments: Self.forAnthropic, answer: body.text(), status: status)
            )
            let chat = OpenAIChat.errorBody(of: fault, requestID: "req_1")
            cases.append(
                RealClients.Case(
                    sdk: "openai", call: "create", arguments: Self.forOpenAI, answer: chat.body.text(),
                    status: chat.status))
        }
        let broken = ServedFault(.upstream, "it broke off")
        let started: [ModelEvent] = [.started(id: "i", model: "m"), .text("half")]
        cases.append(
            RealClients.Case(
                sdk: "anthropic", call: "stream", arguments: Self.forAnthropic,
                answer: text(
                    Format.anthropic.write(started)
                        + AnthropicMessages.StreamWriter(answer: ServedAnswer(created: 0)).fault(broken)),
                type: "text/event-stream"))
        cases.append(
            RealClients.Case(
                sdk: "openai", call: "stream", arguments: Self.forOpenAI,
                answer: text(
                    Format.chat.write(started) + OpenAIChat.StreamWriter(answer: ServedAnswer(created: 0)).fault(broken)
                ),
                type: "text/event-stream"))
        let outcomes = try await RealClients.run(cases)
        let names = kinds.flatMap { [$0.1, $0.2] }
        for (outcome, name) in zip(outcomes, names) {
            #expect(outcome["error"]?["class"] == .string(name))
            #expect(outcome["error"]?["message"]?.stringValue?.contains("messages[0].role: why") == true)
        }
        #expect(outcomes[1]["error"]?["param"] == "messages[0].role")
        for outcome in outcomes.suffix(2) {
            #expect(outcome["error"]?["message"]?.stringValue?.contains("it broke off") == true)
        }
    }

    @Test("what they send is read, and written again as they sent it")
    func requests() async throws {
        let answer = Format.anthropic.body(
            of: ModelReply(id: "i", model: "m", content: [.text("a")], stopReason: .endOfTurn, usage: .zero))
        let chatAnswer = Format.chat.body(
            of: ModelReply(id: "i", model: "m", content: [.text("a")], stopReason: .endOfTurn, usage: .zero))
        let outcomes = try await RealClients.run([
            RealClients.Case(
                sdk: "anthropic", call: "create", arguments: try json(AnthropicRequestTests.everything),
                answer: answer.text()),
            RealClients.Case(
                sdk: "openai", call: "create", arguments: try json(ChatRequestTests.everything),
                answer: chatAnswer.text()),
        ])
        try #require(outcomes.count == 2)
        #expect(outcomes.map { $0["sent"]?["path"] } == ["/v1/messages", "/v1/chat/completions"])
        for (outcome, format) in zip(outcomes, Format.allCases) {
            #expect(outcome["error"] == nil)
            let sent = try #require(outcome["sent"]?["body"])
            let served = try format.request(from: sent)
            let found = differences(format.body(of: served.request), sent)
            #expect(found == [])
        }
    }
}
