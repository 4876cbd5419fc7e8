package import Identity
import JSON
package import Runs
package import Timekeeping

/// One line of what happened at gates: who, through which channel, when, and with which word.
package struct GateAuditEntry: Sendable, Hashable, Codable {
    package var position: Int64
    package var at: Timestamp
    package var gate: GateID
    package var run: RunID
    package var kind: Gate.Kind
    package var step: StepKey?
    package var what: What
    package var question: String?
    package var value: String?
    package var comment: String?
    package var who: String?
    package var channel: String?

    package enum What: String, Sendable, Hashable, Codable {
        case opened, reminded, expired, answered
    }
}

extension GateService {
    /// Everything that happened at the gates of a run, or of all, in its order; what a rewind left behind is part of it.
    package func audit(of run: RunID? = nil) async throws -> [GateAuditEntry] {
        var records: [EventRecord] = []
        for record in try await journal.events(of: run, after: 0, limit: .max) where record.event.isOfGate {
            records.append(record)
        }
        var gates: [GateID: Gate] = [:]
        for gate in try await journal.gates(of: run, openOnly: false) { gates[gate.id] = gate }
        for run in Set(records.map(\.run)) {
            for left in try await journal.superseded(of: run) where left["question"] != nil {
                // Only gates have a question; what cannot be read is told without its comment.
                if let gate = try? JSONCoding.decode(Gate.self, from: left) { gates[gate.id] = gates[gate.id] ?? gate }
            }
        }
        return records.compactMap { Self.entry(of: $0, gates) }
    }

    private static func entry(of record: EventRecord, _ gates: [GateID: Gate]) -> GateAuditEntry? {
        func entry(_ gate: GateID, _ kind: Gate.Kind, _ step: StepKey?, _ what: GateAuditEntry.What) -> GateAuditEntry {
            GateAuditEntry(
                position: record.position, at: record.at, gate: gate, run: record.run, kind: kind, step: step,
                what: what)
        }
        switch record.event {
        case .gateOpened(let gate, let kind, let step, let question):
            var line = entry(gate, kind, step, .opened)
            line.question = question
            return line
        case .gateReminded(let gate, let kind, let step, let number):
            var line = entry(gate, kind, step, .reminded)
            line.value = "\(number)"
            return line
        case .gateExpired(let gate, let kind, let step, let value, _):
            var line = entry(gate, kind, step, .expired)
            line.value = value
            return line
        case .gateAnswered(let gate, let kind, let step, let value, let who):
            var line = entry(gate, kind, step, .answered)
            let answers = (gates[gate]?.withdrawnAnswers ?? []) + [gates[gate]?.answer].compactMap(\.self)
            let answer = answers.last { $0.value == value && $0.answeredBy == who }
            (line.value, line.who, line.channel, line.comment) = (value, who, answer?.channel, answer?.comment)
            return line
        default:
            return nil
        }
    }
}

extension RunEvent {
    fileprivate var isOfGate: Bool {
        switch self {
        case .gateOpened, .gateReminded, .gateExpired, .gateAnswered: true
        default: false
        }
    }
}
