import Files
import QualityReports
import Subprocess
import Testing

@testable import Verification

/// The adapters with the programs themselves, where they are installed.
@Suite struct RealProgramTests {
    private func ids(_ result: VerificationResult) -> [String] {
        guard case .tests(let report) = result.report else { return [] }
        return report.failures.map(\.name)
    }

    private func first(_ project: TestProject, _ kind: VerificationKind) async throws -> VerificationResult {
        let results = try await project.service().verify(
            VerificationQuery(kinds: [kind]), on: VerifiedTree(project.repository))
        return try #require(results.first)
    }

    @Test(.enabled(if: isOnPath("python3"))) func `unittest is read from what it prints`() async throws {
        let test =
            "import unittest\nclass T(unittest.TestCase):\n    def test_one(self):\n        self.assertEqual(1, %)\n"
        try await TestProject.with(["tests/test_a.py": test.replacing("%", with: "1")]) { project in
            #expect(try await first(project, .unitTests).status == .passed)
            try project.write("tests/test_a.py", test.replacing("%", with: "2"))
            let failed = try await first(project, .unitTests)
            #expect(failed.status == .failed)
            #expect(ids(failed) == ["test_one"])
            #expect(VerificationText.counts(of: failed) == "1 failed")
            #expect(
                VerificationText.details(of: failed)
                    == ["FAILED tests/test_a.py:4 test_a.T::test_one\n  AssertionError: 1 != 2"])
            #expect(failed.receipt?.flaky == [])
            try project.write("tests/test_a.py", "import unittest\n")
            #expect(try await first(project, .unitTests).status == .couldNotRun(reason: ReportJudge.nothingTested))
        }
    }

    @Test(.enabled(if: isOnPath("python3"))) func `only the failing tests of unittest are run again`() async throws {
        let files = [
            ".gitignore": "*.log\n__pycache__\n",
            "tests/test_a.py": """
            import unittest


            def ran(name):
                with open("runs.log", "a+") as log:
                    log.write(name + " ")
                    log.seek(0)
                    return log.read().split().count(name)


            class Sometimes(unittest.TestCase):
                def test_shaky(self):
                    \"\"\"Passes the second time.\"\"\"
                    self.assertGreater(ran("shaky"), 1)

                def test_steady(self):
                    ran("steady")

            """,
        ]
        try await TestProject.with(files) { project in
            let result = try await first(project, .unitTests)
            #expect(result.status == .failed)
            #expect(result.receipt?.flaky == ["test_a.Sometimes::test_shaky"])
            #expect(VerificationText.counts(of: result) == "1 passed, 1 flaky")
            #expect(try FileSystem.readText(project.root / "runs.log") == "shaky steady shaky ")
            let chosen = try await project.service().verify(
                VerificationQuery(kinds: [.unitTests], paths: ["tests/test_a.py"], filter: "steady"),
                on: VerifiedTree(project.repository))
            #expect(chosen.map(\.status) == [.passed])
            #expect(try FileSystem.readText(project.root / "runs.log") == "shaky steady shaky steady ")
        }
    }

    /// A folder of a virtual environment with pytest, coverage, ruff, bandit, radon and pip-audit.
    private static let tools = Command.inheritedEnvironment()["VENCEJO_TEST_PYTHON_TOOLS"]

    private static let pythonProject = [
        "pyproject.toml": "[tool.pytest.ini_options]\npythonpath = [\".\"]\n",
        "app.py": """
        import os
        import subprocess


        def grade(points):
            if points > 90:
                return "A"
            if points > 50:
                return "B"
            return "C"


        def run(line):
            subprocess.call(line, shell=True)

        """,
        "tests/test_app.py": """
        from app import grade


        def test_best():
            assert grade(95) == "A"


        class TestOther:
            def test_middle(self):
                assert grade(60) == "C"

        """,
    ]

    /// The one result of an adapter in the small Python project, with the programs of the virtual environment.
    private func python(_ kind: VerificationKind, _ adapter: String) async throws -> VerificationResult {
        var result: VerificationResult?
        try await TestProject.with(Self.pythonProject) { project in
            var variables = Command.inheritedEnvironment()
            variables["PATH"] = "\(Self.tools ?? "")/bin:\(variables["PATH"] ?? "/usr/bin:/bin")"
            let results = try await project.service(variables: variables).verify(
                VerificationQuery(kinds: [kind]), on: VerifiedTree(project.repository))
            result = results.first { $0.adapter == adapter }
        }
        return try #require(result)
    }

    @Test(.enabled(if: tools != nil, "set VENCEJO_TEST_PYTHON_TOOLS to a virtual environment"))
    func `pytest's failures have names and places`() async throws {
        let result = try await python(.unitTests, "pytest")
        #expect(result.status == .failed, "\(result.excerpt)")
        #expect(VerificationText.counts(of: result) == "1 passed, 1 failed")
        guard case .tests(let report) = result.report else { return }
        #expect(report.failures.map(\.name) == ["test_middle"])
        #expect(report.failures.map(\.file) == ["tests/test_app.py"])
        #expect(result.receipt?.flaky == [])
    }

    @Test(.enabled(if: tools != nil, "set VENCEJO_TEST_PYTHON_TOOLS to a virtual environment"))
    func `coverage tells the lines that no test reached`() async throws {
        let result = try await python(.coverage, "coverage.py")
        guard case .coverage(let report) = result.report else {
            Issue.record("\(result.status) \(result.excerpt)")
            return
        }
        #expect(result.status == .failed)
        #expect(report.files.first { $0.path == "app.py" }?.missedLines == [10, 14])
    }

    @Test(.enabled(if: tools != nil, "set VENCEJO_TEST_PYTHON_TOOLS to a virtual environment"))
    func `ruff's findings have places`() async throws {
        let result = try await python(.lint, "ruff")
        #expect(result.status == .failed, "\(result.excerpt)")
        #expect(
            VerificationText.details(of: result).map { $0.prefix { $0 != "\u{60}" } } == ["app.py:1:8: error F401: "],
            "\(VerificationText.details(of: result))")
    }

    @Test(.enabled(if: tools != nil, "set VENCEJO_TEST_PYTHON_TOOLS to a virtual environment"))
    func `bandit's findings have rules and lines`() async throws {
        let result = try await python(.security, "bandit")
        guard case .findings(let report) = result.report else {
            Issue.record("\(result.status) \(result.excerpt)")
            return
        }
        #expect(result.status == .failed)
        #expect(report.findings.map(\.rule) == ["B404", "B602"])
        #expect(report.findings.map(\.line) == [2, 14])
        #expect(report.findings.map(\.file) == ["app.py", "app.py"])
    }

    @Test(.enabled(if: tools != nil, "set VENCEJO_TEST_PYTHON_TOOLS to a virtual environment"))
    func `radon counts the ways through functions`() async throws {
        let result = try await python(.complexity, "radon")
        guard case .complexity(let report) = result.report else {
            Issue.record("\(result.status) \(result.excerpt)")
            return
        }
        #expect(result.status == .passed)
        let app = report.functions.filter { $0.file == "app.py" }
        #expect(Dictionary(uniqueKeysWithValues: app.map { ($0.name, $0.cyclomatic) }) == ["grade": 3, "run": 1])
    }

    @Test(
        .enabled(
            if: tools.map { isExecutable("\($0)/bin/lizard") } ?? false, "needs lizard in VENCEJO_TEST_PYTHON_TOOLS"))
    func `lizard measures the languages that are not Python, and the limit holds for all`() async throws {
        let branches = "if (a > 1 && a < 9) { return 1; } if (a > 20) { return 2; } return 3;"
        let files = [
            "pyproject.toml": "", "app.py": "def f(a):\n    return 1 if a else 2\n",
            "web/a.ts": "export function pick(a: number): number { \(branches) }\n",
            "web/node_modules/x.js": "function x(a) { \(branches) }\n", "src/m.c": "int calc(int a) { \(branches) }\n",
            "src/a.go": "package a\nfunc Run(a int) int {\n\tif a > 1 {\n\t\treturn 1\n\t}\n\treturn 2\n}\n",
        ]
        try await TestProject.with(files) { project in
            var variables = Command.inheritedEnvironment()
            variables["PATH"] = "\(Self.tools ?? "")/bin:\(variables["PATH"] ?? "/usr/bin:/bin")"
            let results = try await project.service(variables: variables, complexity: 3).verify(
                VerificationQuery(kinds: [.complexity]), on: VerifiedTree(project.repository))
            #expect(results.map(\.adapter) == ["radon", "lizard"])
            #expect(results.map(\.status) == [.passed, .failed], "\(results.map(\.excerpt))")
            #expect(
                results.map(VerificationText.counts) == [
                    "1 functions, the most complex 2, 0 above 3", "3 functions, the most complex 4, 2 above 3",
                ])
            #expect(
                results.flatMap(VerificationText.details).sorted() == [
                    "src/m.c:1: calc has complexity 4, more than 3: split it up",
                    "web/a.ts:1: pick has complexity 4, more than 3: split it up",
                ])
        }
    }

    @Test(.enabled(if: tools != nil, "set VENCEJO_TEST_PYTHON_TOOLS to a virtual environment"))
    func `pip-audit is not asked where the sandbox has no network`() async throws {
        let result = try await python(.dependencies, "pip-audit")
        guard case .couldNotRun(let reason) = result.status else {
            Issue.record("\(result.status)")
            return
        }
        #expect(reason.hasPrefix("pip-audit "))
        #expect(result.receipt == nil || result.report == nil)
    }

    @Test(.enabled(if: isOnPath("node"), "needs Node.js 20")) func `node's own tests are read from their report`()
        async throws
    {
        let files = [
            "package.json": #"{"scripts":{"test":"node --test"}}"#,
            "test/a.test.js":
                "const test = require('node:test');\nconst assert = require('node:assert');\ntest('adds', () => {});\ntest('fails (1+1)', () => assert.equal(1, 2));\n",
        ]
        try await TestProject.with(files) { project in
            let result = try await first(project, .unitTests)
            #expect(result.status == .failed)
            #expect(ids(result) == ["fails (1+1)"])
            #expect(result.receipt?.flaky == [])
        }
    }

    @Test(.enabled(if: isOnPath("node"), "needs Node.js 20")) func `only the failing tests of node are run again`()
        async throws
    {
        let files = [
            ".gitignore": "*.log\n", "package.json": #"{"scripts":{"test":"node --test"}}"#,
            "test/a.test.js": """
            const { test, describe, it } = require('node:test');
            const assert = require('node:assert');
            const fs = require('node:fs');
            function ran(name) {
              fs.appendFileSync('runs.log', name + ' ');
              return fs.readFileSync('runs.log', 'utf8').split(' ').filter((word) => word === name).length;
            }
            test('parent (1)', async (t) => { await t.test('shaky', () => assert.ok(ran('child') > 1)); });
            describe('group', () => { it('shaky', () => assert.ok(ran('inner') > 1)); });
            test('steady', () => ran('steady'));
            """,
        ]
        try await TestProject.with(files) { project in
            let result = try await first(project, .unitTests)
            #expect(result.status == .failed)
            #expect(result.receipt?.flaky.sorted() == ["group::shaky", "parent (1)::shaky"])
            #expect(VerificationText.counts(of: result) == "1 passed, 2 flaky")
            let runs = try FileSystem.readText(project.root / "runs.log").split(separator: " ")
            #expect(runs.sorted() == ["child", "child", "inner", "inner", "steady"])
        }
    }

    @Test(.enabled(if: isOnPath("cargo"), "needs cargo")) func `cargo's tests are read from what they print`()
        async throws
    {
        let files = [
            "Cargo.toml": "[package]\nname = \"small\"\nversion = \"0.1.0\"\nedition = \"2021\"\n",
            ".gitignore": "target\nCargo.lock\n",
            "src/lib.rs": "#[test]\nfn adds() {}\n#[test]\nfn fails() { assert_eq!(1, 2); }\n",
        ]
        try await TestProject.with(files) { project in
            let result = try await first(project, .unitTests)
            #expect(result.status == .failed, "\(result.status)")
            #expect(ids(result) == ["fails"], "\(result.excerpt)")
        }
    }

    private static func isExecutable(_ path: String) -> Bool { FileSystem.isExecutable(FilePath(path)) }

    private static func isOnPath(_ program: String) -> Bool {
        FileSystem.which(program, searchPath: Command.inheritedEnvironment()["PATH"] ?? "/usr/bin:/bin") != nil
    }
}
