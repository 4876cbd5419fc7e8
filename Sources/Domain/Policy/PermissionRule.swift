/// A rule such as `run_command(git log *)`, `write_file(src/**)` or `web_*`.
///
/// The pattern in front of the parentheses names tools. What is inside is compared with the words of each command
/// that a script runs, or else as a path pattern. A command's last `*` stands for any further words, or none; a `*`
/// elsewhere for one word or part of one.
package struct PermissionRule: Sendable, Hashable, CustomStringConvertible {
    package let description: String
    private let tool: WildcardPattern
    private let subject: String?
    private let words: [String]

    package init(_ text: String) throws(PolicyError) {
        let trimmed = Self.trim(text[...])
        guard !trimmed.isEmpty else {
            throw PolicyError(.malformedRule, "A permission rule is empty; write it as tool or tool(pattern).")
        }
        description = String(trimmed)
        guard let open = trimmed.firstIndex(of: "(") else {
            guard !trimmed.contains(where: { $0 == ")" || $0.isWhitespace }) else {
                throw PolicyError(
                    .malformedRule,
                    "The permission rule \"\(trimmed)\" is no tool name; write it as tool or tool(pattern).")
            }
            (tool, subject, words) = (WildcardPattern(String(trimmed)), nil, [])
            return
        }
        let name = Self.trim(trimmed[..<open])
        let inside = Self.trim(trimmed[trimmed.index(after: open)...].dropLast())
        guard trimmed.hasSuffix(")"), !name.isEmpty, !inside.isEmpty else {
            throw PolicyError(
                .malformedRule,
                "The permission rule \"\(trimmed)\" lacks a tool, a pattern or its closing parenthesis; write it as tool(pattern)."
            )
        }
        tool = WildcardPattern(String(name))
        subject = String(inside)
        words = inside.split(whereSeparator: \.isWhitespace).map(String.init)
    }

    package enum Match: Sendable, Hashable {
        case no
        /// What the command turns out to be at run time may match.
        case maybe
        case yes
    }

    func applies(to name: String) -> Bool { tool.matches(name) }

    /// Whether the rule speaks of the tool as a whole.
    var isUnconditional: Bool { subject == nil || subject == "*" || subject == "**" }

    func matches(path: String) -> Bool {
        guard let subject, !isUnconditional else { return true }
        return Glob(subject).matches(path)
    }

    func matches(text: String) -> Bool {
        guard let subject, !isUnconditional else { return true }
        return WildcardPattern(subject).matches(text)
    }

    /// - Parameter isLenient: For denials and questions: the program's folder does not count, nor do git's global options.
    func matches(_ command: SimpleCommand, isLenient: Bool) -> Match {
        guard !isUnconditional else { return .yes }
        var given = [command.program] + command.arguments
        if isLenient {
            if let name = command.name { given[0] = ShellWord(name) }
            if command.name == "git" { given = [given[0]] + Self.withoutGlobalOptions(given.dropFirst()) }
        }
        return Self.match(words[...], given[...])
    }

    private static func match(_ words: ArraySlice<String>, _ given: ArraySlice<ShellWord>) -> Match {
        var result = Match.yes
        var (words, given) = (words, given)
        while let word = words.popFirst() {
            if words.isEmpty, word == "*" { return result }
            guard let next = given.popFirst() else { return .no }
            if next.isOpen { return .maybe }
            switch match(word, next) {
            case .no: return .no
            case .maybe: result = .maybe
            case .yes: break
            }
        }
        if given.isEmpty { return result }
        return given.allSatisfy(\.isOpen) ? .maybe : .no
    }

    private static func match(_ word: String, _ given: ShellWord) -> Match {
        if let literal = given.literal {
            if WildcardPattern(word).matches(literal) { return .yes }
            return given.isFilePattern && WildcardPattern(literal).matches(word) ? .maybe : .no
        }
        if word == "*" { return .yes }
        // Two patterns are not compared in full: where either has room, they may meet.
        return word.contains { "*?[".contains($0) } || given.pattern.matches(word) ? .maybe : .no
    }

    private static func withoutGlobalOptions(_ words: ArraySlice<ShellWord>) -> ArraySlice<ShellWord> {
        var rest = words
        while let option = rest.first?.literal, option.hasPrefix("-") {
            rest.removeFirst()
            if ["-C", "-c", "--git-dir", "--work-tree", "--namespace"].contains(option) { rest = rest.dropFirst() }
        }
        return rest
    }

    private static func trim(_ text: Substring) -> Substring {
        var text = text.drop { $0.isWhitespace }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
