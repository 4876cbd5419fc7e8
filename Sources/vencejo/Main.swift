import CommandLineKit
import Commands
import Files
import JSON
import RepoMap
import Terminal
import Workbench

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@main
struct Main {
    static let version = "0.1.0"

    static func main() async {
        // Inside a sandbox the program is the way out to the engine's proxy, and nothing else.
        if Swift.CommandLine.arguments.dropFirst().first == SandboxForwarder.verb {
            exit(SandboxForwarder.run(Array(Swift.CommandLine.arguments.dropFirst(2))))
        }
        // Beside an engine the program is what parses sources for it: see TagWorker.
        if Swift.CommandLine.arguments.dropFirst().first == TagWorker.verb {
            exit(TagWorker.run(Array(Swift.CommandLine.arguments.dropFirst(2))))
        }
        let variables = ProcessEnvironment.variables()
        let terminal = TerminalInfo.detect(descriptor: STDERR_FILENO, environment: variables)
        var parser = CommandLineParser(
            root: CommandTree.root, globalOptions: CommandTree.globalOptions, version: version)
        parser.width = TerminalInfo.detect(descriptor: STDOUT_FILENO, environment: variables).width
        switch parser.parse(Array(Swift.CommandLine.arguments.dropFirst())) {
        case .help(let text):
            StandardStreams.write(text, to: STDOUT_FILENO)
            exit(ExitStatus.done.rawValue)
        case .version(let text):
            StandardStreams.write(text + "\n", to: STDOUT_FILENO)
            exit(ExitStatus.done.rawValue)
        case .failure(let error):
            if Swift.CommandLine.arguments.contains("--json") {
                let object: JSONValue = ["error": ["code": "usage", "message": .string(error.message)]]
                StandardStreams.write(object.text() + "\n", to: STDOUT_FILENO)
            }
            StandardStreams.write("error: \(error.message)\n\(error.usage)\n", to: STDERR_FILENO)
            exit(ExitStatus.usage.rawValue)
        case .run(let path, let arguments):
            let composition = Composition(
                variables: variables, terminal: terminal, arguments: arguments, version: version)
            let status = await Interrupts.cancelling { await composition.run(path, arguments) }
            exit(status.rawValue)
        }
    }
}
