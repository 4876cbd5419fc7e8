import Crypto
package import Files
import SQLite
import Synchronization
package import Timekeeping

/// Answers of models that are given again: to equal questions, and where that is switched on to similar ones.
///
/// ```swift
/// let cache = try await ResponseCache.open(at: home / "cache.db", policy: policy)
/// switch try await cache.look(up: question) {
/// case .hit(let hit): for event in hit.answer.events() { try await receive(event) }
/// case .miss(let ticket): ticket.keep(try await ask(), cost: cost)
/// case .bypass: _ = try await ask()
/// }
/// await cache.close()
/// ```
///
/// Which answers there are is known in memory; bodies are read when they are wanted. What is new is written behind, in a
/// group within 100 ms: a crash loses at most that much and leaves nothing half-written. A fault of the file is never one
/// of a call: it makes a miss. Several processes may use one file; what one purges another stops giving within a quarter
/// of a second.
package final class ResponseCache: Sendable {
    package let policy: CachePolicy
    let store: CacheStore
    let clock: WallClock
    let embedder: TextEmbedder?
    let state = Mutex(CacheState())

    /// How long answers wait for others to be written with them.
    static let groupTime: Duration = .milliseconds(50)
    /// How old what is known of other processes' writes may be, in milliseconds.
    static let refreshTime: Int64 = 250

    private init(policy: CachePolicy, store: CacheStore, clock: WallClock, embedder: TextEmbedder?, reset: String?) {
        self.policy = policy
        self.store = store
        self.clock = clock
        self.embedder = embedder
        state.withLock { $0.lastFault = reset }
    }

    /// Opens the cache; it answers at once, while the list of what is there is still being read.
    ///
    /// A damaged file is thrown away. Throws a `CacheError` where the file cannot be used at all.
    ///
    /// - Parameter file: nil keeps everything in memory.
    package static func open(
        at file: FilePath?, policy: CachePolicy = CachePolicy(), embedder: TextEmbedder? = nil,
        clock: WallClock = .system
    ) async throws -> ResponseCache {
        let opened: (store: CacheStore, reset: String?)
        do {
            if let file { try FileSystem.createDirectory(file.parent) }
            opened = try await CacheStore.open(file)
        } catch {
            throw CacheError(.file, "the cache cannot be used: \(error)")
        }
        let cache = ResponseCache(
            policy: policy, store: opened.store, clock: clock, embedder: embedder, reset: opened.reset)
        // Owned by the cache: `close` cancels it and waits for it.
        let loading = Task { [weak cache] in
            guard let cache else { return }
            await cache.refresh()
        }
        cache.state.withLock { $0.loading = loading }
        return cache
    }

    /// Writes what waits to be written and closes the file; later look-ups go past the cache.
    package func close() async {
        let tasks = state.withLock { state in
            state.isClosed = true
            defer { (state.loading, state.flushing) = (nil, nil) }
            return [state.loading, state.flushing].compactMap(\.self)
        }
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
        await flush()
        await store.database.close()
    }
}

/// What the cache knows and has to do; guarded by the mutex that holds it.
struct CacheState: Sendable {
    var index = CacheIndex()
    /// Whether every row of the file is in the index.
    var isLoaded = false
    var isClosed = false
    /// The last row that was seen.
    var lastRow: Int64 = 0
    var purges: Int64?
    /// When other processes' writes were looked at last, in milliseconds.
    var refreshedAt: Int64 = .min
    /// When expired rows are taken out next, in milliseconds.
    var sweepAt: Int64 = .min
    var flights: [SHA256Digest: CacheFlight] = [:]
    var hot = HotReplies()
    /// Answers on their way into the file, with a number that tells an answer from a later one of the same key.
    var unwritten: [SHA256Digest: Unwritten] = [:]
    var unwrittenBytes = 0
    var nextNumber = 0
    /// What the next group has beside `unwritten`.
    var group = CacheStore.Group()
    var counts: [CacheStore.CounterKey: Int] = [:]
    var vectors = VectorShelf()
    /// How many vectors this process has written.
    var writtenVectors = 0
    var loading: Task<Void, Never>?
    var flushing: Task<Void, Never>?
    var writing: Task<Void, Never>?
    var lastFault: String?

    struct Unwritten: Sendable {
        var number: Int
        var addition: CacheStore.Addition
        var isBeingWritten = false
    }

    /// The bytes of an answer that are in memory.
    func body(of key: SHA256Digest) -> [UInt8]? { hot[key] ?? unwritten[key]?.addition.body }

    mutating func count(_ counter: CacheCounter, _ kind: CacheKind, by amount: Int = 1) {
        guard amount != 0 else { return }
        let key = CacheStore.CounterKey(kind: kind.rawValue, counter: counter)
        counts[key, default: 0] += amount
        group.counts[key, default: 0] += amount
    }

    /// Takes an entry out of memory, and its row with the next group.
    mutating func remove(_ key: SHA256Digest) {
        guard let entry = index.remove(key) else { return }
        hot.remove(key)
        if let waiting = unwritten[key], !waiting.isBeingWritten {
            unwritten[key] = nil
            unwrittenBytes -= waiting.addition.body.count
        }
        if entry.row > 0 {
            group.removals.append(entry.row)
            group.uses[entry.row] = nil
        }
    }
}
