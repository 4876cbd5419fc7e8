package import InternetAddresses

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
    private let closedPlace: @Sendable (IPAddress) -> String?

    package init(
        allowedHosts: Set<String> = [], time: Duration = .seconds(30), bytes: Int = 5 << 20, redirects: Int = 5,
        characters: Int = 40_000,
        addresses: @escaping @Sendable (String) async -> [IPAddress] = HostLookup.addresses,
        closedPlace: @escaping @Sendable (IPAddress) -> String? = { $0.closedPlace }
    ) {
        self.allowedHosts = Set(allowedHosts.map { $0.lowercased() })
        self.time = time
        self.bytes = bytes
        self.redirects = redirects
        self.characters = characters
        self.addresses = addresses
        self.closedPlace = closedPlace
    }

    /// The addresses that may be connected to, all of them on the public web; nil where the host is allowed as it is.
    ///
    /// The name is asked for once: what it leads to a moment later does not count. There is none for a name that the
    /// system cannot look up; then the request itself fails, or a proxy knows better. Throws `refused` where one of the
    /// addresses is not on the public web.
    package func check(_ address: WebAddress) async throws(WebPageError) -> [IPAddress]? {
        if allowedHosts.contains(address.host) || allowedHosts.contains(address.authority) { return nil }
        let all = await addresses(address.host)
        for found in all {
            guard let place = closedPlace(found) else { continue }
            throw WebPageError(
                .refused,
                "\(address) leads to \(place), which is not fetched; to allow it, add \(address.authority) to policy.web_hosts"
            )
        }
        return all
    }
}
