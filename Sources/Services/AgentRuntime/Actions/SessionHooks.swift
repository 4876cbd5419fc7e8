import Conversation
package import Hooks
package import Identity
import JSON
package import Runs
package import Timekeeping
import Tools

/// The hooks of a session: asked at its moments, and what they say recorded.
///
/// A hook may be asked again after a crash, as nothing tells what it did; what it let go is not asked about again once it is
/// recorded as begun.
package struct SessionHooks: Sendable {
    package var runner: HookRunner
    package var session: Session
    /// The worktree and the project, as hooks are told.
    package var worktree: String
    package var project: String
    package var journal: any Journal
    package var clock: WallClock

    package init(
        runner: HookRunner, session: Session, worktree: String, project: String, journal: any Journal,
        clock: WallClock
    ) {
        self.runner = runner
        self.session = session
        self.worktree = worktree
        self.project = project
        self.journal = journal
        self.clock = clock
    }

    /// The same hooks for a session of an agent that this one starts.
    func of(_ session: Session) -> SessionHooks {
        var hooks = self
        hooks.session = session
        return hooks
    }

    /// How often a hook may send an agent that says it has finished back to work.
    package static let mostStops = 3

    func beforeTool(_ tool: String, _ arguments: JSONValue, turn: Int) async throws -> HookVerdict {
        let verdict = try await runner.ask(call(.beforeTool, tool: tool, ["arguments": arguments]))
        try await record(verdict, .beforeTool, turn: turn)
        return verdict
    }

    /// The output with what hooks have to say of it; where the run is stopped meanwhile, as it is.
    func afterTool(_ used: ToolCall, _ output: ToolOutput, turn: Int) async -> ToolOutput {
        guard used.name != FinishTool.name, !Task.isCancelled else { return output }
        let arguments: JSONValue =
            switch used.arguments {
            case .json(let value): value
            case .broken(let text, _): .string(text)
            }
        let result: JSONValue = ["outcome": .string(output.outcome.rawValue), "text": .string(output.text)]
        do {
            let verdict = try await runner.ask(
                call(.afterTool, tool: used.name, ["arguments": arguments, "result": result]))
            try await record(verdict, .afterTool, turn: turn)
            var output = output
            for addition in verdict.additions { output.text += "\n\n\(addition)" }
            if let block = verdict.block {
                output.text += "\n\nThe tool was used, but the hook \(block.hook) objects: \(block.reason)"
                output.outcome = .error
            }
            return output
        } catch {
            // What was done must be recorded, whatever became of the hooks.
            return output
        }
    }

    /// What a new session's agent is told before its first turn, and why it may not begin, where a hook says so.
    ///
    /// Once a session has begun, nothing is asked.
    func sessionStart() async throws -> HookVerdict? {
        guard runner.hooks.contains(where: { $0.moment == .sessionStart }),
            try await reports(.sessionStart).isEmpty
        else { return nil }
        let verdict = try await runner.ask(call(.sessionStart, ["model": .string(session.model)]))
        guard verdict.block == nil else {
            try await record(verdict, .sessionStart, turn: 0)
            return verdict
        }
        let inputs = verdict.additions.map {
            JournalChange.input(SessionInput(session: session.id, afterTurn: 0, text: $0, kind: .opening))
        }
        try await journal.record(
            inputs + events(of: verdict, .sessionStart, turn: 0, all: true), for: session.run, at: clock.now())
        return verdict
    }

    /// The word with which hooks send an agent back to work, recorded; nil where it may end.
    func stop(_ summary: String, turn: Int) async throws -> SessionInput? {
        guard runner.hooks.contains(where: { $0.moment == .stop }) else { return nil }
        let known = try await reports(.stop)
        // What let this very end pass is not asked again after a crash.
        if known.contains(where: { $0.turn == turn }) { return nil }
        guard Set(known.filter { $0.outcome == .blocked }.map(\.turn)).count < Self.mostStops else { return nil }
        let verdict = try await runner.ask(call(.stop, ["summary": .string(summary), "turn": .integer(Int64(turn))]))
        var changes = events(of: verdict, .stop, turn: turn, all: true)
        var input: SessionInput?
        if let block = verdict.block {
            let words = ["You are not done yet: \(block.text)"] + verdict.additions
            let said = SessionInput(session: session.id, afterTurn: turn, text: words.joined(separator: "\n\n"))
            changes.append(.input(said))
            input = said
        }
        if !changes.isEmpty { try await journal.record(changes, for: session.run, at: clock.now()) }
        return input
    }

    // MARK: - Parts

    private func call(_ moment: HookMoment, tool: String? = nil, _ details: JSONObject) -> HookCall {
        HookCall(
            moment, run: session.run.string, step: session.step.rawValue, session: session.id.string,
            agent: session.agent, worktree: worktree, project: project, tool: tool, details: details)
    }

    private struct Reported {
        var turn: Int?
        var outcome: HookOutcome
    }

    private func reports(_ moment: HookMoment) async throws -> [Reported] {
        try await journal.events(of: session.run, after: 0, limit: .max).compactMap { record in
            guard case .hookFinished(_, moment.rawValue, _, session.id, let turn, let outcome, _) = record.event
            else { return nil }
            return Reported(turn: turn, outcome: outcome)
        }
    }

    private func record(_ verdict: HookVerdict, _ moment: HookMoment, turn: Int) async throws {
        let events = events(of: verdict, moment, turn: turn, all: false)
        if !events.isEmpty { try await journal.record(events, for: session.run, at: clock.now()) }
    }

    private func events(of verdict: HookVerdict, _ moment: HookMoment, turn: Int, all: Bool) -> [JournalChange] {
        verdict.reports.filter { all || $0.outcome != .passed || !$0.detail.isEmpty }.map { report in
            .event(report.event(moment, step: session.step, session: session.id, turn: turn))
        }
    }
}

extension HookVerdict.Report {
    /// The report as the journal keeps it.
    package func event(_ moment: HookMoment, step: StepKey?, session: SessionID?, turn: Int?) -> RunEvent {
        let outcome: HookOutcome =
            switch outcome {
            case .passed: .passed
            case .blocked: .blocked
            case .failed: .failed
            }
        return .hookFinished(
            hook: hook, moment: moment.rawValue, step: step, session: session, turn: turn, outcome: outcome,
            detail: String(detail.prefix(400)))
    }
}
