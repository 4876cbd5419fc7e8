#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// An address as the system's calls take it.
struct SocketAddress {
    private var storage = sockaddr_storage()
    private var length = socklen_t(MemoryLayout<sockaddr_storage>.size)

    private init() {}

    /// Nil unless `ip` is an address in numbers.
    init?(ip: String, port: UInt16) {
        var four = sockaddr_in()
        var six = sockaddr_in6()
        if inet_pton(AF_INET, ip, &four.sin_addr) == 1 {
            four.sin_family = sa_family_t(AF_INET)
            four.sin_port = port.bigEndian
            set(four)
        } else if inet_pton(AF_INET6, ip, &six.sin6_addr) == 1 {
            six.sin6_family = sa_family_t(AF_INET6)
            six.sin6_port = port.bigEndian
            set(six)
        } else {
            return nil
        }
    }

    /// Nil where the path is too long.
    init?(path: String) {
        var unix = sockaddr_un()
        let capacity = MemoryLayout.size(ofValue: unix.sun_path)
        guard path.utf8.count < capacity else { return nil }
        unix.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &unix.sun_path) { $0.copyBytes(from: path.utf8) }
        set(unix)
    }

    var family: Int32 { Int32(storage.ss_family) }

    var port: Int? {
        switch family {
        case AF_INET: Int(UInt16(bigEndian: get(sockaddr_in.self).sin_port))
        case AF_INET6: Int(UInt16(bigEndian: get(sockaddr_in6.self).sin6_port))
        default: nil
        }
    }

    /// `127.0.0.1:80`, `[::1]:80`, or `unix`.
    var text: String {
        var characters = [CChar](repeating: 0, count: 64)
        switch family {
        case AF_INET:
            var address = get(sockaddr_in.self).sin_addr
            inet_ntop(AF_INET, &address, &characters, 64)
        case AF_INET6:
            var address = get(sockaddr_in6.self).sin6_addr
            inet_ntop(AF_INET6, &address, &characters, 64)
        default:
            return "unix"
        }
        let host = String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return BoundAddress.tcp(host: host, port: port ?? 0).description
    }

    mutating func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        let length = length
        return withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
        }
    }

    static func local(of descriptor: Int32) -> SocketAddress? {
        fill { getsockname(descriptor, $0, $1) }
    }

    static func peer(of descriptor: Int32) -> SocketAddress? {
        fill { getpeername(descriptor, $0, $1) }
    }

    private static func fill(
        _ call: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
    ) -> SocketAddress? {
        var address = SocketAddress()
        let result = withUnsafeMutablePointer(to: &address.storage) { storage in
            storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                withUnsafeMutablePointer(to: &address.length) { call(pointer, $0) }
            }
        }
        return result == 0 ? address : nil
    }

    private mutating func set<Address>(_ address: Address) {
        withUnsafeMutableBytes(of: &storage) { target in
            withUnsafeBytes(of: address) { target.copyMemory(from: $0) }
        }
        length = socklen_t(MemoryLayout<Address>.size)
    }

    private func get<Address>(_ type: Address.Type) -> Address {
        withUnsafeBytes(of: storage) { $0.loadUnaligned(as: type) }
    }
}
