import Conversation
import Files
import Gateway
import Money
import Runs
import Timekeeping

/// Making room in a model's window.
extension AgentSession {
    /// What came of making room.
    enum Room: Sendable {
        /// There is enough, or there is now.
        case enough
        /// Nothing more can be taken out; the size is an estimate in tokens.
        case none(size: Int)
        case failed(ModelError)
    }

    /// Shortens the older part of the conversation where it is due, and records that.
    ///
    /// - Parameter isForced: after a provider has found the conversation too long.
    func makeRoom(
        _ transcript: inout Transcript, showing images: [String: String], isForced: Bool
    ) async throws -> Room {
        guard let name = ModelName(session.model), let card = gateway.card(of: name) else { return .enough }
        let bounds = context.bounds(window: card.contextTokens, answer: min(maxOutputTokens, card.maxOutputTokens))
        let next = transcript.turns.count + 1
        var bare = request(transcript, turn: next)
        bare.images = images
        let asking = bare
        let scale = scale(of: transcript, request: asking)
        let decision = CompactionPlan.decide(
            for: transcript, trigger: bounds.trigger, target: isForced ? bounds.target / 2 : bounds.target,
            keptTurns: isForced ? min(2, context.keptTurns) : context.keptTurns, isForced: isForced
        ) { messages in
            var request = asking
            request.messages = messages
            return scale(TokenEstimate.inputTokens(of: request))
        }
        switch decision {
        case .nothing: return .enough
        // Below the provider's own limit it may still fit, and the provider says so if it does not.
        case .impossible(let size): return isForced ? .none(size: size) : .enough
        case .compact(let plan): return try await compact(&transcript, by: plan, asking: asking, isForced: isForced)
        }
    }

    /// The estimate is on the high side by design; what the provider counted last corrects it.
    private func scale(of transcript: Transcript, request: ModelRequest) -> @Sendable (Int) -> Int {
        let estimate = TokenEstimate.inputTokens(of: request)
        var measured = estimate * 7 / 10
        let compacted = transcript.inputs.last { $0.compaction != nil }?.afterTurn ?? -1
        if let last = transcript.turns.last, last.number > compacted {
            measured = max(measured, min(last.reply.usage.totalInput, estimate))
        }
        let scaled = measured
        return { size in estimate == 0 ? size : size * scaled / estimate }
    }

    private func compact(
        _ transcript: inout Transcript, by plan: CompactionPlan, asking bare: ModelRequest, isForced: Bool
    ) async throws -> Room {
        var compaction = plan.compaction
        var charge: Charge?
        if plan.needsSummary {
            switch try await summarize(transcript, asking: bare, isForced: isForced) {
            case .written(let summary, let cost):
                compaction.summary = summary
                charge = cost
            case .failed(let error):
                return .failed(error)
            }
            if compaction.summary == nil {
                compaction.summary = Compactor.digest(of: transcript, through: compaction.summarizedThrough)
            }
        }
        let what = charge == nil ? "compaction.shortened" : "compaction.bought"
        FaultPoint.pass("\(what).before-record")
        let input = SessionInput(
            session: session.id, afterTurn: transcript.turns.count, text: "", kind: .compaction,
            compaction: compaction)
        let event = RunEvent.contextCompacted(
            session: session.id, turn: transcript.turns.count + 1, summarizedThrough: compaction.summarizedThrough,
            shortenedThrough: compaction.shortenedThrough, before: plan.before, after: plan.after)
        let changes: [JournalChange] = [.input(input), .event(event)] + (charge.map { [.settle($0)] } ?? [])
        // Owned by this line, which awaits it: a summary that was paid for is recorded even when the run is stopped.
        let recording = Task { try await journal.record(changes, for: session.run, at: clock.now()) }
        _ = try await recording.value
        FaultPoint.pass("\(what).after-record")
        transcript.add(input)
        return .enough
    }

    private enum Summary {
        /// A text of nil: no model could write one; what was paid for it all the same is settled with the record.
        case written(String?, Charge?)
        case failed(ModelError)
    }

    private func summarize(
        _ transcript: Transcript, asking bare: ModelRequest, isForced: Bool
    ) async throws -> Summary {
        var current = transcript.compaction ?? Compaction()
        // What was too long once is not sent again as it was.
        if isForced { current.shortenedThrough = transcript.turns.count }
        let request = Compactor.request(bare, messages: transcript.messages(under: current))
        var caller = caller(bare.purpose.turn)
        caller.agent = Compactor.agent
        switch try await gateway.ask(try modelName, request, for: caller) {
        case .answered(let reply, let charge):
            return .written(Compactor.summary(in: reply), charge)
        case .overBudget:
            return .written(nil, nil)
        case .failed(let error) where [.contextTooLong, .refused, .invalidRequest].contains(error.code):
            return .written(nil, nil)
        case .failed(let error):
            return .failed(error)
        }
    }
}
