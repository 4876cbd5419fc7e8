/// A `design.md` from elsewhere, made a plan: only its title and the numbers of requirements that it names change.
package struct ImportedPlan: Sendable, Hashable {
    package let text: String

    package init(_ text: String, title: String, ids: ImportedIDs) {
        let source = MarkdownSource(text)
        var edits = TextEdits()
        let subject = ImportedTitle.subject(source) ?? title
        ImportedTitle.replacing(in: source, of: text, with: "Implementation Plan: \(subject)", &edits)
        self.text = ids.renaming(.requirement, behind: ["requirement"], in: edits.applied(to: text))
    }
}
