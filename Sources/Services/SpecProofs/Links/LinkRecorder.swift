import Files
import SpecDocuments
package import Specs
package import Workbench

/// Records the proven state of now: which requirements, by which tests, tasks, commits and symbols.
package struct LinkRecorder: Sendable {
    /// What became of one feature.
    package struct Outcome: Sendable, Hashable {
        package struct Refusal: Sendable, Hashable {
            package var id: String
            package var reason: String
            /// Whether it was recorded before, or is claimed: somebody takes it for done.
            package var isExpected: Bool
        }

        package var feature: String
        /// Ids that are recorded as proven now.
        package var proven: [String] = []
        package var claimed: [String] = []
        package var refused: [Refusal] = []
        /// Ids whose record was dropped, as the specification has them no more.
        package var dropped: [String] = []
        package var links: FeatureLinks
        package var isChanged = false
    }

    private let root: FilePath
    private let repository: Repository?
    private let history: TaskHistory

    /// Looks through the history once, for all features.
    package init(_ features: ProjectFeatures, in repository: Repository?) async throws {
        root = features.root
        self.repository = repository
        history = try await TaskHistory(features, in: repository)
    }

    /// Records what is proven, and with `claimed` also what is only claimed; what was recorded before and is proven no more
    /// stays as it was, so that drift goes on telling of it.
    ///
    /// Throws where the file as it is cannot be read: nobody's record is overwritten by guess.
    package func record(_ proof: FeatureProof, claimed: Bool) async throws -> Outcome {
        let feature = proof.feature
        if let gone = feature.diagnostics.first(where: { $0.severity == .error }) {
            throw ProofError(.gone, "\(gone.message) \(gone.fix)")
        }
        for (name, fault) in [("spec.md", feature.spec?.readingFault), ("tasks.md", feature.tasks?.readingFault)] {
            guard let fault else { continue }
            let line = fault.line.map { ", line \($0)" } ?? ""
            throw ProofError(
                .refused, "\(feature.folder)/\(name)\(line): \(fault.message) \(fault.fix)", line: fault.line)
        }
        let store = LinkStore(root: root)
        let old = try store.read(feature)?.links ?? FeatureLinks()
        var outcome = Outcome(feature: feature.name, links: FeatureLinks())
        var recorded: [StatementProof] = []
        var kept: [FeatureLinks.Requirement] = []
        var open: [FeatureLinks.Requirement] = []
        for statement in proof.requirements + proof.criteria {
            let before = old.requirement(statement.key).flatMap { $0.state == .open ? nil : $0 }
            if statement.state == .proven || (claimed && statement.state == .claimed) {
                recorded.append(statement)
                if statement.state == .proven {
                    outcome.proven.append(statement.statement.id)
                } else {
                    outcome.claimed.append(statement.statement.id)
                }
            } else {
                if let before { kept.append(before) }
                let isCriterion = statement.key.prefix.hasPrefix("SC")
                if before == nil, !isCriterion {
                    open.append(
                        .init(
                            id: statement.statement.id, state: .open,
                            hash: SourceHash.words(statement.statement.text)))
                }
                if before != nil || !isCriterion {
                    outcome.refused.append(
                        .init(
                            id: statement.statement.id, reason: statement.reason,
                            isExpected: before != nil || statement.state == .claimed))
                }
            }
        }
        let known = Set((proof.requirements + proof.criteria).map(\.key))
        outcome.dropped = old.requirements.filter { link in
            StatementKey(link.id).map { !known.contains($0) } ?? true
        }.filter { $0.state != .open }.map(\.id)
        outcome.links = try await links(recorded, keeping: kept, of: old, feature)
        // That a requirement was open tells it from one that came later.
        if !outcome.links.isEmpty { outcome.links.requirements += open }
        // Nothing to record and nothing recorded: no file is better than an empty one.
        guard !outcome.links.isEmpty || !old.isEmpty else { return outcome }
        outcome.isChanged = try store.write(LinkFile(outcome.links), of: feature)
        return outcome
    }

    private func links(
        _ recorded: [StatementProof], keeping kept: [FeatureLinks.Requirement], of old: FeatureLinks, _ feature: Feature
    ) async throws -> FeatureLinks {
        var links = FeatureLinks()
        var tasks: [TaskItem] = []
        for proof in recorded {
            links.requirements.append(
                .init(id: proof.statement.id, state: proof.state, hash: SourceHash.words(proof.statement.text)))
            // A test that was not seen to pass here is no part of what is proven.
            for evidence in proof.tests where evidence.outcome == .passed {
                links.tests.append(
                    .init(requirement: proof.statement.id, place: evidence.test.place, hash: evidence.test.hash))
            }
            for task in proof.tasks {
                links.services.append(.init(requirement: proof.statement.id, task: task.id))
                if !tasks.contains(where: { $0.id == task.id }) { tasks.append(task) }
            }
        }
        let all = feature.tasks?.document?.tasks ?? []
        if tasks.isEmpty, !recorded.isEmpty, all.allSatisfy({ $0.statementKeys.isEmpty }) {
            // Where tasks name stories only, each that is done may have served any of the requirements.
            tasks = all.filter { $0.isDone && $0.story != nil }
        }
        var symbols = SymbolReader(root: root)
        try await symbols.load(tasks.flatMap(\.paths).filter(Self.mayHoldCode))
        for task in tasks {
            links.tasks.append(.init(id: task.id, isDone: task.isDone, hash: task.contentHash))
            let (commitLinks, own) = try await traces(
                of: task, history.commits(of: task.id, in: feature), &symbols)
            links.commits += commitLinks
            links.symbols += own
        }
        keep(kept, of: old, in: &links)
        return links
    }

    /// Takes over what was recorded of requirements that are not proven now.
    private func keep(_ kept: [FeatureLinks.Requirement], of old: FeatureLinks, in links: inout FeatureLinks) {
        guard !kept.isEmpty else { return }
        let ids = Set(kept.map(\.id))
        links.requirements += kept
        links.tests += old.tests.filter { ids.contains($0.requirement) }
        let services = old.services.filter { ids.contains($0.requirement) }
        links.services += services
        // What a requirement that is proven no more rested on stays as it was, also where its task serves another.
        let tasks = Set(services.map(\.task))
        links.tasks.removeAll { tasks.contains($0.id) }
        links.commits.removeAll { tasks.contains($0.task) }
        links.symbols.removeAll { tasks.contains($0.task) }
        links.tasks += old.tasks.filter { tasks.contains($0.id) }
        links.commits += old.commits.filter { tasks.contains($0.task) }
        links.symbols += old.symbols.filter { tasks.contains($0.task) }
    }

    // MARK: - Commits and symbols

    private func traces(
        of task: TaskItem, _ commits: [TaskCommit], _ reader: inout SymbolReader
    ) async throws -> ([FeatureLinks.Commit], [FeatureLinks.Symbol]) {
        guard let repository, !commits.isEmpty else {
            let paths = task.paths.filter(Self.mayHoldCode)
            return ([], try await reader.symbols(of: task.id, reader.places(in: paths)))
        }
        var links: [FeatureLinks.Commit] = []
        var places: [String: Set<String>] = [:]
        for commit in commits {
            let changes = try await repository.changes(of: commit.id).filter { !ProjectProofs.isDocument($0.path) }
            let text = changes.map { $0.path + "\n" + $0.text }.joined()
            links.append(.init(task: task.id, id: commit.id, hash: SourceHash.digest(Array(text.utf8))))
            for change in changes where Self.mayHoldCode(change.path) {
                guard let bytes = try await repository.file(change.path, at: commit.id) else { continue }
                guard let outline = SourceOutline(bytes, path: change.path), !outline.entries.isEmpty else {
                    places[change.path, default: []].insert("")
                    continue
                }
                places[change.path, default: []].formUnion(
                    outline.entries(touching: change.lines).filter { !$0.isTest }.map(\.path))
            }
        }
        return (links, try await reader.symbols(of: task.id, places))
    }

    /// Prose, locks and tests are no code that a requirement rests on; tests are linked by what they name.
    private static func mayHoldCode(_ path: String) -> Bool {
        let small = path.lowercased()
        guard !small.hasSuffix(".md"), !small.hasSuffix(".lock"), !small.hasSuffix("-lock.json"),
            !small.hasSuffix(".txt"),
            !small.hasPrefix(".specify/"), !small.hasSuffix("/"), !path.contains("*")
        else { return false }
        let parts = small.split { "/._-".contains($0) }
        return !parts.contains { ["test", "tests", "spec", "specs", "e2e"].contains($0) }
            && !(FilePath(path).stem.hasSuffix("Tests") || FilePath(path).stem.hasSuffix("Test"))
    }
}
