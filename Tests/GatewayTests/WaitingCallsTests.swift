import Batches
import Conversation
import Gateway
import Identity
import Money
import Runs
import Storage
import Testing
import Timekeeping

/// Calls of runs of low priority (G10): what waits, what it costs, and what comes of those that no batch answers.
@Suite struct WaitingCallsTests {
    /// A till whose run is of low priority, with a service of batches that goes on while a call is made.
    private func with(
        _ direct: ScriptedProvider = ScriptedProvider([]), takesBatches: Bool = true,
        rules: BatchDesk.Rules = .init(tries: 2), _ body: (Till, Gateway, MemoryBatchProvider) async throws -> Void
    ) async throws {
        try await Till.with(direct) { till in
            var run = till.run
            run.priority = .low
            try await till.journal.record([.run(run)], for: run.id, at: till.clock.now)
            let batches = MemoryBatchProvider()
            var gateway = till.gateway
            gateway.desk = desk(till, batches, takesBatches: takesBatches, rules: rules)
            try await body(till, gateway, batches)
        }
    }

    private func desk(
        _ till: Till, _ batches: MemoryBatchProvider, takesBatches: Bool = true, rules: BatchDesk.Rules
    ) -> BatchDesk {
        let sleep: @Sendable (Duration) async throws -> Void = { [clock = till.clock] wait in
            try Task.checkCancellation()
            clock.advance(by: wait)
            await Task.yield()
        }
        let service = BatchService(
            store: till.journal, providers: [batches], clock: till.clock.wall,
            ids: .seeded(UInt64.random(in: 0 ... .max)), sleep: sleep)
        return BatchDesk(
            service: service, accounts: takesBatches ? ["anthropic": "fake"] : [:], rules: rules, sleep: sleep)
    }

    private func ask(_ gateway: Gateway, _ till: Till, _ text: String = "Hi.") async throws -> Gateway.Outcome {
        try await withThrowingTaskGroup(of: Gateway.Outcome?.self) { group in
            if let service = gateway.desk?.service {
                group.addTask {
                    try await service.run()
                    return nil
                }
            }
            group.addTask { [caller = till.caller] in
                try await gateway.ask(Till.model, Till.request(text), for: caller)
            }
            defer { group.cancelAll() }
            return try #require(try await group.next() ?? nil)
        }
    }

    @Test func `An answer from a batch costs a batch's price, and the wish is in the journal before`() async throws {
        try await with { till, gateway, batches in
            batches.finish()
            let (reply, charge) = try #require(try await ask(gateway, till).answer)
            #expect(reply.message.text == "re: Hi.")
            let open = try #require(try await till.openReservations.first)
            #expect(open.waits?.agent == "architect")
            #expect(open.amount < Till.ceiling(Till.request()))
            #expect(charge.isBatch == true && charge.canWait == true && charge.reservation == open.id)
            // 3 at $1.50 and 2 at $7.50 a million.
            #expect(charge.cost == USD(micros: 5 + 15))
            #expect(
                try await till.events == [
                    .turnStarted(session: till.session.id, turn: 1, reserved: open.amount),
                    .callWaits(session: till.session.id, turn: 1, model: "\(Till.model)"),
                ])
        }
    }

    @Test func `Whoever goes on after a crash waits for the same call`() async throws {
        try await with { till, gateway, batches in
            // Nobody sends batches here, so that the caller can only be stopped.
            let first = Task { [caller = till.caller] in
                try await gateway.ask(Till.model, Till.request(), for: caller)
            }
            while try await till.journal.queues().isEmpty { await Task.yield() }
            first.cancel()
            _ = await first.result
            batches.finish()
            var again = till.gateway
            again.desk = desk(till, batches, rules: .init())
            let (reply, charge) = try #require(try await ask(again, till).answer)
            #expect(reply.message.text == "re: Hi.")
            #expect(batches.submissions.map(\.count) == [1])
            #expect(try await till.openReservations.map(\.id) == [charge.reservation])
        }
    }

    @Test func `A call that no batch answers is made at once in the end, at the usual price`() async throws {
        try await with(ScriptedProvider([.reply("At once.")])) { till, gateway, batches in
            batches.finish()
            let (reply, charge) = try #require(try await ask(gateway, till, "expired").answer)
            #expect(reply.message.text == "At once.")
            #expect(batches.submissions.map(\.count) == [1, 1])
            #expect(charge.isBatch == nil && charge.canWait == true)
            #expect(try await till.openReservations.map(\.id) == [charge.reservation])
            #expect(try await till.charges == [])
        }
    }

    @Test func `A call that its provider refuses is not asked again`() async throws {
        try await with { till, gateway, batches in
            batches.finish()
            let outcome = try await ask(gateway, till, "bad")
            #expect(outcome.error?.code == .invalidRequest)
            #expect(batches.submissions.map(\.count) == [1])
            #expect(try await till.openReservations == [])
        }
    }

    @Test func `Without batches a call waits for its hour, and says until when`() async throws {
        let rules = BatchDesk.Rules(hours: DailyHours(from: 120, to: 360))
        try await with(ScriptedProvider([.reply()]), takesBatches: false, rules: rules) { till, gateway, _ in
            let start = DailyHours(from: 120, to: 360).next(at: till.clock.now)
            let before = till.clock.now
            let (_, charge) = try #require(try await ask(gateway, till).answer)
            #expect(till.clock.now >= start)
            #expect(start == before || charge.waitedMilliseconds ?? 0 >= (start - before).milliseconds)
            let waits = RunEvent.callWaits(
                session: till.session.id, turn: 1, model: "\(Till.model)", until: start)
            #expect(try await till.events.first == waits || start == before)
        }
    }

    @Test func `Without batches and an hour a call goes at once, and that is said once`() async throws {
        try await with(ScriptedProvider([.reply(), .reply()]), takesBatches: false) { till, gateway, _ in
            for _ in 0..<2 { _ = try await ask(gateway, till) }
            let told = RunEvent.priorityIgnored(session: till.session.id, turn: 1, model: "\(Till.model)")
            #expect(try await till.events.count { $0 == told } == 1)
        }
    }

    @Test func `Whoever leaves takes back what is queued, and is charged for what was answered`() async throws {
        try await with { till, gateway, batches in
            let first = Task { [caller = till.caller] in
                try await gateway.ask(Till.model, Till.request(), for: caller)
            }
            while try await till.journal.queues().isEmpty { await Task.yield() }
            first.cancel()
            _ = await first.result
            try await gateway.leave(try await till.openReservations)
            #expect(try await till.openReservations == [])
            #expect(try await till.charges == [])
            #expect(batches.submissions == [])

            batches.finish()
            _ = try await ask(gateway, till)
            try await gateway.leave(try await till.openReservations)
            #expect(try await till.openReservations == [])
            #expect(try await till.charges.map(\.cost) == [USD(micros: 20)])
        }
    }
}
