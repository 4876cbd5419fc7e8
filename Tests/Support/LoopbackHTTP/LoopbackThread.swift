#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

private final class ThreadBody {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) {
        self.run = run
    }
}

/// Runs `body` on a detached thread of its own, where it may block.
func startThread(_ body: @escaping @Sendable () -> Void) {
    let context = Unmanaged.passRetained(ThreadBody(body)).toOpaque()
    #if canImport(Darwin)
        var thread: pthread_t?
        let status = pthread_create(&thread, nil, { runThread($0) }, context)
        if let thread { pthread_detach(thread) }
    #else
        var thread = pthread_t()
        let status = pthread_create(&thread, nil, { $0.flatMap { runThread($0) } }, context)
        if status == 0 { pthread_detach(thread) }
    #endif
    precondition(status == 0, "pthread_create failed with \(status)")
}

private func runThread(_ context: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    Unmanaged<ThreadBody>.fromOpaque(context).takeRetainedValue().run()
    return nil
}
