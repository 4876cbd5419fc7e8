package import Identity
package import Timekeeping

/// Says which gates time has something to do with: given gates and the time, what is due; pure.
package enum GateClock {
    package enum Due: Sendable, Hashable {
        case expiry(GateID)
        /// The reminder with this number, from 1.
        case reminder(GateID, number: Int)
    }

    /// What is due, the longest due first; a gate that expires is not reminded of.
    ///
    /// Reminders that were missed are given once.
    package static func due(_ gates: [Gate], at now: Timestamp) -> [Due] {
        gates.filter { $0.answer == nil }.compactMap { gate -> (at: Timestamp, due: Due)? in
            if let end = gate.expiresAt, end <= now { return (end, .expiry(gate.id)) }
            if let next = nextReminder(of: gate), next <= now {
                return (next, .reminder(gate.id, number: (gate.remindersGiven ?? 0) + 1))
            }
            return nil
        }.sorted { $0.at < $1.at }.map(\.due)
    }

    /// When something will be due next, or nil where time changes nothing.
    package static func next(_ gates: [Gate]) -> Timestamp? {
        gates.filter { $0.answer == nil }.flatMap { [$0.expiresAt, nextReminder(of: $0)] }.compactMap(\.self).min()
    }

    /// When the gate's next reminder is due, or nil where there is none.
    package static func nextReminder(of gate: Gate) -> Timestamp? {
        let interval = gate.remindEveryMilliseconds.map { Duration.milliseconds(max($0, 1000)) }
        let next: Timestamp? =
            if let last = gate.lastRemindedAt {
                interval.map { last + $0 }
            } else {
                gate.remindAt ?? interval.map { gate.openedAt + $0 }
            }
        guard let next, let end = gate.expiresAt else { return next }
        return next < end ? next : nil
    }
}
