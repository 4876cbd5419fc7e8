/// Makes texts into words of a shell command line.
enum ShellWords {
    /// The text as one word, whatever it holds.
    static func quoted(_ text: String) -> String {
        let isPlain = !text.isEmpty && text.utf8.allSatisfy { plain.contains($0) }
        guard !isPlain else { return text }
        return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }

    static func joined(_ words: [String]) -> String { words.map(quoted).joined(separator: " ") }

    /// The text with every character of its own meaning in a regular expression escaped.
    static func escapedForRegularExpression(_ text: String) -> String {
        text.map { special.contains($0) ? "\\\($0)" : String($0) }.joined()
    }

    /// The text with every character of its own meaning in a pattern of file names put in brackets.
    static func escapedForGlob(_ text: String) -> String {
        text.map { "*?[".contains($0) ? "[\($0)]" : String($0) }.joined()
    }

    private static let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=@%+,".utf8)
    private static let special = Set("\\^$.|?*+()[]{}/")
}
