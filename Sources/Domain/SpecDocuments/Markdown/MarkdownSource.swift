/// A Markdown text cut into lines that know what they are part of; the ground every document type stands on.
///
/// A text that is too large, or is not text, is refused: it has no lines and one error among its diagnostics.
struct MarkdownSource: Sendable, Hashable {
    /// Larger documents are refused, so that no agent's runaway output is parsed, ticked and put into prompts.
    static let largestSize = 16 * 1024 * 1024

    struct Line: Sendable, Hashable {
        enum Region: Sendable, Hashable { case body, heading, frontMatter, fence, comment }

        /// Counted from 1.
        var number: Int
        /// Where the line starts, in UTF-8 bytes from the start of the text.
        var offset: Int
        /// Without its line ending.
        var content: String
        var region: Region
        /// The heading the line stands under, as an index of `headings`.
        var heading: Int?
    }

    struct Heading: Sendable, Hashable {
        var level: Int
        var title: String
        var line: Int
        /// The nearest heading above of a smaller level, as an index of `headings`.
        var parent: Int?
        /// The last line of the heading itself: one more than `line` where it is underlined.
        var lastLine: Int
        /// The last line before the next heading of the same or a higher level.
        var end: Int
    }

    /// What keeps a text from being read as it was meant.
    struct Fault: Sendable, Hashable {
        enum Kind: Sendable, Hashable { case notText, conflict, unclosed }
        var kind: Kind
        var diagnostic: Diagnostic
    }

    private(set) var lines: [Line] = []
    private(set) var headings: [Heading] = []
    private(set) var faults: [Fault] = []
    var diagnostics: [Diagnostic] { faults.map(\.diagnostic) }
    var isRefused: Bool { faults.first?.kind == .notText }

    init(_ text: String) {
        guard let refusal = Self.refusal(of: text) else {
            cut(text)
            markRegions()
            findConflicts()
            return
        }
        faults = [Fault(kind: .notText, diagnostic: refusal)]
    }

    /// The first heading of level 1, as the document's title stands on disk.
    var title: Heading? { headings.first { $0.level == 1 } }

    private static func refusal(of text: String) -> Diagnostic? {
        let size = text.utf8.count
        guard size <= largestSize else {
            return Diagnostic(
                .error, message: "The document has \(size) bytes; at most \(largestSize) are read.",
                fix: "Split it, or take out what does not belong to it.")
        }
        guard let place = text.utf8.firstIndex(of: 0) else { return nil }
        let line = text.utf8[..<place].count { $0 == 10 } + 1
        return Diagnostic(
            .error, line: line, message: "The document holds a NUL byte and is not text.",
            fix: "Restore the file from git, or write it again as UTF-8 text.")
    }

    private mutating func cut(_ text: String) {
        var offset = 0
        for piece in text.utf8.split(separator: 10, omittingEmptySubsequences: false) {
            let body = piece.last == 13 ? piece.dropLast() : piece
            // A byte order mark is no part of the first line, but of the offsets.
            let mark = lines.isEmpty && body.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
            let content = String(Substring(body.dropFirst(mark)))
            lines.append(Line(number: lines.count + 1, offset: offset + mark, content: content, region: .body))
            offset += piece.count + 1
        }
        // What stands behind the last line break is a line only when it holds something.
        if lines.last?.content.isEmpty == true { lines.removeLast() }
    }

    private mutating func markRegions() {
        var state = Region.body
        var fence: Fence?
        var opened = 0
        var stack: [Int] = []
        for index in lines.indices {
            let content = lines[index].content
            let bare = content.trimmed
            lines[index].heading = stack.last
            switch state {
            case .body:
                if index == 0, bare == "---",
                    lines.dropFirst().prefix(200).contains(where: { $0.content.trimmed == "---" })
                {
                    state = .frontMatter
                    lines[index].region = .frontMatter
                } else if let opening = Fence(opening: bare) {
                    (state, fence, opened) = (.fence, opening, index)
                    lines[index].region = .fence
                } else if bare.hasPrefix("<!--") {
                    lines[index].region = .comment
                    if !bare.contains("-->") { (state, opened) = (.comment, index) }
                } else if let (level, title) = Self.heading(content) {
                    open(level, title, at: index, lines: 1, stack: &stack)
                } else if let level = underline(at: index) {
                    open(level, lines[index - 1].content.trimmed, at: index - 1, lines: 2, stack: &stack)
                }
            case .frontMatter:
                lines[index].region = .frontMatter
                if bare == "---" { state = .body }
            case .fence:
                lines[index].region = .fence
                if fence?.isClosed(by: bare) == true { state = .body }
            case .comment:
                lines[index].region = .comment
                if bare.contains("-->") { state = .body }
            case .heading:
                break
            }
        }
        while let last = stack.popLast() { headings[last].end = lines.count }
        guard state == .fence || state == .comment else { return }
        let what = state == .fence ? "code fence" : "comment"
        faults.append(
            Fault(
                kind: .unclosed,
                diagnostic: Diagnostic(
                    .error, line: lines[opened].number,
                    message: "The \(what) is never closed, so all below is part of it.",
                    fix: "Close it with \(state == .fence ? "```" : "-->").")))
    }

    private mutating func open(_ level: Int, _ title: String, at index: Int, lines count: Int, stack: inout [Int]) {
        while let last = stack.last, headings[last].level >= level {
            headings[last].end = index
            stack.removeLast()
        }
        let line = lines[index].number
        headings.append(
            Heading(
                level: level, title: title, line: line, parent: stack.last, lastLine: line + count - 1,
                end: line + count - 1))
        stack.append(headings.count - 1)
        for place in index..<(index + count) {
            lines[place].region = .heading
            lines[place].heading = stack.last
        }
    }

    /// The level of the heading whose underline this is.
    ///
    /// A line of hyphens is one only below a single line of plain words: people also part blocks by it.
    private func underline(at index: Int) -> Int? {
        let bare = lines[index].content.trimmed
        guard let mark = bare.first, mark == "=" || mark == "-", bare.utf8.count >= 3,
            bare.allSatisfy({ $0 == mark }), lines[index].content.indentation < 4, index > 0,
            lines[index - 1].region == .body
        else { return nil }
        let above = lines[index - 1].content
        let isBlock = above.trimmed.first.map { "|>*_`[<!".contains($0) } ?? true
        guard !isBlock, above.indentation < 4, ListMarker(above) == nil else { return nil }
        let isAlone = index == 1 || lines[index - 2].region != .body || lines[index - 2].content.trimmed.isEmpty
        guard isAlone, mark == "=" || !above.trimmed.hasSuffix(".") else { return nil }
        return mark == "=" ? 1 : 2
    }

    private typealias Region = Line.Region

    private mutating func findConflicts() {
        var open: Int?
        for line in lines {
            if line.content.hasPrefix("<<<<<<< ") {
                open = line.number
            } else if line.content.hasPrefix(">>>>>>> "), let start = open {
                faults.append(
                    Fault(
                        kind: .conflict,
                        diagnostic: Diagnostic(
                            .error, line: start,
                            message: "An unresolved git conflict stands in lines \(start) to \(line.number).",
                            fix: "Keep one side and remove the three marker lines.")))
                open = nil
            }
        }
        guard let start = open else { return }
        faults.append(
            Fault(
                kind: .conflict,
                diagnostic: Diagnostic(
                    .error, line: start, message: "A git conflict marker stands here.",
                    fix: "Keep one side and remove the marker lines.")))
    }

    private static func heading(_ content: String) -> (level: Int, title: String)? {
        let bytes = content.utf8
        let indent = bytes.prefix { $0 == 32 }.count
        guard indent <= 3 else { return nil }
        let level = bytes.dropFirst(indent).prefix { $0 == UInt8(ascii: "#") }.count
        guard (1...6).contains(level) else { return nil }
        let rest = Substring(bytes.dropFirst(indent + level))
        guard rest.isEmpty || rest.first == " " || rest.first == "\t" else { return nil }
        var title = String(rest).trimmed
        // A closing run of # is decoration, unless it hangs on a word as in "C#".
        let closing = title.reversed().prefix { $0 == "#" }.count
        if closing > 0, closing == title.count || title.dropLast(closing).last == " " {
            title = String(title.dropLast(closing)).trimmed
        }
        return (level, title)
    }

    private struct Fence {
        let mark: Character
        let length: Int

        init?(opening line: String) {
            guard let first = line.first, first == "`" || first == "~" else { return nil }
            let run = line.prefix { $0 == first }.count
            guard run >= 3, first == "~" || !line.dropFirst(run).contains("`") else { return nil }
            (mark, length) = (first, run)
        }

        func isClosed(by line: String) -> Bool {
            line.count >= length && line.allSatisfy { $0 == mark }
        }
    }
}
