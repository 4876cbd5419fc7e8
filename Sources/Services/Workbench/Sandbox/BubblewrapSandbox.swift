import Files
package import Subprocess

/// Confines commands with bubblewrap: namespaces of their own, a read-only system, an empty home, no privileges.
///
/// Later binds cover earlier ones, so the order is the rule: the system, then what is emptied, then what is given back
/// to read, then to write, then what is protected within that.
package struct BubblewrapSandbox: Sandbox {
    private let program: FilePath
    private let host: HostEnvironment

    /// Throws `sandboxMissing` where there is no `bwrap` on the search path.
    package init(environment: [String: String] = Command.inheritedEnvironment()) throws {
        host = HostEnvironment(environment)
        guard let program = FileSystem.which("bwrap", searchPath: host.searchPath) else {
            throw WorkbenchError(
                .sandboxMissing,
                "bubblewrap (bwrap) is not installed: install it (apt-get install bubblewrap), or configure `sandbox: off`."
            )
        }
        self.program = program
    }

    package var name: String { "bubblewrap" }
    package var confines: Bool { true }

    package func confine(_ command: ShellCommand, policy: SandboxPolicy) throws -> Command {
        var environment = try host.environment(for: policy)
        environment["TMPDIR"] = "/tmp"
        let workspace = try FileSystem.realPath(policy.workspace)
        guard workspace != "/", host.home.map({ !$0.isInside(workspace) }) ?? true else {
            throw WorkbenchError(
                .invalidPolicy, "\(workspace) cannot be a workspace: it holds a whole home or system.")
        }
        var arguments = [
            "--unshare-all", "--die-with-parent", "--new-session", "--hostname", "vencejo", "--cap-drop", "ALL",
        ]
        if policy.network == .on { arguments.append("--share-net") }
        arguments += try view(of: policy, workspace)
        let directory = try command.directory.map { try FileSystem.realPath($0) } ?? workspace
        arguments += ["--chdir", directory.string, "--"]
        arguments += ShellPrologue(limits: policy.limits, shell: host.shell).arguments(for: command.line)
        var result = Command(program.string, arguments, environment: environment)
        result.directory = "/"
        result.output = .merged
        result.limits.time = policy.limits.time
        return result
    }

    /// The file system as commands see it.
    private func view(of policy: SandboxPolicy, _ workspace: FilePath) throws -> [String] {
        let homes = (["/tmp", "/var/tmp", "/run", "/home", "/root"] + [host.home].compactMap(\.self))
        let emptied = try Self.realPaths(homes.filter { FileSystem.isDirectory($0) })
        let hidden = try Self.realPaths(policy.hidden.filter { FileSystem.isDirectory($0) })
        let tools = try Self.realPaths(host.toolFolders()).filter { !$0.isInside(workspace) }
        // With a network names are looked up by way of a file that often lies below /run.
        let readable = try Self.realPaths(policy.readable + (policy.network == .on ? ["/etc/resolv.conf"] : []))
        let writable = try Self.realPaths(policy.writable) + [workspace]

        var mounts = ["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"]
        for folder in emptied { mounts += ["--tmpfs", folder.string] }
        for folder in tools { mounts += ["--ro-bind", folder.string, folder.string] }
        for folder in hidden { mounts += ["--tmpfs", folder.string] }
        for path in readable { mounts += ["--ro-bind", path.string, path.string] }
        for path in writable { mounts += ["--bind", path.string, path.string] }
        let git = workspace / ".git"
        if FileSystem.exists(git) { mounts += ["--ro-bind", git.string, git.string] }

        let shown = tools + readable + writable
        for file in try Self.realPaths(Self.systemSecrets + host.credentialFiles() + policy.masked) {
            // In an emptied folder only what was given back is there to be masked.
            let isGone = (emptied + hidden).contains { file.isInside($0) } && !shown.contains { file.isInside($0) }
            if !isGone { mounts += ["--ro-bind", "/dev/null", file.string] }
        }
        return mounts
    }

    private static let systemSecrets: [FilePath] = [
        "/etc/shadow", "/etc/shadow-", "/etc/gshadow", "/etc/gshadow-", "/etc/sudoers",
    ]

    /// The paths that exist, without symlinks, each once.
    private static func realPaths(_ paths: [FilePath]) throws -> [FilePath] {
        var seen: Set<FilePath> = []
        return try paths.filter { FileSystem.exists($0) }.compactMap { path in
            do throws(FileError) {
                let real = try FileSystem.realPath(path)
                return seen.insert(real).inserted ? real : nil
            } catch {
                // A symlink that leads nowhere is as good as nothing.
                guard error.code == .notFound else { throw error }
                return nil
            }
        }
    }
}
