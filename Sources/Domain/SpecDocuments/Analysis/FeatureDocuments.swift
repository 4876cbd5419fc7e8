/// All that is written about one feature, as it is analysed together.
package struct FeatureDocuments: Sendable, Hashable {
    /// Nil where the feature has no such document.
    package var spec: SpecDocument?
    package var plan: PlanDocument?
    package var tasks: TasksDocument?
    package var constitution: Constitution?
    /// By the names they go by in findings, such as `checklists/ux.md`.
    package var checklists: [String: ChecklistDocument]

    package init(
        spec: SpecDocument? = nil, plan: PlanDocument? = nil, tasks: TasksDocument? = nil,
        constitution: Constitution? = nil, checklists: [String: ChecklistDocument] = [:]
    ) {
        self.spec = spec
        self.plan = plan
        self.tasks = tasks
        self.constitution = constitution
        self.checklists = checklists
    }
}
