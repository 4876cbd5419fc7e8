extension Command {
    /// Runs the command to its end in a session of its own and tells what came of it.
    ///
    /// Guarantees:
    /// - It returns or throws after the child is reaped, its session killed and every descriptor closed, also when the
    ///   task is cancelled: then, and when a limit is reached, all processes of the session get SIGTERM, and SIGKILL
    ///   after `limits.grace`. The result says so in `ended`; only a task that was cancelled before the start throws.
    /// - What the child leaves running ends with it: descendants that hold its output after `limits.linger`, others
    ///   at once. A daemon that made a session of its own escapes, as does, after an ending by itself, a job that is in
    ///   another process group and does not hold the output: only a sandbox with its own process ids holds those.
    /// - Memory is bounded by `limits.output`, whatever is written.
    ///
    /// - Parameter onOutput: Called with each piece in the order read, on a thread of this run, never twice at once.
    ///   Until it returns nothing more is read, so a slow receiver slows the child; limits and cancellation wait too.
    @concurrent
    package func run(
        onOutput: (@Sendable (OutputStream, [UInt8]) -> Void)? = nil
    ) async throws(SubprocessError) -> ProcessResult {
        let execution = Execution(self, onOutput: onOutput)
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                execution.start { continuation.resume(returning: $0) }
            }
        } onCancel: {
            execution.cancel()
        }
        return try outcome.get()
    }
}
