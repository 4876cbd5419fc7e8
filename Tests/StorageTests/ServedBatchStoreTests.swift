import Batches
import Conversation
import Files
import Identity
import Money
import ServedCalls
import Storage
import Testing
import Timekeeping

/// Batches of clients in the journal's file (G10).
@Suite("The store of clients' batches")
struct ServedBatchStoreTests {
    let ids = IdentifierSource.seeded(4)
    let time = Timestamp(milliseconds: 1_770_000_000_000)

    private func with(_ body: (SQLiteJournal) async throws -> Void) async throws {
        try await FileSystem.withTemporaryDirectory { folder in
            let journal = try await SQLiteJournal(path: (folder / "journal.db").string)
            try await body(journal)
            await journal.close()
        }
    }

    private func batch(_ name: String, of key: VirtualKeyID, _ entries: Int) -> (ServedBatch, [ServedBatchEntry]) {
        let batch = ServedBatch(
            id: name, key: key, api: .anthropic, endpoint: "/v1/messages", entries: entries, createdAt: time,
            expiresAt: time + .seconds(60))
        let list = (0..<entries).map {
            ServedBatchEntry(batch: name, number: $0 + 1, customID: "c\($0 + 1)", request: "{}")
        }
        return (batch, list)
    }

    @Test("keeps a key's batches to itself, the newest first, a page at a time")
    func lists() async throws {
        try await with { (store: SQLiteJournal) async throws -> Void in
            let (key, other): (VirtualKeyID, VirtualKeyID) = (ids.next(), ids.next())
            for (name, owner) in [("b1", key), ("b2", key), ("b3", other), ("b4", key)] {
                let (batch, entries) = batch(name, of: owner, 1)
                #expect(try await store.create(batch, entries, mostWaiting: 9))
            }
            let page: (String?, String?, Int) async throws -> [String] = { after, before, limit in
                let found = try await store.served(
                    of: key, .anthropic, after: after, before: before, limit: limit)
                return found.map(\.batch.id)
            }
            #expect(try await page(nil, nil, 10) == ["b4", "b2", "b1"])
            // One more than asked for says that there are more.
            #expect(try await page(nil, nil, 1) == ["b4", "b2"])
            #expect(try await page("b4", nil, 10) == ["b2", "b1"])
            #expect(try await page(nil, "b1", 10) == ["b4", "b2"])
            #expect(try await store.served("b3", of: key)?.batch == nil)
            #expect(try await store.served("b3", of: other)?.counts == .init([.waiting: 1]))
            #expect(try await store.served(of: key, .openai, after: nil, before: nil, limit: 5).isEmpty)
        }
    }

    @Test("takes no more than may wait")
    func limit() async throws {
        try await with { (store: SQLiteJournal) async throws -> Void in
            let key: VirtualKeyID = ids.next()
            let (first, entries) = batch("b1", of: key, 3)
            #expect(try await store.create(first, entries, mostWaiting: 4))
            let (second, more) = batch("b2", of: key, 2)
            #expect(try await !store.create(second, more, mostWaiting: 4))
            #expect(try await store.served("b2", of: key)?.batch == nil)
        }
    }

    @Test("gives an entry to one worker, and records what came of it once, with its money")
    func work() async throws {
        try await with { (store: SQLiteJournal) async throws -> Void in
            let key: VirtualKeyID = ids.next()
            let (batch, entries) = batch("b1", of: key, 3)
            #expect(try await store.create(batch, entries, mostWaiting: 9))
            let next = try #require(try await store.nextEntry(at: time)?.entry)
            #expect(next == entries[0])
            #expect(try await store.claim(next))
            #expect(try await !store.claim(next))
            try await store.postpone(next, until: time + .seconds(9))
            #expect(try await store.nextEntry(at: time)?.entry == entries[1])

            let call: BatchCallID = ids.next()
            let account = SpendingAccount(.virtualKey, key.string)
            func aside(_ amount: Int64) -> BookEntry {
                BookEntry(
                    server: GatewayServerID(call.uuid), now: time, leaseUntil: time + .seconds(99),
                    movements: [
                        AccountMovement(
                            account: account, needed: USD(micros: amount), limit: USD(micros: 100))
                    ])
            }
            guard case .refused(account, let reply) = try await store.claim(entries[1], as: call, setting: aside(101))
            else {
                Issue.record("it was not refused")
                return
            }
            #expect(reply.isEnough == false)
            #expect(try await store.claim(entries[1], as: call, setting: aside(60)) == .claimed)
            #expect(try await store.claim(entries[1], as: ids.next(), setting: aside(1)) == .taken)
            #expect(try await store.standings(of: [account]).map(\.reserved) == [USD(micros: 60)])
            #expect(try await store.openCalls(of: "b1") == [call.string])

            var ended = entries[1]
            (ended.state, ended.result) = (.succeeded, "{\"a\":1}")
            let charge = ServedCharge(
                server: GatewayServerID(call.uuid),
                record: ServedRecord(
                    at: time, key: key, user: nil, project: nil,
                    call: ServedCall(request: "r", asked: "m", model: "p/m", cost: USD(micros: 25), status: 200)))
            for _ in 0..<2 { try await store.finish(ended, with: charge) }
            let standing = try await store.standings(of: [account])
            #expect(standing.map(\.spent) == [USD(micros: 25)] && standing.map(\.reserved) == [.zero])
            #expect(try await store.report(by: .key, since: nil).map(\.served) == [1])
            #expect(
                try await store.entries(of: "b1", in: [.succeeded], after: 0, limit: 9).map(\.result) == ["{\"a\":1}"])
        }
    }

    @Test("takes turns between batches, and asks nothing of one that was cancelled")
    func turns() async throws {
        try await with { (store: SQLiteJournal) async throws -> Void in
            let key: VirtualKeyID = ids.next()
            for name in ["b1", "b2"] {
                let (batch, entries) = batch(name, of: key, 2)
                #expect(try await store.create(batch, entries, mostWaiting: 9))
            }
            var turns: [String] = []
            var asked: [ServedBatchEntry] = []
            while let next = try await store.nextEntry(at: time)?.entry {
                #expect(try await store.claim(next))
                turns.append(next.batch)
                asked.append(next)
            }
            #expect(turns == ["b1", "b2", "b1", "b2"])
            try await store.cancelServed("b1", of: key, at: time)
            for entry in asked { try await store.postpone(entry, until: time) }
            #expect(try await store.nextEntry(at: time)?.entry.batch == "b2")
            #expect(try await store.entries(of: "b1", in: [.canceled], after: 0, limit: 9).count == 2)
        }
    }

    @Test("ends what is over, and forgets it in time")
    func ends() async throws {
        try await with { (store: SQLiteJournal) async throws -> Void in
            let key: VirtualKeyID = ids.next()
            try await forgetting(store, key)
            for name in ["b1", "b2"] {
                let (batch, entries) = batch(name, of: key, 2)
                #expect(try await store.create(batch, entries, mostWaiting: 9))
            }
            try await store.cancelServed("b1", of: ids.next(), at: time)
            #expect(try await store.served("b1", of: key)?.counts[.waiting] == 2)
            try await store.cancelServed("b1", of: key, at: time)
            let cancelled = try #require(try await store.served("b1", of: key))
            #expect(cancelled.counts == .init([.canceled: 2]))
            #expect(cancelled.batch.endedAt == time && cancelled.batch.cancelledAt == time)
            #expect(try await !store.deleteServed("b2", of: key))
            #expect(try await store.hasOpenBatches())
            try await store.endServed(at: time + .seconds(59))
            #expect(try await store.served("b2", of: key)?.counts == .init([.waiting: 2]))
            try await store.endServed(at: time + .seconds(60))
            #expect(try await store.served("b2", of: key)?.counts == .init([.expired: 2]))
            #expect(try await !store.hasOpenBatches())
            try await store.pruneServed(before: time + .seconds(1))
            #expect(try await store.served("b1", of: key)?.batch == nil)
            #expect(try await store.deleteServed("b2", of: key))
        }
    }

    /// What a call of a batch is kept for: an entry that has not taken its outcome in.
    private func forgetting(_ store: SQLiteJournal, _ key: VirtualKeyID) async throws {
        let (batch, entries) = batch("b0", of: key, 1)
        _ = try await store.create(batch, entries, mostWaiting: 9)
        let request = ModelRequest(
            model: "m", system: "", messages: [.user("x")], maxOutputTokens: 1,
            purpose: .init(agent: "", step: "", turn: 1))
        let kept = BatchCall(id: ids.next(), provider: "p", owner: "served/b0/1", request: request, queuedAt: time)
        let other = BatchCall(id: ids.next(), provider: "p", owner: "job", request: request, queuedAt: time)
        let money = BookEntry(server: GatewayServerID(kept.id.uuid), now: time, leaseUntil: time)
        #expect(try await store.claim(entries[0], as: kept.id, setting: money) == .claimed)
        for call in [kept, other] {
            try await store.enqueue(call)
            #expect(try await store.cancelQueued(call.id))
        }
        try await store.markSettled([kept.id, other.id])
        try await store.forgetCalls(queuedBefore: time + .seconds(1))
        #expect(try await store.call(kept.id) != nil)
        #expect(try await store.call(other.id) == nil)
        var ended = entries[0]
        ended.state = .canceled
        try await store.finish(ended, with: nil)
        try await store.forgetCalls(queuedBefore: time + .seconds(1))
        #expect(try await store.call(kept.id) == nil)
    }

    @Test("keeps files to their key")
    func files() async throws {
        try await with { (store: SQLiteJournal) async throws -> Void in
            let (key, other): (VirtualKeyID, VirtualKeyID) = (ids.next(), ids.next())
            let file = ServedFile(id: "f1", key: key, name: "a.jsonl", size: 3, createdAt: time)
            try await store.add(file, [1, 0, 255])
            #expect(try await store.file("f1", of: key) == file)
            #expect(try await store.file("f1", of: other) == nil)
            #expect(try await store.content(ofFile: "f1", of: key) == [1, 0, 255])
            #expect(try await store.content(ofFile: "f1", of: other) == nil)
            #expect(try await store.files(of: key, after: nil, limit: 9) == [file])
            #expect(try await !store.deleteFile("f1", of: other))
            #expect(try await store.deleteFile("f1", of: key))
        }
    }
}
