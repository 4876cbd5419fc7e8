import Identity
import Runs
import Terminal

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

    /// The command that answers a gate from anywhere.
    static func command(for gate: Gate) -> String {
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
