import AgentRuntime
import Conversation
import Files
import Gateway
import JSON
import Runs
import SpecDocuments
import SpecProofs
import Specs
import Templates
import Verification
import Workbench
import Workflows

/// Compares code and specification and adds tasks for what differs; no task that is there is changed.
struct ConvergeWork: Sendable {
    var context: StepContext
    var step: StepKey
    var agent: String
    var model: ModelName?
    /// In how many rounds tasks are added; a later one only says what is left.
    var rounds: Int

    func perform() async throws -> StepResult {
        let feature = try context.feature()
        if let fault = (feature.faults(of: .spec) + feature.faults(of: .tasks)).first {
            return .failed(.invalid, "\(feature.folder): \(fault)")
        }
        let spec = SpecDocument(parsing: try feature.read(.spec))
        // What was written before the run was interrupted is not committed: it begins from what is.
        let committed = try await context.workspace.committedText(of: feature.path(of: .tasks))
        let tasks = TasksDocument(parsing: try committed ?? feature.read(.tasks))
        let facts = try await look(at: feature, Convergence.Facts(spec, tasks))
        let citations = Citations(root: context.worktree)
        let asking = StructuredAnswer(
            context: context, step: step, agent: agent, model: model,
            tools: ["read_file", "list_files", "search", "find_symbol"], schema: Convergence.schema,
            faults: { Convergence($0).faults(for: spec, citations) })
        let result = try await asking.ask {
            try context.prompts.text(
                .converge,
                [
                    "specification": .string(spec.text), "tasks": .string(tasks.text),
                    "facts": .list(facts.lines.map { .string($0) }),
                ])
        }
        switch result {
        case .stopped(let stopped): return stopped
        case .unfit(let fault): return .failed(.invalid, "step \(step): the findings cannot be used: \(fault)")
        case .answer(let value): return try await finish(Convergence(value), facts, tasks, feature)
        }
    }

    /// Adds what tests prove of the feature on these very files, and what has moved since it was recorded.
    private func look(at feature: FeatureFolder, _ known: Convergence.Facts) async throws -> Convergence.Facts {
        let project = try await ProjectFeatures.read(in: context.worktree)
        guard let own = project.features.first(where: { $0.folder == feature.folder }) else { return known }
        let opened = try await Repository.open(at: context.worktree)
        // An agent may have written another `.git` there: history is read only from the run's own repository.
        guard opened.commonDirectory == context.workspace.repository.commonDirectory else { return known }
        let store = VerificationStore(home: context.home, project: FilePath(context.run.project))
        let proofs = try await ProjectProofs.read(project, in: opened, receipts: store)
        var facts = known
        facts.know(proven: proofs.proof(of: own).requirements.filter { $0.state == .proven }.map(\.statement.id))
        facts.drift = try await ProjectDrift.read(project, of: [own], in: opened).findings.map {
            "\($0.path)\($0.line.map { ":\($0)" } ?? ""): \($0.message)"
        }
        return facts
    }

    /// Which time code and specification are compared, from 1: in a loop the key's last part says so.
    private var round: Int { step.rawValue.split(separator: "/").last.flatMap { Int($0) } ?? 1 }

    private func finish(
        _ found: Convergence, _ facts: Convergence.Facts, _ tasks: TasksDocument, _ feature: FeatureFolder
    ) async throws -> StepResult {
        let isAdding = round <= rounds
        var document = tasks
        var commit = try await context.workspace.findCommit(trailer: "Vencejo-Step", value: step.rawValue)
        let new = found.newTasks(facts, in: tasks)
        var added: [String] = []
        if isAdding, !new.isEmpty, commit == nil {
            if let phase = tasks.tasks.map(\.phase).last(where: { $0.contains(Convergence.phase) }) {
                added = try document.append(new, toPhase: phase)
            } else {
                added = try document.appendPhase(Self.title(behind: tasks), tasks: new)
            }
            try feature.write(document.text, to: .tasks)
            commit = try await context.commit(
                "Converge \(feature.name): \(new.count.of("task"))", body: "", trailer: ("Vencejo-Step", step.rawValue))
        }
        let open = document.tasks.filter { !$0.isDone }
        let left = isAdding ? open.count : open.count + new.count
        let planned = try await PlannedTasks(all: document.tasks, open: open, context)
        var outputs = planned.outputs
        outputs.set(.string(feature.path(of: .tasks)), for: "path")
        outputs.set(commit.map { .string($0) } ?? .null, for: "commit")
        outputs.set(.integer(Int64(left)), for: "left")
        outputs.set(.bool(isAdding && !open.isEmpty), for: "goes_on")
        outputs.set(found.json, for: "findings")
        let report = report(found, facts, added, document, left)
        outputs.set(.array(report.map { .string($0) }), for: "report")
        return .succeeded(
            StepSuccess(
                .object(outputs), summary: left == 0 ? "nothing is left" : "\(left.of("task")) left", commit: commit,
                with: planned.changes))
    }

    private func report(
        _ found: Convergence, _ facts: Convergence.Facts, _ added: [String], _ document: TasksDocument, _ left: Int
    ) -> [String] {
        let kinds = Convergence.Kind.allCases.map { kind in
            (kind, found.findings.count { $0.kind == kind })
        }.filter { $0.1 > 0 }.map { "\($0.1) \($0.0.rawValue)" }
        var lines = [
            "round \(round): \(kinds.isEmpty ? "code and specification agree" : kinds.joined(separator: ", "))"
        ]
        if !facts.drift.isEmpty {
            lines.append("\(facts.drift.count.of("place")) moved since it was proven: see specs drift")
        }
        if !facts.unplanned.isEmpty {
            lines.append("no task named \(facts.unplanned.map(\.id).joined(separator: ", "))")
        }
        for id in added.prefix(4) { lines.append("  \(id) \(document[id]?.title ?? "")") }
        if added.count > 4 { lines.append("  and \(added.count - 4) more tasks") }
        lines.append(left == 0 ? "left: nothing" : "left: \(left.of("task"))")
        return lines
    }

    /// `Phase 4: Convergence` behind three phases that are numbered, `Convergence` elsewhere.
    private static func title(behind tasks: TasksDocument) -> String {
        let numbers = tasks.tasks.compactMap { task -> Int? in
            guard task.phase.lowercased().hasPrefix("phase ") else { return nil }
            return Int(task.phase.dropFirst(6).prefix { $0.isNumber })
        }
        return numbers.max().map { "Phase \($0 + 1): \(Convergence.phase)" } ?? Convergence.phase
    }
}
