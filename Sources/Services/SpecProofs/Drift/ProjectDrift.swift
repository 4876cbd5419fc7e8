import Files
import SpecDocuments
package import Specs
package import Workbench

/// What has moved in a project since its features were last proven.
package struct ProjectDrift: Sendable, Hashable {
    /// By feature, file and line.
    package var findings: [DriftFinding] = []
    /// Names of features with a record, which were compared.
    package var compared: [String] = []
    /// Names of features that were never recorded, so that there is nothing to compare.
    package var unrecorded: [String] = []
    /// What could not be judged, in sentences.
    package var notes: [String] = []

    package init() {}

    package var errors: [DriftFinding] { findings.filter { $0.severity == .error } }

    /// Compares features with their `links.json`: files and history are looked at, nothing is run and no model is asked.
    ///
    /// A record that cannot be read is a finding. Throws on cancellation and where git fails.
    package static func read(
        _ features: ProjectFeatures, of wanted: [Feature]? = nil, in repository: Repository?
    ) async throws -> ProjectDrift {
        var drift = ProjectDrift()
        var files: [(feature: Feature, file: LinkFile)] = []
        for (feature, record) in try await records(of: wanted ?? features.features, in: features.root) {
            switch record {
            case .none:
                drift.unrecorded.append(feature.name)
                continue
            case .file(let file): files.append((feature, file))
            case .fault(let error):
                drift.findings.append(
                    DriftFinding(
                        rule: .linksBroken, feature: feature.folder, path: LinkStore.path(of: feature),
                        line: error.line, message: error.message, fix: ""))
            }
            drift.compared.append(feature.name)
        }
        guard !files.isEmpty else { return drift }
        let reader = SourceFiles(root: features.root)
        let paths = files.reduce(into: Set<String>()) { $0.formUnion($1.file.links.paths) }
        async let read = reader.read(paths)
        async let (fates, note) = Self.fates(of: files.flatMap(\.file.links.commits), repository)
        var sources = DriftJudge.Sources(outlines: try await read.outlines, digests: try await read.digests)
        if let note = try await note { drift.notes.append(note) }
        let owner = MentionOwner(features.features)
        if let moved = try await moved(files.map(\.file.links), sources, reader, repository) { sources = moved }
        let judge = DriftJudge(owner: owner, sources: sources, commits: try await fates)
        let pairs = files
        drift.findings += try await inParts(pairs.count) { judge.findings(of: pairs[$0].feature, pairs[$0].file) }
            .flatMap(\.self)
        return drift
    }

    private enum Record: Sendable {
        case none
        case file(LinkFile)
        case fault(ProofError)
    }

    private static func records(of features: [Feature], in root: FilePath) async throws -> [(Feature, Record)] {
        let store = LinkStore(root: root)
        return try await inParts(features.count) { index in
            let feature = features[index]
            do throws(ProofError) {
                return (feature, try store.read(feature).map { .file($0) } ?? .none)
            } catch {
                return (feature, .fault(error))
            }
        }
    }

    /// What comes of the numbers below `count`, in their order, several at a time.
    @concurrent
    private static func inParts<Value: Sendable>(
        _ count: Int, _ body: @escaping @Sendable (Int) -> Value
    ) async throws -> [Value] {
        try await withThrowingTaskGroup(of: (Int, [Value]).self) { group in
            let size = 8
            for start in stride(from: 0, to: count, by: size) {
                group.addTask {
                    try Task.checkCancellation()
                    return (start, (start..<min(start + size, count)).map(body))
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.flatMap(\.1)
        }
    }

    // MARK: - What moved within the tree

    /// More files than these are not searched for what has gone from its place.
    private static let mostSearched = 4000

    /// The sources with what it takes to find moved contents; nil where nothing is missing from its place.
    private static func moved(
        _ links: [FeatureLinks], _ sources: DriftJudge.Sources, _ reader: SourceFiles, _ repository: Repository?
    ) async throws -> DriftJudge.Sources? {
        var kinds: Set<String> = []
        for links in links {
            for place in links.tests.map(\.place) + links.symbols.map(\.place) {
                let path = FeatureLinks.path(of: place)
                if let name = FeatureLinks.name(of: place) {
                    if sources.outlines[path]?.entry(name) == nil { kinds.insert(kind(path)) }
                } else if sources.outlines[path] == nil, sources.digests[path] == nil {
                    kinds.insert(kind(path))
                }
            }
        }
        guard !kinds.isEmpty, let repository else { return nil }
        let candidates = try await repository.workingFiles().filter { kinds.contains(kind($0)) }
        let read = try await reader.read(Array(candidates.prefix(mostSearched)))
        var places: [String: String] = [:]
        for (path, outline) in read.outlines.sorted(by: { $0.key > $1.key }) {
            for entry in outline.entries where entry.kind != .suite {
                places["\(kind(path)) \(outline.hash(of: entry))"] = "\(path)#\(entry.path)"
            }
            places["\(kind(path)) file \(outline.wholeHash)"] = path
        }
        for (path, digest) in read.digests.sorted(by: { $0.key > $1.key }) {
            places["\(kind(path)) file \(digest)"] = path
        }
        var all = sources
        all.outlines.merge(read.outlines) { first, _ in first }
        let found = places
        all.find = { hash, path in found["\(kind(path)) \(hash)"] ?? found["\(kind(path)) file \(hash)"] }
        return all
    }

    private static func kind(_ path: String) -> String { FilePath(path).extension ?? FilePath(path).name }

    // MARK: - What became of commits

    private static func fates(
        of links: [FeatureLinks.Commit], _ repository: Repository?
    ) async throws -> ([String: DriftJudge.CommitFate], String?) {
        guard let repository, !links.isEmpty else { return ([:], nil) }
        let missing = try await repository.missing(from: Array(Set(links.map(\.id))).sorted())
        guard !missing.isEmpty else { return ([:], nil) }
        if try await repository.isShallow() {
            return (
                [:],
                "The history was cut off when this repository was cloned, so commits could not be compared: fetch all of it (git fetch --unshallow)."
            )
        }
        var fates: [String: DriftJudge.CommitFate] = [:]
        for link in links where missing.contains(link.id) && fates[link.id] == nil {
            fates[link.id] = try await successor(of: link, repository).map { .rewritten(as: $0) } ?? .gone
        }
        return (fates, nil)
    }

    /// The commit of HEAD that makes the same changes, as after a rebase.
    private static func successor(of link: FeatureLinks.Commit, _ repository: Repository) async throws -> String? {
        guard let title = try await repository.title(of: link.id) else { return nil }
        for commit in try await repository.commits(titled: title) {
            guard try await LinkRecorder.digest(of: commit, repository) == link.hash else { continue }
            return commit
        }
        return nil
    }
}

extension LinkRecorder {
    /// Of what a commit changed outside of the documents of features, wherever in its files.
    static func digest(of commit: String, _ repository: Repository) async throws -> String {
        let changes = try await repository.changes(of: commit).filter { !ProjectProofs.isDocument($0.path) }
        return SourceHash.digest(Array(changes.map { $0.path + "\n" + $0.text }.joined().utf8))
    }
}
