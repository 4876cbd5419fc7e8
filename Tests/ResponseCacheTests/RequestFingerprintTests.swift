import Conversation
import Crypto
import JSON
import ResponseCache
import Testing

@Suite struct RequestFingerprintTests {
    private static func digest(
        _ request: ModelRequest, target: String = "p/m", kind: CacheKind = .response,
        scope: CacheScope = Fixture.scope, sharing: CacheSharing = .none
    ) throws -> SHA256Digest {
        try RequestFingerprint(
            of: CacheQuestion(request, target: target, kind: kind, scope: scope), sharing: sharing
        ).exact
    }

    private static let base = ModelRequest(
        model: "m", system: "S",
        messages: [
            .user("Look."),
            Message(
                role: .assistant,
                content: [
                    .thinking(Thinking(text: "hm", signature: "sig")), .text("I look."),
                    .toolCall(ToolCall(id: "a", name: "read", arguments: .json(["path": "x", "line": 1]))),
                    .toolCall(ToolCall(id: "b", name: "read", arguments: .json(["path": "y"]))),
                ]),
            Message(
                role: .user,
                content: [
                    .toolResult(ToolResult(callID: "a", text: "A", outcome: .ok)),
                    .toolResult(ToolResult(callID: "b", text: "B", outcome: .error)),
                    .image(ImagePart(format: .png, hash: "00", width: 2, height: 2, name: "shot.png")),
                ]),
        ],
        tools: [ToolDefinition(name: "read", description: "d", parameters: ["type": "object", "title": "t"])],
        images: ["00": "AAAA"], maxOutputTokens: 100, temperature: 0.2,
        purpose: .init(agent: "a", step: "s", turn: 3))

    private static func changed(_ change: (inout ModelRequest) -> Void) -> ModelRequest {
        var request = base
        change(&request)
        return request
    }

    private static func mapped(_ change: (Content) -> Content) -> ModelRequest {
        changed { request in
            for index in request.messages.indices {
                request.messages[index].content = request.messages[index].content.map(change)
            }
        }
    }

    @Test(
        "What no model sees does not count",
        arguments: [
            changed { $0.purpose = .init(agent: "b", step: "t", turn: 9) },
            changed { $0.images["00"] = "the bytes, which the hash stands for" },
            changed { $0.tools[0].parameters = ["title": "t", "type": "object"] },
            changed { $0.temperature = 0.2 }, changed { $0.user = "u" }, changed { $0.metadata = ["trace": "1"] },
            changed { $0.cacheKey = "c" }, changed { $0.cacheMarks = .asGiven }, changed { $0.serviceTier = "flex" },
            changed { $0.tools[0].cacheMark = .standard },
            changed { $0.systemParts = [Passage("S", cacheMark: .hour)] },
            changed { $0.messages[0].content = [.passage(Passage("Look.", cacheMark: .standard))] },
            mapped { part in
                switch part {
                case .toolCall(var call):
                    call.id = "other-\(call.id)"
                    return .toolCall(call)
                case .toolResult(var result):
                    result.callID = "other-\(result.callID)"
                    return .toolResult(result)
                case .image(var image):
                    image.name = "another name"
                    return .image(image)
                default: return part
                }
            },
        ])
    func ignored(_ request: ModelRequest) throws {
        #expect(try Self.digest(request) == Self.digest(Self.base))
    }

    @Test(
        "What a model may see counts",
        arguments: [
            changed { $0.model = "n" }, changed { $0.system = "S " }, changed { $0.temperature = nil },
            changed { $0.temperature = 0.3 }, changed { $0.maxOutputTokens = 101 },
            changed { $0.messages[0] = .user("look.") }, changed { $0.messages[0] = .assistant("Look.") },
            changed { $0.messages[0].content = [.text("Lo"), .text("ok.")] },
            changed { $0.messages[0].content.append(.text("")) },
            changed { $0.tools = [] }, changed { $0.topP = 0.5 }, changed { $0.seed = 1 },
            changed { $0.stopSequences = ["x"] }, changed { $0.toolChoice = .required },
            changed { $0.responseFormat = .jsonObject }, changed { $0.thinking = ThinkingSetting(effort: .low) },
            changed { $0.passthrough = Passthrough(.openAIChat, ["logit_bias": ["1": 2]]) },
            changed { $0.systemParts = [Passage("S"), Passage("T")] },
            changed { $0.tools[0].parameters = ["type": "object", "title": "u"] },
            changed { $0.tools[0].description = "e" },
            mapped { part in
                // The results answer each other's calls.
                guard case .toolResult(var result) = part else { return part }
                result.callID = result.callID == "a" ? "b" : "a"
                return .toolResult(result)
            },
            mapped { part in
                guard case .image(var image) = part else { return part }
                image.hash = "01"
                return .image(image)
            },
            mapped { part in
                guard case .toolCall(var call) = part else { return part }
                call.arguments = .broken(text: "{", reason: "r")
                return .toolCall(call)
            },
        ])
    func counted(_ request: ModelRequest) throws {
        #expect(try Self.digest(request) != Self.digest(Self.base))
    }

    @Test func `kind and target count`() throws {
        #expect(try Self.digest(Self.base, kind: .analysis) != Self.digest(Self.base))
        #expect(try Self.digest(Self.base, target: "q/m") != Self.digest(Self.base))
    }

    @Test(
        "Scopes are apart unless they are shared",
        arguments: [
            (CacheSharing.none, CacheScope(project: "p", key: "k2"), false),
            (.none, CacheScope(project: "p2", key: "k"), false),
            (.project, CacheScope(project: "p", key: "k2"), true),
            (.project, CacheScope(project: "p2", key: "k"), false),
            (.key, CacheScope(project: "p2", key: "k"), true),
            (.key, CacheScope(project: "p", key: "k2"), false),
        ])
    func scopes(_ sharing: CacheSharing, _ other: CacheScope, _ isShared: Bool) throws {
        let one = try Self.digest(Self.base, sharing: sharing)
        #expect(try (Self.digest(Self.base, scope: other, sharing: sharing) == one) == isShared)
    }

    @Test func `keys without a project share nothing by their project`() throws {
        func digest(_ key: String) throws -> SHA256Digest {
            try Self.digest(Self.base, scope: CacheScope(project: "", key: key), sharing: .project)
        }
        #expect(try digest("k") != digest("k2"))
        #expect(try digest("k") == digest("k"))
    }

    @Test func `texts next to each other are not mistaken for others`() throws {
        let left = Self.changed {
            $0.model = "ab"; $0.system = "c"
        }
        let right = Self.changed {
            $0.model = "a"; $0.system = "bc"
        }
        #expect(try Self.digest(left) != Self.digest(right))
        #expect(
            try Self.digest(Self.base, scope: CacheScope(project: "a", key: "bc"))
                != Self.digest(Self.base, scope: CacheScope(project: "ab", key: "c")))
    }

    @Test func `every field of a request is counted or passed over on purpose`() {
        // Whoever adds a field to a request decides whether a model sees it, and says so here.
        let names = Mirror(reflecting: Self.base).children.compactMap(\.label)
        let known: Set<String> = [
            "model", "systemParts", "messages", "tools", "images", "maxOutputTokens", "temperature", "topP", "topK",
            "seed",
            "frequencyPenalty", "presencePenalty", "stopSequences", "toolChoice", "parallelToolCalls", "thinking",
            "responseFormat", "user", "metadata", "serviceTier", "cacheKey", "cacheMarks", "assumesOutputLimit",
            "origin",
            "passthrough", "passthroughHeaders", "purpose", "rateListener",
        ]
        #expect(Set(names).subtracting(known) == [])
    }
}
