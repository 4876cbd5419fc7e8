/// What a command line asks for.
package enum ParseResult: Sendable, Equatable {
    /// Run the command at `path`, the names below the root: `["runs", "list"]`.
    case run(path: [String], ParsedArguments)
    /// Print this help, which ends in a newline.
    case help(String)
    /// Print this line, the program's name and its version, without a newline.
    case version(String)
    case failure(UsageError)
}

/// Turns the arguments of a process into a command and its arguments.
///
/// Options may stand before or after subcommands and positionals; `--` ends them. `-h` and `--help` win over every
/// other mistake than an unknown command. The options of a command hide global ones of the same name.
package struct CommandLineParser: Sendable {
    package let root: CommandSpec
    package let globalOptions: [OptionSpec]
    package let version: String
    /// The columns that help is wrapped to.
    package var width = 80

    package init(root: CommandSpec, globalOptions: [OptionSpec], version: String) {
        self.root = root
        self.globalOptions = globalOptions
        self.version = version
    }

    /// Parses the arguments, which do not include the name of the program.
    package func parse(_ arguments: [String]) -> ParseResult {
        var pass = ParsePass(parser: self, arguments: arguments)
        do throws(ParsePass.Stop) {
            try pass.run()
            return .run(path: pass.path, pass.parsed)
        } catch {
            switch error {
            case .help: return .help(help(for: pass.commands))
            case .version: return .version("\(root.name) \(version)")
            case .failure(let code, let message):
                return .failure(UsageError(code: code, message: message, usage: usage(for: pass.commands)))
            }
        }
    }

    /// The usage line of the last of `commands`, which is the chain from the root.
    func usage(for commands: [CommandSpec]) -> String {
        HelpText(commands: commands, globalOptions: globalOptions, width: width).usage
    }

    func help(for commands: [CommandSpec]) -> String {
        HelpText(commands: commands, globalOptions: globalOptions, width: width).render()
    }
}
