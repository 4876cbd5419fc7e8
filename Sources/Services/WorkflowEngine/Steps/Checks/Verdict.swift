import Files
import Identity
import Runs
import Specs
import Workbench

/// What verification found.
enum Verdict: Sendable, Hashable {
    case passed([Receipt])
    case failed([Receipt])
    /// No check ran, so nothing is proven either way.
    case nothingToVerify(reason: String)

    var isFailure: Bool { if case .failed = self { true } else { false } }

    static let nothing = "no tests were found and none are configured under verify:"
}

extension StepContext {
    /// Verifies the workspace as it is.
    ///
    /// Receipts of this step on this very tree are taken as they stand: a check that was recorded is not run again.
    func verify(_ step: StepKey, attempt: Int) async throws -> Verdict {
        let checks = checks()
        guard !checks.isEmpty else { return .nothingToVerify(reason: Verdict.nothing) }
        let tree = try await workspace.tree()
        if let known = try await recorded(checks, step, tree) { return Self.verdict(known) }
        try await record([
            .event(.verificationStarted(step: step, attempt: attempt, commands: checks.map(\.command)))
        ])
        let verifier = try verifier()
        var receipts: [Receipt] = []
        var waiting = checks
        var mayRepeat = true
        while let check = waiting.first {
            let receipt = try await verifier.verify(check, step: step, attempt: attempt, of: run.id, in: workspace)
            try await record([
                .receipt(receipt),
                .event(
                    .receiptRecorded(
                        receipt: receipt.id, step: step, check: receipt.check, command: receipt.command,
                        outcome: receipt.outcome)),
            ])
            // A check that wrote a file, as the first run of some tools does, may judge the new tree once, with all others.
            if receipt.outcome == .changedTree, mayRepeat {
                mayRepeat = false
                receipts = []
                waiting = checks
                continue
            }
            receipts.append(receipt)
            waiting.removeFirst()
            guard receipt.outcome == .passed else { break }
        }
        return Self.verdict(receipts)
    }

    private func recorded(_ checks: [Check], _ step: StepKey, _ tree: String) async throws -> [Receipt]? {
        let here = try await journal.receipts(of: run.id).filter { $0.step == step && $0.tree == tree }
        var known: [Receipt] = []
        for check in checks {
            guard let receipt = here.last(where: { $0.check == check.name && $0.command == check.command }) else {
                return nil
            }
            known.append(receipt)
            guard receipt.outcome == .passed else { break }
        }
        return known
    }

    private static func verdict(_ receipts: [Receipt]) -> Verdict {
        receipts.allSatisfy { $0.outcome == .passed } ? .passed(receipts) : .failed(receipts)
    }

    /// Puts the feature's documents back to what is committed, whatever an agent's commands did to them.
    ///
    /// Ticks are the engine's, and only on evidence; the specification is not what is being worked on.
    func restoreDocuments() async throws {
        let feature = try feature()
        for document in FeatureFolder.Document.allCases {
            guard let committed = try await workspace.committedText(of: feature.path(of: document)) else { continue }
            // What differs may be by the user's hand, so it is saved before it is replaced; a missing file is no text.
            if (try? feature.read(document)) != committed { _ = try await workspace.snapshot() }
            try feature.restore(committed, to: document)
        }
    }

    /// Moves files that git ignores out of the worktree, so that what is delivered is judged without them.
    ///
    /// They are kept in the run's folder: build products are made anew, and anything else must not be needed.
    func setAsideIgnoredFiles() async throws {
        try await workspace.setAsideIgnored(to: home.appending("runs/\(run.id.string)/set-aside"))
    }

    /// Commits the workspace onto the run's branch, once: a commit with this trailer that exists already is returned.
    func commit(_ title: String, body: String, trailers: [(String, String)]) async throws -> String {
        try await workspace.commit(title: title, body: body, trailers: [("Vencejo-Run", run.id.string)] + trailers)
    }

    func commit(_ title: String, body: String, trailer: (key: String, value: String)) async throws -> String {
        if let before = try await workspace.findCommit(trailer: trailer.key, value: trailer.value) { return before }
        return try await commit(title, body: body, trailers: [trailer])
    }
}
