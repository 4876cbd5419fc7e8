import Synchronization

/// Where code that needs the time of day gets it from.
package struct WallClock: Sendable {
    package let now: @Sendable () -> Timestamp

    package init(now: @escaping @Sendable () -> Timestamp) {
        self.now = now
    }

    /// The machine's clock.
    package static let system = WallClock { Timestamp.now() }
}

/// A clock that stands still until it is told otherwise, for tests.
///
/// ```swift
/// let time = ManualClock()
/// let ids = IdentifierSource.seeded(1, clock: time.wall)
/// time.advance(by: .seconds(5))
/// ```
package final class ManualClock: Sendable {
    private let time: Mutex<Timestamp>

    /// Starts at the given time, by default at 2026-01-01T00:00:00.000Z.
    package init(_ start: Timestamp = Timestamp(milliseconds: 1_767_225_600_000)) {
        time = Mutex(start)
    }

    package var now: Timestamp { time.withLock { $0 } }

    /// The clock to pass on; it follows this one.
    package var wall: WallClock {
        WallClock { [self] in now }
    }

    package func advance(by duration: Duration) {
        time.withLock { $0 += duration }
    }

    package func set(to time: Timestamp) {
        self.time.withLock { $0 = time }
    }
}
