import Conversation
import Identity
import JSON
import Runs
import Terminal
import Timekeeping
import WorkflowEngine

/// A run's report for a human; pure.
struct ReportText: Sendable {
    private let style: TextStyle
    private let isHeld: Bool

    init(style: TextStyle, isHeld: Bool) {
        self.style = style
        self.isHeld = isHeld
    }

    func text(of report: RunReport) -> String {
        var lines = [heading(report), ""]
        if !report.tasks.isEmpty {
            lines += ["Tasks"] + report.tasks.flatMap { self.lines(for: $0, in: report) }
            lines += finalLines(report) + [""]
        }
        if !report.changes.isEmpty { lines += ["Changes"] + report.changes.map(line(for:)) + [""] }
        lines += waiting(report)
        lines += outputs(of: report)
        lines += money(report) + [""]
        lines += next(report)
        return lines.joined(separator: "\n")
    }

    private func heading(_ report: RunReport) -> String {
        let run = report.run
        return "\(style.bold("Run \(run.id.short)"))  \(status(of: report))\n\(run.request.sanitized)"
    }

    private func status(of report: RunReport) -> String {
        switch report.run.status {
        case .done where report.isProven: style.green("done, proven")
        case .done where report.changes.isEmpty && report.summary?.hasSuffix("; nothing was changed") == true:
            style.green("done, nothing was changed")
        case .done: style.yellow("done, unproven")
        case .failed: style.red("failed") + (report.summary.map { ": \($0.sanitized)" } ?? "")
        case .cancelled: style.yellow("cancelled")
        case .waiting: style.yellow("waiting at a gate")
        case .running: isHeld ? style.cyan("running") : style.yellow("interrupted")
        }
    }

    private func lines(for task: RunReport.TaskReport, in report: RunReport) -> [String] {
        let title = "\(task.id) \(task.title.sanitized)"
        switch task.proof {
        case nil:
            return ["  \(style.dim("☐")) \(title)"]
        case .unproven(let reason):
            return [
                "  \(style.yellow("☐")) \(title)",
                "      \(style.yellow("unproven")): \(reason), commit \(task.commit?.prefix(10) ?? "-")",
            ]
        case .proven(let receipts):
            let attempts = task.attempts > 1 ? ", \(task.attempts) attempts" : ""
            let evidence = report.receipts.filter { receipts.contains($0.id) }.map { receipt in
                style.dim(
                    "      receipt \(receipt.id.short)  \(receipt.command.sanitized)  exit \(receipt.exitCode ?? -1)  tree \(receipt.tree.prefix(10))"
                )
            }
            return [
                "  \(style.green("☑")) \(title)  \(style.dim("commit \(task.commit?.prefix(10) ?? "-")\(attempts)"))"
            ] + evidence
        }
    }

    private func finalLines(_ report: RunReport) -> [String] {
        switch report.finalProof {
        case nil: []
        case .proven:
            [
                "  \(style.green("☑")) the whole check on the final tree \(style.dim(String(report.finalTree?.prefix(10) ?? "")))"
            ]
        case .unproven(let reason): ["  \(style.yellow("☐")) the final tree is unproven: \(reason)"]
        }
    }

    private func line(for change: RunReport.FileChangeCount) -> String {
        guard let added = change.added, let removed = change.removed else {
            return "  \(change.path.sanitized)  binary"
        }
        return "  \(change.path.sanitized)  \(style.green("+\(added)")) \(style.red("-\(removed)"))"
    }

    private func waiting(_ report: RunReport) -> [String] {
        guard let waiting = report.waiting, let first = waiting.first else { return [] }
        func time(_ time: Timestamp) -> String { "\(time.iso8601.prefix(16).replacing("T", with: " ")) UTC" }
        let calls = waiting.count == 1 ? "a call" : "\(waiting.count) calls"
        let what = first.until.map { "until \(time($0))" } ?? "for a batch of \(first.model.sanitized)"
        return ["Waits     \(calls) \(what), since \(time(first.since))", ""]
    }

    /// The most lines of one output.
    private static let longestOutput = 60

    /// What the workflow gives: texts as they are, anything else as JSON.
    private func outputs(of report: RunReport) -> [String] {
        let given = (report.outputs?.objectValue ?? [:]).filter { !$0.value.isNull }
        guard !given.isEmpty else { return [] }
        return ["Outputs"]
            + given.flatMap { name, value in
                let lines = (value.stringValue ?? value.text(.pretty)).split(whereSeparator: \.isNewline)
                var text = lines.isEmpty ? [""] : lines.prefix(Self.longestOutput).map { String($0).sanitized }
                if lines.count > text.count {
                    text.append(style.dim("… \(lines.count - text.count) lines more, with --json"))
                }
                return text.count == 1 ? ["  \(name)  \(text[0])"] : ["  \(name)"] + text.map { "    \($0)" }
            } + [""]
    }

    private func money(_ report: RunReport) -> [String] {
        let usage = report.usage
        var lines = [
            "Cost      \(CostsText.spent(report.spent, unpriced: report.unpricedCalls, as: "\(report.spent)")) of \(report.run.budget), \(report.calls) model calls",
            "Tokens    \(EventText.tokens(usage.totalInput)) in (\(usage.cachedPercent) % from the cache), \(EventText.tokens(usage.output)) out",
        ]
        if report.cachedCalls > 0 {
            lines.insert(
                "          \(report.cachedCalls) of these calls were answered from the response cache, which saved \(report.saved)",
                at: 1)
        }
        if let origin = report.run.origin {
            lines.insert(
                "Forked    from run \(origin.run.short) at the end of \(origin.step); \(origin.spent) was spent there before",
                at: 0)
        }
        if report.compactions > 0 {
            lines.append(
                "          older turns were shortened \(report.compactions) times to fit the model's window")
        }
        if report.coldSessions > 0 {
            lines.append(
                "          \(report.coldSessions) sessions hardly read from the provider's prompt cache, which their prompts allowed"
            )
        }
        if report.interruptedCalls > 0 {
            lines.append(
                "          \(report.interruptedCalls) calls were cut off by a stop and are counted at what was set aside"
            )
        }
        return lines + ["Branch    \(report.run.branch)"]
    }

    private func next(_ report: RunReport) -> [String] {
        let id = report.run.id.short
        switch report.run.status {
        case .done:
            return [
                "Look      vencejo runs diff \(id)", "Merge     vencejo runs merge \(id)",
                "Undo      vencejo runs undo \(id)\(report.tasks.first.map { " [--task \($0.id)]" } ?? "")",
            ]
        case .waiting:
            guard let gate = report.openGate else { return [] }
            return ["Answer    \(GateText.command(for: gate))", "Go on     vencejo runs resume \(id)"]
        case .running:
            return isHeld ? ["Watch     vencejo runs watch \(id)"] : ["Go on     vencejo runs resume \(id)"]
        case .failed, .cancelled:
            return ["Look      vencejo runs diff \(id)"]
        }
    }
}
