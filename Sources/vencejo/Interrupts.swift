import Commands
import Dispatch
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Turns SIGINT and SIGTERM into the cancellation of the command; a second one ends the process at once.
enum Interrupts {
    static func cancelling(_ work: @escaping @Sendable () async -> ExitStatus) async -> ExitStatus {
        // Owned by this function: it is awaited below, and cancelled by the signals.
        let task = Task { await work() }
        let sources = watch(task)
        defer { for source in sources { source.cancel() } }
        return await task.value
    }

    private static func watch(_ task: Task<ExitStatus, Never>) -> [any DispatchSourceSignal] {
        signal(SIGPIPE, SIG_IGN)
        let count = Counter()
        return [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                if count.increase() > 1 { _exit(ExitStatus.interrupted.rawValue) }
                task.cancel()
            }
            source.resume()
            return source
        }
    }

    private final class Counter: Sendable {
        private let value = Atomic<Int>(0)

        func increase() -> Int { value.add(1, ordering: .relaxed).newValue }
    }
}
