package import Files

/// What came of a shell command; failing is an outcome, not an error.
package struct ShellOutcome: Sendable, Hashable {
    package enum Ending: Sendable, Hashable {
        /// A shell reports a signal of its child as 128 and the signal's number.
        case exited(Int32)
        case signaled(Int32)
        case timedOut
    }

    package let ended: Ending
    /// The output for people and models: its first and last lines, with a line that says what was left out.
    package let text: String
    /// How many bytes were printed.
    package let bytes: Int
    /// SHA-256 of everything that was printed, also of what no file kept.
    package let hash: String
    /// Where the output is kept; nil where no log was asked for.
    package let log: FilePath?
    package let duration: Duration
    /// The limit that the command ran into; the text says so, too.
    package var exceeded: ExceededLimit? = nil
    /// Why hosts of an allow-list's proxy were refused; the text says so, too.
    package var refusals: [String] = []
    /// Standard output and standard error by themselves, where they were to be kept apart.
    package var streams: Streams? = nil

    package struct Streams: Sendable, Hashable {
        package var output: String
        package var errors: String
    }

    package var succeeded: Bool { ended == .exited(0) }
}
