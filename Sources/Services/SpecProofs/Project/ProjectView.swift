import SpecDocuments
package import Specs
package import Verification
package import Workbench

/// Everything that is asked of a project's features at once: documents, proof, history and record.
package struct ProjectView: Sendable {
    package let features: ProjectFeatures
    package let proofs: ProjectProofs
    private let history: TaskHistory

    /// - Parameters:
    ///   - repository: Nil outside of git, where nothing is proven.
    ///   - store: The project's receipts.
    package static func read(
        _ features: ProjectFeatures, in repository: Repository?, receipts store: VerificationStore?
    ) async throws -> ProjectView {
        ProjectView(
            features: features, proofs: try await ProjectProofs.read(features, in: repository, receipts: store),
            history: try await TaskHistory(features, in: repository))
    }

    package func summary(of feature: Feature) -> FeatureSummary {
        // A record that cannot be read is told of by drift.
        let links = (try? LinkStore(root: features.root).read(feature))?.links
        let errors = FeatureFindings.all(of: feature, in: features).count { $0.severity == .error }
        return FeatureSummary(
            proofs.proof(of: feature), history: history, links: links, errors: errors, tree: proofs.tree)
    }
}
