import Files
import QualityReports

/// Reads a report of any understood shape.
enum ReportReader {
    static func read(_ bytes: [UInt8], _ format: ReportFormat) throws(ReportError) -> VerificationReport {
        switch format {
        case .tests(let format): .tests(try format.parse(bytes))
        case .coverage(let format): .coverage(try format.parse(bytes))
        case .findings(let format): .findings(try format.parse(bytes))
        case .complexity(let format): .complexity(try format.parse(bytes))
        case .performance(let format): .performance(try format.parse(bytes))
        }
    }

    static func withLinesFromOne(_ report: VerificationReport) -> VerificationReport {
        guard case .tests(var tests) = report else { return report }
        for suite in tests.suites.indices {
            for test in tests.suites[suite].cases.indices {
                tests.suites[suite].cases[test].line = tests.suites[suite].cases[test].line.map { $0 + 1 }
            }
        }
        return .tests(tests)
    }

    /// The file of Python's traceback that the test's line belongs to; unittest does not say it otherwise.
    private static func fileOfTraceback(_ test: TestCase) -> String? {
        guard let line = test.line, let details = test.details else { return nil }
        let start = "  File \""
        let end = "\", line \(line), in \(test.name)"
        let frame = details.split(separator: "\n").last { $0.hasPrefix(start) && $0.hasSuffix(end) }
        return frame.map { String($0.dropFirst(start.count).dropLast(end.count)) }
    }

    /// The report with paths as seen from the project's top, where the program gave them absolute or seen from its part.
    static func fromTop(_ report: VerificationReport, of part: ProjectPart) -> VerificationReport {
        func path(_ path: String) -> String {
            let absolute = FilePath(path).resolved(from: part.root).normalized()
            guard let inside = absolute.relative(to: part.project), FileSystem.exists(absolute) else { return path }
            return inside
        }
        switch report {
        case .tests(var report):
            for suite in report.suites.indices {
                for test in report.suites[suite].cases.indices {
                    let known = report.suites[suite].cases[test]
                    report.suites[suite].cases[test].file = (known.file ?? fileOfTraceback(known)).map(path)
                }
            }
            return .tests(report)
        case .coverage(let report): return .coverage(report.mapPaths(path))
        case .findings(let report): return .findings(report.mapPaths(path))
        case .complexity(var report):
            for place in report.functions.indices { report.functions[place].file = path(report.functions[place].file) }
            return .complexity(report)
        case .performance: return report
        }
    }
}
