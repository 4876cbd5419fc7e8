extension SpecDocument {
    /// Writes a requirement, or with `SC` a success criterion, behind the last of its kind and gives back its id.
    ///
    /// Where there is none of its kind yet, it goes to the end of the section meant for them, which is made where missing.
    @discardableResult
    package mutating func add(_ statement: String, prefix: String = "FR") throws(SpecDocumentsError) -> String {
        let words = statement.onOneLine
        guard !words.isEmpty else { throw SpecDocumentsError(.unfitText, "A requirement needs words.") }
        let source = try editable()
        let kin = (requirements + successCriteria).filter { Mention.prefix(of: $0.id) == prefix }
        let id = Self.next(after: kin.map(\.id), prefix: prefix)
        let line = "- **\(id)**: \(words)"
        if let last = kin.last {
            let place = last.line + last.text.count { $0 == "\n" }
            let indent = source.lines[last.line - 1].content.prefix { $0 == " " || $0 == "\t" }
            self = SpecDocument(parsing: source.inserting([indent + line], afterLine: place, into: text))
            return id
        }
        let isCriterion = prefix == "SC"
        let names =
            isCriterion ? ["Measurable Outcomes", "Success Criteria"] : ["Functional Requirements", "Requirements"]
        if let name = names.first(where: { source.heading(called: $0) != nil }) {
            try append([line], toSection: name)
        } else {
            try insertSection(isCriterion ? "Success Criteria" : "Requirements", lines: [line])
        }
        return id
    }

    /// Puts other words behind a statement's id, in all of its lines.
    package mutating func reword(_ id: String, to words: String) throws(SpecDocumentsError) {
        let source = try editable()
        guard let statement = (requirements + successCriteria).first(where: { $0.id == id.uppercased() }) else {
            throw SpecDocumentsError(
                .unknownItem, "There is no \(id) in this specification; name one of its statements.")
        }
        let new = words.onOneLine
        guard !new.isEmpty else { throw SpecDocumentsError(.unfitText, "A requirement needs words.") }
        let pieces = statement.text.split(separator: "\n", omittingEmptySubsequences: false)
        let first = source.lines[statement.line - 1]
        guard let head = pieces.first, !head.isEmpty, let place = first.content.lastRange(of: String(head)) else {
            throw SpecDocumentsError(
                .unfitText, "\(id) in line \(statement.line) has no words to replace; write them by hand.")
        }
        var edits = TextEdits()
        let start = first.offset + first.content.utf8.distance(from: first.content.startIndex, to: place.lowerBound)
        let last = source.lines[statement.line - 1 + pieces.count - 1]
        let end = pieces.count == 1 ? start + head.utf8.count : last.offset + last.content.utf8.count
        edits.replace(start..<end, with: new)
        self = SpecDocument(parsing: edits.applied(to: text))
    }

    /// Puts an answer in place of an open question's marker.
    ///
    /// - Parameter session: With a date such as `2026-11-21`, question and answer are also written below
    ///   `## Clarifications`, `### Session 2026-11-21`.
    package mutating func answer(
        _ clarification: Clarification, with answer: String, session: String? = nil
    ) throws(SpecDocumentsError) {
        let source = try editable()
        let words = answer.onOneLine
        guard !words.isEmpty, !words.contains("[NEEDS CLARIFICATION") else {
            throw SpecDocumentsError(.unfitText, "An answer is a text without an open question of its own.")
        }
        guard clarifications.contains(clarification), let range = Self.marker(of: clarification, in: source) else {
            throw SpecDocumentsError(
                .unknownClarification,
                "Line \(clarification.line) holds no open question \"\(clarification.question)\"; read the document again."
            )
        }
        var edits = TextEdits()
        edits.replace(range, with: words)
        var changed = SpecDocument(parsing: edits.applied(to: text))
        if let session { try changed.record(clarification.question, answer: words, session: session) }
        self = changed
    }

    /// Writes question and answer below `## Clarifications`, `### Session 2026-11-21`, and changes nothing else.
    package mutating func record(_ question: String, answer: String, session: String) throws(SpecDocumentsError) {
        let line = "- Q: \(question.onOneLine) → A: \(answer.onOneLine)"
        let title = "Session \(session)"
        if section(title) != nil {
            try append([line], toSection: title)
        } else if section("Clarifications") != nil {
            try insertSection(title, level: 3, lines: [line], after: "Clarifications")
        } else {
            try insertSection("Clarifications", lines: ["### \(title)", "", line])
        }
    }

    private static func marker(of wanted: Clarification, in source: MarkdownSource) -> Range<Int>? {
        let line = source.lines[wanted.line - 1]
        var rest = line.content[...]
        while let open = rest.firstRange(of: "[NEEDS CLARIFICATION") {
            var depth = 1
            let inner = rest[open.upperBound...].prefix { character in
                depth += character == "[" ? 1 : character == "]" ? -1 : 0
                return depth > 0
            }
            rest = rest[inner.endIndex...]
            guard inner.drop(while: { $0 == ":" || $0 == " " }).trimmed == wanted.question else { continue }
            let utf8 = line.content.utf8
            let start = utf8.distance(from: utf8.startIndex, to: open.lowerBound)
            let end = utf8.distance(from: utf8.startIndex, to: inner.endIndex) + (rest.first == "]" ? 1 : 0)
            return (line.offset + start)..<(line.offset + end)
        }
        return nil
    }

    /// The id after the highest, as wide as the others.
    static func next(after ids: [String], prefix: String) -> String {
        let numbers = ids.map { $0.dropFirst(prefix.count + 1).prefix { $0.isNumber } }
        let digits = String((numbers.compactMap { Int($0) }.max() ?? 0) + 1)
        let width = numbers.map(\.count).max() ?? 3
        return "\(prefix)-" + String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
