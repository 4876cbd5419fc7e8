import Crypto
import Files
import Subprocess
import Testing

@testable import Workbench

/// Whether bubblewrap can work on this machine; elsewhere its tests are skipped.
let bubblewrapWorks: Bool = FileSystem.which("bwrap", searchPath: Command.inheritedEnvironment()["PATH"] ?? "") != nil

@Suite(.enabled(if: bubblewrapWorks)) struct BubblewrapTests {
    /// Runs a line in a workspace below a home of its own.
    private func run(
        _ line: String, _ change: (inout SandboxPolicy, Home) throws -> Void = { _, _ in },
        check: (ShellOutcome, Home) throws -> Void
    ) async throws {
        try await FileSystem.withTemporaryDirectory { folder in
            let home = try Home(folder)
            var policy = SandboxPolicy(workspace: home.workspace)
            try change(&policy, home)
            let shell = ShellRunner(sandbox: try BubblewrapSandbox(environment: home.environment))
            try check(try await shell.run(line, policy: policy), home)
        }
    }

    struct Home {
        let folder: FilePath
        let home: FilePath
        let workspace: FilePath
        var environment: [String: String]

        init(_ folder: FilePath) throws {
            self.folder = folder
            home = folder / "home"
            workspace = home / "state/worktrees/one"
            try FileSystem.createDirectory(workspace)
            let system = "/usr/local/bin:/usr/bin:/bin"
            environment = [
                "HOME": home.string, "PATH": "\(home)/.tool/bin:\(system)", "LANG": "C.UTF-8", "LC_TIME": "C",
                "ANTHROPIC_API_KEY": "sk-secret", "EXTRA": "yes", "GITHUB_TOKEN": "ghp",
            ]
        }

        func write(_ path: String, _ text: String, mode: UInt32 = 0o644) throws {
            let file = folder / path
            try FileSystem.createDirectory(file.parent)
            try FileSystem.write(text, to: file, newMode: mode)
        }
    }

    @Test func `The probe finds that it works`() async throws {
        #expect(try await SandboxProbe.check() == .works(name: "bubblewrap"))
    }

    @Test func `The probe says what is missing and how to get it`() async throws {
        #expect(
            try await SandboxProbe.check(environment: ["PATH": "/nowhere"])
                == .cannotRun(reason: "bubblewrap (bwrap) is not installed", fix: "apt-get install bubblewrap"))
        #expect(throws: WorkbenchError.self) { try BubblewrapSandbox(environment: ["PATH": "/nowhere"]) }
    }

    @Test func `The workspace can be written, everything else cannot`() async throws {
        try await run(
            """
            echo 1 > file && echo written
            for place in / /etc /usr /var /opt /srv; do (echo x > "$place/vencejo-test") 2>/dev/null && echo "wrote $place"; done
            (echo x > .git) 2>/dev/null && echo "wrote .git"
            echo y > "$HOME/x" && echo y > /tmp/x && echo private
            """
        ) { _, home in
            try home.write("home/state/worktrees/one/.git", "gitdir: x\n")
        } check: { outcome, home in
            #expect(outcome.text == "written\nprivate\n")
            let file = try FileSystem.readText(home.workspace / "file")
            #expect(file == "1\n")
            #expect(!FileSystem.exists(home.home / "x"))
        }
    }

    @Test func `Further paths are given to read or to write`() async throws {
        try await FileSystem.withTemporaryDirectory { folder in
            let home = try Home(folder)
            try home.write("readable/text", "can be read\n")
            try FileSystem.createDirectory(folder / "writable")
            var policy = SandboxPolicy(workspace: home.workspace)
            policy.readable = [folder / "readable", folder / "not there"]
            policy.writable = [folder / "writable"]
            let shell = ShellRunner(sandbox: try BubblewrapSandbox(environment: home.environment))
            let outcome = try await shell.run(
                """
                cat \(folder)/readable/text
                (echo x > \(folder)/readable/new) 2>/dev/null || echo refused
                echo x > \(folder)/writable/new && echo written
                """, policy: policy)
            #expect(outcome.text == "can be read\nrefused\nwritten\n")
            #expect(try FileSystem.readText(folder / "writable/new") == "x\n")
        }
    }

    @Test func `Homes, temporary files and state are out of sight`() async throws {
        try await run("ls -A \"$HOME\" /tmp /home /root 2>/dev/null; ls -A ../..; echo $HOME") { policy, home in
            try home.write("home/.ssh/id_rsa", "secret\n")
            try home.write("home/state/journal.db", "state\n")
            try home.write("home/state/worktrees/two/x", "another run\n")
            policy.hidden = [home.home / "state"]
        } check: { outcome, home in
            #expect(!outcome.text.contains(".ssh"))
            #expect(!outcome.text.contains("journal.db"))
            #expect(!outcome.text.contains("two"))
            #expect(outcome.text.contains("worktrees"))
            #expect(outcome.text.hasSuffix("\(home.home)\n"))
        }
    }

    @Test func `A tool in the home can be used, its credentials cannot be read`() async throws {
        try await run("tool; cat ~/.tool/lib/data; cat ~/.cargo/credentials.toml .env deep/id_rsa; true") {
            policy, home in
            try home.write("home/.tool/bin/tool", "#!/bin/sh\necho works\n", mode: 0o755)
            try home.write("home/.tool/lib/data", "data\n")
            try home.write("home/.cargo/bin/cargo", "")
            try home.write("home/.cargo/credentials.toml", "token = secret\n")
            try home.write("home/state/worktrees/one/.env", "KEY=secret\n")
            try home.write("home/state/worktrees/one/deep/id_rsa", "secret\n")
            policy.masked = try SandboxPolicy.secretFiles(in: home.workspace)
            policy.readable = [home.home / ".cargo"]
            #expect(policy.masked.map(\.name) == [".env", "id_rsa"])
        } check: { outcome, _ in
            #expect(outcome.text.hasPrefix("works\ndata\n"))
            #expect(!outcome.text.contains("secret"))
        }
    }

    @Test func `There is no network, and it is there when allowed`() async throws {
        let line = "grep -c : /proc/net/dev; readlink /proc/self/ns/net"
        let own = try FileSystem.readSymlink("/proc/self/ns/net")
        try await run(line) { _, _ in
        } check: { outcome, _ in
            #expect(outcome.text.hasPrefix("1\n"))
            #expect(!outcome.text.contains(own))
        }
        try await run(line) { policy, _ in
            policy.network = .on
        } check: { outcome, _ in
            #expect(outcome.text.contains(own))
        }
    }

    @Test func `Only harmless variables and those named get in, and never a key`() async throws {
        try await run("env | sort") { policy, _ in
            policy.environment = ["EXTRA"]
        } check: { outcome, _ in
            let names = outcome.text.split(separator: "\n").compactMap {
                $0.split(separator: "=").first.map(String.init)
            }
            #expect(
                Set(names).subtracting(["PWD", "SHLVL", "_", "OLDPWD"]) == [
                    "CI", "EXTRA", "GIT_OPTIONAL_LOCKS", "HOME", "LANG", "LC_TIME", "PATH", "PYTHONDONTWRITEBYTECODE",
                    "TERM", "TMPDIR",
                ])
        }
        await #expect(
            throws: WorkbenchError(
                .invalidPolicy,
                "ANTHROPIC_API_KEY is a key, which commands never get: take it out of the sandbox's environment.")
        ) {
            try await run("true") { policy, _ in
                policy.environment = ["ANTHROPIC_API_KEY"]
            } check: { _, _ in
            }
        }
    }

    @Test func `It has no privileges, its own processes and its own name`() async throws {
        try await run(
            "grep -E '^Cap(Eff|Bnd)' /proc/self/status; ls -d /proc/[0-9]* | wc -l; hostname || cat /proc/sys/kernel/hostname"
        ) {
            _, _ in
        } check: { outcome, _ in
            let lines = outcome.text.split(separator: "\n")
            #expect(lines[0].hasSuffix("0000000000000000"))
            #expect((Int(lines[2].drop { $0 == " " }) ?? 99) < 10)
            #expect(lines.last == "vencejo")
        }
    }

    @Test func `Exit statuses and the working folder come through`() async throws {
        try await FileSystem.withTemporaryDirectory { folder in
            let home = try Home(folder)
            try FileSystem.createDirectory(home.workspace / "sub")
            let shell = ShellRunner(sandbox: try BubblewrapSandbox(environment: home.environment))
            let policy = SandboxPolicy(workspace: home.workspace)
            let outcome = try await shell.run("pwd; exit 7", policy: policy, directory: home.workspace / "sub")
            #expect(outcome.ended == .exited(7))
            #expect(outcome.text == "\(home.workspace)/sub\n")
            #expect(try await shell.run("kill -9 $$", policy: policy).ended == .exited(137))
            // Only bubblewrap's own complaint, which is one line, means that nothing was run.
            let speaking = try await shell.run("echo 'bwrap: no'; echo more; exit 1", policy: policy)
            #expect(speaking.ended == .exited(1))
        }
    }

    @Test func `A command that never ends is stopped with its children, and the text says what it printed`()
        async throws
    {
        try await run("echo begun; (setsid sleep 1000 &) ; sleep 1000") { policy, _ in
            policy.limits.time = .milliseconds(1500)
        } check: { outcome, _ in
            #expect(outcome.ended == .timedOut)
            #expect(outcome.text == "begun\n")
        }
    }

    /// A daemon by the book: twice forked, in a session of its own, with none of the descriptors it was given.
    ///
    /// It has so many children that the kernel is still ending them when bubblewrap has long returned.
    private static func daemon(_ mark: String) -> String {
        """
        (setsid sh -c 'cd /; for n in 0 1 2 3 4 5 6 7 8 9; do eval "exec $n>&-"; done; for n in $(seq 120); do sleep \(mark) & done; wait' &)
        until [ "$(cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' | grep -o 'sleep \(mark)' | wc -l)" -ge 120 ]; do sleep 0.01; done
        echo done
        """
    }

    @Test(arguments: 0..<4) func `Not one process is left when a command has ended`(round: Int) async throws {
        let mark = "8\(UInt32.random(in: 10_000_000...99_999_999))"
        let line = Self.daemon(mark) + (round % 2 == 0 ? "" : "; sleep \(mark)")
        try await run(line) { policy, _ in
            // Every other one is stopped.
            if round % 2 == 1 { policy.limits.time = .seconds(8) }
        } check: { outcome, _ in
            #expect(SandboxEscapeTest.processes(called: "sleep\0\(mark)\0") == [])
            #expect(outcome.text == "done\n")
            #expect(outcome.ended == (round % 2 == 0 ? .exited(0) : .timedOut))
        }
    }

    @Test func `A file beyond the limit cannot be written`() async throws {
        try await run("head -c 3000000 /dev/zero > big; stat -c %s big") { policy, _ in
            policy.limits.fileBytes = 1 << 20
        } check: { outcome, _ in
            #expect(outcome.text.hasSuffix("1048576\n"))
        }
    }

    @Test func `A whole home is no workspace`() throws {
        try FileSystem.withTemporaryDirectory { folder in
            let home = try Home(folder)
            let sandbox = try BubblewrapSandbox(environment: home.environment)
            #expect(
                throws: WorkbenchError(
                    .invalidPolicy, "\(home.folder) cannot be a workspace: it holds a whole home or system.")
            ) { try sandbox.confine(ShellCommand("true"), policy: SandboxPolicy(workspace: home.folder)) }
        }
    }

    @Test func `git works in a worktree, and its own files cannot be written`() async throws {
        try await TestRepository.with { test in
            let workspace = try await test.preparedWorkspace()
            let policy = try SandboxPolicy(for: workspace, hiding: test.folder / "state")
            var environment = Command.inheritedEnvironment()
            environment["HOME"] = (test.folder / "home").string
            let shell = ShellRunner(sandbox: try BubblewrapSandbox(environment: environment))
            let outcome = try await shell.run(
                "git log --format=%s; echo x > new; git status --porcelain; git commit -qam no 2>/dev/null || echo refused",
                policy: policy)
            #expect(outcome.text == "Start\n?? new\nrefused\n")
            #expect(try await workspace.head() == workspace.base)
        }
    }
}

@Suite struct BrokenSandboxTests {
    /// Lends the search path of a bubblewrap that cannot work.
    private func withBroken(_ body: (FilePath, [String: String]) async throws -> Void) async throws {
        try await FileSystem.withTemporaryDirectory { folder in
            let complaint = "bwrap: No permissions to create new namespace"
            try FileSystem.write("#!/bin/sh\necho '\(complaint)' >&2\nexit 1\n", to: folder / "bwrap", newMode: 0o755)
            try await body(folder, ["PATH": "\(folder):/usr/bin:/bin", "HOME": (folder / "home").string])
        }
    }

    @Test func `The probe says why it cannot run and what to do`() async throws {
        try await withBroken { _, environment in
            let result = try await SandboxProbe.check(environment: environment)
            guard case .cannotRun(let reason, let fix) = result else {
                Issue.record("the probe said \(result)")
                return
            }
            #expect(reason == "bwrap: No permissions to create new namespace")
            #expect(fix.contains("kernel.unprivileged_userns_clone=1"))
        }
    }

    @Test func `A command is refused, not run without confinement`() async throws {
        try await withBroken { folder, environment in
            let shell = ShellRunner(sandbox: try BubblewrapSandbox(environment: environment))
            let workspace = folder / "workspace"
            try FileSystem.createDirectory(workspace)
            let refused = try await code {
                _ = try await shell.run("touch x", policy: SandboxPolicy(workspace: workspace))
            }
            #expect(refused == .sandboxBroken)
            #expect(!FileSystem.exists(workspace / "x"))
        }
    }
}

@Suite struct ShellRunnerTests {
    private func run(_ line: String, _ change: (inout SandboxPolicy) -> Void = { _ in }) async throws -> (
        ShellOutcome, String
    ) {
        try await FileSystem.withTemporaryDirectory { folder in
            var policy = SandboxPolicy(workspace: folder)
            change(&policy)
            let shell = ShellRunner(sandbox: NoSandbox())
            #expect(!shell.confines)
            let log = folder / "logs/one.log"
            let outcome = try await shell.run(line, policy: policy, log: log)
            return (outcome, try FileSystem.readText(log))
        }
    }

    @Test func `Both outputs come as one, in order, with their hash`() async throws {
        let (outcome, log) = try await run("echo one; echo two >&2; echo three; exit 3")
        #expect(outcome.ended == .exited(3))
        #expect(outcome.text == "one\ntwo\nthree\n")
        #expect(log == outcome.text)
        #expect(outcome.bytes == 14)
        #expect(outcome.hash == SHA256.hash("one\ntwo\nthree\n").hex)
    }

    @Test func `Of a huge output the beginning and the end are kept, and all of it is counted`() async throws {
        let (outcome, log) = try await run("seq 1 400000") { policy in
            policy.limits.logBytes = 10_000
            policy.limits.textBytes = 1000
        }
        let whole = (1...400_000).map { "\($0)\n" }.joined()
        #expect(outcome.bytes == whole.utf8.count)
        #expect(outcome.hash == SHA256.hash(whole).hex)
        #expect(outcome.text.hasPrefix("1\n2\n3\n"))
        #expect(outcome.text.hasSuffix("399999\n400000\n"))
        #expect(outcome.text.utf8.count < 1100)
        #expect(outcome.text.contains("bytes left out …]\n"))
        let kept =
            String(whole.prefix(5000)) + "\n[… \(whole.utf8.count - 10_000) bytes left out …]\n"
            + String(whole.suffix(5000))
        #expect(log == kept)
    }

    @Test func `The confinement is told`() {
        let policy = SandboxPolicy(workspace: "/x")
        #expect(ShellRunner(sandbox: NoSandbox()).confinement(policy) == "no sandbox")
    }

    @Test func `A log that cannot be written is an error`() async throws {
        try await FileSystem.withTemporaryDirectory { folder in
            try FileSystem.write("", to: folder / "file")
            let policy = SandboxPolicy(workspace: folder)
            await #expect(throws: FileError.self) {
                try await ShellRunner(sandbox: NoSandbox()).run("true", policy: policy, log: folder / "file/log")
            }
            await #expect(throws: FileError.self) {
                try await ShellRunner(sandbox: NoSandbox()).run("echo x", policy: policy, log: "/dev/full")
            }
        }
    }

    @Test func `Cancelling ends the command and throws`() async throws {
        try await FileSystem.withTemporaryDirectory { folder in
            let policy = SandboxPolicy(workspace: folder)
            await #expect(throws: CancellationError.self) {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { _ = try await ShellRunner(sandbox: NoSandbox()).run("sleep 1000", policy: policy) }
                    group.cancelAll()
                    try await group.waitForAll()
                }
            }
        }
    }

    @Test(arguments: [
        ("short\n", 100, "short\n"),
        ("aaaa\nbbbb\ncccc\ndddd\neeee\nffff\n", 18, "aaaa\n[… 15 bytes left out …]\neeee\nffff\n"),
        ("ééééééééééé", 9, "é\n[… 14 bytes left out …]\nééé"),
    ])
    func `Text is trimmed by lines and never within a character`(text: String, limit: Int, expected: String) {
        #expect(OutputTrimmer.text(head: text, tail: "", omitted: 0, limit: limit) == expected)
    }
}
