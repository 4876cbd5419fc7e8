package import Conversation
package import Timekeeping

/// The life of a batch as a pure machine: what happened goes in, the changed batch and the fate of its calls come out.
extension Batch {
    /// What is to be done when the batch is due.
    package enum Work: Sendable, Hashable {
        case send
        case lookUp
        /// Tell the provider to stop, then ask how far it is.
        case cancelAndPoll(BatchHandle)
        case poll(BatchHandle)
        case collect(BatchHandle)
    }

    package var work: Work? {
        switch phase {
        case .waiting: .send
        case .sending, .unsure: .lookUp
        case .running(let handle): cancellation == .asked ? .cancelAndPoll(handle) : .poll(handle)
        case .collecting(let handle): .collect(handle)
        case .ended: nil
        }
    }

    package enum Event: Sendable, Hashable {
        /// About to be sent; written before anything leaves.
        case sending
        case sent(BatchHandle)
        case sendingFailed(ModelError)
        case lookedUp(BatchLookup)
        case lookUpFailed(ModelError)
        case cancelAsked
        case cancelTold
        case polled(BatchStatus)
        case pollFailed(ModelError)
        /// All results were read and recorded.
        case collected
        case collectingFailed(ModelError)
        /// Nobody can speak to the provider at present.
        case unavailable(ModelError)
    }

    /// Changes the batch by what happened.
    ///
    /// An event that does not belong to the phase changes nothing: somebody else was faster.
    /// - Returns: what befalls those calls of the batch that have no outcome yet, where it ends them.
    package mutating func apply(_ event: Event, at time: Timestamp, _ policy: BatchPolicy) -> BatchOutcome? {
        switch (phase, event) {
        case (.waiting, .sending):
            guard cancellation == .none else { return end(.cancelled, leaving: .cancelled) }
            phase = .sending
            sentAt = time
            givenUpAt = nil
            due = time + policy.sending
        case (.waiting, .cancelAsked):
            return end(.cancelled, leaving: .cancelled)
        case (.sending, .sent(let handle)), (.unsure, .lookedUp(.found(let handle))),
            (.sending, .lookedUp(.found(let handle))):
            start(handle, at: time, policy)
        case (.sending, .sendingFailed(let error)):
            return sendingFailed(error, at: time, policy)
        case (.sending, .lookedUp(let lookup)), (.unsure, .lookedUp(let lookup)):
            return notFound(lookup, at: time, policy)
        case (.sending, .lookUpFailed(let error)), (.unsure, .lookUpFailed(let error)):
            return stillUnsure(error.message, at: time, policy, after: error.retryAfter)
        case (.sending, .cancelAsked), (.unsure, .cancelAsked):
            cancellation = .asked
        case (.running, .cancelAsked):
            if cancellation == .none {
                cancellation = .asked
                due = time
            }
        case (.running, .cancelTold):
            cancellation = .told
        case (.running, .polled(let status)):
            return polled(status, at: time, policy)
        case (.running, .pollFailed(let error)), (.collecting, .collectingFailed(let error)):
            return troubled(error, at: time, policy)
        case (.collecting, .collected):
            return end(
                .collected,
                leaving: cancellation == .none
                    ? .failed(
                        code: .providerFault, message: "\(providerName) gave no result for this call of the batch")
                    : .cancelled)
        case (.waiting, .unavailable), (.sending, .unavailable), (.unsure, .unavailable), (.running, .unavailable),
            (.collecting, .unavailable):
            due = time + policy.wait(after: tries)
            tries += 1
        default:
            break
        }
        return nil
    }

    private mutating func end(_ ending: Ending, leaving outcome: BatchOutcome) -> BatchOutcome {
        phase = .ended(ending)
        due = nil
        return outcome
    }

    private mutating func start(_ handle: BatchHandle, at time: Timestamp, _ policy: BatchPolicy) {
        phase = .running(handle)
        tries = 0
        due = cancellation == .asked ? time : time + policy.wait(after: 0)
    }

    private mutating func sendingFailed(_ error: ModelError, at time: Timestamp, _ policy: BatchPolicy) -> BatchOutcome?
    {
        if BatchSubmission.mayHaveArrived(after: error) {
            phase = .unsure
            givenUpAt = time
            tries = 0
            due = time + policy.wait(after: 0)
            return nil
        }
        guard error.isTransient else {
            return end(.failed(code: error.code, message: error.message), leaving: .failed(error))
        }
        phase = .waiting
        due = time + max(error.retryAfter ?? .zero, policy.wait(after: tries))
        tries += 1
        return nil
    }

    private mutating func notFound(_ lookup: BatchLookup, at time: Timestamp, _ policy: BatchPolicy) -> BatchOutcome? {
        switch lookup {
        case .found:
            return nil
        case .absent:
            if let last = givenUpAt ?? sentAt, time - last < policy.arrival {
                return stillUnsure("it is not in the provider's list yet", at: time, policy)
            }
            phase = .waiting
            due = time
            return nil
        case .undecided(let why):
            return stillUnsure(why, at: time, policy)
        case .impossible(let why):
            return lost(why)
        }
    }

    private mutating func stillUnsure(
        _ why: String, at time: Timestamp, _ policy: BatchPolicy, after asked: Duration? = nil
    ) -> BatchOutcome? {
        if let sentAt, time - sentAt >= policy.search { return lost(why) }
        phase = .unsure
        due = time + max(asked ?? .zero, policy.wait(after: tries))
        tries += 1
        return nil
    }

    private mutating func lost(_ why: String) -> BatchOutcome {
        let sentence = "whether \(providerName) has the batch \(id) is not known: \(why)"
        return end(.unknown(sentence), leaving: .unknown(sentence))
    }

    private mutating func polled(_ status: BatchStatus, at time: Timestamp, _ policy: BatchPolicy) -> BatchOutcome? {
        switch status.phase {
        case .working:
            phase = .running(status.handle)
            due = time + policy.wait(after: tries)
            tries += 1
            return nil
        case .ended:
            phase = .collecting(status.handle)
            tries = 0
            due = time
            return nil
        case .failed(let message):
            let said = "\(providerName) refused the batch: \(message)"
            return end(
                .failed(code: .invalidRequest, message: said), leaving: .failed(code: .invalidRequest, message: said))
        }
    }

    /// A batch that the provider no longer has is lost; anything else is asked again, as a key can be mended.
    private mutating func troubled(_ error: ModelError, at time: Timestamp, _ policy: BatchPolicy) -> BatchOutcome? {
        if error.code == .unknownModel || error.code == .invalidRequest { return lost(error.message) }
        if case .collecting = phase, tries >= policy.collections { return lost(error.message) }
        due = time + max(error.retryAfter ?? .zero, policy.wait(after: tries))
        tries += 1
        return nil
    }
}
