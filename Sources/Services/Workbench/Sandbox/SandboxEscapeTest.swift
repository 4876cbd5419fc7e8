import Files
import Subprocess

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Tries to get out of a sandbox, in ways that must all fail, on this very machine.
///
/// Every attempt is judged by what came of it outside, or by a secret that must not be printed; that a command fails
/// is never taken for proof.
package struct SandboxEscapeTest: Sendable {
    package enum Verdict: Sendable, Hashable {
        case held
        /// With what was reached.
        case escaped(String)
        /// What the attempt needs is not on this machine.
        case notTried(String)
    }

    package struct Finding: Sendable, Hashable {
        package let attempt: String
        package let verdict: Verdict

        /// `reading your home: held`.
        package var line: String {
            switch verdict {
            case .held: "\(attempt): held"
            case .escaped(let what): "\(attempt): ESCAPED (\(what))"
            case .notTried(let reason): "\(attempt): not tried (\(reason))"
            }
        }
    }

    private let sandbox: any Sandbox
    private let searchPath: String

    package init(sandbox: any Sandbox, searchPath: String) {
        self.sandbox = sandbox
        self.searchPath = searchPath
    }

    /// Runs all attempts, one after another, and leaves nothing behind.
    package func run() async throws -> [Finding] {
        try await FileSystem.withTemporaryDirectory { folder in
            let ground = try Ground(folder)
            defer { ground.close() }
            var findings: [Finding] = []
            for attempt in Self.attempts(on: ground) {
                if let program = attempt.needs, FileSystem.which(program, searchPath: searchPath) == nil {
                    findings.append(Finding(attempt: attempt.name, verdict: .notTried("\(program) is not installed")))
                    continue
                }
                if attempt.needsClosedNamespaces, !sandbox.closesNamespaces {
                    let reason = "this bubblewrap, or this machine, cannot close them: 0.8 can"
                    findings.append(Finding(attempt: attempt.name, verdict: .notTried(reason)))
                    continue
                }
                let said = try await sandbox.run(ShellCommand(attempt.line), policy: ground.policy)
                // Only where the attempt was made at all does its failing say anything.
                guard said.stdout.text.contains("tried") else {
                    let reason = said.stdout.text.split(separator: "\n").first.map(String.init) ?? "no answer"
                    findings.append(Finding(attempt: attempt.name, verdict: .notTried(reason)))
                    continue
                }
                let reached = attempt.reached(said.stdout.text)
                findings.append(Finding(attempt: attempt.name, verdict: reached.map { .escaped($0) } ?? .held))
            }
            return findings
        }
    }

    /// One attempt; the line prints `tried` when it has done its worst.
    struct Attempt: Sendable {
        let name: String
        var needs: String?
        /// Not every bubblewrap can close namespaces, and most of what holds does so without.
        var needsClosedNamespaces = false
        let line: String
        /// What was reached, from the output and from a look outside; nil is good.
        let reached: @Sendable (String) -> String?
    }

    /// What lies outside for attempts to reach: files, a listener and a process of this machine's.
    struct Ground: Sendable {
        let folder: FilePath
        let policy: SandboxPolicy
        let port: UInt16
        let secret: String
        let contacts: Flag
        /// A process outside that lets itself be traced by anyone of this user's.
        let victim: Int32
        /// How long the processes sleep that an attempt leaves behind: a number by which they are known.
        let mark = "9\(UInt32.random(in: 10_000_000...99_999_999))"
        private let server: SocketServer?

        init(_ folder: FilePath) throws {
            self.folder = folder
            secret = "secret-\(UInt64.random(in: .min ... .max))"
            for name in ["workspace", "outside", "repository/.git", "state", "home"] {
                try FileSystem.createDirectory(folder / name)
            }
            try FileSystem.write(secret, to: folder / "state/journal")
            try FileSystem.write(secret, to: folder / "home/key")
            try FileSystem.write("[core]\n", to: folder / "repository/.git/config")
            var policy = SandboxPolicy(workspace: folder / "workspace")
            // Visible, so that writing there fails for being forbidden and not for being nowhere.
            policy.readable = [folder / "outside", folder / "repository"]
            policy.writable = [folder / "repository"]
            policy.protected = [folder / "repository/.git"]
            policy.hidden = [folder / "state", folder / "home"]
            policy.limits.time = .seconds(20)
            self.policy = policy
            let contacts = Flag()
            self.contacts = contacts
            let (listener, port) = try Sockets.listen(onLoopback: 0)
            self.port = port
            server = SocketServer(listener: listener) { _ in contacts.raise() }
            victim = Self.startVictim()
        }

        func close() {
            server?.close()
            guard victim > 0 else { return }
            kill(victim, SIGKILL)
            while waitpid(victim, nil, 0) < 0, errno == EINTR {}
        }

        /// Returns -1 where it cannot be started, as without Perl; then tracing is not tried either.
        private static func startVictim() -> Int32 {
            // prctl with PR_SET_PTRACER_ANY, as many systems let only a parent trace.
            let script = """
                my %n = ("x86_64" => 157, "aarch64" => 167); my $m = `uname -m`; chomp $m;
                syscall($n{$m}, 0x59616d61, -1, 0, 0, 0) if $n{$m}; exec "sleep", "600" if !$n{$m}; sleep 600
                """
            var pid: pid_t = -1
            var words: [UnsafeMutablePointer<CChar>?] = [strdup("perl"), strdup("-e"), strdup(script), nil]
            var variables: [UnsafeMutablePointer<CChar>?] = [strdup("PATH=/usr/local/bin:/usr/bin:/bin"), nil]
            defer { for text in words + variables { free(text) } }
            return posix_spawnp(&pid, "perl", nil, nil, &words, &variables) == 0 ? pid : -1
        }
    }
}
