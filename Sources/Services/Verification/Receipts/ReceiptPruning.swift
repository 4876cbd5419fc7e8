import Files
import Timekeeping

/// Which receipts of verifications are evidence still, and which may go.
package struct ReceiptPruning: Sendable {
    /// How many of each check are kept, the newest, whatever they are of.
    package var keep: Int
    /// Trees of the working tree and of commits: a receipt of one of them proves something about it.
    package var trees: Set<String>
    /// Receipts that commits name.
    package var named: Set<String>

    package static let standardKeep = 20

    package init(keep: Int = standardKeep, trees: Set<String>, named: Set<String>) {
        self.keep = keep
        self.trees = trees
        self.named = named
    }

    /// What is removed, and what stays for which reason.
    package struct Outcome: Sendable, Hashable {
        package var removed: [VerificationReceipt] = []
        /// Logs without a receipt, left by verifications that were killed or made anew.
        package var removedLogs = 0
        package var removedBytes = 0
        package var kept = 0
    }

    /// Removes what is evidence of nothing; with `dryRun` it only tells.
    ///
    /// A record goes before its log, so that a crash in between leaves no receipt without its log. Records that cannot
    /// be read stay, for `receipts check` to tell of.
    package func prune(_ store: VerificationStore, dryRun: Bool) throws -> Outcome {
        var outcome = Outcome()
        var newest: [String: Int] = [:]
        var logs: Set<String> = []
        for (_, result) in try store.all().reversed() {
            try Task.checkCancellation()
            guard let receipt = result?.receipt else { continue }
            let check = [receipt.adapter, receipt.kind.rawValue, receipt.folder].joined(separator: "\u{0}")
            newest[check, default: 0] += 1
            let isKept =
                newest[check, default: 0] <= keep || trees.contains(receipt.tree) || named.contains(receipt.id)
                || store.isUsedByRun(receipt.key)
            guard !isKept else {
                outcome.kept += 1
                logs.insert(receipt.log)
                continue
            }
            if dryRun {
                logs.insert(receipt.log)
                // What cannot be looked at counts for nothing.
                outcome.removedBytes += Int((try? FileSystem.info(store.path(of: receipt)))?.size ?? 0)
            } else {
                try store.remove(receipt.key)
            }
            outcome.removed.append(receipt)
        }
        for log in try store.logs() where !logs.contains(log.path) && !named.contains(log.id) {
            // A verification that is running has a log but no receipt yet.
            guard !OwnedFolder.isOwned(log.id, in: store.scratch) else { continue }
            if !outcome.removed.contains(where: { $0.log == log.path }) { outcome.removedLogs += 1 }
            outcome.removedBytes += log.bytes
            if !dryRun { try FileSystem.remove(store.folder / log.path) }
        }
        outcome.removed.reverse()
        return outcome
    }
}
