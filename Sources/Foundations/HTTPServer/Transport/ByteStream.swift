import CPlatform

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What became of an attempt to move bytes without waiting.
enum Transfer: Equatable {
    case moved(Int)
    /// Nothing can be done until the socket is ready.
    case blocked(Readiness)
    /// The peer has finished writing.
    case ended
    case broken

    enum Readiness {
        case readable
        case writable
    }
}

/// A connected socket, in the clear or encrypted; confined to its loop's thread.
final class ByteStream {
    let descriptor: Int32
    private let tls: TLSSession?

    init(_ descriptor: Int32, _ tls: TLSSession?) {
        self.descriptor = descriptor
        self.tls = tls
        // Pieces are put together before they are sent. Unix sockets refuse this, and need it not.
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    var isEncrypted: Bool { tls != nil }

    /// Moves the TLS handshake on; `moved` means that it is complete.
    func handshake() -> Transfer { tls?.handshake() ?? .moved(0) }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
        if let tls { return tls.read(into: buffer) }
        while true {
            let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
            if count > 0 { return .moved(count) }
            if count == 0 { return .ended }
            if errno == EAGAIN || errno == EWOULDBLOCK { return .blocked(.readable) }
            if errno != EINTR { return .broken }
        }
    }

    func write(_ bytes: UnsafeRawBufferPointer, isLast: Bool) -> Transfer {
        if let tls { return tls.write(bytes) }
        while true {
            let count = vj_send(descriptor, bytes.baseAddress, bytes.count, isLast ? 0 : 1)
            if count >= 0 { return .moved(count) }
            if errno == EAGAIN || errno == EWOULDBLOCK { return .blocked(.writable) }
            if errno != EINTR { return .broken }
        }
    }

    /// Says that no more will be written.
    func finishWriting() {
        tls?.sayGoodbye()
        _ = shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Reads and drops what the peer still sends, below TLS.
    func discard(_ buffer: UnsafeMutableRawBufferPointer) -> Transfer {
        let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
        if count > 0 { return .moved(count) }
        if count == 0 { return .ended }
        return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? .blocked(.readable) : .broken
    }

    /// Closes; with `reset` what has not been sent is dropped and the peer learns of it.
    func close(reset: Bool) {
        tls?.free()
        if reset {
            var value = linger(l_onoff: 1, l_linger: 0)
            setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &value, socklen_t(MemoryLayout.size(ofValue: value)))
        }
        closeDescriptor(descriptor)
    }
}

/// `close`, under a name that methods called so do not hide.
func closeDescriptor(_ descriptor: Int32) {
    _ = close(descriptor)
}
