package import Files
package import Policy

/// What a command may reach: files, network, environment, and how much of everything.
package struct SandboxPolicy: Sendable, Hashable {
    package enum Network: Sendable, Hashable {
        case off
        /// Only these hosts, by way of a proxy of the engine's.
        case allowList([HostPattern])
        case on

        /// The word for it in configuration and receipts.
        package var word: String {
            switch self {
            case .off: "off"
            case .allowList: "allow-list"
            case .on: "on"
            }
        }
    }

    /// A folder of a tool that commands get as a copy of their own, in the same place.
    package struct Cache: Sendable, Hashable {
        /// Where commands see it.
        package var place: FilePath
        /// What they write to instead.
        package var folder: FilePath

        package init(place: FilePath, folder: FilePath) {
            self.place = place
            self.folder = folder
        }
    }

    /// A file that commands see with another content.
    package struct Replacement: Sendable, Hashable {
        package var file: FilePath
        /// The file with what they see.
        package var content: FilePath

        package init(file: FilePath, content: FilePath) {
            self.file = file
            self.content = content
        }
    }

    package struct Limits: Sendable, Hashable {
        package var time: Duration
        /// How many processes and threads the user may have at once; nil is without limit.
        package var processes: Int?
        /// The largest file in bytes that may be written; nil is without limit.
        package var fileBytes: Int?
        /// Memory in bytes; nil is without limit.
        ///
        /// In a control group it is what all processes use together; elsewhere the address space of each, of which
        /// runtimes such as Java's and Go's need far more than they use.
        package var memoryBytes: Int?
        /// How many cores' worth of time all processes may use together; nil is without limit.
        package var cores: Double?
        /// How much of the output is kept in a log file: its beginning and its end.
        package var logBytes: Int
        /// How much of the output a caller gets as text.
        package var textBytes: Int

        package init(
            time: Duration = .seconds(600), processes: Int? = 4096, fileBytes: Int? = 4 << 30, memoryBytes: Int? = nil,
            cores: Double? = nil, logBytes: Int = 20 << 20, textBytes: Int = 16 << 10
        ) {
            self.time = time
            self.processes = processes
            self.fileBytes = fileBytes
            self.memoryBytes = memoryBytes
            self.cores = cores
            self.logBytes = logBytes
            self.textBytes = textBytes
        }
    }

    /// The folder that commands work in and may write to, but for its `.git`.
    package var workspace: FilePath
    /// Further paths that may be written; what does not exist is passed over.
    package var writable: [FilePath] = []
    /// Paths that may be read although they lie in a home folder or another hidden place.
    package var readable: [FilePath] = []
    /// Folders that are empty for commands, such as the folder with Vencejo's state.
    package var hidden: [FilePath] = []
    /// Files whose content commands do not get.
    package var masked: [FilePath] = []
    /// Files of which commands get another content.
    package var replaced: [Replacement] = []
    /// Paths that cannot be written although they may lie in something that can, such as a repository's `.git`.
    package var protected: [FilePath] = []
    package var caches: [Cache] = []
    package var network: Network = .off
    package var limits = Limits()
    /// Further names of environment variables that commands see.
    package var environment: [String] = []

    package init(workspace: FilePath) {
        self.workspace = workspace
    }

    /// The policy for commands in a run's worktree: git's own files can be read, Vencejo's `state` is hidden, and the
    /// worktree's files of the built-in rules for secrets are masked.
    package init(for workspace: Workspace, hiding state: FilePath) throws {
        self.init(workspace: workspace.root)
        readable = [workspace.repository.commonDirectory]
        protected = readable
        hidden = [state]
        masked = try Self.secretFiles(in: workspace.root)
    }

    /// The files below a folder that hold secrets by the built-in rules; build products and dependencies are not looked at.
    package static func secretFiles(in root: FilePath) throws -> [FilePath] {
        var found: [FilePath] = []
        var folders = [root]
        while let folder = folders.popLast() {
            for entry in try FileSystem.list(folder) where !ignored.contains(entry.name) {
                let path = folder / entry.name
                guard let name = path.relative(to: root) else { continue }
                let isSecret = BuiltInPathRule.denial(of: name, for: .read) != nil
                switch entry.kind {
                case .directory: folders.append(path)
                case .regular where isSecret: found.append(path)
                default: break
                }
            }
        }
        return found.sorted()
    }

    private static let ignored: Set<String> = [".git", "node_modules", ".build", "target", ".venv", "venv"]
}

/// A command line for a shell, and where it runs.
package struct ShellCommand: Sendable, Hashable {
    package var line: String
    /// Below the workspace; nil is the workspace itself.
    package var directory: FilePath?
    /// Where the proxy of the policy's allow-list listens; ``ShellRunner`` sees to it.
    package var proxy: Proxy?
    /// The command is started in a control group that sees to memory, processes and cores.
    package var isGrouped = false
    /// The sandbox tells its first process on descriptor 3.
    package var isWatched = false

    package init(_ line: String, directory: FilePath? = nil, proxy: Proxy? = nil) {
        self.line = line
        self.directory = directory
        self.proxy = proxy
    }

    /// How a sandbox's commands get to the proxy.
    package enum Proxy: Sendable, Hashable {
        case socket(FilePath)
        /// On the loopback that the sandbox shares.
        case port(UInt16)
    }
}
