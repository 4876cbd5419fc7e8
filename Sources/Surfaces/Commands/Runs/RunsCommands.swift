import CommandLineKit
import Files
import Identity
import JSON
import Runs
import Terminal
import Timekeeping
import Workbench
import WorkflowEngine

/// Carries out `vencejo runs …`: looking at runs, going on with them, and using what they made.
struct RunsCommands: Sendable {
    let context: CommandContext

    func run(_ verb: String, _ arguments: ParsedArguments) async throws -> ExitStatus {
        let service = try await context.service()
        if verb == "list" { return try await list(service, arguments) }
        if verb == "clean" {
            var runs: [Run] = []
            for typed in arguments.positionals("RUN") { runs.append(try await service.find(typed)) }
            return try await KeepingCommands(context: context).clean(runs, service, arguments)
        }
        let run = try await service.find(arguments.positional("RUN") ?? "")
        let travel = TimeTravelCommands(context: context)
        switch (verb, arguments.value("--at")) {
        case ("show", let place?): return try await travel.show(run, at: place, service)
        case ("diff", let place?): return try await travel.diff(run, at: place, service)
        case ("fork", _): return try await travel.fork(run, service, arguments)
        case ("rewind", _): return try await travel.rewind(run, service, arguments)
        default: break
        }
        switch verb {
        case "show": return try await show(run, service)
        case "watch": return try await watch(run, service, arguments)
        case "resume": return try await resume(run, service, arguments)
        case "rollback":
            try await service.requestRollback(of: run.id, by: context.user)
            return try await resume(try await service.existing(run.id), service, arguments)
        case "cancel": return try await cancel(run, service)
        case "diff": return try await diff(run, service)
        case "undo":
            return try await undo(run, service, task: arguments.value("--task"), isMerged: arguments.flag("--merged"))
        case "snapshots": return try await KeepingCommands(context: context).snapshots(run, service)
        case "restore": return try await KeepingCommands(context: context).restore(run, service, arguments)
        case "merge": return try await merge(run, service)
        default: return try await receipts(run, service, withLogs: arguments.flag("--log"))
        }
    }

    private func list(_ service: RunService, _ arguments: ParsedArguments) async throws -> ExitStatus {
        let typed = arguments.value("--limit") ?? "20"
        guard let limit = Int(typed), limit > 0 else {
            throw Failure(.usage, "--limit takes a whole number above zero, not '\(typed)'")
        }
        // Outside a repository there is no project to narrow the list to.
        let project = arguments.flag("--all") ? nil : try await Repository.root(around: context.directory)?.string
        let runs = try await service.journal.runs(project: project, limit: limit)
        let rows = runs.map { (run: $0, isHeld: !$0.status.isEnded && service.isHeld($0)) }
        context.output.result(.array(rows.map { RunJSON.row(of: $0.run, isHeld: $0.isHeld) }), text: table(of: rows))
        return .done
    }

    private func table(of rows: [(run: Run, isHeld: Bool)]) -> String {
        guard !rows.isEmpty else { return "No runs yet. Start one with: vencejo run \"…\"" }
        var table = TextTable(columns: [
            .init("RUN", alignment: .left, isFlexible: false), .init("STATUS", alignment: .left, isFlexible: false),
            .init("STARTED (UTC)", alignment: .left, isFlexible: false),
            .init("REQUEST", alignment: .left, isFlexible: true),
        ])
        for (run, isHeld) in rows {
            let status = run.status == .running && !isHeld ? "interrupted" : run.status.rawValue
            let time = run.createdAt.iso8601.prefix(16).split(separator: "T").joined(separator: " ")
            table.add(row: [
                run.id.short, status, time,
                run.request.sanitized.split(whereSeparator: \.isNewline).joined(separator: " "),
            ])
        }
        return table.lines(width: context.output.width, style: context.output.style).joined(separator: "\n")
    }

    private func show(_ run: Run, _ service: RunService) async throws -> ExitStatus {
        let report = try await service.report(on: run.id)
        let text = ReportText(style: context.output.style, isHeld: !run.status.isEnded && service.isHeld(run))
        try context.output.result(try RunJSON.object(of: report), text: text.text(of: report))
        return .done
    }

    private func watch(_ run: Run, _ service: RunService, _ arguments: ParsedArguments) async throws -> ExitStatus {
        let asObjects = arguments.flag("--events")
        let after = try await position(after: arguments.value("--after"), of: run, service)
        let screen = EventScreen(
            run: run.id, events: service.journal, context: context, asObjects: asObjects, after: after)
        do {
            try await withThrowingTaskGroup(of: Bool.self) { group in
                // Whoever watches a run passes time on for its gates.
                group.addTask {
                    try await service.gates.keepTime(of: run.id)
                    return false
                }
                group.addTask {
                    try await screen.follow()
                    return true
                }
                defer { group.cancelAll() }
                while let isOver = try await group.next() { if isOver { return } }
            }
        } catch is CancellationError {
            await screen.rest()
            return .interrupted
        }
        await screen.rest()
        guard context.output.form == .json, !asObjects else { return .done }
        let report = try await service.report(on: run.id)
        try context.output.result(try RunJSON.object(of: report), text: "")
        return .done
    }

    /// The place in the whole log of a run's event of that number.
    private func position(after typed: String?, of run: Run, _ service: RunService) async throws -> Int64 {
        guard let typed else { return 0 }
        guard let number = Int64(typed), number >= 0 else {
            throw Failure(.usage, "--after takes the number of an event, 0 or more, not '\(typed)'")
        }
        return try await service.journal.position(ofEvent: number, in: run.id)
    }

    private func resume(_ run: Run, _ service: RunService, _ arguments: ParsedArguments) async throws -> ExitStatus {
        guard !run.status.isEnded else {
            throw EngineError(
                .state, "run \(run.id.short) has ended (\(run.status.rawValue)); see vencejo runs show \(run.id.short)")
        }
        let last = try await service.journal.lastPosition(of: run.id)
        let following = RunFollowing(
            context: context, service: service, approvesPlans: arguments.flag("--yes"),
            asObjects: arguments.flag("--events"))
        return try await following.follow(run, after: last, resumedBy: context.process)
    }

    private func cancel(_ run: Run, _ service: RunService) async throws -> ExitStatus {
        let now = try await service.cancel(run.id, by: "cli")
        context.output.result(
            ["id": .string(run.id.string), "status": .string(now.status.isEnded ? now.status.rawValue : "cancelling")],
            text: now.status.isEnded
                ? "Run \(run.id.short) is \(now.status.rawValue); what it made stays on \(run.branch)."
                : "Run \(run.id.short) is asked to end; the process that works on it has not done so yet.")
        return .done
    }

    private func diff(_ run: Run, _ service: RunService) async throws -> ExitStatus {
        let diff = try await service.diff(of: run.id)
        context.output.result(
            ["id": .string(run.id.string), "diff": .string(diff)],
            text: context.output.isTerminal ? diff.sanitized : diff)
        return .done
    }

    private func undo(_ run: Run, _ service: RunService, task: String?, isMerged: Bool) async throws -> ExitStatus {
        let result = try await service.undo(run.id, task: task, isMerged: isMerged)
        let folder = isMerged ? run.project : run.worktree
        let back = "git -C \(Self.quoted(folder)) revert --no-edit \(result.commit.prefix(12))"
        let saved = result.saved.map { KeepingCommands.restoring(run, "\($0.number)") }
        context.output.result(
            [
                "id": .string(run.id.string), "task": task.map { .string($0) } ?? .null,
                "commit": .string(result.commit),
                "undo_the_undo": .string(back), "restore": saved.map { .string($0) } ?? .null,
            ],
            text: ([
                "Undone \(task ?? "the whole run") on \(isMerged ? "your branch" : run.branch) by commit \(result.commit.prefix(10)); nothing is lost.",
                "Take the undo back   \(back)",
            ] + (saved.map { ["Files not committed   \($0)"] } ?? [])).joined(separator: "\n")
        )
        return .done
    }

    /// A path as a shell takes it for one word.
    private static func quoted(_ path: String) -> String {
        let plain = path.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "/._-+".contains($0)) }
        return plain ? path : "'" + path.replacing("'", with: "'\\''") + "'"
    }

    private func merge(_ run: Run, _ service: RunService) async throws -> ExitStatus {
        let outcome = try await service.merge(run.id)
        context.output.result(
            ["id": .string(run.id.string), "commit": .string(outcome.commit), "into": .string(outcome.branch)],
            text:
                "\(outcome.isNew ? "Merged" : "Nothing to do: already merged") \(run.branch) into \(outcome.branch) (\(outcome.commit.prefix(10)))."
        )
        return .done
    }

    private func receipts(_ run: Run, _ service: RunService, withLogs: Bool) async throws -> ExitStatus {
        let receipts = try await service.journal.receipts(of: run.id)
        try context.output.result(
            try JSONCoding.encode(receipts),
            text: receipts.isEmpty
                ? "Run \(run.id.short) has no receipts: no check has run, so nothing is proven."
                : receipts.map { text(of: $0, run, service, withLogs: withLogs) }.joined(separator: "\n\n"))
        return .done
    }

    private func text(of receipt: Receipt, _ run: Run, _ service: RunService, withLogs: Bool) -> String {
        let style = context.output.style
        let mark = receipt.outcome == .passed ? style.green("✓ passed") : style.red("✗ \(receipt.outcomeInWords)")
        let log = service.log(of: receipt, run: run)
        var lines = [
            "\(mark)  \(style.bold(receipt.command.sanitized))",
            "  receipt  \(receipt.id)", "  step     \(receipt.step), attempt \(receipt.attempt)",
            "  tree     \(receipt.tree)",
            "  exit     \(receipt.exitCode.map { "\($0)" } ?? "none")",
            "  log      sha256 \(receipt.logHash), \(receipt.logBytes) bytes, \(log)",
            "  time     \(receipt.startedAt.iso8601), \(Duration.milliseconds(Int64(receipt.seconds * 1000)).brief)",
            "  ran by   \(receipt.ranBy)",
        ]
        // A log that has been deleted does not make the receipt less true.
        if withLogs, let words = try? FileSystem.readText(log) { lines += ["", words.sanitized] }
        return lines.joined(separator: "\n")
    }
}
