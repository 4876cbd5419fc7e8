import JSON

/// Reads the JSON of `llvm-cov export`: the hits of a line are those of the hottest region that begins on it.
enum LLVMCovParser {
    private struct Segment {
        var line: Int
        var count: Int
        var hasCount: Bool
        var isEntry: Bool
        var isGap: Bool
    }

    static func parse(_ bytes: [UInt8]) throws(ReportError) -> CoverageReport {
        let source = try Source(bytes, "llvm-cov JSON")
        let root = try source.json()
        guard let data = root["data"]?.arrayValue,
            root["type"]?.stringValue?.hasPrefix("llvm.coverage.json") == true
        else { throw source.foreign("the \"type\" is not \"llvm.coverage.json.export\"") }
        var files: [FileCoverage] = []
        var budget = LineBudget()
        for export in data {
            for file in try source.array(export["files"], "data[].files") {
                let path = try source.string(file["filename"], "data[].files[].filename")
                guard let list = file["segments"]?.arrayValue else {
                    throw source.malformed("there are no segments of \(path): export without -summary-only")
                }
                let segments = list.compactMap(segment)
                guard segments.count == list.count else { throw source.malformed("a segment of \(path) is broken") }
                guard let lines = lines(segments, &budget) else {
                    throw source.malformed("\(LineBudget.message) in \(path)")
                }
                var branches: [Int: BranchHits] = [:]
                for branch in file["branches"]?.arrayValue ?? [] {
                    guard let line = branch[0]?.intValue, let taken = count(branch[4]), let not = count(branch[5])
                    else { throw source.malformed("a branch of \(path) is broken") }
                    var known = branches[line] ?? BranchHits(line: line, covered: 0, total: 0)
                    known.total += 2
                    known.covered += (taken > 0 ? 1 : 0) + (not > 0 ? 1 : 0)
                    branches[line] = known
                }
                files.append(FileCoverage(path: path, lines: lines, branches: Array(branches.values)))
            }
        }
        return CoverageReport(files: files)
    }

    private static func segment(_ value: JSONValue) -> Segment? {
        guard let line = value[0]?.intValue, line >= 0, let count = count(value[2]),
            let hasCount = value[3]?.boolValue, let isEntry = value[4]?.boolValue
        else { return nil }
        return Segment(
            line: line, count: count, hasCount: hasCount, isEntry: isEntry, isGap: value[5]?.boolValue ?? false)
    }

    /// Counts are unsigned in the tool and may not fit.
    private static func count(_ value: JSONValue?) -> Int? {
        guard let number = value?.doubleValue, !number.isNaN else { return nil }
        return value?.intValue.map { max($0, 0) } ?? (number >= 9e18 ? .max : max(Int(number), 0))
    }

    /// Nil where there would be too many lines.
    private static func lines(_ segments: [Segment], _ budget: inout LineBudget) -> [LineHits]? {
        let segments = segments.sorted { $0.line < $1.line }
        guard let first = segments.first, let last = segments.last else { return [] }
        guard budget.take(first.line, last.line) else { return nil }
        var result: [LineHits] = []
        var wrapped: Segment?
        var place = 0
        for line in first.line...last.line {
            let start = place
            while place < segments.count, segments[place].line == line { place += 1 }
            let own = segments[start..<place]
            let entries = own.filter { $0.isEntry && $0.hasCount && !$0.isGap }
            let isSkipped = own.first.map { !$0.hasCount && $0.isEntry } ?? false
            if !isSkipped, wrapped?.hasCount == true || !entries.isEmpty {
                let hits = entries.reduce(wrapped?.count ?? 0) { max($0, $1.count) }
                result.append(LineHits(line: line, hits: hits))
            }
            wrapped = own.last ?? wrapped
        }
        return result
    }
}
