/// Writes the completion scripts of a command line.
package enum Completions {
    /// The shells that a script can be written for.
    package enum Shell: String, Sendable, CaseIterable {
        case bash, zsh, fish
    }

    /// A script that completes commands, options and the choices of options, and file names elsewhere.
    ///
    /// bash and fish source it; zsh sources it too or finds it in `fpath` as a file named `_` and the program.
    package static func script(for shell: Shell, root: CommandSpec, globalOptions: [OptionSpec]) -> String {
        let tree = CompletionTree(root: root, globalOptions: globalOptions)
        return switch shell {
        case .bash: BashCompletions(tree: tree).script
        case .zsh: ZshCompletions(tree: tree).script
        case .fish: FishCompletions(tree: tree).script
        }
    }
}

/// A command tree laid out flat, as the scripts need it.
struct CompletionTree {
    /// One command, `path` being "" for the root and "/runs/list" below it.
    struct Node {
        let path: String
        let command: CommandSpec
        /// The options in force there: its own, then the global ones it does not hide, then help and version.
        let options: [OptionSpec]
        /// The subcommands to propose, with their summaries.
        let proposals: [(name: String, summary: String)]
    }

    let program: String
    let nodes: [Node]

    init(root: CommandSpec, globalOptions: [OptionSpec]) {
        program = root.name
        let builtIn: [OptionSpec] = [
            .flag("-h", "--help", help: "Show this help."), .flag("--version", help: "Show the version."),
        ]
        var nodes: [Node] = []
        func visit(_ command: CommandSpec, path: String) {
            var options = command.options
            for option in globalOptions + builtIn
            where !options.contains(where: { $0.names.contains(option.displayName) }) {
                options.append(option)
            }
            var proposals = command.visibleSubcommands.map { (name: $0.name, summary: $0.summary) }
            if path.isEmpty, !command.subcommands.isEmpty, command.subcommand(named: "help") == nil {
                proposals.append((name: "help", summary: "Show the help of a command."))
            }
            nodes.append(Node(path: path, command: command, options: options, proposals: proposals))
            for child in command.subcommands { visit(child, path: "\(path)/\(child.name)") }
        }
        visit(root, path: "")
        self.nodes = nodes
    }

    /// A name for shell functions, unlikely to collide with others.
    var function: String {
        "_" + String(program.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }) + "_completion"
    }

    /// The text as one word of a POSIX shell.
    static func quoted(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
