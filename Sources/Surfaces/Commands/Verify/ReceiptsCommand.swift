import CommandLineKit
import Files
import Identity
import JSON
import Runs
import Settings
import Terminal
import Timekeeping
import Verification
import Workbench
import WorkflowEngine

/// `vencejo receipts check`: whether stored evidence is still what it was, and, if asked, still comes out the same.
struct ReceiptsCommand: Sendable {
    let context: CommandContext

    /// One stored receipt and what became of it.
    private struct Line: Sendable {
        var id: String
        var what: String
        var outcome: String
        /// `intact`, `altered`, `missing`.
        var state: String
        var notes: [String] = []
        /// What a second run came to; nil where none was asked for.
        var rerun: String?
        var isGood: Bool { state == "intact" && rerun.map { $0 == "same" } ?? true }
    }

    func run(_ arguments: ParsedArguments) async throws -> ExitStatus {
        let isRerun = arguments.flag("--rerun")
        let lines: [Line]
        if let typed = arguments.positional("RUN") {
            lines = try await ofRun(typed, isRerun: isRerun)
        } else {
            lines = try await ofProject(isRerun: isRerun)
        }
        context.output.result(
            .array(
                lines.map {
                    [
                        "id": .string($0.id), "check": .string($0.what), "outcome": .string($0.outcome),
                        "state": .string($0.state), "notes": .array($0.notes.map { .string($0) }),
                        "rerun": $0.rerun.map { .string($0) } ?? .null,
                    ]
                }), text: text(of: lines))
        return lines.allSatisfy(\.isGood) ? .done : .failed
    }

    // MARK: - Receipts of a run

    private func ofRun(_ typed: String, isRerun: Bool) async throws -> [Line] {
        let service = try await context.service()
        let run = try await service.find(typed)
        let repository = try await Repository.open(at: FilePath(run.project))
        var lines: [Line] = []
        for receipt in try await service.journal.receipts(of: run.id) {
            try Task.checkCancellation()
            var line = Line(
                id: receipt.id.string, what: receipt.command, outcome: receipt.outcome.rawValue, state: "intact")
            let log = LogState.of(service.log(of: receipt, run: run), bytes: receipt.logBytes, hash: receipt.logHash)
            try await judge(&line, log: log, tree: receipt.tree, in: repository)
            if isRerun, line.state == "intact" {
                let setup = try await VerificationSetup(context)
                let adapter = Adapter.configured(name: receipt.check, command: receipt.command)
                line.rerun = try await rerun(
                    adapter, VerificationQuery(kinds: [.unitTests], reuse: .never), tree: receipt.tree, repository,
                    setup
                ) { $0.status == .passed ? receipt.outcome == .passed : receipt.outcome != .passed }
            }
            lines.append(line)
        }
        return lines
    }

    // MARK: - Receipts of verifications by hand and by agents

    private func ofProject(isRerun: Bool) async throws -> [Line] {
        let repository = try await Repository.open(at: context.directory)
        let store = VerificationStore(home: context.home, project: repository.root)
        var lines: [Line] = []
        for (name, result) in try store.all() {
            try Task.checkCancellation()
            guard let result, let receipt = result.receipt else {
                lines.append(
                    Line(
                        id: String(name.prefix(16)), what: "?", outcome: "?", state: "altered",
                        notes: ["the record cannot be read"]))
                continue
            }
            var line = Line(
                id: receipt.id, what: "\(receipt.adapter)\(receipt.folder.isEmpty ? "" : " in \(receipt.folder)")",
                outcome: receipt.status.word, state: "intact")
            let log = LogState.of(store.path(of: receipt), bytes: receipt.logBytes, hash: receipt.logHash)
            try await judge(&line, log: log, tree: receipt.tree, in: repository)
            if isRerun, line.state == "intact" {
                let setup = try await VerificationSetup(context)
                let adapters = AdapterCatalogue.all.filter { $0.name == receipt.adapter && $0.kind == receipt.kind }
                let configured = (setup.settings.verify ?? []).filter { $0.name == receipt.adapter }
                    .map { Adapter.configured(name: $0.name, command: $0.command) }
                guard let adapter = (configured + adapters).first else {
                    line.rerun = "no adapter of that name any more"
                    lines.append(line)
                    continue
                }
                line.rerun = try await rerun(
                    adapter, VerificationQuery(kinds: [receipt.kind], reuse: .never), tree: receipt.tree, repository,
                    setup
                ) { $0.folder == receipt.folder && $0.status.word == receipt.status.word }
            }
            lines.append(line)
        }
        return lines
    }

    // MARK: - Judging

    private func judge(_ line: inout Line, log: LogState, tree: String, in repository: Repository) async throws {
        switch log {
        case .intact: break
        case .shortened: line.notes.append("the log was too long to keep, so only its size could be compared")
        case .altered:
            line.state = "altered"
            line.notes.append("the log is not what was printed")
        case .missing:
            line.state = "missing"
            line.notes.append("the log is gone")
        }
        guard try await !repository.hasTree(tree) else { return }
        if line.state == "intact" { line.state = "missing" }
        line.notes.append("git has the tree \(tree.prefix(12)) no more")
    }

    /// `same`, or what came out instead.
    private func rerun(
        _ adapter: Adapter, _ query: VerificationQuery, tree: String, _ repository: Repository,
        _ setup: VerificationSetup, isSame: (VerificationResult) -> Bool
    ) async throws -> String {
        try FileSystem.createDirectory(context.home, mode: 0o700)
        let reruns = context.home / "reruns"
        OwnedFolder.sweep(reruns, now: WallClock.system.now().milliseconds)
        let owned = try OwnedFolder(String(UInt64.random(in: 0 ... .max), radix: 36), in: reruns)
        let folder = owned.path
        defer { owned.remove() }
        let files = folder / "tree"
        try await repository.export(tree: tree, to: files)
        // Installed dependencies are no part of a tree: those of the user's working tree are lent.
        var lent: [FilePath] = []
        for name in [".venv", "venv", "node_modules"] {
            let installed = repository.root / name
            guard FileSystem.isDirectory(installed), !FileSystem.exists(files / name) else { continue }
            try FileSystem.createSymlink(at: files / name, to: installed.string)
            lent.append(installed)
        }
        let service = try await setup.service(
            on: files, keepingIn: VerificationStore(home: folder, project: files), adapters: [adapter], readable: lent)
        let results = try await service.verify(query, on: VerifiedTree(exported: tree, at: files))
        guard results.contains(where: isSame) else {
            guard let other = results.first else { return "nothing applies to that tree any more" }
            if case .couldNotRun(let reason) = other.status { return "could not run: \(reason)" }
            return "now \(other.status.word)"
        }
        return "same"
    }

    private func text(of lines: [Line]) -> String {
        let style = context.output.style
        guard !lines.isEmpty else { return "There are no receipts here: nothing has been verified." }
        return lines.map { line in
            let mark = line.isGood ? style.green("✓ \(line.state)") : style.red("✗ \(line.state)")
            let rerun = line.rerun.map { $0 == "same" ? "; run again: the same" : "; run again: \($0)" } ?? ""
            let notes = line.notes.isEmpty ? "" : " (\(line.notes.joined(separator: "; ")))"
            return "\(mark)  \(line.id)  \(line.what.sanitized)  \(line.outcome)\(notes.sanitized)\(rerun)"
        }.joined(separator: "\n")
    }
}
