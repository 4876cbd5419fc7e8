/// One call to a model, in words that no provider owns.
package struct ModelRequest: Sendable, Hashable, Codable {
    /// The provider's own name of the model, without the provider's prefix.
    package var model: String
    package var system: String
    package var messages: [Message]
    package var tools: [ToolDefinition]
    /// The images that the messages name, in Base64, by their hash.
    package var images: [String: String]
    /// The most tokens the answer may have; the reservation of money rests on it.
    package var maxOutputTokens: Int
    /// Sampling temperature; nil leaves the provider's default.
    package var temperature: Double?
    /// Who asks: recorded sessions are filed by it.
    ///
    /// Providers on the wire do not see it.
    package var purpose: Purpose

    package init(
        model: String, system: String, messages: [Message], tools: [ToolDefinition] = [],
        images: [String: String] = [:], maxOutputTokens: Int, temperature: Double? = nil, purpose: Purpose
    ) {
        self.model = model
        self.system = system
        self.messages = messages
        self.tools = tools
        self.images = images
        self.maxOutputTokens = maxOutputTokens
        self.temperature = temperature
        self.purpose = purpose
    }

    /// Which agent asks, in which step of the run, for which turn of that session (from 1).
    package struct Purpose: Sendable, Hashable, Codable {
        package var agent: String
        package var step: String
        package var turn: Int

        package init(agent: String, step: String, turn: Int) {
            self.agent = agent
            self.step = step
            self.turn = turn
        }
    }

    /// What is wrong with the conversation by the rules that every provider shares, or nil.
    ///
    /// The rules: it begins and ends with the user; roles take turns; each tool call is answered in the very next message,
    /// once, and no result answers a call that was not made; images are the user's, and their bytes are there.
    package var fault: String? {
        guard let first = messages.first else { return "the conversation is empty" }
        if first.role != .user { return "the conversation begins with the assistant" }
        if messages.last?.role != .user { return "the conversation does not end with the user" }
        var pending: [String] = []
        var previous: Message.Role?
        for (index, message) in messages.enumerated() {
            if message.role == previous { return "messages \(index - 1) and \(index) are both of the \(message.role)" }
            previous = message.role
            if message.content.isEmpty { return "message \(index) is empty" }
            for image in message.images {
                if message.role != .user { return "message \(index) of the assistant has an image" }
                if images[image.hash] == nil { return "the bytes of the image \(image.name) are missing" }
            }
            let answered = message.toolResults.map(\.callID)
            if answered.sorted() != pending.sorted() {
                return "message \(index) answers the tool calls \(answered), but \(pending) were made"
            }
            pending = message.toolCalls.map(\.id)
            if Set(pending).count != pending.count { return "message \(index) has two tool calls of one id" }
        }
        return nil
    }
}
