package import Conversation
import Crypto
import Files
import Hooks
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
    /// Keeps the bytes of an image that a tool shows, before its result is recorded.
    package var keepImage: @Sendable ([UInt8], ImagePart) throws -> Void

    /// How many images the tools of one session show; each stays in the conversation and is sent with every turn.
    static let mostImages = 10
    /// The user's and the project's own commands around tools; nil where there are none.
    package var hooks: SessionHooks?
    /// What other agents this one may start; nil where it may start none.
    package var subAgents: SubAgents?

    package init(
        session: Session, tools: ToolCatalogue, context: ToolContext, permissions: Permissions,
        writes: PathRules, workplace: any Workplace, journal: any Journal, clock: WallClock, ids: IdentifierSource,
        keepImage: @escaping @Sendable ([UInt8], ImagePart) throws -> Void = { throw ContextError.noImages($1) }
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
        self.keepImage = keepImage
    }

    package enum Outcome: Sendable, Hashable {
        case done(Action)
        /// A gate was opened and recorded with the action that waits for it.
        case waiting(Gate)
        /// An agent that this one started cannot go on; the call has no result yet and is gone on with later.
        case stopped(AgentSession.Outcome)
    }

    /// Performs one tool call of a turn, or goes on with it where a crash or a gate came between.
    ///
    /// - Parameter room: What is left for an agent that the call may start.
    package func perform(
        _ pending: Transcript.PendingCall, turn: Int, room: SubAgents.Room? = nil
    ) async throws -> Outcome {
        let place = Place(call: pending.call, turn: turn, index: pending.index, room: room)
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
        var room: SubAgents.Room?
        /// What hooks had to say before the tool was used.
        var additions: [String] = []
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
        let permission = permission(for: place.call.name, decision)
        if case .deny(let reason) = permission {
            return try await answer(.error("refused by policy: \(reason)"), place)
        }
        var place = place
        // Before anything is recorded: what is recorded as begun was let go by every hook, also after a crash.
        if let hooks, place.call.name != FinishTool.name {
            let verdict = try await hooks.beforeTool(place.call.name, arguments, turn: place.turn)
            if let block = verdict.block { return try await answer(.error(block.text), place) }
            place.additions = verdict.additions
        }
        if case .ask(let reason) = permission { return try await askPermission(reason, for: decision, place) }
        return try await act(on: decision, place)
    }

    private func permission(for tool: String, _ decision: ToolDecision) -> CommandPermissionDecision {
        switch decision {
        case .answer, .ask, .finish:
            return .allow
        case .spawn(let request):
            return permissions.decide(tool: tool, on: .text(request.agent))
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
            return try await finish(action(.none, place), place, with: try await withinImages(output))
        case .spawn(let request):
            return try await spawn(request, place)
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

    /// Answers a call that no tool was used for.
    func answer(_ output: ToolOutput, _ place: Place) async throws -> Outcome {
        try await finish(action(.none, place), place, with: output, wasUsed: false)
    }

    /// The output, or word that the session has been shown enough images.
    private func withinImages(_ output: ToolOutput) async throws -> ToolOutput {
        guard output.image != nil else { return output }
        let shown = try await journal.actions(of: session.id).count { $0.result?.image != nil }
        guard shown >= Self.mostImages else { return output }
        return .error("\(shown) images have been shown in this session, and no more can be: go on with what you saw")
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
            return try await finish(begun, place, with: .error(text), wasUsed: false)
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
            return try await finish(
                begun, place, with: .error("the question to the user was lost: ask it again"), wasUsed: false)
        }
        guard let given = gate.answer else { return .waiting(gate) }
        let remark = given.comment.map { ": \($0)" } ?? ""
        switch (gate.kind, given.value) {
        case (_, _) where given.isExpired:
            return try await finish(begun, place, with: .error("nobody answered in time, so this was not done"))
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
            return try await finish(begun, place, with: .error("refused by the user\(remark)"), wasUsed: false)
        }
    }

    /// Does what has been allowed already, by the policy or by a human, without asking again.
    private func proceed(_ place: Place) async throws -> Outcome {
        guard case .success(let arguments) = tools.arguments(of: place.call),
            let tool = tools.tool(named: place.call.name)
        else { return try await begin(place) }
        return try await act(on: try await tool.decide(arguments, in: context), place)
    }

    // MARK: - Recording

    func action(_ intent: ActionIntent, _ place: Place) -> Action {
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

    /// - Parameter wasUsed: Whether the tool did its work, which hooks are told of.
    func finish(
        _ action: Action, _ place: Place, with output: ToolOutput, wasUsed: Bool = true
    ) async throws -> Outcome {
        var action = action
        var output = output
        if wasUsed, let hooks { output = await hooks.afterTool(place.call, output, turn: place.turn) }
        for addition in place.additions { output.text += "\n\n\(addition)" }
        let image = output.image.map { image in
            ImagePart(
                format: image.header.format, hash: Self.hash(image.bytes), width: image.header.width,
                height: image.header.height, name: image.name)
        }
        if let image, let bytes = output.image?.bytes { try keepImage(bytes, image) }
        action.result = ToolResult(
            callID: action.callID, text: output.text, outcome: output.outcome, image: image)
        let event = RunEvent.actionFinished(
            session: session.id, turn: action.turn, tool: action.tool, outcome: output.outcome,
            summary: Self.brief(output.outcome == .ok ? Self.subject(of: place.call) ?? output.text : output.text))
        // Owned by this line, which awaits it: what was done is recorded even when the run is stopped.
        let finished = action
        try await Task { try await record([.action(finished), .event(event)]) }.value
        return .done(action)
    }

    func record(_ changes: [JournalChange]) async throws {
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
    static func brief(_ text: String) -> String {
        String(text.prefix { $0 != "\n" }.prefix(160))
    }
}
