import Examples
import FakeModelServer
import Files
import JSON
import Subprocess
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite("vencejo verify", .timeLimit(.minutes(15)))
struct VerifyTests {
    private static let test = """
        import unittest
        class T(unittest.TestCase):
            def test_sum(self):
                self.assertEqual(1 + 1, %)
        """

    /// The stage's project with nothing but these files, committed.
    private func with(_ files: [String: String], _ body: (Stage) async throws -> Void) async throws {
        try await Stage.with { stage in
            try await stage.git("rm", "-r", "--quiet", "*")
            for (path, text) in files {
                try FileSystem.createDirectory((stage.project / path).parent)
                try FileSystem.write(text, to: stage.project / path)
            }
            try await stage.git("add", "--all")
            try await stage.git("commit", "--quiet", "--message", "Other files")
            try await body(stage)
        }
    }

    private func tests(_ sum: String) -> [String: String] {
        ["tests/test_sum.py": Self.test.replacing("%", with: sum)]
    }

    private func verify(_ stage: Stage, _ words: String...) async throws -> (status: Int32, result: JSONValue) {
        let arguments = ["verify", "--kind", "unit-tests", "--json"] + words
        let done = try await stage.command(arguments).run()
        guard case .exited(let status) = done.status else { throw StageError(message: "ended by a signal") }
        let json = try JSONValue(parsing: done.stdout.text)
        return (status, json["results"]?.arrayValue?.first ?? .null)
    }

    @Test("an unchanged tree is not tested again, a changed one is, and a failure has its place")
    func reuse() async throws {
        try await with(tests("2")) { stage in
            try FileSystem.write("draft\n", to: stage.project / "notes.txt")
            let before = try await stage.git("status", "--porcelain")
            let first = try await verify(stage)
            #expect(first.status == 0)
            #expect(first.result["status"] == "passed")
            #expect(first.result["reused_from"] == .null)
            let again = try await verify(stage)
            #expect(again.status == 0)
            #expect(again.result["receipt"] == first.result["receipt"])
            #expect(again.result["reused_from"] == first.result["receipt"]?["started_at"])
            let fresh = try await verify(stage, "--fresh")
            #expect(fresh.result["reused_from"] == .null)
            #expect(fresh.result["receipt"]?["id"] != first.result["receipt"]?["id"])
            let after = try await stage.git("status", "--porcelain")
            #expect(after == before && after == "?? notes.txt")

            try FileSystem.write(Self.test.replacing("%", with: "3"), to: stage.project / "tests/test_sum.py")
            let failed = try await verify(stage)
            #expect(failed.status == 1)
            #expect(failed.result["status"] == "failed")
            #expect(failed.result["reused_from"] == .null)
            let words = try await stage.vencejo("verify", "--kind", "unit-tests")
            #expect(words.status == 1)
            #expect(words.output.contains("FAILED tests/test_sum.py:4 test_sum.T::test_sum"))
            #expect(words.output.contains("AssertionError: 2 != 3"))
            #expect(words.output.contains("unchanged since "))
        }
    }

    @Test("the object has the same fields in every result")
    func shape() async throws {
        try await with(tests("2")) { stage in
            let done = try await stage.vencejo("verify", "--kind", "unit-tests", "--kind", "performance", "--json")
            let json = try done.json
            #expect(json.objectValue?.keys.sorted() == ["results", "status"])
            let result = json["results"]?.arrayValue?.first ?? .null
            #expect(
                result.objectValue?.keys.sorted() == [
                    "adapter", "changed_paths", "excerpt", "folder", "kind", "reason", "receipt", "report",
                    "reused_from", "status", "summary",
                ])
            #expect(
                result["receipt"]?.objectValue?.keys.sorted() == [
                    "command", "environment", "exit_code", "flaky", "id", "log", "log_bytes", "log_sha256", "ran_by",
                    "seconds", "started_at", "tool_version", "tree",
                ])
            #expect(result["receipt"]?["exit_code"] == 0)
            #expect(result["adapter"] == "unittest")
        }
    }

    @Test("a project without tests is not passed")
    func nothing() async throws {
        try await with(["tests/test_sum.py": "import unittest\n"]) { stage in
            let done = try await verify(stage)
            #expect(done.status == 2)
            #expect(done.result["status"] == "could not run")
            #expect(done.result["reason"] == "No tests were found to run, so nothing is proven.")
        }
    }

    @Test("a program that is missing is a sentence with what to do", .enabled(if: !isOnPath("bandit")))
    func missing() async throws {
        try await with(tests("2")) { stage in
            let done = try await stage.vencejo("verify", "--kind", "security")
            #expect(done.status == 2)
            #expect(
                done.output.contains(
                    "bandit is not installed: `pip install bandit`, or add it to the project's dev dependencies."))
        }
    }

    @Test("tests and findings are written for other programs to read", .enabled(if: isOnPath("node")))
    func reports() async throws {
        let files = [
            "package.json": #"{"scripts":{"test":"node --test"}}"#,
            "test/a.test.js": """
            const test = require('node:test');
            const assert = require('node:assert');
            test('adds', () => {});
            test('fails', () => assert.equal(1, 2));
            """,
        ]
        try await with(files) { stage in
            let done = try await stage.vencejo(
                "verify", "--kind", "unit-tests", "--junit", "../tests.xml", "--sarif", "../found.sarif")
            #expect(done.status == 1, "\(done.output)\(done.errors)")
            #expect(done.output.contains("1 passed, 1 failed"))
            let read = try await stage.python(
                """
                import xml.etree.ElementTree as x; r = x.parse('tests.xml').getroot(); \
                assert (r.get('tests'), r.get('failures')) == ('2', '1'), r.attrib; \
                assert [c.get('name') for c in r.iter('testcase') if c.find('failure') is not None] == ['fails']
                """)
            #expect(read)
            let sarif = try JSONValue(parsing: FileSystem.readText(stage.folder / "found.sarif"))
            #expect(sarif["version"] == "2.1.0")
            #expect(sarif["runs"] == [])
        }
    }

    @Test("a test that passes when it is run again is named, and stays failed", .enabled(if: isOnPath("node")))
    func flaky() async throws {
        let files = [
            "package.json": #"{"scripts":{"test":"node --test"}}"#, ".gitignore": "seen\n",
            "test/a.test.js": """
            const fs = require('node:fs');
            require('node:test')('sometimes', () => {
              if (!fs.existsSync('seen')) { fs.writeFileSync('seen', ''); throw new Error('first time'); }
            });
            """,
        ]
        try await with(files) { stage in
            let done = try await verify(stage)
            #expect(done.status == 1)
            #expect(done.result["status"] == "failed")
            #expect(done.result["summary"] == "1 flaky")
            let names = done.result["receipt"]?["flaky"]?.arrayValue ?? []
            #expect(names.count == 1)
            #expect(names.first?.stringValue?.hasSuffix("sometimes") ?? false)
        }
    }

    @Test("100 MB of output are kept within bounds, and the receipt holds")
    func flood() async throws {
        let flood = "import sys\nfor _ in range(100): sys.stdout.write('x' * 999_999 + '\\n')\n"
        try await with(["tests/test_sum.py": flood + Self.test.replacing("%", with: "2")]) { stage in
            let done = try await verify(stage)
            #expect(done.status == 0, "\(done.result)")
            let bytes = done.result["receipt"]?["log_bytes"]?.intValue ?? 0
            #expect(bytes > 100_000_000)
            let checked = try await stage.vencejo("receipts", "check", "--json")
            #expect(checked.status == 0)
            let kept = try await stage.python(
                "import glob, os; assert max(map(os.path.getsize, glob.glob('state/verifications/*/logs/*'))) < 1 << 27"
            )
            #expect(kept)
        }
    }

    @Test("Ctrl-C ends it with its processes")
    func interrupted() async throws {
        let mark = "98765.\(UInt32.random(in: 0 ... .max))"
        let endless = """
            import subprocess, unittest
            class T(unittest.TestCase):
                def test_endless(self):
                    child = subprocess.Popen(["sleep", "\(mark)"])
                    open("started", "w").write("x")
                    child.wait()
            """
        try await with(["tests/test_endless.py": endless]) { stage in
            let pipe = stage.project / "started"
            try #require(mkfifo(pipe.string, 0o600) == 0)
            var command = stage.command(["verify", "--kind", "unit-tests"])
            let pidFile = stage.folder / "pid"
            command.arguments =
                ["-c", "echo $$ > \"$0\"; exec \"$@\"", pidFile.string, command.executable] + command.arguments
            command.executable = "/bin/sh"
            let started = command
            async let ended = started.run()
            // Reading the pipe ends when the test has begun.
            _ = try await Subprocess.Command("/bin/cat", [pipe.string], environment: [:]).run()
            let text = try FileSystem.readText(pidFile)
            let pid = try #require(Int32(text.prefix { $0.isNumber }))
            _ = kill(pid, SIGINT)
            #expect(try await ended.status == .exited(130))
            let isLeft = try await stage.python(
                """
                import glob; \
                assert any(b'\(mark)' in open(p, 'rb').read() for p in glob.glob('/proc/[0-9]*/cmdline') \
                if b'sleep' in open(p, 'rb').read()[:12])
                """)
            #expect(!isLeft)
        }
    }

    @Test("receipts that were altered are found out, and others come out the same again")
    func receipts() async throws {
        try await with(tests("2")) { stage in
            let result = try await verify(stage).result
            let intact = try await stage.vencejo("receipts", "check", "--rerun", "--json")
            #expect(intact.status == 0, "\(intact.output)")
            #expect(
                try intact.json == [
                    [
                        "id": result["receipt"]?["id"] ?? .null, "check": "unittest", "outcome": "passed",
                        "state": "intact", "notes": [], "rerun": "same",
                    ]
                ])
            let log = result["receipt"]?["log"]?.stringValue ?? ""
            let changed = try await stage.python(
                "import glob; open(glob.glob('state/verifications/*/\(log)')[0], 'a').write('OK')")
            #expect(changed)
            let altered = try await stage.vencejo("receipts", "check", "--json")
            #expect(altered.status == 1)
            #expect(try altered.json.arrayValue?.first?["state"] == "altered")
            // What is altered stands for nothing: the tests run again.
            #expect(try await verify(stage).result["reused_from"] == .null)
        }
    }

    @Test("what a killed verification left is swept by the next, and old receipts go where they prove nothing any more")
    func cleaning() async throws {
        let mark = "98766.\(UInt32.random(in: 0 ... .max))"
        var files = tests("2")
        files["tests/test_wait.py"] = """
            import os, subprocess, unittest
            class T(unittest.TestCase):
                def test_wait(self):
                    if os.path.exists("started"):
                        open("started", "w").write("x")
                        subprocess.run(["sleep", "\(mark)"])
            """
        files[".gitignore"] = "started\n__pycache__\n"
        try await with(files) { stage in
            let pipe = stage.project / "started"
            try #require(mkfifo(pipe.string, 0o600) == 0)
            var command = stage.command(["verify", "--kind", "unit-tests"])
            let pidFile = stage.folder / "pid"
            command.arguments =
                ["-c", "echo $$ > \"$0\"; exec \"$@\"", pidFile.string, command.executable] + command.arguments
            command.executable = "/bin/sh"
            let started = command
            async let ended = started.run()
            _ = try await Subprocess.Command("/bin/cat", [pipe.string], environment: [:]).run()
            let text = try FileSystem.readText(pidFile)
            let pid = try #require(Int32(text.prefix { $0.isNumber }))
            let mine = "state/verifications/*/scratch/*"
            let isThere = try await stage.python("import glob; assert len(glob.glob('\(mine)')) == 2")
            #expect(isThere)
            _ = kill(pid, SIGKILL)
            #expect(try await ended.status == .signaled(SIGKILL))
            try FileSystem.remove(pipe)
            #expect(try await verify(stage).status == 0)
            let isSwept = try await stage.python("import glob; assert glob.glob('\(mine)') == []")
            #expect(isSwept)

            // The log of the killed one goes, the receipt of the committed tree stays, and a draft's does not.
            try FileSystem.write("draft\n", to: stage.project / "notes.txt")
            #expect(try await verify(stage).status == 0)
            try FileSystem.remove(stage.project / "notes.txt")
            let dry = try await stage.vencejo("receipts", "clean", "--keep", "0", "--dry-run", "--json").json
            #expect(dry["removed"]?.arrayValue?.count == 1)
            let done = try await stage.vencejo("receipts", "clean", "--keep", "0", "--json").json
            #expect(done["removed"] == dry["removed"])
            #expect(done["removed_logs"] == 1)
            #expect(done["kept"] == 1)
            let again = try await stage.vencejo("receipts", "clean", "--keep", "0", "--json").json
            #expect(again["removed"] == [])
            #expect(again["removed_logs"] == 0)
            #expect(try await stage.vencejo("receipts", "check").status == 0)
            #expect(try await verify(stage).result["reused_from"] != .null)
            let bad = try await stage.vencejo("receipts", "clean", "--keep", "all")
            #expect(bad.status == 2)
            #expect(bad.errors.contains("--keep takes a whole number from 0 on, not 'all'"))
        }
    }

    // MARK: - In a run

    private static let toolScript = ExampleProject.session.replacing(
        #"{"tool": "run_command", "arguments": {"command": "python3 -m unittest discover -s tests"}}"#,
        with: #"{"tool": "run_unit_tests", "arguments": {}}"#)

    @Test("an agent that asks for the tests gets the verdict, and the run goes on")
    func tool() async throws {
        try await Stage.with(script: Self.toolScript) { stage in
            let done = try await stage.vencejo("run", Stage.request, "--yes", "--json")
            #expect(done.status == 0, "\(done.errors)")
            #expect(try done.json["proven"] == true)
            #expect(stage.server.violations == [])
            let isTold = stage.server.conversation(of: "task/T001").contains("unit tests, unittest: ")
            #expect(isTold)
        }
    }

    @Test("a run that is killed in the tool asks again, and ends proven")
    func killedInTool() async throws {
        try await Stage.with(script: Self.toolScript) { stage in
            let wasKilled = try await stage.vencejoKilled(["run", Stage.request, "--yes"]) {
                $0.contains("\"actionStarted\"") && $0.contains("run_unit_tests")
            }
            #expect(wasKilled)
            let done = try await stage.vencejo("runs", "resume", "latest", "--yes", "--json")
            #expect(done.status == 0, "\(done.errors)")
            #expect(try done.json["proven"] == true)
            #expect(stage.server.violations == [])
            #expect(stage.server.boughtTwice == [])
            let isTold = stage.server.conversation(of: "task/T001").contains("unit tests, unittest: ")
            #expect(isTold)
        }
    }

    private static func isOnPath(_ program: String) -> Bool {
        FileSystem.which(program, searchPath: Subprocess.Command.inheritedEnvironment()["PATH"] ?? "/usr/bin:/bin")
            != nil
    }
}
