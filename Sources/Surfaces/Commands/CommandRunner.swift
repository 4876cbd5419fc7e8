package import CommandLineKit
import JSON
import Terminal

/// Carries out a parsed command line.
package struct CommandRunner: Sendable {
    private let context: CommandContext

    package init(context: CommandContext) { self.context = context }

    /// Errors are told in one sentence and mapped to an exit status; none escapes.
    package func run(_ path: [String], _ arguments: ParsedArguments) async -> ExitStatus {
        do {
            return try await perform(path, arguments)
        } catch is CancellationError {
            context.output.notice("Interrupted.")
            return .interrupted
        } catch {
            if Task.isCancelled {
                context.output.notice("Interrupted.")
                return .interrupted
            }
            let failure = Failure(error)
            if context.output.form == .json {
                context.output.event(["error": ["code": .string(failure.code), "message": .string(failure.message)]])
            }
            context.output.notice("\(context.output.style.red("error:")) \(failure.message.sanitized)")
            return failure.status
        }
    }

    private func perform(_ path: [String], _ arguments: ParsedArguments) async throws -> ExitStatus {
        let verb = path.dropFirst().first ?? ""
        return switch (path.first ?? "", verb) {
        case ("init", _): try await InitCommand(context: context).run()
        case ("run", _): try await RunCommand(context: context).run(arguments)
        case ("runs", _): try await RunsCommands(context: context).run(verb, arguments)
        case ("verify", _): try await VerifyCommand(context: context).run(arguments)
        case ("receipts", "check"): try await ReceiptsCommand(context: context).run(arguments)
        case ("receipts", "clean"): try await ReceiptsCleanCommand(context: context).run(arguments)
        case ("gates", _): try await GatesCommands(context: context).run(verb, arguments)
        case ("hooks", _): try await HooksCommands(context: context).run(verb)
        case ("workflows", "run"): try await RunCommand(context: context).run(arguments)
        case ("workflows", _): try await WorkflowsCommands(context: context).run(verb, arguments)
        case ("specs", "import"): try await SpecsImportCommand(context: context).run(arguments)
        case ("specs", "archive"): try await SpecsArchiveCommand(context: context).run(arguments)
        case ("specs", "templates"):
            try await SpecsTemplatesCommands(context: context).run(path.dropFirst(2).first ?? "", arguments)
        case ("specs", _): try await SpecsCommands(context: context).run(verb, arguments)
        case ("costs", _): try await CostsCommands(context: context).run(verb, arguments)
        case ("serve", _): try await ServeCommand(context: context).run(arguments)
        case ("keys", _): try await KeysCommands(context: context).run(verb, arguments)
        case ("cache", _): try await CacheCommands(context: context).run(verb, arguments)
        case ("map", _): try await MapCommand(context: context).run(arguments)
        case ("models", "list"): try await ModelsListCommand(context: context).run(arguments)
        case ("models", "explain"): try await ModelsExplainCommand(context: context).run(arguments)
        case ("models", "test"): try await ModelsTestCommand(context: context).run(arguments)
        case ("doctor", _): try await DoctorCommand(context: context).run()
        case ("demo", _): try await DemoCommand(context: context).run(arguments)
        case ("config", _): try await ConfigCommand(context: context).run(verb)
        case ("bench", _): try await BenchCommands(context: context).run(verb, arguments)
        case ("completions", _): try CompletionsCommand(context: context).run(arguments)
        default: throw Failure(.usage, "'\(path.joined(separator: " "))' is no command; see vencejo --help")
        }
    }
}
