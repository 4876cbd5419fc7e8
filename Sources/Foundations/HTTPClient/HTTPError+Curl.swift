import CCurl

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What curl says about a transfer that failed.
struct CurlFailure {
    let code: CURLcode
    /// curl's own words; empty if it has none.
    let text: String
    /// The `errno` of a failed connection, otherwise 0 or stale.
    let systemError: Int32
    /// The proxy's answer to CONNECT; 0 if there was none.
    let proxyStatus: Int
    /// Whether the request could be sent.
    let isConnected: Bool
}

extension HTTPError {
    init(_ failure: CurlFailure, _ host: String, _ timeouts: HTTPRequest.Timeouts) {
        switch failure.code {
        case CURLE_URL_MALFORMAT:
            self.init(.invalidURL, host, "The URL for \(host) is malformed.")
        case CURLE_COULDNT_RESOLVE_HOST:
            self = .unresolved(host)
        case CURLE_COULDNT_RESOLVE_PROXY:
            self.init(
                .proxy, host, "Could not reach \(host): the name of the proxy does not resolve; check the proxy's URL.")
        case CURLE_PROXY:
            self.init(.proxy, host, "Could not reach \(host): the proxy failed; check the proxy's URL.")
        case CURLE_RECV_ERROR where failure.proxyStatus >= 300:
            self.init(
                .proxy, host,
                "Could not reach \(host): the proxy refused with status \(failure.proxyStatus); check its credentials.")
        case CURLE_COULDNT_CONNECT:
            self.init(.connect, host, "Could not reach \(host): \(Self.reason(failure.systemError))")
        case CURLE_OPERATION_TIMEDOUT:
            self = .timeout(.connect, host, timeouts)
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS, CURLE_USE_SSL_FAILED:
            let reason = failure.text.isEmpty ? String(cString: curl_easy_strerror(failure.code)) : failure.text
            self.init(
                .tls, host,
                "Could not speak TLS with \(host): \(reason); if its authority is private, configure a CA file.")
        case CURLE_SSL_CACERT_BADFILE:
            self.init(.tls, host, "Could not speak TLS with \(host): the configured CA file cannot be read.")
        // Behind a connection it means an answer that does not begin with HTTP/.
        case CURLE_UNSUPPORTED_PROTOCOL where failure.isConnected:
            self = .malformed(host)
        case CURLE_WEIRD_SERVER_REPLY:
            self = .malformed(host)
        case CURLE_BAD_CONTENT_ENCODING:
            self = .malformed(host, "its content encoding cannot be undone")
        // curl has no code of its own for it.
        case CURLE_RECV_ERROR where failure.text.contains("chunked-encoding"):
            self = .malformed(host, "a chunk without a size")
        case CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_HTTP2,
            CURLE_HTTP2_STREAM:
            self.init(.cut, host, "\(host) closed the connection before its response was complete; try again.")
        case CURLE_OUT_OF_MEMORY:
            self.init(.resources, host, "No memory is left for the request to \(host).")
        default:
            let reason = String(cString: curl_easy_strerror(failure.code))
            self.init(.other(failure.code.rawValue), host, "The request to \(host) failed: \(reason).")
        }
    }

    private static func reason(_ systemError: Int32) -> String {
        switch systemError {
        case ECONNREFUSED: "connection refused; is the server running?"
        case ENETUNREACH, EHOSTUNREACH: "there is no route to it; check the network."
        case EACCES, EPERM: "this process may not connect to it; check the sandbox and the firewall."
        default: "the connection failed; check the network, the port and the proxy."
        }
    }
}
