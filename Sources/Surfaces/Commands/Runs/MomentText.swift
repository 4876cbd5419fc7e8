import Conversation
import Identity
import Money
import Runs
import Terminal
import Timekeeping
import Workbench

/// A run as it was at one moment, for a human; pure.
struct MomentText: Sendable {
    let style: TextStyle

    func text(of moment: RunMoment, of run: Run, _ files: WorkspaceMoment?) -> String {
        let place = moment.step.map { "at the end of \($0)" } ?? "at event \(moment.event)"
        var lines = [
            "\(style.bold("Run \(run.id.short)")) \(place)\(moment.at.map { ", \($0.iso8601)" } ?? "")  \(moment.status.rawValue)",
            run.request.sanitized, "",
        ]
        if !moment.ended.isEmpty || !moment.begun.isEmpty { lines += ["Steps"] + steps(moment) + [""] }
        if !moment.tasks.isEmpty { lines += ["Tasks"] + moment.tasks.map(line(of:)) + [""] }
        if !moment.gates.isEmpty { lines += ["Gates"] + moment.gates.map(line(of:)) + [""] }
        if !moment.sessions.isEmpty {
            lines += ["Conversation"] + moment.sessions.flatMap { self.lines(for: $0) } + [""]
        }
        let unpriced = moment.sessions.reduce(0) { $0 + $1.turns.count(where: \.isUnpriced) }
        lines.append(
            "Cost      \(CostsText.spent(moment.spent, unpriced: unpriced, as: "\(moment.spent)")) of \(moment.budget)")
        if moment.inherited > .zero {
            lines.append("          \(moment.inherited) was spent by the run it was forked from")
        }
        if let files {
            lines += ["Commit    \(files.commit)", "Tree      \(files.tree)"]
        }
        if let step = moment.step {
            lines += [
                "Look      vencejo runs diff \(run.id.short) --at \(step)",
                "Go on     vencejo runs fork \(run.id.short) --at \(step)",
            ]
            if !run.status.isEnded { lines.append("Go back   vencejo runs rewind \(run.id.short) --at \(step)") }
        }
        return lines.joined(separator: "\n")
    }

    private func steps(_ moment: RunMoment) -> [String] {
        let ended = moment.ended.map { end in
            let commit = end.commit.map { style.dim("  commit \($0.prefix(10))") } ?? ""
            let mark = end.hasFailed ? style.red("✗") : style.green("✓")
            return "  \(mark) \(end.step)  \(Self.line(end.summary))\(commit)"
        }
        return ended + moment.begun.map { "  \(style.cyan("…")) \($0)" }
    }

    private func line(of task: RunMoment.TaskState) -> String {
        let mark =
            switch task.proof {
            case .proven: style.green("☑")
            case .unproven: style.yellow("☐")
            case nil: style.dim("☐")
            }
        return "  \(mark) \(task.plan.id) \(Self.line(task.plan.title))"
    }

    private func line(of gate: RunMoment.GateState) -> String {
        let answer = gate.value.map { "answered '\(Self.line($0))' by \((gate.by ?? "").sanitized)" }
        return
            "  \(gate.id.short)  \(gate.kind.rawValue)  \(answer ?? style.yellow("open"))  \(Self.line(gate.question))"
    }

    private func lines(for session: RunMoment.SessionState) -> [String] {
        ["  \(style.bold(session.step.rawValue))  \(session.agent.sanitized), \(session.model.sanitized)"]
            + session.turns.map { turn in
                let calls = turn.calls.isEmpty ? "" : style.dim(" · \(turn.calls.joined(separator: ", ").sanitized)")
                let said = Self.line(turn.text)
                return
                    "    \(turn.number)  \(turn.isUnpriced ? "unknown" : "\(turn.cost)")\(calls)\(said.isEmpty ? "" : "  \(said)")"
            }
    }

    /// The first line of a text, short enough for a screen.
    private static func line(_ text: String) -> String {
        let first = text.sanitized.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        return first.count > 120 ? "\(first.prefix(119))…" : first
    }
}
