import Conversation
import Crypto
import Files
package import Identity
import JSON
package import Policy
package import Runs
package import Timekeeping
package import Tools

/// Performs tool calls: checks them, writes down what is about to happen, does it, and writes down what came of it.
package struct ActionRunner: Sendable {
    package var session: Session
    package var tools: ToolCatalogue
    package var context: ToolContext
    package var permissions: Permissions
    /// Where this agent may write, within what the project allows.
    package var writes: PathRules
    package var workplace: any Workplace
    package var journal: any Journal
    package var clock: WallClock
    package var ids: IdentifierSource

    package init(
        session: Session, tools: ToolCatalogue, context: ToolContext, permissions: Permissions,
        writes: PathRules, workplace: any Workplace, journal: any Journal, clock: WallClock, ids: IdentifierSource
    ) {
        self.session = session
        self.tools = tools
        self.context = context
        self.permissions = permissions
        self.writes = writes
        self.workplace = workplace
        self.journal = journal
        self.clock = clock
        self.ids = ids
    }

    package enum Outcome: Sendable, Hashable {
        case done(Action)
        /// A gate was opened and recorded with the action that waits for it.
        case waiting(Gate)
    }

    /// Performs one tool call of a turn, or goes on with it where a crash or a gate came between.
    package func perform(_ pending: Transcript.PendingCall, turn: Int) async throws -> Outcome {
        let place = Place(call: pending.call, turn: turn, index: pending.index)
        guard let begun = pending.begun else { return try await begin(place) }
        return try await resume(begun, at: place)
    }

    /// Saves the workspace's files after a turn that may have changed them.
    package func takeSnapshot() async throws {
        guard let snapshot = try await workplace.snapshot() else { return }
        try await record([.event(.snapshotTaken(reference: snapshot.reference, tree: snapshot.tree))])
    }

    /// A tool call and where it stands in the session.
    struct Place {
        var call: ToolCall
        var turn: Int
        var index: Int
    }

    // MARK: - Deciding

    private func begin(_ place: Place) async throws -> Outcome {
        guard session.tools.contains(where: { $0.name == place.call.name }) else {
            let offered = session.tools.map(\.name).joined(separator: ", ")
            return try await answer(
                .error("there is no tool named '\(place.call.name)'; the tools are \(offered)"), place)
        }
        let arguments: JSONValue
        switch tools.arguments(of: place.call) {
        case .failure(let fault): return try await answer(.error(fault.text), place)
        case .success(let value): arguments = value
        }
        guard let tool = tools.tool(named: place.call.name) else {
            return try await answer(.error("the tool '\(place.call.name)' is not available"), place)
        }
        let decision = try await tool.decide(arguments, in: context)
        switch permission(for: place.call.name, decision) {
        case .allow: return try await act(on: decision, place)
        case .deny(let reason): return try await answer(.error("refused by policy: \(reason)"), place)
        case .ask(let reason): return try await askPermission(reason, for: decision, place)
        }
    }

    private func permission(for tool: String, _ decision: ToolDecision) -> CommandPermissionDecision {
        switch decision {
        case .answer, .ask, .finish:
            return .allow
        case .change(let change):
            return permission(for: tool, toWrite: places(of: change))
        case .changes(let changes, _):
            return permission(for: tool, toWrite: changes.flatMap(places))
        case .execute(let request):
            return permissions.decide(tool: tool, on: .command(request.commandLine))
        case .verify(let request):
            return permissions.decide(tool: tool, on: .command(request.commandLine))
        }
    }

    private func permission(for tool: String, toWrite paths: [String]) -> CommandPermissionDecision {
        paths.reduce(.allow) { decision, path in
            if case .deny(let reason) = writes.decide(path, for: .write) {
                return .deny("the \(session.agent) may not write \(path): \(reason)")
            }
            var decision = decision.stricter(permissions.decide(tool: tool, on: .write(path)))
            // A patch is no way around what is denied to the tools that it stands in for.
            for other in ["edit_file", "write_file"] where tool == "apply_patch" {
                let given = permissions.decide(tool: other, on: .write(path))
                if case .deny = given { decision = decision.stricter(given) }
            }
            return decision
        }
    }

    /// The path that the model wrote and, where links lead elsewhere in the workspace, the one that would be written.
    private func places(of change: FileChange) -> [String] {
        // A path that leads out, or nowhere, is refused when it is written.
        guard let real = try? FileSystem.realPathInside(workplace.root, FilePath(change.path)),
            let root = try? FileSystem.realPath(workplace.root), let path = real.relative(to: root), path != change.path
        else { return [change.path] }
        return [change.path, path]
    }

    private func act(on decision: ToolDecision, _ place: Place) async throws -> Outcome {
        switch decision {
        case .answer(let output):
            return try await answer(output, place)
        case .finish:
            return try await answer(.ok("The attempt has ended; the engine verifies it now."), place)
        case .change(let change):
            return try await apply(change, place)
        case .changes(let changes, let report):
            return try await apply(changes, report: report, place)
        case .execute(let request):
            return try await execute(request.commandLine, place) { try await workplace.run(request) }
        case .verify(let request):
            return try await execute(request.commandLine, place) { try await workplace.verify(request) }
        case .ask(let question):
            let choices = question.choices.map { Gate.Choice($0, $0) }
            return try await open(.question, question.text, details: "", choices: choices, place)
        }
    }

    // MARK: - Acting

    private func answer(_ output: ToolOutput, _ place: Place) async throws -> Outcome {
        try await finish(action(.none, place), place, with: output)
    }

    private func apply(_ change: FileChange, _ place: Place) async throws -> Outcome {
        guard let after = change.after, change.isExecutable == nil else {
            return try await apply([change], report: change.report, place)
        }
        if change.before != nil { try await saveEarlierCalls(of: place) }
        let intent = ActionIntent.change(
            path: change.path, before: change.before.map(Self.hash), after: Self.hash(after), report: change.report)
        let action = try await start(intent, summary: change.path, place)
        do throws(FileError) {
            let path = try FileSystem.realPathInside(workplace.root, FilePath(change.path))
            try FileSystem.createDirectory(path.parent)
            try FileSystem.write(after, to: path, durability: .durable)
        } catch {
            return try await finish(action, place, with: .error("\(change.path) was not written: \(error.message)"))
        }
        return try await finish(action, place, with: .ok(change.report))
    }

    private func apply(_ changes: [FileChange], report: String, _ place: Place) async throws -> Outcome {
        let set: ChangeSet
        do throws(ChangeSet.Failure) {
            set = try ChangeSet(root: workplace.root, changes)
        } catch {
            return try await answer(.error("Nothing was changed. \(error.message)"), place)
        }
        if changes.contains(where: { $0.before != nil }) { try await saveEarlierCalls(of: place) }
        let paths = changes.map(\.path).joined(separator: ", ")
        let action = try await start(.changes(set.changes, report: report), summary: paths, place)
        return try await perform(set, report, of: action, place)
    }

    private func perform(
        _ set: ChangeSet, _ report: String, of action: Action, _ place: Place
    ) async throws -> Outcome {
        do throws(ChangeSet.Failure) {
            try set.perform()
        } catch {
            return try await finish(action, place, with: .error(error.message))
        }
        return try await finish(action, place, with: .ok(report))
    }

    /// What an earlier call of the same turn wrote may go with this one; after each turn everything is saved anyway.
    private func saveEarlierCalls(of place: Place) async throws {
        if place.index > 0 { try await takeSnapshot() }
    }

    private func execute(
        _ commandLine: String, _ place: Place, _ effect: () async throws -> ToolOutput
    ) async throws -> Outcome {
        try await saveEarlierCalls(of: place)
        let intent: ActionIntent =
            if workplace.confinesCommands {
                .confined(command: commandLine, tree: try await workplace.tree())
            } else {
                .unconfined(command: commandLine)
            }
        let action = try await start(intent, summary: commandLine, place)
        return try await finish(action, place, with: try await effect())
    }

    // MARK: - Going on after a crash or a gate

    private func resume(_ begun: Action, at place: Place) async throws -> Outcome {
        switch begun.intent {
        case .none:
            return try await begin(place)
        case .change(let path, let before, let after, let report):
            let now = try? FileSystem.readBytes(workplace.root.appending(path), limit: nil)  // nil: no such file
            let hash = now.map(Self.hash)
            if hash == after { return try await finish(begun, place, with: .ok(report)) }
            if hash == before { return try await proceed(place) }
            let text = "\(path) was changed by someone else while the engine was away: read it again"
            return try await finish(begun, place, with: .error(text))
        case .changes(let changes, let report):
            return try await perform(ChangeSet(root: workplace.root, changes: changes), report, of: begun, place)
        case .confined(_, let tree):
            try await workplace.restore(tree)
            return try await proceed(place)
        case .unconfined(let command):
            return try await askAboutUnknownEffect(of: command, begun, place)
        case .ask(let gate):
            return try await resume(begun, after: gate, place)
        }
    }

    private func resume(_ begun: Action, after id: GateID, _ place: Place) async throws -> Outcome {
        guard let gate = try await journal.gate(id) else {
            return try await finish(begun, place, with: .error("the question to the user was lost: ask it again"))
        }
        guard let given = gate.answer else { return .waiting(gate) }
        let remark = given.comment.map { ": \($0)" } ?? ""
        switch (gate.kind, given.value) {
        case (.question, _):
            return try await finish(begun, place, with: .ok("The user answers: \(given.value)\(remark)"))
        case (.permission, "approve"):
            return try await proceed(place)
        case (.unknownEffect, "repeat"):
            return try await proceed(place)
        case (.unknownEffect, _):
            let text =
                "the engine was stopped during this command; whether it took effect is unknown. The user says: go on\(remark)"
            return try await finish(begun, place, with: .error(text))
        default:
            return try await finish(begun, place, with: .error("refused by the user\(remark)"))
        }
    }

    /// Does what has been allowed already, by the policy or by a human, without asking again.
    private func proceed(_ place: Place) async throws -> Outcome {
        guard case .success(let arguments) = tools.arguments(of: place.call),
            let tool = tools.tool(named: place.call.name)
        else { return try await begin(place) }
        return try await act(on: try await tool.decide(arguments, in: context), place)
    }

    // MARK: - Gates

    private func askPermission(_ reason: String, for decision: ToolDecision, _ place: Place) async throws -> Outcome {
        let what =
            switch decision {
            case .execute(let request): request.commandLine
            case .verify(let request): request.commandLine
            case .change(let change): "write \(change.path)"
            case .changes(let changes, _):
                changes.map { ($0.after == nil ? "delete " : "write ") + $0.path }.joined(separator: ", ")
            default: place.call.name
            }
        return try await open(
            .permission, "May the \(session.agent) do this: \(what)", details: reason,
            choices: [.init("approve", "allow it this once"), .init("reject", "refuse it; the agent is told")], place)
    }

    private func askAboutUnknownEffect(of command: String, _ begun: Action, _ place: Place) async throws -> Outcome {
        try await open(
            .unknownEffect, "The engine was stopped while this command ran; may it be run again: \(command)",
            details: "The command was not confined to the workspace, so its effect is not known.",
            choices: [.init("repeat", "run it again"), .init("skip", "do not run it again; tell the agent")], place)
    }

    private func open(
        _ kind: Gate.Kind, _ question: String, details: String, choices: [Gate.Choice], _ place: Place
    ) async throws -> Outcome {
        let gate = Gate(
            id: ids.next(), run: session.run, step: session.step, kind: kind, question: question, details: details,
            choices: choices, openedAt: clock.now())
        let opened = RunEvent.gateOpened(gate: gate.id, kind: kind, step: session.step, question: question)
        try await record([.action(action(.ask(gate: gate.id), place)), .gate(gate), .event(opened)])
        return .waiting(gate)
    }

    // MARK: - Recording

    private func action(_ intent: ActionIntent, _ place: Place) -> Action {
        Action(
            id: ids.next(), session: session.id, turn: place.turn, index: place.index, tool: place.call.name,
            callID: place.call.id, intent: intent)
    }

    private func start(_ intent: ActionIntent, summary: String, _ place: Place) async throws -> Action {
        let action = action(intent, place)
        let event = RunEvent.actionStarted(
            session: session.id, turn: place.turn, tool: place.call.name, summary: Self.brief(summary))
        try await record([.action(action), .event(event)])
        return action
    }

    private func finish(_ action: Action, _ place: Place, with output: ToolOutput) async throws -> Outcome {
        var action = action
        action.result = ToolResult(callID: action.callID, text: output.text, outcome: output.outcome)
        let event = RunEvent.actionFinished(
            session: session.id, turn: action.turn, tool: action.tool, outcome: output.outcome,
            summary: Self.brief(output.outcome == .ok ? Self.subject(of: place.call) ?? output.text : output.text))
        // Owned by this line, which awaits it: what was done is recorded even when the run is stopped.
        let finished = action
        try await Task { try await record([.action(finished), .event(event)]) }.value
        return .done(action)
    }

    private func record(_ changes: [JournalChange]) async throws {
        try await journal.record(changes, for: session.run, at: clock.now())
    }

    /// What a call is about, as a screen names it: a path, a pattern, a command.
    private static func subject(of call: ToolCall) -> String? {
        guard case .json(let arguments) = call.arguments else { return nil }
        return ["path", "pattern", "command", "question", "summary"].lazy.compactMap { arguments[$0]?.stringValue }
            .first
    }

    private static func hash(_ bytes: [UInt8]) -> String { SHA256.hash(bytes).hex }

    /// The first line, short enough for a screen.
    private static func brief(_ text: String) -> String {
        String(text.prefix { $0 != "\n" }.prefix(160))
    }
}
