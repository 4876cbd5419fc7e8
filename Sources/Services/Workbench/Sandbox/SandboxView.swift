import Files

/// The files as commands are to see them, worked out once from policy and machine for whatever sandbox there is.
///
/// Later rules cover earlier ones: the system can be read; homes are empty; tools, and what else the policy lets be
/// read and written, are given back; hidden folders are empty again but for what the policy names within them; then
/// comes what is protected, masked and replaced.
struct SandboxView: Sendable, Hashable {
    var workspace: FilePath
    /// Folders of which nothing is seen.
    var emptied: [FilePath] = []
    var tools: [FilePath] = []
    var readable: [FilePath] = []
    var writable: [FilePath] = []
    var caches: [SandboxPolicy.Cache] = []
    /// Emptied after all of the above.
    var hidden: [FilePath] = []
    /// Given back within the hidden folders; the workspace is always among the writable ones.
    var readableWithin: [FilePath] = []
    var writableWithin: [FilePath] = []
    var protected: [FilePath] = []
    var masked: [FilePath] = []
    var replaced: [SandboxPolicy.Replacement] = []

    /// Throws `invalidPolicy` where the workspace holds a whole home or the system.
    init(_ policy: SandboxPolicy, _ host: HostEnvironment) throws {
        let workspace = try FileSystem.realPath(policy.workspace)
        guard workspace != "/", host.home.map({ !$0.isInside(workspace) }) ?? true else {
            throw WorkbenchError(
                .invalidPolicy, "\(workspace) cannot be a workspace: it holds a whole home or system.")
        }
        self.workspace = workspace
        let homes = (["/tmp", "/var/tmp", "/run", "/home", "/root"] + [host.home].compactMap(\.self))
        emptied = try Self.realPaths(homes.filter { FileSystem.isDirectory($0) })
        hidden = try Self.realPaths(policy.hidden.filter { FileSystem.isDirectory($0) })
        tools = try Self.realPaths(host.toolFolders()).filter { !$0.isInside(workspace) }
        // With a network names are looked up by way of a file that often lies below /run.
        let forNames: [FilePath] = policy.network == .on ? ["/etc/resolv.conf"] : []
        let allReadable = try Self.realPaths(policy.readable.map(host.expanded) + forNames)
        let allWritable = try Self.realPaths(policy.writable.map(host.expanded))
        let hidden = hidden
        func isWithin(_ path: FilePath) -> Bool { hidden.contains { path.isInside($0) } }
        readable = allReadable.filter { !isWithin($0) }
        writable = allWritable.filter { !isWithin($0) }
        readableWithin = allReadable.filter(isWithin)
        writableWithin = allWritable.filter(isWithin) + [workspace]
        caches = policy.caches
        let given = writable + writableWithin
        protected = try Self.realPaths(policy.protected + [workspace / ".git"])
            .filter { path in given.contains { path.isInside($0) } }

        let shown = tools + allReadable + given
        let emptied = emptied + hidden
        // In an emptied folder only what was given back is there to be masked.
        func isGone(_ file: FilePath) -> Bool {
            emptied.contains { file.isInside($0) } && !shown.contains { file.isInside($0) }
        }
        masked = try Self.realPaths(Self.systemSecrets + host.credentialFiles() + policy.masked).filter { !isGone($0) }
        replaced = try policy.replaced.compactMap { replacement in
            guard let file = try Self.realPaths([replacement.file]).first, !isGone(file) else { return nil }
            return SandboxPolicy.Replacement(file: file, content: try FileSystem.realPath(replacement.content))
        }
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
