import Identity
import Timekeeping
import Workflows

/// Facts about the steps that the engine carries out.
extension StepTree {
    mutating func started(_ key: StepKey) {
        guard let node = places[key] else { return }
        switch nodes[node].state {
        case .ready, .backingOff:
            guard nodes[node].isLeaf else { return }
            nodes[node].isStarted = true
            nodes[node].state = .running(attempt: nodes[node].attempt)
        default: break
        }
    }

    /// Takes an outcome; a second one for the same attempt changes nothing.
    mutating func finished(_ key: StepKey, _ outcome: StepOutcome, at time: Timestamp) {
        guard let node = places[key], nodes[node].isLeaf else { return }
        switch nodes[node].state {
        case .ready, .running, .waiting: break
        default: return
        }
        switch outcome {
        case .succeeded(let outputs, let summary, let commit):
            nodes[node].summary = summary
            nodes[node].commit = commit
            succeed(node, outputs, seenFrom: groups[nodes[node].group].frame)
        case .failed(let code, let message):
            let failure = StepFailure(code: code, message: message, origin: key)
            let (rule, attempt) = (nodes[node].step.retry, nodes[node].attempt)
            guard !isHalted, attempt < rule.attempts, rule.on.isEmpty || rule.on.contains(code) else {
                end(node, .failed(failure))
                return
            }
            nodes[node].gates = []
            nodes[node].lastFailure = failure
            nodes[node].isStarted = false
            nodes[node].attempt = attempt + 1
            nodes[node].state = .backingOff(
                attempt: attempt + 1, until: time + .milliseconds(rule.backoff(after: attempt)))
        }
    }

    /// Parks a step, unless it has not begun or has ended.
    mutating func parked(_ key: StepKey, by gate: GateID) -> Bool {
        guard let node = places[key.performer], nodes[node].isLeaf else { return false }
        switch nodes[node].state {
        case .ready, .running, .waiting: break
        default: return false
        }
        nodes[node].gates.append(gate)
        nodes[node].state = .waiting(gates: nodes[node].gates)
        return true
    }

    mutating func unparked(_ key: StepKey, by gate: GateID) {
        guard let node = places[key.performer], case .waiting = nodes[node].state else { return }
        nodes[node].gates.removeAll { $0 == gate }
        if !nodes[node].gates.isEmpty {
            nodes[node].state = .waiting(gates: nodes[node].gates)
        } else {
            nodes[node].state = nodes[node].isStarted ? .running(attempt: nodes[node].attempt) : .ready
        }
    }

    /// Gives up everything that is not under way, and begins nothing more.
    mutating func halt() {
        isHalted = true
        for node in active { if case .running = nodes[node].state { continue } else { giveUp(node) } }
        active.removeAll { nodes[$0].state.isEnded }
    }

    /// Gives up what is left.
    mutating func giveUpAll() {
        active.removeAll()
        for node in nodes.indices where !nodes[node].state.isEnded { giveUp(node) }
    }

    private mutating func giveUp(_ node: Int) {
        switch nodes[node].state {
        case .pending, .ready: nodes[node].state = .skipped
        case .backingOff: nodes[node].state = nodes[node].lastFailure.map { .failed($0) } ?? .stopped
        default: nodes[node].state = .stopped
        }
        nodes[node].gates = []
        nodes[node].scope = nil
    }
}

extension RetryRule {
    /// The wait after a failed attempt, in milliseconds: doubled from one to the next, never above the longest.
    package func backoff(after attempt: Int) -> Int64 {
        var wait = max(0, backoff)
        for _ in 1..<max(1, attempt) where wait < longestBackoff { wait = wait > .max / 2 ? .max : wait * 2 }
        return min(wait, max(0, longestBackoff))
    }
}

extension StepKey {
    /// The step that works on it: itself, or the step whose agent started this one.
    fileprivate var performer: StepKey {
        guard depth > 0, let end = rawValue.firstRange(of: "/agent/") else { return self }
        return StepKey(rawValue: String(rawValue[..<end.lowerBound]))
    }
}
