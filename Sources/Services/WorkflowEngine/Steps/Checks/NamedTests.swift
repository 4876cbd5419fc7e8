import JSON
import QualityReports
import Runs
import Verification
import Workbench
import Workflows

/// Runs the project's tests and says of each by its name how it came out; a failing test is an answer, not a failure.
///
/// Where the project's programs do not tell tests apart, the checks stand for them, by their own names.
struct NamedTestsWork: Sendable {
    var context: StepContext
    var call: StepCall

    func perform() async throws -> StepResult {
        let query = VerificationQuery(kinds: [.unitTests], missing: .passedOver)
        let programs = VerificationPlan(query, in: context.worktree).items.map { item in
            item.part.folder.isEmpty ? item.adapter.name : "\(item.adapter.name) in \(item.part.folder)"
        }
        if !programs.isEmpty {
            try await context.record([
                .event(.verificationStarted(step: call.key, attempt: call.attempt, commands: programs))
            ])
        }
        let results = try await context.workplace.verification.verify(query, on: VerifiedTree(context.workspace))
        guard let tests = NamedTests(results) else { return try await checks() }
        let isPassed = tests.failed.isEmpty
        return .succeeded(
            StepSuccess(
                Self.outputs(isPassed, tests, isNamed: true, VerificationText.text(of: results)),
                summary: isPassed
                    ? "\(tests.passed.count) tests passed"
                    : "\(tests.failed.count) of \(tests.failed.count + tests.passed.count) tests failed"))
    }

    private func checks() async throws -> StepResult {
        let receipts: [Receipt]
        switch try await context.verify(call.key, attempt: call.attempt) {
        case .passed(let all), .failed(let all): receipts = all
        case .nothingToVerify(let reason):
            return .succeeded(
                StepSuccess(Self.outputs(nil, NamedTests(), isNamed: false, reason), summary: reason))
        }
        let tests = NamedTests(
            passed: receipts.filter { $0.outcome == .passed }.map(\.check),
            failed: receipts.filter { $0.outcome != .passed }.map(\.check))
        let output = receipts.filter { $0.outcome != .passed }
            .map { "$ \($0.command)\n\($0.excerpt)\n(\($0.outcomeInWords))" }.joined(separator: "\n\n")
        let summary =
            tests.failed.isEmpty
            ? "\(receipts.count) checks passed" : "did not pass: \(tests.failed.joined(separator: ", "))"
        return .succeeded(
            StepSuccess(Self.outputs(tests.failed.isEmpty, tests, isNamed: false, output), summary: summary))
    }

    private static func outputs(_ isPassed: Bool?, _ tests: NamedTests, isNamed: Bool, _ output: String) -> JSONValue {
        [
            "passed": isPassed.map { .bool($0) } ?? .null,
            "passed_tests": .array(tests.passed.map { .string($0) }),
            "failed_tests": .array(tests.failed.map { .string($0) }),
            "named": .bool(isNamed), "output": .string(output),
        ]
    }
}

/// Tests by name, each in one of two lists; one that came out both ways, or passed only when it was run again, is flaky.
struct NamedTests: Sendable, Hashable {
    var passed: [String] = []
    var failed: [String] = []

    /// The most names that a step keeps.
    static let limit = 20_000

    init(passed: [String] = [], failed: [String] = []) {
        self.passed = passed
        self.failed = failed
    }

    /// Nil where no program told its tests apart, or there are more than a step keeps.
    init?(_ results: [VerificationResult]) {
        var isKnown = false
        var outcomes: [(name: String, isPassed: Bool)] = []
        for result in results {
            guard case .tests(let report) = result.report, result.status.decides else { continue }
            isKnown = true
            for test in report.cases {
                switch test.outcome {
                case .passed: outcomes.append((Self.name(of: test, in: result), true))
                case .failed, .errored: outcomes.append((Self.name(of: test, in: result), false))
                case .skipped, .flaky: continue
                }
            }
            // A program that fails although none of its tests did, by a threshold or at its end.
            if result.status == .failed, report.failures.isEmpty { outcomes.append((result.adapter, false)) }
        }
        guard isKnown, outcomes.count <= Self.limit else { return nil }
        let failing = Set(outcomes.filter { !$0.isPassed }.map(\.name))
        var seen: Set<String> = []
        for (name, _) in outcomes where seen.insert(name).inserted {
            if failing.contains(name) { failed.append(name) } else { passed.append(name) }
        }
    }

    /// The same whether the test passed or failed: unittest names the file of a failure only.
    private static func name(of test: TestCase, in result: VerificationResult) -> String {
        let file = result.adapter == "unittest" ? nil : test.file
        let place = file ?? (result.folder.isEmpty ? nil : result.folder)
        return [place, test.group, test.name].compactMap(\.self).joined(separator: "::")
    }
}

extension VerificationStatus {
    fileprivate var decides: Bool { self == .passed || self == .failed }
}
