import CCurl
import Files

/// Writes a request into curl's options, checking each.
struct TransferOptions {
    let easy: UnsafeMutableRawPointer
    let host: String

    /// Sets what is the same for all requests.
    func applyConstants() throws(HTTPError) {
        try set(CURLOPT_PROTOCOLS_STR, to: "http,https")
        try set(CURLOPT_NOSIGNAL, to: 1)
        // Otherwise cancelling while a name is looked up would block the thread until that ends.
        try set(CURLOPT_QUICK_EXIT, to: 1)
        try set(CURLOPT_TCP_KEEPALIVE, to: 1)
        try set(CURLOPT_SUPPRESS_CONNECT_HEADERS, to: 1)
        try set(CURLOPT_ACCEPT_ENCODING, to: "")
        try set(CURLOPT_SSLVERSION, to: CURL_SSLVERSION_TLSv1_2)
    }

    /// Sets what is the same for all requests of a client.
    func apply(_ configuration: HTTPClient.Configuration) throws(HTTPError) {
        try set(CURLOPT_USERAGENT, to: configuration.userAgent)
        if let caFile = configuration.caFile { try set(CURLOPT_CAINFO, to: caFile.string) }
        switch configuration.proxy {
        case .environment: break
        case .direct: try set(CURLOPT_PROXY, to: "")
        case .url(let url, let exceptions):
            try set(CURLOPT_PROXY, to: url)
            try set(CURLOPT_NOPROXY, to: exceptions)
        }
    }

    /// Sets all that a request is, in place of what one before it was.
    ///
    /// Returns the list of headers, which the caller frees when the handle is rid of it.
    func apply(_ request: HTTPRequest) throws(HTTPError) -> UnsafeMutablePointer<curl_slist>? {
        try set(CURLOPT_URL, to: request.url)
        // curl takes 0 for its default.
        try set(CURLOPT_CONNECTTIMEOUT_MS, to: max(1, Int(request.timeouts.connect / .milliseconds(1))))
        try apply(request.version, to: request.url)
        try set(CURLOPT_FRESH_CONNECT, to: request.connection == .fresh ? 1 : 0)
        try applyMethodAndBody(of: request)
        return try applyHeaders(of: request)
    }

    func set(_ option: CURLoption, to value: Int) throws(HTTPError) {
        try check(vj_curl_set_long(easy, option, value))
    }

    func set(_ option: CURLoption, to value: String) throws(HTTPError) {
        try check(vj_curl_set_text(easy, option, value))
    }

    func set(_ option: CURLoption, to value: UnsafeMutableRawPointer) throws(HTTPError) {
        try check(vj_curl_set_pointer(easy, option, value))
    }

    func check(_ result: CURLcode) throws(HTTPError) {
        guard result != CURLE_OK else { return }
        let reason = String(cString: curl_easy_strerror(result))
        throw HTTPError(.other(result.rawValue), host, "The request to \(host) could not be prepared: \(reason).")
    }

    private func apply(_ version: HTTPRequest.Version, to url: String) throws(HTTPError) {
        switch version {
        case .preferHTTP2:
            try set(CURLOPT_HTTP_VERSION, to: CURL_HTTP_VERSION_2TLS)
            // Rather wait for a connection that can be shared than open one for each request. Without TLS only the first answer
            // tells whether it can, so that a slow one would hold up all others.
            try set(CURLOPT_PIPEWAIT, to: url.prefix(6).lowercased() == "https:" ? 1 : 0)
        case .onlyHTTP1:
            try set(CURLOPT_HTTP_VERSION, to: CURL_HTTP_VERSION_1_1)
            try set(CURLOPT_PIPEWAIT, to: 0)
        }
    }

    private func applyMethodAndBody(of request: HTTPRequest) throws(HTTPError) {
        // Undoes a body, and the lack of one in the answer, of the request before.
        try set(CURLOPT_HTTPGET, to: 1)
        let needsBody = ["POST", "PUT", "PATCH"].contains(request.method)
        if let body = request.body ?? (needsBody ? [] : nil) {
            try check(vj_curl_set_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)))
            try check(
                body.withUnsafeBytes { bytes in
                    // An empty array may have no address, which curl would take for a body yet to be read.
                    guard let start = bytes.baseAddress else {
                        return vj_curl_set_text(easy, CURLOPT_COPYPOSTFIELDS, "")
                    }
                    return vj_curl_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, start)
                })
        }
        if request.method == "HEAD" {
            try check(vj_curl_set_pointer(easy, CURLOPT_CUSTOMREQUEST, nil))
            try set(CURLOPT_NOBODY, to: 1)
        } else {
            try set(CURLOPT_CUSTOMREQUEST, to: request.method)
        }
    }

    private func applyHeaders(of request: HTTPRequest) throws(HTTPError) -> UnsafeMutablePointer<curl_slist>? {
        // A name with nothing behind its colon takes curl's own header away; a semicolon sends an empty one.
        var lines = request.headers.fields.map { field in
            let isBlank = field.value.utf8.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            return isBlank ? "\(field.name);" : "\(field.name): \(field.value)"
        }
        for name in ["Expect", "Content-Type"] where request.headers[name] == nil { lines.append("\(name):") }
        var list: UnsafeMutablePointer<curl_slist>?
        for line in lines {
            guard let longer = curl_slist_append(list, line) else {
                curl_slist_free_all(list)
                throw HTTPError(.resources, host, "No memory is left for the request to \(host).")
            }
            list = longer
        }
        try check(vj_curl_set_list(easy, CURLOPT_HTTPHEADER, list))
        return list
    }
}
