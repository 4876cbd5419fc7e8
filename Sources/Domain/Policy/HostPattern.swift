/// One entry of the hosts that commands may reach: `example.org`, `*.example.org`, `example.org:8443`, `[::1]:9000`.
package struct HostPattern: Sendable, Hashable, CustomStringConvertible {
    /// In small letters, without `*.` and without brackets.
    package let host: String
    /// `*.example.org`: every name below, and not `example.org` itself.
    package let coversSubdomains: Bool
    /// Nil stands for 80 and 443.
    package let port: UInt16?

    /// Throws where the text is anything but a host's name or address with an optional port, such as a URL.
    package init(_ text: String) throws(PolicyError) {
        let parts = Self.split(text)
        var host = parts.map { $0.host.lowercased() } ?? ""
        let coversSubdomains = host.hasPrefix("*.")
        if coversSubdomains { host.removeFirst(2) }
        if host.hasSuffix(".") { host.removeLast() }
        let isAddress = Self.looksLikeAddress(host)
        guard let parts, isAddress ? !coversSubdomains : Self.isName(host), !coversSubdomains || host.contains(".")
        else {
            throw PolicyError(
                .malformedHost,
                "has to be a host such as example.org, *.example.org or example.org:8443, not '\(text)'\(Self.hint(text))"
            )
        }
        self.host = host
        self.coversSubdomains = coversSubdomains
        port = parts.port
    }

    /// The host in small letters and without a final dot.
    package func matches(host: String, port: UInt16) -> Bool {
        guard self.port.map({ $0 == port }) ?? (port == 80 || port == 443) else { return false }
        return coversSubdomains ? host.hasSuffix(".\(self.host)") : host == self.host
    }

    package var description: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return (coversSubdomains ? "*." : "") + name + (port.map { ":\($0)" } ?? "")
    }

    /// Digits and dots alone, or a colon: an address, and if not a proper one then surely no name.
    package static func looksLikeAddress(_ host: String) -> Bool {
        if host.contains(":") { return host.utf8.allSatisfy { $0 == 58 || $0 == 46 || Self.isHexDigit($0) } }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil && ($0 == "0" || !$0.hasPrefix("0")) }
    }

    /// A name of the domain name system whose last label is no number, so that nobody reads it as an address.
    package static func isName(_ host: String) -> Bool {
        guard !host.isEmpty, host.utf8.count <= 253 else { return false }
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        let areProper = labels.allSatisfy { label in
            (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
                && label.utf8.allSatisfy {
                    (97...122).contains($0) || (48...57).contains($0) || $0 == 45 || $0 == 95
                }
        }
        guard areProper, let first = labels.last?.utf8.first else { return false }
        return !(48...57).contains(first)
    }

    /// `host`, `host:port`, `[address]` or `[address]:port`; nil where it is neither.
    package static func split(_ text: String) -> (host: String, port: UInt16?)? {
        var host = text[...]
        var rest: Substring = ""
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]"), text[..<end].contains(":") else { return nil }
            host = text[..<end].dropFirst()
            rest = text[text.index(after: end)...]
        } else if let colon = text.firstIndex(of: ":") {
            host = text[..<colon]
            rest = text[colon...]
        }
        guard !rest.isEmpty else { return (String(host), nil) }
        guard rest.hasPrefix(":"), rest.dropFirst().utf8.allSatisfy({ (48...57).contains($0) }),
            let port = UInt16(rest.dropFirst()), port > 0
        else { return nil }
        return (String(host), port)
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (97...102).contains(byte) || (65...70).contains(byte)
    }

    private static func hint(_ text: String) -> String {
        guard let scheme = text.firstRange(of: "://") else { return "" }
        let host = String(text[scheme.upperBound...].prefix { $0 != "/" })
        return host.isEmpty ? "" : "; write '\(host)'"
    }
}
