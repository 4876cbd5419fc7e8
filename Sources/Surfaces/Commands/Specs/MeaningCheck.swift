import CommandLineKit
import JSON
import QualityReports
import Runs
import SpecDocuments
import SpecProofs
import Specs
import Terminal
import WorkflowEngine

/// Asks a model for conflicts of meaning in the documents of a feature, in a run of its own that changes nothing.
struct MeaningCheck: Sendable {
    let context: CommandContext

    /// What became of the question.
    enum Outcome: Sendable, Hashable {
        case findings([MeaningFinding])
        /// The run waits, failed or was interrupted; what there is to know was told.
        case stopped(ExitStatus)
    }

    func findings(of feature: Feature, _ arguments: ParsedArguments) async throws -> Outcome {
        let check = AuthoringCheck(feature: feature)
        try check.check("meaning", again: false)
        let service = try await context.service()
        let text = "\(feature.name): \(feature.title)"
        let run = try await service.start(
            RunService.Request(
                text: text, budget: try RunCommand(context: context).budget(arguments.value("--budget")),
                workflow: "specs-meaning", inputs: ["request": text],
                feature: .init(folder: feature.folder, purpose: .changes)), in: context.directory)
        var following = RunFollowing(context: context, service: service, approvesPlans: false, asObjects: false)
        following.reportsEnd = false
        let status = try await following.follow(run)
        guard status == .done else { return .stopped(status) }
        let found = try await service.report(on: run.id).outputs?["findings"]?.arrayValue ?? []
        return .findings(found.compactMap(Self.finding))
    }

    private static func finding(_ value: JSONValue) -> MeaningFinding? {
        func place(_ document: String, _ line: String, _ quote: String) -> MeaningFinding.Place? {
            guard let name = value[document]?.stringValue, let number = value[line]?.intValue else { return nil }
            return .init(document: name, line: number, quote: value[quote]?.stringValue ?? "")
        }
        guard let here = place("document", "line", "quote"),
            let there = place("against", "against_line", "against_quote")
        else { return nil }
        return MeaningFinding(
            place: here, against: there, message: value["message"]?.stringValue ?? "",
            fix: value["fix"]?.stringValue ?? "")
    }

    // MARK: - Told apart from what rules find

    private static let tool = "vencejo specs analyze --with-model"

    static func finding(
        _ finding: MeaningFinding, of feature: Feature, version: String
    ) -> QualityReports.Finding {
        QualityReports.Finding(
            tool: tool, toolVersion: version, rule: MeaningFinding.id, severity: .warning,
            message: "By a model: \(finding.message) \(finding.fix) Against \(words(finding.against, feature)).",
            file: SpecReports.path(of: finding.place.document, in: feature.folder), line: finding.place.line)
    }

    static func json(_ finding: MeaningFinding, of feature: Feature) -> JSONValue {
        func place(_ place: MeaningFinding.Place) -> JSONValue {
            [
                "path": .string(SpecReports.path(of: place.document, in: feature.folder)),
                "line": .integer(Int64(place.line)), "quote": .string(place.quote),
            ]
        }
        return [
            "rule": .string(MeaningFinding.id), "by": "model", "place": place(finding.place),
            "against": place(finding.against), "message": .string(finding.message), "fix": .string(finding.fix),
        ]
    }

    /// Lines behind those of the rules; empty where no model was asked.
    static func text(
        _ found: [(feature: Feature, finding: MeaningFinding)], asked: Bool, _ style: TextStyle
    ) -> String {
        guard asked else { return "" }
        guard !found.isEmpty else { return "\n" + style.green("✓ a model sees no conflict of meaning") }
        let lines = found.flatMap { feature, finding in
            let path = SpecReports.path(of: finding.place.document, in: feature.folder)
            return [
                "\(style.bold("\(path):\(finding.place.line)".sanitized)): \(style.yellow("warning")) \(MeaningFinding.id) (by a model): \(finding.message.sanitized)",
                "    \(finding.fix.sanitized) Against \(words(finding.against, feature).sanitized).",
            ]
        }
        return "\n\nSeen by a model:\n" + lines.joined(separator: "\n")
    }

    private static func words(_ place: MeaningFinding.Place, _ feature: Feature) -> String {
        "\(SpecReports.path(of: place.document, in: feature.folder)):\(place.line): \"\(place.quote)\""
    }
}
