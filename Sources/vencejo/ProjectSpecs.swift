import Files
import Policy
import SpecDocuments
import SpecProofs
import Specs
import Tools
import Verification
import Workbench

/// The specifications of a project for its agents: what is wrong in them, and how far they are proven.
struct ProjectSpecs: SpecSource {
    let home: FilePath
    /// Whose receipts count: the user's project, whichever worktree is looked at.
    let project: FilePath

    func analysis(of feature: String?, in root: FilePath, paths: PathRules) async throws -> SpecAnswer {
        try await answer(in: root, paths) { features in
            let wanted = try features.find(all: feature.map { [$0] } ?? [])
            let lines = wanted.flatMap { feature in
                FeatureFindings.all(of: feature, in: features).map { finding in
                    let place = SpecReports.path(of: finding.document, in: feature.folder)
                    let line = finding.line.map { ":\($0)" } ?? ""
                    return
                        "\(place)\(line): \(finding.rule.id) \(finding.severity.rawValue): \(finding.message) \(finding.fix)"
                }
            }
            return lines.isEmpty ? "nothing found in \(wanted.count) features" : lines.joined(separator: "\n")
        }
    }

    func page(of feature: String, in root: FilePath, paths: PathRules) async throws -> SpecAnswer {
        try await answer(in: root, paths) { features in
            let wanted = try features.find(feature)
            let repository: Repository?
            do {
                repository = try await Repository.open(at: root)
            } catch let error as WorkbenchError where error.code == .notRepository || error.code == .noCommits {
                repository = nil
            }
            let view = try await ProjectView.read(
                features, in: repository, receipts: VerificationStore(home: home, project: project))
            return view.summary(of: wanted).text
        }
    }

    private func answer(
        in root: FilePath, _ paths: PathRules, _ body: (ProjectFeatures) async throws -> String
    ) async throws -> SpecAnswer {
        if case .deny = paths.decide(ProjectFeatures.folder + "/spec.md", for: .read) {
            return .fault("\(ProjectFeatures.folder)/ may not be read here")
        }
        do {
            return .text(try await body(try await ProjectFeatures.read(in: root)))
        } catch let error as SpecsError {
            return .fault(error.message)
        } catch let error as ProofError {
            return .fault(error.message)
        }
    }
}
