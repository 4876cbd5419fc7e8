import Synchronization

/// A response that was collected in the same process, as a client would have received it.
package struct CollectedResponse: Sendable, Equatable {
    package let status: Status
    package let headers: HeaderFields
    package let body: [UInt8]
    /// Whether the body came to its end; on a wire, the connection would have been cut otherwise.
    package let isComplete: Bool

    package init(status: Status, headers: HeaderFields, body: [UInt8], isComplete: Bool) {
        self.status = status
        self.headers = headers
        self.body = body
        self.isComplete = isComplete
    }

    package var text: String { String(decoding: body, as: UTF8.self) }
}

extension Request {
    /// Runs the handler and the body of its response in this task, without any socket.
    ///
    /// Errors become responses as a server makes them by its configuration.
    package func answer(
        by handler: @escaping Handler, as configuration: ServerConfiguration = ServerConfiguration([])
    ) async -> CollectedResponse {
        let rules = ResponseRules(
            handler: handler, refusalResponse: configuration.refusalResponse, failed: configuration.failed)
        let collector = Collector()
        await ResponseDriver.run(self, rules, collector)
        return collector.collected(isHead: method == .head)
    }
}

private final class Collector: ResponseSink, BodySink {
    private struct State {
        var response: Response?
        var body: [UInt8] = []
        var length: Int?
        var failed = false
    }

    private let state = Mutex(State())

    func respond(_ response: Response) {
        state.withLock {
            $0.response = response
            if case .bytes(let bytes) = response.body { $0.body = bytes }
        }
    }

    func respondWithoutBody(_ response: Response, length: Int?) {
        state.withLock { $0.response = response }
    }

    func upgrade(_ response: Response, to name: String) -> (UpgradedConnection, @Sendable () -> Void)? { nil }

    func openStream(length: Int?) -> any BodySink {
        state.withLock { $0.length = length }
        return self
    }

    func start(_ response: Response) {
        state.withLock { $0.response = response }
    }

    func write(_ bytes: [UInt8]) async throws {
        try Task.checkCancellation()
        state.withLock { $0.body.append(contentsOf: bytes) }
    }

    func finish(failed: Bool) {
        state.withLock { state in
            state.failed = failed || state.length.map { $0 != state.body.count } ?? false
        }
    }

    func collected(isHead: Bool) -> CollectedResponse {
        let state = state.withLock { $0 }
        let response = state.response ?? Response(.internalServerError)
        let body = isHead || response.status.isBodiless ? [] : state.body
        let outcome = ResponseOutcome(
            status: response.status, bytes: body.count, ending: state.failed ? .failed : .sent)
        for observer in response.observers { observer(outcome) }
        return CollectedResponse(
            status: response.status, headers: response.headers, body: body, isComplete: !state.failed)
    }
}
