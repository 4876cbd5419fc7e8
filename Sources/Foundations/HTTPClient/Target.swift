import CCurl

/// Where a request goes, in the words of its URL that may be shown.
struct Target: Sendable, Hashable {
    /// The host, and the port if the URL has one.
    let host: String
    /// Without the port, as curl looks it up; an IPv6 address with its brackets.
    let name: String
    /// As written, or the scheme's.
    let port: String
    let scheme: String

    init(_ url: String) throws(HTTPError) {
        guard let parts = curl_url() else {
            throw HTTPError(.resources, "", "No memory is left for another request.")
        }
        defer { curl_url_cleanup(parts) }
        // The URL itself may hold a password or a token, so that it is not repeated here.
        guard !url.utf8.contains(0), curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK,
            let name = Self.part(CURLUPART_HOST, of: parts), !name.isEmpty
        else {
            throw HTTPError(
                .invalidURL, "", "The URL of a request is malformed; write it like https://example.com/path.")
        }
        self.name = name
        host = Self.part(CURLUPART_PORT, of: parts).map { "\(name):\($0)" } ?? name
        scheme = Self.part(CURLUPART_SCHEME, of: parts) ?? ""
        port = Self.part(CURLUPART_PORT, of: parts) ?? (scheme == "https" ? "443" : "80")
        guard scheme == "http" || scheme == "https" else {
            throw HTTPError(
                .invalidURL, host,
                "The URL for \(host) begins with \(scheme)://; only http:// and https:// are possible.")
        }
    }

    private static func part(_ part: CURLUPart, of parts: OpaquePointer) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard curl_url_get(parts, part, &text, 0) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }
}
