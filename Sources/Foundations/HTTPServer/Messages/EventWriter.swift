package import ServerSentEvents
import Synchronization

/// Writes a `text/event-stream`; see ``Response/events(keepAlive:begins:sleep:_:)``.
package final class EventWriter: Sendable {
    private let writer: BodyWriter
    /// How many times something was written, by which silence is noticed.
    private let writes = Atomic(0)

    init(_ writer: BodyWriter) {
        self.writer = writer
    }

    /// Sends one event; waits and throws as ``BodyWriter/write(_:)-([UInt8])``.
    package func send(_ event: ServerSentEvent) async throws {
        try await send(event.encoded)
    }

    /// Sends bytes that are whole events already, as of a stream that is passed on.
    package func send(_ bytes: [UInt8]) async throws {
        writes.add(1, ordering: .relaxed)
        try await writer.write(bytes)
    }

    /// Sends the head now, so that comments keep the connection alive before the first event.
    package func start() throws { try writer.start() }

    /// See ``BodyWriter/replace(with:)``.
    package func replace(with response: Response) -> Bool { writer.replace(with: response) }

    package var hasStarted: Bool { writer.hasStarted }

    /// Sends a comment whenever a time went by in which nothing was sent, until it is cancelled.
    fileprivate func keepAlive(_ interval: Duration, _ sleep: EventStreamSleep) async throws {
        while true {
            let before = writes.load(ordering: .relaxed)
            try await sleep(interval)
            if writer.hasStarted, writes.load(ordering: .relaxed) == before {
                try await writer.write(ServerSentEvent.comment("keep-alive"))
            }
        }
    }
}

/// How the wait between comments is made; injected by tests.
package typealias EventStreamSleep = @Sendable (Duration) async throws -> Void

extension Response {
    /// When the head of an event stream goes out.
    package enum EventStreamStart: Sendable {
        case atOnce
        /// Until the first event the closure may still replace the response, and no comments are sent.
        case withFirstEvent
    }

    /// A stream of server-sent events, written by a closure; while it is silent, comments keep the connection alive.
    ///
    /// A comment is sent between one and two intervals behind the last event. The stream ends with the closure.
    package static func events(
        keepAlive interval: Duration = .seconds(15), begins start: EventStreamStart = .atOnce,
        sleep: @escaping EventStreamSleep = { try await Task.sleep(for: $0) },
        _ produce: @escaping @Sendable (EventWriter) async throws -> Void
    ) -> Response {
        let headers: HeaderFields = ["cache-control": "no-cache", "x-accel-buffering": "no"]
        return stream(type: "text/event-stream", headers: headers) { writer in
            let events = EventWriter(writer)
            if start == .atOnce { try writer.start() }
            try await withThrowingTaskGroup(of: Void.self) { group in
                // Both end with the group: whichever ends first, or throws, ends the other.
                group.addTask { try await events.keepAlive(interval, sleep) }
                group.addTask { try await produce(events) }
                defer { group.cancelAll() }
                try await group.next()
            }
        }
    }
}
