import Conversation
import Crypto
import JSON
import Money
import Synchronization
import Timekeeping

extension ResponseCache {
    /// Bytes of a row beside the body: key, times, indices.
    static let rowSize = 256
    /// Where so much waits to be written, nothing more is kept: the disk does not follow.
    private static let mostUnwritten = 64 << 20

    func keep(_ reply: ModelReply, cost: USD, for ticket: CacheTicket) {
        guard policy.takes(reply), let rule = policy.kinds[ticket.kind], let made = make(reply, cost, ticket, rule)
        else {
            count(.unkept, ticket.kind)
            if let flight = ticket.flight { end(flight, of: ticket.key, .notKept) }
            return
        }
        let (answer, addition) = made
        state.withLock { state in
            guard !state.isClosed, state.unwrittenBytes < Self.mostUnwritten else {
                state.count(.unkept, ticket.kind)
                return
            }
            state.remove(ticket.key)
            state.index.insert(
                CacheIndex.Entry(row: 0, kind: addition.kind, expiresAt: addition.expiresAt, size: addition.size),
                for: addition.key)
            if let older = state.unwritten[addition.key] { state.unwrittenBytes -= older.addition.body.count }
            state.unwritten[addition.key] = CacheState.Unwritten(number: state.nextNumber, addition: addition)
            state.unwrittenBytes += addition.body.count
            state.nextNumber += 1
            state.hot.insert(addition.body, for: addition.key, within: policy.memory)
            state.count(.stored, ticket.kind)
            state.makeRoom(within: policy)
        }
        if let flight = ticket.flight { end(flight, of: ticket.key, .kept(answer)) }
        scheduleFlush()
    }

    func drop(_ ticket: CacheTicket) {
        if let flight = ticket.flight { end(flight, of: ticket.key, .notKept) }
    }

    /// Ends a flight, of which there may be a later one for the same question.
    func end(_ flight: CacheFlight, of key: SHA256Digest, _ ending: CacheFlight.Ending) {
        state.withLock { state in
            if state.flights[key] === flight { state.flights[key] = nil }
        }
        flight.end(ending)
    }

    private func make(
        _ reply: ModelReply, _ cost: USD, _ ticket: CacheTicket, _ rule: CacheKindRule
    ) -> (CachedReply, CacheStore.Addition)? {
        let now = clock.now()
        let answer = CachedReply(reply: reply, cost: cost, storedAt: now)
        // What cannot be encoded is not kept.
        guard let value = try? answer.json() else { return nil }
        let body = value.bytes()
        let vectorSize = ticket.vector.map { $0.unit.values.count * 5 + 128 } ?? 0
        guard body.count <= min(policy.largestEntry, policy.largestSize) else { return nil }
        return (
            answer,
            CacheStore.Addition(
                key: ticket.key, kind: ticket.kind, storedAt: now.milliseconds,
                expiresAt: (now + rule.timeToLive).milliseconds, size: body.count + Self.rowSize + vectorSize,
                body: body, vector: ticket.vector)
        )
    }
}

extension CacheState {
    /// Lets go of what was not used for longest until the bounds are kept.
    mutating func makeRoom(within policy: CachePolicy) {
        while index.size > policy.largestSize || index.count > policy.mostEntries, let least = index.leastUsed {
            remove(least.key)
            count(.evicted, least.entry.kind)
        }
    }
}
