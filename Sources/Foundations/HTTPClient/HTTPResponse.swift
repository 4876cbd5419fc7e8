/// A response whose body is still coming; valid inside the closure it is lent to.
package struct HTTPResponse: Sendable {
    /// What the server speaks.
    package enum Version: Sendable, Hashable {
        case http10
        case http11
        case http2
        case http3
    }

    package let status: Int
    package let version: Version
    /// As the server sent them: with an encoded body, its length and encoding before it was decoded.
    package let headers: HTTPHeaders
    package let body: HTTPBody
}

/// A response with all of its body.
package struct CollectedResponse: Sendable, Hashable {
    package let status: Int
    package let version: HTTPResponse.Version
    package let headers: HTTPHeaders
    package let bytes: [UInt8]

    package init(status: Int, version: HTTPResponse.Version, headers: HTTPHeaders, bytes: [UInt8]) {
        self.status = status
        self.version = version
        self.headers = headers
        self.bytes = bytes
    }

    /// The body as UTF-8, with malformed bytes replaced.
    package var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// The decoded body of a response, in the chunks in which it arrived.
///
/// A slow reader slows the server down: about 256 KB are kept for it. Chunks are handed out once, so a second loop goes
/// on where the first was left. When the reader's task is cancelled the transfer ends with `cancelled`.
package struct HTTPBody: AsyncSequence, Sendable {
    package typealias Element = [UInt8]
    package typealias Failure = HTTPError

    let exchange: Exchange

    package struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let exchange: Exchange

        package mutating func next() async throws(HTTPError) -> [UInt8]? {
            try await exchange.nextChunk().get()
        }

        package mutating func next(isolation actor: isolated (any Actor)?) async throws(HTTPError) -> [UInt8]? {
            try await exchange.nextChunk().get()
        }
    }

    package func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(exchange: exchange)
    }

    /// Reads no more: what still comes is dropped, for up to a second, so that the connection can be used again.
    ///
    /// For a reader that has all it wants before the end; leaving the closure would cut the connection.
    package func drain() { exchange.drain() }

    /// Reads the rest; throws `tooLarge` as soon as it is known to exceed `limit` bytes.
    package func collect(limit: Int) async throws(HTTPError) -> [UInt8] {
        var bytes: [UInt8] = []
        while let chunk = try await exchange.nextChunk().get() {
            guard bytes.count + chunk.count <= limit else { throw .tooLarge(exchange.host, limit: limit) }
            bytes += chunk
        }
        return bytes
    }
}
