/// A line of five to nine `<`, `=` or `>`, as SEARCH/REPLACE blocks have them.
struct ConflictMarker: Equatable {
    enum Kind { case search, divider, replace }

    var kind: Kind
    var length: Int
    /// What follows the marker and its word.
    var rest: String

    init?(_ line: [UInt8]) {
        guard let mark = line.first else { return nil }
        length = line.prefix { $0 == mark }.count
        guard (5...9).contains(length) else { return nil }
        let text = PatchText.trim(line.dropFirst(length))
        let words = text.split(separator: " ", maxSplits: 1).map(String.init)
        let word = words.first?.uppercased() ?? ""
        switch mark {
        case UInt8(ascii: "<"):
            guard ["SEARCH", "ORIGINAL"].contains(word) else { return nil }
            kind = .search
        case UInt8(ascii: "="):
            guard text.isEmpty else { return nil }
            kind = .divider
        case UInt8(ascii: ">"):
            guard text.isEmpty || ["REPLACE", "UPDATED"].contains(word) else { return nil }
            kind = .replace
        default: return nil
        }
        rest = words.count > 1 ? words[1] : ""
    }
}
