import Files
import QualityReports
import Runs
import Workbench

/// Decides what a program's end and its report mean together: both must say so for a pass.
struct ReportJudge: Sendable {
    var adapter: Adapter
    var scratch: FilePath
    var complexityLimit: Int?

    static let nothingTested = "No tests were found to run, so nothing is proven."

    func judge(_ outcome: ShellOutcome, command: String, limit: Duration) -> VerificationCall.Judged {
        let (report, fault) = report()
        var judged = VerificationCall.Judged(
            status: .failed, exitCode: nil, report: report, excerpt: "", outcome: outcome)
        switch outcome.ended {
        case .timedOut:
            judged.excerpt =
                "\(adapter.name) did not end within \(limit.components.seconds) seconds and was stopped.\n"
                + LogExcerpt.ofFailure(outcome.text)
        case .signaled(let number):
            judged.excerpt = "\(adapter.name) was ended by signal \(number).\n" + LogExcerpt.ofFailure(outcome.text)
        case .exited(let code):
            judged.exitCode = code
            judged.status = status(code, report, fault, outcome, command, limit)
        }
        let explained = judged.status == .passed || !failures(of: report).isEmpty || hasFindings(report)
        if !explained, judged.excerpt.isEmpty { judged.excerpt = LogExcerpt.ofFailure(outcome.text) }
        return judged
    }

    private func status(
        _ code: Int32, _ report: VerificationReport?, _ fault: ReportFile.Fault?, _ outcome: ShellOutcome,
        _ command: String, _ limit: Duration
    ) -> VerificationStatus {
        if code == 126 || code == 127 {
            return .couldNotRun(reason: "\(adapter.name) could not be started inside the sandbox (status \(code)).")
        }
        if adapter.exits.empty.contains(code) { return .couldNotRun(reason: Self.nothingTested) }
        if adapter.exits.errors.contains(code) {
            return .couldNotRun(reason: "\(adapter.name) could not do its work and ended with status \(code).")
        }
        guard adapter.report != .exitStatus else { return byExitStatus(code, outcome, command, limit) }
        guard let report else {
            guard code == 0 || !adapter.kind.runsTests else { return .failed }
            return .couldNotRun(
                reason: "\(adapter.name) ended with status \(code) but \(fault?.reason ?? "left no report").")
        }
        return status(code, report)
    }

    private func status(_ code: Int32, _ report: VerificationReport) -> VerificationStatus {
        switch report {
        case .tests(let tests):
            if !tests.failures.isEmpty { return .failed }
            guard code == 0 else { return .failed }
            return tests.isPassing ? .passed : .couldNotRun(reason: Self.nothingTested)
        case .coverage(let coverage):
            guard code == 0 else { return .failed }
            return coverage.lines.total > 0 ? .passed : .couldNotRun(reason: "No line of code was measured.")
        case .findings(let found):
            if code == 0 { return adapter.failsOnFindings && !found.findings.isEmpty ? .failed : .passed }
            return found.findings.isEmpty
                ? .couldNotRun(reason: "\(adapter.name) ended with status \(code) but reported nothing.") : .failed
        case .complexity(let complexity):
            guard code == 0 else { return .failed }
            if !complexity.aboveLimit.isEmpty { return .failed }
            if let unread = complexity.unread.first {
                let others = complexity.unread.count - 1
                return .couldNotRun(
                    reason:
                        "\(adapter.name) could not read \(unread)\(others > 0 ? " and \(others) other file(s)" : "").")
            }
            return complexity.functions.isEmpty ? .couldNotRun(reason: "No function was measured.") : .passed
        case .performance:
            return code == 0 ? .passed : .failed
        }
    }

    /// Without a report the workbench's own reading of outputs tells runs that tested nothing.
    private func byExitStatus(
        _ code: Int32, _ outcome: ShellOutcome, _ command: String, _ limit: Duration
    ) -> VerificationStatus {
        guard adapter.kind.runsTests else { return code == 0 ? .passed : .failed }
        let check = Check(name: adapter.name, command: command, why: "")
        let judgement = Judgement(check, outcome, changedTree: false, limit: limit)
        switch judgement.outcome {
        case .passed: return .passed
        case .notRun: return .couldNotRun(reason: judgement.reason ?? Self.nothingTested)
        case .failed, .timedOut, .changedTree: return .failed
        }
    }

    private func report() -> (VerificationReport?, ReportFile.Fault?) {
        guard case .file(let name, let format) = adapter.report else { return (nil, nil) }
        do {
            let bytes = try ReportFile.read(name, in: scratch)
            var report = try ReportReader.read(bytes, format)
            if case .complexity(var complexity) = report {
                complexity.limit = complexityLimit
                report = .complexity(complexity)
            }
            if adapter.countsLinesFromZero { report = ReportReader.withLinesFromOne(report) }
            return (report, nil)
        } catch let fault as ReportFile.Fault {
            return (nil, fault)
        } catch {
            return (nil, ReportFile.Fault(reason: "left a report that cannot be read (\(error))"))
        }
    }

    private func failures(of report: VerificationReport?) -> [TestCase] {
        if case .tests(let tests) = report { return tests.failures }
        return []
    }

    private func hasFindings(_ report: VerificationReport?) -> Bool {
        if case .findings(let found) = report { return !found.findings.isEmpty }
        if case .complexity(let found) = report { return !found.aboveLimit.isEmpty || !found.unread.isEmpty }
        return false
    }
}
