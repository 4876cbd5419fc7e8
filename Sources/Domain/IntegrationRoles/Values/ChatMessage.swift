/// Something that is to be said in a chat.
package struct ChatMessage: Sendable, Hashable, Codable {
    /// Markdown.
    package var text: String
    /// The usual channel where nil.
    package var channel: String?
    /// The thread that it answers in.
    package var thread: String?
}

/// A message as the chat knows it.
package struct PostedMessage: Sendable, Hashable, Codable {
    package var id: String
    package var channel: String
    /// What an answer to it names.
    package var thread: String?
    package var url: String?

    package init(id: String, channel: String, thread: String? = nil, url: String? = nil) {
        self.id = id
        self.channel = channel
        self.thread = thread
        self.url = url
    }
}
