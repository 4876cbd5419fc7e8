import QualityReports
import Testing

@Suite struct TestParserTests {
    private func parse(_ format: TestFormat, _ text: String) throws -> TestReport { try format.parse(Array(text.utf8)) }

    @Test func `JUnit XML of pytest`() throws {
        #expect(
            try parse(.junit, Fixtures.pytest)
                == TestReport(suites: [
                    TestSuite(
                        name: "pytest",
                        cases: [
                            TestCase(
                                name: "tests.test_import", outcome: .errored, seconds: 0, message: "collection failure",
                                details: "ImportError\nE   ModuleNotFoundError"),
                            TestCase(group: "tests.test_calc", name: "test_param[1]", outcome: .passed, seconds: 0.001),
                            TestCase(
                                file: "tests/test_calc.py", name: "test_param[2]", line: 17, outcome: .failed,
                                seconds: 1000.5, message: "AssertionError: not one\nassert 2 == 1",
                                details: ">  assert a == 1\nsome output"),
                            TestCase(
                                file: "tests/test_calc.py", group: "TestStack", name: "test_skipped", outcome: .skipped,
                                seconds: 0, message: "not now", details: "why"),
                        ])
                ]))
    }

    @Test func `nested suites, todo and flaky cases of JUnit XML`() throws {
        let text = """
            <testsuites><testcase name="top" classname="test"/><testsuite name="a"><testsuite name="b">
            <testcase name="todo"><skipped type="todo" message="true"/><failure message="x"/></testcase>
            <testcase name="flaky"><flakyFailure message="once"/></testcase></testsuite></testsuite>
            <testsuite name="broken" errors="1"><system-err>boom</system-err></testsuite></testsuites>
            """
        #expect(
            try parse(.junit, text)
                == TestReport(suites: [
                    TestSuite(name: "", cases: [TestCase(name: "top", outcome: .passed)]),
                    TestSuite(
                        name: "a > b",
                        cases: [
                            TestCase(name: "todo", outcome: .skipped),
                            TestCase(name: "flaky", outcome: .flaky, message: "once"),
                        ]),
                    TestSuite(
                        name: "broken",
                        cases: [
                            TestCase(
                                name: "broken", outcome: .errored,
                                message: "the suite reports failures but no test case", details: "boom")
                        ]),
                ]))
    }

    @Test func `go test -json, with a package that does not build`() throws {
        #expect(
            try parse(.goTest, Fixtures.goTest)
                == TestReport(suites: [
                    TestSuite(
                        name: "example.com/m",
                        cases: [
                            TestCase(
                                group: "example.com/m", name: "TestAdd", outcome: .failed, seconds: 0.25,
                                message: "add_test.go:6: got 3",
                                details: "=== RUN   TestAdd\n    add_test.go:6: got 3\n--- FAIL: TestAdd (0.25s)"),
                            TestCase(group: "example.com/m", name: "TestOK", outcome: .passed, seconds: 0),
                        ]),
                    TestSuite(
                        name: "example.com/m/b",
                        cases: [
                            TestCase(
                                group: "example.com/m/b", name: "package", outcome: .errored,
                                message: "the package failed", details: "b/b.go:3:1: undefined: x")
                        ]),
                ]))
    }

    @Test func `the text of cargo test`() throws {
        let output =
            "thread 'tests::bad' panicked at src/lib.rs:16:34:\nassertion `left == right` failed: wrong"
        #expect(
            try parse(.libtest, Fixtures.libtest)
                == TestReport(suites: [
                    TestSuite(
                        name: "unittests src/lib.rs",
                        cases: [
                            TestCase(group: "tests", name: "good", outcome: .passed),
                            TestCase(group: "tests", name: "later", outcome: .skipped, message: "slow"),
                            TestCase(
                                group: "tests", name: "bad", outcome: .failed,
                                message: "assertion `left == right` failed: wrong", details: output),
                        ]),
                    TestSuite(
                        name: "Doc-tests demo",
                        cases: [TestCase(file: "src/lib.rs", name: "double", line: 3, outcome: .passed)]),
                ]))
    }

    @Test func `TAP of Node`() throws {
        #expect(
            try parse(.tap, Fixtures.tap)
                == TestReport(suites: [
                    TestSuite(
                        name: "TAP",
                        cases: [
                            TestCase(name: "adds", outcome: .passed, seconds: 0.5),
                            TestCase(
                                group: "group", name: "inner bad", outcome: .failed, seconds: 0.25, message: "1 == 2",
                                details: "duration_ms: 250\n      error: '1 == 2'"),
                            TestCase(group: "group", name: "skipped", outcome: .skipped, message: "no"),
                            TestCase(group: "group", name: "todo", outcome: .skipped),
                        ])
                ]))
    }

    @Test func `the JSON of Jest`() throws {
        let file = "/p/a.test.js"
        #expect(
            try parse(.jest, Fixtures.jest)
                == TestReport(suites: [
                    TestSuite(
                        name: file,
                        cases: [
                            TestCase(
                                file: file, group: "math > add", name: "works", line: 3, outcome: .passed, seconds: 0.5),
                            TestCase(
                                file: file, name: "fails", outcome: .failed, message: "Error: no",
                                details: "Error: no\n  at x"),
                            TestCase(file: file, name: "again", outcome: .flaky),
                            TestCase(file: file, name: "later", outcome: .skipped),
                        ]),
                    TestSuite(
                        name: "/p/b.test.js",
                        cases: [
                            TestCase(
                                file: "/p/b.test.js", name: "suite", outcome: .errored,
                                message: "the test file could not be run", details: "SyntaxError: x")
                        ]),
                ]))
    }

    @Test func `Node's tests in suites are told from each other by the suites`() throws {
        let text = """
            <testsuites><testcase name="in" classname="test"/><testsuite name="a"><testsuite name="b">
            <testcase name="in" classname="test"/></testsuite></testsuite></testsuites>
            """
        #expect(try parse(.junit, text).cases.map(\.id) == ["in", "a > b::in"])
    }

    @Test func `the text of unittest, with subtests, docstrings and output in between`() throws {
        let two = """
            Traceback (most recent call last):
              File "/p/tests/test_a.py", line 8, in test_two
                self.check(1)
                ~~~~~~~~~~^^^
              File "/p/tests/help.py", line 2, in check
                self.assertEqual(1, 2, "wrong")
            AssertionError: 1 != 2 : wrong
            """
        let sub = """
            [msg] (i=0)
            Traceback (most recent call last):
              File "/p/tests/test_a.py", line 16, in test_sub
                with self.subTest("msg", i=i): self.assertNotEqual(i % 2, 0)
            AssertionError: 0 == 0
            """
        let group = "tests.test_a.T"
        #expect(
            try parse(.unittest, Fixtures.unittest)
                == TestReport(suites: [
                    TestSuite(
                        name: "unittest",
                        cases: [
                            TestCase(
                                group: "tests.test_a.S", name: "setUpClass", outcome: .errored, message: "OSError: no",
                                details: "OSError: no"),
                            TestCase(group: group, name: "test_doc", outcome: .passed),
                            TestCase(group: group, name: "test_late", outcome: .passed),
                            TestCase(group: group, name: "test_skip", outcome: .skipped, message: "later"),
                            TestCase(
                                group: group, name: "test_sub", line: 16, outcome: .failed,
                                message: "AssertionError: 0 == 0", details: sub),
                            TestCase(
                                group: group, name: "test_two", line: 8, outcome: .failed,
                                message: "AssertionError: 1 != 2 : wrong", details: two),
                        ])
                ]))
    }

    @Test func `of what tests of tests print, the last summary of unittest counts`() throws {
        let text = """
            test_outer (t.T) ... test_inner (x.Y) ... FAIL
            ======================================================================
            FAIL: test_inner (x.Y)
            ----------------------------------------------------------------------
            AssertionError

            ----------------------------------------------------------------------
            Ran 1 test in 0.000s

            FAILED (failures=1)
            ok
            test_next (t.T) ... ok

            ----------------------------------------------------------------------
            Ran 3 tests in 0.001s

            OK
            """
        let report = try parse(.unittest, text)
        #expect(
            report.cases == [
                TestCase(group: "t.T", name: "test_outer", outcome: .passed),
                TestCase(group: "t.T", name: "test_next", outcome: .passed),
                TestCase(name: "unnamed test 1", outcome: .passed, message: "its line was lost in other output"),
            ])
        #expect(report.isPassing)
        #expect(try parse(.unittest, "\nRan 0 tests in 0.000s\n\nOK\n").isPassing == false)
        #expect(
            try parse(.unittest, "\nRan 1 test in 0.000s\n\nFAILED (errors=1)\n").failures.map(\.message)
                == ["the run failed, but names no test that did"])
    }

    @Test func `a run of unittest that was cut off names its last test`() {
        #expect(
            throws: ReportError(.truncated, "unittest", "the run ended within or after t.T.test_crash")
        ) {
            try parse(.unittest, "test_ok (t.T) ... ok\ntest_crash (t.T) ... Fatal Python error\n")
        }
        #expect(throws: ReportError(.foreign, "unittest", "there is no line \"Ran N tests\"")) {
            try parse(.unittest, "Traceback (most recent call last):\nSyntaxError: no\n")
        }
    }
}
