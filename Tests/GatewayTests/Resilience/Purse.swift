import Conversation
import Gateway
import Synchronization
import Timekeeping

/// An accounting that keeps what it is told, and holds a call to the rule that each beginning has one end.
final class Purse: CallAccounting {
    struct Entry: Sendable, Hashable {
        var attempt: Attempt
        var end: AttemptEnd?
    }

    private let state = Mutex<[Entry]>([])
    private let decide: @Sendable (Attempt) -> Admission

    init(_ decide: @escaping @Sendable (Attempt) -> Admission = { _ in .admitted }) { self.decide = decide }

    var entries: [Entry] { state.withLock { $0 } }
    var models: [String] { entries.map { "\($0.attempt.deployment)" } }
    var outcomes: [AttemptEnd.Outcome?] { entries.map { $0.end?.outcome } }
    var nexts: [AttemptEnd.Next?] { entries.map { $0.end?.next } }

    func begin(_ attempt: Attempt) async throws -> Admission {
        let admission = decide(attempt)
        if case .refused = admission { return admission }
        state.withLock { $0.append(Entry(attempt: attempt)) }
        return admission
    }

    func end(_ attempt: Attempt, _ end: AttemptEnd) async throws {
        state.withLock { entries in
            let index = entries.lastIndex { $0.attempt.number == attempt.number && $0.end == nil }
            if let index {
                entries[index].attempt.deployment = attempt.deployment
                entries[index].end = end
            } else {
                entries.append(Entry(attempt: attempt, end: end))
            }
        }
    }
}

/// The waits of a caller: those that the test names are over at once, and the others never.
final class Waits: Sendable {
    private let asked = Mutex<[Duration]>([])
    private let clock: ManualClock
    private let isOver: @Sendable (Duration) -> Bool

    init(_ clock: ManualClock, isOver: @escaping @Sendable (Duration) -> Bool) {
        self.clock = clock
        self.isOver = isOver
    }

    var over: [Duration] { asked.withLock { $0 } }

    func sleep(_ time: Duration) async throws {
        try Task.checkCancellation()
        guard isOver(time) else { return try await forever() }
        asked.withLock { $0.append(time) }
        clock.advance(by: time)
    }
}
