import Synchronization

/// Takes the bytes of a streamed body.
///
/// The head of the response goes out with the first bytes, or with ``start()``. Until then the closure may still change
/// its mind: ``replace(with:)`` sends another response, and an error that it throws becomes one as a handler's does.
/// Behind the head an error ends the connection without the end of the body, so that the client sees that it is not all.
///
/// Several tasks may write; what each hands over in one call stays together.
package final class BodyWriter: Sendable {
    private enum State {
        case waiting(Response)
        case started
        case replaced
    }

    private let state: Mutex<State>
    private let sink: any BodySink

    init(_ response: Response, _ sink: any BodySink) {
        state = Mutex(.waiting(response))
        self.sink = sink
    }

    /// Whether the head is on its way, so that nothing about it can be changed.
    package var hasStarted: Bool {
        state.withLock { if case .started = $0 { true } else { false } }
    }

    /// Hands over bytes, and waits while more than 64 KB have not been sent.
    ///
    /// - Throws: ``Disconnected`` or `CancellationError` when the client is gone.
    package func write(_ bytes: [UInt8]) async throws {
        try start()
        guard !bytes.isEmpty else { return }
        try await sink.write(bytes)
    }

    /// Hands over the UTF-8 bytes of a text; see ``write(_:)-([UInt8])``.
    package func write(_ text: String) async throws {
        try await write(Array(text.utf8))
    }

    /// Sends the head now.
    package func start() throws {
        let response = state.withLock { state -> Response? in
            guard case .waiting(let response) = state else { return nil }
            state = .started
            return response
        }
        if let response { sink.start(response) }
        if wasReplaced { throw CancellationError() }
    }

    /// Sends another response, whose body is not streamed, instead; says false where the head is on its way already.
    ///
    /// The closure must return then: what it writes later throws.
    package func replace(with response: Response) -> Bool {
        let old = state.withLock { state -> Response? in
            guard case .waiting(let response) = state else { return nil }
            state = .replaced
            return response
        }
        guard let old else { return false }
        var response = response
        response.adopt(old.observers)
        sink.respond(response)
        return true
    }

    private var wasReplaced: Bool {
        state.withLock { if case .replaced = $0 { true } else { false } }
    }

    /// Ends the body in order.
    func finish() throws {
        guard !wasReplaced else { return }
        try start()
        sink.finish(failed: false)
    }

    /// Says how far it came when the closure threw; nothing is written any more if the head was not.
    func fail() -> Failure {
        state.withLock { state in
            switch state {
            case .waiting(let response):
                state = .replaced
                return .unsent(response)
            case .started: return .sent
            case .replaced: return .replaced
            }
        }
    }

    /// Ends the body before its end; what comes behind it in the task may find it cancelled by that.
    func cut() { sink.finish(failed: true) }

    enum Failure {
        case unsent(Response)
        case sent
        case replaced
    }
}

/// Where a streamed body goes: a connection, or a collector in the same process.
protocol BodySink: Sendable {
    /// Sends the head of a response whose body follows.
    func start(_ response: Response)
    /// Sends a whole response.
    func respond(_ response: Response)
    func write(_ bytes: [UInt8]) async throws
    func finish(failed: Bool)
}
