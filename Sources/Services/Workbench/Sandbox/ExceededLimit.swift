#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The limit of the sandbox that a command ran into.
package enum ExceededLimit: Sendable, Hashable, CustomStringConvertible {
    case memory(Int)
    case processes(Int)
    case fileSize(Int)
    /// Seconds of computing, of each process.
    case computing(Int)

    /// One sentence with the word to change in the configuration.
    package var description: String {
        switch self {
        case .memory(let bytes):
            "The command was ended: it needed more than \(Self.size(bytes)) (sandbox.limits.memory)."
        case .processes(let count):
            "The command could not start more processes: it had more than \(count) (sandbox.limits.processes)."
        case .fileSize(let bytes):
            "The command was ended: it wrote a file of more than \(Self.size(bytes)) (sandbox.limits.file_size)."
        case .computing(let seconds):
            "The command was ended: a process computed for more than \(seconds) s (sandbox.limits.cpus)."
        }
    }

    /// The sentence where nobody has counted: a signal is sure of its limit, words of the output are not.
    var guess: String {
        switch self {
        case .memory(let bytes):
            "The command probably needed more than \(Self.size(bytes)) (sandbox.limits.memory)."
        case .processes(let count):
            "The command could probably not start more processes than \(count) (sandbox.limits.processes)."
        case .fileSize, .computing: description
        }
    }

    /// What an exit status and the output tell where no control group has counted.
    static func told(by ending: ShellOutcome.Ending, _ text: String, _ limits: SandboxPolicy.Limits) -> ExceededLimit? {
        let signal: Int32? =
            switch ending {
            case .exited(let code) where code > 128: code - 128
            case .signaled(let number): number
            default: nil
            }
        if signal == SIGXFSZ, let bytes = limits.fileBytes { return .fileSize(bytes) }
        if signal == SIGXCPU, let cores = limits.cores {
            return .computing(Int((Double(limits.time.components.seconds) * cores).rounded(.up)))
        }
        guard ending != .exited(0), ending != .timedOut else { return nil }
        if let bytes = limits.memoryBytes, memoryWords.contains(where: { text.contains($0) }) { return .memory(bytes) }
        if let count = limits.processes, processWords.contains(where: { text.contains($0) }) {
            return .processes(count)
        }
        return nil
    }

    private static let memoryWords = [
        "Cannot allocate memory", "MemoryError", "std::bad_alloc", "out of memory", "Out of memory", "OutOfMemoryError",
        "memory exhausted", "failed to map segment",
    ]
    private static let processWords = [
        "fork: retry", "fork: Resource temporarily unavailable", "Cannot fork", "can't start new thread",
    ]

    private static func size(_ bytes: Int) -> String {
        for (unit, name) in [(1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "KB")] where bytes >= unit && bytes % unit == 0
        {
            return "\(bytes / unit) \(name)"
        }
        return "\(bytes) bytes"
    }
}
