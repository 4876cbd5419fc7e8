import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A connected socket, used by the thread of its connection; only `shutDown` may be called from elsewhere.
final class LoopbackSocket: Sendable {
    /// What `wait` found.
    enum Readiness {
        case ready
        case timedOut
    }

    /// The descriptor, nil once closed, so that a number used again is never touched.
    private let descriptor: Mutex<Int32?>

    init(_ raw: Int32) {
        var on: Int32 = 1
        #if canImport(Darwin)
            setsockopt(raw, SOL_SOCKET, SO_NOSIGPIPE, &on, socklen_t(MemoryLayout<Int32>.size))
        #endif
        setsockopt(raw, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        descriptor = Mutex(raw)
    }

    deinit {
        close()
    }

    /// Wakes a thread that reads or writes; both then see the end.
    func shutDown() {
        descriptor.withLock { raw in
            if let raw { _ = shutdown(raw, Int32(SHUT_RDWR)) }
        }
    }

    /// Closes in order, or with a reset if so asked.
    func close(reset: Bool = false) {
        descriptor.withLock { raw in
            guard let open = raw else { return }
            raw = nil
            if reset {
                var linger = linger(l_onoff: 1, l_linger: 0)
                setsockopt(open, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
            }
            #if canImport(Darwin)
                _ = Darwin.close(open)
            #else
                _ = Glibc.close(open)
            #endif
        }
    }

    /// The next bytes; nil at the end or after a failure.
    func read() -> [UInt8]? {
        guard let raw = descriptor.withLock({ $0 }) else { return nil }
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = recv(raw, &buffer, buffer.count, 0)
            if count > 0 { return Array(buffer[..<count]) }
            if count == 0 || errno != EINTR { return nil }
        }
    }

    /// Whether there is something to read within the time; the end of the stream is.
    func waitToRead(milliseconds: Int32) -> Readiness {
        wait(for: POLLIN, milliseconds)
    }

    /// Writes all, or says false because the peer is gone.
    ///
    /// `blocked` is called each time the peer has taken nothing for 100 ms.
    func write(_ bytes: [UInt8], blocked: () -> Void) -> Bool {
        var sent = 0
        while sent < bytes.count {
            guard let raw = descriptor.withLock({ $0 }) else { return false }
            let count = bytes.withUnsafeBytes { buffer in
                #if canImport(Darwin)
                    send(raw, buffer.baseAddress?.advanced(by: sent), bytes.count - sent, MSG_DONTWAIT)
                #else
                    send(
                        raw, buffer.baseAddress?.advanced(by: sent), bytes.count - sent,
                        Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
                #endif
            }
            if count >= 0 {
                sent += count
            } else if errno == EAGAIN || errno == EWOULDBLOCK {
                if wait(for: POLLOUT, 100) == .timedOut { blocked() }
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }

    private func wait(for event: Int32, _ milliseconds: Int32) -> Readiness {
        guard let raw = descriptor.withLock({ $0 }) else { return .ready }
        var entry = pollfd(fd: raw, events: Int16(event), revents: 0)
        return poll(&entry, 1, milliseconds) == 0 ? .timedOut : .ready
    }
}
