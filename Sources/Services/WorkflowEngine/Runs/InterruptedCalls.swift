import Conversation
import Gateway
import Identity
import Money
import Runs
import Timekeeping

/// Calls of models that were begun and whose end nobody has seen.
struct InterruptedCalls: Sendable {
    var journal: any Journal
    var clock: WallClock
    var ids: IdentifierSource

    /// Counts them with all that was set aside: what they cost is not known.
    ///
    /// - Parameter step: only those of this step and of the agents below it, where others may be under way.
    func count(of id: RunID, in step: StepKey? = nil) async throws {
        // What waits for a batch goes on without this process.
        let open = try await journal.openReservations(of: id).filter { $0.waits == nil }
        guard !open.isEmpty else { return }
        let sessions = try await journal.sessions(of: id)
        for lost in open {
            let session = sessions.first { $0.id == lost.session }
            guard Self.isOf(step, lost, session) else { continue }
            let charge = Charge(
                id: ids.next(), reservation: lost.id, run: lost.run, session: lost.session,
                step: session?.step ?? StepKey(rawValue: "unknown"), agent: session?.agent ?? "unknown",
                turn: lost.turn, model: lost.model, usage: .zero, cost: lost.amount, outcome: .interrupted,
                milliseconds: 0, firstEventMilliseconds: nil, at: clock.now(), user: lost.user,
                key: lost.key, parent: lost.parent)
            try await journal.record(
                [
                    .settle(charge),
                    .event(.turnInterrupted(session: lost.session, turn: lost.turn, counted: lost.amount)),
                ], for: id, at: clock.now())
        }
    }

    /// Lets go of calls that wait for a batch, as nobody will hear their answers any more.
    func leave(_ id: RunID, in step: StepKey? = nil, _ gateway: Gateway) async throws {
        let open = try await journal.openReservations(of: id).filter { $0.waits != nil }
        guard !open.isEmpty else { return }
        let sessions = try await journal.sessions(of: id)
        try await gateway.leave(
            open.filter { lost in Self.isOf(step, lost, sessions.first { $0.id == lost.session }) })
    }

    private static func isOf(_ step: StepKey?, _ lost: Reservation, _ session: Session?) -> Bool {
        guard let step else { return true }
        return session?.step == step || session?.step.isBelow(step) == true
    }
}
