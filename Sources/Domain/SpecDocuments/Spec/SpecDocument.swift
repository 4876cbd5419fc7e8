/// A feature's `spec.md`: what is wanted, for whom, and how one will know.
package struct SpecDocument: Sendable, Hashable {
    /// A user's way through the feature, from a heading such as `User Story 1 - Title (Priority: P1)`.
    package struct UserStory: Sendable, Hashable, Identifiable {
        /// For example `US1`.
        package var id: String
        package var title: String
        /// For example `P1`.
        package var priority: String?
        package var scenarios: [Scenario]
        package var line: Int
        /// The story's whole section without its heading.
        package var text: String
    }

    /// One acceptance scenario in its own words, on one line and without emphasis marks.
    package struct Scenario: Sendable, Hashable {
        package var text: String
        package var line: Int
    }

    /// A numbered statement: a functional requirement or a success criterion.
    package struct Statement: Sendable, Hashable, Identifiable {
        /// For example `FR-001`.
        package var id: String
        package var text: String
        package var line: Int
    }

    /// A point that nobody has decided, marked `[NEEDS CLARIFICATION: question]`.
    package struct Clarification: Sendable, Hashable {
        package var question: String
        package var line: Int
        /// The requirement whose text holds the marker.
        package var statement: String?
    }

    package let text: String
    /// Without `Feature Specification:` in front.
    package let title: String
    package let featureBranch: String?
    package let status: String?
    /// What the line `**Ceremony**: small (…)` begins with; nil where there is no such line.
    package let ceremony: Ceremony?
    package let stories: [UserStory]
    /// `FR-…` and `NFR-…`, in document order, each id once.
    package let requirements: [Statement]
    /// `SC-…`, in document order, each id once.
    package let successCriteria: [Statement]
    package let clarifications: [Clarification]
    package let sections: [Section]
    package let diagnostics: [Diagnostic]

    package init(parsing text: String) {
        self.text = text
        let source = MarkdownSource(text)
        title = DocumentTitle.read(source, kind: "Feature Specification")
        let fields = source.fields
        featureBranch = fields["feature branch"] ?? fields["branch"]
        status = fields["status"]
        ceremony = fields["ceremony"].flatMap { value in
            Ceremony(rawValue: value.lowercased().prefix { $0.isLetter }.description)
        }
        sections = source.sections
        var parser = SpecParser(source)
        parser.parse()
        stories = parser.stories
        requirements = parser.statements.filter { !$0.id.hasPrefix("SC-") }
        successCriteria = parser.statements.filter { $0.id.hasPrefix("SC-") }
        clarifications = parser.clarifications
        var found = source.diagnostics + parser.diagnostics
        if !source.isRefused {
            found += DocumentTitle.diagnose(source, title: title, kind: "Feature Specification")
            if requirements.isEmpty {
                found.append(
                    Diagnostic(
                        .error, message: "The specification states no requirement.",
                        fix: "Write each as `- **FR-001**: The system MUST …`."))
            }
            if stories.isEmpty {
                found.append(
                    Diagnostic(
                        .warning, message: "The specification has no user story.",
                        fix: "Add a heading such as `### User Story 1 - Title (Priority: P1)`."))
            }
        }
        diagnostics = found.sorted { ($0.line ?? 0) < ($1.line ?? 0) }
    }

    /// The first section whose heading begins so, whatever its case.
    package func section(_ title: String) -> Section? {
        sections.first { $0.title.lowercased().hasPrefix(title.lowercased()) }
    }
}
