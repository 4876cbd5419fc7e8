import CommandLineKit
import Identity
import JSON
import Runs
import Terminal
import WorkflowEngine

/// Carries out `vencejo gates …`: listing and answering.
struct GatesCommands: Sendable {
    let context: CommandContext

    func run(_ verb: String, _ arguments: ParsedArguments) async throws -> ExitStatus {
        let service = try await context.service()
        if verb == "list" { return try await list(service, all: arguments.flag("--all")) }
        let gate = try await service.findGate(arguments.positional("GATE") ?? "")
        let value =
            switch verb {
            case "approve": "approve"
            case "reject": "reject"
            default: arguments.positional("ANSWER") ?? ""
            }
        let answered = try await service.answer(gate, value: value, comment: arguments.value("--comment"), by: "cli")
        try context.output.result(
            try JSONCoding.encode(answered),
            text:
                "Gate \(gate.id.short) is answered: \(value.sanitized). Go on with: vencejo runs resume \(gate.run.short)"
        )
        return .done
    }

    private func list(_ service: RunService, all: Bool) async throws -> ExitStatus {
        let gates = try await service.journal.gates(of: nil, openOnly: !all)
        try context.output.result(
            try JSONCoding.encode(gates),
            text: gates.isEmpty ? "No open gates." : gates.map(text).joined(separator: "\n"))
        return .done
    }

    private func text(of gate: Gate) -> String {
        let style = context.output.style
        let answer = gate.answer.map { "answered '\($0.value.sanitized)' by \($0.answeredBy)" } ?? style.yellow("open")
        return """
            \(style.bold(gate.id.short))  \(gate.kind.rawValue)  run \(gate.run.short)  \(answer)
              \(gate.question.sanitized)
            """
    }
}
