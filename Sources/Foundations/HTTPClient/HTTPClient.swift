package import Files

/// Speaks HTTP with servers: one thread, one pool of connections.
///
///     let client = try HTTPClient()
///     let (status, text) = try await client.withResponse(HTTPRequest("GET", "https://example.com")) { response in
///         var text = ""
///         for try await chunk in response.body { text += String(decoding: chunk, as: UTF8.self) }
///         return (response.status, text)
///     }
///
/// Connections are kept and used again. Redirects are not followed. Bodies are decoded (gzip, brotli, …).
package final class HTTPClient: Sendable {
    /// What holds for all requests of a client.
    package struct Configuration: Sendable {
        /// How servers are reached.
        package enum Proxy: Sendable {
            /// As `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy` say at the time of the request.
            case environment
            case direct
            /// Through this proxy, but for the hosts of the comma-separated list, in which `*` is all.
            case url(String, except: String = "")
        }

        package var proxy: Proxy
        /// Certificates in PEM to trust instead of the system's.
        package var caFile: FilePath?
        /// The most connections open at once, or nil; further requests wait for one.
        package var maxConnections: Int?
        /// The value of `User-Agent` for requests without one.
        package var userAgent: String

        package init(
            proxy: Proxy = .environment, caFile: FilePath? = nil, maxConnections: Int? = nil,
            userAgent: String = "vencejo"
        ) {
            self.proxy = proxy
            self.caFile = caFile
            self.maxConnections = maxConnections
            self.userAgent = userAgent
        }
    }

    private let loop: TransferLoop
    private let targets = KnownTargets()

    /// Starts the client's thread; throws `resources` if there is none to be had.
    package init(configuration: Configuration = Configuration()) throws(HTTPError) {
        loop = try TransferLoop(configuration)
        try loop.start()
    }

    deinit {
        loop.close()
    }

    /// Ends the thread and closes the connections; unfinished requests end with `closed`.
    ///
    /// Returns at once. Losing the last reference does the same.
    package func close() {
        loop.close()
    }

    /// Sends a request and lends the response as soon as its head is there.
    ///
    /// Leaving the closure ends the transfer, finished or not, and so does cancelling the task, at any time.
    /// - Throws: `HTTPError`, and what `body` throws.
    package func withResponse<R>(
        _ request: HTTPRequest, _ body: (HTTPResponse) async throws -> R
    ) async throws -> R {
        try await lend(request) { response -> Result<R, any Error> in
            do {
                return .success(try await body(response))
            } catch {
                return .failure(error)
            }
        }.get()
    }

    /// Sends a request and reads the whole response; throws `tooLarge` if its body exceeds `limit` bytes.
    package func collect(_ request: HTTPRequest, limit: Int) async throws(HTTPError) -> CollectedResponse {
        try await lend(request) { response -> Result<CollectedResponse, HTTPError> in
            do throws(HTTPError) {
                let bytes = try await response.body.collect(limit: limit)
                return .success(
                    CollectedResponse(
                        status: response.status, version: response.version, headers: response.headers, bytes: bytes))
            } catch {
                return .failure(error)
            }
        }.get()
    }

    private func lend<R>(
        _ request: HTTPRequest, _ body: (HTTPResponse) async -> R
    ) async throws(HTTPError) -> R {
        let target = try targets.target(of: request.url)
        try request.validate(for: target)
        let exchange = Exchange(host: target.host, loop: loop)
        defer { exchange.cancel() }
        // Around the closure too, for it may be busy with something else than the body when it is cancelled.
        return try await withTaskCancellationHandler { () async -> Result<R, HTTPError> in
            loop.post(.start(request, exchange))
            switch await exchange.awaitHead() {
            case .failure(let error): return .failure(error)
            case .success(let head):
                let response = HTTPResponse(
                    status: head.status, version: head.version, headers: head.headers,
                    body: HTTPBody(exchange: exchange))
                return .success(await body(response))
            }
        } onCancel: {
            exchange.cancel()
        }.get()
    }
}
