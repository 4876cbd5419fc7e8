import Dispatch

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Asks the system for the addresses of a host.
package enum HostLookup {
    private static let queue = DispatchQueue(label: "vencejo.host-lookup")

    /// The addresses of a name, each once, or of a number in any of the ways it can be written; empty where there is none.
    @Sendable package static func addresses(of host: String) async -> [IPAddress] {
        await withCheckedContinuation { continuation in
            // The system's lookup blocks: it has a queue of its own, and ends by its own time limit.
            queue.async { continuation.resume(returning: blockingAddresses(of: host)) }
        }
    }

    /// The same, for threads that may wait: it can take seconds.
    @Sendable package static func blockingAddresses(of host: String) -> [IPAddress] {
        var hints = addrinfo()
        #if canImport(Glibc)
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #else
            hints.ai_socktype = SOCK_STREAM
        #endif
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var found: [IPAddress] = []
        var next = list
        while let entry = next?.pointee {
            next = entry.ai_next
            if let address = address(of: entry), !found.contains(address) { found.append(address) }
        }
        return found
    }

    private static func address(of entry: addrinfo) -> IPAddress? {
        guard let raw = UnsafeRawPointer(entry.ai_addr) else { return nil }
        switch entry.ai_family {
        case AF_INET:
            return withUnsafeBytes(of: raw.loadUnaligned(as: sockaddr_in.self).sin_addr) { IPAddress(bytes: Array($0)) }
        case AF_INET6:
            return withUnsafeBytes(of: raw.loadUnaligned(as: sockaddr_in6.self).sin6_addr) {
                IPAddress(bytes: Array($0))
            }
        default:
            return nil
        }
    }
}
