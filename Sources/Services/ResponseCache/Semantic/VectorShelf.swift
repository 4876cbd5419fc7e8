import Crypto

/// The groups of vectors that are in memory, up to a number of bytes.
struct VectorShelf: Sendable {
    /// A group and how much of the file it has.
    struct Shelved: Sendable {
        var group: VectorGroup
        /// Every row up to this one was looked at.
        var lastRow: Int64
        /// Rows behind it that are there already.
        var added: Set<Int64> = []
        /// Whether others may have added rows.
        var isStale = false
        /// When it was wanted last, by a number that rises.
        var turn = 0
        /// The number of vectors at which those that are gone are looked for.
        var tidyAt = 1024
    }

    private static let mostBytes = 256 << 20
    private(set) var groups: [SHA256Digest: Shelved] = [:]
    private var turn = 0

    /// The group of a context, which is wanted now.
    mutating func take(_ context: SHA256Digest) -> Shelved? {
        turn += 1
        groups[context]?.turn = turn
        return groups[context]
    }

    mutating func put(_ shelved: Shelved, for context: SHA256Digest) {
        turn += 1
        groups[context] = shelved
        groups[context]?.turn = turn
        while groups.count > 1, groups.values.reduce(0, { $0 + $1.group.size }) > Self.mostBytes,
            let least = groups.min(by: { $0.value.turn < $1.value.turn })?.key
        {
            groups[least] = nil
        }
    }

    /// Adds what this process has written; a group that is not in memory gets it from the file later.
    mutating func append(_ vector: StoredVector, row: Int64, key: SHA256Digest) {
        guard groups[vector.context] != nil else { return }
        groups[vector.context]?.group.append(vector.code, row: row, key: key)
        groups[vector.context]?.added.insert(row)
    }

    mutating func markStale() {
        for context in groups.keys { groups[context]?.isStale = true }
    }

    mutating func removeAll() { groups = [:] }

    /// Leaves out vectors whose answers are gone, now and then.
    mutating func tidy(_ context: SHA256Digest, isWanted: (Int64, SHA256Digest) -> Bool) {
        guard let shelved = groups[context], shelved.group.count >= shelved.tidyAt else { return }
        let kept = shelved.group.filtered(isWanted)
        groups[context]?.group = kept
        groups[context]?.tidyAt = max(1024, kept.count * 2)
    }
}
