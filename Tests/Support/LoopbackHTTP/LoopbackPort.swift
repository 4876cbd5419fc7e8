#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A port of 127.0.0.1 that is taken for as long as this object lives, with no server behind it.
package final class LoopbackPort: Sendable {
    /// What becomes of those who connect.
    package enum Behaviour {
        case refusing
        /// They are connected, but nobody ever reads.
        case silent
    }

    package let number: Int
    let descriptor: Int32

    package init(_ behaviour: Behaviour) throws {
        #if canImport(Darwin)
            let descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #else
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #endif
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, size) == 0 && getsockname(descriptor, address, &size) == 0
            }
        }
        guard isBound, behaviour == .refusing || listen(descriptor, 512) == 0 else {
            let code = errno
            close(descriptor)
            throw LoopbackServer.StartError(description: "Cannot listen on 127.0.0.1: errno \(code).")
        }
        self.descriptor = descriptor
        number = Int(UInt16(bigEndian: address.sin_port))
    }

    deinit {
        close(descriptor)
    }
}
