import CommandLineKit
import Files
import Identity
import JSON
import Runs
import Terminal
import Timekeeping
import WorkflowEngine

/// Carries out `vencejo gates …`: listing, looking, answering and the audit.
struct GatesCommands: Sendable {
    let context: CommandContext

    func run(_ verb: String, _ arguments: ParsedArguments) async throws -> ExitStatus {
        let service = try await context.service()
        switch verb {
        case "list": return try await list(service, arguments)
        case "audit": return try await audit(service, arguments)
        default: break
        }
        let gate = try await service.findGate(arguments.positional("GATE") ?? "")
        switch verb {
        case "show": return try await show(gate, service)
        case "approve": return try await answer(gate, .value("approve"), service, arguments)
        case "reject": return try await answer(gate, .value("reject"), service, arguments)
        default:
            if let content = try content(for: gate, arguments) {
                return try await answer(gate, content, service, arguments)
            }
            return try await ask(gate, service, arguments)
        }
    }

    // MARK: - Looking

    private func list(_ service: RunService, _ arguments: ParsedArguments) async throws -> ExitStatus {
        let run = try await run(arguments, service)
        let gates = try await service.gates.list(of: run, openOnly: !arguments.flag("--all"))
        let text = GateText(style: context.output.style)
        let now = service.clock.now()
        let ends = try await service.gates.ends(of: gates)
        let none = arguments.flag("--all") ? "No gate has been opened yet." : "No open gates."
        try context.output.result(
            .array(try gates.map { try Self.object(of: $0, end: ends[$0.id]) }),
            text: gates.isEmpty
                ? none : gates.map { text.row(of: $0, at: now, end: ends[$0.id]) }.joined(separator: "\n"))
        return .done
    }

    /// The gate with its state: `open`, `answered`, or `closed` with the sentence that says why.
    private static func object(of gate: Gate, end: RunStatus?) throws -> JSONValue {
        var object = try JSONCoding.encode(gate).objectValue ?? [:]
        object.set(.string(gate.answer != nil ? "answered" : end == nil ? "open" : "closed"), for: "state")
        if let end { object.set(.string(GateText.closing(by: end)), for: "closed") }
        return .object(object)
    }

    private func show(_ gate: Gate, _ service: RunService) async throws -> ExitStatus {
        let gate = try await service.gates.show(gate.id) ?? gate
        let end = try await service.gates.ends(of: [gate])[gate.id]
        try context.output.result(
            try Self.object(of: gate, end: end),
            text: GateText(style: context.output.style).page(of: gate, at: service.clock.now(), end: end))
        return .done
    }

    private func audit(_ service: RunService, _ arguments: ParsedArguments) async throws -> ExitStatus {
        let entries = try await service.gates.audit(of: try await run(arguments, service))
        let text = GateText(style: context.output.style)
        try context.output.result(
            try JSONCoding.encode(entries),
            text: entries.isEmpty ? "No gate has been opened yet." : entries.map(text.line).joined(separator: "\n"))
        return .done
    }

    private func run(_ arguments: ParsedArguments, _ service: RunService) async throws -> RunID? {
        guard let typed = arguments.value("--run") else { return nil }
        return try await service.find(typed).id
    }

    // MARK: - Answering

    /// What the command line says; nil where it says nothing and somebody is to be asked.
    private func content(for gate: Gate, _ arguments: ParsedArguments) throws -> GivenAnswer.Content? {
        let fields = arguments.values("--field")
        let given = [arguments.positional("ANSWER"), arguments.value("--data"), arguments.value("--file")]
        guard given.compactMap(\.self).count + (fields.isEmpty ? 0 : 1) < 2 else {
            throw Failure(.usage, "give the answer once: as a word, with --data, with --file, or with --field")
        }
        if let word = given[0] { return .value(word) }
        if let text = given[1] { return .data(try Self.json(text, "--data")) }
        if let name = given[2] {
            let file = FilePath(name).resolved(from: context.workingDirectory)
            return .data(try Self.json(try FileSystem.readText(file, limit: 1 << 20), name))
        }
        return fields.isEmpty ? nil : .data(try data(fields, for: gate))
    }

    private static func json(_ text: String, _ source: String) throws -> JSONValue {
        do throws(JSONError) {
            return try JSONValue(parsing: text)
        } catch {
            throw Failure(.usage, "what \(source) gives is no JSON: \(error)")
        }
    }

    private func data(_ fields: [String], for gate: Gate) throws -> JSONValue {
        var pairs: [(name: String, value: String)] = []
        for field in fields {
            let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw Failure(.usage, "--field takes NAME=VALUE, not '\(field)'")
            }
            pairs.append((parts[0], parts[1]))
        }
        guard let source = gate.form else {
            throw Failure(.usage, "gate \(gate.id.short) has no form, so --field has nothing to fill in")
        }
        switch GateForm.read(source) {
        case .failure(let fault): throw Failure(.failed, "\(fault)")
        case .success(let form):
            switch form.data(from: pairs) {
            case .data(let data): return data
            case .faults(let faults): throw Failure(.usage, faults.map(\.description).joined(separator: "\n"))
            }
        }
    }

    private func answer(
        _ gate: Gate, _ content: GivenAnswer.Content, _ service: RunService, _ arguments: ParsedArguments,
        through channel: String = "cli"
    ) async throws -> ExitStatus {
        let given = GivenAnswer(
            content, comment: arguments.value("--comment"), name: context.user, channel: channel)
        let result = try await service.gates.answer(gate.id, given)
        if case .invalid(_, let faults) = result, context.output.form == .json {
            // For scripts, each fault with its place; the words for people follow as with any error.
            let message = faults.map(\.description).joined(separator: "\n")
            context.output.event([
                "error": [
                    "code": "usage", "message": .string(message), "faults": try JSONCoding.encode(faults),
                ]
            ])
            context.output.notice("\(context.output.style.red("error:")) \(message.sanitized)")
            return .usage
        }
        let answered = try result.accepted(at: gate.id)
        let value = (answered.answer?.value ?? "").sanitized
        try context.output.result(
            try JSONCoding.encode(answered),
            text:
                "Gate \(gate.id.short) is answered: \(value). Go on with: vencejo runs resume \(gate.run.short)"
        )
        return .done
    }

    private func ask(_ gate: Gate, _ service: RunService, _ arguments: ParsedArguments) async throws -> ExitStatus {
        if gate.answer != nil { _ = try GateService.Result.alreadyAnswered(gate).accepted(at: gate.id) }
        guard context.isInteractive else {
            throw Failure(
                .usage,
                "give an answer: a word, --data JSON, --field NAME=VALUE or --file FILE; see vencejo gates show \(gate.id.short)"
            )
        }
        switch try await GatePrompt(context: context, gates: service.gates).ask(gate) {
        case .given(let content): return try await answer(gate, content, service, arguments, through: "terminal")
        case .answeredElsewhere(let gate):
            _ = try GateService.Result.alreadyAnswered(gate).accepted(at: gate.id)
            return .failed
        case .nobody:
            context.output.notice("Gate \(gate.id.short) stays open.")
            return .waiting
        }
    }
}
