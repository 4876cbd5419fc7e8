import SpecDocuments
package import Specs

/// Compares a feature as it is with what was recorded of it; pure.
package struct DriftJudge: Sendable {
    /// What the files that links lead to are now.
    package struct Sources: Sendable {
        /// By path; a file that is gone has none.
        package var outlines: [String: SourceOutline]
        /// Digests of files that are no source code, by path.
        package var digests: [String: String]
        /// Finds content of a digest elsewhere, in a file of the same kind: its place now.
        package var find: @Sendable (_ hash: String, _ path: String) -> String?

        package init(
            outlines: [String: SourceOutline] = [:], digests: [String: String] = [:],
            find: @escaping @Sendable (_ hash: String, _ path: String) -> String? = { _, _ in nil }
        ) {
            self.outlines = outlines
            self.digests = digests
            self.find = find
        }
    }

    /// What became of recorded commits that are not in the history.
    package enum CommitFate: Sendable, Hashable {
        case gone
        /// Another commit makes the same changes.
        case rewritten(as: String)
    }

    private let owner: MentionOwner
    private let sources: Sources
    private let commits: [String: CommitFate]

    /// - Parameter commits: Those that are not in the history any more.
    package init(owner: MentionOwner, sources: Sources, commits: [String: CommitFate] = [:]) {
        self.owner = owner
        self.sources = sources
        self.commits = commits
    }

    /// What moved, by file and line.
    package func findings(of feature: Feature, _ file: LinkFile) -> [DriftFinding] {
        var comparison = Comparison(feature: feature, file: file, owner: owner, sources: sources, commits: commits)
        comparison.compareDocuments()
        comparison.compareRequirements()
        comparison.compareTasks()
        comparison.compareTests()
        comparison.compareSymbols()
        comparison.compareCommits()
        return comparison.findings.sorted {
            ($0.path, $0.line ?? 0, $0.rule.id, $0.message) < ($1.path, $1.line ?? 0, $1.rule.id, $1.message)
        }
    }
}

/// One comparison on its way.
private struct Comparison {
    let feature: Feature
    let file: LinkFile
    let owner: MentionOwner
    let sources: DriftJudge.Sources
    let commits: [String: DriftJudge.CommitFate]
    var findings: [DriftFinding] = []
    /// Documents that cannot be compared.
    var closed: Set<String> = []

    private var links: FeatureLinks { file.links }
    private var linksPath: String { "\(feature.folder)/\(FeatureLinks.file)" }
    private var specPath: String { "\(feature.folder)/spec.md" }
    private var tasksPath: String { "\(feature.folder)/tasks.md" }
    private static let relink =
        "Look whether it is still kept, run vencejo verify, and record it with vencejo specs link."

    private mutating func find(_ rule: DriftRule, _ path: String, _ line: Int?, _ message: String, fix: String) {
        findings.append(
            DriftFinding(rule: rule, feature: feature.folder, path: path, line: line, message: message, fix: fix))
    }

    // MARK: - Documents

    mutating func compareDocuments() {
        if let gone = feature.diagnostics.first(where: { $0.severity == .error }) {
            find(.documentGone, feature.folder, nil, gone.message, fix: gone.fix)
            closed = [specPath, tasksPath]
            return
        }
        compareDocument(
            specPath, feature.spec?.readingFault, isThere: feature.spec != nil, isNeeded: !links.requirements.isEmpty)
        compareDocument(
            tasksPath, feature.tasks?.readingFault, isThere: feature.tasks != nil, isNeeded: !links.tasks.isEmpty)
    }

    private mutating func compareDocument(_ path: String, _ fault: Diagnostic?, isThere: Bool, isNeeded: Bool) {
        guard isThere else {
            guard isNeeded else { return }
            closed.insert(path)
            find(.documentGone, path, nil, "\(path) is gone.", fix: "Restore it from git, or remove \(linksPath) too.")
            return
        }
        guard let fault else { return }
        closed.insert(path)
        find(.documentBroken, path, fault.line, fault.message, fix: fault.fix)
    }

    // MARK: - Requirements

    mutating func compareRequirements() {
        guard !closed.contains(specPath), let spec = feature.spec?.document else { return }
        var recorded: Set<StatementKey> = []
        for link in links.requirements {
            guard let key = StatementKey(link.id) else { continue }
            recorded.insert(key)
            guard link.state != .open else { continue }
            guard
                let statement = (spec.requirements + spec.successCriteria).first(where: { StatementKey($0.id) == key })
            else {
                find(
                    .requirementGone, linksPath, file.lines[link.id], "\(link.id) is not in \(specPath) any more.",
                    fix: "Write it there again, or drop what is recorded of it with vencejo specs link.")
                continue
            }
            guard SourceHash.words(statement.text) != link.hash else { continue }
            find(
                .requirementChanged, specPath, statement.line,
                "The words of \(statement.id) changed since it was recorded.",
                fix: "Make code and tests say the same, run vencejo verify, and record it with vencejo specs link.")
        }
        for statement in spec.requirements {
            guard let key = StatementKey(statement.id), !recorded.contains(key) else { continue }
            find(
                .requirementAdded, specPath, statement.line, "\(statement.id) came after the last record.",
                fix: "Name it in a task and in a test, run vencejo verify, and record it with vencejo specs link.")
        }
    }

    // MARK: - Tasks

    mutating func compareTasks() {
        guard !closed.contains(tasksPath), let tasks = feature.tasks?.document else { return }
        for link in links.tasks {
            guard let task = tasks[link.id] else {
                find(
                    .taskGone, linksPath, file.lines[link.id], "\(link.id) is not in \(tasksPath) any more.",
                    fix: "Write it there again, or record the feature anew with vencejo specs link.")
                continue
            }
            if link.isDone, !task.isDone {
                find(
                    .taskOpen, tasksPath, task.line, "\(task.id) was done and is open again.",
                    fix: "Do it, tick it, run vencejo verify, and record it with vencejo specs link.")
            }
            if Self.hash(of: task) != link.hash {
                find(
                    .taskChanged, tasksPath, task.line, "The words of \(task.id) changed since it was recorded.",
                    fix: Comparison.relink)
            }
            let keys = task.statementKeys
            for service in links.services where service.task == link.id {
                guard let key = StatementKey(service.requirement), !keys.contains(key) else { continue }
                find(
                    .taskSilent, tasksPath, task.line, "\(task.id) does not name \(service.requirement) any more.",
                    fix: "Name it there again, or record the feature anew with vencejo specs link.")
            }
        }
        let known = Set(links.tasks.map(\.id))
        for task in tasks.tasks where !task.isDone && !known.contains(task.id) {
            let named = task.statementKeys.filter { links.requirement($0)?.state == .proven }.sorted()
            guard let first = named.first else { continue }
            find(
                .taskAdded, tasksPath, task.line, "\(task.id) is open and names \(first), which was proven without it.",
                fix: "Do it, run vencejo verify, and record it with vencejo specs link.")
        }
    }

    static func hash(of task: TaskItem) -> String { task.contentHash }

    // MARK: - Tests and symbols

    mutating func compareTests() {
        for link in links.tests {
            let path = FeatureLinks.path(of: link.place)
            let name = FeatureLinks.name(of: link.place) ?? ""
            guard let outline = sources.outlines[path], let entry = outline.entry(name) else {
                vanished(
                    link.place, link.hash, .testMoved, .testGone, "The test", FeatureLinks.path(of: link.place),
                    key: LinkFile.key(link.requirement, link.place), of: link.requirement)
                continue
            }
            let test = SourceTest.test(outline, entry, path)
            if let key = StatementKey(link.requirement), isStated(key), !names(test, key, outline) {
                find(
                    .testSilent, path, entry.line, "\(name) does not name \(link.requirement) any more.",
                    fix: "Name it in the test's name, an attribute, or the comment above it.")
            }
            guard test.hash != link.hash else { continue }
            find(
                .testChanged, path, entry.line, "\(name) changed since it proved \(link.requirement).",
                fix: "Look whether it still proves it, run vencejo verify, and record it with vencejo specs link.")
        }
    }

    /// Whether the specification can be read and has it; otherwise that is what moved.
    private func isStated(_ key: StatementKey) -> Bool {
        guard !closed.contains(specPath), let spec = feature.spec?.document else { return false }
        return (spec.requirements + spec.successCriteria).contains { StatementKey($0.id) == key }
    }

    private func names(_ test: SourceTest, _ key: StatementKey, _ outline: SourceOutline) -> Bool {
        test.mentions.contains { mention in
            mention.key == key && owner.feature(of: mention, in: test.path, top: outline.featureAtTop) == feature.name
        }
    }

    mutating func compareSymbols() {
        var seen: Set<String> = []
        for link in links.symbols {
            // Several tasks may have made the same; it moves once.
            guard seen.insert("\(link.place) \(link.hash)").inserted else { continue }
            let path = FeatureLinks.path(of: link.place)
            var hash: String?
            var line: Int?
            if let name = FeatureLinks.name(of: link.place) {
                if let outline = sources.outlines[path], let entry = outline.entry(name) {
                    hash = outline.hash(of: entry)
                    line = entry.line
                }
            } else {
                hash = sources.outlines[path]?.wholeHash ?? sources.digests[path]
            }
            guard let hash else {
                vanished(
                    link.place, link.hash, .symbolMoved, .symbolGone, "The code", path,
                    key: LinkFile.key(link.task, link.place), of: link.task)
                continue
            }
            guard hash != link.hash else { continue }
            let name = FeatureLinks.name(of: link.place) ?? path
            find(
                .symbolChanged, path, line,
                "\(name) changed since \(served(by: link.task)) recorded.", fix: Comparison.relink)
        }
    }

    /// `FR-001 and FR-002, which T003 serves, were`.
    private func served(by task: String) -> String {
        let ids = links.services.filter { $0.task == task }.map(\.requirement)
        guard !ids.isEmpty else { return "\(task) was" }
        return "\(ids.joined(separator: ", ")) (\(task)) \(ids.count == 1 ? "was" : "were")"
    }

    private mutating func vanished(
        _ place: String, _ hash: String, _ moved: DriftRule, _ gone: DriftRule, _ what: String, _ path: String,
        key: String, of owner: String
    ) {
        if let now = sources.find(hash, path) {
            let outline = sources.outlines[FeatureLinks.path(of: now)]
            let line = FeatureLinks.name(of: now).flatMap { outline?.entry($0)?.line }
            find(
                moved, FeatureLinks.path(of: now), line,
                "\(what) \(place) of \(owner) is \(now) now, with the same content.",
                fix: "Record it with vencejo specs link.")
            return
        }
        find(
            gone, linksPath, file.lines[key], "\(what) \(place) of \(owner) is gone.",
            fix:
                "Bring it back, or put another in its place, run vencejo verify, and record it with vencejo specs link."
        )
    }

    // MARK: - Commits

    mutating func compareCommits() {
        for link in links.commits {
            let line = file.lines[LinkFile.key(link.task, link.id)]
            switch commits[link.id] {
            case nil: continue
            case .rewritten(let new):
                find(
                    .commitRewritten, linksPath, line,
                    "The commit \(link.id.prefix(10)) of \(link.task) is \(new.prefix(10)) now, with the same changes.",
                    fix: "Record it with vencejo specs link.")
            case .gone:
                find(
                    .commitGone, linksPath, line,
                    "The commit \(link.id.prefix(10)) of \(link.task) is not in the history of HEAD any more.",
                    fix: "Bring it back (git cherry-pick), or record the feature anew with vencejo specs link.")
            }
        }
    }
}

extension TaskItem {
    /// Of its words, without its tick.
    var contentHash: String { SourceHash.words("\(title)\n\(details)") }
}
