import Files
import Identity
import Runs
import SpecDocuments
import Specs
import Terminal
import WorkflowEngine

/// Works on a run in this process, shows it, and asks at its gates where somebody is there to answer.
struct RunFollowing: Sendable {
    var context: CommandContext
    var service: RunService
    /// `--yes`: plans are approved without asking.
    var approvesPlans: Bool
    /// `--events`: events as NDJSON on standard output.
    var asObjects: Bool
    /// Whether the end is told as the command's result; not where the command has one of its own.
    var reportsEnd = true

    /// - Parameter process: this process, where it takes up a run that was begun before.
    func follow(_ run: Run, after position: Int64 = 0, resumedBy process: Int32? = nil) async throws -> ExitStatus {
        let screen = EventScreen(
            run: run.id, events: service.journal, context: context, asObjects: asObjects, after: position)
        do {
            var process = process
            while true {
                let progress = try await work(on: run.id, resumedBy: process, showing: screen)
                process = nil
                try await screen.drain()
                await screen.rest()
                switch progress {
                case .ended(let status):
                    if status == .done, let delivered = try await service.deliverDocuments(of: run.id) {
                        try await report(delivered, of: run.id)
                    } else {
                        try await report(run.id)
                    }
                    return status == .done ? .done : .failed
                case .interrupted(let reason, let isConfiguration):
                    context.output.notice(
                        "\(reason.sanitized)\nNothing is lost. Go on with: vencejo runs resume \(run.id.short)")
                    try await reportIfJSON(run.id)
                    return isConfiguration ? .usage : .failed
                case .waiting(let gate):
                    switch try await answer(to: gate) {
                    case .given(let answer): try await give(answer, to: gate)
                    case .elsewhere: break
                    case .nobody:
                        try await tellHowToAnswer(gate, of: run.id)
                        return gate.kind == .budget ? .budget : .waiting
                    }
                }
            }
        } catch {
            await screen.rest()
            guard error is CancellationError || Task.isCancelled else { throw error }
            context.output.notice("Interrupted. Nothing is lost. Go on with: vencejo runs resume \(run.id.short)")
            return .interrupted
        }
    }

    private func work(
        on id: RunID, resumedBy process: Int32?, showing screen: EventScreen
    ) async throws -> RunService.Progress {
        try await withThrowingTaskGroup(of: RunService.Progress?.self) { group in
            group.addTask { try await service.work(on: id, resumedBy: process) }
            group.addTask {
                try await screen.follow()
                return nil
            }
            defer { group.cancelAll() }
            while let finished = try await group.next() {
                if let finished { return finished }
            }
            throw CancellationError()
        }
    }

    // MARK: - Gates

    private enum Answered {
        case given(GivenAnswer)
        /// Through another channel, while somebody was asked here.
        case elsewhere
        case nobody
    }

    private func answer(to gate: Gate) async throws -> Answered {
        if gate.kind == .plan, approvesPlans {
            return .given(GivenAnswer(.value("approve"), name: context.user, channel: "--yes"))
        }
        guard context.isInteractive else { return .nobody }
        switch try await GatePrompt(context: context, gates: service.gates).ask(gate) {
        case .given(let content):
            return .given(GivenAnswer(content, name: context.user, channel: "terminal"))
        case .answeredElsewhere: return .elsewhere
        case .nobody: return .nobody
        }
    }

    private func give(_ answer: GivenAnswer, to gate: Gate) async throws {
        let result = try await service.gates.answer(gate.id, answer)
        do {
            _ = try result.accepted(at: gate.id)
        } catch let error as EngineError {
            context.output.notice(error.message.sanitized)
            switch result {
            // Somebody else was first, or the prompt comes again with what is wrong said before it.
            case .alreadyAnswered, .expired, .runEnded: return
            case .invalid where context.isInteractive: return
            default: throw error
            }
        }
    }

    private func tellHowToAnswer(_ gate: Gate, of run: RunID) async throws {
        if !context.isInteractive { context.output.notice(GateText(style: context.output.style).text(of: gate)) }
        context.output.notice(
            "The run waits. Answer with: \(GateText.command(for: gate))\nThen go on with: vencejo runs resume \(run.short)"
        )
        try await reportIfJSON(run)
    }

    // MARK: - Reports

    private func report(_ id: RunID) async throws {
        if asObjects || !reportsEnd { return }
        let report = try await service.report(on: id)
        try context.output.result(
            try RunJSON.object(of: report),
            text: "\n" + ReportText(style: context.output.style, isHeld: false).text(of: report))
    }

    /// What a command that writes documents says, in few lines.
    private func report(_ delivered: DeliveredDocuments, of id: RunID) async throws {
        if asObjects { return }
        let report = try await service.report(on: id)
        let feature = Feature.read(delivered.folder, in: FilePath(report.run.project))
        let outcome = SpecsOutcome(report: report, delivered: delivered)
        context.output.result(
            outcome.json, text: outcome.text(context.output.style, ceremony: feature.spec?.document?.ceremony))
    }

    private func reportIfJSON(_ id: RunID) async throws {
        guard context.output.form == .json, !asObjects else { return }
        try await report(id)
    }
}
