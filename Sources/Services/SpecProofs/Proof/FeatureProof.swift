package import SpecDocuments
package import Specs

/// How far a requirement is from being kept for certain.
package enum ProofState: String, Sendable, Hashable, CaseIterable {
    /// A test that names it passed in a receipt of this very tree, and none that names it came out otherwise.
    case proven
    /// Every task that names it is ticked, and there is at least one; no test proves it here.
    case claimed
    case open
}

/// A requirement with what speaks for it.
package struct StatementProof: Sendable, Hashable {
    package struct Evidence: Sendable, Hashable {
        package var test: SourceTest
        package var outcome: TestEvidence.Outcome
        /// The receipt that tells the outcome.
        package var receipt: String?
    }

    package var statement: SpecDocument.Statement
    package var key: StatementKey
    package var state: ProofState
    /// The tests that name it, by place.
    package var tests: [Evidence]
    /// The tasks that name it, in document order.
    package var tasks: [TaskItem]
    /// Why it is no more than it is, and what would make it proven; empty where it is.
    package var reason: String
}

/// What is proven of one feature on one tree.
package struct FeatureProof: Sendable, Hashable {
    package var feature: Feature
    package var requirements: [StatementProof]
    package var criteria: [StatementProof]

    package func count(_ state: ProofState) -> Int { requirements.count { $0.state == state } }

    package subscript(key: StatementKey) -> StatementProof? {
        requirements.first { $0.key == key } ?? criteria.first { $0.key == key }
    }
}

/// Decides, for features, tests and outcomes, what is proven; pure.
package struct ProofJudge: Sendable {
    private let owner: MentionOwner
    private let tests: [String: [StatementKey: [SourceTest]]]
    private let outcomes: [SourceTest: (outcome: TestEvidence.Outcome, receipt: String?)]
    /// Tests whose mention of an id may mean several features, by id.
    private let unclear: [StatementKey: (place: String, features: [String])]

    /// - Parameters:
    ///   - features: All of the project, so that nothing is proven by a test of another.
    ///   - tests: Those that name requirements.
    ///   - tops: The features that files name in their first comment, by path.
    package init(
        features: [Feature], tests: [SourceTest], tops: [String: String] = [:], evidence: TestEvidence
    ) {
        let owner = MentionOwner(features)
        self.owner = owner
        var named: [String: [StatementKey: [SourceTest]]] = [:]
        var unclear: [StatementKey: (place: String, features: [String])] = [:]
        for test in tests.sorted(by: { $0.place < $1.place }) {
            for mention in test.mentions {
                guard let name = owner.feature(of: mention, in: test.path, top: tops[test.path]) else {
                    let meant = owner.candidates(for: mention.key)
                    if mention.feature == nil, meant.count > 1, unclear[mention.key] == nil {
                        unclear[mention.key] = (test.place, meant)
                    }
                    continue
                }
                guard named[name]?[mention.key]?.contains(test) != true else { continue }
                named[name, default: [:]][mention.key, default: []].append(test)
            }
        }
        self.tests = named
        self.unclear = unclear
        outcomes = evidence.outcomes(of: tests)
    }

    package func proof(of feature: Feature) -> FeatureProof {
        let spec = feature.spec?.document
        let tasks = feature.tasks?.document?.tasks ?? []
        let naming = tasks.map { (task: $0, keys: $0.statementKeys) }
        func proofs(_ statements: [SpecDocument.Statement]) -> [StatementProof] {
            statements.compactMap { statement in
                guard let key = StatementKey(statement.id) else { return nil }
                return proof(
                    of: statement, key, tests[feature.name]?[key] ?? [],
                    naming.filter { $0.keys.contains(key) }.map(\.task))
            }
        }
        return FeatureProof(
            feature: feature, requirements: proofs(spec?.requirements ?? []),
            criteria: proofs(spec?.successCriteria ?? []))
    }

    private func proof(
        of statement: SpecDocument.Statement, _ key: StatementKey, _ tests: [SourceTest], _ tasks: [TaskItem]
    ) -> StatementProof {
        let evidence = tests.map { test in
            StatementProof.Evidence(
                test: test, outcome: outcomes[test]?.outcome ?? .unknown, receipt: outcomes[test]?.receipt)
        }
        let bad = evidence.first { $0.outcome == .failed || $0.outcome == .flaky }
        let isProven = bad == nil && evidence.contains { $0.outcome == .passed }
        let isClaimed = !tasks.isEmpty && tasks.allSatisfy(\.isDone)
        return StatementProof(
            statement: statement, key: key, state: isProven ? .proven : isClaimed ? .claimed : .open, tests: evidence,
            tasks: tasks, reason: isProven ? "" : reason(evidence, bad, tasks, key))
    }

    private func reason(
        _ evidence: [StatementProof.Evidence], _ bad: StatementProof.Evidence?, _ tasks: [TaskItem], _ key: StatementKey
    ) -> String {
        if let bad {
            return bad.outcome == .flaky
                ? "failed and then passed, which proves nothing: \(bad.test.place)" : "failed: \(bad.test.place)"
        }
        if let first = evidence.first {
            return evidence.allSatisfy { $0.outcome == .skipped }
                ? "skipped: \(first.test.place)"
                : "not run on these files (vencejo verify): \(first.test.place)"
        }
        if let (place, features) = unclear[key] {
            let label =
                features.first.map { Feature.number(of: $0) == nil ? $0 : String($0.prefix { $0.isNumber }) } ?? ""
            return "\(features.count) features have \(key), so \(place) means none: write \(label)/\(key) there"
        }
        guard let open = tasks.first(where: { !$0.isDone }) else {
            return tasks.isEmpty ? "no test and no task names it" : "no test names it"
        }
        return "no test names it, and \(open.id) is open"
    }
}

extension TaskItem {
    /// The requirements that its title and details name.
    package var statementKeys: Set<StatementKey> {
        StatementKey.all(in: details.isEmpty ? title : title + "\n" + details)
    }
}
