package import JSON
package import Money

/// What the cache holds and what it was good for, over all processes since the file began.
package struct CacheStatistics: Sendable, Hashable {
    /// The figures of one kind, or of all.
    package struct Figures: Sendable, Hashable {
        package var entries = 0
        package var bytes = 0
        package var counts: [CacheCounter: Int] = [:]

        package init(entries: Int = 0, bytes: Int = 0, counts: [CacheCounter: Int] = [:]) {
            self.entries = entries
            self.bytes = bytes
            self.counts = counts
        }

        package subscript(counter: CacheCounter) -> Int { counts[counter] ?? 0 }
        package var hits: Int { self[.exactHits] + self[.semanticHits] + self[.joined] }
        /// The part of the questions that were looked up which did not go to a model; 0 without any.
        package var hitPercent: Int {
            let all = hits + self[.misses]
            return all == 0 ? 0 : hits * 100 / all
        }
        package var saved: USD { USD(micros: Int64(self[.savedMicros])) }

        static func + (left: Figures, right: Figures) -> Figures {
            Figures(
                entries: left.entries + right.entries, bytes: left.bytes + right.bytes,
                counts: left.counts.merging(right.counts) { $0 + $1 })
        }
    }

    package var kinds: [CacheKind: Figures]
    /// What went wrong with the file or the embedder last, in this process.
    package var lastFault: String?

    package init(kinds: [CacheKind: Figures] = [:], lastFault: String? = nil) {
        self.kinds = kinds
        self.lastFault = lastFault
    }

    package var total: Figures { kinds.values.reduce(Figures(), +) }

    /// The object of `GET /api/v1/cache/stats` and of `vencejo cache stats --json`.
    package var json: JSONValue {
        var object = Self.members(of: total)
        object.set(
            .object(
                JSONObject(
                    kinds.sorted { $0.key.rawValue < $1.key.rawValue }
                        .map { ($0.key.rawValue, .object(Self.members(of: $0.value))) })),
            for: "kinds")
        object.set(lastFault.map { .string($0) } ?? .null, for: "last_fault")
        return .object(object)
    }

    private static func members(of figures: Figures) -> JSONObject {
        var object: JSONObject = [
            "entries": .integer(Int64(figures.entries)), "bytes": .integer(Int64(figures.bytes)),
            "hits": .integer(Int64(figures.hits)), "hit_percent": .integer(Int64(figures.hitPercent)),
        ]
        for counter in CacheCounter.allCases { object.set(.integer(Int64(figures[counter])), for: counter.rawValue) }
        return object
    }
}
