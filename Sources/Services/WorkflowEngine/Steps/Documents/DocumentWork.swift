import Conversation
import Files
import Gateway
import JSON
import Money
import Runs
import SpecDocuments
import Specs
import Templates
import Workbench
import Workflows

/// Writes one document of the feature with an agent: specify, plan, tasks.
///
/// A run that builds on documents which are there takes those as they are, once they are found sound.
struct DocumentWork: Sendable {
    var context: StepContext
    var step: StepKey
    var agent: String
    var model: ModelName?
    var document: FeatureFolder.Document
    /// What the step's `with` gives.
    var options: JSONValue

    func perform() async throws -> StepResult {
        let feature = try context.feature()
        if let known = try await kept(feature) { return known }
        let sizing = document == .spec ? try SpecSizing(context: context, options: options) : nil
        if let fault = sizing?.fault { return .failed(.invalid, "step \(step): \(fault)") }
        let title = "\(document.verb) \(feature.name)"
        let work = WrittenDocument(
            context: context, step: step, agent: agent, model: model, path: feature.path(of: document),
            commitTitle: title,
            opening: { try await opening(feature, sizing) }, faults: { try faults(feature, sizing) },
            settle: { try settle(feature, sizing) })
        switch try await work.write() {
        case .stopped(let result): return result
        case .written(let summary, let commit):
            return try await finish(feature, summary: summary, commit: commit, sizing)
        }
    }

    // MARK: - What is there already

    /// The outcome where the run builds on this document, or needs none; nil where it has to be written.
    private func kept(_ feature: FeatureFolder) async throws -> StepResult? {
        guard context.seed?.keepsDocuments == true else { return nil }
        let path = feature.path(of: document)
        guard context.seed?.taken[path] != nil else {
            // Tiny and small features go without a plan.
            guard document == .plan, let size = try ceremony(feature), size != .full else { return nil }
            return .succeeded(
                StepSuccess(
                    ["path": .null, "commit": .null, "report": [.string("no plan: the feature is \(size.rawValue)")]],
                    summary: "no plan is needed, as the feature is \(size.rawValue)"))
        }
        // The first fault alone is told: the command has told all before the run was begun.
        if let fault = feature.faults(of: document).first {
            return .failed(.invalid, "\(path): \(fault)")
        }
        return try await finish(feature, summary: "\(document.file) is there already", commit: nil, nil)
    }

    private func ceremony(_ feature: FeatureFolder) throws -> Ceremony? {
        SpecDocument(parsing: try feature.read(.spec)).ceremony
    }

    // MARK: - What the agent is told

    private func opening(_ feature: FeatureFolder, _ sizing: SpecSizing?) async throws -> String {
        var values: [String: TemplateValue] = [
            "folder": .string(feature.folder), "template": .string(try feature.template(for: document)),
        ]
        switch document {
        case .spec:
            values["request"] = .string(context.run.request)
            values["size"] = .string(sizing?.instruction ?? "")
            let living = try feature.livingSpecs()
            values["living"] = .list(living.map { .string($0) })
            values["delta"] = .string(living.isEmpty ? "" : try feature.template(named: .delta))
            guard let from = sizing?.from else { return try context.prompts.text(.specify, values) }
            let facts = try await ModuleFacts(of: from, context)
            values.merge(facts.values) { $1 }
            return try context.prompts.text(.describe, values)
        case .plan:
            let specification = try feature.read(.spec)
            let size = SpecDocument(parsing: specification).ceremony
            values["specification"] = .string(specification)
            values["checks"] = .string(context.checksInWords())
            values["full"] = .bool(size == .full)
            let extras: [TemplateName] = size == .full ? [.research, .dataModel, .quickstart] : []
            values["forms"] = .list(try extras.map { .string(try feature.template(named: $0)) })
            values["size"] = .string(size.flatMap(SpecSizing.planInstruction) ?? "")
            return try context.prompts.text(.plan, values)
        case .tasks:
            values["specification"] = .string(try feature.read(.spec))
            values["plan"] = .string(
                try feature.optionalText(of: .plan) ?? "There is none: the specification alone says what is to be done."
            )
            values["checks"] = .string(context.checksInWords())
            return try context.prompts.text(.tasks, values)
        }
    }

    // MARK: - What was written

    private func faults(_ feature: FeatureFolder, _ sizing: SpecSizing?) throws -> [String] {
        var found = feature.faults(of: document)
        guard found.isEmpty else { return found }
        switch document {
        case .spec:
            let spec = SpecDocument(parsing: try feature.read(.spec))
            found += sizing?.faults(of: spec) ?? []
            if sizing?.from != nil { found += Citations(root: context.worktree).faults(of: spec) }
        case .plan:
            found += try PlanExtras(root: context.worktree, folder: feature.folder).faults()
        case .tasks:
            let tasks = try feature.tasks().tasks
            found += TaskGraph.cycles(in: tasks).map {
                "Tasks wait for one another: \($0.joined(separator: " → ")). Drop one of these dependencies."
            }
            // Whoever asks for a task list alone gets a whole one; a plan that is built at once is judged by its approval.
            guard context.seed?.delivers == true else { break }
            let named = Set(tasks.flatMap(\.requirements))
            let spec = SpecDocument(parsing: try feature.read(.spec))
            let missing = spec.requirements.map(\.id).filter { !named.contains($0) }
            // Documents that do not use ids at all are left as they are.
            if !named.isEmpty, !missing.isEmpty {
                found.append(
                    "No task names \(missing.joined(separator: ", ")); name each behind the task that meets it.")
            }
        }
        return found
    }

    private func settle(_ feature: FeatureFolder, _ sizing: SpecSizing?) throws {
        switch document {
        case .spec:
            var spec = SpecDocument(parsing: try feature.read(.spec))
            try sizing?.mark(&spec)
            try feature.write(spec.text, to: .spec)
        case .tasks: try feature.untickAll()
        case .plan: break
        }
    }

    private func finish(
        _ feature: FeatureFolder, summary: String, commit: String?, _ sizing: SpecSizing?
    ) async throws -> StepResult {
        var outputs: JSONObject = [
            "path": .string(feature.path(of: document)), "commit": commit.map { .string($0) } ?? .null,
        ]
        var report: [String] = []
        var changes: [JournalChange] = []
        switch document {
        case .spec:
            let spec = SpecDocument(parsing: try feature.read(.spec))
            report = SpecReport.lines(of: spec, sizing)
            outputs.set(spec.ceremony.map { .string($0.rawValue) } ?? .null, for: "ceremony")
            outputs.set(sizing.map { .string($0.choice.reason) } ?? .null, for: "reason")
        case .plan:
            let extras = try PlanExtras(root: context.worktree, folder: feature.folder).names
            let plan = PlanDocument(parsing: try feature.read(.plan))
            report = ["plan.md: \(plan.files.count.of("file")) named"] + extras
        case .tasks:
            let outcome = try await planned(feature, isKept: commit == nil)
            changes = outcome.changes
            report = outcome.report
            for (name, value) in outcome.outputs { outputs.set(value, for: name) }
        }
        outputs.set(.array(report.map { .string($0) }), for: "report")
        return .succeeded(StepSuccess(.object(outputs), summary: summary, commit: commit, with: changes))
    }

    /// The tasks as they are carried out: those that are done already are left out.
    private func planned(_ feature: FeatureFolder, isKept: Bool) async throws -> PlannedTasks {
        let all = try feature.tasks().tasks
        return try await PlannedTasks(all: all, open: isKept ? all.filter { !$0.isDone } : all, context)
    }
}

extension FeatureFolder {
    /// A document's text, or nil where there is none.
    func optionalText(of document: Document) throws -> String? {
        do throws(FileError) { return try read(document) } catch {
            guard error.code == .notFound else { throw error }
            return nil
        }
    }
}

extension Int {
    /// `1 task`, `3 tasks`.
    func of(_ noun: String, plural: String? = nil) -> String { "\(self) \(self == 1 ? noun : plural ?? noun + "s")" }
}
