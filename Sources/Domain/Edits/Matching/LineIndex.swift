/// Where the lines of a text stand, seen with ever less white space; built once for all parts of a plan.
final class LineIndex {
    /// How much of a line counts.
    enum View: Int { case exact, trimmed, bare }

    let text: TextLines
    private var tables: [View: Table] = [:]
    /// Comparisons that are left; what would take more is refused.
    private var effort = 3_000_000

    /// The bare lines in order of their bytes, made for the first look by their beginnings.
    private var ordered: [(line: ArraySlice<UInt8>, number: Int)]?
    private var beginnings: [[UInt8]: [Int]] = [:]

    private struct Table {
        var numbers: [ArraySlice<UInt8>: Int] = [:]
        var lines: [Int] = []
        var places: [[Int]] = []
    }

    init(_ text: TextLines) { self.text = text }

    var isExhausted: Bool { effort <= 0 }

    /// Where the needle starts, at most `limit` places in order, or those nearest to a line first.
    func places(of needle: TextLines, _ view: View, limit: Int, near: Int? = nil) -> [Int] {
        guard needle.count > 0, needle.count <= text.count, view == .exact || needle.hasText else { return [] }
        let table = table(view)
        var wanted: [Int] = []
        for line in 0..<needle.count {
            guard let number = table.numbers[Self.key(needle, line, view)] else { return [] }
            wanted.append(number)
        }
        guard let anchor = wanted.indices.min(by: { table.places[wanted[$0]].count < table.places[wanted[$1]].count })
        else { return [] }
        guard effort > 0 else { return [] }
        var found: [Int] = []
        if let near {
            // The right place is mostly where it is said to be.
            if fits(wanted, at: near, table) { return [near] }
            let starts = table.places[wanted[anchor]].map { $0 - anchor }
            effort -= starts.count
            for start in starts.sorted(by: { (abs($0 - near), $0) < (abs($1 - near), $1) })
            where fits(wanted, at: start, table) {
                found.append(start)
                if found.count == limit { break }
            }
            return found
        }
        for place in table.places[wanted[anchor]] where fits(wanted, at: place - anchor, table) {
            found.append(place - anchor)
            if found.count == limit { break }
        }
        return found
    }

    /// The first lines, at most `limit`, that begin with these bytes when white space in front is left out.
    func places(beginningWith bytes: [UInt8], limit: Int) -> [Int] {
        if let known = beginnings[bytes] { return known }
        guard effort > 0 else { return [] }
        let table = table(.bare)
        let lines = ordered ?? table.numbers.map { ($0.key, $0.value) }.sorted { $0.0.lexicographicallyPrecedes($1.0) }
        ordered = lines
        var (low, high) = (0, lines.count)
        while low < high {
            let middle = (low + high) / 2
            if lines[middle].line.lexicographicallyPrecedes(bytes) { low = middle + 1 } else { high = middle }
        }
        var found: [Int] = []
        while low < lines.count, lines[low].line.starts(with: bytes) {
            found += table.places[lines[low].number]
            low += 1
        }
        effort -= found.count
        let first = Array(found.sorted().prefix(limit))
        beginnings[bytes] = first
        return first
    }

    private func fits(_ wanted: [Int], at start: Int, _ table: Table) -> Bool {
        guard start >= 0, start + wanted.count <= table.lines.count, effort > 0 else { return false }
        effort -= 1
        for offset in wanted.indices where table.lines[start + offset] != wanted[offset] {
            effort -= offset
            return false
        }
        effort -= wanted.count
        return true
    }

    private static func key(_ text: TextLines, _ line: Int, _ view: View) -> ArraySlice<UInt8> {
        switch view {
        case .exact: text.bytes[text.ranges[line]]
        case .trimmed: text.trimmed(line)
        case .bare: text.bare(line)
        }
    }

    private func table(_ view: View) -> Table {
        if let table = tables[view] { return table }
        var table = Table()
        table.lines.reserveCapacity(text.count)
        for line in 0..<text.count {
            let key = Self.key(text, line, view)
            let number = table.numbers[key] ?? table.places.count
            if number == table.places.count {
                table.numbers[key] = number
                table.places.append([])
            }
            table.lines.append(number)
            table.places[number].append(line)
        }
        tables[view] = table
        return table
    }
}
