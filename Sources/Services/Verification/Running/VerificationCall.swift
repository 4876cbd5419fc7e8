import Files
import QualityReports
import Workbench

/// One start of an adapter's program, and what came of it.
struct VerificationCall: Sendable {
    var adapter: Adapter
    var part: ProjectPart
    var shell: ShellRunner
    var policy: SandboxPolicy
    var invocation: Invocation
    var complexityLimit: Int?

    struct Judged: Sendable {
        var status: VerificationStatus
        var exitCode: Int32?
        var report: VerificationReport?
        var excerpt: String
        var outcome: ShellOutcome
    }

    /// The most tests that are run again, and how often.
    static let mostRepeated = 20
    static let repetitions = 2

    func run(_ command: String, log: FilePath?) async throws -> Judged {
        let outcome = try await shell.run(command, policy: policy, log: log, directory: part.root)
        return ReportJudge(
            adapter: adapter, scratch: FilePath(invocation.scratch), complexityLimit: complexityLimit
        ).judge(outcome, command: command, limit: policy.limits.time)
    }

    /// The report after only the failing tests were run again on the same files; a test that passed then is flaky in it.
    ///
    /// Nil where nothing could be run again.
    func runAgain(_ first: TestReport, in scratch: FilePath) async throws -> TestReport? {
        guard let selection = adapter.selection, !first.failures.isEmpty, first.failures.count <= Self.mostRepeated
        else { return nil }
        var report = first
        for round in 1...Self.repetitions {
            guard !report.failures.isEmpty, let chosen = selection(report.failures) else { break }
            let folder = scratch / "again-\(round)"
            try FileSystem.createDirectory(folder)
            var again = self
            again.invocation.scratch = folder.string
            again.invocation.selected = chosen.words
            if !chosen.paths.isEmpty { again.invocation.paths = chosen.paths }
            let judged = try await again.run(adapter.command(again.invocation), log: nil)
            guard case .tests(let later) = judged.report else { break }
            // Only the failed ones are asked about: what else a pattern reached changes nothing.
            let asked = Set(report.failures.map(\.id))
            report = report.rerun(
                TestReport(
                    suites: later.suites.map { suite in
                        TestSuite(
                            name: suite.name,
                            cases: suite.cases.filter { asked.contains($0.id) && $0.outcome == .passed })
                    }))
        }
        return report
    }
}
