import Conversation
import Timekeeping

extension ModelCaller {
    private enum Signal: Sendable {
        case ended(ArmEnd)
        case impatient
        case overdue
        case lost
        case quiet
    }

    /// Carries out one attempt, within its times.
    func run(_ arm: Arm, in race: Race, _ delivery: Delivery) async -> ArmEnd {
        if arm.patience == nil, arm.timeLeft == nil, !arm.isContested { return await call(arm, in: race, delivery) }
        return await withTaskGroup(of: Signal.self) { group in
            group.addTask { .ended(await call(arm, in: race, delivery)) }
            if let patience = arm.patience { group.addTask { await timer(patience, .impatient) } }
            if let timeLeft = arm.timeLeft { group.addTask { await timer(timeLeft, .overdue) } }
            if arm.isContested {
                let stop = race.stop(of: arm.attempt.number)
                group.addTask {
                    for await _ in stop {}
                    return Task.isCancelled ? .quiet : .lost
                }
            }
            var reason: ArmEnd.Outcome?
            while let signal = await group.next() {
                switch signal {
                case .ended(var end):
                    group.cancelAll()
                    // What was ended from here ends as a cancellation, unless the answer was quicker.
                    switch end.outcome {
                    case .lost, .threw(is CancellationError): end.outcome = reason ?? end.outcome
                    default: break
                    }
                    return end
                case .impatient where race.giveUp(arm.attempt.number):
                    reason = .failed(Self.impatience(arm))
                    group.cancelAll()
                case .overdue:
                    reason = .overdue
                    group.cancelAll()
                case .lost:
                    reason = .lost
                    group.cancelAll()
                case .impatient, .quiet:
                    break
                }
            }
            // Not reached: the call always ends.
            return ArmEnd(outcome: .lost, endedAt: clock.now())
        }
    }

    private static func impatience(_ arm: Arm) -> ModelError {
        ModelError(
            .timeout,
            "\(arm.attempt.deployment) said nothing for \((arm.patience ?? .zero).brief), and another is asked")
    }

    private func timer(_ time: Duration, _ signal: Signal) async -> Signal {
        do {
            try await sleep(time)
            return signal
        } catch {
            return .quiet
        }
    }

    /// The call to the provider itself.
    private func call(_ arm: Arm, in race: Race, _ delivery: Delivery) async -> ArmEnd {
        var meter = UsageMeter()
        var assembler = ReplyAssembler()
        var firstEventAt: Timestamp?
        var refusal: (any Error)?
        var isLost = false
        do {
            let health = health
            let permit = arm.permit
            var request = arm.attempt.request
            request.rateListener = RateListener { health.heard($0, permit) }
            try await arm.provider.send(request) { event in
                if firstEventAt == nil {
                    guard race.claim(arm.attempt.number) else {
                        isLost = true
                        throw CancellationError()
                    }
                    firstEventAt = clock.now()
                    health.began(permit)
                }
                meter.receive(event)
                switch delivery {
                case .reply: assembler.receive(event)
                case .stream(let receiver):
                    do {
                        try await receiver.receive(event)
                    } catch {
                        refusal = error
                        throw error
                    }
                }
            }
            guard meter.hasStopped else {
                throw ModelError(
                    .streamCut, "\(arm.attempt.deployment.name) ended its answer without saying why it stopped")
            }
            return ArmEnd(
                outcome: .answered, usage: meter.whole(inputTokens: arm.inputTokens), firstEventAt: firstEventAt,
                endedAt: clock.now(), reply: assembler.finish())
        } catch {
            var end = ArmEnd(outcome: .threw(error), firstEventAt: firstEventAt, endedAt: clock.now())
            if isLost { end.outcome = .lost }
            // A receiver that will not go on is no failure of the model, whatever it throws.
            if refusal == nil, !isLost, let error = error as? ModelError {
                end.outcome = .failed(error)
                guard firstEventAt != nil || error.failureClass.mayBeCharged else { return end }
            }
            end.usage = meter.part(inputTokens: arm.inputTokens)
            return end
        }
    }
}
