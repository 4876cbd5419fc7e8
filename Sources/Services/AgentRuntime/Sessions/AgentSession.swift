package import Conversation
package import Gateway
import Hooks
package import Identity
package import Money
package import Runs
package import Timekeeping

/// One agent's conversation in a run: the loop.
///
/// A turn is one model call and the tool calls it asked for. Everything is recorded as it happens, so a session that is run
/// again after a crash goes on from its transcript: recorded answers and results are not asked for twice.
package struct AgentSession: Sendable {
    package var session: Session
    package var maxOutputTokens: Int
    package var limits: SessionLimits
    package var context: ContextLimits
    /// Gives the bytes of an image that the session shows.
    package var images: @Sendable (ImagePart) throws -> [UInt8]
    package var gateway: Gateway
    package var actions: ActionRunner
    package var journal: any Journal
    package var clock: WallClock
    package var ids: IdentifierSource
    /// The most that it may spend, with the agents that it starts; nil where only the run's budget holds.
    package var cap: USD?

    package init(
        session: Session, maxOutputTokens: Int, limits: SessionLimits, context: ContextLimits = .standard,
        images: @escaping @Sendable (ImagePart) throws -> [UInt8] = { throw ContextError.noImages($0) },
        gateway: Gateway, actions: ActionRunner, journal: any Journal, clock: WallClock, ids: IdentifierSource
    ) {
        self.session = session
        self.maxOutputTokens = maxOutputTokens
        self.limits = limits
        self.context = context
        self.images = images
        self.gateway = gateway
        self.actions = actions
        self.journal = journal
        self.clock = clock
        self.ids = ids
    }

    /// How a stretch of work ended.
    ///
    /// None of these is an error: each can be gone on from.
    package enum Outcome: Sendable, Hashable {
        /// The agent says that it is finished, which proves nothing.
        case finished(summary: String)
        /// A gate was opened and recorded.
        case waiting(Gate)
        case limitReached(String)
        case overBudget(BudgetRefusal)
        case modelFailed(ModelError)
        /// A hook does not let the session begin.
        case blocked(reason: String)
    }

    /// Goes on until the agent finishes or a human is needed.
    package func run() async throws -> Outcome {
        var begun = clock.now()
        if let block = try await startHooks() { return .blocked(reason: block.text) }
        var transcript = Transcript(
            inputs: try await journal.inputs(of: session.id), turns: try await journal.turns(of: session.id),
            actions: try await journal.actions(of: session.id))

        var shown = try encodedImages(of: transcript, knowing: [:])
        if let refusal = refusal(of: transcript) { return .modelFailed(refusal) }

        var cacheShare = try cacheShare(of: transcript)
        var isFirst = true
        var hasMadeRoom = false
        while true {
            try Task.checkCancellation()

            let pending = transcript.pendingCalls
            if let stopped = try await perform(pending, of: &transcript, since: begun) { return stopped }
            if !pending.isEmpty || isFirst, transcript.lastTurnChangedFiles { try await actions.takeSnapshot() }
            isFirst = false
            if !pending.isEmpty { shown = try encodedImages(of: transcript, knowing: shown) }

            switch transcript.ending {
            case .finished(let summary):
                guard let word = try await actions.hooks?.stop(summary, turn: transcript.turns.count) else {
                    return .finished(summary: summary)
                }
                transcript.add(word)
            case .refused(let text): return .modelFailed(ModelError(.refused, "\(session.model) declined: \(text)"))
            case .cut: transcript.add(try await say(Self.cutNotice, after: transcript.turns.count))
            case nil: break
            }

            if let limit = limits.reached(
                turns: transcript.turns.count, tokens: try await tokens(of: transcript), elapsed: elapsed(since: begun))
            {
                return .limitReached(limit)
            }

            if case .failed(let error) = try await makeRoom(&transcript, showing: shown, isForced: false) {
                return .modelFailed(error)
            }
            let number = transcript.turns.count + 1
            var request = request(transcript, turn: number)
            request.images = shown
            if let limit = try await capReached(before: request) { return .limitReached(limit) }
            switch try await gateway.ask(try modelName, request, for: caller(number)) {
            case .answered(let reply, let charge):
                // Time spent waiting for a batch is nobody's work.
                if let waited = charge.waitedMilliseconds { begun = begun + .milliseconds(waited) }
                let turn = Turn(
                    id: ids.next(), session: session.id, number: number, reply: reply, finishedAt: clock.now())
                let share = cacheShare?.add(watched(turn, in: transcript))
                // Owned by this line, which awaits it: an answer that was paid for is recorded even when the run is stopped.
                let recording = Task { try await record(turn, charge, coldCacheShare: share) }
                try await recording.value
                transcript.add(turn)
                hasMadeRoom = false
            case .overBudget(let refusal):
                return .overBudget(refusal)
            case .failed(let error) where error.code == .contextTooLong && !hasMadeRoom:
                hasMadeRoom = true
                switch try await makeRoom(&transcript, showing: shown, isForced: true) {
                case .enough: continue
                case .failed(let error): return .modelFailed(error)
                case .none: return .modelFailed(tooLong(error))
                }
            case .failed(let error):
                return .modelFailed(error.code == .contextTooLong ? tooLong(error) : error)
            }
        }
    }

    private func tooLong(_ error: ModelError) -> ModelError {
        ModelError(
            .contextTooLong,
            "\(session.model) cannot take what \(session.step) needs, even after older turns were shortened "
                + "(\(error.message)); choose a model with a larger window, or cut the specification and the context")
    }

    private func encodedImages(
        of transcript: Transcript, knowing known: [String: String]
    ) throws -> [String: String] {
        var encoded = known
        for image in transcript.images where encoded[image.hash] == nil {
            encoded[image.hash] = Base64.text(try images(image))
        }
        return encoded
    }

    /// Why the model cannot be shown what the session shows, before anything is spent.
    private func refusal(of transcript: Transcript) -> ModelError? {
        guard let image = transcript.images.first, let name = ModelName(session.model),
            gateway.card(of: name)?.images == .refused
        else { return nil }
        return ModelError(.invalidRequest, ContextError.modelTakesNoImages(session.model, image.name).message)
    }

    /// Adds a word of the engine to the conversation; the agent hears it at its next turn.
    @discardableResult
    package func say(_ text: String, after turns: Int) async throws -> SessionInput {
        let input = SessionInput(session: session.id, afterTurn: turns, text: text)
        try await journal.record([.input(input)], for: session.run, at: clock.now())
        return input
    }

    private static let cutNotice = """
        Your answer was cut off at the output limit. Go on in smaller steps: write large files in several edits.
        """

    var modelName: ModelName {
        get throws {
            guard let name = ModelName(session.model) else {
                throw ModelError(.unknownModel, "'\(session.model)' is not of the form provider/model")
            }
            return name
        }
    }

    func caller(_ turn: Int) -> Gateway.Caller {
        Gateway.Caller(
            run: session.run, session: session.id, step: session.step, agent: session.agent, turn: turn)
    }

    func request(_ transcript: Transcript, turn: Int) -> ModelRequest {
        ModelRequest(
            model: session.model, system: session.system, messages: transcript.messages, tools: session.tools,
            maxOutputTokens: maxOutputTokens,
            purpose: .init(agent: session.agent, step: session.step.rawValue, turn: turn))
    }

    private func record(_ turn: Turn, _ charge: Charge, coldCacheShare share: Int?) async throws {
        let reply = turn.reply
        var changes: [JournalChange] = [
            .turn(turn), .settle(charge),
            .event(
                .turnFinished(
                    session: session.id, turn: turn.number, usage: reply.usage, cost: charge.cost,
                    text: String(reply.message.text.prefix(400)), calls: reply.message.toolCalls.map(\.name),
                    isUnpriced: charge.isUnpriced)),
        ]
        if let cached = charge.cached {
            changes.append(.event(.turnCached(session: session.id, turn: turn.number, answer: cached)))
        }
        if let share {
            changes.append(.event(.promptCacheCold(session: session.id, turn: turn.number, share: share)))
        }
        try await journal.record(changes, for: session.run, at: clock.now())
    }
}
