import InternetAddresses
import Policy

/// Decides which hosts commands may reach, and to which address.
struct HostAllowList: Sendable, Hashable {
    private let entries: [HostPattern]

    init(_ entries: [HostPattern]) {
        self.entries = entries
    }

    enum Decision: Sendable, Hashable {
        /// The addresses to try, in order; no name is looked up again after this.
        case allow([IPAddress])
        /// One sentence for the command's output.
        case refuse(String)
    }

    /// A name is looked up once, and only if it is listed; an address within this machine or a private network is
    /// reached only where it is listed as such, whatever name led to it.
    func decide(host: String, port: UInt16, resolve: (String) -> [IPAddress]) -> Decision {
        let shown = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        let literal = IPAddress(host)
        guard
            entries.contains(where: { $0.matches(host: host, port: port) }) || literal.map({ lists($0, port) }) == true
        else {
            return .refuse(
                "\(shown) is not among the hosts that commands may reach; if it should be, list it under sandbox.allow."
            )
        }
        if let literal { return .allow([literal]) }
        let addresses = resolve(host)
        guard !addresses.isEmpty else { return .refuse("\(shown) is allowed, but its name cannot be looked up.") }
        if let inner = addresses.first(where: { !$0.isPublic && !lists($0, port) }) {
            return .refuse(
                "\(shown) is allowed, but its name leads to \(inner), which is in a private network or this machine; list that address under sandbox.allow, too, if it is meant."
            )
        }
        return .allow(addresses)
    }

    private func lists(_ address: IPAddress, _ port: UInt16) -> Bool {
        entries.contains {
            !$0.coversSubdomains && IPAddress($0.host) == address && $0.matches(host: $0.host, port: port)
        }
    }
}
