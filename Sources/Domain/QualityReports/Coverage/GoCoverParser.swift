/// Reads the profiles of `go test -coverprofile`.
enum GoCoverParser {
    static func parse(_ bytes: [UInt8]) throws(ReportError) -> CoverageReport {
        let source = try Source(bytes, "Go cover profile")
        var hits: [String: [Int: Int]] = [:]
        var budget = LineBudget()
        var hasMode = false
        try source.eachLine { text, number throws(ReportError) in
            if text.isEmpty { return }
            // Profiles that were put behind each other have several.
            if text.hasPrefix("mode: ") {
                hasMode = true
                return
            }
            guard hasMode else { throw source.foreign(line: number, "the first line is not \"mode: …\"") }
            guard let block = Block(text) else {
                throw source.malformed(line: number, "this is not \"file:line.column,line.column statements count\"")
            }
            guard block.statements > 0 else { return }
            guard budget.take(block.first, block.last) else { throw source.malformed(line: number, LineBudget.message) }
            for line in block.first...block.last {
                let known = hits[block.path, default: [:]][line] ?? 0
                hits[block.path, default: [:]][line] = max(known, block.hits)
            }
        }
        guard hasMode else { throw source.foreign("the output is empty") }
        return CoverageReport(
            files: hits.map { path, lines in
                FileCoverage(path: path, lines: lines.map { LineHits(line: $0.key, hits: $0.value) })
            })
    }

    private struct Block {
        var path: String
        var first: Int
        var last: Int
        var statements: Int
        var hits: Int

        init?(_ text: String) {
            let words = text.split(separator: " ", omittingEmptySubsequences: false)
            guard words.count >= 3, let statements = Counter.parse(words[words.count - 2]),
                let hits = Counter.parse(words[words.count - 1])
            else { return nil }
            let place = words.dropLast(2).joined(separator: " ")
            guard let colon = place.lastIndex(of: ":") else { return nil }
            let range = place[place.index(after: colon)...].split(separator: ",")
            guard range.count == 2, let first = Self.line(range[0]), let last = Self.line(range[1]), first >= 1,
                last >= first
            else { return nil }
            path = String(place[..<colon])
            (self.first, self.last, self.statements, self.hits) = (first, last, statements, hits)
        }

        private static func line(_ text: Substring) -> Int? {
            text.split(separator: ".").first.flatMap { Int($0) }
        }
    }
}

/// Bounds the lines that ranges in a report may stand for.
struct LineBudget {
    private var left = 20_000_000
    static let message = "a range of lines is too long"

    /// False where the range, or all ranges together, have too many lines.
    mutating func take(_ first: Int, _ last: Int) -> Bool {
        let (count, overflow) = last.subtractingReportingOverflow(first)
        guard !overflow, count < 1_000_000, count < left else { return false }
        left -= count + 1
        return true
    }
}
