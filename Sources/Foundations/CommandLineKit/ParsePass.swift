/// One walk over the arguments of one command line.
struct ParsePass {
    /// Why the walk ended before a command could be run.
    enum Stop: Error {
        case help
        case version
        case failure(UsageError.Code, String)
    }

    /// The chain of commands reached so far, from the root.
    private(set) var commands: [CommandSpec]
    private(set) var parsed = ParsedArguments()
    private let parser: CommandLineParser
    private var rest: ArraySlice<String>
    private var words: [String] = []

    init(parser: CommandLineParser, arguments: [String]) {
        self.parser = parser
        commands = [parser.root]
        rest = arguments[...]
    }

    var path: [String] { commands.dropFirst().map(\.name) }

    private var command: CommandSpec { commands.last ?? parser.root }

    private var title: String { commands.map(\.name).joined(separator: " ") }

    mutating func run() throws(Stop) {
        do throws(Stop) {
            try walk()
            try finish()
        } catch {
            if case .failure(.unknownCommand, _) = error { throw error }
            throw isHelpAhead() ? .help : error
        }
    }

    private mutating func walk() throws(Stop) {
        while let argument = rest.popFirst() {
            if argument == "--" {
                words += rest
                rest = []
            } else if argument.hasPrefix("-"), argument != "-" {
                try readOption(argument)
            } else {
                try readWord(argument)
            }
        }
    }

    private mutating func readWord(_ word: String) throws(Stop) {
        guard words.isEmpty, !command.subcommands.isEmpty else {
            words.append(word)
            return
        }
        if let next = command.subcommand(named: word) {
            commands.append(next)
        } else if commands.count == 1, word == "help" {
            try readHelpTopic()
        } else if command.positionals.isEmpty {
            throw unknownCommand(word)
        } else {
            words.append(word)
        }
    }

    private mutating func readHelpTopic() throws(Stop) {
        while let word = rest.popFirst() {
            if word.hasPrefix("-") { continue }
            guard let next = command.subcommand(named: word) else { throw unknownCommand(word) }
            commands.append(next)
        }
        throw .help
    }

    private mutating func readOption(_ argument: String) throws(Stop) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = parts.first.map(String.init) ?? argument
        let attached = parts.count == 2 ? String(parts[1]) : nil
        if let option = option(named: name) {
            try record(option, name: name, attached: attached)
        } else if name == "--help" || name == "-h" {
            throw .help
        } else if name == "--version" {
            throw .version
        } else if !argument.hasPrefix("--"), argument.count > 2 {
            try readCluster(argument)
        } else {
            throw unknownOption(name)
        }
    }

    /// Reads `-yv` as `-y -v`, and `-n5` as `-n 5`.
    private mutating func readCluster(_ argument: String) throws(Stop) {
        var letters = argument.dropFirst()
        while let letter = letters.popFirst() {
            let name = "-\(letter)"
            guard let option = option(named: name) else {
                if name == "-h" { throw .help }
                throw unknownOption(letters.count == argument.count - 2 ? argument : name)
            }
            if option.value != nil, !letters.isEmpty {
                return try record(option, name: name, attached: String(letters))
            }
            try record(option, name: name, attached: nil)
        }
    }

    private mutating func record(_ option: OptionSpec, name: String, attached: String?) throws(Stop) {
        guard let value = option.value else {
            if attached != nil { throw .failure(.unexpectedValue, "\(name) takes no value.") }
            parsed.record(option, value: nil)
            return
        }
        guard let text = attached ?? nextValue() else {
            throw .failure(.missingValue, "\(name) needs a value: \(name) \(value.placeholder).")
        }
        if !value.choices.isEmpty, !value.choices.contains(text) {
            let list = value.choices.joined(separator: ", ")
            let hint = Self.hint(for: text, among: value.choices)
            throw .failure(.invalidChoice, "\(name) must be one of \(list), not \"\(text)\"\(hint)")
        }
        parsed.record(option, value: text)
    }

    /// The next argument, unless it is an option of its own: `--model --json` has forgotten the model.
    private mutating func nextValue() -> String? {
        guard let next = rest.first, next != "--" else { return nil }
        let name = next.split(separator: "=", maxSplits: 1).first.map(String.init) ?? next
        if next.hasPrefix("-"), option(named: name) != nil || Self.builtIn.contains(name) { return nil }
        return rest.popFirst()
    }

    private mutating func finish() throws(Stop) {
        var left = words[...]
        for positional in command.positionals {
            switch positional.arity {
            case .repeated:
                parsed.record(positional, values: Array(left))
                left = []
            case .required, .optional:
                if let word = left.popFirst() {
                    parsed.record(positional, values: [word])
                } else if positional.arity == .required {
                    throw .failure(.missingArgument, "\"\(title)\" needs the argument \(positional.name).")
                }
            }
        }
        if command.positionals.isEmpty, !command.subcommands.isEmpty {
            if let word = left.first { throw unknownCommand(word) }
            let list = command.visibleSubcommands.map(\.name).joined(separator: ", ")
            throw .failure(.missingCommand, "\"\(title)\" needs a subcommand: \(list).")
        }
        if let extra = left.first {
            throw .failure(.extraArgument, "\"\(title)\" does not take the extra argument \"\(extra)\".")
        }
    }

    private func option(named name: String) -> OptionSpec? {
        command.option(named: name) ?? parser.globalOptions.first { $0.names.contains(name) }
            ?? commands.reversed().lazy.compactMap { $0.option(named: name) }.first
    }

    /// Whether help is asked for among the arguments that a failed walk did not reach.
    private func isHelpAhead() -> Bool {
        rest.prefix { $0 != "--" }.contains { Self.helpNames.contains($0) && option(named: $0) == nil }
    }

    private static let helpNames = ["-h", "--help"]
    private static let builtIn = ["-h", "--help", "--version"]

    private func unknownCommand(_ word: String) -> Stop {
        let names = command.visibleSubcommands.map(\.name)
        let hint =
            EditDistance.suggestion(for: word, among: names).map { "; did you mean \($0)?" }
            ?? (names.isEmpty ? "." : "; it has \(names.joined(separator: ", ")).")
        return .failure(.unknownCommand, "\"\(title)\" has no subcommand \"\(word)\"\(hint)")
    }

    private func unknownOption(_ name: String) -> Stop {
        let known = (commands.reversed().flatMap(\.options) + parser.globalOptions).flatMap(\.names) + Self.builtIn
        let candidates = known.filter { $0.hasPrefix("--") || !name.hasPrefix("--") }
        return .failure(
            .unknownOption, "\"\(title)\" has no option \(name)\(Self.hint(for: name, among: candidates))")
    }

    private static func hint(for word: String, among candidates: [String]) -> String {
        EditDistance.suggestion(for: word, among: candidates).map { "; did you mean \($0)?" } ?? "."
    }
}
