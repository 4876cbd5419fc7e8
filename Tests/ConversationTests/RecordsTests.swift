import Conversation
import JSON
import Testing

@Suite("Records of before are read, and what says nothing new is written as before")
struct RecordsTests {
    /// As the journal of the first versions has them.
    static let message = """
        {"role":"user","content":[{"text":{"_0":"Look."}},{"image":{"_0":{"format":"image/png","hash":"h","width":2,\
        "height":1,"name":"a.png"}}},{"toolResult":{"_0":{"callID":"c","text":"done","outcome":"ok"}}}]}
        """
    static let reply = """
        {"id":"m","model":"x","content":[{"thinking":{"_0":{"text":"hm","signature":"sig"}}},\
        {"toolCall":{"_0":{"id":"c","name":"search","arguments":{"json":{"_0":{"a":1}}}}}},\
        {"toolCall":{"_0":{"id":"d","name":"search","arguments":{"broken":{"text":"{","reason":"cut"}}}}}],\
        "stopReason":{"other":{"_0":"pause"}},\
        "usage":{"input":1,"output":2,"cacheRead":3,"cacheWrite":4,"reasoning":5}}
        """
    static let request = """
        {"model":"x","system":"You write code.","messages":[{"role":"user","content":[{"text":{"_0":"Go."}}]}],\
        "tools":[{"name":"search","description":"Finds.","parameters":{"type":"object"}}],"images":{},\
        "maxOutputTokens":10,"temperature":0.5,"purpose":{"agent":"a","step":"s","turn":1}}
        """

    private func again<Value: Codable>(_ text: String, as type: Value.Type) throws -> (value: Value, text: String) {
        let value = try JSONCoding.decode(type, from: try JSONValue(parsing: text))
        return (value, try JSONCoding.encode(value).text())
    }

    @Test("a message")
    func message() throws {
        let (value, text) = try again(Self.message, as: Message.self)
        #expect(text == Self.message)
        #expect(
            value.content == [
                .text("Look."), .image(ImagePart(format: .png, hash: "h", width: 2, height: 1, name: "a.png")),
                .toolResult(ToolResult(callID: "c", text: "done", outcome: .ok)),
            ])
    }

    @Test("a reply")
    func reply() throws {
        let (value, text) = try again(Self.reply, as: ModelReply.self)
        #expect(text == Self.reply)
        #expect(value.usage == Usage(input: 1, output: 2, cacheRead: 3, cacheWrite: 4, reasoning: 5))
    }

    @Test("a request")
    func request() throws {
        let (value, text) = try again(Self.request, as: ModelRequest.self)
        #expect(text == Self.request)
        #expect(value.systemParts == [Passage("You write code.")])
        #expect(value.cacheMarks == .automatic && !value.assumesOutputLimit)
    }

    @Test("all that is new comes back")
    func everythingNew() throws {
        var request = ModelRequest(
            model: "x", system: "", messages: [], maxOutputTokens: 1, purpose: .init(agent: "a", step: "s", turn: 1))
        let own = Passthrough(.openAIChat, ["new": true], form: "f")
        request.systemParts = [Passage("a", cacheMark: .hour), Passage("b", passthrough: own)]
        request.messages = [
            Message(
                role: .system,
                content: [
                    .passage(
                        Passage(
                            "cited",
                            citations: [
                                Citation(
                                    .document(index: 0, unit: .pages, file: nil), title: "t", citedText: "w",
                                    place: .init(start: 1, end: 2), native: NativePart(.anthropicMessages, [1]))
                            ])),
                    .image(ImagePart(.url("https://x/y.png"), detail: "low")),
                    .document(DocumentPart(.parts([.text("p")]), title: "t", context: "c", allowsCitations: true)),
                    .thinking(Thinking(text: "t", origin: .ollama, passthrough: own)),
                    .toolCall(ToolCall(id: "i", name: "n", arguments: .json("free"), kind: .freeText)),
                    .toolResult(ToolResult(callID: "i", parts: [.text("a"), .text("b")], outcome: .error)),
                    .native(NativePart(.anthropicMessages, ["type": "hologram"])),
                ], passthrough: own)
        ]
        request.tools = [ToolDefinition(name: "n", description: "", parameters: [:], strict: true, kind: .native)]
        request.topP = 0.5
        request.topK = 3
        request.seed = 7
        request.frequencyPenalty = 1
        request.presencePenalty = -1
        request.stopSequences = ["stop"]
        request.toolChoice = .tool("n")
        request.parallelToolCalls = false
        request.thinking = ThinkingSetting(mode: .budget(9), effort: .high)
        request.responseFormat = .schema(.init(["type": "object"], name: "n", strict: true))
        request.user = "u"
        request.metadata = ["k": "v"]
        request.serviceTier = "flex"
        request.cacheKey = "key"
        request.cacheMarks = .asGiven
        request.assumesOutputLimit = true
        request.origin = .openAIChat
        request.passthrough = own
        request.passthroughHeaders = ["anthropic-beta": "b"]
        let encoded = try JSONCoding.encode(request)
        #expect(try JSONCoding.decode(ModelRequest.self, from: encoded) == request)
        #expect(request.system == "a\n\nb")

        let usage = Usage(input: 1, cacheWrite: 5, cacheWriteHour: 2, passthrough: own)
        #expect(try JSONCoding.decode(Usage.self, from: try JSONCoding.encode(usage)) == usage)
    }
}
