import Files
package import Specs
package import Verification
package import Workbench

/// What is proven of a project's features on the files as they are.
///
/// ```swift
/// let proofs = try await ProjectProofs.read(features, in: repository, receipts: store)
/// let proof = proofs.proof(of: try features.find("003"))
/// ```
package struct ProjectProofs: Sendable {
    package let features: ProjectFeatures
    /// git's tree of the files, untracked ones included; nil outside of a repository.
    package let tree: String?
    /// The receipts that tell of tests of this tree.
    package let receipts: [String]
    private let judge: ProofJudge

    /// Finds the tests that name requirements, and how they came out on these very files.
    ///
    /// A receipt is of these files where its tree differs from theirs in nothing but documents of features: ticks, words and
    /// `links.json` are nothing that a test runs. Without a repository there are neither tests nor receipts.
    package static func read(
        _ features: ProjectFeatures, in repository: Repository?, receipts store: VerificationStore?
    ) async throws -> ProjectProofs {
        guard let repository else { return ProjectProofs(features, [], [:], [], nil) }
        let paths = try await repository.files(containing: pattern, outside: [ProjectFeatures.folder, ".specify"])
        let sources = try await SourceFiles(root: repository.root).read(paths)
        var tests: [SourceTest] = []
        var tops: [String: String] = [:]
        for (path, outline) in sources.outlines {
            tests += SourceTest.all(in: outline, path: path)
            tops[path] = outline.featureAtTop
        }
        let tree = try await repository.workingTreeState().tree
        var results: [VerificationResult] = []
        if let store { results = try await Self.results(in: store, of: tree, repository) }
        return ProjectProofs(features, tests, tops, results, tree)
    }

    private init(
        _ features: ProjectFeatures, _ tests: [SourceTest], _ tops: [String: String], _ results: [VerificationResult],
        _ tree: String?
    ) {
        self.features = features
        self.tree = tree
        let evidence = TestEvidence(results)
        receipts = evidence.receipts
        judge = ProofJudge(features: features.features, tests: tests, tops: tops, evidence: evidence)
    }

    package func proof(of feature: Feature) -> FeatureProof { judge.proof(of: feature) }

    /// Lines that may name a requirement, in any of the ways that ``StatementMentions`` reads.
    static let pattern =
        "(^|[^a-z])(n?fr|sc)[-_]([a-z][a-z0-9]*[-_])?[0-9]|(fr|sc)[-_]?[0-9][0-9][0-9]"

    private static func results(
        in store: VerificationStore, of tree: String, _ repository: Repository
    ) async throws -> [VerificationResult] {
        var isSame: [String: Bool] = [tree: true]
        var found: [VerificationResult] = []
        for result in try store.all().compactMap(\.result) {
            guard case .tests = result.report, let receipt = result.receipt else { continue }
            let same: Bool
            if let known = isSame[receipt.tree] {
                same = known
            } else {
                same = try await differsInDocumentsOnly(receipt.tree, tree, repository)
                isSame[receipt.tree] = same
            }
            if same { found.append(result) }
        }
        return found
    }

    private static func differsInDocumentsOnly(
        _ old: String, _ new: String, _ repository: Repository
    ) async throws -> Bool {
        guard try await repository.hasTree(old) else { return false }
        return try await repository.paths(changedFrom: old, to: new).allSatisfy(isDocument)
    }

    /// Whether a file is a document of a feature, which no test runs.
    static func isDocument(_ path: String) -> Bool {
        guard path.hasPrefix(ProjectFeatures.folder + "/") else { return false }
        return path.hasSuffix(".md") || path.hasSuffix("/" + FeatureLinks.file)
            || path.hasSuffix("/" + SpecArchive.recordFile) || path == SpecImport.recordPath
    }
}
