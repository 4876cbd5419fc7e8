/// Reads the tracefiles of LCOV.
enum LCOVParser {
    private static let known: Set<Substring> = [
        "TN", "SF", "VER", "FN", "FNDA", "FNF", "FNH", "FNL", "FNA", "BRDA", "BRF", "BRH", "DA", "LF", "LH", "MCDC",
        "MCF", "MCH",
    ]

    static func parse(_ bytes: [UInt8]) throws(ReportError) -> CoverageReport {
        let source = try Source(bytes, "LCOV")
        var files: [FileCoverage] = []
        var path: String?
        var lines: [LineHits] = []
        var branches: [Int: BranchHits] = [:]
        var isKnown = false
        try source.eachLine { text, number throws(ReportError) in
            if text.isEmpty || text.hasPrefix("#") { return }
            if text == "end_of_record" {
                guard let file = path else { throw source.malformed(line: number, "end_of_record without SF") }
                files.append(FileCoverage(path: file, lines: lines, branches: Array(branches.values)))
                (path, lines, branches) = (nil, [], [:])
                return
            }
            guard let pair = text[...].cut(":"), known.contains(pair.before) else {
                guard isKnown else { throw source.foreign(line: number, "this is no record of LCOV") }
                throw source.malformed(line: number, "the record is not known")
            }
            isKnown = true
            let fields = pair.after.split(separator: ",", omittingEmptySubsequences: false)
            switch pair.before {
            case "SF":
                if path != nil { throw source.malformed(line: number, "SF before the end_of_record of the last file") }
                path = String(pair.after)
            case "DA":
                guard path != nil, fields.count >= 2, let line = Int(fields[0]), let hits = Counter.parse(fields[1])
                else { throw source.malformed(line: number, "DA needs a file, a line and a count") }
                lines.append(LineHits(line: line, hits: hits))
            case "BRDA":
                guard path != nil, fields.count >= 4, let line = Int(fields[0]), let last = fields.last,
                    let hits = last == "-" ? 0 : Counter.parse(last)
                else { throw source.malformed(line: number, "BRDA needs a file, a line, a branch and a count") }
                var branch = branches[line] ?? BranchHits(line: line, covered: 0, total: 0)
                branch.total += 1
                if hits > 0 { branch.covered += 1 }
                branches[line] = branch
            default: break
            }
        }
        if path != nil { throw source.truncated("the last file has no end_of_record") }
        guard isKnown || source.isBlank else { throw source.foreign("there is no record of LCOV") }
        return CoverageReport(files: files)
    }
}

/// Writes coverage as a tracefile of LCOV.
package enum LCOVWriter {
    /// A path with a line feed in it gets a space in its place.
    package static func write(_ report: CoverageReport) -> [UInt8] {
        var output: [UInt8] = Array("TN:\n".utf8)
        for file in report.files {
            let path = String(file.path.map { $0.isNewline ? " " : $0 })
            output += "SF:\(path)\n".utf8
            for branch in file.branches {
                for place in 0..<branch.total {
                    output += "BRDA:\(branch.line),0,\(place),\(place < branch.covered ? 1 : 0)\n".utf8
                }
            }
            if !file.branches.isEmpty {
                output += "BRF:\(file.branchCount.total)\nBRH:\(file.branchCount.covered)\n".utf8
            }
            for line in file.lines { output += "DA:\(line.line),\(line.hits)\n".utf8 }
            output += "LF:\(file.lineCount.total)\nLH:\(file.lineCount.covered)\nend_of_record\n".utf8
        }
        return output
    }
}
