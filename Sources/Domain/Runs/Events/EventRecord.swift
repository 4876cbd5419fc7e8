package import Identity
package import Timekeeping

/// An appended event with its place in the log.
package struct EventRecord: Sendable, Hashable, Codable {
    /// Grows over the whole store, with gaps allowed; readers go on from the last one they saw.
    package var position: Int64
    /// The event's place among those of its run: 1, 2, 3 … without gaps.
    package var number: Int64
    package var run: RunID
    package var at: Timestamp
    package var event: RunEvent

    package init(position: Int64, number: Int64, run: RunID, at: Timestamp, event: RunEvent) {
        self.position = position
        self.number = number
        self.run = run
        self.at = at
        self.event = event
    }
}
