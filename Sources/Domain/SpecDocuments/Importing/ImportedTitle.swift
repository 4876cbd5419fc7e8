/// The first lines of a document that comes from elsewhere.
enum ImportedTitle {
    /// Titles that say only what kind of document it is.
    private static let kinds = [
        "requirements document", "requirements specification", "requirements", "requirement", "design document",
        "technical design document", "technical design", "design", "implementation plan", "implementation tasks",
        "task list", "tasks", "change proposal", "proposal", "change", "bugfix requirements document", "bugfix",
    ]

    /// What the document calls its subject; nil where it says only what kind of document it is.
    static func subject(_ source: MarkdownSource) -> String? {
        guard let title = source.title?.title.trimmed, !title.isEmpty else { return nil }
        let small = title.lowercased()
        for kind in kinds where small.hasPrefix(kind) {
            let rest = title.dropFirst(kind.count)
            guard let first = rest.drop(while: { $0 == " " }).first else { return nil }
            // "Change Log" is a subject; "Change: Log" says what the log is.
            if ":-–—(".contains(first) {
                let subject = String(rest.drop { " :-–—(".contains($0) }).trimmed
                return subject.isEmpty ? nil : subject
            }
        }
        return title
    }

    /// The document with a title of our kind; a document without one gets it at the top.
    static func replacing(
        in source: MarkdownSource, of text: String, with title: String, below lines: [String] = [],
        _ edits: inout TextEdits
    ) {
        let ending = MarkdownSource.lineEnding(of: text)
        let head = (["# \(title)"] + (lines.isEmpty ? [] : [""] + lines)).joined(separator: ending)
        guard let old = source.title else {
            let first = source.lines.first { $0.region != .frontMatter }?.offset ?? 0
            edits.insert(head + ending + ending, at: first)
            return
        }
        let start = source.lines[old.line - 1].offset
        let last = source.lines[old.lastLine - 1]
        edits.replace(start..<(last.offset + last.content.utf8.count), with: head)
    }
}
