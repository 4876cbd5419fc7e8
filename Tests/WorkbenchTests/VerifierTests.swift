import Crypto
import Files
import Identity
import Runs
import Subprocess
import Testing
import Timekeeping

@testable import Workbench

@Suite struct VerifierTests {
    private let python = """
        import unittest
        class T(unittest.TestCase):
            def test_one(self):
                self.assertEqual(open("app.txt").read(), "fixed\\n")
        """

    private func verifier(_ test: TestRepository, _ workspace: Workspace, _ sandbox: any Sandbox = NoSandbox())
        -> Verifier
    {
        Verifier(
            shell: ShellRunner(sandbox: sandbox), policy: SandboxPolicy(workspace: workspace.root),
            runFolder: test.folder / "state/runs/one", clock: ManualClock().wall, ids: .seeded(1),
            engine: "vencejo 0.1.0")
    }

    private func receipt(of command: String, _ change: (TestRepository) throws -> Void = { _ in }) async throws
        -> Receipt
    {
        var result: Receipt?
        try await TestRepository.with { test in
            let workspace = try await test.preparedWorkspace()
            let check = Check(name: "test", command: command, why: "configured")
            result = try await verifier(test, workspace)
                .verify(check, step: .task("T001"), attempt: 1, of: workspace.run, in: workspace)
        }
        return try #require(result)
    }

    @Test(.enabled(if: bubblewrapWorks)) func `A check that fails and then passes leaves receipts of two trees`()
        async throws
    {
        try await TestRepository.with { test in
            let workspace = try await test.preparedWorkspace()
            try workspace.write("tests/test_app.py", python)
            let checks = CheckDetector.detect(in: workspace.root)
            #expect(checks.map(\.command) == ["python3 -m unittest discover -s tests"])
            let verifier = verifier(test, workspace, try BubblewrapSandbox())
            let failed = try await verifier.verify(
                checks, step: .task("T001"), attempt: 1, of: workspace.run, in: workspace)
            #expect(failed.map(\.outcome) == [.failed])
            #expect(failed[0].exitCode == 1)
            #expect(failed[0].excerpt.contains("FAIL: test_one"))
            #expect(failed[0].ranBy == "vencejo 0.1.0, bubblewrap, network off")

            try workspace.write("app.txt", "fixed\n")
            let passed = try await verifier.verify(
                checks, step: .task("T001"), attempt: 2, of: workspace.run, in: workspace)
            let receipt = try #require(passed.first)
            #expect(receipt.outcome == .passed)
            #expect(try await receipt.tree == workspace.tree())
            #expect(receipt.tree != failed[0].tree)
            let log = try FileSystem.readBytes(test.folder / "state/runs/one" / receipt.log)
            #expect(receipt.logHash == SHA256.hash(log).hex)
            #expect(receipt.logBytes == log.count)
            #expect(receipt.excerpt.hasSuffix("OK"))
        }
    }

    @Test func `A check that changes the files proves nothing`() async throws {
        let receipt = try await receipt(of: "echo x >> app.txt")
        #expect(receipt.outcome == .changedTree)
        #expect(receipt.exitCode == 0)
        #expect(receipt.excerpt == "It passed, but changed the files it was to judge, so it proves nothing.")
    }

    @Test func `What tools leave behind is no change`() async throws {
        let receipt = try await receipt(
            of:
                "mkdir -p a/__pycache__ a/target/debug .build && touch a/__pycache__/x.pyc a/target/debug/x .build/x x.log"
        )
        #expect(receipt.outcome == .passed)
    }

    @Test(
        arguments: [
            ("true", Receipt.Outcome.passed, 0),
            ("exit 3", .failed, 3),
            ("vencejo-no-such-program", .notRun, 127),
            ("/etc/passwd", .notRun, 126),
            ("echo 'collected 0 items'; echo 'no tests ran in 0.01s'; exit 5", .notRun, 5),
            ("echo 'Ran 0 tests in 0.000s'; echo OK", .notRun, 0),
            ("echo '?   example.org/x [no test files]'", .notRun, 0),
            ("echo 'running 0 tests'; echo 'running 0 tests'", .notRun, 0),
            ("echo 'running 0 tests'; echo 'running 2 tests'", .passed, 0),
            ("echo ' Executed 0 tests, with 0 failures'; echo '✔ Test run with 3 tests in 1 suite passed'", .passed, 0),
            (
                "echo ' Executed 0 tests, with 0 failures'; echo '✔ Test run with 0 tests in 0 suites passed'", .notRun,
                0
            ),
            ("echo 'No tests found, exiting with code 1'; exit 1", .notRun, 1),
            ("echo '/usr/bin/python3: No module named pytest'; exit 1", .notRun, 1),
            ("exit 5", .failed, 5),
        ] as [(String, Receipt.Outcome, Int32)])
    func `The end of a check is judged`(command: String, outcome: Receipt.Outcome, code: Int32) async throws {
        let receipt = try await receipt(of: command)
        #expect(receipt.outcome == outcome)
        #expect(receipt.exitCode == code)
    }

    @Test func `A check that never ends is stopped and says so`() async throws {
        try await TestRepository.with { test in
            let workspace = try await test.preparedWorkspace()
            var policy = SandboxPolicy(workspace: workspace.root)
            policy.limits.time = .seconds(1)
            let verifier = Verifier(
                shell: ShellRunner(sandbox: NoSandbox()), policy: policy, runFolder: test.folder / "state/runs/one",
                clock: ManualClock().wall, ids: .seeded(1), engine: "vencejo 0.1.0")
            let check = Check(name: "test", command: "sleep 1000", why: "configured")
            let receipt = try await verifier.verify(
                check, step: .finalCheck, attempt: 0, of: workspace.run, in: workspace)
            #expect(receipt.outcome == .timedOut)
            #expect(receipt.exitCode == nil)
            #expect(receipt.excerpt == "It did not end within 1 seconds and was stopped.")
        }
    }

    @Test func `Checks stop at the first that does not pass, and each receipt is handed on`() async throws {
        try await TestRepository.with { test in
            let workspace = try await test.preparedWorkspace()
            let checks = ["true", "false", "true"].map { Check(name: $0, command: $0, why: "configured") }
            var recorded: [ReceiptID] = []
            let receipts = try await verifier(test, workspace)
                .verify(checks, step: .finalCheck, attempt: 0, of: workspace.run, in: workspace) {
                    recorded.append($0.id)
                }
            #expect(receipts.map(\.outcome) == [.passed, .failed])
            #expect(recorded == receipts.map(\.id))
        }
    }
}
