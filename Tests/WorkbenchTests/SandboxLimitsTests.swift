import Files
import Policy
import Subprocess
import Testing

@testable import Workbench

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct SandboxEscapeTests {
    @Test(.enabled(if: bubblewrapWorks)) func `Every attempt to get out is held`() async throws {
        let path = Command.inheritedEnvironment()["PATH"] ?? "/usr/bin:/bin"
        let findings = try await SandboxEscapeTest(sandbox: try BubblewrapSandbox(), searchPath: path).run()
        #expect(findings.count == 12)
        let closes = try BubblewrapSandbox().closesNamespaces
        #expect(closes == (findings.last?.verdict == .held))
        for finding in findings {
            if case .escaped = finding.verdict { Issue.record("\(finding.line)") }
        }
        #expect(findings.contains { $0.verdict == .held })
    }

    /// A sandbox with a hole, and the attempt that has to find it.
    struct Hole: Sendable, CustomTestStringConvertible {
        enum Kind: Sendable {
            case none(reach: @Sendable (inout SandboxPolicy, FilePath) -> Void)
            case withPrivileges
            case noSandbox
            case onTerminal
        }

        let attempt: String
        let kind: Kind
        var testDescription: String { attempt }

        static let all = [
            Hole(
                attempt: "writing outside of the workspace",
                kind: .none { policy, folder in policy.writable.append(folder / "outside") }),
            Hole(
                attempt: "writing to the repository's .git",
                kind: .none { policy, _ in policy.protected = [] }),
            Hole(
                attempt: "reading the home folder",
                kind: .none { policy, folder in
                    policy.hidden = []
                    policy.readable.append(folder / "home")
                }),
            Hole(
                attempt: "reading Vencejo's state",
                kind: .none { policy, folder in
                    policy.hidden = []
                    policy.readable.append(folder / "state")
                }),
            Hole(attempt: "seeing other processes", kind: .noSandbox),
            Hole(attempt: "reaching the network", kind: .none { policy, _ in policy.network = .on }),
            Hole(attempt: "tracing a process outside", kind: .noSandbox),
            Hole(attempt: "typing into the terminal", kind: .onTerminal),
            Hole(attempt: "leaving a process behind", kind: .noSandbox),
            Hole(attempt: "mounting over the sandbox's walls", kind: .withPrivileges),
            Hole(attempt: "gaining privileges", kind: .noSandbox),
            Hole(attempt: "making user namespaces", kind: .noSandbox),
        ]
    }

    @Test(.enabled(if: bubblewrapWorks)) func `Every attempt has a hole that it is tried on`() throws {
        try FileSystem.withTemporaryDirectory { folder in
            let ground = try SandboxEscapeTest.Ground(folder)
            defer { ground.close() }
            #expect(SandboxEscapeTest.attempts(on: ground).map(\.name) == Hole.all.map(\.attempt))
        }
    }

    /// What a hole needs that not every machine has.
    private static func isPossible(_ hole: Hole) -> Bool {
        let path = Command.inheritedEnvironment()["PATH"] ?? ""
        func has(_ program: String) -> Bool { FileSystem.which(program, searchPath: path) != nil }
        switch hole.attempt {
        case "reaching the network": return has("bash")
        case "tracing a process outside": return has("perl")
        case "making user namespaces": return has("unshare")
        case "mounting over the sandbox's walls": return has("mount")
        case "typing into the terminal":
            // Newer kernels let nobody but root type.
            let setting = try? FileSystem.readText("/proc/sys/dev/tty/legacy_tiocsti")
            return has("perl") && has("script") && (geteuid() == 0 || setting != "0\n")
        default: return true
        }
    }

    @Test(.enabled(if: bubblewrapWorks), arguments: Hole.all.filter(isPossible))
    func `An attempt finds the hole in a sandbox that has one`(hole: Hole) async throws {
        try await FileSystem.withTemporaryDirectory { folder in
            let ground = try SandboxEscapeTest.Ground(folder)
            defer { ground.close() }
            let attempt = try #require(SandboxEscapeTest.attempts(on: ground).first { $0.name == hole.attempt })
            var policy = ground.policy
            var command = ShellCommand(attempt.line)
            var sandbox: any Sandbox = NoSandbox()
            switch hole.kind {
            case .none(let reach):
                reach(&policy, folder)
                sandbox = try BubblewrapSandbox()
            case .withPrivileges: sandbox = try BubblewrapSandbox()
            case .noSandbox: break
            case .onTerminal:
                try FileSystem.write(attempt.line, to: folder / "workspace/attempt")
                command.line = "script -qec 'sh attempt' /dev/null </dev/null"
            }
            let said = try await sandbox.run(command, policy: policy, onOutput: nil) { command in
                guard case .withPrivileges = hole.kind else { return }
                command.arguments.removeAll { $0 == "--disable-userns" }
                if let place = command.arguments.firstIndex(of: "--cap-drop") {
                    command.arguments.replaceSubrange(
                        place...(place + 1), with: ["--cap-add", "ALL", "--uid", "0", "--gid", "0"])
                }
            }
            #expect(said.stdout.text.contains("tried"))
            #expect(attempt.reached(said.stdout.text) != nil, "\(said.stdout.text)")
            let left = SandboxEscapeTest.processes(called: "sleep\0\(ground.mark)\0")
            for process in left { kill(process, SIGKILL) }
            #expect((hole.attempt == "leaving a process behind") == !left.isEmpty)
        }
    }
}

@Suite(.enabled(if: bubblewrapWorks)) struct SandboxAllowListTests {
    /// Its own home is empty inside of the sandbox: a Python that lies there does not serve.
    static let python = FileSystem.which("python3", searchPath: "/usr/bin:/usr/local/bin:/bin")

    /// The forwarder in Python, as the program itself is not built with these tests.
    private func forwarder(in folder: FilePath) throws -> FilePath {
        let python = try #require(Self.python)
        let text = """
            #!\(python) -I
            import os, socket, subprocess, sys, threading
            _, path, port = sys.argv[1:4]
            listener = socket.create_server(("127.0.0.1", int(port)))
            def pump(a, b):
                while data := a.recv(65536): b.sendall(data)
                b.shutdown(socket.SHUT_WR)
            def serve():
                while True:
                    one, _ = listener.accept()
                    other = socket.socket(socket.AF_UNIX)
                    other.connect(path)
                    for pair in ((one, other), (other, one)):
                        threading.Thread(target=pump, args=pair, daemon=True).start()
            threading.Thread(target=serve, daemon=True).start()
            code = subprocess.call(sys.argv[4:])
            os._exit(code if code >= 0 else 128 - code)

            """
        let file = folder / "forward.py"
        try FileSystem.write(text, to: file, newMode: 0o755)
        return file
    }

    private static let client = """
        import os, sys, urllib.request
        os.environ.pop("no_proxy"), os.environ.pop("NO_PROXY")
        try:
            print(urllib.request.build_opener(urllib.request.ProxyHandler({"http": os.environ["http_proxy"]}))
                .open(sys.argv[1], timeout=20).read().decode(), end="")
        except urllib.error.HTTPError as error:
            print(error.code, error.read().decode(), end="")
        """

    @Test(.enabled(if: Self.python != nil, "python3 is not installed"))
    func `A command reaches what is listed, hears why it does not reach the rest, and has no other way`()
        async throws
    {
        let echo = try EchoServer()
        defer { echo.server.close() }
        try await FileSystem.withTemporaryDirectory { folder in
            let forwarder = try forwarder(in: folder)
            let workspace = folder / "workspace"
            try FileSystem.createDirectory(workspace)
            try FileSystem.write(Self.client, to: workspace / "get.py")
            var policy = SandboxPolicy(workspace: workspace)
            policy.network = .allowList([try HostPattern("127.0.0.1:\(echo.port)")])
            let shell = ShellRunner(sandbox: try BubblewrapSandbox(forwarder: forwarder))
            #expect(shell.confinement(policy) == "bubblewrap, network allow-list")
            let outcome = try await shell.run(
                """
                \(try #require(Self.python)) get.py http://127.0.0.1:\(echo.port)/
                \(try #require(Self.python)) get.py http://169.254.169.254/latest
                (exec 3<>/dev/tcp/127.0.0.1/\(echo.port)) 2>/dev/null || echo no other way
                exit 7
                """, policy: policy)
            let reason =
                "169.254.169.254:80 is not among the hosts that commands may reach; if it should be, list it under sandbox.allow."
            #expect(
                outcome.text == "served\n403 vencejo: \(reason)\nno other way\n[sandbox] \(reason)\n")
            #expect(outcome.refusals == [reason])
            #expect(outcome.ended == .exited(7))
            #expect(echo.heads.all.count == 1)
        }
    }

    @Test func `An allow-list is refused where nothing can keep it`() async throws {
        try await FileSystem.withTemporaryDirectory { folder in
            var policy = SandboxPolicy(workspace: folder)
            policy.network = .allowList([])
            for sandbox in [NoSandbox(), try BubblewrapSandbox()] as [any Sandbox] {
                let refused = try await code {
                    _ = try await ShellRunner(sandbox: sandbox).run("touch x", policy: policy)
                }
                #expect(refused == .invalidPolicy)
            }
            #expect(!FileSystem.exists(folder / "x"))
        }
    }
}

@Suite struct SandboxLimitsTests {
    @Test func `A limit that was run into is named with its word`() async throws {
        try await FileSystem.withTemporaryDirectory { folder in
            var policy = SandboxPolicy(workspace: folder)
            policy.limits.fileBytes = 1 << 20
            policy.limits.memoryBytes = 512 << 20
            let shell = ShellRunner(sandbox: NoSandbox())
            let file = try await shell.run("exec head -c 3000000 /dev/zero > big", policy: policy)
            #expect(file.exceeded == .fileSize(1 << 20))
            #expect(
                file.text
                    == "[sandbox] The command was ended: it wrote a file of more than 1 MB (sandbox.limits.file_size).\n"
            )
            let memory = try await shell.run(
                "head -c 10 /dev/zero | tail -c 2; perl -e '$x = \"a\" x 2000000000'", policy: policy)
            if memory.ended != .exited(127) {
                #expect(memory.exceeded == .memory(512 << 20))
                #expect(
                    memory.text.hasSuffix("The command probably needed more than 512 MB (sandbox.limits.memory).\n"))
            }
            #expect(try await shell.run("echo Cannot allocate memory", policy: policy).exceeded == nil)
        }
    }

    /// A tree of plain files that looks as the kernel's does.
    private func withTree(_ body: (FilePath) throws -> Void) throws {
        try FileSystem.withTemporaryDirectory { folder in
            try FileSystem.createDirectory(folder / "user/own")
            for (file, text) in [
                ("cgroup.controllers", "cpu memory pids"), ("user/cgroup.controllers", "cpu memory pids"),
                ("user/cgroup.subtree_control", "cpu memory pids"), ("user/cgroup.procs", ""),
                ("user/own/cgroup.controllers", "cpu memory pids"), ("user/own/cgroup.procs", "42\n43\n"),
                ("user/own/cgroup.subtree_control", ""), ("membership", "1:name=x:/\n0::/user/own\n"),
            ] { try FileSystem.write(text, to: folder / file) }
            try body(folder)
        }
    }

    @Test func `A delegated group is found, and what a dead engine left is swept`() throws {
        try withTree { root in
            try FileSystem.createDirectory(root / "user/vencejo-2147483646-1")
            try FileSystem.createDirectory(root / "user/vencejo-42-1")
            try FileSystem.createDirectory(root / "user/vencejo-engine")
            let result = ControlGroups.probe(root: root, membership: root / "membership", process: 42)
            #expect(
                result
                    == .works(
                        ControlGroups(
                            parent: root / "user", controllers: ["cpu", "memory", "pids"], process: 42)))
            #expect(!FileSystem.exists(root / "user/vencejo-2147483646-1"))
            #expect(FileSystem.exists(root / "user/vencejo-42-1"))
            #expect(FileSystem.exists(root / "user/vencejo-engine"))
        }
    }

    @Test func `Why there are no groups is said`() throws {
        try withTree { root in
            try FileSystem.write("", to: root / "user/cgroup.subtree_control")
            #expect(
                ControlGroups.probe(root: root, membership: root / "membership", process: 42)
                    == .unavailable(
                        reason: "no control group with memory and pids is delegated to this process (/user/own)"))
            #expect(
                ControlGroups.probe(root: root / "user/own/none", membership: root / "membership")
                    == .unavailable(
                        reason: "control groups of version 2 are not mounted at \(root)/user/own/none"))
        }
    }

    @Test func `What ran into a limit is read from the kernel's counts`() throws {
        try FileSystem.withTemporaryDirectory { folder in
            let group = ControlGroup(path: folder)
            let limits = SandboxPolicy.Limits(processes: 10, memoryBytes: 1 << 30)
            #expect(group.exceeded(limits) == nil)
            try FileSystem.write("max 3\n", to: folder / "pids.events")
            #expect(group.exceeded(limits) == .processes(10))
            try FileSystem.write("low 0\noom 1\noom_kill 1\n", to: folder / "memory.events")
            #expect(group.exceeded(limits) == .memory(1 << 30))
            #expect(
                ExceededLimit.memory(1 << 30).description
                    == "The command was ended: it needed more than 1 GB (sandbox.limits.memory).")
            let command = group.entering(Command("/bin/true", ["x"], environment: [:]))
            #expect(command.executable == "/bin/sh")
            #expect(command.arguments.suffix(3) == ["\(folder)/cgroup.procs", "/bin/true", "x"])
        }
    }
}

@Suite(.enabled(if: bubblewrapWorks)) struct SandboxCachesTests {
    @Test func `A project has its own copy of a cache, and the user's stays as it is`() async throws {
        try await FileSystem.withTemporaryDirectory { folder in
            let home = try BubblewrapTests.Home(folder)
            try home.write("home/.npm/a", "mine\n")
            let caches = SandboxCaches(state: home.home / "state", environment: home.environment)
            var policy = SandboxPolicy(workspace: home.workspace)
            policy.hidden = [home.home / "state"]
            policy.caches = try await caches.prepare(["~/.npm", "~/.new/one"], project: "/p")
            #expect(policy.caches.map(\.place) == [home.home / ".npm", home.home / ".new/one"])
            let shell = ShellRunner(sandbox: try BubblewrapSandbox(environment: home.environment))
            let first = try await shell.run(
                "cat ~/.npm/a; echo theirs > ~/.npm/a; echo x > ~/.new/one/b", policy: policy)
            #expect(first.text == "mine\n")
            policy.caches = try await caches.prepare(["~/.npm", "~/.new/one"], project: "/p")
            #expect(try await shell.run("cat ~/.npm/a ~/.new/one/b", policy: policy).text == "theirs\nx\n")
            #expect(try FileSystem.readText(home.home / ".npm/a") == "mine\n")
            #expect(!FileSystem.exists(home.home / ".new"))
            let other = try await caches.prepare(["~/.npm"], project: "/q")
            #expect(try FileSystem.readText(other[0].folder / "a") == "mine\n")
        }
    }

    @Test(arguments: ["/etc/x", "~/.ssh", "~/.aws/sso", "~/", "~/../x", "relative"])
    func `What is no cache is refused`(folder: String) async throws {
        try await FileSystem.withTemporaryDirectory { base in
            let home = try BubblewrapTests.Home(base)
            let caches = SandboxCaches(state: base / "state", environment: home.environment)
            #expect(try await code { _ = try await caches.prepare([folder], project: "/p") } == .invalidPolicy)
        }
    }

    @Test func `Neither .git nor the state can be written by way of a wider folder`() async throws {
        try await FileSystem.withTemporaryDirectory { folder in
            let home = try BubblewrapTests.Home(folder)
            try home.write("wide/repository/.git/config", "[core]\n")
            try home.write("home/state/journal", "state\n")
            var policy = SandboxPolicy(workspace: home.workspace)
            policy.writable = [folder / "wide", home.home]
            policy.protected = [folder / "wide/repository/.git"]
            policy.hidden = [home.home / "state"]
            let shell = ShellRunner(sandbox: try BubblewrapSandbox(environment: home.environment))
            let outcome = try await shell.run(
                """
                echo x > \(folder)/wide/new && echo wrote
                (echo x > \(folder)/wide/repository/.git/config) 2>/dev/null || echo refused
                cat ~/state/journal 2>/dev/null || echo hidden
                """, policy: policy)
            #expect(outcome.text == "wrote\nrefused\nhidden\n")
        }
    }
}
