import Files
import Hooks
import JSON
import Settings
import Terminal
import Workbench

/// Carries out `vencejo hooks …`: what holds, and what the user trusts.
struct HooksCommands: Sendable {
    let context: CommandContext

    func run(_ verb: String) async throws -> ExitStatus {
        let project = try await Repository.open(at: context.directory).root
        switch verb {
        case "trust": return try trust(project)
        case "distrust":
            try HookTrust(home: context.home).distrust(project)
            context.output.result(["trusted": false], text: "The hooks of \(project) are not run any more.")
            return .done
        default: return try list(project)
        }
    }

    private func trust(_ project: FilePath) throws -> ExitStatus {
        guard let hash = try HookTrust.hash(of: project) else {
            throw HooksError(.missing, "\(project) has no \(HookFile.projectFile), so there is nothing to trust")
        }
        // What cannot be read is not trusted: it could be anything.
        let hooks = try HookSet.hooks(in: project / HookFile.projectFile, named: HookFile.projectFile, .project)
        try HookTrust(home: context.home).trust(hash, of: project)
        context.output.result(
            ["trusted": true, "hash": .string(hash), "hooks": .array(hooks.map { Self.json($0, isRun: true) })],
            text: (["The hooks of \(project) are trusted as they are now:"]
                + hooks.map { text($0, isRun: true) }).joined(separator: "\n"))
        return .done
    }

    private func list(_ project: FilePath) throws -> ExitStatus {
        let set = try HookSet.read(
            userFile: HookSet.userFile(context.variables), project: project, home: context.home)
        var entries = set.hooks.map { ($0, true) }
        var note: String?
        if let own = set.project, !own.isTrusted {
            entries += try HookSet.hooks(in: own.file, named: HookFile.projectFile, .project).map { ($0, false) }
            note = "The project's hooks are not trusted and are not run: look at them, then vencejo hooks trust"
        }
        let lines = entries.map { text($0, isRun: $1) } + [note].compactMap(\.self)
        context.output.result(
            .array(entries.map { Self.json($0, isRun: $1) }),
            text: lines.isEmpty ? "No hooks." : lines.joined(separator: "\n"))
        return .done
    }

    private func text(_ hook: Hook, isRun: Bool) -> String {
        let style = context.output.style
        let match = [hook.tool, hook.command].compactMap(\.self).joined(separator: " ")
        var notes = [hook.isConfined ? "confined" : style.yellow("not confined"), hook.place]
        if !isRun { notes.append(style.yellow("not trusted")) }
        return """
            \(style.bold(hook.name.sanitized))  \(hook.moment.rawValue)\(match.isEmpty ? "" : " of \(match.sanitized)")  \(style.dim(notes.joined(separator: ", ")))
              \(hook.run.sanitized)
            """
    }

    private static func json(_ hook: Hook, isRun: Bool) -> JSONValue {
        var object: JSONObject = [
            "name": .string(hook.name), "on": .string(hook.moment.rawValue), "run": .string(hook.run),
            "owner": .string(hook.owner.rawValue), "place": .string(hook.place), "sandbox": .bool(hook.isConfined),
            "timeout": .integer(hook.timeLimit.components.seconds), "trusted": .bool(isRun),
        ]
        object.set(hook.tool.map { .string($0) }, for: "tool")
        object.set(hook.command.map { .string($0) }, for: "command")
        return .object(object)
    }
}
