/// What the process tells its caller; the numbers are fixed (`docs/architecture.md`).
package enum ExitStatus: Int32, Sendable, Hashable {
    case done = 0
    case failed = 1
    /// The command line, the configuration or the repository has to be changed first.
    case usage = 2
    case waiting = 3
    case budget = 4
    case refused = 5
    case interrupted = 130
}
