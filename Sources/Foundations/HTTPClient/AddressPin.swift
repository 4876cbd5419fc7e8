import CCurl

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Holds a transfer to the addresses that its request names.
///
/// curl is told them in place of a look-up, and where the connection really went is compared before anything is sent.
struct AddressPin {
    /// What curl was given; freed after the handle.
    private(set) var list: UnsafeMutablePointer<curl_slist>?
    /// In bytes; nil where the connection is not compared: without addresses, or through a proxy.
    private var allowed: [[UInt8]]?

    init() {}

    init(
        _ request: HTTPRequest, _ configuration: HTTPClient.Configuration, _ options: TransferOptions
    ) throws(HTTPError) {
        guard let addresses = request.addresses else { return }
        let target = try Target(request.url)
        let bytes = addresses.compactMap(Self.bytes)
        guard bytes.count == addresses.count else {
            throw HTTPError(
                .invalidRequest, target.host, "The request to \(target.host) names an address that is not in numbers.")
        }
        try options.set(CURLOPT_FRESH_CONNECT, to: 1)
        try options.set(CURLOPT_FORBID_REUSE, to: 1)
        if configuration.proxy.isUsed(for: target) {
            // So that curl does not come to another answer, and ask for the name by itself.
            try options.set(CURLOPT_NOPROXY, to: "")
        } else {
            try options.set(CURLOPT_PROXY, to: "")
            guard !bytes.isEmpty else { throw .unresolved(target.host) }
            allowed = bytes
        }
        // An address in numbers is not looked up.
        guard !addresses.isEmpty, !target.name.hasPrefix("[") else { return }
        let texts = addresses.map { $0.contains(":") ? "[\($0)]" : $0 }.joined(separator: ",")
        let name = target.name.hasSuffix(".") ? String(target.name.dropLast()) : target.name
        for name in [name, name + "."] {
            guard let longer = curl_slist_append(list, "\(name):\(target.port):\(texts)") else {
                curl_slist_free_all(list)
                throw HTTPError(.resources, target.host, "No memory is left for the request to \(target.host).")
            }
            list = longer
        }
        try options.check(vj_curl_set_list(options.easy, CURLOPT_RESOLVE, list))
    }

    func allows(_ address: String) -> Bool {
        guard let allowed else { return true }
        // An address of a link is followed by its interface.
        let text = address.prefix { $0 != "%" }
        return Self.bytes(String(text)).map(allowed.contains) ?? false
    }

    /// Four or sixteen bytes; nil for what is no address in numbers.
    private static func bytes(_ text: String) -> [UInt8]? {
        let isSix = text.contains(":")
        var bytes = [UInt8](repeating: 0, count: isSix ? 16 : 4)
        return inet_pton(isSix ? AF_INET6 : AF_INET, text, &bytes) == 1 ? bytes : nil
    }
}

extension HTTPClient.Configuration.Proxy {
    /// Whether a request goes through a proxy.
    ///
    /// Exceptions are names with all below them, or `*`; one in another form does not count, and the proxy is used.
    func isUsed(for target: Target) -> Bool {
        switch self {
        case .direct: false
        case .url(let url, let except): !url.isEmpty && !Self.isExcepted(target.name, except)
        case .environment:
            // As curl does, which leaves HTTP_PROXY to the headers of web servers.
            Self.variable(target.scheme == "https" ? ["https_proxy", "HTTPS_PROXY"] : ["http_proxy"])
                ?? Self.variable(["all_proxy", "ALL_PROXY"]) != nil
                && !Self.isExcepted(target.name, Self.variable(["no_proxy", "NO_PROXY"]) ?? "")
        }
    }

    private static func variable(_ names: [String]) -> String? {
        names.lazy.compactMap { getenv($0).map { String(cString: $0) } }.first { !$0.isEmpty }
    }

    private static func isExcepted(_ name: String, _ list: String) -> Bool {
        let name = name.lowercased()
        return list.split { $0 == "," || $0 == " " }.contains { entry in
            let entry = entry.lowercased().drop { $0 == "." }
            return entry == "*" || name == entry || name.hasSuffix("." + entry)
        }
    }
}
