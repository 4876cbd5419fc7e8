import JSON

/// Reads the JSON of coverage.py.
enum CoveragePyParser {
    static func parse(_ bytes: [UInt8]) throws(ReportError) -> CoverageReport {
        let source = try Source(bytes, "coverage.py JSON")
        let root = try source.json()
        guard let files = root["files"]?.objectValue, root["meta"] != nil else {
            throw source.foreign("there are no \"meta\" and \"files\"")
        }
        var result: [FileCoverage] = []
        for (path, value) in files {
            var lines: [LineHits] = []
            for (key, hits) in [("executed_lines", 1), ("missing_lines", 0)] {
                for line in try source.array(value[key], "files[\"\(path)\"].\(key)") {
                    lines.append(LineHits(line: try source.int(line, "an element of \(key) of \(path)"), hits: hits))
                }
            }
            var branches: [Int: BranchHits] = [:]
            for (key, taken) in [("executed_branches", 1), ("missing_branches", 0)] {
                for branch in value[key]?.arrayValue ?? [] {
                    let line = try source.int(branch[0], "a start in \(key) of \(path)")
                    let known = branches[line] ?? BranchHits(line: line, covered: 0, total: 0)
                    branches[line] = BranchHits(line: line, covered: known.covered + taken, total: known.total + 1)
                }
            }
            result.append(FileCoverage(path: path, lines: lines, branches: Array(branches.values)))
        }
        return CoverageReport(files: result)
    }
}
