import Dispatch
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A client's socket that sends exactly what it is told to: for what no well-behaved client does.
///
/// Its calls block on queues of their own, one for each direction, never on the cooperative pool.
package final class RawSocket: Sendable {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    private let sending = DispatchQueue(label: "raw socket, sending")
    private let receiving = DispatchQueue(label: "raw socket, receiving")
    private let descriptor: Mutex<Int32?>

    private init(_ descriptor: Int32) {
        self.descriptor = Mutex(descriptor)
    }

    deinit { close() }

    /// Connects to a port of 127.0.0.1, with a receive buffer of a size if one is given.
    package static func connect(port: Int, receiveBuffer: Int32? = nil) async throws -> RawSocket {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let target = address
        return try await connect(AF_INET, target, receiveBuffer)
    }

    /// Connects to a socket file.
    package static func connect(path: String) async throws -> RawSocket {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return try await connect(AF_UNIX, address, nil)
    }

    private static func connect<Address: Sendable>(
        _ family: Int32, _ address: Address, _ receiveBuffer: Int32?
    ) async throws -> RawSocket {
        #if canImport(Glibc)
            let descriptor = socket(family, Int32(SOCK_STREAM.rawValue), 0)
        #else
            let descriptor = socket(family, SOCK_STREAM, 0)
        #endif
        let made = RawSocket(descriptor)
        // A test that waits this long has failed: it then reads the end.
        var patience = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        if var receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, socklen_t(MemoryLayout<Int32>.size))
        }
        return try await made.blocking(on: made.sending) { descriptor in
            var address = address
            let result = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    systemConnect(descriptor, $0, socklen_t(MemoryLayout<Address>.size))
                }
            }
            guard result == 0 else { throw Failure(description: "connect: \(String(cString: strerror(errno)))") }
            return made
        }
    }

    /// Sends all the bytes; false when the peer is gone before that.
    @discardableResult
    package func send(_ bytes: [UInt8]) async throws -> Bool {
        try await blocking(on: sending) { descriptor in
            var sent = 0
            while sent < bytes.count {
                let count = bytes.withUnsafeBytes {
                    systemSend(descriptor, $0.baseAddress?.advanced(by: sent), bytes.count - sent)
                }
                guard count > 0 || errno == EINTR else { return false }
                sent += max(count, 0)
            }
            return true
        }
    }

    @discardableResult
    package func send(_ text: String) async throws -> Bool { try await send(Array(text.utf8)) }

    /// The next bytes; empty at the end, nil where the connection was reset.
    package func receive(upTo count: Int = 64 * 1024) async throws -> [UInt8]? {
        try await blocking(on: receiving) { descriptor in
            var buffer = [UInt8](repeating: 0, count: count)
            while true {
                let got = recv(descriptor, &buffer, count, 0)
                if got >= 0 { return Array(buffer[..<got]) }
                if errno != EINTR { return nil }
            }
        }
    }

    /// Everything up to the end, whether in order or by a reset.
    package func receiveAll() async throws -> String {
        var all: [UInt8] = []
        while let next = try await receive(), !next.isEmpty { all += next }
        return String(decoding: all, as: UTF8.self)
    }

    /// What comes up to and with a text; up to the end where it never comes.
    package func receive(through text: String) async throws -> String {
        let end = Array(text.utf8)
        return try await blocking(on: receiving) { descriptor in
            var all: [UInt8] = []
            var byte: UInt8 = 0
            while !all.suffix(end.count).elementsEqual(end) {
                let got = recv(descriptor, &byte, 1, 0)
                if got == 0 || got < 0 && errno != EINTR { break }
                if got == 1 { all.append(byte) }
            }
            return String(decoding: all, as: UTF8.self)
        }
    }

    /// As many bytes; fewer only at the end.
    package func receive(count: Int) async throws -> [UInt8] {
        var all: [UInt8] = []
        while all.count < count, let next = try await receive(upTo: count - all.count), !next.isEmpty { all += next }
        return all
    }

    /// Says that nothing more will be sent.
    package func finishSending() {
        descriptor.withLock { descriptor in
            if let descriptor { _ = shutdown(descriptor, Int32(SHUT_WR)) }
        }
    }

    /// Closes in order, or with a reset.
    package func close(reset: Bool = false) {
        descriptor.withLock { descriptor in
            guard let open = descriptor else { return }
            descriptor = nil
            if reset {
                var value = linger(l_onoff: 1, l_linger: 0)
                setsockopt(open, SOL_SOCKET, SO_LINGER, &value, socklen_t(MemoryLayout.size(ofValue: value)))
            }
            systemClose(open)
        }
    }

    private func blocking<Result: Sendable>(
        on queue: DispatchQueue, _ body: @escaping @Sendable (Int32) throws -> Result
    ) async throws -> Result {
        guard let open = descriptor.withLock({ $0 }) else { throw Failure(description: "the socket is closed") }
        return try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: .init { try body(open) }) }
        }
    }
}

private func systemConnect(_ descriptor: Int32, _ address: UnsafePointer<sockaddr>, _ length: socklen_t) -> Int32 {
    connect(descriptor, address, length)
}

private func systemSend(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    #if canImport(Glibc)
        send(descriptor, bytes, count, Int32(MSG_NOSIGNAL))
    #else
        send(descriptor, bytes, count, 0)
    #endif
}

private func systemClose(_ descriptor: Int32) { _ = close(descriptor) }
