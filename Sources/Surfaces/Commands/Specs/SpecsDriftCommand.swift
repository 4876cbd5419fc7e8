import CommandLineKit
import JSON
import QualityReports
import SpecDocuments
import SpecProofs
import Specs
import Terminal

/// `vencejo specs drift`: what has moved since features were last proven.
struct SpecsDriftCommand: Sendable {
    let context: CommandContext

    func run(_ arguments: ParsedArguments) async throws -> ExitStatus {
        let project = try await SpecsProject(context)
        let wanted = try project.features.find(all: arguments.positionals("FEATURE"))
        let drift = try await ProjectDrift.read(project.features, of: wanted, in: project.repository)
        let report = SpecReports.report(drift.findings, version: context.version)
        try context.writeSarif(report, arguments)
        let errors = drift.errors.count
        context.output.result(
            [
                "compared": .array(drift.compared.map { .string($0) }),
                "unrecorded": .array(drift.unrecorded.map { .string($0) }), "errors": .integer(Int64(errors)),
                "warnings": .integer(Int64(drift.findings.count - errors)),
                "findings": .array(drift.findings.map(json)), "notes": .array(drift.notes.map { .string($0) }),
                "sarif": SARIFWriter.json(report),
            ], text: text(of: drift))
        return errors == 0 ? .done : .failed
    }

    private func text(of drift: ProjectDrift) -> String {
        let style = context.output.style
        var lines: [String] = []
        for finding in drift.findings {
            let place = "\(finding.path)\(finding.line.map { ":\($0)" } ?? "")".sanitized
            let mark = finding.severity == .error ? style.red("error") : style.yellow("warning")
            lines.append("\(style.bold(place)): \(mark) \(finding.rule.id): \(finding.message.sanitized)")
            if !finding.fix.isEmpty { lines.append("    \(finding.fix.sanitized)") }
        }
        lines += drift.notes.map { style.yellow("note: ") + $0 }
        if !lines.isEmpty { lines.append("") }
        let errors = drift.errors.count
        let count = drift.compared.count == 1 ? "1 feature" : "\(drift.compared.count) features"
        if drift.compared.isEmpty {
            lines.append(
                drift.unrecorded.isEmpty
                    ? "There are no features here: specs/ has no folder such as 001-name."
                    : "Nothing was ever recorded of these features, so nothing can have moved: see vencejo specs link.")
            return lines.joined(separator: "\n")
        }
        let others = drift.unrecorded.isEmpty ? "" : "; \(drift.unrecorded.count) never recorded"
        lines.append(
            errors == 0
                ? style.green("✓ \(count) as recorded") + others : "\(errors) moved in \(count)\(others)")
        return lines.joined(separator: "\n")
    }

    private func json(_ finding: DriftFinding) -> JSONValue {
        [
            "rule": .string(finding.rule.id), "level": .string(finding.severity.rawValue),
            "feature": .string(finding.feature), "path": .string(finding.path),
            "line": finding.line.map { .integer(Int64($0)) } ?? .null, "message": .string(finding.message),
            "fix": .string(finding.fix),
        ]
    }
}
