import SpecDocuments
import Testing

/// Features without a fault, each written in another way.
struct CleanFeature: Sendable, CustomTestStringConvertible {
    var name: String
    var spec: String
    var plan: String
    var tasks: String
    var constitution: String?
    var checklist: String?

    var testDescription: String { name }

    var documents: FeatureDocuments {
        FeatureDocuments(
            spec: SpecDocument(parsing: spec), plan: PlanDocument(parsing: plan), tasks: TasksDocument(parsing: tasks),
            constitution: constitution.map { Constitution(parsing: $0) },
            checklists: checklist.map { ["checklists/all.md": ChecklistDocument(parsing: $0)] } ?? [:])
    }

    static let all: [CleanFeature] = [
        export, login, retention, search, upload, webhooks, theme, backup, quota, report, cache, invites, memo,
    ]
}
