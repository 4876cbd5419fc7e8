import Conversation
import JSON

/// The fixed words that stand in a conversation in place of what was taken out of it.
enum ContextNotes {
    static let summaryBegins = "<summary_of_earlier_turns>"
    static let summaryEnds = "</summary_of_earlier_turns>"

    /// Results up to this size cost less than what would stand in their place is worth.
    private static let shortest = 300

    /// The line that stands for an old result.
    static func shortened(_ text: String, of call: ToolCall) -> String {
        guard text.utf8.count > shortest else { return text }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).count
        return "[left out: \(name(of: call)), \(lines) \(lines == 1 ? "line" : "lines"); ask again if you need it]"
    }

    /// The line that stands for an image.
    static func noLongerShown(_ call: ToolCall) -> String {
        "[no longer shown: \(name(of: call)), an image; ask again if you need it]"
    }

    /// A call and what it is about: `read_file src/a.py`.
    static func name(of call: ToolCall) -> String {
        guard case .json(let arguments) = call.arguments,
            let subject = ["path", "pattern", "command", "question", "summary"].lazy
                .compactMap({ arguments[$0]?.stringValue }).first
        else { return call.name }
        let line = subject.prefix { !$0.isNewline }
        return "\(call.name) \(line.count > 120 ? line.prefix(119) + "…" : line)"
    }

    /// What a call put before the user.
    static func asked(_ call: ToolCall) -> String { "In an earlier turn you used \(name(of: call))." }
}
