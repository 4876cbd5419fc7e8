/// When a connection has waited long enough, and for what: pure, with the time given.
struct Deadlines {
    /// What the reading side waits for.
    enum Wait: Hashable, Sendable {
        case handshake
        case head
        case body
        case idle
        case linger
    }

    enum Expiry: Hashable, Sendable {
        case reading(Wait)
        case writing
    }

    /// A time in which a number of bytes has to move.
    private struct Window {
        var end: Milliseconds
        var length: Milliseconds
        var moved = 0
    }

    private let progress: Int
    private(set) var wait: Wait?
    private var reading: Window?
    private var writing: Window?

    init(progress: Int) {
        self.progress = progress
    }

    /// The next point at which `expired` may find something.
    var next: Milliseconds? {
        switch (reading?.end, writing?.end) {
        case (let reading?, let writing?): min(reading, writing)
        case (let reading, let writing): reading ?? writing
        }
    }

    /// The reading side waits from now on.
    mutating func wait(for wait: Wait, _ length: Milliseconds, now: Milliseconds) {
        self.wait = wait
        reading = Window(end: now + length, length: length)
    }

    mutating func stopWaiting() {
        wait = nil
        reading = nil
    }

    mutating func received(_ count: Int) { reading?.moved += count }

    /// Output is stuck from now on, unless it was before.
    mutating func writeBlocked(_ length: Milliseconds, now: Milliseconds) {
        if writing == nil { writing = Window(end: now + length, length: length) }
    }

    mutating func wrote(_ count: Int) { writing?.moved += count }

    mutating func writeFinished() { writing = nil }

    /// What has lasted too long; bodies and output that moved enough get their time again.
    mutating func expired(now: Milliseconds) -> Expiry? {
        if let window = writing, window.end <= now {
            guard window.moved >= progress else { return .writing }
            writing = Window(end: now + window.length, length: window.length)
        }
        guard let wait, let window = reading, window.end <= now else { return nil }
        guard wait == .body, window.moved >= progress else { return .reading(wait) }
        reading = Window(end: now + window.length, length: window.length)
        return nil
    }
}
