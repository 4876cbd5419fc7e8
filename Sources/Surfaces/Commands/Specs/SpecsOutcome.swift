import Identity
import JSON
import Money
import Runs
import SpecDocuments
import Specs
import Terminal
import WorkflowEngine

/// What a command that writes documents has to say at its end, in at most ten lines; pure.
struct SpecsOutcome: Sendable {
    let report: RunReport
    let delivered: DeliveredDocuments

    private var lines: [String] { (report.outputs?["report"]?.arrayValue ?? []).compactMap(\.stringValue) }

    private var label: String {
        let name = delivered.folder.split(separator: "/").last.map(String.init) ?? delivered.folder
        return Feature.number(of: name) == nil ? name : String(name.prefix { $0.isNumber })
    }

    func text(_ style: TextStyle, ceremony: Ceremony?) -> String {
        var text = [
            "\(style.bold(delivered.folder.sanitized))  \(style.dim("run \(report.run.id.short), \(report.spent)\(report.unpricedCalls > 0 ? " and calls without a price" : "")"))"
        ]
        if !delivered.written.isEmpty {
            let shown = delivered.written.prefix(6).map { String($0.dropFirst(delivered.folder.count + 1)) }
            let more = delivered.written.count > 6 ? " and \(delivered.written.count - 6) more" : ""
            text.append("wrote \(shown.joined(separator: ", "))\(more)".sanitized)
        } else if delivered.inTheWay.isEmpty {
            text.append("wrote nothing")
        }
        let room = 8 - text.count + (delivered.inTheWay.isEmpty ? 1 : 0)
        text += lines.prefix(room).map { $0.split(whereSeparator: \.isNewline).joined(separator: " ").sanitized }
        if let sentence = delivered.sentence { text.append(style.yellow(sentence.sanitized)) }
        if let next = next(ceremony) { text.append("next: \(next)") }
        return text.joined(separator: "\n")
    }

    /// The command that usually comes next.
    private func next(_ ceremony: Ceremony?) -> String? {
        let openQuestions = lines.contains { $0.hasPrefix("open questions: ") && !$0.hasSuffix("none") }
        let after =
            switch ceremony {
            case .tiny: "vencejo run --feature \(label)"
            case .small: "vencejo specs tasks \(label)"
            case .full, nil: "vencejo specs plan \(label)"
            }
        switch report.workflow {
        case "specs-new": return openQuestions ? "vencejo specs clarify \(label)" : after
        case "specs-clarify": return openQuestions ? "vencejo specs clarify \(label), or \(after)" : after
        case "specs-plan": return "vencejo specs tasks \(label)"
        case "specs-checklist": return "answer it: each box is yours to tick"
        case "specs-tasks": return "vencejo specs analyze \(label), then vencejo run --feature \(label)"
        case "specs-converge":
            return (report.outputs?["left"]?.intValue ?? 0) > 0 ? "vencejo specs converge \(label) --build" : nil
        default: return nil
        }
    }

    var json: JSONValue {
        [
            "id": .string(report.run.id.string), "status": .string(report.run.status.rawValue),
            "feature": .string(delivered.folder), "written": .array(delivered.written.map { .string($0) }),
            "in_the_way": .array(delivered.inTheWay.map { .string($0) }), "branch": .string(delivered.branch),
            "report": .array(lines.map { .string($0) }), "spent_usd_micros": .integer(report.spent.micros),
            "outputs": report.outputs ?? .null,
        ]
    }
}
