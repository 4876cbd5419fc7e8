/// Reads and judges the first heading of a document.
enum DocumentTitle {
    /// The title without the kind of document in front, as in `Implementation Plan: Title`.
    static func read(_ source: MarkdownSource, kind: String) -> String {
        let title = source.title?.title ?? ""
        guard title.lowercased().hasPrefix(kind.lowercased()) else { return title }
        let rest = title.dropFirst(kind.count).drop { $0 == " " }
        guard let first = rest.first else { return "" }
        return ":-–—".contains(first) ? String(rest.dropFirst()).trimmed : title
    }

    static func diagnose(_ source: MarkdownSource, title: String, kind: String) -> [Diagnostic] {
        guard title.isEmpty else { return [] }
        return [
            Diagnostic(
                .error, line: source.title?.line, message: "The document has no title.",
                fix: "Begin it with `# \(kind): Name of the feature`.")
        ]
    }
}
