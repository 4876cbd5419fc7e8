/// Reads and judges the first heading of a document.
enum DocumentTitle {
    /// The title without the kind of document in front, as in `Implementation Plan: Title`.
    static func read(_ source: MarkdownSource, kind: String) -> String {
        let title = source.title?.title ?? ""
        for kind in [kind] + (otherWords[kind] ?? []) where title.lowercased().hasPrefix(kind.lowercased()) {
            let rest = title.dropFirst(kind.count).drop { $0 == " " }
            guard let first = rest.first else { return "" }
            if ":-–—".contains(first) { return String(rest.dropFirst()).trimmed }
        }
        return title
    }

    /// What authors call a kind of document besides its own name; longer ones first.
    private static let otherWords = [
        "Feature Specification": ["Feature Spec", "Specification", "Feature", "Spec"],
        "Implementation Plan": ["Technical Plan", "Plan"],
        "Tasks": ["Implementation Tasks", "Task List"],
    ]

    static func diagnose(_ source: MarkdownSource, title: String, kind: String) -> [Diagnostic] {
        guard title.isEmpty else { return [] }
        return [
            Diagnostic(
                .error, line: source.title?.line, message: "The document has no title.",
                fix: "Begin it with `# \(kind): Name of the feature`.")
        ]
    }
}
