package import Identity
package import Runs
import SQLite
package import Timekeeping

extension SQLiteJournal: GateStore {
    package func gate(_ id: GateID) async throws -> Gate? {
        try await first("SELECT data FROM gates WHERE id = ?", [.text(id.string)])
    }

    package func gates(matching typed: String) async throws -> [Gate] {
        guard let like = Self.pattern(for: typed) else { return [] }
        return try await all(
            "SELECT data FROM gates WHERE id LIKE ? OR id LIKE ? ORDER BY id LIMIT 20",
            [.text(like.start), .text(like.end)])
    }

    package func gates(of run: RunID?, openOnly: Bool) async throws -> [Gate] {
        let open = openOnly ? "is_open = 1" : "1"
        guard let run else { return try await all("SELECT data FROM gates WHERE \(open) ORDER BY id", []) }
        return try await all("SELECT data FROM gates WHERE run = ? AND \(open) ORDER BY id", [.text(run.string)])
    }

    package func answer(
        _ id: GateID, with answer: GateAnswer, _ changes: [JournalChange]
    ) async throws -> AnswerOutcome {
        let outcome = try await database.write { connection -> AnswerOutcome in
            guard let (known, run) = try Self.gateAndRun(id, in: connection) else { return .noSuchGate }
            var gate = known
            guard gate.answer == nil else { return .alreadyAnswered(gate) }
            guard !run.status.isEnded else { return .runEnded(gate) }
            let writer = JournalWriter(connection: connection, run: gate.run, time: answer.answeredAt)
            guard !gate.isOverdue(at: answer.answeredAt) else { return .overdue(gate) }
            gate.answer = answer
            let told = RunEvent.gateAnswered(
                gate: gate.id, kind: gate.kind, step: gate.step, value: answer.value, by: answer.answeredBy)
            return .accepted(try Self.write([.gate(gate)] + changes + [.event(told)], of: gate, writer))
        }
        if case .accepted(let gate) = outcome { bell.ring(for: gate.run) }
        return outcome
    }

    package func change(
        _ id: GateID, at time: Timestamp, _ decide: @escaping @Sendable (Gate, Run) throws -> [JournalChange]?
    ) async throws -> Gate? {
        let changed = try await database.write { connection -> Gate? in
            guard let (gate, run) = try Self.gateAndRun(id, in: connection), let changes = try decide(gate, run) else {
                return nil
            }
            let writer = JournalWriter(connection: connection, run: gate.run, time: time)
            return try Self.write(changes, of: gate, writer)
        }
        if let changed { bell.ring(for: changed.run) }
        return changed
    }

    private static func gateAndRun(_ id: GateID, in connection: Connection) throws -> (Gate, Run)? {
        guard let row = try connection.one("SELECT data FROM gates WHERE id = ?", values: [.text(id.string)]) else {
            return nil
        }
        let gate: Gate = try decode(row)
        guard
            let owner = try connection.one("SELECT data FROM runs WHERE id = ?", values: [.text(gate.run.string)])
        else { throw StorageError("the gate \(gate.id.short) belongs to no run") }
        return (gate, try decode(owner))
    }

    /// Writes the changes, wakes the run where they answer the gate, and gives the gate as it is then.
    private static func write(_ changes: [JournalChange], of gate: Gate, _ writer: JournalWriter) throws -> Gate {
        _ = try writer.apply(changes)
        var gate = gate
        for case .gate(let changed) in changes where changed.id == gate.id { gate = changed }
        if gate.answer != nil { try writer.wakeRun() }
        return gate
    }
}
