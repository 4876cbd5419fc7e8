package import SpecDocuments

/// One feature of a project: its folder, and the documents that were found in it.
///
/// Reading one never fails: what is wrong is among the diagnostics of the feature or of its pages.
package struct Feature: Sendable, Hashable, Identifiable {
    /// Below the project's root, such as `specs/003-json-flag`.
    package let folder: String
    /// The folder's own name, such as `003-json-flag`.
    package let name: String
    /// What the name begins with; nil for a name such as `20260101-json-flag` or `json-flag`.
    package let number: Int?
    /// Nil where the feature has no such file.
    package var spec: FeaturePage<SpecDocument>?
    package var plan: FeaturePage<PlanDocument>?
    package var tasks: FeaturePage<TasksDocument>?
    /// By name.
    package var checklists: [FeaturePage<ChecklistDocument>]
    /// What is wrong with the folder as a whole.
    package var diagnostics: [Diagnostic]

    package var id: String { name }

    init(folder: String, name: String) {
        self.folder = folder
        self.name = name
        number = Self.number(of: name)
        checklists = []
        diagnostics = []
    }

    /// The words before the name where there is no title in any document.
    package var title: String {
        for title in [spec?.document?.title, plan?.document?.title, tasks?.document?.title] {
            if let title, !title.isEmpty { return title }
        }
        return name
    }

    /// `003` as the folder writes it; the whole name where it has no number.
    package var label: String { number == nil ? name : String(name.prefix { $0.isASCII && $0.isNumber }) }

    package func path(of document: FeatureFolder.Document) -> String { "\(folder)/\(document.file)" }

    /// The documents that could be read, as they are analysed together.
    package func documents(constitution: Constitution? = nil) -> FeatureDocuments {
        var lists: [String: ChecklistDocument] = [:]
        for page in checklists { lists[page.name] = page.document }
        return FeatureDocuments(
            spec: spec?.document, plan: plan?.document, tasks: tasks?.document, constitution: constitution,
            checklists: lists)
    }

    /// Every fault with the name of its document, in the order of documents and lines; of the folder itself, with none.
    package var faults: [(document: String, diagnostic: Diagnostic)] {
        var found = diagnostics.map { ("", $0) }
        found += (spec?.diagnostics ?? []).map { ("spec.md", $0) }
        found += (plan?.diagnostics ?? []).map { ("plan.md", $0) }
        found += (tasks?.diagnostics ?? []).map { ("tasks.md", $0) }
        for page in checklists { found += page.diagnostics.map { (page.name, $0) } }
        return found.map { (document: $0.0, diagnostic: $0.1) }
    }

    /// One to six digits with a hyphen behind them, as ``FeatureName`` gives them out.
    package static func number(of name: String) -> Int? {
        let digits = name.prefix { $0.isASCII && $0.isNumber }
        guard (1...6).contains(digits.count), name.dropFirst(digits.count).first == "-" else { return nil }
        return Int(digits)
    }
}
