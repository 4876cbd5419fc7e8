/// Which lines of which files were run.
package struct CoverageReport: Codable, Hashable, Sendable {
    /// Sorted by path; no path comes twice.
    package private(set) var files: [FileCoverage]

    /// Sorts the files; those of one path are merged.
    package init(files: [FileCoverage] = []) {
        var byPath: [String: FileCoverage] = [:]
        for file in files { byPath[file.path] = byPath[file.path]?.merging(file) ?? file }
        self.files = byPath.values.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    package subscript(path: String) -> FileCoverage? {
        let found = files.partitioningPlace { $0.path.utf8.lexicographicallyPrecedes(path.utf8) }
        return found < files.count && files[found].path == path ? files[found] : nil
    }

    package var lines: CoverageCount { files.reduce(into: CoverageCount()) { $0.add($1.lineCount) } }
    package var branches: CoverageCount { files.reduce(into: CoverageCount()) { $0.add($1.branchCount) } }

    /// One report of several runs: hits are added, of a branch the most ever taken is kept.
    package static func merging(_ reports: some Sequence<CoverageReport>) -> CoverageReport {
        CoverageReport(files: reports.flatMap(\.files))
    }

    /// The same with other paths: those of the repository in place of absolute paths or import paths.
    ///
    /// A file for which nil is given is left out.
    package func mapPaths(_ transform: (String) -> String?) -> CoverageReport {
        CoverageReport(
            files: files.compactMap { file in
                transform(file.path).map { FileCoverage(path: $0, lines: file.lines, branches: file.branches) }
            })
    }

    /// How far the changed lines are covered; lines that hold no code count for nothing.
    package func changed(_ changes: [String: Set<Int>]) -> ChangedCoverage {
        var result = ChangedCoverage()
        for (path, lines) in changes.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            guard let file = self[path] else {
                result.unknownFiles.append(path)
                continue
            }
            let changed = file.lines.filter { lines.contains($0.line) }
            let missed = changed.filter { $0.hits == 0 }.map(\.line)
            result.count.add(CoverageCount(covered: changed.count - missed.count, total: changed.count))
            if !missed.isEmpty { result.missed[path] = missed }
        }
        return result
    }
}

/// One file of a ``CoverageReport``.
package struct FileCoverage: Codable, Hashable, Sendable {
    package var path: String
    /// Lines that hold code, sorted; no line comes twice.
    package private(set) var lines: [LineHits]
    /// Sorted by line; empty where the tool does not measure branches.
    package private(set) var branches: [BranchHits]

    /// Sorts lines and branches and adds up the hits of a line that comes twice.
    ///
    /// Entries with a line below 1 are left out, counts below 0 become 0.
    package init(path: String, lines: [LineHits] = [], branches: [BranchHits] = []) {
        self.path = path
        var hits: [Int: Int] = [:]
        for line in lines where line.line >= 1 {
            hits[line.line] = Self.sum(hits[line.line] ?? 0, max(line.hits, 0))
        }
        self.lines = hits.map { LineHits(line: $0.key, hits: $0.value) }.sorted { $0.line < $1.line }
        var taken: [Int: BranchHits] = [:]
        for branch in branches where branch.line >= 1 && branch.total >= 1 {
            let known = taken[branch.line]
            let total = max(known?.total ?? 0, branch.total)
            let covered = min(max(known?.covered ?? 0, branch.covered, 0), total)
            taken[branch.line] = BranchHits(line: branch.line, covered: covered, total: total)
        }
        self.branches = taken.values.sorted { $0.line < $1.line }
    }

    package var lineCount: CoverageCount {
        CoverageCount(covered: lines.count { $0.hits > 0 }, total: lines.count)
    }

    package var branchCount: CoverageCount {
        branches.reduce(into: CoverageCount()) { $0.add(CoverageCount(covered: $1.covered, total: $1.total)) }
    }

    /// The lines that were not run.
    package var missedLines: [Int] { lines.filter { $0.hits == 0 }.map(\.line) }

    func merging(_ other: FileCoverage) -> FileCoverage {
        FileCoverage(path: path, lines: lines + other.lines, branches: branches + other.branches)
    }

    private static func sum(_ left: Int, _ right: Int) -> Int {
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? .max : sum
    }
}

/// How often a line was run.
package struct LineHits: Codable, Hashable, Sendable {
    /// From 1.
    package var line: Int
    package var hits: Int

    package init(line: Int, hits: Int) {
        self.line = line
        self.hits = hits
    }
}

/// How many of the ways out of a line were taken.
package struct BranchHits: Codable, Hashable, Sendable {
    package var line: Int
    package var covered: Int
    package var total: Int

    package init(line: Int, covered: Int, total: Int) {
        self.line = line
        self.covered = covered
        self.total = total
    }
}

/// So many of so many.
package struct CoverageCount: Codable, Hashable, Sendable {
    package var covered: Int
    package var total: Int

    package init(covered: Int = 0, total: Int = 0) {
        self.covered = covered
        self.total = total
    }

    /// From 0 to 100; nil where there is nothing to cover.
    package var percent: Double? {
        total == 0 ? nil : 100 * Double(covered) / Double(total)
    }

    mutating func add(_ other: CoverageCount) {
        covered = covered.addingReportingOverflow(other.covered).partialValue
        total = total.addingReportingOverflow(other.total).partialValue
    }
}

/// The coverage of the lines of a change.
package struct ChangedCoverage: Codable, Hashable, Sendable {
    package var count: CoverageCount
    /// Changed lines with code that were not run, sorted, by path.
    package var missed: [String: [Int]]
    /// Changed files of which the report says nothing, sorted.
    package var unknownFiles: [String]

    package init(count: CoverageCount = CoverageCount(), missed: [String: [Int]] = [:], unknownFiles: [String] = []) {
        self.count = count
        self.missed = missed
        self.unknownFiles = unknownFiles
    }
}

extension Array {
    /// The first place whose element does not precede, in a sorted array.
    fileprivate func partitioningPlace(_ precedes: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if precedes(self[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
