import Conversation
import Gateway
import JSON
import Runs

/// Writes the summary that stands in place of old turns: by the model, or by rule where the model cannot.
struct Compactor: Sendable {
    static let agent = "compactor"

    /// What the model is asked, behind the conversation that it is to summarise.
    static let instruction = String(decoding: PackageResources.compact_md, as: UTF8.self)

    /// The request for a summary: the conversation as it is, so that what is cached is read, and a last word.
    static func request(_ request: ModelRequest, messages: [Message]) -> ModelRequest {
        var asking = request
        asking.messages = messages
        if let last = messages.last, last.role == .user {
            asking.messages[messages.count - 1].content = last.content + [.text(instruction)]
        } else {
            asking.messages.append(.user(instruction))
        }
        asking.maxOutputTokens = min(request.maxOutputTokens, CompactionPlan.summaryTokens)
        asking.purpose.agent = agent
        return asking
    }

    /// The summary in a reply, or nil where it holds none.
    static func summary(in reply: ModelReply) -> String? {
        let text = reply.message.text
        guard text.contains(where: { !$0.isWhitespace }) else { return nil }
        return cut(text)
    }

    /// What was done in the turns, a line each, where no model can be asked.
    static func digest(of transcript: Transcript, through last: Int) -> String {
        let earlier = transcript.compaction
        var lines: [String] = []
        if let summary = earlier?.summary { lines.append(summary) }
        for turn in transcript.turns.prefix(last).dropFirst(earlier?.summarizedThrough ?? 0) {
            let calls = turn.reply.message.toolCalls.map { ContextNotes.name(of: $0) }.joined(separator: "; ")
            let said = turn.reply.message.text.prefix { !$0.isNewline }.prefix(200)
            lines.append(
                "- turn \(turn.number): \([String(said), calls].filter { !$0.isEmpty }.joined(separator: " — "))")
        }
        return cut(lines.joined(separator: "\n"))
    }

    /// The end is what matters most for going on.
    private static func cut(_ text: String) -> String {
        guard text.utf8.count > CompactionPlan.longestSummary else { return text }
        var bytes = 0
        var kept = text.endIndex
        while kept > text.startIndex {
            let before = text.index(before: kept)
            bytes += text[before].utf8.count
            if bytes > CompactionPlan.longestSummary - 40 { break }
            kept = before
        }
        return "(the beginning is left out)\n\(text[kept...])"
    }
}
