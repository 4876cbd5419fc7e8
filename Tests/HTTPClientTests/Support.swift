import HTTPClient
import LoopbackHTTP

/// A client that knows nothing of the machine's proxies.
func makeClient() throws -> HTTPClient {
    try HTTPClient(configuration: .init(proxy: .direct))
}

extension LoopbackServer {
    /// The host as errors name it.
    var host: String { "127.0.0.1:\(port)" }

    func get(_ path: String = "/", timeouts: HTTPRequest.Timeouts = .init()) -> HTTPRequest {
        HTTPRequest("GET", baseURL + path, timeouts: timeouts)
    }
}

/// The error of a request that must fail.
func failure(_ body: () async throws -> Void) async -> HTTPError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? HTTPError
    }
}

let unlimited = Int.max
