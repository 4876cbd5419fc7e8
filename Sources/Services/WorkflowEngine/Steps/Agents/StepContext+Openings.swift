import AgentRuntime
import Conversation
import Files
import Runs
import SpecDocuments
import Specs
import Templates

/// What each session begins with: what is the same for many first, what is its own last.
extension StepContext {
    /// What the user gave to know and has said so far, and a map of the repository, put behind a step's own prompt.
    func opening(_ prompt: String) async throws -> SessionOpening {
        let corrections = Corrections(try await journal.gates(of: run.id, openOnly: false))
        return SessionOpening(
            parts: [
                prompt, try await map(.init(words: run.request)), try given.text(of: contextItems), corrections.text,
            ].compactMap(\.self),
            images: contextItems.compactMap(\.image), gates: corrections.gates.map(\.id))
    }

    /// What an agent gets to carry out one task.
    ///
    /// First what all tasks share and a provider caches for all of them: request, context, specification, plan. Then the map
    /// of the repository, then the task, word for word, with the files that it names and what the user has said.
    func opening(of task: PlannedTask) async throws -> SessionOpening {
        let feature = try feature()
        let line = try feature.tasks().tasks.first { $0.id == task.id }
        let excerpt = SpecExcerpt(specification: try feature.read(.spec))
        let corrections = Corrections(try await journal.gates(of: run.id, openOnly: false))
        let shared = try prompts.text(
            .feature,
            [
                "request": .string(run.request), "specification": .string(excerpt.isWhole ? excerpt.specification : ""),
                "plan": .string(try feature.optionalText(of: .plan) ?? "There is none."),
                "context": .string(try given.text(of: contextItems) ?? ""),
                "folder": .string(feature.folder),
            ])
        let files = TaskFiles(root: worktree, paths: settings.paths).text(of: line?.paths ?? [])
        let own = try prompts.text(
            .implement,
            [
                "folder": .string(feature.folder), "checks": .string(checksInWords()),
                "task": .string(line.map { "\($0.id) \($0.title)\n\($0.details)" } ?? "\(task.id) \(task.title)"),
                "specification": .string(
                    excerpt.isWhole ? "" : line.map(excerpt.text) ?? excerpt.specification),
                "files": .string(files ?? ""), "corrections": .string(corrections.text ?? ""),
            ])
        let words = line.map { "\($0.title)\n\($0.details)" } ?? task.title
        return SessionOpening(
            parts: [shared, try await map(.init(files: line?.paths ?? [], words: words)), own].compactMap(\.self),
            images: contextItems.compactMap(\.image), gates: corrections.gates.map(\.id))
    }

    private func map(_ view: ProjectEnvironment.MapView) async throws -> String? {
        try await mapText?(worktree, view).map { "<repository_map>\n\($0)\n</repository_map>" }
    }
}
