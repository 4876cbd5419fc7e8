import JSON

/// An answer of the fake model, in words that both wire formats can say.
package struct FakeReply: Sendable {
    package var thinking: String?
    /// What signs the thinking; only Anthropic's format has it.
    package var signature: String?
    /// Encrypted thinking; only Anthropic's format has it.
    package var redactedThinking: String?
    package var text: String?
    package var calls: [Call]
    package var usage: Usage
    /// The wire's own word for why the answer ends; nil is the usual one.
    package var stop: String?

    package init(
        thinking: String? = nil, signature: String? = nil, redactedThinking: String? = nil, text: String? = nil,
        calls: [Call] = [], usage: Usage = Usage(), stop: String? = nil
    ) {
        self.thinking = thinking
        self.signature = signature
        self.redactedThinking = redactedThinking
        self.text = text
        self.calls = calls
        self.usage = usage
        self.stop = stop
    }

    /// A call of a tool; the arguments are sent as they are, broken JSON included.
    package struct Call: Sendable {
        package var tool: String
        package var arguments: String

        package init(_ tool: String, _ arguments: String = "{}") {
            self.tool = tool
            self.arguments = arguments
        }
    }

    /// What the answer is charged: 1000 tokens in and 100 out, if nothing else is said.
    package struct Usage: Sendable {
        package var input: Int
        package var output: Int
        package var cacheRead: Int
        package var cacheWrite: Int
        package var reasoning: Int

        package init(
            input: Int = 1000, output: Int = 100, cacheRead: Int = 0, cacheWrite: Int = 0, reasoning: Int = 0
        ) {
            self.input = input
            self.output = output
            self.cacheRead = cacheRead
            self.cacheWrite = cacheWrite
            self.reasoning = reasoning
        }
    }
}

extension FakeReply {
    /// A line of a rehearsal file; arguments that are a string stand for broken JSON.
    init(line: JSONValue) {
        self.init(
            text: line["say"]?.stringValue,
            calls: (line["calls"]?.arrayValue ?? []).map { call in
                let arguments = call["arguments"] ?? [:]
                return Call(call["tool"]?.stringValue ?? "", arguments.stringValue ?? arguments.text())
            })
    }
}
