import Files
import Policy

/// The proxy of one command, with the folder its socket is in.
struct WayOut: Sendable {
    let proxy: ShellCommand.Proxy
    private let server: AllowListProxy
    private let folder: FilePath?

    /// Nil where the policy has no allow-list.
    ///
    /// Throws `invalidPolicy` where the sandbox cannot hold commands to one.
    static func open(for policy: SandboxPolicy, _ sandbox: any Sandbox) throws -> WayOut? {
        guard case .allowList(let patterns) = policy.network else { return nil }
        let list = HostAllowList(patterns)
        switch sandbox.proxyKind {
        case nil:
            throw WorkbenchError(
                .invalidPolicy,
                "An allow-list of hosts cannot be kept here (\(sandbox.name)): switch the sandbox on, or configure sandbox.network as off or on."
            )
        case .loopbackPort:
            let (server, port) = try AllowListProxy.start(onLoopback: list)
            return WayOut(proxy: .port(port), server: server, folder: nil)
        case .socket:
            let folder = try folder()
            do {
                let server = try AllowListProxy.start(at: folder / "s", allowing: list)
                return WayOut(proxy: .socket(folder / "s"), server: server, folder: folder)
            } catch {
                discard(folder)
                throw error
            }
        }
    }

    /// A folder for this user alone, whose path leaves room for a socket's.
    static func folder(
        making: (FilePath?) throws(FileError) -> FilePath = { base throws(FileError) in
            try FileSystem.temporaryDirectory(prefix: "vencejo-proxy", in: base)
        }
    ) throws(FileError) -> FilePath {
        let folder = try making(nil)
        guard folder.string.utf8.count + 2 > Sockets.longestPath else { return folder }
        discard(folder)
        return try making("/tmp")
    }

    /// Ends the proxy with its connections; tells what it refused.
    func close() -> [String] {
        if let folder { Self.discard(folder) }
        return server.close()
    }

    private static func discard(_ folder: FilePath) {
        // An empty folder that stays in the place for temporary files does no harm.
        try? FileSystem.removeTree(folder)
    }
}
