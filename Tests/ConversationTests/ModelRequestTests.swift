import Conversation
import JSON
import Testing

@Suite("A request is held to the rules of every provider")
struct ModelRequestTests {
    private func request(_ messages: [Message]) -> ModelRequest {
        ModelRequest(
            model: "m", system: "s", messages: messages, maxOutputTokens: 10,
            purpose: .init(agent: "a", step: "s", turn: 1))
    }

    private static let call = Message(
        role: .assistant, content: [.toolCall(ToolCall(id: "c1", name: "search", arguments: .json([:])))])

    private static func result(_ id: String) -> Message {
        Message(role: .user, content: [.toolResult(ToolResult(callID: id, text: "ok", outcome: .ok))])
    }

    @Test("a conversation by turns with answered calls has no fault")
    func sound() {
        #expect(request([.user("go"), Self.call, Self.result("c1")]).fault == nil)
    }

    @Test(
        "each broken conversation is named",
        arguments: [
            ([], "the conversation is empty"),
            ([.assistant("hi")], "the conversation begins with the assistant"),
            ([.user("a"), .assistant("b")], "the conversation does not end with the user"),
            ([.user("a"), .user("b")], "messages 0 and 1 are both of the user"),
            (
                [.user("a"), ModelRequestTests.call, .user("no result")],
                "message 2 answers the tool calls [], but [\"c1\"] were made"
            ),
            (
                [.user("a"), ModelRequestTests.call, ModelRequestTests.result("c2")],
                "message 2 answers the tool calls [\"c2\"], but [\"c1\"] were made"
            ),
            ([Message(role: .user, content: [])], "message 0 is empty"),
        ] as [([Message], String)])
    func faults(messages: [Message], fault: String) {
        #expect(request(messages).fault == fault)
    }
}
