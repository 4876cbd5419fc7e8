import Conversation
import Gateway
import Hooks
import Money
import Runs
import Timekeeping

/// Tool calls of a turn, some of which start other agents, and what these use of what the session may use.
extension AgentSession {
    /// Performs the calls in their order; neighbours that start agents which only read run at the same time.
    ///
    /// Returns why the session cannot go on now, or nil.
    func perform(
        _ pending: [Transcript.PendingCall], of transcript: inout Transcript, since begun: Timestamp
    ) async throws -> Outcome? {
        var rest = pending[...]
        while !rest.isEmpty {
            let together = cap == nil ? rest.prefix { actions.mayRunBeside($0) }.prefix(SubAgents.mostAtOnce) : []
            let calls = together.isEmpty ? rest.prefix(1) : together
            rest = rest.dropFirst(calls.count)
            var outcomes: [ActionRunner.Outcome] = []
            if calls.count == 1, let call = calls.first {
                outcomes = [try await perform(call, in: transcript, since: begun)]
            } else {
                outcomes = try await performTogether(Array(calls), in: transcript, since: begun)
            }
            var stopped: Outcome?
            for outcome in outcomes {
                switch outcome {
                case .done(let action): transcript.add(action)
                case .waiting(let gate): stopped = stopped ?? .waiting(gate)
                case .stopped(let outcome): stopped = stopped ?? outcome
                }
            }
            if let stopped { return stopped }
        }
        return nil
    }

    private func perform(
        _ call: Transcript.PendingCall, in transcript: Transcript, since begun: Timestamp
    ) async throws -> ActionRunner.Outcome {
        var room: SubAgents.Room?
        if actions.subAgents != nil {
            room = SubAgents.Room(
                number: transcript.spawnNumber(of: call),
                limits: SessionLimits(
                    turns: limits.turns, tokens: max(1, limits.tokens - (try await tokens(of: transcript))),
                    wallTime: max(.seconds(1), limits.wallTime - elapsed(since: begun))),
                budget: try await capLeft())
        }
        return try await actions.perform(call, turn: transcript.turns.count, room: room)
    }

    private func performTogether(
        _ calls: [Transcript.PendingCall], in transcript: Transcript, since begun: Timestamp
    ) async throws -> [ActionRunner.Outcome] {
        try await withThrowingTaskGroup(of: (Int, ActionRunner.Outcome).self) { group in
            for (index, call) in calls.enumerated() {
                group.addTask { (index, try await perform(call, in: transcript, since: begun)) }
            }
            var outcomes: [(Int, ActionRunner.Outcome)] = []
            for try await outcome in group { outcomes.append(outcome) }
            return outcomes.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    /// Why a hook does not let the session begin, or nil.
    func startHooks() async throws -> HookVerdict.Block? {
        guard let hooks = actions.hooks, try await journal.turns(of: session.id).isEmpty else { return nil }
        let verdict = try await hooks.sessionStart()
        return verdict?.block
    }

    // MARK: - What is used

    func elapsed(since begun: Timestamp) -> Duration {
        Duration.milliseconds(clock.now().milliseconds - begun.milliseconds)
    }

    /// The tokens of the session and of all agents that it started.
    func tokens(of transcript: Transcript) async throws -> Int {
        guard transcript.hasSpawned else { return transcript.usage.total }
        return try await journal.charges(of: session.run).filter { $0.step.isBelow(session.step) }
            .reduce(transcript.usage.total) { $0 + $1.usage.total }
    }

    private func capLeft() async throws -> USD? {
        guard let cap else { return nil }
        let spent = try await journal.charges(of: session.run)
            .filter { $0.session == session.id || $0.step.isBelow(session.step) }
            .reduce(USD.zero) { $0 + $1.cost }
        return cap - spent
    }

    /// That the next call may take the session past what it may spend, in words, or nil.
    func capReached(before request: ModelRequest) async throws -> String? {
        let model = try modelName
        guard let cap, let left = try await capLeft(), let card = gateway.card(of: model) else { return nil }
        let needed = card.prices.ceiling(
            input: gateway.inputTokens(of: request, for: model), output: min(maxOutputTokens, card.maxOutputTokens))
        return left < needed ? "its budget of \(cap)" : nil
    }
}
