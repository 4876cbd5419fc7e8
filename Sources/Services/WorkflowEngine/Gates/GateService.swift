package import Identity
package import Runs
package import Timekeeping

/// Everything that is done with gates; each channel's verb is one call of it.
///
/// Terminal, command line and every later channel answer through ``answer(_:_:)``. Time is passed on by whoever looks at
/// gates or works on their run: what is due is done by the first who comes, once.
package struct GateService: Sendable {
    package var journal: any Journal
    package var clock: WallClock

    package init(journal: any Journal, clock: WallClock) {
        self.journal = journal
        self.clock = clock
    }

    /// What became of an answer.
    package enum Result: Sendable, Hashable {
        case accepted(Gate)
        /// The gate is still open; each fault says where in the answer and what is wrong.
        case invalid(Gate, [AnswerFault])
        /// Somebody was first; the gate says who, when and through which channel.
        case alreadyAnswered(Gate)
        /// The time had run out; the gate has its default answer, or `expired`.
        case expired(Gate)
        case runEnded(Gate)
        case unknown
    }

    // MARK: - Looking

    /// The gates of a run, or of all, the oldest first; time has been passed on.
    package func list(of run: RunID? = nil, openOnly: Bool = true) async throws -> [Gate] {
        try await passTime(of: run)
        return try await journal.gates(of: run, openOnly: openOnly)
    }

    /// How the runs of unanswered gates ended, by gate; an open gate, or one that was answered, has no entry.
    package func ends(of gates: [Gate]) async throws -> [GateID: RunStatus] {
        var runs: [RunID: RunStatus] = [:]
        var ends: [GateID: RunStatus] = [:]
        for gate in gates where gate.answer == nil {
            if runs[gate.run] == nil { runs[gate.run] = try await journal.run(gate.run)?.status }
            if let status = runs[gate.run], status.isEnded { ends[gate.id] = status }
        }
        return ends
    }

    package func show(_ id: GateID) async throws -> Gate? {
        guard let gate = try await journal.gate(id) else { return nil }
        try await passTime(of: gate.run)
        return try await journal.gate(id)
    }

    /// The gate that a user means by a whole id, its beginning or its end.
    package func find(_ typed: String) async throws -> Gate {
        let found = try await journal.gates(matching: typed)
        guard let gate = found.first else {
            throw EngineError(.notFound, "there is no gate '\(typed)'; see vencejo gates list")
        }
        guard found.count == 1 else {
            let ids = found.prefix(4).map(\.id.short).joined(separator: ", ")
            throw EngineError(.usage, "'\(typed)' may mean several gates (\(ids)): give more of the id")
        }
        return gate
    }

    // MARK: - Answering

    /// Answers a gate; the first answer wins, and what it changes is recorded with it.
    package func answer(_ id: GateID, _ given: GivenAnswer) async throws -> Result {
        guard let gate = try await journal.gate(id), try await journal.run(gate.run) != nil else { return .unknown }
        if gate.answer != nil { return .alreadyAnswered(gate) }
        guard case .accepted(let value, let data) = gate.check(given.content) else {
            guard case .invalid(let faults) = gate.check(given.content) else { return .unknown }
            return .invalid(gate, faults)
        }
        let answer = GateAnswer(
            value: value, data: data, comment: given.comment, answeredBy: given.name, channel: given.channel,
            answeredAt: clock.now())
        let following: [JournalChange]
        do {
            following = try await consequences(of: value, at: gate, by: given.name)
        } catch let fault as AnswerFault {
            return .invalid(gate, [fault])
        }
        switch try await journal.answer(id, with: answer, following) {
        case .accepted(let gate): return .accepted(gate)
        case .alreadyAnswered(let gate): return .alreadyAnswered(gate)
        case .overdue(let gate):
            try await passTime(of: gate.run)
            return .expired(try await journal.gate(id) ?? gate)
        case .runEnded(let gate): return .runEnded(gate)
        case .noSuchGate: return .unknown
        }
    }

    /// What an answer changes besides its gate, be it given or taken by default: the one place that says so.
    ///
    /// Throws an ``AnswerFault`` where it cannot be followed.
    private func consequences(of value: String, at gate: Gate, by who: String) async throws -> [JournalChange] {
        guard gate.kind == .budget, value != "reject", value != GateAnswer.expired else { return [] }
        let account = gate.refusal?.account ?? .run(gate.run)
        // What was configured when the gate was opened may have been raised at another gate since.
        let limits = BudgetLimits(gate.refusal.map { [account.scope: $0.limit] } ?? [:])
        guard let limit = try await journal.standings(of: [account], within: limits).first?.limit else { return [] }
        return try BudgetGate.consequences(of: value, at: gate, on: account, limit: limit, by: who)
    }

    // MARK: - Time

    /// What is due now and was not done yet; reading only.
    package func due(of run: RunID? = nil) async throws -> [GateClock.Due] {
        GateClock.due(try await journal.gates(of: run, openOnly: true), at: clock.now())
    }

    /// Lets gates expire and records reminders that are due; each is done once, whoever else looks at the same time.
    ///
    /// Returns what was done by this call: a channel sends those reminders.
    @discardableResult
    package func passTime(of run: RunID? = nil) async throws -> [GateClock.Due] {
        var done: [GateClock.Due] = []
        for due in try await due(of: run) {
            let now = clock.now()
            let changed =
                switch due {
                case .expiry(let id): try await expire(id, at: now)
                case .reminder(let id, _): try await journal.change(id, at: now) { $0.reminder(in: $1, at: now) }
                }
            if changed != nil { done.append(due) }
        }
        return done
    }

    private func expire(_ id: GateID, at now: Timestamp) async throws -> Gate? {
        guard let gate = try await journal.gate(id) else { return nil }
        var following: [JournalChange]? = []
        if let value = gate.defaultValue {
            do {
                following = try await consequences(of: value, at: gate, by: "default")
            } catch is AnswerFault {
                // A default that cannot be followed, such as an amount that is no raise any more, is none.
                following = nil
            }
        }
        let changes = following
        return try await journal.change(id, at: now) { $0.expiry(in: $1, at: now, consequences: changes) }
    }

    /// Passes time on for a run until the task is cancelled.
    package func keepTime(of run: RunID) async throws {
        while true {
            try await passTime(of: run)
            let position = try await journal.lastPosition(of: run)
            let next = GateClock.next(try await journal.gates(of: run, openOnly: true))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { [journal] in try await journal.waitForEvents(of: run, after: position) }
                if let next {
                    let time = max(next - clock.now(), .milliseconds(1))
                    group.addTask { try await Task.sleep(for: min(time, .seconds(3600))) }
                }
                try await group.next()
                group.cancelAll()
            }
        }
    }

    /// Waits until a gate is no longer open, passing time on meanwhile; returns the gate as it is then.
    package func waitForAnswer(to id: GateID) async throws -> Gate {
        guard let gate = try await journal.gate(id) else {
            throw EngineError(.notFound, "there is no gate \(id.short); see vencejo gates list")
        }
        return try await withThrowingTaskGroup(of: Gate?.self) { group in
            group.addTask {
                try await keepTime(of: gate.run)
                return nil
            }
            group.addTask { try await waitUntilClosed(gate) }
            defer { group.cancelAll() }
            while let found = try await group.next() { if let found { return found } }
            throw CancellationError()
        }
    }

    private func waitUntilClosed(_ gate: Gate) async throws -> Gate {
        while true {
            let position = try await journal.lastPosition(of: gate.run)
            // A gate that is gone was left behind by a rewind.
            guard let now = try await journal.gate(gate.id) else { return gate }
            if now.answer != nil { return now }
            if try await journal.run(gate.run)?.status.isEnded == true { return now }
            try await journal.waitForEvents(of: gate.run, after: position)
        }
    }
}

extension GateService.Result {
    /// The gate with the accepted answer; otherwise throws why there is none, in one sentence.
    package func accepted(at id: GateID) throws -> Gate {
        switch self {
        case .accepted(let gate): return gate
        case .invalid(_, let faults):
            throw EngineError(.usage, faults.map(\.description).joined(separator: "\n"))
        case .alreadyAnswered(let gate):
            throw EngineError(.state, "gate \(gate.id.short) has been answered already: \(Self.first(gate))")
        case .expired(let gate):
            throw EngineError(.state, "gate \(gate.id.short) expired before this answer: \(Self.first(gate))")
        case .runEnded(let gate):
            throw EngineError(
                .state,
                "gate \(gate.id.short) is closed: its run \(gate.run.short) has ended; see vencejo runs show \(gate.run.short)"
            )
        case .unknown:
            throw EngineError(.notFound, "there is no gate \(id.short); see vencejo gates list")
        }
    }

    private static func first(_ gate: Gate) -> String {
        guard let answer = gate.answer else { return "by somebody" }
        let channel = answer.channel.flatMap { $0 == answer.answeredBy ? nil : " (\($0))" } ?? ""
        return "'\(answer.value)' by \(answer.answeredBy)\(channel) at \(answer.answeredAt.iso8601)"
    }
}
