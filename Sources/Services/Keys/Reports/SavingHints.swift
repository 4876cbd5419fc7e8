import Conversation
import Money
package import ServedCalls

/// Finds savings in the sums of the ledger; pure.
///
/// A hint says only what the ledger shows. A cheaper model is named only where it is configured, and where runs have had its
/// work of the same kind verified; what its failures would have cost is taken off.
package struct SavingHints: Sendable {
    /// Verified steps that a model needs to be believed in.
    static let leastVerdicts = 5
    /// The share of verified steps that must have passed where nothing is known of the dearer model.
    static let leastPassed = 90
    /// Below this a saving is not worth a hint.
    static let leastSaving = USD(micros: 10_000)
    /// Input from which a share of the prompt cache says something.
    static let leastInput = 50_000
    static let leastShare = 30

    private let prices: PriceList

    package init(prices: PriceList) {
        self.prices = prices
    }

    /// The largest saving first, those that cannot be counted last.
    package func hints(in facts: SavingFacts) -> [SavingHint] {
        let found = cheaperModels(facts) + repeats(facts) + promptCaches(facts) + batches(facts)
        return found.enumerated().sorted { left, right in
            let (one, other) = (left.element.saves ?? .zero, right.element.saves ?? .zero)
            return one == other ? left.offset < right.offset : one > other
        }.map(\.element)
    }

    // MARK: - Cheaper models

    private func cheaperModels(_ facts: SavingFacts) -> [SavingHint] {
        facts.uses.compactMap { use in
            // What is large is least like the work that was verified.
            guard use.size != .large, !use.kind.isEmpty else { return nil }
            let own = facts.verdicts.first { $0.kind == use.kind && $0.model == use.model }
            let bar = own.flatMap { Self.passedPercent($0) } ?? Self.leastPassed
            let candidates = facts.verdicts.filter { verdict in
                verdict.kind == use.kind && verdict.model != use.model && prices.models.contains(verdict.model)
                    && verdict.passed + verdict.failed >= Self.leastVerdicts
                    && (Self.passedPercent(verdict) ?? 0) >= bar
            }
            let best = candidates.compactMap { verdict -> (SavingFacts.Verdict, USD)? in
                guard let cost = prices.cost(verdict.model, use.usage) else { return nil }
                // Where it fails, the dearer model is asked after all.
                let checked = verdict.passed + verdict.failed
                let again = USD(micros: use.cost.micros / Int64(checked)) * verdict.failed
                return (verdict, use.cost - cost - again)
            }.max { $0.1 < $1.1 }
            guard let (verdict, saves) = best, saves >= Self.leastSaving else { return nil }
            let checked = verdict.passed + verdict.failed
            return SavingHint(
                reason: .cheaperModel, kind: use.kind, model: use.model, instead: verdict.model, calls: use.calls,
                cost: use.cost, saves: saves,
                text: """
                    \(Self.calls(use.calls, "\(use.size.rawValue) ")) of \(use.kind) went to \(use.model) for \
                    \(use.cost): \(verdict.model) passed \(verdict.passed) of \(checked) verified steps of this kind at \
                    the first attempt and would have saved about \(saves)
                    """)
        }
    }

    private static func passedPercent(_ verdict: SavingFacts.Verdict) -> Int? {
        let checked = verdict.passed + verdict.failed
        return checked == 0 ? nil : verdict.passed * 100 / checked
    }

    // MARK: - The others

    private func repeats(_ facts: SavingFacts) -> [SavingHint] {
        facts.repeats.filter { $0.cost >= Self.leastSaving }.map { found in
            SavingHint(
                reason: .repeated, kind: found.kind, model: found.model, calls: found.calls, cost: found.cost,
                saves: found.cost,
                text: """
                    \(Self.calls(found.calls)) to \(found.model) repeated an earlier request of the same key word for word \
                    and cost \(found.cost): the response cache would have answered them for nothing
                    """)
        }
    }

    /// Of each model as a whole: which kind it was for makes no difference to the cache.
    private func promptCaches(_ facts: SavingFacts) -> [SavingHint] {
        let uses = Dictionary(grouping: facts.uses.filter { $0.size != .small }, by: \.model)
        return uses.sorted { $0.key < $1.key }.compactMap { model, uses in
            let usage = uses.reduce(Usage.zero) { $0 + $1.usage }
            let calls = uses.reduce(0) { $0 + $1.calls }
            let million = Usage(input: 1_000_000)
            guard usage.totalInput >= Self.leastInput, calls > 1, usage.cachedPercent < Self.leastShare,
                let full = prices.cost(model, million),
                let cached = prices.cost(model, Usage(cacheRead: 1_000_000)), cached < full
            else { return nil }
            return SavingHint(
                reason: .promptCache, kind: "", model: model, calls: calls,
                cost: uses.reduce(USD.zero) { $0 + $1.cost }, saves: nil,
                text: """
                    only \(usage.cachedPercent) % of the input of \(Self.calls(calls)) to \(model) came from its prompt \
                    cache, where a million tokens cost \(cached) instead of \(full): keep what stays the same at the \
                    beginning of requests
                    """)
        }
    }

    private func batches(_ facts: SavingFacts) -> [SavingHint] {
        facts.patient.compactMap { use in
            guard let cost = prices.batchCost(use.model, use.usage), use.cost - cost >= Self.leastSaving else {
                return nil
            }
            return SavingHint(
                reason: .batch, kind: use.kind, model: use.model, calls: use.calls, cost: use.cost,
                saves: use.cost - cost,
                text: """
                    \(Self.calls(use.calls)) to \(use.model) could have waited and cost \(use.cost): in a batch they cost \
                    \(cost)
                    """)
        }
    }

    private static func calls(_ count: Int, _ size: String = "") -> String {
        count == 1 ? "1 \(size)call" : "\(count) \(size)calls"
    }
}
