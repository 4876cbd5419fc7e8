import Batches
import Conversation
import Files
import Identity
import Storage
import Testing
import Timekeeping

/// Queued calls and batches in the journal's file (G10).
@Suite("The store of batches")
struct BatchStoreTests {
    let ids = IdentifierSource.seeded(3)
    let time = Timestamp(milliseconds: 1_770_000_000_000)

    private func with(_ body: (SQLiteJournal) async throws -> Void) async throws {
        try await FileSystem.withTemporaryDirectory { folder in
            let journal = try await SQLiteJournal(path: (folder / "journal.db").string)
            try await body(journal)
            await journal.close()
        }
    }

    private func call(model: String = "m", text: String = "Hello", after wait: Duration = .zero) -> BatchCall {
        let request = ModelRequest(
            model: model, system: "s", messages: [.user(text)], maxOutputTokens: 10,
            purpose: .init(agent: "a", step: "s", turn: 1))
        return BatchCall(id: ids.next(), provider: "p", owner: "job", request: request, queuedAt: time + wait)
    }

    private func batch(_ calls: Int) -> Batch {
        Batch(id: ids.next(), provider: "p", model: "m", calls: calls, at: time)
    }

    private let reply = BatchOutcome.reply(
        ModelReply(
            id: "r", model: "m", content: [.text("Hi")], stopReason: .endOfTurn, usage: Usage(input: 3, output: 1)))

    @Test("gives a call back as it was queued, once however often it is queued")
    func calls() async throws {
        try await with { store in
            let call = call(text: "Ünïcode\n\u{0}")
            try await store.enqueue(call)
            try await store.enqueue(call)
            #expect(try await store.call(call.id) == call)
            #expect(try await store.queues() == [BatchQueue(provider: "p", model: "m", count: 1, since: time)])
            #expect(try await store.call(ids.next()) == nil)
        }
    }

    @Test("keeps a queue for each model, the oldest first")
    func queues() async throws {
        try await with { store in
            let (young, old, other) = (call(after: .seconds(9)), call(after: .seconds(5)), call(model: "n"))
            for call in [young, old, other] { try await store.enqueue(call) }
            #expect(
                try await store.queues() == [
                    BatchQueue(provider: "p", model: "n", count: 1, since: time),
                    BatchQueue(provider: "p", model: "m", count: 2, since: time + .seconds(5)),
                ])
            let queue = BatchQueue(provider: "p", model: "m", count: 2, since: time)
            let queued = try await store.queued(in: queue, limit: 10)
            #expect(queued.map(\.id) == [young.id, old.id])
            #expect(queued.allSatisfy { $0.bytes > 100 && $0.bytes < 2_000 })
            #expect(try await store.queued(in: queue, limit: 1).map(\.id) == [young.id])
        }
    }

    @Test("forms a batch of queued calls, or none where one is taken")
    func forming() async throws {
        try await with { store in
            let calls = [call(), call(), call()]
            for call in calls { try await store.enqueue(call) }
            let (first, second) = (batch(2), batch(2))
            #expect(try await store.form(first, of: [calls[0].id, calls[1].id]) == .done(revision: 1))
            #expect(try await store.form(second, of: [calls[2].id, calls[1].id]) == .outrun)
            #expect(try await store.batch(second.id) == nil)
            #expect(try await store.call(calls[2].id)?.state == .queued)
            #expect(try await store.calls(of: first.id).map(\.state) == [.batched(first.id), .batched(first.id)])
            #expect(try await store.due(at: time, of: ["p"]) == [StoredBatch(batch: first, revision: 1)])
            #expect(try await store.due(at: time, of: ["q"]) == [])
            #expect(try await store.due(at: time - .seconds(1), of: ["p"]) == [])
            #expect(try await store.nextDue(of: ["o", "p"]) == time)
            #expect(try await store.cancelQueued(calls[0].id) == false)
            #expect(try await store.cancelQueued(calls[2].id))
            #expect(try await store.call(calls[2].id)?.outcome == .cancelled)
        }
    }

    @Test("lets only one of two writers change a batch, and ends its open calls with it")
    func saving() async throws {
        try await with { store in
            let calls = [call(), call()]
            for call in calls { try await store.enqueue(call) }
            let formed = batch(2)
            _ = try await store.form(formed, of: calls.map(\.id))
            let stored = StoredBatch(batch: formed, revision: 1)
            var cancelled = formed
            let outcome = cancelled.apply(.cancelAsked, at: time, BatchPolicy())
            #expect(try await store.record([(calls[0].id, reply)], of: formed.id) == 1)
            #expect(try await store.save(cancelled, over: stored, remaining: outcome) == .done(revision: 2))
            #expect(try await store.save(formed, over: stored, remaining: .expired) == .outrun)
            #expect(try await store.batch(formed.id) == StoredBatch(batch: cancelled, revision: 2))
            #expect(try await store.calls(of: formed.id).map(\.outcome) == [reply, .cancelled])
            #expect(try await store.nextDue(of: ["p"]) == nil)
        }
    }

    @Test("records an outcome once, and hands it out until it is settled")
    func recording() async throws {
        try await with { store in
            let call = call()
            try await store.enqueue(call)
            let formed = batch(1)
            _ = try await store.form(formed, of: [call.id])
            #expect(try await store.record([(call.id, reply), (ids.next(), .expired)], of: formed.id) == 1)
            #expect(try await store.record([(call.id, .expired)], of: formed.id) == 0)
            #expect(try await store.record([(call.id, .expired)], of: ids.next()) == 0)
            #expect(try await store.unsettled(limit: 5).map(\.outcome) == [reply])
            try await store.markSettled([call.id])
            #expect(try await store.unsettled(limit: 5) == [])
        }
    }
}
