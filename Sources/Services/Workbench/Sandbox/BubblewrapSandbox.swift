package import Files
package import Subprocess

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Confines commands with bubblewrap: namespaces of their own, a read-only system, an empty home, no privileges.
///
/// Later binds cover earlier ones, so the order is the rule; ``SandboxView`` gives it.
package struct BubblewrapSandbox: Sandbox {
    private let program: FilePath
    private let forwarder: FilePath?
    private let host: HostEnvironment
    package let closesNamespaces: Bool

    /// The forwarder is a program that answers to ``SandboxForwarder/verb``, which an allow-list of hosts needs.
    ///
    /// Throws `sandboxMissing` where there is no `bwrap` on the search path.
    package init(
        environment: [String: String] = Command.inheritedEnvironment(), forwarder: FilePath? = nil
    ) throws {
        host = HostEnvironment(environment)
        self.forwarder = forwarder
        guard let program = FileSystem.which("bwrap", searchPath: host.searchPath) else {
            throw WorkbenchError(
                .sandboxMissing,
                "bubblewrap (bwrap) is not installed: install it (apt-get install bubblewrap), or configure `sandbox: off`."
            )
        }
        self.program = program
        closesNamespaces = Self.canCloseNamespaces(program)
    }

    /// Since 0.8 bubblewrap can, unless it is setuid or the kernel's settings cannot be written, as in some containers.
    private static func canCloseNamespaces(_ program: FilePath) -> Bool {
        var status = stat()
        guard stat(program.string, &status) == 0, status.st_mode & S_ISUID == 0 else { return false }
        var settings = statvfs()
        guard statvfs("/proc/sys/user", &settings) == 0, settings.f_flag & UInt(ST_RDONLY) == 0 else { return false }
        // Its own list of options is in the program; reading it is cheaper than asking, and what is not told is not had.
        return (try? FileSystem.readBytes(program))?.firstRange(of: Array("disable-userns".utf8)) != nil
    }

    package var name: String { "bubblewrap" }
    package var confines: Bool { true }
    package var tellsFirstProcess: Bool { true }
    package var proxyKind: SandboxProxyKind? { forwarder == nil ? nil : .socket }

    package func confine(_ command: ShellCommand, policy: SandboxPolicy) throws -> Command {
        var environment = try host.environment(for: policy)
        environment["TMPDIR"] = "/tmp"
        let view = try SandboxView(policy, host)
        var arguments = [
            "--unshare-all", "--die-with-parent", "--new-session", "--hostname", "vencejo", "--cap-drop", "ALL",
        ]
        if closesNamespaces { arguments += ["--unshare-user", "--disable-userns"] }
        if command.isWatched { arguments += ["--info-fd", "3"] }
        if policy.network == .on { arguments.append("--share-net") }
        arguments += Self.mounts(view)
        var wrapped = ShellPrologue(limits: policy.limits, isGrouped: command.isGrouped, shell: host.shell)
            .arguments(for: command.line)
        if case .allowList = policy.network {
            let (mounts, prefix) = try wayOut(command.proxy)
            arguments += mounts
            wrapped = prefix + wrapped
            environment.merge(HostEnvironment.proxyVariables(port: SandboxForwarder.port)) { $1 }
        }
        let directory = try command.directory.map { try FileSystem.realPath($0) } ?? view.workspace
        arguments += ["--chdir", directory.string, "--"] + wrapped
        var result = Command(program.string, arguments, environment: environment)
        result.directory = "/"
        result.output = .merged
        result.limits.time = policy.limits.time
        return result
    }

    private static func mounts(_ view: SandboxView) -> [String] {
        var mounts = ["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"]
        func bind(_ option: String, _ paths: [FilePath]) {
            for path in paths { mounts += [option, path.string, path.string] }
        }
        for folder in view.emptied { mounts += ["--tmpfs", folder.string] }
        bind("--ro-bind", view.tools)
        bind("--ro-bind", view.readable)
        bind("--bind", view.writable)
        for cache in view.caches { mounts += ["--bind", cache.folder.string, cache.place.string] }
        for folder in view.hidden { mounts += ["--tmpfs", folder.string] }
        bind("--ro-bind", view.readableWithin)
        bind("--bind", view.writableWithin)
        bind("--ro-bind", view.protected)
        for file in view.masked { mounts += ["--ro-bind", "/dev/null", file.string] }
        for one in view.replaced { mounts += ["--ro-bind", one.content.string, one.file.string] }
        return mounts
    }

    /// The proxy's socket and the program that forwards to it, where nothing else is.
    private func wayOut(_ proxy: ShellCommand.Proxy?) throws -> (mounts: [String], prefix: [String]) {
        guard case .socket(let socket) = proxy, let forwarder else {
            throw WorkbenchError(
                .invalidPolicy, "An allow-list of hosts needs the engine's proxy and its forwarder, which are not here."
            )
        }
        let folder = "/run/vencejo"
        let mounts = [
            "--ro-bind", try FileSystem.realPath(forwarder).string, "\(folder)/forward",
            "--ro-bind", socket.string, "\(folder)/proxy",
        ]
        let prefix = ["\(folder)/forward", SandboxForwarder.verb, "\(folder)/proxy", "\(SandboxForwarder.port)"]
        return (mounts, prefix)
    }
}
