import Conversation
import FakeModelServer
import HTTPClient
import JSON
import LoopbackHTTP
import Providers
import Secrets
import Testing

/// One of the two wire formats, with the provider that speaks it.
enum Format: String, Sendable, CaseIterable, CustomTestStringConvertible {
    case anthropic, openAI

    var testDescription: String { rawValue }

    static let keyHint = "check $FAKE_KEY"

    func provider(
        at baseURL: String, key: String? = FakeModelServer.key, timeouts: ModelTimeouts = ModelTimeouts()
    ) throws -> any ModelProvider {
        let client = try HTTPClient(configuration: .init(proxy: .direct))
        let secret = key.map { Secret($0) }
        switch self {
        case .anthropic:
            return AnthropicProvider(
                name: "fake", baseURL: baseURL, key: secret, keyHint: Self.keyHint, client: client, timeouts: timeouts)
        case .openAI:
            return OpenAIChatProvider(
                name: "fake", baseURL: baseURL + "/v1", key: secret, keyHint: Self.keyHint, client: client,
                timeouts: timeouts)
        }
    }

    func listModels(at baseURL: String) async throws -> [String] {
        switch try provider(at: baseURL) {
        case let provider as AnthropicProvider: try await provider.listModels()
        case let provider as OpenAIChatProvider: try await provider.listModels()
        default: []
        }
    }

    /// How the fake server names the calls of a turn.
    func callID(_ turn: Int, _ place: Int) -> String {
        self == .anthropic ? "toolu_\(turn)_\(place)" : "call_\(turn)_\(place)"
    }

    func replyID(_ turn: Int) -> String {
        self == .anthropic ? "msg_task/T001#\(turn)" : "chatcmpl-task/T001#\(turn)"
    }
}

extension ModelProvider {
    /// The whole answer, and the events it was made of.
    func ask(_ request: ModelRequest) async throws -> ModelReply? {
        var assembler = ReplyAssembler()
        try await send(request) { assembler.receive($0) }
        return assembler.finish()
    }

    /// The error of a call that must fail.
    func failure(of request: ModelRequest = .sample()) async -> ModelError? {
        do {
            try await send(request) { _ in }
            return nil
        } catch {
            return error as? ModelError
        }
    }
}

extension ModelRequest {
    static let opening = Message.user("<task>\nT001 Add a flag\n</task>")

    static let offered = [
        ToolDefinition(
            name: "read_file", description: "Reads a file.",
            parameters: ["type": "object", "properties": ["path": ["type": "string"]], "required": ["path"]]),
        ToolDefinition(name: "finish", description: "Ends the task.", parameters: ["type": "object"]),
    ]

    static func sample(_ messages: [Message] = [opening]) -> ModelRequest {
        ModelRequest(
            model: "fake-1", system: "You write code.", messages: messages, tools: offered, maxOutputTokens: 4096,
            purpose: .init(agent: "developer", step: "task/T001", turn: messages.count / 2 + 1))
    }

    /// The same conversation with an answer and the results of its calls.
    func after(_ reply: ModelReply) -> ModelRequest {
        let results = reply.message.toolCalls.map { call in
            Content.toolResult(ToolResult(callID: call.id, text: "done with \(call.name)", outcome: .ok))
        }
        let next = Message(role: .user, content: results.isEmpty ? [.text("Go on.")] : results)
        return .sample(messages + [reply.message, next])
    }
}

/// Lends a fake server that gives these replies turn by turn.
func withServer<Result>(
    _ replies: [FakeReply] = [FakeReply(text: "Hello.")],
    decide: @escaping @Sendable (ModelCall, Int) -> ModelBehaviour = { _, _ in .answer },
    _ body: (FakeModelServer) async throws -> Result
) async throws -> Result {
    let server = try FakeModelServer(
        replies: { replies.indices.contains($0.turn - 1) ? replies[$0.turn - 1] : nil }, decide: decide)
    defer { server.stop() }
    return try await body(server)
}

/// Lends a server that answers every request in the same way, without any rule.
func withAnswer<Result>(
    _ answer: @escaping @Sendable (LoopbackExchange) -> Void, _ body: (LoopbackServer) async throws -> Result
) async throws -> Result {
    let server = try LoopbackServer { _, exchange in answer(exchange) }
    defer { server.stop() }
    return try await body(server)
}
