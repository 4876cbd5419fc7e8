/// Which addresses may be fetched, how long it may take and how much may come.
package struct WebPolicy: Sendable {
    /// Hosts that are fetched although they are not on the public web, such as `wiki.local` or `localhost:8080`.
    package var allowedHosts: Set<String>
    package var time: Duration
    package var bytes: Int
    package var redirects: Int
    /// The length of what is kept, in characters.
    package var characters: Int
    private let addresses: @Sendable (String) async -> [IPAddress]

    package init(
        allowedHosts: Set<String> = [], time: Duration = .seconds(30), bytes: Int = 5 << 20, redirects: Int = 5,
        characters: Int = 40_000,
        addresses: @escaping @Sendable (String) async -> [IPAddress] = HostLookup.addresses
    ) {
        self.allowedHosts = Set(allowedHosts.map { $0.lowercased() })
        self.time = time
        self.bytes = bytes
        self.redirects = redirects
        self.characters = characters
        self.addresses = addresses
    }

    /// Throws `refused` for what is not on the public web, unless its host is allowed.
    ///
    /// A name that the system cannot look up passes: the request itself fails, or a proxy knows better.
    package func check(_ address: WebAddress) async throws(WebPageError) {
        if allowedHosts.contains(address.host) || allowedHosts.contains(address.authority) { return }
        for found in await addresses(address.host) {
            guard let place = found.closedPlace else { continue }
            throw WebPageError(
                .refused,
                "\(address) leads to \(place), which is not fetched; to allow it, add \(address.authority) to policy.web_hosts"
            )
        }
    }
}
