package import Files

/// Where a server listens.
package struct Listener: Sendable, Hashable {
    package enum Address: Sendable, Hashable {
        /// An IP address, or `localhost` for 127.0.0.1; port 0 lets the system choose one.
        case tcp(host: String = "127.0.0.1", port: Int)
        /// A socket file, which only this user may use; one that nobody listens on any more is replaced.
        case unix(FilePath)
    }

    /// The files, in PEM, that prove who the server is.
    package struct TLS: Sendable, Hashable {
        /// The certificate, and behind it those of the authorities between it and the root.
        package var certificate: FilePath
        /// The private key, without a password.
        package var key: FilePath

        package init(certificate: FilePath, key: FilePath) {
            self.certificate = certificate
            self.key = key
        }
    }

    package var address: Address
    package var tls: TLS?

    package init(_ address: Address, tls: TLS? = nil) {
        self.address = address
        self.tls = tls
    }
}

/// What a server does and where it stops.
///
/// The defaults are for strangers as clients.
package struct ServerConfiguration: Sendable {
    /// How much, how many and how long.
    package struct Limits: Sendable, Hashable {
        /// Of the request line and all header fields, in bytes; more is 431.
        package var head = 64 * 1024
        /// Of the target, in bytes; more is 414.
        package var target = 16 * 1024
        /// Header fields; more is 431.
        package var headers = 100
        /// Of a request's body, in bytes; more is 413, and routes may take less: `RequestBody.collect(upTo:)`.
        package var body = 32 << 20
        /// Open at once, over all listeners; more get 503.
        package var connections = 4096
        /// Answered on one connection before it is closed.
        package var requestsPerConnection = 100_000

        /// From the connection to the end of the TLS handshake.
        package var handshakeTime = Duration.seconds(10)
        /// From the first byte, or from the connection for its first request, to the end of the head.
        package var headTime = Duration.seconds(10)
        /// In which ``progress`` bytes of the body have to come while the handler waits for it.
        package var bodyTime = Duration.seconds(30)
        /// In which the client has to take ``progress`` bytes of the response.
        package var writeTime = Duration.seconds(30)
        /// Between two requests.
        package var idleTime = Duration.seconds(75)
        /// For reading what a client still sends behind an answer that closes the connection.
        package var lingerTime = Duration.seconds(2)
        /// How many bytes are progress, so that one now and then is not.
        package var progress = 1024

        package init() {}
    }

    package var listeners: [Listener]
    package var limits = Limits()
    /// Threads that read and write, while handlers run elsewhere; one serves tens of thousands of requests a second.
    package var loops = 1
    /// How long a draining server waits for exchanges to end before it cuts them.
    package var drainTime = Duration.seconds(30)
    /// Makes the response to a refusal that nobody caught; the head is missing where it could not be read.
    package var refusalResponse: @Sendable (Refusal, RequestHead?) -> Response = Self.plainResponse
    /// Told of errors that handlers throw and that clients see as 500 or as a connection cut; must not block.
    package var failed: @Sendable (any Error, RequestHead) -> Void = { _, _ in }

    package init(_ listeners: [Listener]) {
        self.listeners = listeners
    }

    /// The refusal's sentence as plain text.
    package static func plainResponse(_ refusal: Refusal, _ head: RequestHead?) -> Response {
        var response = Response.text(refusal.message + "\n", status: refusal.status)
        response.headers.add(refusal.headers)
        return response
    }
}

extension ServerConfiguration.Limits {
    var parser: ParserLimits {
        ParserLimits(headBytes: head, targetBytes: target, headerCount: headers, bodyBytes: body)
    }
}
