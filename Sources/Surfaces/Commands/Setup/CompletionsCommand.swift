import CommandLineKit
import JSON

/// Carries out `vencejo completions SHELL`.
struct CompletionsCommand: Sendable {
    let context: CommandContext

    func run(_ arguments: ParsedArguments) throws -> ExitStatus {
        let typed = arguments.positional("SHELL") ?? ""
        guard let shell = Completions.Shell(rawValue: typed) else {
            throw Failure(.usage, "there are completions for bash, zsh and fish, not for '\(typed)'")
        }
        let script = Completions.script(for: shell, root: CommandTree.root, globalOptions: CommandTree.globalOptions)
        context.output.result(["shell": .string(typed), "script": .string(script)], text: script)
        return .done
    }
}
