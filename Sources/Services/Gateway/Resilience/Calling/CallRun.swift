import Conversation
import Timekeeping

/// One call under way: carries out what its plan says.
struct CallRun {
    enum Step {
        case attempt(index: Int, permit: DeploymentHealth.Permit)
        case wait(Duration)
        case giveUp
    }

    let caller: ModelCaller
    let candidates: [Candidate]
    let accounting: any CallAccounting
    let delivery: Delivery
    let startedAt: Timestamp
    var plan: CallPlan
    /// What was decided while the last attempt was accounted for.
    var pending: Step?
    private var attempts = 0
    private var waited: Duration = .zero
    var reports: [AttemptReport] = []
    /// Why nobody pays: for the model that was asked for, and for one of the others.
    private var refusal: CallRefusal?
    private var otherRefusal: CallRefusal?

    init(caller: ModelCaller, candidates: [Candidate], accounting: any CallAccounting, delivery: Delivery) {
        self.caller = caller
        self.candidates = candidates
        self.accounting = accounting
        self.delivery = delivery
        startedAt = caller.clock.now()
        plan = CallPlan(keys: candidates.map(\.keys.count), retries: caller.retries)
    }

    typealias End = (result: CallResult, reply: ModelReply?)

    mutating func run() async throws -> End {
        // Leave that was given and is not used goes back.
        defer { drop(pending) }
        return try await work()
    }

    private mutating func work() async throws -> End {
        while true {
            try Task.checkCancellation()
            let step = pending ?? advance()
            pending = nil
            switch step {
            case .giveUp:
                return (result(hopelessness), nil)
            case .wait(let time):
                try await caller.sleep(time)
                waited += time
            case .attempt(let index, let permit):
                guard let arm = try await admit(index, permit, isHedge: false) else { continue }
                if let end = arm.isContested ? try await hedged(arm) : try await alone(arm) { return end }
            }
        }
    }

    // MARK: - Deciding

    /// The next thing to do: leave to ask somebody, or how long to wait, or that there is nothing left.
    mutating func advance() -> Step {
        while true {
            for index in plan.open {
                if let permit = choose(index) { return .attempt(index: index, permit: permit) }
            }
            let now = caller.clock.now()
            switch plan.endRound(at: now) {
            case .press: continue
            case .giveUp: return .giveUp
            case .wait(let time):
                if let total = caller.times.total, now + time >= startedAt + total { return .giveUp }
                return .wait(time)
            }
        }
    }

    mutating func choose(_ index: Int) -> DeploymentHealth.Permit? {
        let candidate = candidates[index]
        let choice = caller.health.choose(
            candidate.model, keys: candidate.keys.count, besides: plan.excluded(index),
            .init(inputTokens: candidate.inputTokens), isPressing: plan.isPressing)
        switch choice {
        case .use(let permit): return permit
        case .notNow(let hindrance):
            plan.hindered(index, hindrance, at: caller.clock.now(), jitter: caller.jitter.next())
            return nil
        }
    }

    private var hopelessness: CallResult.Outcome {
        if let refusal { return .refused(refusal) }
        if let otherRefusal, !plan.hasFailed { return .refused(otherRefusal) }
        return .failed(plan.failure(of: candidates.map(\.model), at: caller.clock.now()))
    }

    private func drop(_ step: Step?) {
        if case .attempt(_, let permit) = step { caller.health.ended(permit, .unasked) }
    }

    // MARK: - Attempts

    /// Has the attempt paid for; nil where nobody does.
    mutating func admit(_ index: Int, _ permit: DeploymentHealth.Permit, isHedge: Bool) async throws -> Arm? {
        let candidate = candidates[index]
        attempts += 1
        let fallback =
            index == 0 ? nil : Attempt.Fallback(from: candidates[0].model, because: reason(forHedge: isHedge))
        var arm = Arm(
            attempt: Attempt(
                number: attempts, deployment: permit.deployment, request: candidate.request, fallback: fallback,
                isHedge: isHedge),
            index: index, provider: candidate.keys[permit.deployment.keyIndex], permit: permit,
            inputTokens: candidate.inputTokens, waited: waited, startedAt: caller.clock.now())
        do {
            switch try await accounting.begin(arm.attempt) {
            case .admitted: break
            case .instead(let other): replace(&arm, by: other)
            case .refused(let refusal):
                caller.health.ended(permit, .unasked)
                attempts -= 1
                plan.refused(index)
                // Whoever cannot pay for the model that was asked for is told so; a fallback is only passed over.
                if index == 0 {
                    self.refusal = refusal
                    if !isHedge { pending = .giveUp }
                } else {
                    otherRefusal = otherRefusal ?? refusal
                }
                return nil
            }
        } catch {
            caller.health.ended(arm.permit, .unasked)
            throw error
        }
        waited = .zero
        limit(&arm)
        return arm
    }

    private func reason(forHedge isHedge: Bool) -> String {
        guard isHedge, let time = caller.times.hedgeAfter else { return plan.reasonAgainstFirst }
        return "it has said nothing for \(time.brief)"
    }

    /// Sends what is paid for elsewhere.
    private func replace(_ arm: inout Arm, by other: Candidate) {
        caller.health.ended(arm.permit, .unasked)
        arm.permit = caller.health.insist(
            on: other.model, keys: other.keys.count, .init(inputTokens: other.inputTokens))
        arm.provider = other.keys[arm.permit.deployment.keyIndex]
        arm.inputTokens = other.inputTokens
        arm.attempt.deployment = arm.permit.deployment
        arm.attempt.request = other.request
    }

    private func limit(_ arm: inout Arm) {
        let others = plan.open.filter { $0 != arm.index }.map { candidates[$0] }
        let hasOther = others.contains { other in
            caller.health.isUsable(other.model, keys: other.keys.count, .init(inputTokens: other.inputTokens))
        }
        if hasOther { arm.patience = candidates[arm.index].patience }
        arm.isContested = hasOther && !arm.attempt.isHedge && caller.times.hedgeAfter != nil
        if let total = caller.times.total { arm.timeLeft = max(.zero, startedAt + total - caller.clock.now()) }
    }
}
