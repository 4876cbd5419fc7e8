import Batches
import Conversation
import Files
import Gateway
import Identity
import Storage
import Synchronization
import Testing
import Timekeeping

/// Batches from the queue to the outcome, through crashes, on a real store with a provider in memory (G10).
@Suite struct BatchServiceTests {
    @Test func `Calls wait for company, go out together, and get their own answers`() async throws {
        try await BatchBench.with { bench in
            let ids = try await bench.enqueue(["one", "two", "three"])
            try await bench.service.pass()
            #expect(bench.provider.submissions.isEmpty)
            bench.clock.advance(by: .seconds(60))
            try await bench.service.pass()
            #expect(bench.provider.submissions.map(\.count) == [3])
            #expect(try await bench.service.outcome(of: ids[0]) == nil)
            bench.provider.finish()
            bench.clock.advance(by: .seconds(30))
            try await bench.service.pass()
            for (id, text) in zip(ids, ["one", "two", "three"]) {
                #expect(try await bench.service.outcome(of: id) == .reply(BatchBench.reply(to: text)))
            }
            #expect(bench.settled.map(\.id) == ids)
            #expect(try await bench.service.pass() == nil)
            #expect(bench.settled.count == 3)
            #expect(bench.provider.discarded == ["batch-1"])
        }
    }

    @Test func `A full queue does not wait, and what does not fit goes into the next batch`() async throws {
        try await BatchBench.with(policy: BatchPolicy(largest: BatchLimits(items: 2, bytes: 1 << 20))) { bench in
            try await bench.enqueue(["one", "two", "three"])
            try await bench.service.pass()
            #expect(bench.provider.submissions.map(\.count) == [2, 1])
        }
        try await BatchBench.with(policy: BatchPolicy(largest: BatchLimits(items: 9, bytes: 1_000))) { bench in
            try await bench.enqueue([String(repeating: "a", count: 5_000), "b", "c"])
            bench.clock.advance(by: .seconds(60))
            try await bench.service.pass()
            #expect(bench.provider.submissions.map(\.count) == [1, 2])
        }
    }

    @Test func `A process that dies while it sends leaves a batch that the next one finds, and no call is sent twice`()
        async throws
    {
        try await BatchBench.with { bench in
            let ids = try await bench.enqueue(["one", "two"])
            bench.clock.advance(by: .seconds(60))
            bench.provider.dieAfterSubmitting()
            await #expect(throws: CancellationError.self) { try await bench.service.pass() }
            #expect(bench.provider.submissions.count == 1)
            let next = bench.newService()
            try await next.pass()
            #expect(bench.provider.lookUps == 0)
            bench.clock.advance(by: .seconds(600))
            try await next.pass()
            #expect(bench.provider.lookUps == 1)
            bench.provider.finish()
            bench.clock.advance(by: .seconds(30))
            try await next.pass()
            #expect(try await next.outcome(of: ids[1]) == .reply(BatchBench.reply(to: "two")))
            #expect(bench.provider.submissions.count == 1)
        }
    }

    @Test func `A batch that never arrived is sent again`() async throws {
        try await BatchBench.with { bench in
            try await bench.enqueue(["one"])
            bench.clock.advance(by: .seconds(60))
            bench.provider.refuseNext(ModelError(.network, "cut off"), keeping: false)
            try await bench.service.pass()
            #expect(bench.provider.submissions.isEmpty)
            bench.clock.advance(by: .seconds(200))
            try await bench.service.pass()
            #expect(bench.provider.lookUps == 1)
            try await bench.service.pass()
            #expect(bench.provider.submissions.count == 1)
        }
    }

    @Test func `An answer that was lost is made good by looking`() async throws {
        try await BatchBench.with { bench in
            let ids = try await bench.enqueue(["one"])
            bench.clock.advance(by: .seconds(60))
            bench.provider.refuseNext(ModelError(.timeout, "slow"), keeping: true)
            try await bench.service.pass()
            bench.provider.finish()
            bench.clock.advance(by: .seconds(30))
            try await bench.service.pass()
            bench.clock.advance(by: .seconds(30))
            try await bench.service.pass()
            #expect(try await bench.service.outcome(of: ids[0]) == .reply(BatchBench.reply(to: "one")))
            #expect(bench.provider.submissions.count == 1)
        }
    }

    @Test func `A crash between two groups of results records each once`() async throws {
        try await BatchBench.with { bench in
            let ids = try await bench.enqueue((0..<250).map { "text \($0)" })
            bench.clock.advance(by: .seconds(60))
            try await bench.service.pass()
            bench.provider.finish()
            bench.provider.dieAfterResults(120)
            bench.clock.advance(by: .seconds(30))
            await #expect(throws: CancellationError.self) { try await bench.service.pass() }
            let early = try await bench.journal.unsettled(limit: 1_000)
            #expect(early.count == 100)
            let next = bench.newService()
            try await next.pass()
            #expect(bench.settled.count == 250)
            #expect(Set(bench.settled.map(\.id)) == Set(ids))
        }
    }

    @Test func `A call that the provider leaves out, or does not know, is told apart`() async throws {
        try await BatchBench.with { bench in
            let ids = try await bench.enqueue(["one", "expired", "forgotten", "bad"])
            bench.clock.advance(by: .seconds(60))
            try await bench.service.pass()
            bench.provider.finish()
            bench.clock.advance(by: .seconds(30))
            try await bench.service.pass()
            #expect(
                try await bench.outcomes(ids) == [
                    .reply(BatchBench.reply(to: "one")), .expired,
                    .failed(code: .providerFault, message: "fake gave no result for this call of the batch"),
                    .failed(code: .invalidRequest, message: "bad"),
                ])
        }
    }

    @Test func `A refused batch fails its calls with the provider's words`() async throws {
        try await BatchBench.with { bench in
            let ids = try await bench.enqueue(["one"])
            bench.clock.advance(by: .seconds(60))
            bench.provider.refuseNext(ModelError(.authentication, "wrong key"), keeping: false)
            try await bench.service.pass()
            #expect(try await bench.outcomes(ids) == [.failed(code: .authentication, message: "wrong key")])
        }
    }

    @Test func `Queued calls are taken back, and batches that run are stopped`() async throws {
        try await BatchBench.with { bench in
            let ids = try await bench.enqueue(["one", "two", "three"])
            #expect(try await bench.service.cancel(call: ids[0]))
            bench.clock.advance(by: .seconds(60))
            try await bench.service.pass()
            #expect(try await bench.service.cancel(call: ids[1]) == false)
            guard case .batched(let batch) = try await bench.journal.call(ids[1])?.state else {
                Issue.record("the call is in no batch")
                return
            }
            try await bench.service.cancel(batch: batch)
            try await bench.service.pass()
            #expect(bench.provider.cancelled == ["batch-1"])
            #expect(try await bench.outcomes(ids) == [.cancelled, .cancelled, .cancelled])
        }
    }

    @Test func `A provider that takes no batches, and a call that nobody queued, are refused`() async throws {
        try await BatchBench.with { bench in
            await #expect(
                throws: ModelError(
                    .invalidRequest, "ollama takes no batches; send the call to it directly, or use one of: fake")
            ) { try await bench.service.enqueue(BatchBench.request("x"), for: "ollama", owner: "o") }
            let stranger: BatchCallID = IdentifierSource.seeded(99).next()
            await #expect(
                throws: ModelError(
                    .invalidRequest, "there is no call \(stranger) of a batch; was it queued here?")
            ) { try await bench.service.outcome(of: stranger) }
        }
    }

    @Test func `A batch of a provider that is not configured here is left to whoever has it`() async throws {
        try await BatchBench.with { bench in
            let ids = try await bench.enqueue(["one"])
            bench.clock.advance(by: .seconds(60))
            try await bench.service.pass()
            let without = bench.newService(providers: [])
            bench.clock.advance(by: .seconds(30))
            let next = try await without.pass()
            #expect(next == nil)
            #expect(try await bench.outcomes(ids) == [nil])
        }
    }

    @Test func `The loop waits until the next batch is due, and a waiter gets the outcome`() async throws {
        try await BatchBench.with { bench in
            let ids = try await bench.enqueue(["one"])
            bench.provider.finishAtOnce()
            let service = bench.newService(sleep: { wait in
                try Task.checkCancellation()
                bench.clock.advance(by: wait)
                await Task.yield()
            })
            let outcome = try await withThrowingTaskGroup(of: BatchOutcome?.self) { group in
                group.addTask {
                    try await service.run()
                    return nil
                }
                group.addTask { try await service.wait(for: ids[0]) }
                let outcome = try await group.next()
                group.cancelAll()
                return outcome
            }
            #expect(outcome == .reply(BatchBench.reply(to: "one")))
        }
    }
}
