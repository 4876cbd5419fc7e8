import AgentRuntime
import Conversation
import Files
import Identity
import JSON
import Policy
import Runs
import Tools
import Workbench
import Workflows

/// Runs a command line of a workflow in the sandbox, once for each attempt.
///
/// A confined command that was interrupted is run again from the tree before it. One whose effects reach further is run
/// again only where the step says that it may be; otherwise a gate asks.
struct ShellWork: Sendable {
    var context: StepContext
    var call: StepCall
    var step: ShellStep

    private static let tool = "run_command"

    func perform() async throws -> StepResult {
        let line = try step.command.text(in: call.scope)
        let actions = StepActions(context: context, call: call)
        let session = try await actions.session(offering: [])
        let permission = StepPermission(
            actions: actions, tool: Self.tool, subject: line, deed: line, phrase: "`\(line.firstLine)`",
            participle: "run")
        guard let begun = try await actions.begun(in: session) else {
            return try await permission.ask(session) { try await run(line, session) }
        }
        if let result = begun.result { return outcome(of: try JSONValue(parsing: result.text)) }
        switch begun.intent {
        case .confined(_, let tree):
            try await context.workplace.restore(tree)
            return try await run(line, session)
        case .unconfined where step.isRepeatable:
            return try await run(line, session)
        case .unconfined:
            return try await permission.askAgain(
                "The engine was stopped while this command ran; may it be run again: \(line)",
                details: "The command was not confined to the workspace, so its effect is not known.",
                repeating: "run it again", skipping: "do not run it again; the step has failed", session)
        case .ask(let gate):
            return try await permission.goOn(after: gate, session) { try await run(line, session) }
        default:
            return try await run(line, session)
        }
    }

    // MARK: - Running

    private func run(_ line: String, _ session: Session) async throws -> StepResult {
        let intent: ActionIntent =
            context.workplace.confinesCommands
            ? .confined(command: line, tree: try await context.workplace.tree()) : .unconfined(command: line)
        var action = StepActions(context: context, call: call).action(intent, tool: Self.tool, in: session)
        let summary = String(line.firstLine.prefix(160))
        try await context.record([
            .action(action),
            .event(.actionStarted(session: session.id, turn: call.attempt, tool: Self.tool, summary: summary)),
        ])
        let ran = try await context.workplace.runApart(line)
        let changed = try await context.workspace.tree() != context.workspace.headTree()
        let told = Self.outputs(of: ran, changed: changed)
        action.result = ToolResult(
            callID: action.callID, text: told.text(), outcome: ran.succeeded ? .ok : .error)
        let finished = action
        // Owned by this line, which awaits it: what was done is recorded even when the run is stopped.
        try await Task {
            try await context.record([
                .action(finished),
                .event(
                    .actionFinished(
                        session: session.id, turn: call.attempt, tool: Self.tool,
                        outcome: ran.succeeded ? .ok : .error, summary: ran.succeeded ? summary : ran.text.firstLine)),
            ])
        }.value
        if let snapshot = try await context.workplace.snapshot() {
            try await context.record([
                .event(.snapshotTaken(reference: snapshot.reference, tree: snapshot.tree))
            ])
        }
        return outcome(of: told)
    }

    private static func outputs(of outcome: ShellOutcome, changed: Bool) -> JSONValue {
        var outputs: JSONObject = [
            "changed": .bool(changed),
            "stdout": .string(outcome.streams?.output ?? outcome.text),
            "stderr": .string(outcome.streams?.errors ?? ""),
        ]
        switch outcome.ended {
        case .exited(let code): outputs["exit_code"] = .integer(Int64(code))
        case .signaled(let signal): outputs["exit_code"] = .integer(128 + Int64(signal))
        case .timedOut:
            outputs["exit_code"] = .null
            outputs["timed_out"] = true
        }
        return .object(outputs)
    }

    private func outcome(of outputs: JSONValue) -> StepResult {
        let line = (try? step.command.text(in: call.scope).firstLine) ?? ""  // it had a value when the command was run
        guard outputs["timed_out"] != true else {
            return .failed(.timeout, "step \(call.key): `\(line)` was stopped at the sandbox's limit of time")
        }
        let code = outputs["exit_code"]?.intValue ?? -1
        guard code == 0 || step.allowedExitCodes.contains(code) else {
            let last = [outputs["stderr"], outputs["stdout"]].compactMap { $0?.stringValue?.lastLine }.first {
                !$0.isEmpty
            }
            return .failed(
                .failed, "step \(call.key): `\(line)` ended with exit status \(code)\(last.map { ": \($0)" } ?? "")")
        }
        guard step.givesJSON else { return .succeeded(StepSuccess(outputs, summary: "`\(line)` ended with \(code)")) }
        do {
            var object = outputs.objectValue ?? [:]
            object["data"] = try JSONValue(parsing: outputs["stdout"]?.stringValue ?? "")
            return .succeeded(StepSuccess(.object(object), summary: "`\(line)` gave JSON"))
        } catch {
            return .failed(.invalid, "step \(call.key): the standard output of `\(line)` is no JSON: \(error)")
        }
    }
}

extension String {
    /// The last line that is not empty.
    fileprivate var lastLine: String {
        split(whereSeparator: \.isNewline).last { $0.contains { !$0.isWhitespace } }.map(String.init) ?? ""
    }
}
