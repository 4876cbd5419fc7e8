import Identity
import JSON
import Runs
import Terminal
import Timekeeping
import WorkflowEngine

/// A gate for a human; pure.
struct GateText: Sendable {
    let style: TextStyle

    func text(of gate: Gate) -> String {
        var lines = ["", "\(style.bold(style.yellow("?"))) \(style.bold(gate.question.sanitized))"]
        if !gate.details.isEmpty {
            lines += gate.details.sanitized.split(separator: "\n", omittingEmptySubsequences: false).map { "  \($0)" }
        }
        lines += gate.choices.map { "  \(style.cyan($0.value.sanitized))  \($0.label.sanitized)" }
        return lines.joined(separator: "\n")
    }

    /// Why nobody can answer a gate any more, where its run has ended without an answer.
    static func closing(by end: RunStatus) -> String {
        switch end {
        case .cancelled: "the run was cancelled"
        case .failed: "the run failed"
        case .done: "the run is done"
        case .running, .waiting: "the run has ended"
        }
    }

    /// Two lines of a list.
    ///
    /// - Parameter end: how the gate's run ended, where that closed it.
    func row(of gate: Gate, at now: Timestamp, end: RunStatus? = nil) -> String {
        let answered = gate.answer.map { "answered '\($0.value.sanitized)' by \($0.answeredBy.sanitized)" }
        let state = answered ?? end.map { style.dim("closed: \(Self.closing(by: $0))") }
        let time = state == nil ? gate.expiresAt.map { ", \(Self.expiry($0, now))" } ?? "" : ""
        return """
            \(style.bold(gate.id.short))  \(gate.kind.rawValue)  run \(gate.run.short)  \(state ?? style.yellow("open"))\(time)
              \(gate.question.sanitized)
            """
    }

    /// Everything there is to know of a gate.
    func page(of gate: Gate, at now: Timestamp, end: RunStatus? = nil) -> String {
        var lines = [row(of: gate, at: now, end: end)]
        lines += gate.details.sanitized.split(separator: "\n", omittingEmptySubsequences: false).map { "  \($0)" }
        lines += gate.choices.map { "  \(style.cyan($0.value.sanitized))  \($0.label.sanitized)" }
        if let source = gate.form, case .success(let form) = GateForm.read(source) {
            lines += form.fields.map { "  " + GatePrompt.text(of: $0, style).replacing("\n", with: "\n  ") }
        }
        lines.append("Opened    \(gate.openedAt.iso8601)\(gate.step.map { ", step \($0)" } ?? "")")
        if let end = gate.expiresAt { lines.append("Expires   \(end.iso8601)") }
        if let value = gate.defaultAnswer { lines.append("Default   \(GateForm.text(of: value).sanitized)") }
        if let count = gate.remindersGiven { lines.append("Reminded  \(count) times") }
        if let audience = gate.audience { lines.append("For       \(audience.joined(separator: ", ").sanitized)") }
        guard let answer = gate.answer else {
            guard end == nil else { return lines.joined(separator: "\n") }
            return (lines + ["Answer    \(Self.command(for: gate))"]).joined(separator: "\n")
        }
        let channel = answer.channel.map { " through \($0.sanitized)" } ?? ""
        lines.append("Answered  \(answer.answeredAt.iso8601) by \(answer.answeredBy.sanitized)\(channel)")
        if let comment = answer.comment { lines.append("Comment   \(comment.sanitized)") }
        return lines.joined(separator: "\n")
    }

    /// A line of the audit.
    func line(of entry: GateAuditEntry) -> String {
        let who = entry.who.map { " by \($0.sanitized)\(entry.channel.map { " (\($0.sanitized))" } ?? "")" } ?? ""
        let value = entry.value.map { " \($0.sanitized)" } ?? ""
        let rest = [entry.question, entry.comment].compactMap(\.self).map { "  \($0.sanitized)" }.joined()
        return
            "\(entry.at.iso8601)  \(entry.gate.short)  \(entry.kind.rawValue)  \(entry.what.rawValue)\(value)\(who)\(style.dim(rest))"
    }

    private static func expiry(_ end: Timestamp, _ now: Timestamp) -> String {
        end <= now ? "expired" : "expires in \((end - now).brief)"
    }

    /// The command that answers a gate from anywhere.
    static func command(for gate: Gate) -> String {
        if gate.form != nil { return "vencejo gates answer \(gate.id.short) --field NAME=VALUE …" }
        let values = gate.choices.map(\.value)
        if values.contains("approve") { return "vencejo gates approve \(gate.id.short)" }
        let answer = values.isEmpty ? "\"…\"" : values.joined(separator: "|").sanitized
        return "vencejo gates answer \(gate.id.short) \(answer)"
    }

    /// What was typed as one of the gate's answers: a choice, its beginning, `y` or `n`, an amount, or free text.
    static func meaning(of typed: String, at gate: Gate) -> String? {
        if gate.takesFreeText { return typed }
        let word = typed.lowercased()
        let values = gate.choices.map(\.value)
        if let exact = values.first(where: { $0.lowercased() == word }) { return exact }
        if ["y", "yes"].contains(word), values.contains("approve") { return "approve" }
        if ["n", "no"].contains(word), values.contains("reject") { return "reject" }
        let beginnings = values.filter { $0.lowercased().hasPrefix(word) }
        if beginnings.count == 1 { return beginnings[0] }
        return gate.kind == .question || (gate.kind == .budget && word.first?.isNumber == true) ? typed : nil
    }
}
