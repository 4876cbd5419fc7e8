import CommandLineKit
import JSON
import QualityReports
import SpecDocuments
import SpecProofs
import Specs
import Terminal

/// `vencejo specs analyze`: what rules alone find in the documents of features.
struct SpecsAnalyzeCommand: Sendable {
    let context: CommandContext

    func run(_ arguments: ParsedArguments) async throws -> ExitStatus {
        let project = try await ProjectFeatures.read(in: try await context.projectRoot())
        let features = try project.find(all: arguments.positionals("FEATURE"))
        var found = features.map { (feature: $0, findings: FeatureFindings.all(of: $0, in: project)) }
        // The constitution is one for all features, and told of once.
        var seen: Set<SpecDocuments.Finding> = []
        for index in found.indices {
            found[index].findings.removeAll { $0.document == "constitution.md" && !seen.insert($0).inserted }
        }
        var meaning: [(feature: Feature, finding: MeaningFinding)] = []
        if arguments.flag("--with-model") {
            guard !arguments.positionals("FEATURE").isEmpty else {
                throw Failure(.usage, "name the features that a model is to be asked about: each is a call of its own")
            }
            for feature in features {
                switch try await MeaningCheck(context: context).findings(of: feature, arguments) {
                case .stopped(let status): return status
                case .findings(let conflicts): meaning += conflicts.map { (feature, $0) }
                }
            }
        }
        let report = FindingsReport(
            findings: found.flatMap {
                SpecReports.report($0.findings, in: $0.feature.folder, version: context.version).findings
            } + meaning.map { MeaningCheck.finding($0.finding, of: $0.feature, version: context.version) })
        try context.writeSarif(report, arguments)
        let all = found.flatMap(\.findings)
        let errors = all.count { $0.severity == .error }
        context.output.result(
            [
                "features": .array(features.map { .string($0.name) }), "errors": .integer(Int64(errors)),
                "warnings": .integer(Int64(all.count - errors)),
                "meaning": .array(meaning.map { MeaningCheck.json($0.finding, of: $0.feature) }),
                "sarif": SARIFWriter.json(report),
            ],
            text: text(of: found, errors: errors)
                + MeaningCheck.text(meaning, asked: arguments.flag("--with-model"), context.output.style))
        return errors == 0 ? .done : .failed
    }

    private func text(of found: [(feature: Feature, findings: [SpecDocuments.Finding])], errors: Int) -> String {
        let style = context.output.style
        guard !found.isEmpty else { return "There are no features here: specs/ has no folder such as 001-name." }
        var lines: [String] = []
        for (feature, findings) in found {
            for finding in findings {
                let place = SpecReports.path(of: finding.document, in: feature.folder)
                let line = finding.line.map { ":\($0)" } ?? ""
                let mark = finding.severity == .error ? style.red("error") : style.yellow("warning")
                lines.append(
                    "\(style.bold("\(place)\(line)".sanitized)): \(mark) \(finding.rule.id): \(finding.message.sanitized)"
                )
                if !finding.fix.isEmpty { lines.append("    \(finding.fix.sanitized)") }
            }
        }
        let warnings = found.flatMap(\.findings).count - errors
        let features = found.count == 1 ? "1 feature" : "\(found.count) features"
        guard errors + warnings > 0 else { return style.green("✓ nothing found in \(features)") }
        lines += [
            "",
            "\(errors) error\(errors == 1 ? "" : "s"), \(warnings) warning\(warnings == 1 ? "" : "s") in \(features)",
        ]
        return lines.joined(separator: "\n")
    }
}
