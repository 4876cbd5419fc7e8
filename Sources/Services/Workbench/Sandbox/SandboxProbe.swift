import Files
import Subprocess

/// Finds out by a real trial whether commands can be confined on this machine.
package enum SandboxProbe {
    package enum Result: Sendable, Hashable {
        case works(name: String)
        case cannotRun(reason: String, fix: String)
    }

    /// Runs a command in the sandbox that tries to write outside of its workspace and looks for a network.
    package static func check(
        environment: [String: String] = Command.inheritedEnvironment()
    ) async throws -> Result {
        let sandbox: BubblewrapSandbox
        do {
            sandbox = try BubblewrapSandbox(environment: environment)
        } catch let error as WorkbenchError where error.code == .sandboxMissing {
            return .cannotRun(reason: "bubblewrap (bwrap) is not installed", fix: "apt-get install bubblewrap")
        }
        return try await FileSystem.withTemporaryDirectory { folder in
            let inside = folder / "inside"
            let outside = folder / "outside"
            try FileSystem.createDirectory(inside)
            try FileSystem.createDirectory(outside)
            var policy = SandboxPolicy(workspace: inside)
            // Visible, so that a write there fails for being forbidden and not for being nowhere.
            policy.readable = [outside]
            policy.limits.time = .seconds(20)
            let line = """
                echo x > here && echo inside-ok
                (echo x > \(quoted(outside.string + "/there")) || echo x > /etc/vencejo-probe) 2>/dev/null || echo outside-ok
                grep ':' /proc/net/dev | grep -qv '^ *lo:' || echo network-ok
                """
            let result = try await sandbox.confine(ShellCommand(line), policy: policy).run()
            let said = Set(result.stdout.text.split(separator: "\n").map(String.init))
            guard result.ended == .normally, said.contains("inside-ok") else {
                return refusal(result.stdout.text)
            }
            let wrote = FileSystem.exists(outside / "there")
            guard said.contains("outside-ok"), !wrote, FileSystem.exists(inside / "here") else {
                return .cannotRun(
                    reason: "a trial could write outside of its workspace", fix: "report this, with `bwrap --version`")
            }
            guard said.contains("network-ok") else {
                return .cannotRun(reason: "a trial saw a network", fix: "report this, with `bwrap --version`")
            }
            return .works(name: sandbox.name)
        }
    }

    private static func refusal(_ text: String) -> Result {
        let reason = text.split(separator: "\n").first.map(String.init) ?? "bubblewrap ended without a word"
        let userNamespaces = [
            "No permissions to create", "setting up uid map", "Creating new namespace failed", "RTM_NEWADDR",
        ]
        let fix =
            userNamespaces.contains { text.contains($0) }
            ? "allow user namespaces (sysctl kernel.unprivileged_userns_clone=1; on Ubuntu 24.04 and later kernel.apparmor_restrict_unprivileged_userns=0), run the container with --privileged, or configure `sandbox: off`"
            : "see what `bwrap --unshare-all --ro-bind / / true` says, or configure `sandbox: off`"
        return .cannotRun(reason: reason, fix: fix)
    }

    private static func quoted(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
