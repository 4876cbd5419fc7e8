import Files
import Identity
import Runs
import Workbench
import WorkflowEngine

/// What `vencejo doctor` says of worktrees left behind and of snapshots: each with the command that clears it or brings it back.
struct LostAndFound: Sendable {
    let context: CommandContext

    struct Finding: Sendable, Hashable {
        var name: String
        var isWarning: Bool
        var text: String
        var fix: String?
    }

    /// How many runs are named; the rest is counted.
    private static let shown = 5

    func findings(in repository: Repository?) async throws -> [Finding] {
        // A home without a journal has no runs; looking must not make one.
        guard FileSystem.exists(context.home / "vencejo.db") else { return [] }
        let service = try await context.service()
        var findings = try await worktrees(service)
        if let repository { findings += try await snapshots(service, repository) }
        return findings
    }

    private func worktrees(_ service: RunService) async throws -> [Finding] {
        let folders = context.home / "worktrees"
        guard FileSystem.isDirectory(folders) else { return [] }
        var findings: [Finding] = []
        for entry in try FileSystem.list(folders).reversed() {
            let folder = folders / entry.name
            guard let id = RunID(entry.name), let run = try await service.journal.run(id) else {
                findings.append(
                    Finding(
                        name: "worktree", isWarning: true, text: "\(folder) belongs to no run that is known",
                        fix: "look what is in it, then remove it by hand"))
                continue
            }
            guard run.status.isEnded else { continue }
            findings.append(
                Finding(
                    name: "worktree", isWarning: false,
                    text: "run \(id.short) has ended (\(run.status.rawValue)), and its files are still at \(folder)",
                    fix: "vencejo runs clean \(id.short)"))
        }
        return capped(
            findings, "worktree", "more worktrees were left behind", fix: "vencejo runs clean --older-than 0d")
    }

    private func snapshots(_ service: RunService, _ repository: Repository) async throws -> [Finding] {
        var findings: [Finding] = []
        for (name, count) in try await repository.snapshotCounts() {
            guard let id = RunID(name), let run = try await service.journal.run(id) else {
                findings.append(
                    Finding(
                        name: "snapshots", isWarning: false,
                        text: "\(count) of run \(name), which is not in this journal",
                        fix: "git log --all --glob=refs/vencejo/\(name)"))
                continue
            }
            findings.append(
                Finding(
                    name: "snapshots", isWarning: false, text: "\(count) of run \(id.short)",
                    fix: KeepingCommands.restoring(run, "all")))
        }
        return capped(findings, "snapshots", "more runs have snapshots", fix: "vencejo runs snapshots RUN")
    }

    private func capped(_ findings: [Finding], _ name: String, _ words: String, fix: String) -> [Finding] {
        guard findings.count > Self.shown else { return findings }
        let rest = findings.count - Self.shown
        return findings.prefix(Self.shown) + [Finding(name: name, isWarning: false, text: "\(rest) \(words)", fix: fix)]
    }
}
