package import Files
import Policy

/// What a command may reach: files, network, environment, and how much of everything.
package struct SandboxPolicy: Sendable, Hashable {
    package enum Network: String, Sendable, Hashable { case off, on }

    package struct Limits: Sendable, Hashable {
        package var time: Duration
        /// How many processes and threads the user may have at once; nil is without limit.
        package var processes: Int?
        /// The largest file in bytes that may be written; nil is without limit.
        package var fileBytes: Int?
        /// Address space of each process in bytes; nil, which runtimes such as Java's and Go's need, is without limit.
        package var memoryBytes: Int?
        /// How much of the output is kept in a log file: its beginning and its end.
        package var logBytes: Int
        /// How much of the output a caller gets as text.
        package var textBytes: Int

        package init(
            time: Duration = .seconds(600), processes: Int? = 4096, fileBytes: Int? = 4 << 30, memoryBytes: Int? = nil,
            logBytes: Int = 20 << 20, textBytes: Int = 16 << 10
        ) {
            self.time = time
            self.processes = processes
            self.fileBytes = fileBytes
            self.memoryBytes = memoryBytes
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

    package init(_ line: String, directory: FilePath? = nil) {
        self.line = line
        self.directory = directory
    }
}
