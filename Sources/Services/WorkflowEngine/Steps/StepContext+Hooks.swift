import AgentRuntime
import Files
import Hooks
import Identity
import JSON
import Runs
import Timekeeping

/// The moments of a run that are no session's.
extension StepContext {
    /// The hooks of a session, or nil where there are none.
    func hooks(of session: Session) -> SessionHooks? {
        guard let hooks, !hooks.hooks.isEmpty else { return nil }
        return SessionHooks(
            runner: hooks, session: session, worktree: worktree.string, project: run.project, journal: journal,
            clock: clock)
    }

    /// Asks whether verified work may be committed; nil where it may.
    ///
    /// Nothing is committed where a hook blocks, and whoever did the work is to be told. It may be asked again after a crash.
    func blockBeforeCommit(_ step: StepKey, title: String) async throws -> HookVerdict.Block? {
        guard let hooks, hooks.hooks.contains(where: { $0.moment == .beforeCommit }) else { return nil }
        let verdict = try await hooks.ask(
            HookCall(
                .beforeCommit, run: run.id.string, step: step.rawValue, worktree: worktree.string, project: run.project,
                details: ["title": .string(title)]))
        try await record(events(of: verdict, .beforeCommit, step: step))
        return verdict.block
    }

    /// Tells hooks of a gate that stands in the journal, once for each gate; they cannot hold it back.
    func notify(of gate: Gate) async throws {
        guard let hooks, hooks.hooks.contains(where: { $0.moment == .gate }) else { return }
        let mark = "gate \(gate.id.short)"
        let isKnown = try await journal.events(of: run.id, after: 0, limit: .max).contains { record in
            guard case .hookFinished(_, HookMoment.gate.rawValue, _, _, _, _, let detail) = record.event else {
                return false
            }
            return detail.hasPrefix(mark)
        }
        guard !isKnown else { return }
        let choices = gate.choices.map { JSONValue.string($0.value) }
        var verdict = try await hooks.ask(
            HookCall(
                .gate, run: run.id.string, step: gate.step?.rawValue, worktree: worktree.string, project: run.project,
                details: [
                    "gate": [
                        "id": .string(gate.id.string), "kind": .string(gate.kind.rawValue),
                        "question": .string(gate.question), "details": .string(gate.details),
                        "choices": .array(choices),
                    ]
                ]))
        for index in verdict.reports.indices {
            let said = verdict.reports[index].detail
            verdict.reports[index].detail = said.isEmpty ? mark : "\(mark): \(said)"
        }
        let changes = verdict.reports.map {
            JournalChange.event($0.event(.gate, step: gate.step, session: nil, turn: nil))
        }
        if !changes.isEmpty { try await record(changes) }
    }

    private func events(of verdict: HookVerdict, _ moment: HookMoment, step: StepKey) -> [JournalChange] {
        verdict.reports.filter { $0.outcome != .passed || !$0.detail.isEmpty }.map {
            .event($0.event(moment, step: step, session: nil, turn: nil))
        }
    }
}

extension RunService {
    /// Says once that a project has hooks that the user does not trust.
    func tellOfIgnoredHooks(_ hooks: HookSet, in run: Run) async throws {
        guard let project = hooks.project, !project.isTrusted else { return }
        let ignored = RunEvent.hooksIgnored(
            file: HookFile.projectFile,
            advice: "look at them and run vencejo hooks trust (as they are now: \(project.hash.prefix(12)))")
        let isTold = try await journal.events(of: run.id, after: 0, limit: .max).contains { $0.event == ignored }
        if !isTold { try await journal.record([.event(ignored)], for: run.id, at: clock.now()) }
    }
}
