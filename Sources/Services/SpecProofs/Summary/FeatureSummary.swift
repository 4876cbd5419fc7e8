package import SpecDocuments
package import Specs
import Workbench

/// All that one page says of a feature, as values.
package struct FeatureSummary: Sendable, Hashable {
    package struct Story: Sendable, Hashable {
        package var id: String
        package var title: String
        package var priority: String?
        package var scenarios: Int
        package var tasksDone: Int
        package var tasks: Int
    }

    package struct Task: Sendable, Hashable {
        package var item: TaskItem
        /// Of its newest commit.
        package var commit: String?
        package var receipts: [String]
    }

    package let proof: FeatureProof
    package let stories: [Story]
    package let tasks: [Task]
    /// Ids of tasks that may run together; empty where tasks wait for one another.
    package let batches: [[String]]
    package let criticalPath: [String]
    /// Tasks that may start now.
    package let ready: [String]
    package let errors: Int
    /// Whether what is proven now is what `links.json` has.
    package let isRecorded: Bool
    /// git's tree of the files that the proof is of.
    package let tree: String?

    package var feature: Feature { proof.feature }

    /// - Parameters:
    ///   - links: What was recorded; nil where nothing was, or it cannot be read.
    ///   - errors: How many errors the documents have.
    package init(_ proof: FeatureProof, history: TaskHistory, links: FeatureLinks?, errors: Int, tree: String?) {
        self.proof = proof
        self.tree = tree
        self.errors = errors
        let feature = proof.feature
        let items = feature.tasks?.document?.tasks ?? []
        stories = (feature.spec?.document?.stories ?? []).map { story in
            let own = items.filter { $0.story == story.id }
            return Story(
                id: story.id, title: story.title, priority: story.priority, scenarios: story.scenarios.count,
                tasksDone: own.count(where: \.isDone), tasks: own.count)
        }
        tasks = items.map { item in
            let commits = history.commits(of: item.id, in: feature)
            return Task(item: item, commit: commits.first?.id, receipts: commits.first?.receipts ?? [])
        }
        // Tasks that wait for one another have no order; the analysis tells of it.
        let graph = try? TaskGraph(items)
        batches = graph?.batches ?? []
        criticalPath = graph?.criticalPath().tasks ?? []
        ready = graph?.ready(done: Set(items.filter(\.isDone).map(\.id))) ?? []
        let proven = Set(proof.requirements.filter { $0.state == .proven }.map(\.key))
        let recorded = Set(
            (links?.requirements ?? []).filter { $0.state == .proven }.compactMap { StatementKey($0.id) })
        isRecorded = !proven.isEmpty && proven.isSubset(of: recorded)
    }

    /// What to do next, in one sentence.
    package var next: String {
        let name = feature.name
        if let fault = feature.diagnostics.first { return "\(fault.message) \(fault.fix)" }
        if feature.spec == nil { return "Write the specification: vencejo specs new." }
        if errors > 0 {
            return
                "Mend \(errors == 1 ? "1 error" : "\(errors) errors") in the documents: vencejo specs analyze \(name)."
        }
        // Tiny and small features go without a plan, and so did those whose tasks are there.
        let size = feature.spec?.document?.ceremony ?? .full
        if feature.plan == nil, feature.tasks == nil, size == .full { return "Plan it: vencejo specs plan \(name)." }
        if feature.tasks == nil { return "Cut it into tasks: vencejo specs tasks \(name)." }
        if !ready.isEmpty {
            let shown = ready.prefix(6).joined(separator: ", ")
            let more = ready.count > 6 ? " and \(ready.count - 6) more" : ""
            return ready.count == 1
                ? "Do \(shown)." : "Do \(shown)\(more), which may run beside one another."
        }
        if let left = proof.requirements.first(where: { $0.state != .proven }) {
            return "Prove \(left.statement.id): \(left.reason)."
        }
        if proof.requirements.isEmpty { return "Nothing: every task is done." }
        return isRecorded
            ? "Nothing: all is proven and recorded." : "Record what is proven: vencejo specs link \(name)."
    }
}
