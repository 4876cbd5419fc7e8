import Batches
import Conversation
import Identity
import Testing
import Timekeeping

@Suite struct BatchRulesTests {
    static let start = Timestamp(milliseconds: 1_767_225_600_000)
    static let handle = BatchHandle(id: "b1")
    static let policy = BatchPolicy()

    private func batch() -> Batch {
        Batch(id: IdentifierSource.seeded(1).next(), provider: "fake", model: "m", calls: 2, at: Self.start)
    }

    /// The batch after these events, each a second after the one before, and what befell its calls at last.
    private func after(_ events: Batch.Event...) -> (Batch, BatchOutcome?) {
        var batch = batch()
        var outcome: BatchOutcome?
        for (place, event) in events.enumerated() {
            outcome = batch.apply(event, at: Self.start + .seconds(place), Self.policy) ?? outcome
        }
        return (batch, outcome)
    }

    @Test func `A batch is sent, polled, collected and done`() {
        var batch = batch()
        #expect(batch.work == .send)
        #expect(batch.apply(.sending, at: Self.start, Self.policy) == nil)
        #expect(batch.work == .lookUp)
        #expect(batch.due == Self.start + Self.policy.sending)
        #expect(batch.apply(.sent(Self.handle), at: Self.start, Self.policy) == nil)
        #expect(batch.work == .poll(Self.handle))
        #expect(batch.due == Self.start + .seconds(30))
        let files = BatchHandle(id: "b1", outputFile: "out")
        #expect(batch.apply(.polled(BatchStatus(phase: .ended, handle: files)), at: Self.start, Self.policy) == nil)
        #expect(batch.work == .collect(files))
        #expect(
            batch.apply(.collected, at: Self.start, Self.policy)
                == .failed(code: .providerFault, message: "fake gave no result for this call of the batch"))
        #expect(batch.ending == .collected)
        #expect(batch.due == nil)
        #expect(batch.work == nil)
    }

    @Test func `Polls come half as seldom again each time, up to the longest`() {
        var (batch, _) = after(.sending, .sent(Self.handle))
        var waits: [Duration] = []
        for _ in 0..<12 {
            _ = batch.apply(.polled(BatchStatus(phase: .working, handle: Self.handle)), at: Self.start, Self.policy)
            if let due = batch.due { waits.append(due - Self.start) }
        }
        #expect(waits.prefix(3) == [.seconds(30), .seconds(45), .milliseconds(67_500)])
        #expect(waits.last == .seconds(900))
        #expect(zip(waits, waits.dropFirst()).allSatisfy { $0 <= $1 })
    }

    @Test func `A sender that died is found out by the time, and the batch looked for`() {
        var (batch, _) = after(.sending)
        #expect(batch.due == Self.start + Self.policy.sending)
        _ = batch.apply(.lookedUp(.found(Self.handle)), at: Self.start + Self.policy.sending, Self.policy)
        #expect(batch.phase == .running(Self.handle))
    }

    @Test func `A batch that never arrived is sent again, though not before it had time to arrive`() {
        var (batch, _) = after(.sending, .sendingFailed(ModelError(.timeout, "slow")))
        #expect(batch.phase == .unsure)
        _ = batch.apply(.lookedUp(.absent), at: Self.start + .seconds(60), Self.policy)
        #expect(batch.phase == .unsure)
        _ = batch.apply(.lookedUp(.absent), at: Self.start + .seconds(120), Self.policy)
        #expect(batch.phase == .unsure)
        _ = batch.apply(.lookedUp(.absent), at: Self.start + .seconds(121), Self.policy)
        #expect(batch.work == .send)
        #expect(batch.due == Self.start + .seconds(121))
    }

    @Test func `What cannot be looked up, or not for long enough, is unknown`() {
        let (impossible, outcome) = after(
            .sending, .sendingFailed(ModelError(.network, "gone")), .lookedUp(.impossible("it has no list")))
        let sentence = "whether fake has the batch \(impossible.id) is not known: it has no list"
        #expect(impossible.ending == .unknown(sentence))
        #expect(outcome == .unknown(sentence))
        var (batch, _) = after(.sending, .sendingFailed(ModelError(.network, "gone")))
        #expect(batch.apply(.lookedUp(.undecided("two alike")), at: Self.start, Self.policy) == nil)
        let late = Self.start + Self.policy.search
        #expect(
            batch.apply(.lookUpFailed(ModelError(.network, "down")), at: late, Self.policy)
                == .unknown("whether fake has the batch \(batch.id) is not known: down"))
    }

    @Test(arguments: ModelError.Code.allCases)
    func `A refusal ends the batch, an overload delays it, and what may have arrived is looked for`(
        _ code: ModelError.Code
    ) {
        let error = ModelError(code, "why", retryAfter: .seconds(77))
        let (batch, outcome) = after(.sending, .sendingFailed(error))
        if BatchSubmission.mayHaveArrived(after: error) {
            #expect(batch.phase == .unsure)
            #expect(outcome == nil)
        } else if error.isTransient {
            #expect(batch.phase == .waiting)
            #expect(batch.due == Self.start + .seconds(78))
            #expect(outcome == nil)
        } else {
            #expect(batch.ending == .failed(code: code, message: "why"))
            #expect(outcome == .failed(error))
        }
    }

    @Test func `A cancellation before the sending sends nothing`() {
        let (batch, outcome) = after(.cancelAsked)
        #expect(batch.ending == .cancelled)
        #expect(outcome == .cancelled)
        let (unsent, second) = after(
            .sending, .cancelAsked, .sendingFailed(ModelError(.overloaded, "busy")), .sending)
        #expect(unsent.ending == .cancelled)
        #expect(second == .cancelled)
    }

    @Test func `A cancellation of a running batch is told at once, and what was answered is collected`() {
        var (batch, _) = after(.sending, .sent(Self.handle), .cancelAsked)
        #expect(batch.work == .cancelAndPoll(Self.handle))
        #expect(batch.due == Self.start + .seconds(2))
        _ = batch.apply(.cancelTold, at: Self.start, Self.policy)
        #expect(batch.work == .poll(Self.handle))
        _ = batch.apply(.polled(BatchStatus(phase: .ended, handle: Self.handle)), at: Self.start, Self.policy)
        #expect(batch.apply(.collected, at: Self.start, Self.policy) == .cancelled)
    }

    @Test func `A batch that its provider refused as a whole fails its calls`() {
        let failed = BatchStatus(phase: .failed("line 3 is no JSON"), handle: Self.handle)
        let (batch, outcome) = after(.sending, .sent(Self.handle), .polled(failed))
        #expect(outcome == .failed(code: .invalidRequest, message: "fake refused the batch: line 3 is no JSON"))
        #expect(batch.due == nil)
    }

    @Test func `Trouble with a poll is asked again; a batch that is gone is unknown`() {
        var (batch, _) = after(.sending, .sent(Self.handle), .pollFailed(ModelError(.authentication, "no key")))
        #expect(batch.phase == .running(Self.handle))
        _ = batch.apply(.pollFailed(ModelError(.invalidRequest, "HTTP 404")), at: Self.start, Self.policy)
        #expect(batch.ending == .unknown("whether fake has the batch \(batch.id) is not known: HTTP 404"))
    }

    @Test func `Results that stay unreadable are given up`() {
        var (batch, _) = after(.sending, .sent(Self.handle))
        _ = batch.apply(.polled(BatchStatus(phase: .ended, handle: Self.handle)), at: Self.start, Self.policy)
        var tries = 0
        while batch.due != nil {
            _ = batch.apply(.collectingFailed(ModelError(.malformedStream, "torn")), at: Self.start, Self.policy)
            tries += 1
        }
        #expect(tries == Self.policy.collections + 1)
        #expect(batch.ending == .unknown("whether fake has the batch \(batch.id) is not known: torn"))
    }

    /// Whatever happens in whatever order: an ended batch stays as it is and is due no more, one that has not ended is due,
    /// its calls get an outcome exactly when it ends, and it is never sent twice without having been looked for.
    @Test(arguments: 0..<200) func `No order of events breaks the rules`(_ seed: UInt64) {
        var random = Seeded(state: seed)
        var batch = batch()
        var time = Self.start
        var mayBeThere = false
        for _ in 0..<60 {
            time += .seconds(Int.random(in: 0...7_200, using: &random))
            let event = Self.events.randomElement(using: &random) ?? .collected
            let before = batch
            let outcome = batch.apply(event, at: time, Self.policy)
            #expect((outcome != nil) == (before.ending == nil && batch.ending != nil))
            #expect((batch.due == nil) == (batch.ending != nil))
            if before.ending != nil { #expect(batch == before) }
            if before.phase == .waiting, batch.phase == .sending {
                #expect(!mayBeThere)
                mayBeThere = true
            }
            if case .lookedUp(.absent) = event { mayBeThere = mayBeThere && batch.phase != .waiting }
            if case .sendingFailed(let error) = event, !BatchSubmission.mayHaveArrived(after: error) {
                mayBeThere = mayBeThere && batch.phase != .waiting
            }
        }
    }

    private static let events: [Batch.Event] = [
        .sending, .sent(handle), .sendingFailed(ModelError(.timeout, "t")),
        .sendingFailed(ModelError(.overloaded, "o")),
        .lookedUp(.found(handle)), .lookedUp(.absent), .lookedUp(.undecided("u")),
        .lookUpFailed(ModelError(.network, "n")), .cancelAsked, .cancelTold,
        .polled(BatchStatus(phase: .working, handle: handle)), .polled(BatchStatus(phase: .ended, handle: handle)),
        .pollFailed(ModelError(.network, "n")), .collected, .collectingFailed(ModelError(.network, "n")),
        .unavailable(ModelError(.network, "n")),
    ]
}

/// SplitMix64.
struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
