/// Finds a sequence in another in linear time, whatever the two look like (Knuth, Morris, Pratt).
enum ByteSearch {
    /// Where the needle starts, overlapping matches included.
    static func all<Element: Equatable>(_ needle: [Element], in hay: [Element]) -> [Int] {
        search(needle, in: hay, limit: .max)
    }

    /// The first place, if any.
    static func first<Element: Equatable>(_ needle: [Element], in hay: [Element]) -> [Int] {
        search(needle, in: hay, limit: 1)
    }

    private static func search<Element: Equatable>(_ needle: [Element], in hay: [Element], limit: Int) -> [Int] {
        guard !needle.isEmpty, needle.count <= hay.count else { return [] }
        let table = borders(of: needle)
        var found: [Int] = []
        var matched = 0
        for index in hay.indices {
            while matched > 0, hay[index] != needle[matched] { matched = table[matched - 1] }
            if hay[index] == needle[matched] { matched += 1 }
            if matched == needle.count {
                found.append(index + 1 - matched)
                if found.count == limit { break }
                matched = table[matched - 1]
            }
        }
        return found
    }

    /// For every prefix the length of its longest proper border.
    private static func borders<Element: Equatable>(of needle: [Element]) -> [Int] {
        var table = [Int](repeating: 0, count: needle.count)
        var length = 0
        for index in needle.indices.dropFirst() {
            while length > 0, needle[index] != needle[length] { length = table[length - 1] }
            if needle[index] == needle[length] { length += 1 }
            table[index] = length
        }
        return table
    }
}
