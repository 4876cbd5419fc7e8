import Conversation
import Crypto
import Files
import Identity
import Keys
import Money
import Runs
import SQLite
import Secrets
import ServedCalls
import Storage
import Synchronization
import Timekeeping

/// A journal on a file of its own, with what is needed to admit calls on it.
struct KeysFixture: Sendable {
    let path: String
    let journal: SQLiteJournal
    let clock = ManualClock()
    let ids = IdentifierSource.seeded(11)

    static func with(_ body: (KeysFixture) async throws -> Void) async throws {
        try await FileSystem.withTemporaryDirectory { folder in
            let path = (folder / "journal.db").string
            let journal = try await SQLiteJournal(path: path, durability: .normal)
            try await body(KeysFixture(path: path, journal: journal))
            await journal.close()
        }
    }

    var ring: KeyRing { KeyRing(store: journal, clock: clock.wall, ids: ids) }

    func key(
        _ name: String = "ci", models: [String] = [], budgets: VirtualKey.Budgets = .init(),
        rates: VirtualKey.Rates = .init(), user: String? = "ana", project: String? = "/p"
    ) async throws -> KnownKey {
        let order = KeyOrder(
            name: name, user: user, project: project, models: models, budgets: budgets, rates: rates)
        return KnownKey(try await ring.create(order).key)
    }

    /// A ledger of another server on the same journal.
    func ledger(
        _ limits: BudgetLimits = .none, on journal: SQLiteJournal? = nil, settings: ServedLedger.Settings = .init()
    ) -> ServedLedger {
        ServedLedger(
            store: journal ?? self.journal, server: ids.next(), limits: limits, clock: clock.wall, settings: settings)
    }

    static func estimate(_ micros: Int64?, model: String = "fake/large", tokens: Int = 10) -> CallEstimate {
        CallEstimate(model: model, tokens: tokens, cost: micros.map { USD(micros: $0) })
    }

    static func call(_ micros: Int64?, request: String = "r", model: String = "fake/large") -> ServedCall {
        ServedCall(
            request: request, kind: "code", asked: model, model: model, usage: .init(input: 8, output: 2),
            cost: micros.map { USD(micros: $0) }, latency: .milliseconds(12), firstByte: .microseconds(3_400),
            cache: .miss, status: 200, fingerprint: 7)
    }

    func standing(_ scope: SpendingAccount.Scope, _ name: String) async throws -> AccountReply? {
        try await journal.standings(of: [SpendingAccount(scope, name)]).first
    }
}

extension Admission {
    var ticket: ServedTicket? { if case .admitted(let ticket) = self { ticket } else { nil } }
    var refusal: KeyRefusal? { if case .refused(let refusal) = self { refusal } else { nil } }
}
