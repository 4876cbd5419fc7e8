import Crypto

/// Which answers there are, the last used first: what a look-up asks before anything is read; pure.
///
/// Finding, using, adding and removing an entry take constant time.
struct CacheIndex: Sendable {
    /// What is known of an answer without reading it.
    struct Entry: Sendable, Hashable {
        /// The row, 0 while it is not written yet.
        var row: Int64
        var kind: CacheKind
        /// In milliseconds of the clock; from then on the answer is not given any more.
        var expiresAt: Int64
        /// Bytes that it takes in the file.
        var size: Int
    }

    private struct Slot: Sendable {
        var key: SHA256Digest
        var entry: Entry
        var newer: Int32
        var older: Int32
    }

    private static let none: Int32 = -1
    private var places: [SHA256Digest: Int32] = [:]
    private var slots: [Slot] = []
    private var free: [Int32] = []
    private var newest = CacheIndex.none
    private var oldest = CacheIndex.none
    /// Bytes of all entries.
    private(set) var size = 0

    var count: Int { places.count }

    subscript(key: SHA256Digest) -> Entry? { places[key].map { slots[Int($0)].entry } }

    /// Puts an entry in place of an older one of the same key, as the last used.
    mutating func insert(_ entry: Entry, for key: SHA256Digest) {
        if let place = places[key] {
            size += entry.size - slots[Int(place)].entry.size
            slots[Int(place)].entry = entry
            use(place)
            return
        }
        let slot = Slot(key: key, entry: entry, newer: Self.none, older: Self.none)
        let place: Int32
        if let reused = free.popLast() {
            place = reused
            slots[Int(place)] = slot
        } else {
            place = Int32(slots.count)
            slots.append(slot)
        }
        places[key] = place
        size += entry.size
        pushNewest(place)
    }

    /// Makes an entry the last used.
    mutating func use(_ key: SHA256Digest) {
        if let place = places[key] { use(place) }
    }

    /// Says which row an entry has got, where it still is the one that had none.
    mutating func setRow(_ row: Int64, for key: SHA256Digest) {
        if let place = places[key], slots[Int(place)].entry.row == 0 { slots[Int(place)].entry.row = row }
    }

    @discardableResult
    mutating func remove(_ key: SHA256Digest) -> Entry? {
        guard let place = places.removeValue(forKey: key) else { return nil }
        let entry = slots[Int(place)].entry
        unlink(place)
        free.append(place)
        size -= entry.size
        return entry
    }

    /// The entry that was not used for longest.
    var leastUsed: (key: SHA256Digest, entry: Entry)? {
        oldest == Self.none ? nil : (slots[Int(oldest)].key, slots[Int(oldest)].entry)
    }

    /// The keys of all entries that fulfil a condition; walks through all of them.
    func keys(where holds: (Entry) -> Bool) -> [SHA256Digest] {
        places.compactMap { holds(slots[Int($0.value)].entry) ? $0.key : nil }
    }

    private mutating func use(_ place: Int32) {
        guard newest != place else { return }
        unlink(place)
        pushNewest(place)
    }

    private mutating func pushNewest(_ place: Int32) {
        slots[Int(place)].newer = Self.none
        slots[Int(place)].older = newest
        if newest != Self.none { slots[Int(newest)].newer = place }
        newest = place
        if oldest == Self.none { oldest = place }
    }

    private mutating func unlink(_ place: Int32) {
        let slot = slots[Int(place)]
        if slot.newer == Self.none { newest = slot.older } else { slots[Int(slot.newer)].older = slot.older }
        if slot.older == Self.none { oldest = slot.newer } else { slots[Int(slot.older)].newer = slot.newer }
    }
}
