package import Batches
package import Conversation
package import Money

/// What runs' charges and served calls are added up by.
package enum ReportGrouping: String, Sendable, Hashable, CaseIterable {
    /// The day in UTC on which a call began.
    case day
    case model, project, user
    /// The kind of task of a served call, the agent of a run's.
    case kind
    /// The virtual key; calls of runs have none.
    case key
}

/// What calls of one kind have cost together, through the gateway and in runs.
package struct ReportLine: Sendable, Hashable {
    package var name: String
    /// Calls through the gateway.
    package var served: Int
    /// Calls of runs.
    package var ofRuns: Int
    /// Calls of both that gave no answer.
    package var unanswered: Int
    /// Served calls that the response cache answered.
    package var fromCache: Int
    /// Served calls whose price is not known; they are in no sum of money.
    package var unpriced: Int
    /// Calls of both that went at a batch's price, and what these have cost.
    package var batched: Int
    package var batchCost: USD
    package var usage: Usage
    package var cost: USD

    package init(
        name: String, served: Int = 0, ofRuns: Int = 0, unanswered: Int = 0, fromCache: Int = 0, unpriced: Int = 0,
        batched: Int = 0, batchCost: USD = .zero, usage: Usage = .zero, cost: USD = .zero
    ) {
        self.name = name
        self.served = served
        self.ofRuns = ofRuns
        self.unanswered = unanswered
        self.fromCache = fromCache
        self.unpriced = unpriced
        self.batched = batched
        self.batchCost = batchCost
        self.usage = usage
        self.cost = cost
    }
}

/// What savings are looked for in: sums over the ledger, of answered calls only.
package struct SavingFacts: Sendable, Hashable {
    package var uses: [Use]
    package var verdicts: [Verdict]
    package var repeats: [Repeat]
    package var patient: [Use]

    package init(uses: [Use] = [], verdicts: [Verdict] = [], repeats: [Repeat] = [], patient: [Use] = []) {
        self.uses = uses
        self.verdicts = verdicts
        self.repeats = repeats
        self.patient = patient
    }

    /// How many tokens a call had, in and out.
    package enum Size: String, Sendable, Hashable, CaseIterable {
        /// Below 2 000.
        case small
        /// Below 20 000.
        case medium
        case large
    }

    /// Calls of one kind, size and model that were paid for.
    package struct Use: Sendable, Hashable {
        package var kind: String
        package var model: String
        package var size: Size
        package var calls: Int
        package var usage: Usage
        package var cost: USD

        package init(kind: String, model: String, size: Size, calls: Int, usage: Usage, cost: USD) {
            self.kind = kind
            self.model = model
            self.size = size
            self.calls = calls
            self.usage = usage
            self.cost = cost
        }
    }

    /// How steps of runs were verified that one model alone had worked on, at their first attempt.
    package struct Verdict: Sendable, Hashable {
        package var kind: String
        package var model: String
        package var passed: Int
        package var failed: Int

        package init(kind: String, model: String, passed: Int, failed: Int) {
            self.kind = kind
            self.model = model
            self.passed = passed
            self.failed = failed
        }
    }

    /// Requests of one key that were the same as one before and were answered by a model again.
    package struct Repeat: Sendable, Hashable {
        package var kind: String
        package var model: String
        /// Without the first of each.
        package var calls: Int
        /// Of these, the dearest of each left out.
        package var cost: USD

        package init(kind: String, model: String, calls: Int, cost: USD) {
            self.kind = kind
            self.model = model
            self.calls = calls
            self.cost = cost
        }
    }
}

/// The ledgers of runs and served calls together, read only.
package protocol SpendingReportStore: Sendable {
    /// Added up, the dearest first; by day the oldest first.
    ///
    /// - Parameter since: `2026-11-21`: this day in UTC and what comes after.
    func report(by grouping: ReportGrouping, since: String?) async throws -> [ReportLine]
    func savingFacts(since: String?) async throws -> SavingFacts
    /// What counts as spent because a server died with it in its hands.
    func slicesLost(since: String?) async throws -> USD
    /// The alerts of served calls' budgets, the oldest first.
    func budgetAlerts(since: String?) async throws -> [BudgetAlert]
}

/// Everything the gateway needs to remember.
package typealias GatewayStore = BatchStore & ServedBatchStore & ServedBookStore & SpendingReportStore & VirtualKeyStore
