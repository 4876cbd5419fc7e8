#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Threads of one's own, for what blocks and must not do so in the pool of tasks.
package enum DetachedThread {
    fileprivate final class Body {
        private let blocksSignals: Bool
        private let body: @Sendable () -> Void

        init(blocksSignals: Bool, _ body: @escaping @Sendable () -> Void) {
            self.blocksSignals = blocksSignals
            self.body = body
        }

        func run() {
            if blocksSignals {
                var signals = sigset_t()
                sigfillset(&signals)
                pthread_sigmask(SIG_BLOCK, &signals, nil)
            }
            body()
        }
    }

    /// Starts a thread that ends with the body and needs no joining.
    ///
    /// The body is let go of when it has run, or at once where no thread could be started.
    ///
    /// - Parameter blockingSignals: Leaves all signals to other threads, so that OpenSSL's writes raise no SIGPIPE here. A
    ///   thread that starts children must not: they inherit it.
    /// - Returns: 0, or the `errno` of a system that has no thread to give.
    package static func start(
        blockingSignals: Bool = false, _ body: @escaping @Sendable () -> Void
    ) -> Int32 {
        let context = Unmanaged.passRetained(Body(blocksSignals: blockingSignals, body))
        #if canImport(Darwin)
            var thread: pthread_t?
            let code = pthread_create(&thread, nil, { runDetached($0) }, context.toOpaque())
            if code == 0, let thread { pthread_detach(thread) }
        #else
            var thread = pthread_t()
            let code = pthread_create(&thread, nil, { $0.flatMap { runDetached($0) } }, context.toOpaque())
            if code == 0 { pthread_detach(thread) }
        #endif
        if code != 0 { context.release() }
        return code
    }
}

private func runDetached(_ context: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    Unmanaged<DetachedThread.Body>.fromOpaque(context).takeRetainedValue().run()
    return nil
}
