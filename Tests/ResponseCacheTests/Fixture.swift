import Conversation
import Files
import Money
import ResponseCache
import Timekeeping

/// Requests and replies that tests have in common.
enum Fixture {
    static let scope = CacheScope(project: "p", key: "k")

    static func request(
        _ text: String, model: String = "m", system: String = "Be brief.", temperature: Double? = 0,
        tools: [ToolDefinition] = []
    ) -> ModelRequest {
        ModelRequest(
            model: model, system: system, messages: [.user(text)], tools: tools, maxOutputTokens: 100,
            temperature: temperature, purpose: .init(agent: "a", step: "s", turn: 1))
    }

    static func question(
        _ text: String, kind: CacheKind = .response, scope: CacheScope = scope, wish: CacheQuestion.Wish = .any
    ) -> CacheQuestion {
        CacheQuestion(request(text), target: "p/m", kind: kind, scope: scope, wish: wish)
    }

    static func reply(_ text: String, stop: StopReason = .endOfTurn) -> ModelReply {
        ModelReply(
            id: "id-\(text)", model: "m", content: [.text(text)], stopReason: stop,
            usage: Usage(input: 10, output: 5))
    }

    /// A cache in memory, or in a file, whose list of rows is read.
    static func cache(
        _ file: FilePath? = nil, clock: WallClock = ManualClock().wall, policy: CachePolicy = CachePolicy(),
        embedder: TextEmbedder? = nil
    ) async throws -> ResponseCache {
        let cache = try await ResponseCache.open(at: file, policy: policy, embedder: embedder, clock: clock)
        await cache.refresh()
        return cache
    }
}

/// What a look-up came to, in a form to compare.
enum Found: Hashable {
    case hit(String, CacheHit.Manner)
    case miss
    case bypass(CacheBypass)
}

extension ResponseCache {
    /// Looks up without asking anybody where there is nothing.
    func peek(_ question: CacheQuestion) async throws -> Found {
        switch try await look(up: question) {
        case .hit(let hit): .hit(hit.answer.reply.message.text, hit.manner)
        case .miss: .miss
        case .bypass(let reason): .bypass(reason)
        }
    }

    /// Keeps an answer as if it had been asked for.
    func store(_ text: String, for question: CacheQuestion, cost: USD = USD(micros: 7)) async throws {
        var question = question
        question.wish = .fresh
        if case .miss(let ticket) = try await look(up: question) { ticket.keep(Fixture.reply(text), cost: cost) }
    }
}
