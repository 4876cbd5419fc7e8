import Conversation
import Identity
import Money
import Runs
import Terminal
import Timekeeping
import Workflows

/// Turns a run's events into lines for a human; pure.
///
/// Not every event is worth a line.
struct EventText: Sendable {
    private let style: TextStyle

    init(style: TextStyle) { self.style = style }

    /// The lines for an event, untrusted text made harmless.
    func lines(for event: RunEvent) -> [String] {
        switch event {
        case .runStarted(let request, let mode, let budget, let base, let isDirty, let priority):
            var lines = [
                "\(style.bold("run")) \(clean(request))",
                dim(
                    "  \(mode.rawValue), budget \(budget), from \(base.prefix(10))\(priority == .low ? ", low priority" : "")"
                ),
            ]
            if isDirty {
                lines.append(
                    dim(
                        "  your working tree has changes that are not committed; the run starts from the commit without them"
                    ))
            }
            return lines
        case .runResumed:
            return [dim("resumed; what is recorded is not done again")]
        case .contextAdded(let items):
            return items.map { dim("  context \(clean($0.source)), \($0.byteCount) bytes") }
        case .contextCompacted(_, _, _, _, let before, let after):
            return [dim("  older turns shortened: \(Self.tokens(before)) to \(Self.tokens(after)) tokens of context")]
        case .workspacePrepared(let branch, let worktree):
            return [dim("  branch \(branch)"), dim("  worktree \(worktree)")]
        case .workflowFrozen(let definition, let hash, _):
            return [dim("  workflow \(clean(definition.name)) \(clean(definition.version)), \(hash.prefix(10))")]
        case .stepStarted(let step, let attempt):
            return [style.bold(title(of: step)) + (attempt > 1 ? dim(" attempt \(attempt)") : "")]
        case .stepFinished(let step, .succeeded(_, let summary, _)):
            // A task and the final check have said so in a line of their own.
            return step.task != nil || step == .finalCheck ? [] : ["  \(style.green("✓")) \(clean(summary))"]
        case .stepFinished(let step, .failed(_, let message)):
            return ["  \(style.red("✗")) \(step): \(clean(message))"]
        case .turnFinished(_, let turn, let usage, let cost, let text, let calls, let isUnpriced):
            let said = clean(text.split(whereSeparator: \.isNewline).first.map(String.init) ?? "")
            let used = dim(
                "turn \(turn) · \(Self.tokens(usage.total)) tokens · \(isUnpriced == true ? "cost unknown" : "\(cost)")"
            )
            return ["  \(used)\(calls.isEmpty ? "" : dim(" · " + clean(calls.joined(separator: ", "))))"]
                + (said.isEmpty ? [] : ["  \(said)"])
        case .turnFailed(_, _, _, let message, let retry):
            let again = retry.map { ", again in \(Double($0) / 1000) s" } ?? ""
            return ["  \(style.yellow("!")) \(clean(message))\(again)"]
        case .turnInterrupted(_, let turn, let counted):
            return [
                "  \(style.yellow("!")) turn \(turn) was cut off when the engine stopped: counted as \(counted), asked again"
            ]
        case .actionStarted(_, _, let tool, let summary) where tool == "run_command":
            return ["  \(style.cyan("$")) \(clean(summary))"]
        case .actionFinished(_, _, "finish", .ok, _), .actionFinished(_, _, "run_command", .ok, _):
            return []
        case .actionFinished(_, _, let tool, let outcome, let summary):
            return outcome == .error
                ? ["  \(style.yellow("·")) \(clean(tool)): \(clean(summary))"]
                : [dim("  · \(clean(tool)): \(clean(summary))")]
        case .verificationStarted(_, let attempt, let commands):
            let which = attempt > 1 ? " (attempt \(attempt))" : ""
            return ["  verifying\(which): \(clean(commands.joined(separator: ", ")))"]
        case .receiptRecorded(let receipt, _, _, let command, let outcome):
            let mark = outcome == .passed ? style.green("✓ passed") : style.red("✗ \(outcome.rawValue)")
            return ["  \(mark) \(clean(command)) \(dim("receipt \(receipt.short)"))"]
        case .taskCommitted(let task, let commit, let proof):
            let word = proof.isProven ? style.green("proven") : style.yellow("unproven")
            return ["  \(task) \(word), commit \(commit.prefix(10))"]
        case .finalCheckFinished(let proof, let tree):
            guard case .unproven(let reason) = proof else {
                return ["  \(style.green("✓")) final tree \(tree.prefix(10))"]
            }
            return ["  \(style.yellow("unproven")): \(reason)"]
        case .gateOpened(let gate, let kind, _, let question):
            return ["\(style.yellow("?")) \(clean(question)) \(dim("\(kind.rawValue) gate \(gate.short)"))"]
        case .gateAnswered(_, _, _, let value, let who):
            return ["  answered: \(clean(value)) \(dim("by \(who)"))"]
        case .gateReminded(let gate, _, _, let number):
            return ["\(style.yellow("!")) gate \(gate.short) still waits for an answer \(dim("reminder \(number)"))"]
        case .gateExpired(let gate, _, _, let value, let isDefault):
            let what = isDefault ? "its default answer is taken: \(clean(value))" : "nobody answered in time"
            return ["\(style.yellow("!")) gate \(gate.short) has expired; \(what)"]
        case .runForked(let origin, let step, _, let spent, let inputs):
            let changed = inputs.sorted { $0.key < $1.key }.map { "  \(clean($0.key)) is now: \(clean($0.value))" }
            return ["forked from run \(origin.short) at the end of \(step)", dim("  \(spent) was spent there")]
                + changed
        case .runRewound(_, let step, _, _, _, let who):
            return ["\(style.yellow("↶")) rewound to the end of \(step) by \(clean(who))"]
        case .worktreeRewound(let tree, _):
            return [dim("  files put back to tree \(tree.prefix(10))")]
        case .budgetWarning(let spent, let budget, let account):
            let whose = account.map { $0.scope == .run ? "" : " for \(clean("\($0)"))" } ?? ""
            return ["\(style.yellow("!")) \(spent) of the budget of \(budget)\(whose) is spent"]
        case .budgetAllowed(let account, let limit, let who):
            return ["  \(clean("\(account)")) may spend \(limit) now \(dim("by \(clean(who))"))"]
        case .modelDowngraded(_, _, let from, let to, let refusal):
            return [
                "\(style.yellow("!")) \(clean(to)) is asked instead of \(clean(from)): \(clean("\(refusal)"))"
            ]
        case .modelFellBack(_, _, let from, let to, let reason):
            return ["\(style.yellow("!")) \(clean(to)) stands in for \(clean(from)): \(clean(reason))"]
        case .modelEscalated(_, let step, let from, let to, let why):
            return ["\(style.yellow("↑")) \(clean(to)) goes on with \(step) instead of \(clean(from)): \(clean(why))"]
        case .modelLowered(_, let step, let from, let to, let why):
            return ["\(style.yellow("↓")) \(clean(to)) is asked for \(step) instead of \(clean(from)): \(clean(why))"]
        case .promptCacheCold(_, let turn, let share):
            return [
                "\(style.yellow("!")) until turn \(turn) only \(share) % of what could be read from the prompt cache was"
            ]
        case .turnCached(_, let turn, let answer):
            return [dim("  turn \(turn) was answered from the response cache, which saved \(answer.saved)")]
        case .callWaits(_, let turn, let model, let until):
            let what = until.map { "until \($0.iso8601.prefix(16))Z" } ?? "for a batch"
            return [dim("  turn \(turn) of \(clean(model)) waits \(what)")]
        case .priorityIgnored(_, _, let model):
            return [
                "\(style.yellow("!")) \(clean(model)) takes no batches and no hour is set under batches.hour: its calls go at once, at the usual price"
            ]
        case .budgetRaised(let budget):
            return ["  the budget is \(budget) now"]
        case .runInterrupted(let reason):
            return ["\(style.red("✗")) \(clean(reason))"]
        case .runEnded(let status, let summary):
            let mark = status == .done ? style.green("✓ done") : style.red("✗ \(status.rawValue)")
            return ["\(mark): \(clean(summary))"]
        case .runMerged(let commit, let branch):
            return ["merged into \(branch) as \(commit.prefix(10))"]
        case .taskUndone(let task, let commit):
            return ["undone: \(task ?? "the whole run"), by commit \(commit.prefix(10))"]
        case .cancelRequested(let who):
            return ["cancelled by \(who)"]
        case .rollbackRequested(let who):
            return ["rolled back by \(who)"]
        case .hookFinished(_, _, _, _, _, .passed, _):
            return []
        case .hookFinished(let hook, let moment, _, _, _, let outcome, let detail):
            let mark = outcome == .blocked ? style.yellow("✋ blocked by") : style.yellow("! failed:")
            return ["  \(mark) hook \(clean(hook)) (\(moment)): \(clean(detail))"]
        case .hooksIgnored(let file, let advice):
            return ["\(style.yellow("!")) the hooks in \(file) are not trusted and were not run: \(advice)"]
        case .sessionOpened(_, let step, let agent, _) where step.depth > 0:
            return ["  \(String(repeating: "  ", count: step.depth - 1))↳ \(clean(agent)) \(dim(step.rawValue))"]
        case .featureNamed, .sessionOpened, .turnStarted, .actionStarted, .snapshotTaken, .tasksPlanned, .attemptFailed,
            .outputsGiven:
            return []
        }
    }

    /// What is going on after an event, for the line that stands while nothing new is said.
    func activity(after event: RunEvent) -> String? {
        switch event {
        case .turnStarted(_, let turn, let reserved): "asking the model, turn \(turn) (at most \(reserved))"
        case .callWaits(_, let turn, let model, let until):
            "waiting \(until.map { "until \($0.iso8601.prefix(16))Z" } ?? "for a batch") of \(clean(model)), turn \(turn)"
        case .actionStarted(_, _, let tool, let summary): "\(clean(tool)): \(clean(summary))"
        case .verificationStarted(_, _, let commands): "verifying: \(clean(commands.joined(separator: ", ")))"
        case .stepStarted(let step, _): title(of: step)
        case .gateOpened, .runEnded, .runInterrupted: nil
        default: "working"
        }
    }

    private func title(of step: StepKey) -> String {
        switch step {
        case .specify: "Specification"
        case .plan: "Plan"
        case .tasks: "Tasks"
        case .finalCheck: "Final check"
        default: step.task ?? step.rawValue
        }
    }

    private func dim(_ text: String) -> String { style.dim(text) }
    private func clean(_ text: String) -> String {
        text.sanitized.split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    /// `950`, `12.3k`, `4.1M`.
    static func tokens(_ count: Int) -> String {
        switch count {
        case ..<1000: "\(count)"
        case ..<1_000_000: "\(count / 1000).\(count % 1000 / 100)k"
        default: "\(count / 1_000_000).\(count % 1_000_000 / 100_000)M"
        }
    }
}
