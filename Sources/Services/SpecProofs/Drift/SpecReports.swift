package import QualityReports
package import SpecDocuments
import Specs

/// Findings of drift and analysis in the neutral form, from which SARIF is written.
package enum SpecReports {
    package static let analysisTool = "vencejo specs analyze"
    package static let driftTool = "vencejo specs drift"

    package static func report(_ findings: [DriftFinding], version: String?) -> FindingsReport {
        FindingsReport(
            findings: findings.map { finding in
                QualityReports.Finding(
                    tool: driftTool, toolVersion: version, rule: finding.rule.id, severity: severity(finding.severity),
                    message: words(finding.message, finding.fix), file: finding.path, line: finding.line)
            })
    }

    /// - Parameter folder: The feature's.
    package static func report(
        _ findings: [SpecDocuments.Finding], in folder: String, version: String?
    ) -> FindingsReport {
        FindingsReport(
            findings: findings.map { finding in
                QualityReports.Finding(
                    tool: analysisTool, toolVersion: version, rule: finding.rule.id,
                    severity: severity(finding.severity), message: words(finding.message, finding.fix),
                    file: path(of: finding.document, in: folder), line: finding.line)
            })
    }

    /// Where a finding's document is, below the project's root.
    package static func path(of document: String, in folder: String) -> String {
        document == "constitution.md" ? ConstitutionTemplate.path : document.isEmpty ? folder : "\(folder)/\(document)"
    }

    private static func words(_ message: String, _ fix: String) -> String {
        fix.isEmpty ? message : "\(message) \(fix)"
    }

    private static func severity(_ severity: Diagnostic.Severity) -> Severity {
        severity == .error ? .error : .warning
    }
}
