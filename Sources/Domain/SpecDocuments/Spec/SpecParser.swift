/// Reads stories, statements and open questions out of a specification's lines.
struct SpecParser {
    private let source: MarkdownSource
    private(set) var stories: [SpecDocument.UserStory] = []
    private(set) var statements: [SpecDocument.Statement] = []
    private(set) var clarifications: [SpecDocument.Clarification] = []
    private(set) var diagnostics: [Diagnostic] = []
    private var firstLines: [String: Int] = [:]

    init(_ source: MarkdownSource) {
        self.source = source
    }

    mutating func parse() {
        let sections = source.sections
        for (heading, section) in zip(source.headings, sections) {
            guard var story = Self.story(heading) else { continue }
            story.text = section.text
            if let first = firstLines.updateValue(story.line, forKey: story.id) {
                duplicate(story.id, line: story.line, first: first)
                continue
            }
            story.scenarios = scenarios(from: heading.lastLine, to: heading.end)
            stories.append(story)
        }
        readStatements()
    }

    private static func story(_ heading: MarkdownSource.Heading) -> SpecDocument.UserStory? {
        let title = heading.title
        var rest: Substring
        if let words = ["user story ", "story "].first(where: title.lowercased().hasPrefix) {
            rest = title.dropFirst(words.count).drop { $0 == " " }
        } else if title.uppercased().hasPrefix("US"), title.dropFirst(2).first?.isNumber == true {
            rest = title.dropFirst(2)
        } else {
            return nil
        }
        let number = rest.prefix { $0.isASCII && $0.isNumber }
        guard !number.isEmpty else { return nil }
        rest = rest.dropFirst(number.count)
        var priority: String?
        if let open = rest.lastIndex(of: "("), rest[open...].lowercased().hasPrefix("(priority"),
            let close = rest[open...].firstIndex(of: ")")
        {
            priority = String(rest[open..<close].dropFirst("(priority".count).drop { $0 == ":" || $0 == " " }).trimmed
            rest = rest[..<open]
        }
        let name = String(rest.drop { " -–—:.".contains($0) }).trimmed
        return SpecDocument.UserStory(
            id: "US" + number, title: name, priority: priority, scenarios: [], line: heading.line, text: "")
    }

    /// List items below an `Acceptance …` label, and items elsewhere that begin with Given.
    private func scenarios(from first: Int, to last: Int) -> [SpecDocument.Scenario] {
        var found: [SpecDocument.Scenario] = []
        var isBelowLabel = false
        var isOpen = false
        guard first < last else { return [] }
        for line in source.lines[first..<last] {
            let bare = line.content.trimmed
            if line.region == .heading || (line.region == .body && bare.hasPrefix("**") && bare.contains(":")) {
                let label = bare.drop { "#* ".contains($0) }.lowercased()
                isBelowLabel = label.hasPrefix("acceptance")
                isOpen = false
                if !label.hasPrefix("given") { continue }
            }
            guard line.region == .body, !bare.isEmpty else {
                isOpen = isOpen && bare.isEmpty
                continue
            }
            let marker = ListMarker(line.content)
            let item = marker.map { String(Substring(line.content.utf8.dropFirst($0.length))) }
            let words = Self.plain(item ?? bare)
            if item != nil, line.content.indentation < 4 || !isOpen,
                isBelowLabel || words.lowercased().hasPrefix("given")
            {
                found.append(SpecDocument.Scenario(text: words, line: line.number))
                isOpen = true
            } else if isOpen, item != nil || line.content.indentation > 0 || Self.continues(words) {
                found[found.count - 1].text += " " + words
            } else {
                isOpen = false
            }
        }
        return found
    }

    private static func continues(_ words: String) -> Bool {
        ["when ", "then ", "and ", "but "].contains { words.lowercased().hasPrefix($0) }
    }

    private static func plain(_ text: String) -> String {
        String(text.replacing("**", with: "")).trimmed
    }

    private mutating func readStatements() {
        var current: Int?
        for line in source.lines where line.region == .body || line.region == .heading {
            var isDefinition = false
            if let (id, text) = Self.statement(line) {
                isDefinition = true
                if let first = firstLines[id] {
                    duplicate(id, line: line.number, first: first)
                    current = nil
                } else {
                    firstLines[id] = line.number
                    statements.append(SpecDocument.Statement(id: id, text: text, line: line.number))
                    current = statements.count - 1
                }
            } else if let index = current {
                let isContinuation =
                    line.region == .body && line.content.indentation > 0 && !line.content.trimmed.isEmpty
                if isContinuation { statements[index].text += "\n" + line.content.trimmed } else { current = nil }
            }
            findClarifications(
                in: line, statement: isDefinition || current != nil ? current.map { statements[$0].id } : nil)
        }
    }

    /// An id at the start of a list item, a heading, a table row or a bold paragraph.
    private static func statement(_ line: MarkdownSource.Line) -> (id: String, text: String)? {
        var rest = Substring(line.content)
        var isItem = line.region == .heading
        if let marker = ListMarker(line.content) {
            rest = Substring(line.content.utf8.dropFirst(marker.length))
            isItem = true
            if rest.hasPrefix("[ ] ") || rest.lowercased().hasPrefix("[x] ") { rest = rest.dropFirst(4) }
        }
        let isRow = rest.trimmed.hasPrefix("|")
        let start = rest.drop { " \t|#".contains($0) }
        let isBold = start.hasPrefix("**")
        guard isItem || isRow || isBold else { return nil }
        let bare = start.drop { "*`_[".contains($0) }
        guard bare.first.map({ "FNSfns".contains($0) }) == true else { return nil }
        let word = bare.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
        guard let id = References.requirements(in: String(word)).first, id.count == word.count else { return nil }
        var text = bare.dropFirst(word.count).drop { "*`_] \t:|.–—-".contains($0) }
        while let last = text.last, last == "|" || last.isWhitespace { text.removeLast() }
        return (id, String(text))
    }

    private mutating func findClarifications(in line: MarkdownSource.Line, statement: String?) {
        var rest = Substring(line.content)
        while let marker = rest.firstRange(of: "[NEEDS CLARIFICATION") {
            rest = rest[marker.upperBound...]
            var depth = 1
            let question = rest.prefix { character in
                depth += character == "[" ? 1 : character == "]" ? -1 : 0
                return depth > 0
            }
            clarifications.append(
                SpecDocument.Clarification(
                    question: question.drop { $0 == ":" || $0 == " " }.trimmed, line: line.number, statement: statement)
            )
            rest = rest.dropFirst(question.count)
        }
    }

    private mutating func duplicate(_ id: String, line: Int, first: Int) {
        diagnostics.append(
            Diagnostic(
                .error, line: line, message: "\(id) stands in line \(first) already.",
                fix: "Give this one an id of its own."))
    }
}
