import CPlatform
package import Files

/// A program to run: what, with which arguments, environment, directory, input and limits.
///
/// ```swift
/// var command = Command("git", ["status"], environment: Command.inheritedEnvironment())
/// command.directory = "/home/me/project"
/// command.limits.time = .seconds(30)
/// let result = try await command.run()
/// ```
package struct Command: Sendable, Hashable {
    /// A name that is looked up in the `PATH` of ``environment``, or a path, seen from ``directory`` if relative.
    package var executable: String
    /// The arguments after the program's name.
    package var arguments: [String]
    /// The whole environment of the child; nothing is added to it.
    package var environment: [String: String]
    /// Where the child works; nil is this process's own directory.
    package var directory: FilePath?
    package var input: Input
    package var output: Output
    package var limits: Limits
    /// A descriptor of this process that the child gets as its 3, and no other; it stays the caller's, who keeps it
    /// open until the command has run.
    package var report: Int32?

    package init(
        _ executable: String, _ arguments: [String] = [], environment: [String: String], directory: FilePath? = nil,
        input: Input = .none, output: Output = .separate, limits: Limits = Limits()
    ) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.directory = directory
        self.input = input
        self.output = output
        self.limits = limits
    }

    /// What the child reads on its standard input.
    package enum Input: Sendable, Hashable {
        /// `/dev/null`.
        case none
        /// These bytes, then the end; the child sees a file, so it need not read them.
        case bytes([UInt8])
    }

    /// How the child's two output streams are captured.
    package enum Output: Sendable, Hashable {
        case separate
        /// Both in `stdout`, in the order they were written, as `2>&1` does.
        case merged
    }

    /// How long a child may run and how much of its output is kept.
    package struct Limits: Sendable, Hashable {
        /// From the start until the child is told to end; nil is without limit.
        package var time: Duration?
        /// Bytes kept of each stream.
        package var output: Int
        /// From SIGTERM until SIGKILL.
        package var grace: Duration
        /// From the end of the child until descendants that still hold its output are killed.
        package var linger: Duration
        package var outputPolicy: OutputPolicy

        package init(
            time: Duration? = nil, output: Int = 1 << 20, grace: Duration = .seconds(5),
            linger: Duration = .milliseconds(500), outputPolicy: OutputPolicy = .keepHeadAndTail
        ) {
            self.time = time
            self.output = output
            self.grace = grace
            self.linger = linger
            self.outputPolicy = outputPolicy
        }
    }

    /// What happens when a stream exceeds the output limit.
    package enum OutputPolicy: Sendable, Hashable {
        /// The child runs on; the first and the last half of the limit are kept, what is between is counted.
        case keepHeadAndTail
        /// The child is ended; the first bytes up to the limit are kept.
        case stop
    }

    /// The environment of this process, changed by `changes` (nil removes a name), for ``environment``.
    ///
    /// It carries whatever secrets this process was started with: give it to trusted programs only.
    package static func inheritedEnvironment(changes: [String: String?] = [:]) -> [String: String] {
        var result: [String: String] = [:]
        var next = vj_environment()
        while let entry = next?.pointee {
            let pair = String(cString: entry).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if pair.count == 2, !pair[0].isEmpty { result[String(pair[0])] = String(pair[1]) }
            next = next?.successor()
        }
        for (name, value) in changes { result[name] = value }
        return result
    }
}
