import Dispatch
import Synchronization

/// Runs blocking work on threads that are not those of Swift's tasks.
enum WorkerThreads {
    private static let queue = DispatchQueue(label: "vencejo.repomap", attributes: .concurrent)

    static func cores() -> Int { max(1, sysconfCores()) }

    /// Calls `body` on `count` threads at most, each with a source of the numbers below `items`, and waits for all.
    ///
    /// The numbers are handed out in order, each once. When the task is cancelled no more are handed out, and a
    /// `CancellationError` is thrown once the threads are done with theirs.
    static func run(
        _ items: Int, on count: Int, _ body: @escaping @Sendable (_ next: () -> Int?) -> Void
    ) async throws {
        guard items > 0 else { return }
        let shared = Progress()
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                queue.async {
                    DispatchQueue.concurrentPerform(iterations: max(1, min(count, items))) { _ in
                        body {
                            guard !shared.isCancelled.load(ordering: .relaxed) else { return nil }
                            let item = shared.next.add(1, ordering: .relaxed).oldValue
                            return item < items ? item : nil
                        }
                    }
                    continuation.resume()
                }
            }
        } onCancel: {
            shared.isCancelled.store(true, ordering: .relaxed)
        }
        try Task.checkCancellation()
    }

    /// Runs one piece of blocking work.
    static func run<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in queue.async { continuation.resume(returning: body()) } }
    }

    private final class Progress: Sendable {
        let next = Atomic<Int>(0)
        let isCancelled = Atomic<Bool>(false)
    }
}

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

private func sysconfCores() -> Int { Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
