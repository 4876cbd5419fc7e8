#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Threads for what waits on sockets, which must not wait in the pool of tasks.
enum SocketThread {
    private final class Box {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Starts a thread that needs no joining; false if the system has none to give.
    static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
        let box = Unmanaged.passRetained(Box(body))
        #if canImport(Darwin)
            var thread: pthread_t?
            let code = pthread_create(
                &thread, nil,
                { argument in
                    Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body()
                    return nil
                }, box.toOpaque())
            if let thread, code == 0 { pthread_detach(thread) }
        #else
            var thread = pthread_t()
            let code = pthread_create(
                &thread, nil,
                { argument in
                    if let argument { Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body() }
                    return nil
                }, box.toOpaque())
            if code == 0 { pthread_detach(thread) }
        #endif
        if code != 0 { box.release() }
        return code == 0
    }
}
