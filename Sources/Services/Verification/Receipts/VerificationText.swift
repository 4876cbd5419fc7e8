import QualityReports
import Timekeeping

/// Results in words: for the model as a tool's answer, and for people.
package enum VerificationText {
    private static let mostEntries = 40
    private static let longestMessage = 600

    /// Every result with its failures, in at most about `limit` bytes.
    package static func text(of results: [VerificationResult], limit: Int = 16 << 10) -> String {
        guard !results.isEmpty else {
            return "Nothing applies here: the project has no marker file that an adapter knows, so nothing is proven."
        }
        let room = max(512, limit / results.count)
        return results.map { capped(lines(of: $0).joined(separator: "\n"), room) }.joined(separator: "\n\n")
    }

    /// What stands on one line of a table: `12 passed, 1 failed`.
    package static func counts(of result: VerificationResult) -> String {
        switch result.report {
        case .tests(let tests): words(tests.counts)
        case .coverage(let coverage): percent(coverage.lines)
        case .findings(let report):
            report.findings.isEmpty
                ? "no findings"
                : Severity.allCases.compactMap { severity in
                    let count = report.count(severity)
                    return count == 0 ? nil : "\(count) \(severity.rawValue)\(count == 1 ? "" : "s")"
                }.joined(separator: ", ")
        case .complexity(let report):
            "\(report.functions.count) functions, the most complex \(report.functions.map(\.cyclomatic).max() ?? 0)"
                + (report.limit.map { ", \(report.aboveLimit.count) above \($0)" } ?? "")
        case .performance(let report): "\(report.measurements.count) measurements"
        case nil: ""
        }
    }

    /// The result's entries, one each line: failures, findings, uncovered files.
    package static func details(of result: VerificationResult) -> [String] {
        var lines: [String] = []
        switch result.report {
        case .tests(let tests):
            for test in tests.failures.prefix(mostEntries) { lines += failure(test) }
            lines += more(tests.failures.count)
            lines += tests.cases.filter { $0.outcome == .flaky }.prefix(mostEntries).map {
                "flaky: \($0.id) failed, and passed when it was run again on the same files"
            }
        case .coverage(let coverage):
            let worst = coverage.files.filter { !$0.missedLines.isEmpty }.sorted {
                ($0.lineCount.percent ?? 100) < ($1.lineCount.percent ?? 100)
            }
            lines += worst.prefix(mostEntries).map {
                "\($0.path): \(percent($0.lineCount)), missed lines \(ranges($0.missedLines))"
            }
            lines += more(worst.count)
        case .findings(let report):
            lines += report.findings.prefix(mostEntries).map { finding in
                let place = [finding.file, finding.line.map { "\($0)" }, finding.column.map { "\($0)" }]
                    .compactMap(\.self).joined(separator: ":")
                let fix = finding.isFixable ? " (fixable)" : ""
                return "\(place.isEmpty ? "" : "\(place): ")\(finding.severity.rawValue) \(finding.rule): "
                    + short(finding.message) + fix
            }
            lines += more(report.findings.count)
        case .complexity(let report):
            let limit = report.limit
            lines += report.aboveLimit.prefix(mostEntries).map {
                "\($0.file):\($0.line): \($0.name) has complexity \($0.cyclomatic), more than \(limit ?? 0): split it up"
            }
            lines += more(report.aboveLimit.count)
            if report.aboveLimit.isEmpty {
                lines += report.above(5).prefix(20).map {
                    "\($0.file):\($0.line): \($0.name) has complexity \($0.cyclomatic)"
                }
            }
            lines += report.unread.prefix(mostEntries).map { "\($0): could not be read" }
        case .performance(let report):
            lines += report.measurements.prefix(mostEntries).map { "\($0.name): \($0.median) \($0.unit)" }
        case nil: break
        }
        return lines
    }

    private static func lines(of result: VerificationResult) -> [String] {
        var head = "\(result.kind.words), \(result.adapter)"
        if !result.folder.isEmpty { head += " in \(result.folder)" }
        head += ": \(result.status.word)"
        let counts = counts(of: result)
        if !counts.isEmpty { head += " (\(counts))" }
        var lines = [head]
        if case .couldNotRun(let reason) = result.status { lines.append(reason) }
        if let time = result.reusedFrom {
            lines.append("Nothing has changed since \(time.iso8601): this is the result of then, from its receipt.")
        }
        lines += details(of: result)
        if !result.changedPaths.isEmpty {
            let shown = result.changedPaths.prefix(20).joined(separator: ", ")
            lines.append("It changed \(result.changedPaths.count) file(s): \(shown)")
        }
        if !result.excerpt.isEmpty { lines.append(result.excerpt) }
        return lines
    }

    private static func failure(_ test: TestCase) -> [String] {
        let place = test.line.map { line in test.file.map { "\($0):\(line)" } ?? "line \(line)" } ?? test.file
        let message = short(test.message ?? "").split(whereSeparator: \.isNewline).prefix(6).joined(separator: "\n  ")
        let name = [test.group, test.name].compactMap(\.self).joined(separator: "::")
        return ["FAILED \(place.map { "\($0) " } ?? "")\(name)" + (message.isEmpty ? "" : "\n  \(message)")]
    }

    private static func more(_ count: Int) -> [String] {
        count > mostEntries ? ["… and \(count - mostEntries) more"] : []
    }

    private static func words(_ counts: TestCounts) -> String {
        let all = [
            (counts.passed, "passed"), (counts.failed, "failed"), (counts.errored, "with errors"),
            (counts.flaky, "flaky"), (counts.skipped, "skipped"),
        ]
        let words = all.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        return words.isEmpty ? "no tests" : words.joined(separator: ", ")
    }

    private static func percent(_ count: CoverageCount) -> String {
        guard let percent = count.percent else { return "no lines" }
        let tenths = Int((percent * 10).rounded(.down))
        return "\(tenths / 10).\(tenths % 10) % of \(count.total) lines"
    }

    /// Lines as a reader writes them: `3-5, 9`.
    private static func ranges(_ lines: [Int]) -> String {
        var ranges: [ClosedRange<Int>] = []
        for line in lines {
            if let last = ranges.last, last.upperBound + 1 == line {
                ranges[ranges.count - 1] = last.lowerBound...line
            } else {
                ranges.append(line...line)
            }
        }
        let texts = ranges.prefix(12).map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
        return texts.joined(separator: ", ") + (ranges.count > 12 ? ", …" : "")
    }

    private static func short(_ text: String) -> String {
        text.utf8.count > longestMessage ? String(text.prefix(longestMessage / 2)) + " […]" : text
    }

    private static func capped(_ text: String, _ limit: Int) -> String {
        guard text.utf8.count > limit else { return text }
        var kept = ""
        var size = 0
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            size += line.utf8.count + 1
            guard size < limit else { break }
            kept += line + "\n"
        }
        return kept + "[… \(text.utf8.count - kept.utf8.count) bytes left out …]"
    }
}
