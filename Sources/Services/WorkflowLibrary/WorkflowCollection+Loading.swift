package import Files
package import Workflows

/// A workflow that was read and checked.
package struct LoadedWorkflow: Sendable {
    package var entry: WorkflowCollection.Entry
    package var text: String
    package var parsed: ParsedWorkflow

    package var diagnostics: [Diagnostic] { parsed.diagnostics }
    package var definition: WorkflowDefinition? { parsed.definition }
}

extension WorkflowCollection {
    /// Reads an entry and tells everything that is wrong with it; errors are values here.
    ///
    /// Agents and tools are looked up where the caller names them; other workflows are looked up in the collection.
    package func check(
        _ entry: Entry, shownAs shown: String? = nil, agents: [String]? = nil, tools: [String]? = nil
    ) throws(WorkflowLibraryError) -> LoadedWorkflow {
        let text = try text(of: entry)
        let file = shown ?? entry.file
        var parsed = try parse(entry, text, file: file)
        if let draft = parsed.draft {
            let context = WorkflowContext(agents: agents, tools: tools, workflows: try known(to: draft))
            parsed.diagnostics += WorkflowValidator.validate(draft, source: parsed.source, context: context)
            if entry.origin != .specKit, draft.name != entry.name, !draft.name.isEmpty, !parsed.isSpecKit {
                parsed.diagnostics.insert(
                    Diagnostic(
                        .warning, file: file, line: 1, column: 1,
                        message: "the workflow is called '\(draft.name)', and its file '\(entry.name)'",
                        fix: "give both one name; it is found by that of its file"), at: 0)
            }
        }
        parsed.diagnostics = parsed.diagnostics.inOrder
        return LoadedWorkflow(entry: entry, text: text, parsed: parsed)
    }

    /// The definition of a name or path, ready to be frozen.
    ///
    /// - Throws: `notFound`, `unreadable`, or `invalid` with every diagnostic.
    package func load(
        _ name: String, from directory: FilePath, agents: [String]? = nil, tools: [String]? = nil
    ) throws(WorkflowLibraryError) -> LoadedWorkflow {
        let loaded = try check(try entry(name, from: directory), agents: agents, tools: tools)
        guard loaded.definition != nil else {
            let errors = loaded.diagnostics.filter { $0.severity == .error }
            let first = errors.first.map { ": \($0)" } ?? ""
            let more = errors.count > 1 ? " (and \(errors.count - 1) more; see vencejo workflows validate)" : ""
            throw WorkflowLibraryError(
                .invalid, "the workflow '\(name)' has errors\(first)\(more)", diagnostics: loaded.diagnostics)
        }
        return loaded
    }

    /// The workflow with its sub-workflows in it.
    ///
    /// - Throws: as `load`, and `invalid` where a sub-workflow is missing, has errors, or is part of itself.
    package func frozen(
        _ loaded: LoadedWorkflow, hash: ([UInt8]) -> String
    ) throws(WorkflowLibraryError) -> FrozenWorkflow {
        guard let definition = loaded.definition else {
            throw WorkflowLibraryError(
                .invalid, "the workflow '\(loaded.entry.name)' has errors", diagnostics: loaded.diagnostics)
        }
        let known = try known(to: definition)
        do throws(WorkflowError) {
            return try WorkflowFreezer.freeze(definition, library: { known[$0] }, hash: hash)
        } catch {
            throw WorkflowLibraryError(.invalid, error.message)
        }
    }

    /// The workflows that one calls, directly or not, and names for hints: those that cannot be read are left out.
    private func known(to definition: WorkflowDefinition) throws(WorkflowLibraryError) -> [String: WorkflowDefinition] {
        guard !definition.calledWorkflows.isEmpty else { return [:] }
        var known: [String: WorkflowDefinition] = [:]
        for entry in try list() {
            let parsed = try parse(entry, try text(of: entry), file: entry.file)
            if let draft = parsed.draft { known[entry.name] = draft }
        }
        return known
    }

    func parse(_ entry: Entry, _ text: String, file: String) throws(WorkflowLibraryError) -> ParsedWorkflow {
        var overlays: [(file: String, text: String)] = []
        for overlay in entry.overlays { overlays.append((overlay, try Self.read(overlay))) }
        return WorkflowParser.parse(text, file: file, overlays: overlays)
    }
}
