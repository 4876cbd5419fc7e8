extension MarkdownDocument {
    /// Puts a section behind the one called `title`, or at the end of the document for nil.
    ///
    /// Blank lines part it from its neighbours; no other line changes.
    package mutating func insertSection(
        _ heading: String, level: Int = 2, lines body: [String], after title: String? = nil
    ) throws(SpecDocumentsError) {
        let name = heading.trimmed
        guard !name.isEmpty, !name.contains(where: \.isNewline), (1...6).contains(level) else {
            throw SpecDocumentsError(
                .unfitText, "A heading is one line of text and of level 1 to 6, not \"\(heading)\".")
        }
        let source = try editable()
        var place = source.lines.count
        if let title {
            guard let above = source.heading(called: title) else { throw Self.unknown(section: title, in: source) }
            place = above.end
        }
        let last = source.lastFilledLine(from: 1, to: place)
        var new = [String(repeating: "#", count: level) + " " + name, ""] + body.flatMap(\.ownLines)
        while new.last?.trimmed.isEmpty == true { new.removeLast() }
        if last > 0 { new.insert("", at: 0) }
        // Before a heading that follows at once, a blank line; a blank one there is kept.
        if last == place, place < source.lines.count { new.append("") }
        self = Self(parsing: source.inserting(new, afterLine: last, into: text))
    }

    /// Puts lines at the end of a section, below all that stands there.
    package mutating func append(_ lines: [String], toSection title: String) throws(SpecDocumentsError) {
        let source = try editable()
        guard let heading = source.heading(called: title) else { throw Self.unknown(section: title, in: source) }
        let last = source.lastFilledLine(from: heading.lastLine + 1, to: heading.end)
        var new = lines.flatMap(\.ownLines)
        if last == heading.lastLine { new.insert("", at: 0) }
        self = Self(parsing: source.inserting(new, afterLine: last, into: text))
    }

    /// The document's lines, where it may be edited at all.
    func editable() throws(SpecDocumentsError) -> MarkdownSource {
        let source = MarkdownSource(text)
        guard let fault = source.diagnostics.first(where: { $0.severity == .error }) else { return source }
        let place = fault.line.map { " (line \($0))" } ?? ""
        throw SpecDocumentsError(.unreadable, "The document cannot be edited\(place): \(fault.message) \(fault.fix)")
    }

    private static func unknown(section: String, in source: MarkdownSource) -> SpecDocumentsError {
        let known = source.headings.prefix(8).map { "\"\($0.title)\"" }.joined(separator: ", ")
        return SpecDocumentsError(
            .unknownSection,
            "There is no section \"\(section)\"; the document has \(known.isEmpty ? "no heading" : known).")
    }
}

extension MarkdownSource {
    /// The heading of this very title, else the first that begins so; upper and lower case are the same.
    func heading(called title: String) -> Heading? {
        let wanted = title.trimmed.lowercased()
        return headings.first { $0.title.lowercased() == wanted }
            ?? headings.first { !wanted.isEmpty && $0.title.lowercased().hasPrefix(wanted) }
    }
}

extension String {
    /// The text's lines, however they end.
    var ownLines: [String] {
        var pieces = split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
        if pieces.count > 1, pieces.last?.isEmpty == true { pieces.removeLast() }
        return pieces
    }

    /// The text on one line, with white space between words made single blanks.
    var onOneLine: String { split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}
