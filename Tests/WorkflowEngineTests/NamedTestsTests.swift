import QualityReports
import Testing

@testable import Verification
@testable import WorkflowEngine

/// Which tests passed and which failed, by names that stay the same.
struct NamedTestsTests {
    private static func result(
        _ status: VerificationStatus, _ cases: [TestCase]?, adapter: String = "pytest", folder: String = ""
    ) -> VerificationResult {
        VerificationResult(
            adapter: adapter, kind: .unitTests, folder: folder, status: status,
            report: cases.map { .tests(TestReport(suites: [TestSuite(name: "s", cases: $0)])) }, excerpt: "",
            changedPaths: [], receipt: nil, reusedFrom: nil)
    }

    private static func test(_ name: String, _ outcome: TestOutcome, file: String? = nil) -> TestCase {
        TestCase(file: file, group: "G", name: name, outcome: outcome)
    }

    @Test func `Passed and failed tests stand apart, flaky and skipped ones in neither list`() {
        let cases = [
            Self.test("a", .passed, file: "t.py"), Self.test("b", .failed, file: "t.py"), Self.test("c", .errored),
            Self.test("d", .skipped), Self.test("e", .flaky),
        ]
        #expect(
            NamedTests([Self.result(.failed, cases)])
                == NamedTests(passed: ["t.py::G::a"], failed: ["t.py::G::b", "G::c"]))
    }

    @Test func `A test of unittest has one name, although only a failure tells its file`() {
        let before = NamedTests([Self.result(.failed, [Self.test("a", .failed, file: "t.py")], adapter: "unittest")])
        let after = NamedTests([Self.result(.passed, [Self.test("a", .passed)], adapter: "unittest")])
        #expect(before == NamedTests(failed: ["G::a"]))
        #expect(after == NamedTests(passed: ["G::a"]))
    }

    @Test func `What came out both ways under one name has failed`() {
        let cases = [
            Self.test("a", .passed), Self.test("a", .failed), Self.test("b", .passed), Self.test("b", .passed),
        ]
        #expect(NamedTests([Self.result(.failed, cases)]) == NamedTests(passed: ["G::b"], failed: ["G::a"]))
    }

    @Test func `Parts of a project are told apart`() {
        let cases = [Self.test("a", .passed)]
        #expect(
            NamedTests([Self.result(.passed, cases), Self.result(.passed, cases, folder: "api")])
                == NamedTests(passed: ["G::a", "api::G::a"]))
    }

    @Test func `A program that fails without a failing test has failed itself`() {
        #expect(
            NamedTests([Self.result(.failed, [Self.test("a", .passed)])])
                == NamedTests(passed: ["G::a"], failed: ["pytest"]))
    }

    @Test func `Without a report that decides there are no names`() {
        #expect(NamedTests([]) == nil)
        #expect(NamedTests([Self.result(.failed, nil)]) == nil)
        let changed = VerificationStatus.couldNotRun(reason: "It changed files.")
        #expect(NamedTests([Self.result(changed, [Self.test("a", .passed)])]) == nil)
    }
}
