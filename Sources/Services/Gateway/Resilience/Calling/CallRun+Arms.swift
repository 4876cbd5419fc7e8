import Conversation
import Timekeeping

extension CallRun {
    private enum Signal: Sendable {
        case ended(Arm, ArmEnd)
        case hedge
        case quiet
    }

    /// Carries out one attempt by itself; nil where the call goes on.
    mutating func alone(_ arm: Arm) async throws -> End? {
        let end = await caller.run(arm, in: Race(), delivery)
        return try await settle(arm, end, beside: nil)
    }

    /// Carries out an attempt, and a second one with the next model if the first says nothing for a while.
    ///
    /// The first to begin its answer goes on; the other is ended and accounted for.
    mutating func hedged(_ first: Arm) async throws -> End? {
        let race = Race()
        var running = [first]
        var result: End?
        var thrown: (any Error)?
        await withTaskGroup(of: Signal.self) { [caller, delivery] group in
            group.addTask { .ended(first, await caller.run(first, in: race, delivery)) }
            if let time = caller.times.hedgeAfter {
                group.addTask {
                    // A wait that was cancelled is not over.
                    (try? await caller.sleep(time)) == nil ? .quiet : .hedge
                }
            }
            while let signal = await group.next() {
                do {
                    switch signal {
                    case .quiet: break
                    case .hedge:
                        guard thrown == nil, !running.isEmpty, race.winner == nil else { break }
                        guard var second = try await admitOther(than: first) else { break }
                        second.isContested = true
                        second.patience = nil
                        running.append(second)
                        group.addTask { [second] in .ended(second, await caller.run(second, in: race, delivery)) }
                    case .ended(let arm, let end):
                        running.removeAll { $0.attempt.number == arm.attempt.number }
                        if running.isEmpty { group.cancelAll() }
                        let winner = race.winner
                        if let winner, winner != arm.attempt.number, !end.isThrown {
                            try await settleLate(arm, end)
                        } else if let end = try await settle(arm, end, beside: winner == nil ? running.first : nil) {
                            result = end
                        }
                    }
                } catch {
                    thrown = thrown ?? error
                    group.cancelAll()
                }
            }
        }
        if let thrown { throw thrown }
        // With the one that lost, which may have ended after the answer.
        result?.result.attempts = reports
        return result
    }

    /// The next model that can be asked now, and is paid for.
    private mutating func admitOther(than first: Arm) async throws -> Arm? {
        for index in plan.open where index > first.index {
            guard let permit = choose(index) else { continue }
            if let arm = try await admit(index, permit, isHedge: true) { return arm }
        }
        return nil
    }

    // MARK: - Ends

    /// Accounts for an attempt that has ended; the end of the call, where this is one.
    ///
    /// - Parameter other: the attempt that is still under way.
    private mutating func settle(_ arm: Arm, _ end: ArmEnd, beside other: Arm?) async throws -> End? {
        switch end.outcome {
        case .answered:
            caller.health.ended(arm.permit, .answered)
            try await account(arm, end, .answered, next: .nothing)
            return (
                result(.answered(by: arm.attempt.deployment), usage: end.usage, hasBegun: true), end.reply
            )
        case .lost:
            caller.health.ended(arm.permit, .abandoned)
            try await account(arm, end, .abandoned(because: Self.slower), next: .nothing)
            return nil
        case .threw(let error):
            caller.health.ended(arm.permit, .abandoned)
            try await account(arm, end, .cancelled, next: .nothing)
            throw error
        case .overdue:
            let error = ModelError(
                .timeout,
                "\(arm.attempt.deployment) did not end its answer within the \((caller.times.total ?? .zero).brief) that the call had"
            )
            caller.health.ended(arm.permit, .abandoned)
            try await account(arm, end, .failed(error), next: .nothing)
            return other == nil ? failed(error, end) : nil
        case .failed(let error):
            caller.health.ended(arm.permit, .failed(error))
            return try await failed(arm, end, error, beside: other)
        }
    }

    /// Accounts for an attempt that ended after another had begun to answer, however it did.
    private mutating func settleLate(_ arm: Arm, _ end: ArmEnd) async throws {
        if case .failed(let error) = end.outcome {
            caller.health.ended(arm.permit, .failed(error))
            try await account(arm, end, .failed(error), next: .nothing)
        } else {
            caller.health.ended(arm.permit, .abandoned)
            try await account(arm, end, .abandoned(because: Self.slower), next: .nothing)
        }
    }

    private static let slower = "another model was quicker"

    private mutating func failed(_ arm: Arm, _ end: ArmEnd, _ error: ModelError, beside other: Arm?) async throws
        -> End?
    {
        if case .stream = delivery, end.firstEventAt != nil {
            try await account(arm, end, .failed(error), next: .nothing)
            return failed(error, end)
        }
        plan.failed(
            arm.index, key: arm.permit.deployment.keyIndex, error, at: caller.clock.now(), jitter: caller.jitter.next())
        if let other {
            try await account(arm, end, .failed(error), next: .other(other.attempt.deployment.name))
            return nil
        }
        let step = advance()
        pending = step
        let next: AttemptEnd.Next =
            switch step {
            case .giveUp: .nothing
            case .wait(let time): .again(after: time)
            case .attempt(let index, _) where index == arm.index: .again(after: .zero)
            case .attempt(let index, _): .other(candidates[index].model)
            }
        try await account(arm, end, .failed(error), next: next)
        return nil
    }

    private func failed(_ error: ModelError, _ end: ArmEnd) -> End {
        (result(.failed(error), usage: end.usage, hasBegun: end.firstEventAt != nil && isStreamed), nil)
    }

    private var isStreamed: Bool { if case .stream = delivery { true } else { false } }

    private mutating func account(
        _ arm: Arm, _ end: ArmEnd, _ outcome: AttemptEnd.Outcome, next: AttemptEnd.Next
    ) async throws {
        reports.append(
            AttemptReport(
                deployment: arm.attempt.deployment, outcome: outcome, waited: arm.waited,
                firstEventAfter: end.firstEventAt.map { $0 - arm.startedAt }, took: end.endedAt - arm.startedAt,
                isHedge: arm.attempt.isHedge, next: next))
        try await accounting.end(
            arm.attempt,
            AttemptEnd(
                outcome: outcome, usage: end.usage, startedAt: arm.startedAt, firstEventAt: end.firstEventAt,
                endedAt: end.endedAt, next: next))
    }

    func result(_ outcome: CallResult.Outcome, usage: Usage? = nil, hasBegun: Bool = false) -> CallResult {
        CallResult(outcome: outcome, usage: usage ?? .zero, hasBegun: hasBegun, attempts: reports)
    }
}
