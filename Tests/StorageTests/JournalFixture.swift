import Conversation
import Files
import Identity
import Money
import Runs
import Storage
import Timekeeping

/// A journal under test, with records to put into it.
struct JournalFixture: Sendable {
    let journal: any Journal
    let ids = IdentifierSource.seeded(7)
    let time = Timestamp(milliseconds: 1_770_000_000_000)

    /// Lends a new journal of each implementation's kind; SQLite is the only one so far.
    static func with(_ body: (JournalFixture) async throws -> Void) async throws {
        try await FileSystem.withTemporaryDirectory { folder in
            let journal = try await SQLiteJournal(path: (folder / "journal.db").string)
            try await body(JournalFixture(journal: journal))
            await journal.close()
        }
    }

    func run(budget: Int64 = 1_000_000, status: RunStatus = .running, project: String = "/p") -> Run {
        Run(
            id: ids.next(), project: project, request: "Do it", mode: .balanced, budget: USD(micros: budget),
            status: status, baseCommit: "c0", baseBranch: "main", branch: "vencejo/x", worktree: "/w", createdAt: time,
            updatedAt: time)
    }

    func session(of run: Run, step: StepKey = .plan) -> Session {
        Session(
            id: ids.next(), run: run.id, step: step, agent: "architect", model: "a/b", system: "s", tools: [],
            openedAt: time)
    }

    func reservation(of run: Run, _ session: Session, micros: Int64) -> Reservation {
        Reservation(
            id: ids.next(), run: run.id, session: session.id, turn: 1, model: "a/b", amount: USD(micros: micros),
            reservedAt: time, step: session.step, user: "ana", key: "work")
    }

    func charge(for reservation: Reservation, micros: Int64) -> Charge {
        Charge(
            id: ids.next(), reservation: reservation.id, run: reservation.run, session: reservation.session,
            step: .plan, agent: "architect", turn: 1, model: "a/b", usage: Usage(input: 10, output: 2),
            cost: USD(micros: micros), outcome: .answered, milliseconds: 12, firstEventMilliseconds: 3, at: time)
    }

    func gate(of run: Run) -> Gate {
        Gate(
            id: ids.next(), run: run.id, step: nil, kind: .plan, question: "Go on?", details: "",
            choices: [.init("approve", "yes"), .init("reject", "no")], openedAt: time)
    }

    func answer(_ value: String, by who: String = "me") -> GateAnswer {
        GateAnswer(value: value, answeredBy: who, answeredAt: time)
    }

    @discardableResult
    func record(_ changes: [JournalChange], for run: Run) async throws -> Int64? {
        try await journal.record(changes, for: run.id, at: time)
    }
}
