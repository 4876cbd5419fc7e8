package import Identity

/// Events from a position on, in order and without loss, also those that are yet to come.
///
/// It is pulled: a reader has at most one page of events in memory and reads the next from the store when it comes to its
/// end, so one that is slow, or never reads, holds up nobody. It does not end by itself; a cancelled task's iteration ends
/// with a `CancellationError`.
///
/// ```swift
/// for try await record in journal.subscribe(to: run, after: position) { show(record) }
/// ```
package struct EventSubscription: AsyncSequence, Sendable {
    package typealias Element = EventRecord

    private let store: any EventStore
    private let run: RunID?
    private let position: Int64
    private let page: Int

    init(store: any EventStore, run: RunID?, position: Int64, page: Int) {
        self.store = store
        self.run = run
        self.position = position
        self.page = Swift.max(1, page)
    }

    package func makeAsyncIterator() -> Iterator {
        Iterator(store: store, run: run, position: position, page: page)
    }

    package struct Iterator: AsyncIteratorProtocol {
        fileprivate let store: any EventStore
        fileprivate let run: RunID?
        fileprivate var position: Int64
        fileprivate let page: Int
        private var buffer: ArraySlice<EventRecord> = []

        fileprivate init(store: any EventStore, run: RunID?, position: Int64, page: Int) {
            self.store = store
            self.run = run
            self.position = position
            self.page = page
        }

        package mutating func next() async throws -> EventRecord? {
            while buffer.isEmpty {
                try Task.checkCancellation()
                buffer = try await store.events(of: run, after: position, limit: page)[...]
                if buffer.isEmpty { try await store.waitForEvents(of: run, after: position) }
            }
            let record = buffer.removeFirst()
            position = record.position
            return record
        }
    }
}

extension EventStore {
    /// The events of one run, or of all, after a position.
    ///
    /// - Parameter page: how many events a reader has in memory at the most.
    package func subscribe(to run: RunID?, after position: Int64 = 0, page: Int = 256) -> EventSubscription {
        EventSubscription(store: self, run: run, position: position, page: page)
    }
}
