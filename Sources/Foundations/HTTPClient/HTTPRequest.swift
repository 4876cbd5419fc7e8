/// What is asked of a server.
package struct HTTPRequest: Sendable {
    /// Which versions of HTTP may be spoken.
    package enum Version: Sendable {
        /// HTTP/2 where TLS can agree on it, otherwise HTTP/1.1.
        case preferHTTP2
        case onlyHTTP1
    }

    /// Over which connection a request may go.
    package enum Connection: Sendable {
        /// One that was kept where there is one. Where the server closes it before a byte of the answer came, a request to read
        /// (GET, HEAD, OPTIONS) is sent again over a new one; any other ends with `unanswered`, as it may have been read.
        case kept
        /// A new one.
        case fresh
    }

    /// How long to wait for what; nil is for ever.
    package struct Timeouts: Sendable, Hashable {
        /// Name resolution, TCP, TLS and the proxy's tunnel together; not the wait for a free connection.
        package var connect: Duration
        /// From the last byte of the request that could be sent to the head of the response.
        package var firstByte: Duration?
        /// Between bytes of the response's body; the time the reader keeps the server waiting does not count.
        package var idle: Duration?
        /// The whole exchange, with the reading of the body.
        package var total: Duration?

        package init(
            connect: Duration = .seconds(15), firstByte: Duration? = .seconds(300), idle: Duration? = .seconds(300),
            total: Duration? = nil
        ) {
            self.connect = connect
            self.firstByte = firstByte
            self.idle = idle
            self.total = total
        }
    }

    package var method: String
    /// An absolute `http` or `https` URL.
    package var url: String
    package var headers: HTTPHeaders
    /// Sent with its `Content-Length`; `POST`, `PUT` and `PATCH` without a body send an empty one.
    package var body: [UInt8]?
    package var timeouts: Timeouts
    package var version: Version
    package var connection = Connection.kept
    /// IP addresses, in numbers, that alone may be connected to; nil lets the host's name decide.
    ///
    /// The name is not resolved again, and the connection is neither one that was there before nor kept. With none of
    /// them the request ends with `dns`. Where a proxy stands in between, it is the proxy that resolves the name.
    package var addresses: [String]?

    package init(
        _ method: String = "GET", _ url: String, headers: HTTPHeaders = [:], body: [UInt8]? = nil,
        timeouts: Timeouts = Timeouts(), version: Version = .preferHTTP2, addresses: [String]? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeouts = timeouts
        self.version = version
        self.addresses = addresses
    }
}

extension HTTPRequest {
    /// Throws what curl would send although it must not be sent.
    func validate(for target: Target) throws(HTTPError) {
        guard method.isToken else {
            throw HTTPError(.invalidRequest, target.host, "The request to \(target.host) has a malformed method.")
        }
        for field in headers.fields {
            guard field.name.isToken else {
                throw HTTPError(
                    .invalidRequest, target.host, "The request to \(target.host) has a malformed header name.")
            }
            guard !field.value.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7f }) else {
                let message =
                    "The header \(field.name) of the request to \(target.host) contains a control character; remove it."
                throw HTTPError(.invalidRequest, target.host, message)
            }
        }
    }
}

extension String {
    /// Whether it is a `token` of RFC 9110, as names and methods are.
    fileprivate var isToken: Bool {
        !isEmpty
            && utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                case UInt8(ascii: "-"): true
                default: "!#$%&'*+.^_`|~".utf8.contains(byte)
                }
            }
    }
}
