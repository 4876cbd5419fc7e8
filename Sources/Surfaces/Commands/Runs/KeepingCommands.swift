import CommandLineKit
import Files
import Identity
import JSON
import Runs
import Terminal
import Timekeeping
import Workbench
import WorkflowEngine

/// Carries out `vencejo runs snapshots`, `restore` and `clean`: what is kept of runs, bringing it back, clearing away.
struct KeepingCommands: Sendable {
    let context: CommandContext

    // MARK: - Looking

    func snapshots(_ run: Run, _ service: RunService) async throws -> ExitStatus {
        let snapshots = try await service.snapshots(of: run)
        var rows: [(snapshot: Snapshot, changes: [FileDifference])] = []
        for snapshot in snapshots { rows.append((snapshot, try await service.changes(in: snapshot, of: run))) }
        context.output.result(
            .array(
                rows.map {
                    [
                        "number": .string("\($0.snapshot.number)"), "reference": .string($0.snapshot.reference),
                        "commit": .string($0.snapshot.commit), "tree": .string($0.snapshot.tree),
                        "files": .array($0.changes.map { .string($0.path) }),
                        "restore": .string(Self.restoring(run, "\($0.snapshot.number)")),
                    ]
                }), text: text(of: rows, run))
        return .done
    }

    private func text(of rows: [(snapshot: Snapshot, changes: [FileDifference])], _ run: Run) -> String {
        guard !rows.isEmpty else { return "Run \(run.id.short) has no snapshots." }
        let lines = rows.map { row in
            let names = row.changes.prefix(4).map(\.path.sanitized).joined(separator: ", ")
            let more = row.changes.count > 4 ? " and \(row.changes.count - 4) more" : ""
            return "\(row.snapshot.number)\t\(row.snapshot.commit.prefix(10))\t\(names)\(more)"
        }
        return
            (lines + [
                "", "One of them    \(Self.restoring(run, "N"))", "All of them    \(Self.restoring(run, "all"))",
            ]).joined(separator: "\n")
    }

    /// The command that writes a snapshot, or all, into a new folder beside where it is typed.
    static func restoring(_ run: Run, _ snapshot: String) -> String {
        "vencejo runs restore \(run.id.short) --snapshot \(snapshot) --to vencejo-\(run.id.short)-\(snapshot)"
    }

    // MARK: - Bringing back

    func restore(_ run: Run, _ service: RunService, _ arguments: ParsedArguments) async throws -> ExitStatus {
        guard let typed = arguments.value("--snapshot") else {
            guard arguments.value("--to") == nil else {
                throw Failure(.usage, "--to says where a snapshot goes: name it with --snapshot N, or --snapshot all")
            }
            let folder = try await service.bringBack(run)
            context.output.result(
                ["id": .string(run.id.string), "folder": .string(folder.string)],
                text: "The worktree of run \(run.id.short) is at \(folder).")
            return .done
        }
        let wanted: RunService.Wanted
        if typed == "all" {
            wanted = .all
        } else if let number = Int(typed) {
            wanted = .number(number)
        } else {
            throw Failure(.usage, "--snapshot takes a number or 'all', not '\(typed)'")
        }
        let name = arguments.value("--to") ?? "vencejo-\(run.id.short)-\(typed)"
        let folder = FilePath(name).resolved(from: context.workingDirectory)
        let written = try await service.export(wanted, of: run, to: folder)
        context.output.result(
            [
                "id": .string(run.id.string), "folder": .string(folder.string),
                "snapshots": .array(written.map { .string("\($0.number)") }),
            ],
            text: written.count == 1
                ? "Snapshot \(written[0].number) of run \(run.id.short) is in \(folder); nothing else was changed."
                : "\(written.count) snapshots of run \(run.id.short) are in \(folder), each in a folder with its number."
        )
        return .done
    }

    // MARK: - Clearing away

    func clean(_ runs: [Run], _ service: RunService, _ arguments: ParsedArguments) async throws -> ExitStatus {
        var chosen = runs
        if runs.isEmpty {
            let age = try Self.age(arguments.value("--older-than") ?? "30d")
            chosen = try await service.cleanable(before: service.clock.now() - age)
        }
        var lines: [String] = []
        var objects: [JSONValue] = []
        var hasFailed = false
        for run in chosen {
            if arguments.flag("--dry-run"), run.status.isEnded {
                lines.append("Would remove \(run.worktree) of run \(run.id.short).")
                objects.append(["id": .string(run.id.string), "folder": .string(run.worktree), "removed": false])
                continue
            }
            do {
                let cleaned = try await service.clean(run)
                lines.append(contentsOf: text(of: cleaned))
                objects.append([
                    "id": .string(run.id.string), "folder": .string(cleaned.folder.string),
                    "removed": .bool(cleaned.refusal == nil),
                    "set_aside": cleaned.setAside.map { .string($0.string) } ?? .null,
                    "reason": cleaned.refusal.map { .string($0) } ?? .null,
                    "restore": cleaned.refusal == nil ? .string("vencejo runs restore \(run.id.short)") : .null,
                ])
            } catch let error where !(error is CancellationError) && chosen.count > 1 {
                // One repository that is gone does not keep the others from being cleaned.
                hasFailed = true
                let failure = Failure(error)
                lines.append("Kept \(run.worktree) of run \(run.id.short): \(failure.message)")
                objects.append([
                    "id": .string(run.id.string), "folder": .string(run.worktree), "removed": false,
                    "reason": .string(failure.message),
                ])
            }
        }
        if lines.isEmpty { lines = ["Nothing to clean: no ended run that old has a worktree."] }
        context.output.result(.array(objects), text: lines.joined(separator: "\n").sanitized)
        return hasFailed ? .failed : .done
    }

    private func text(of cleaned: RunService.Cleaned) -> [String] {
        let id = cleaned.run.id.short
        if let refusal = cleaned.refusal { return ["Kept \(cleaned.folder) of run \(id): \(refusal)."] }
        let aside = cleaned.setAside.map { ["  Files that git ignores are kept in \($0)."] } ?? []
        return ["Removed \(cleaned.folder) of run \(id). Back with: vencejo runs restore \(id)"] + aside
    }

    static func age(_ typed: String) throws -> Duration {
        let units: [Character: Int64] = ["m": 60, "h": 3600, "d": 86_400, "w": 604_800]
        guard let unit = typed.last.flatMap({ units[$0] }), let count = Int64(typed.dropLast()), count >= 0,
            count < 1_000_000
        else { throw Failure(.usage, "--older-than takes a number and m, h, d or w, such as 30d, not '\(typed)'") }
        return .seconds(count * unit)
    }
}
