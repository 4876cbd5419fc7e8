import CommandLineKit
import Files
import JSON
import Terminal
import Timekeeping
import Verification
import Workbench

/// `vencejo receipts clean`: removes receipts of verifications by hand that are evidence of nothing any more.
struct ReceiptsCleanCommand: Sendable {
    let context: CommandContext

    func run(_ arguments: ParsedArguments) async throws -> ExitStatus {
        let keep = try Self.keep(arguments.value("--keep"))
        let isDry = arguments.flag("--dry-run")
        let repository = try await Repository.open(at: context.directory)
        let history = try await repository.history(trailer: "Vencejo-Receipt")
        let current = try await repository.workingTreeState().tree
        let store = VerificationStore(home: context.home, project: repository.root)
        let pruning = ReceiptPruning(keep: keep, trees: history.trees.union([current]), named: history.values)
        let outcome = try pruning.prune(store, dryRun: isDry)
        context.output.result(
            [
                "removed": .array(
                    outcome.removed.map {
                        [
                            "id": .string($0.id), "check": .string($0.adapter), "folder": .string($0.folder),
                            "tree": .string($0.tree), "started_at": .string($0.startedAt.iso8601),
                        ]
                    }),
                "removed_logs": .integer(Int64(outcome.removedLogs)),
                "removed_bytes": .integer(Int64(outcome.removedBytes)), "kept": .integer(Int64(outcome.kept)),
                "dry_run": .bool(isDry),
            ], text: text(of: outcome, isDry))
        return .done
    }

    private static func keep(_ typed: String?) throws -> Int {
        guard let typed else { return ReceiptPruning.standardKeep }
        guard let keep = Int(typed), keep >= 0, keep <= 1_000_000 else {
            throw Failure(.usage, "--keep takes a whole number from 0 on, not '\(typed)'")
        }
        return keep
    }

    private func text(of outcome: ReceiptPruning.Outcome, _ isDry: Bool) -> String {
        var lines = outcome.removed.map {
            "\($0.id)  \($0.adapter)\($0.folder.isEmpty ? "" : " in \($0.folder)")  \($0.startedAt.iso8601)".sanitized
        }
        let verb = isDry ? "would be removed" : "removed"
        lines.append(
            "\(outcome.removed.count) receipt(s) and \(outcome.removedLogs) log(s) without one \(verb), \(outcome.removedBytes) bytes; \(outcome.kept) receipt(s) kept."
        )
        return lines.joined(separator: "\n")
    }
}
