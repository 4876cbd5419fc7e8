/// Why a request got no response, or not all of one.
///
/// A response with any status is not an error.
package struct HTTPError: Error, Hashable, CustomStringConvertible {
    /// The kinds of failure a caller may want to tell apart.
    package enum Code: Hashable, Sendable {
        case invalidURL
        case invalidRequest
        /// The host's name does not resolve.
        case dns
        case connect
        /// The proxy could not be used, or refused.
        case proxy
        case tls
        case timeout(Timeout)
        /// The server went away before the response was complete.
        case cut
        /// A connection that was kept broke when the request was sent, and before a byte of an answer: it may have been read.
        case unanswered
        /// What came is not HTTP.
        case malformed
        /// The body is larger than the caller's limit.
        case tooLarge
        /// The task was cancelled, or the response was read after its closure.
        case cancelled
        /// The client was closed.
        case closed
        /// Memory or threads ran out.
        case resources
        /// Any other code of curl.
        case other(UInt32)
    }

    /// Which wait was too long.
    package enum Timeout: Hashable, Sendable {
        case connect
        case firstByte
        case idle
        case total
    }

    package let code: Code
    /// The host, with its port if the URL names one; empty if the URL has none.
    package let host: String
    /// One sentence with the host and what to do, without the URL's query, credentials or headers.
    package let message: String

    package var description: String { message }

    package init(_ code: Code, _ host: String, _ message: String) {
        self.code = code
        self.host = host
        self.message = message
    }
}

extension HTTPError {
    static func cancelled(_ host: String) -> HTTPError {
        HTTPError(.cancelled, host, "The request to \(host) was cancelled.")
    }

    static func closed(_ host: String) -> HTTPError {
        HTTPError(.closed, host, "The request to \(host) was not finished: the client is closed.")
    }

    static func tooLarge(_ host: String, limit: Int) -> HTTPError {
        HTTPError(
            .tooLarge, host, "\(host) sent more than the \(limit) bytes allowed; ask for less or raise the limit.")
    }

    static func unresolved(_ host: String) -> HTTPError {
        HTTPError(
            .dns, host, "Could not find \(host): its name does not resolve; check its spelling and the network.")
    }

    static func elsewhere(_ host: String) -> HTTPError {
        HTTPError(
            .connect, host, "The connection to \(host) led to an address that was not checked, so nothing was sent.")
    }

    static func unanswered(_ host: String) -> HTTPError {
        HTTPError(
            .unanswered, host,
            "\(host) closed a kept connection with the request and without an answer; it may have read it, so it was not sent again unasked."
        )
    }

    static func malformed(_ host: String, _ reason: String = "") -> HTTPError {
        let reason = reason.isEmpty ? "" : " (\(reason))"
        return HTTPError(
            .malformed, host, "\(host) sent a malformed HTTP response\(reason); does the URL name an HTTP server?")
    }

    static func timeout(_ kind: Timeout, _ host: String, _ timeouts: HTTPRequest.Timeouts) -> HTTPError {
        let message =
            switch kind {
            case .connect:
                "Could not connect to \(host) within \(timeouts.connect.inSeconds); is it reachable from here?"
            case .firstByte:
                "\(host) did not answer within \(timeouts.firstByte.inSeconds); try again or allow more time."
            case .idle:
                "\(host) sent nothing for \(timeouts.idle.inSeconds) in the middle of its response; try again."
            case .total:
                "The request to \(host) took more than \(timeouts.total.inSeconds); allow more time or ask for less."
            }
        return HTTPError(.timeout(kind), host, message)
    }
}

extension Duration {
    fileprivate var inSeconds: String {
        let seconds = self / .seconds(1)
        return seconds == seconds.rounded() ? "\(components.seconds) s" : "\(seconds) s"
    }
}

extension Duration? {
    fileprivate var inSeconds: String { self?.inSeconds ?? "any time" }
}
