import CommandLineKit
import Files
import Identity
import JSON
import Money
import Runs
import Terminal
import Timekeeping
import Workbench
import WorkflowEngine

/// Carries out `vencejo runs show --at`, `diff --at`, `fork` and `rewind`.
struct TimeTravelCommands: Sendable {
    let context: CommandContext

    func show(_ run: Run, at typed: String, _ service: RunService) async throws -> ExitStatus {
        let moment = try await service.moment(of: run, at: typed)
        let files: WorkspaceMoment?
        do {
            files = try await service.files(of: moment, run)
        } catch let error as WorkbenchError {
            // What the journal knows can be shown without the files.
            context.output.notice(error.message.sanitized)
            files = nil
        }
        var object = try JSONCoding.encode(moment).objectValue ?? [:]
        object.set(.string(run.id.string), for: "id")
        object.set(files.map { .string($0.commit) } ?? .null, for: "commit")
        object.set(files.map { .string($0.tree) } ?? .null, for: "tree")
        object.set(.integer(moment.spent.micros), for: "spent_usd_micros")
        context.output.result(
            .object(object), text: MomentText(style: context.output.style).text(of: moment, of: run, files))
        return .done
    }

    func diff(_ run: Run, at typed: String, _ service: RunService) async throws -> ExitStatus {
        let diff = try await service.diff(of: run, at: typed)
        context.output.result(
            ["id": .string(run.id.string), "at": .string(typed), "diff": .string(diff)],
            text: context.output.isTerminal ? diff.sanitized : diff)
        return .done
    }

    func fork(_ run: Run, _ service: RunService, _ arguments: ParsedArguments) async throws -> ExitStatus {
        let typed = try step(arguments)
        var inputs: [String: String] = [:]
        for input in arguments.values("--input") {
            let parts = input.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw Failure(.usage, "--input takes NAME=VALUE, not '\(input)'")
            }
            inputs[parts[0]] = parts[1]
        }
        let fork = try await service.fork(run, at: typed, inputs: inputs)
        let origin = fork.origin?.step.rawValue ?? typed
        let told = "Run \(fork.id.short) goes on from run \(run.id.short) at the end of \(origin), on \(fork.branch)."
        if arguments.flag("--no-start") {
            context.output.result(
                [
                    "id": .string(fork.id.string), "forked_from": .string(run.id.string), "at": .string(origin),
                    "branch": .string(fork.branch),
                ], text: "\(told)\nGo on     vencejo runs resume \(fork.id.short)")
            return .done
        }
        context.output.notice(told)
        let last = try await service.journal.events(of: fork.id, after: 0, limit: .max).last?.position ?? 0
        let following = RunFollowing(
            context: context, service: service, approvesPlans: arguments.flag("--yes"),
            asObjects: arguments.flag("--events"))
        return try await following.follow(fork, after: last)
    }

    func rewind(_ run: Run, _ service: RunService, _ arguments: ParsedArguments) async throws -> ExitStatus {
        let done = try await service.rewind(
            run.id, at: try step(arguments), by: context.user)
        let id = run.id.short
        context.output.result(
            [
                "id": .string(run.id.string), "at": .string(done.step.rawValue), "rewound": .bool(done.isNew),
                "commit": .string(done.files.commit), "tree": .string(done.files.tree),
            ],
            text: done.isNew
                ? """
                Run \(id) is at the end of \(done.step) again, commit \(done.files.commit.prefix(10)); what came later is kept.
                Kept      vencejo runs snapshots \(id)
                Go on     vencejo runs resume \(id)
                """
                : "Run \(id) is at the end of \(done.step) already; nothing was changed.")
        return .done
    }

    private func step(_ arguments: ParsedArguments) throws -> String {
        guard let typed = arguments.value("--at"), !typed.isEmpty else {
            throw Failure(.usage, "say where to go back to with --at STEP, such as --at plan or --at T001")
        }
        return typed
    }
}
