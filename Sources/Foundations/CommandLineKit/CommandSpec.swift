/// The description of one command: what it is called, what it takes and which commands live below it.
///
/// ```swift
/// CommandSpec(
///     "list", summary: "List the runs.", positionals: [Positional("STATE", help: "Only these.", arity: .optional)],
///     options: [.flag("--json", help: "Print JSON.")])
/// ```
package struct CommandSpec: Sendable, Equatable {
    package let name: String
    package let summary: String
    package let discussion: String
    package let examples: [String]
    package let positionals: [Positional]
    package let options: [OptionSpec]
    /// A hidden command is parsed like any other and listed nowhere.
    package let isHidden: Bool
    package let subcommands: [CommandSpec]

    package init(
        _ name: String, summary: String, discussion: String = "", examples: [String] = [],
        positionals: [Positional] = [], options: [OptionSpec] = [], isHidden: Bool = false,
        subcommands: [CommandSpec] = []
    ) {
        self.name = name
        self.summary = summary
        self.discussion = discussion
        self.examples = examples
        self.positionals = positionals
        self.options = options
        self.isHidden = isHidden
        self.subcommands = subcommands
    }

    var visibleSubcommands: [CommandSpec] { subcommands.filter { !$0.isHidden } }

    func subcommand(named name: String) -> CommandSpec? { subcommands.first { $0.name == name } }

    func option(named name: String) -> OptionSpec? { options.first { $0.names.contains(name) } }
}

/// An argument recognised by its place.
package struct Positional: Sendable, Equatable {
    /// How many arguments a positional takes.
    package enum Arity: Sendable {
        case required
        case optional
        /// None or more; it takes all that is left, so it must be the last one.
        case repeated
    }

    package let name: String
    package let help: String
    package let arity: Arity

    package init(_ name: String, help: String, arity: Arity = .required) {
        self.name = name
        self.help = help
        self.arity = arity
    }

    var usage: String {
        switch arity {
        case .required: name
        case .optional: "[\(name)]"
        case .repeated: "[\(name)...]"
        }
    }
}
