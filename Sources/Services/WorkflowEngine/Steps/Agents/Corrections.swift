import Identity
import Runs

/// What the user has said at gates, in words; pure.
struct Corrections: Sendable, Hashable {
    /// The answered gates that hold words of the user, oldest first.
    let gates: [Gate]

    init(_ gates: [Gate]) {
        self.gates = gates.filter { $0.answer != nil && !Self.words(at: $0).isEmpty }
    }

    /// Those whose words a session has not heard: neither told nor answered to its own agent.
    func unheard(in inputs: [SessionInput], of step: StepKey) -> Corrections {
        let told = Set(inputs.flatMap(\.gates))
        return Corrections(
            gates.filter { gate in
                guard !told.contains(gate.id) else { return false }
                guard gate.step == step else { return true }
                switch gate.kind {
                case .question, .unknownEffect: return false
                // A refusal reaches the agent as the result of its call, an approval does not.
                case .permission: return gate.answer?.value == "approve"
                default: return true
                }
            })
    }

    /// The words as they were given, for the opening of a session or as a word in it; nil where there are none.
    var text: String? {
        guard !gates.isEmpty else { return nil }
        let lines = gates.map { gate in
            "- Asked: \(gate.question)\n  The user: \(Self.words(at: gate).joined(separator: " — "))"
        }
        return "<user_corrections>\n\(lines.joined(separator: "\n"))\n</user_corrections>"
    }

    private static func words(at gate: Gate) -> [String] {
        guard let answer = gate.answer, !answer.isExpired else { return [] }
        var words: [String] = []
        // What is said at a gate of a workflow is meant for the steps that follow it.
        if gate.kind == .step, !gate.choices.contains(where: { $0.value == answer.value }) {
            words.append(answer.value)
        }
        let isPlainChoice = gate.kind != .question || gate.choices.contains { $0.value == answer.value }
        if gate.kind == .question || (!isPlainChoice && gate.kind != .budget) { words.append(answer.value) }
        if let comment = answer.comment, comment.contains(where: { !$0.isWhitespace }) {
            if words.isEmpty, gate.takesFreeText == false { words.append(answer.value) }
            words.append(comment)
        }
        return words
    }
}
