/// One spelling for all ways to write the id of a requirement or criterion: `fr-3` and `FR-003` are the same.
package struct StatementKey: Sendable, Hashable, Comparable {
    /// `FR`, `NFR` or `SC`, with the area where there is one: `FR-AUTH`.
    package let prefix: String
    package let number: Int
    /// A small letter for ids put in between, as in `FR-003a`; otherwise empty.
    package let suffix: String

    package init(prefix: String, number: Int, suffix: String = "") {
        self.prefix = prefix
        self.number = number
        self.suffix = suffix
    }

    /// Nil where the text is no such id.
    package init?(_ id: String) {
        guard let mention = Mentions.find(in: Array(id.utf8)).first, mention.range == 0..<id.utf8.count else {
            return nil
        }
        self.init(mention)
    }

    private init?(_ mention: Mention) {
        guard ["FR", "NFR", "SC"].contains(mention.prefix.prefix { $0 != "-" }) else { return nil }
        self.init(prefix: mention.prefix, number: mention.number, suffix: mention.suffix)
    }

    /// All that a text speaks of, those inside of ranges such as `FR-001–FR-004` included.
    package static func all(in text: String) -> Set<StatementKey> {
        let bytes = Array(text.utf8)
        let found = Mentions.find(in: bytes)
        var keys = Set(found.compactMap { StatementKey($0) })
        for (first, second) in zip(found, found.dropFirst()) where Mentions.isRange(first, second, in: bytes) {
            guard let key = StatementKey(first) else { continue }
            for number in first.number...second.number {
                keys.insert(StatementKey(prefix: key.prefix, number: number))
            }
        }
        return keys
    }

    package static func < (one: StatementKey, other: StatementKey) -> Bool {
        (one.prefix, one.number, one.suffix) < (other.prefix, other.number, other.suffix)
    }
}

extension StatementKey: CustomStringConvertible {
    /// As most write it: `FR-003`.
    package var description: String {
        let digits = String(number)
        return "\(prefix)-\(String(repeating: "0", count: max(0, 3 - digits.count)))\(digits)\(suffix)"
    }
}
