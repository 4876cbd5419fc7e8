import Conversation
import Crypto
import JSON
import Money
import Synchronization
import Timekeeping

extension ResponseCache {
    /// Looks for an answer; waits where the same question is on its way to a model.
    ///
    /// Throws only `CancellationError`: what goes wrong with the cache is a miss.
    package func look(up question: CacheQuestion) async throws -> CacheLookup {
        if let reason = question.wish == .unkept ? .client : policy.bypass(question.request, kind: question.kind) {
            count(.bypassed, question.kind)
            return .bypass(reason)
        }
        let key: SHA256Digest
        do {
            key = try RequestFingerprint(of: question, sharing: policy.sharing).exact
        } catch {
            // A field that cannot be encoded: nothing says which requests would be equal.
            count(.bypassed, question.kind)
            return .bypass(.off)
        }
        if question.wish == .fresh {
            let vector = try await vector(of: question)
            return .miss(CacheTicket(key: key, kind: question.kind, vector: vector, flight: nil, cache: self))
        }
        await refreshIfDue()
        return try await look(up: question, key)
    }

    private func look(up question: CacheQuestion, _ key: SHA256Digest) async throws -> CacheLookup {
        var joins = true
        var finds = true
        // Each round but the last has learned something: a row that is gone, a call that has ended.
        while true {
            switch step(question, key, joins: joins) {
            case .closed:
                return .bypass(.off)
            case .ready(let body):
                if let answer = take(body, key, question.kind) { return .hit(CacheHit(answer: answer, manner: .exact)) }
            case .read(let entry):
                if let answer = try await read(entry, key) { return .hit(CacheHit(answer: answer, manner: .exact)) }
            case .wait(let flight):
                switch try await flight.wait() {
                case .kept(let answer):
                    countHit(.joined, answer, question.kind)
                    return .hit(CacheHit(answer: answer, manner: .joined))
                case .notKept: joins = false
                case .abandoned: break
                }
            case .lead(let flight, let isListed):
                if let found = try await lead(question, key, flight, finds: finds && !isListed) { return found }
                // What was found has shown itself damaged where it is not in the index in the next round.
                finds = false
            }
        }
    }

    private enum Step {
        case closed
        case ready([UInt8])
        case read(CacheIndex.Entry)
        case wait(CacheFlight)
        /// Unless the index lists every row, the file has to be asked first.
        case lead(CacheFlight?, isListed: Bool)
    }

    private func step(_ question: CacheQuestion, _ key: SHA256Digest, joins: Bool) -> Step {
        let now = clock.now().milliseconds
        let step: Step = state.withLock { state in
            if state.isClosed { return .closed }
            if let entry = state.index[key] {
                if entry.expiresAt > now {
                    state.index.use(key)
                    if entry.row > 0 { state.group.uses[entry.row] = now }
                    return state.body(of: key).map { .ready($0) } ?? .read(entry)
                }
                state.remove(key)
                state.count(.expired, entry.kind)
            }
            if joins, let flight = state.flights[key] { return .wait(flight) }
            var flight: CacheFlight?
            if joins {
                flight = CacheFlight()
                state.flights[key] = flight
            }
            return .lead(flight, isListed: state.isLoaded)
        }
        scheduleFlush()
        return step
    }

    /// The answer in bytes from memory, counted as a hit; nil where it cannot be read, and then it is forgotten.
    private func take(_ body: [UInt8], _ key: SHA256Digest, _ kind: CacheKind) -> CachedReply? {
        guard let answer = Self.decode(body) else {
            state.withLock { state in
                state.count(.damaged, kind)
                state.remove(key)
            }
            return nil
        }
        countHit(.exactHits, answer, kind)
        return answer
    }

    /// The answer in a row, counted as a hit; nil where it is gone or damaged.
    private func read(_ entry: CacheIndex.Entry, _ key: SHA256Digest) async throws -> CachedReply? {
        let answer = try await body(of: entry.row, key, entry.kind)
        if let answer { countHit(.exactHits, answer, entry.kind) }
        return answer
    }

    /// The answer in a row; nil where it is gone or damaged, and then it is not in the index any more.
    func body(of row: Int64, _ key: SHA256Digest, _ kind: CacheKind) async throws -> CachedReply? {
        let reading: CacheStore.Reading
        do {
            reading = try await store.body(of: row)
        } catch {
            try Task.checkCancellation()
            reading = .damaged
        }
        if case .body(let body) = reading, let answer = Self.decode(body) {
            state.withLock { state in
                // It may have been removed or replaced meanwhile.
                guard state.index[key]?.row == row else { return }
                state.hot.insert(body, for: key, within: policy.memory)
            }
            return answer
        }
        state.withLock { state in
            if case .missing = reading {} else { state.count(.damaged, kind) }
            if state.index[key]?.row == row { state.remove(key) }
        }
        scheduleFlush()
        return nil
    }

    /// Whether the file has a row for the key that the index does not know of; it does then.
    private func find(_ key: SHA256Digest) async throws -> Bool {
        let found: CacheIndex.Entry?
        do {
            found = try await store.find(key)
        } catch {
            try Task.checkCancellation()
            // A file that cannot be read holds nothing.
            found = nil
        }
        guard let found, found.expiresAt > clock.now().milliseconds else { return false }
        state.withLock { state in
            if state.index[key] == nil { state.index.insert(found, for: key) }
        }
        return true
    }

    /// The ticket for asking, or a similar answer; nil where the file turned out to have an answer.
    private func lead(
        _ question: CacheQuestion, _ key: SHA256Digest, _ flight: CacheFlight?, finds: Bool
    ) async throws -> CacheLookup? {
        var isLed = false
        defer { if !isLed, let flight { end(flight, of: key, .abandoned) } }
        if finds, try await find(key) { return nil }
        let vector = try await vector(of: question)
        if let vector, let hit = try await similar(to: vector, kind: question.kind) { return .hit(hit) }
        count(.misses, question.kind)
        isLed = true
        return .miss(CacheTicket(key: key, kind: question.kind, vector: vector, flight: flight, cache: self))
    }

    static func decode(_ body: [UInt8]) -> CachedReply? {
        // What cannot be read is no answer.
        guard let value = try? JSONValue(parsing: body) else { return nil }
        return try? JSONCoding.decode(CachedReply.self, from: value)  // As above.
    }

    func count(_ counter: CacheCounter, _ kind: CacheKind) {
        state.withLock { $0.count(counter, kind) }
        scheduleFlush()
    }

    func countHit(_ counter: CacheCounter, _ answer: CachedReply, _ kind: CacheKind) {
        state.withLock { $0.countHit(counter, answer, kind) }
        scheduleFlush()
    }
}

extension CacheState {
    mutating func countHit(_ counter: CacheCounter, _ answer: CachedReply, _ kind: CacheKind) {
        count(counter, kind)
        count(.savedMicros, kind, by: Int(answer.cost.micros))
        count(.savedInputTokens, kind, by: answer.reply.usage.totalInput)
        count(.savedOutputTokens, kind, by: answer.reply.usage.output)
    }
}
