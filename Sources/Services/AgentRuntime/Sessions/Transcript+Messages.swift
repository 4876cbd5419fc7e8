package import Conversation
package import Runs

/// The conversation that a transcript makes.
extension Transcript {
    /// The compaction that holds now.
    package var compaction: Compaction? { inputs.last { $0.compaction != nil }?.compaction }

    /// The conversation so far, in the form every provider takes: user and assistant by turns, beginning with the user.
    package var messages: [Message] { messages(under: compaction) }

    /// The conversation as a compaction leaves it.
    ///
    /// Whatever it takes away, the opening and the user's own words stay as they are, and each tool call that is left has
    /// its result.
    package func messages(under compaction: Compaction?) -> [Message] {
        let first = min(compaction?.summarizedThrough ?? 0, turns.count)
        let shortened = compaction?.shortenedThrough ?? 0
        var messages: [Message] = []
        for number in first...turns.count {
            var spoken: [Content] = []
            if number == first {
                spoken += words(after: 0)
                if first > 0 { spoken += remains(through: first, summary: compaction?.summary ?? "") }
            } else {
                let turn = turns[number - 1]
                messages.append(Message(role: .assistant, content: content(of: turn)))
                spoken += results(of: turn, areShortened: number <= shortened)
                spoken += words(after: number)
            }
            if !spoken.isEmpty { messages.append(Message(role: .user, content: spoken)) }
        }
        return messages
    }

    /// The images that the conversation shows.
    package var images: [ImagePart] { inputs.flatMap(\.images) + actions.values.compactMap { $0.result?.image } }

    /// The texts that outlive every compaction word for word, in their order.
    package var pinnedTexts: [String] {
        let spoken = inputs.filter { $0.kind == .opening || $0.kind == .correction }.map(\.text)
        let answered = turns.flatMap { turn in
            turn.reply.message.toolCalls.indices.compactMap { userWords(turn: turn.number, index: $0) }
        }
        return spoken + answered
    }

    private func words(after turn: Int) -> [Content] {
        inputs.filter { $0.afterTurn == turn && $0.kind != .compaction }.flatMap { input in
            input.images.map { .image($0) } + [.text(input.text)]
        }
    }

    /// What is left of turns that are replaced: a summary, what the user said in them, and the word that came after them.
    private func remains(through last: Int, summary: String) -> [Content] {
        var content: [Content] = [.text("\(ContextNotes.summaryBegins)\n\(summary)\n\(ContextNotes.summaryEnds)")]
        for number in 1...last {
            let turn = turns[number - 1]
            for (index, call) in turn.reply.message.toolCalls.enumerated() {
                guard let words = userWords(turn: number, index: index) else { continue }
                content.append(.text("\(ContextNotes.asked(call))\n\(words)"))
            }
            content += inputs.filter { $0.afterTurn == number && ($0.kind == .correction || number == last) }
                .filter { $0.kind != .compaction }.map { .text($0.text) }
        }
        return content
    }

    /// What a tool call brought back of a human's own words, where it asked one.
    func userWords(turn: Int, index: Int) -> String? {
        guard let action = actions[Place(turn: turn, index: index)], case .ask = action.intent else { return nil }
        return action.result?.text
    }

    private func results(of turn: Turn, areShortened: Bool) -> [Content] {
        var shown: [Content] = []
        let results = turn.reply.message.toolCalls.enumerated().compactMap { index, call -> Content? in
            guard var result = actions[Place(turn: turn.number, index: index)]?.result else { return nil }
            if areShortened, userWords(turn: turn.number, index: index) == nil {
                let isImage = result.image != nil
                result.text = isImage ? ContextNotes.noLongerShown(call) : ContextNotes.shortened(result.text, of: call)
                result.image = nil
            }
            if let image = result.image { shown += [.text("\(image.name):"), .image(image)] }
            return .toolResult(result)
        }
        return results + shown
    }

    /// Providers refuse an empty message, which an answer of nothing would be when it is sent back.
    ///
    /// What a model thought is signed for that model alone: one that took over is not given it.
    private func content(of turn: Turn) -> [Content] {
        var content = turn.reply.content
        if let taken = takenOver, turn.number <= taken.afterTurn {
            content.removeAll { if case .thinking = $0 { true } else { false } }
        }
        return content.isEmpty ? [.text("(no answer)")] : content
    }

    /// The last word with which another model took over.
    private var takenOver: SessionInput? { inputs.last { $0.model != nil } }

    /// The model that the session is with now, where it is not the one that it began with.
    package var model: String? { takenOver?.model }
}
