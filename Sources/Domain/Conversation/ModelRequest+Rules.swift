extension ModelRequest {
    /// What is wrong with the conversation by the rules that every provider shares, or nil.
    ///
    /// The rules: it begins and ends with the user; roles take turns, instructions between them aside; each tool call is
    /// answered in the very next message, once, and no result answers a call that was not made; images are the user's, and
    /// their bytes are there.
    package var fault: String? {
        guard let first = messages.first else { return "the conversation is empty" }
        if first.role != .user { return "the conversation begins with the assistant" }
        if messages.last?.role != .user { return "the conversation does not end with the user" }
        var pending: [String] = []
        var previous: Message.Role?
        for (index, message) in messages.enumerated() where message.role != .system {
            if message.role == previous { return "messages \(index - 1) and \(index) are both of the \(message.role)" }
            previous = message.role
            if message.content.isEmpty { return "message \(index) is empty" }
            for image in message.images {
                if message.role != .user { return "message \(index) of the assistant has an image" }
                if image.source == nil, images[image.hash] == nil {
                    return "the bytes of the image \(image.name) are missing"
                }
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

extension ModelRequest {
    /// Whether something is marked to be kept in the provider's cache for an hour, which costs more than minutes.
    package var asksForHourCache: Bool {
        guard origin == .anthropicMessages else { return false }
        func isHour(_ mark: CacheMark?) -> Bool { mark?.lifetime == CacheMark.hour.lifetime }
        func isHour(_ content: Content) -> Bool {
            switch content {
            case .passage(let passage): isHour(passage.cacheMark)
            case .image(let image): isHour(image.cacheMark)
            case .document(let document): isHour(document.cacheMark)
            case .toolResult(let result): isHour(result.cacheMark) || (result.parts ?? []).contains { isHour($0) }
            default: false
            }
        }
        return systemParts.contains { isHour($0.cacheMark) } || tools.contains { isHour($0.cacheMark) }
            || messages.contains { $0.content.contains { isHour($0) } }
    }
}
