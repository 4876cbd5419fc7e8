import Files
import JSON
import QualityReports
import Runs
import SpecProofs
import Specs
import Workbench
import Workflows

/// Looks at specifications without a model: what is wrong in them, and what has moved since they were proven.
///
/// What is found is an answer of the step, no failure of it.
struct SpecChecks: Sendable {
    var context: StepContext

    func analyze() async throws -> StepResult {
        let project = try await ProjectFeatures.read(in: context.worktree)
        let own = project.features.filter { $0.folder == context.run.feature && $0.spec != nil }
        let features = own.isEmpty ? project.features : own
        let report = FindingsReport(
            findings: features.flatMap {
                SpecReports.report(FeatureFindings.all(of: $0, in: project), in: $0.folder, version: nil).findings
            })
        let outputs = Self.outputs(of: report)
        return .succeeded(
            StepSuccess(.object(outputs), summary: Self.summary(report, "in \(Self.count(features.count))")))
    }

    func drift() async throws -> StepResult {
        let project = try await ProjectFeatures.read(in: context.worktree)
        let drift = try await ProjectDrift.read(project, in: try await repository())
        let report = SpecReports.report(drift.findings, version: nil)
        var outputs = Self.outputs(of: report)
        outputs["compared"] = .array(drift.compared.map { .string($0) })
        return .succeeded(
            StepSuccess(
                .object(outputs),
                summary: drift.compared.isEmpty
                    ? "no feature was ever recorded" : Self.summary(report, "in \(Self.count(drift.compared.count))")))
    }

    /// The repository as the run's worktree has it checked out.
    ///
    /// An agent may have written another `.git` there: history is read only from the run's own repository.
    private func repository() async throws -> Repository? {
        let opened = try await Repository.open(at: context.worktree)
        return opened.commonDirectory == context.workspace.repository.commonDirectory ? opened : nil
    }

    private static func outputs(of report: FindingsReport) -> JSONObject {
        let errors = report.count(.error)
        let lines = report.findings.map { finding in
            "\(finding.file ?? "")\(finding.line.map { ":\($0)" } ?? ""): \(finding.rule) \(finding.severity.rawValue): \(finding.message)"
        }
        return [
            "passed": .bool(errors == 0), "errors": .integer(Int64(errors)),
            "warnings": .integer(Int64(report.findings.count - errors)),
            "findings": .array(
                report.findings.prefix(1000).map { finding in
                    [
                        "rule": .string(finding.rule), "level": .string(finding.severity.rawValue),
                        "path": finding.file.map { .string($0) } ?? .null,
                        "line": finding.line.map { .integer(Int64($0)) } ?? .null,
                        "message": .string(finding.message),
                    ]
                }), "output": .string(lines.prefix(1000).joined(separator: "\n")),
        ]
    }

    private static func summary(_ report: FindingsReport, _ place: String) -> String {
        let errors = report.count(.error)
        let warnings = report.findings.count - errors
        return errors + warnings == 0
            ? "nothing found \(place)"
            : "\(errors) \(errors == 1 ? "error" : "errors"), \(warnings) \(warnings == 1 ? "warning" : "warnings") \(place)"
    }

    private static func count(_ features: Int) -> String { features == 1 ? "1 feature" : "\(features) features" }
}
