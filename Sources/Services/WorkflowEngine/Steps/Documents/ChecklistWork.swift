import Conversation
import Files
import Gateway
import Identity
import JSON
import Runs
import SpecDocuments
import Specs
import Templates
import Workbench

/// Writes questions about the quality of a specification, or adds some; what stands there is the reviewer's.
struct ChecklistWork: Sendable {
    var context: StepContext
    var step: StepKey
    var agent: String
    var model: ModelName?
    /// What the list is about; its file is named for it.
    var topic: String

    func perform() async throws -> StepResult {
        let feature = try context.feature()
        let name = "checklists/\(FeatureName(request: topic).slug).md"
        let path = "\(feature.folder)/\(name)"
        let before = try await textBefore(path)
        let work = WrittenDocument(
            context: context, step: step, agent: agent, model: model, path: path,
            commitTitle: "Check the requirements of \(feature.name): \(topic)",
            opening: {
                try context.prompts.text(
                    .checklist,
                    [
                        "specification": .string(try feature.read(.spec)), "path": .string(path),
                        "plan": .string(try feature.optionalText(of: .plan) ?? ""), "topic": .string(topic),
                        "existing": .string(before ?? ""),
                        "template": .string(try feature.template(named: .checklist)),
                    ])
            }, faults: { faults(at: path, before) }, settle: {})
        switch try await work.write() {
        case .stopped(let result): return result
        case .written(let summary, let commit):
            let list = ChecklistDocument(parsing: try FileSystem.readText(context.worktree.appending(path)))
            let added = list.items.count - (before.map { ChecklistDocument(parsing: $0).items.count } ?? 0)
            let gaps = list.items.count { $0.text.contains("[Gap]") }
            let report = [
                "\(name): \(added.of("new item")), \(list.items.count) in all, \(list.items.count { !$0.isDone }) to be answered by you",
                "\(gaps.of("item")) marked as a gap",
            ]
            return .succeeded(
                StepSuccess(
                    [
                        "path": .string(path), "commit": .string(commit), "items": .integer(Int64(list.items.count)),
                        "report": .array(report.map { .string($0) }),
                    ], summary: summary, commit: commit))
        }
    }

    /// What stood there when the run began, whatever an agent has done since.
    private func textBefore(_ path: String) async throws -> String? {
        guard let seed = context.seed, seed.folder != nil else {
            return try await context.workspace.committedText(of: path)
        }
        let store = FeatureStore(runFolder: context.home / "runs" / context.run.id.string)
        return try seed.taken[path].map { String(decoding: try store.bytes(of: $0), as: UTF8.self) }
    }

    private func faults(at path: String, _ before: String?) -> [String] {
        // Why it cannot be read matters less than that it is not there.
        guard let file = try? FileSystem.realPathInside(context.worktree, FilePath(path)),
            let text = try? FileSystem.readText(file, limit: 16 << 20)
        else { return ["the document has not been written: there is no text at \(path)"] }
        let list = ChecklistDocument(parsing: text)
        let known = before.map { ChecklistDocument(parsing: $0).items } ?? []
        var found = list.diagnostics.filter { $0.severity == .error }.map { fault in
            "\(fault.line.map { "line \($0): " } ?? "")\(fault.message) \(fault.fix)"
        }
        if list.title.isEmpty { found.append("it has no title: begin it with `# Requirements Quality Checklist: …`.") }
        if let before {
            let lines = Set(text.split(whereSeparator: \.isNewline))
            if let gone = before.split(whereSeparator: \.isNewline).first(where: { !lines.contains($0) }) {
                found.append(
                    "the line \"\(gone.prefix(80))\" is the reviewer's and was changed: put it back as it was.")
            }
        }
        let ids = Set(known.compactMap(\.id))
        let new = list.items.filter { item in item.id.map { !ids.contains($0) } ?? true }
        if new.isEmpty { found.append("it holds no new item: write each as `- [ ] CHK001 Is … specified? [Gap]`.") }
        for item in new {
            if item.id == nil {
                found.append("line \(item.line): the item has no id such as CHK001.")
            } else if item.isDone {
                found.append("line \(item.line): \(item.id ?? "") is ticked; that is the reviewer's to do.")
            } else if !item.text.contains("?") {
                found.append("line \(item.line): \(item.id ?? "") is no question.")
            }
        }
        return Array(found.prefix(10))
    }
}
