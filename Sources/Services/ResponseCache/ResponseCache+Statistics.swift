import Crypto
import Synchronization
import Timekeeping

extension ResponseCache {
    /// What the cache holds and what it was good for.
    ///
    /// Throws a `CacheError` where the file cannot be read.
    package func statistics() async throws -> CacheStatistics {
        await flush()
        do {
            return CacheStatistics(
                kinds: try await store.figures(at: clock.now().milliseconds),
                lastFault: state.withLock { $0.lastFault })
        } catch {
            throw CacheError(.file, "the cache's figures cannot be read: \(error)")
        }
    }

    /// What this process has counted since it began, by kind; for metrics, without a look at the file.
    package var counts: [CacheKind: [CacheCounter: Int]] {
        state.withLock { state in
            var counts: [CacheKind: [CacheCounter: Int]] = [:]
            for (key, value) in state.counts {
                counts[CacheKind(rawValue: key.kind), default: [:]][key.counter] = value
            }
            return counts
        }
    }

    /// How many answers there are, and their bytes in the file; for metrics.
    package var size: (entries: Int, bytes: Int) { state.withLock { ($0.index.count, $0.index.size) } }

    /// Throws answers away: those of a kind, or of all, that are older than a time, or of any age; says how many.
    ///
    /// Space in the file is used again, not given back. Throws a `CacheError` where the file cannot be written.
    package func purge(kind: CacheKind? = nil, olderThan age: Duration? = nil) async throws -> Int {
        await flush()
        let count: Int
        do {
            count = try await store.purge(kind: kind, storedBefore: age.map { (clock.now() - $0).milliseconds })
        } catch {
            throw CacheError(.file, "the cache cannot be purged: \(error)")
        }
        await refresh()
        return count
    }

    /// Takes out what has expired, a little at a time.
    func sweep() async {
        let now = clock.now().milliseconds
        let isDue = state.withLock { state in
            guard state.sweepAt <= now else { return false }
            state.sweepAt = now + Self.sweepTime
            return true
        }
        guard isDue else { return }
        do {
            let removed = try await store.removeExpired(at: now, atMost: Self.mostSwept)
            state.withLock { state in
                // There is more.
                if removed.count == Self.mostSwept { state.sweepAt = now + 1000 }
                for row in removed {
                    guard let key = row.key, let entry = state.index[key], entry.row == row.row else { continue }
                    state.index.remove(key)
                    state.hot.remove(key)
                    state.count(.expired, entry.kind)
                }
            }
        } catch {
            // It is tried again; until then each look-up sees by itself what has expired.
            state.withLock { $0.lastFault = "\(error)" }
        }
    }

    private static let sweepTime: Int64 = 60_000
    private static let mostSwept = 500
}
