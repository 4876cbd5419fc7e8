#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// An address of the internet protocol, version 4 or 6.
struct IPAddress: Sendable, Hashable, CustomStringConvertible {
    /// Four bytes or sixteen.
    let bytes: [UInt8]

    /// Reads only the full forms `10.0.0.7` and `fe80::1`; `127.1`, `0x7f.1` and the like are none.
    init?(_ text: String) {
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            bytes = withUnsafeBytes(of: &four) { Array($0) }
        } else if inet_pton(AF_INET6, text, &six) == 1 {
            bytes = withUnsafeBytes(of: &six) { Array($0) }
        } else {
            return nil
        }
    }

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Whether it is on the open internet: not this machine, not a private network, not a cloud's metadata service.
    var isPublic: Bool {
        if bytes.count == 4 { return Self.isPublic4(bytes) }
        if let inner = embedded { return Self.isPublic4(inner) }
        // Only 2000::/3 is given out; of that, Teredo, the documentation's and the benchmarks' blocks are no one's.
        guard bytes[0] & 0xE0 == 0x20 else { return false }
        let isReserved =
            bytes[0] == 0x20 && bytes[1] == 0x01 && (bytes[2] < 0x02 || bytes[2] == 0x0D && bytes[3] == 0xB8)
        return !isReserved
    }

    /// The address of version 4 that is carried in one of version 6: mapped, compatible, NAT64 and 6to4.
    private var embedded: [UInt8]? {
        if bytes[..<10].allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF { return Array(bytes[12...]) }
        if bytes[..<12].allSatisfy({ $0 == 0 }) { return Array(bytes[12...]) }
        if bytes[..<12] == [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0] { return Array(bytes[12...]) }
        if bytes[0] == 0x20, bytes[1] == 0x02 { return Array(bytes[2..<6]) }
        return nil
    }

    private static func isPublic4(_ bytes: [UInt8]) -> Bool {
        switch (bytes[0], bytes[1]) {
        case (0, _), (10, _), (127, _), (169, 254), (172, 16...31), (192, 168), (100, 64...127): false
        case (192, 0): bytes[2] != 0 && bytes[2] != 2
        case (198, 18...19): false
        case (198, 51): bytes[2] != 100
        case (203, 0): bytes[2] != 113
        case (224..., _): false
        default: true
        }
    }

    var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let isWritten = bytes.withUnsafeBytes {
            inet_ntop(bytes.count == 4 ? AF_INET : AF_INET6, $0.baseAddress, &text, socklen_t(text.count)) != nil
        }
        return isWritten ? String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) : "?"
    }

    /// What the system's resolver says of a name, each once; it may take seconds.
    static func resolve(_ name: String) -> [IPAddress] {
        var hints = addrinfo()
        #if canImport(Glibc)
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #else
            hints.ai_socktype = SOCK_STREAM
        #endif
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(name, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var found: [IPAddress] = []
        var next = list
        while let entry = next?.pointee {
            next = entry.ai_next
            guard let address = entry.ai_addr else { continue }
            let bytes: [UInt8]
            switch entry.ai_family {
            case AF_INET:
                bytes = UnsafeRawPointer(address).loadUnaligned(as: sockaddr_in.self).sin_addr.bytes
            case AF_INET6:
                bytes = UnsafeRawPointer(address).loadUnaligned(as: sockaddr_in6.self).sin6_addr.bytes
            default: continue
            }
            let one = IPAddress(bytes: bytes)
            if !found.contains(one) { found.append(one) }
        }
        return found
    }
}

extension in_addr {
    fileprivate var bytes: [UInt8] { withUnsafeBytes(of: self) { Array($0) } }
}

extension in6_addr {
    fileprivate var bytes: [UInt8] { withUnsafeBytes(of: self) { Array($0) } }
}
