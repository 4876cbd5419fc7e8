import Identity
import JSON
import Runs
import Terminal
import WorkflowEngine

/// Asks somebody at a terminal for a gate's answer, and stops asking when it is answered elsewhere.
struct GatePrompt: Sendable {
    var style: TextStyle
    /// Waits until the gate is answered through another channel, or expires.
    var closed: @Sendable (GateID) async throws -> Gate
    var readLine: @Sendable () async throws -> String?
    /// Writes without an end of line.
    var write: @Sendable (String) -> Void

    enum Outcome: Sendable, Hashable {
        case given(GivenAnswer.Content)
        case answeredElsewhere(Gate)
        /// The input ended: nobody is there.
        case nobody
    }

    init(context: CommandContext, gates: GateService) {
        self.init(
            style: context.output.style, closed: { try await gates.waitForAnswer(to: $0) },
            readLine: { try await LineInput.readLine() }, write: context.writeNotice)
    }

    init(
        style: TextStyle, closed: @escaping @Sendable (GateID) async throws -> Gate,
        readLine: @escaping @Sendable () async throws -> String?, write: @escaping @Sendable (String) -> Void
    ) {
        self.style = style
        self.closed = closed
        self.readLine = readLine
        self.write = write
    }

    /// Cancelling it leaves the gate open.
    func ask(_ gate: Gate) async throws -> Outcome {
        write(GateText(style: style).text(of: gate) + "\n")
        return try await withThrowingTaskGroup(of: Outcome.self) { group in
            group.addTask { .answeredElsewhere(try await closed(gate.id)) }
            group.addTask { try await answer(to: gate).map { .given($0) } ?? .nobody }
            defer { group.cancelAll() }
            let outcome = try await group.next() ?? .nobody
            if case .answeredElsewhere = outcome { write("\n") }
            return outcome
        }
    }

    private func answer(to gate: Gate) async throws -> GivenAnswer.Content? {
        guard let source = gate.form else { return try await word(at: gate).map { .value($0) } }
        let form: GateForm
        switch GateForm.read(source) {
        case .failure(let fault):
            say(fault.message)
            return nil
        case .success(let read): form = read
        }
        if !gate.choices.isEmpty {
            guard let word = try await line("[\(choices(of: gate)), or Enter to fill in the form] > ") else {
                return nil
            }
            if !word.isEmpty, let value = GateText.meaning(of: word, at: gate) { return .value(value) }
        }
        return try await fill(form).map { .data($0) }
    }

    // MARK: - Words

    private func word(at gate: Gate) async throws -> String? {
        let mark = gate.takesFreeText ? "> " : "[\(choices(of: gate))] > "
        while let typed = try await line(mark) {
            if typed.isEmpty { continue }
            if let value = GateText.meaning(of: typed, at: gate) { return value }
            say("Answer with one of: \(gate.choices.map(\.value).joined(separator: ", "))")
        }
        return nil
    }

    private func choices(of gate: Gate) -> String { gate.choices.map(\.value).joined(separator: "/").sanitized }

    // MARK: - Forms

    private func fill(_ form: GateForm) async throws -> JSONValue? {
        var object: JSONObject = [:]
        var asked = form.fields
        while true {
            for field in asked {
                guard let answer = try await value(of: field, form) else { return nil }
                object.set(answer.value, for: field.name)
            }
            let faults = form.faults(of: .object(object))
            if faults.isEmpty { return .object(object) }
            for fault in faults { say(fault.description) }
            let places = faults.compactMap { JSONPointer(parsing: $0.path)?.tokens.first }
            let wrong = form.fields.filter { places.contains($0.name) }
            asked = wrong.isEmpty ? form.fields : wrong
            guard !asked.isEmpty else { return nil }
        }
    }

    private struct Answered { var value: JSONValue? }

    private func value(of field: GateForm.Field, _ form: GateForm) async throws -> Answered? {
        write(Self.text(of: field, style) + "\n")
        while let typed = try await line("  \(field.name.sanitized) > ") {
            switch form.value(of: typed, in: field) {
            case .success(let value): return Answered(value: value)
            case .failure(let fault): say("  \(fault.message)")
            }
        }
        return nil
    }

    /// A field's title, what it is for, what may be typed and what holds if nothing is.
    static func text(of field: GateForm.Field, _ style: TextStyle) -> String {
        var notes: [String] = []
        switch field.kind {
        case .text: break
        case .number: notes.append("a number")
        case .integer: notes.append("a whole number")
        case .boolean: notes.append("yes or no")
        case .choice(let values): notes.append("one of \(values.map(GateForm.text).joined(separator: ", "))")
        case .list: notes.append("several, with commas between them")
        case .json: notes.append("a JSON value")
        }
        if let value = field.defaultValue {
            notes.append("Enter for \(GateForm.text(of: value))")
        } else if !field.isRequired {
            notes.append("Enter to leave it out")
        }
        let note = notes.isEmpty ? "" : " " + style.dim("(\(notes.joined(separator: "; ")))".sanitized)
        let help = field.help.map { "\n  \($0.sanitized)" } ?? ""
        return style.bold(field.title.sanitized) + note + help
    }

    // MARK: - Lines

    private func line(_ mark: String) async throws -> String? {
        write(mark)
        guard let line = try await readLine() else { return nil }
        return String(line.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }

    private func say(_ text: String) { write(text.sanitized + "\n") }
}
