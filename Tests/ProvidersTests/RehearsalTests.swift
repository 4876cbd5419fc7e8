import Conversation
import FakeModelServer
import Files
import JSON
import Providers
import Testing

/// Sessions that are recorded from a provider and played again without it.
@Suite struct RehearsalTests {
    @Test(arguments: Format.allCases)
    func `A session recorded over HTTP plays again the same`(_ format: Format) async throws {
        let replies = [
            FakeReply(
                text: "I read.", calls: [.init("read_file", "{\"path\":\"a\"}"), .init("finish", "{\"broken\": ")],
                usage: .init(input: 12, output: 34, cacheRead: 560)),
            FakeReply(calls: [.init("finish", "\"just a text\"")]),
            FakeReply(text: "Too lo", stop: format == .anthropic ? "max_tokens" : "length"),
            FakeReply(text: "I will not.", stop: format == .anthropic ? "refusal" : "content_filter"),
        ]
        try await FileSystem.withTemporaryDirectory { folder in
            try await withServer(replies) { server in
                let file = folder / "session.jsonl"
                let live = RecordingProvider(try format.provider(at: server.baseURL), to: file)
                let heard = try await Self.converse(with: live, turns: replies.count)
                #expect(live.name == "fake")
                #expect(server.violations == [])

                let played = try await Self.converse(with: RehearsalProvider(file: file), turns: replies.count)
                #expect(played.map(Self.substance) == heard.map(Self.substance))
                #expect(server.requestCount == replies.count)
            }
        }
    }

    private static func converse(with provider: any ModelProvider, turns: Int) async throws -> [ModelReply] {
        var request = ModelRequest.sample()
        var replies: [ModelReply] = []
        for _ in 0..<turns {
            let reply = try #require(try await provider.ask(request))
            replies.append(reply)
            request = request.after(reply)
        }
        return replies
    }

    /// A reply without the ids that each provider makes up.
    private static func substance(_ reply: ModelReply) -> ModelReply {
        var reply = reply
        reply.id = ""
        reply.content = reply.content.map { part in
            guard case .toolCall(var call) = part else { return part }
            call.id = ""
            return .toolCall(call)
        }
        return reply
    }

    @Test func `A call that failed is not recorded`() async throws {
        try await FileSystem.withTemporaryDirectory { folder in
            let file = folder / "session.jsonl"
            try await withServer(decide: { _, number in number == 1 ? .cut : .answer }) { server in
                let provider = RecordingProvider(try Format.anthropic.provider(at: server.baseURL), to: file)
                #expect(await provider.failure()?.code == .streamCut)
                _ = try await provider.ask(.sample())
            }
            let expected = #"""
                {"agent":"developer","step":"task/T001","turn":1,"say":"Hello.","model":"fake-1",\#
                "usage":{"input":1000,"output":100,"cacheRead":0,"cacheWrite":0,"reasoning":0}}
                """#
            let recorded = try JSONValue(parsing: try FileSystem.readText(file))
            #expect(recorded == (try JSONValue(parsing: expected)))
        }
    }

    @Test func `An answer that cannot be recorded says why`() async throws {
        try await FileSystem.withTemporaryDirectory { folder in
            try await withServer { server in
                let provider = RecordingProvider(try Format.openAI.provider(at: server.baseURL), to: folder)
                let error = try #require(await provider.failure())
                #expect(error.code == .rehearsal)
                #expect(error.message.hasPrefix("the answer was not recorded: "))
            }
        }
    }

    private static let line = #"{"agent":"developer","step":"task/T001","turn":1,"say":"Hello."}"#

    private static func rehearsal(_ text: String = line) throws(ModelError) -> RehearsalProvider {
        try RehearsalProvider(text: text, source: "session.jsonl")
    }

    @Test func `A rehearsal that is exhausted names who asked`() async throws {
        var request = ModelRequest.sample()
        request.purpose = .init(agent: "reviewer", step: "task/T002", turn: 3)
        #expect(
            try await Self.rehearsal().failure(of: request)
                == ModelError(
                    .rehearsal,
                    "the rehearsal session.jsonl has no reply for reviewer, step task/T002, turn 3: record it again with --record, or add the line"
                ))
    }

    @Test func `A rehearsal holds requests to the providers' rules`() async throws {
        let request = ModelRequest.sample([.user("a"), .user("b")])
        #expect(
            try await Self.rehearsal().failure(of: request)
                == ModelError(
                    .rehearsal, "the request to the rehearsal is malformed: messages 0 and 1 are both of the user"))
    }

    @Test func `A rehearsal that uses a tool which is not offered says so`() async throws {
        let text =
            #"{"agent":"developer","step":"task/T001","turn":1,"calls":[{"tool":"fly","arguments":{}}]}"#
        #expect(
            try await Self.rehearsal(text).failure()
                == ModelError(
                    .rehearsal,
                    "the rehearsal session.jsonl uses the tool 'fly' for developer, step task/T001, turn 1, which is not offered"
                ))
    }

    @Test func `A line that is no reply is named by its number`() {
        let error = #expect(throws: ModelError.self) { try Self.rehearsal(Self.line + "\n\n{\"agent\": 7}") }
        #expect(error?.code == .rehearsal)
        #expect(error?.message.hasPrefix("session.jsonl:3: this is no recorded reply: ") == true)
    }

    @Test func `Two replies for one turn are refused`() {
        #expect(
            throws: ModelError(
                .rehearsal, "session.jsonl:2: there are two replies for developer, step task/T001, turn 1")
        ) { try Self.rehearsal(Self.line + "\n" + Self.line) }
    }

    @Test func `Usage that was not recorded is counted from the words`() async throws {
        let reply = try await Self.rehearsal().ask(.sample())
        let usage = try #require(reply?.usage)
        #expect(usage.input > 0 && usage.output == 1)
        #expect(reply?.content == [.text("Hello.")])
    }
}
