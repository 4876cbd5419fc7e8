import Conversation
import JSON
import Testing

@Suite struct PromptCachePlanTests {
    private static func request(
        system: String = "S", tools: Int = 1, _ messages: [Message] = [.user("q")]
    ) -> ModelRequest {
        ModelRequest(
            model: "m", system: system, messages: messages,
            tools: (0..<tools).map { ToolDefinition(name: "t\($0)", description: "d", parameters: ["type": "object"]) },
            maxOutputTokens: 10, purpose: .init(agent: "a", step: "s", turn: 1))
    }

    private static func turn(_ calls: Int) -> [Message] {
        [
            Message(
                role: .assistant,
                content: (0..<calls).map { .toolCall(ToolCall(id: "\($0)", name: "t0", arguments: .json([:]))) }),
            Message(
                role: .user,
                content: (0..<calls).map { .toolResult(ToolResult(callID: "\($0)", text: "r", outcome: .ok)) }),
        ]
    }

    @Test(
        "Marks stand behind what stays the same",
        arguments: [
            (request(), [PromptCachePlan.Point.tools, .system, .part(message: 0, part: 0)]),
            (request(system: ""), [.tools, .part(message: 0, part: 0)]),
            // Nobody reads again what a single question wrote.
            (request(tools: 0), [.system]), (request(system: "", tools: 0), []),
            // A conversation goes on.
            (
                request(tools: 0, [.user("a"), .assistant("b"), .user("c")]), [.system, .part(message: 2, part: 0)]
            ),
            // The first part of an opening is shared.
            (
                request([Message(role: .user, content: [.text("shared"), .text("own")])]),
                [.tools, .system, .part(message: 0, part: 0), .part(message: 0, part: 1)]
            ),
            (request([.user("q")] + turn(2)), [.tools, .system, .part(message: 2, part: 1)]),
            // On the wire results come first.
            (
                request([
                    .user("q"), turn(1)[0], Message(role: .user, content: [.text("note")] + turn(1)[1].content),
                ]), [.tools, .system, .part(message: 2, part: 0)]
            ),
            // What was written before is more than a look back away.
            (
                request([.user("q")] + turn(1) + turn(12)),
                [.tools, .system, .part(message: 2, part: 0), .part(message: 4, part: 11)]
            ),
            (
                request([Message(role: .user, content: [.text("shared"), .text("own")])] + turn(1) + turn(12)),
                [.system, .part(message: 0, part: 0), .part(message: 2, part: 0), .part(message: 4, part: 11)]
            ),
            // Blank texts and thinking are not marked.
            (
                request([
                    Message(role: .user, content: [.text("q"), .text(" \n")]),
                    Message(role: .assistant, content: [.thinking(Thinking(text: "t", signature: "s"))]),
                    Message(role: .user, content: [.text("  ")]),
                ]), [.tools, .system]
            ),
        ])
    func places(_ request: ModelRequest, _ points: [PromptCachePlan.Point]) {
        #expect(PromptCachePlan(for: request).points == points)
    }

    @Test func `a client that marks is taken at its word`() {
        var request = Self.request([.user("q")] + Self.turn(1))
        request.cacheMarks = .asGiven
        #expect(PromptCachePlan(for: request).points == [])
        request.messages[0].content = [.passage(Passage("q", cacheMark: .hour))]
        #expect(PromptCachePlan(for: request).points == [.part(message: 0, part: 0)])
        #expect(PromptCachePlan(for: request).applied(to: request) == request)
    }

    @Test func `of too many given marks the ends stay`() {
        let content = (0..<7).map { Content.passage(Passage("\($0)", cacheMark: .standard)) }
        var request = Self.request([Message(role: .user, content: content)])
        request.cacheMarks = .asGiven
        let plan = PromptCachePlan(for: request)
        #expect(plan.points == [0, 1, 5, 6].map { .part(message: 0, part: $0) })
        let marked = plan.applied(to: request).messages[0].content
        #expect(marked[2] == .text("2"))
        #expect(marked[5] == .passage(Passage("5", cacheMark: .standard)))
    }

    @Test func `given marks count among the four and keep their lifetime`() {
        var request = Self.request([Message(role: .user, content: [.text("shared"), .text("own"), .text("more")])])
        request.messages[0].content[1] = .passage(Passage("own", cacheMark: .hour))
        let plan = PromptCachePlan(for: request)
        #expect(
            plan.points == [
                .system, .part(message: 0, part: 0), .part(message: 0, part: 1), .part(message: 0, part: 2),
            ])
        #expect(plan.applied(to: request).messages[0].content[1] == .passage(Passage("own", cacheMark: .hour)))
    }

    @Test func `an applied plan says where the marks are`() {
        let request = Self.request([.user("q")] + Self.turn(2))
        let plan = PromptCachePlan(for: request)
        let marked = plan.applied(to: request)
        #expect(marked.cacheMarks == .asGiven)
        #expect(marked.tools.map(\.cacheMark) == [.standard])
        #expect(marked.systemParts == [Passage("S", cacheMark: .standard)])
        #expect(marked.messages[0] == request.messages[0])
        #expect(marked.messages[2].toolResults.map(\.cacheMark) == [nil, .standard])
        #expect(PromptCachePlan(for: marked) == plan)
        #expect(plan.applied(to: marked) == marked)
    }

    @Test func `never more than four`() {
        for calls in [1, 5, 30] {
            for turns in 0..<4 {
                let opening = Message(role: .user, content: [.text("a"), .text("b"), .text("c")])
                let plan = PromptCachePlan(for: Self.request([opening] + (0..<turns).flatMap { _ in Self.turn(calls) }))
                #expect(plan.points.count == 4)
                #expect(Set(plan.points).count == 4)
            }
        }
    }
}

@Suite struct PromptCacheKeyTests {
    private static let request = ModelRequest(
        model: "m", system: "S", messages: [.user("q")],
        tools: [ToolDefinition(name: "t", description: "d", parameters: ["a": [1, 2.5, true, nil], "b": "c"])],
        maxOutputTokens: 10, purpose: .init(agent: "a", step: "s", turn: 1))

    @Test func `the key is the same in every process and version`() {
        #expect(PromptCacheKey.text(for: Self.request, scope: "p") == "vencejo-4e3a808e93a8e67d7ab030d9d0a31626")
    }

    @Test func `what follows the beginning does not count`() {
        var other = Self.request
        other.messages.append(.assistant("a"))
        other.maxOutputTokens = 5
        other.temperature = 1
        #expect(PromptCacheKey.text(for: other, scope: "p") == PromptCacheKey.text(for: Self.request, scope: "p"))
    }

    @Test func `scope, instructions and tools count`() {
        func changed(_ change: (inout ModelRequest) -> Void) -> ModelRequest {
            var request = Self.request
            change(&request)
            return request
        }
        let keys = [
            PromptCacheKey.text(for: Self.request, scope: "p"), PromptCacheKey.text(for: Self.request, scope: "q"),
            PromptCacheKey.text(for: changed { $0.system = "T" }, scope: "p"),
            PromptCacheKey.text(for: changed { $0.tools = [] }, scope: "p"),
            PromptCacheKey.text(for: changed { $0.tools[0].description = "e" }, scope: "p"),
            PromptCacheKey.text(
                for: changed { $0.tools[0].parameters = ["a": [1, 2.5, true, nil], "b": "d"] }, scope: "p"),
            PromptCacheKey.text(for: changed { $0.systemParts = [Passage("S"), Passage("t")] }, scope: "p"),
        ]
        #expect(Set(keys).count == keys.count)
    }

    @Test func `a client's own key is kept`() {
        var request = Self.request
        request.cacheKey = "mine"
        #expect(PromptCacheKey.text(for: request, scope: "p") == "mine")
    }
}
