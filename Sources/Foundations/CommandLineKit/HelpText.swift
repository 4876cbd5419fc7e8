/// Renders the help of one command.
struct HelpText {
    /// The chain from the root to the command described.
    let commands: [CommandSpec]
    let globalOptions: [OptionSpec]
    let width: Int

    private static let builtIn: [OptionSpec] = [
        .flag("-h", "--help", help: "Show this help."),
        .flag("--version", help: "Show the version."),
    ]

    private var title: String { commands.map(\.name).joined(separator: " ") }

    var usage: String {
        guard let command = commands.last else { return "" }
        var parts = ["Usage: \(title)"]
        let hasOptions = !command.options.isEmpty || !globalOptions.isEmpty
        if hasOptions { parts.append("[OPTIONS]") }
        parts += command.positionals.map(\.usage)
        if !command.subcommands.isEmpty { parts.append(command.positionals.isEmpty ? "COMMAND" : "[COMMAND]") }
        return parts.joined(separator: " ")
    }

    func render() -> String {
        guard let command = commands.last else { return "" }
        var sections = [[usage], Self.wrap(command.summary, to: width)]
        if !command.discussion.isEmpty { sections.append(Self.wrap(command.discussion, to: width)) }
        sections.append(table("Arguments", command.positionals.map { ($0.name, $0.help) }))
        sections.append(table("Options", rows(for: command.options)))
        sections.append(table("Commands", command.visibleSubcommands.map { ($0.name, $0.summary) }))
        let taken = Set((command.options + globalOptions).flatMap(\.names))
        let builtIn = Self.builtIn.filter { taken.isDisjoint(with: $0.names) }
        sections.append(table("Global options", rows(for: globalOptions + builtIn)))
        if !command.examples.isEmpty { sections.append(["Examples:"] + command.examples.map { "  \($0)" }) }
        return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
    }

    private func rows(for options: [OptionSpec]) -> [(String, String)] {
        let hasShort = options.contains { $0.names.first.map { !$0.hasPrefix("--") } ?? false }
        return options.map { option in
            let isLong = option.names.first?.hasPrefix("--") ?? true
            var label = (isLong && hasShort ? "    " : "") + option.names.joined(separator: ", ")
            var notes: [String] = []
            if let value = option.value {
                label += " \(value.placeholder)"
                if !value.choices.isEmpty { notes.append("one of \(value.choices.joined(separator: ", "))") }
                if let text = value.defaultText { notes.append("default \(text)") }
                if value.isRepeated { notes.append("may be repeated") }
            }
            return (label, notes.isEmpty ? option.help : "\(option.help) (\(notes.joined(separator: "; ")))")
        }
    }

    private func table(_ heading: String, _ rows: [(label: String, help: String)]) -> [String] {
        guard !rows.isEmpty else { return [] }
        let limit = max(12, width * 2 / 5)
        let column = rows.map(\.label.count).filter { $0 <= limit }.max() ?? limit
        let margin = String(repeating: " ", count: column + 4)
        var lines = ["\(heading):"]
        for row in rows {
            var wrapped = Self.wrap(row.help, to: max(20, width - column - 4))[...]
            if row.label.count <= column {
                let gap = String(repeating: " ", count: column - row.label.count + 2)
                let first = wrapped.popFirst().map { gap + $0 } ?? ""
                lines.append("  \(row.label)\(first)")
            } else {
                lines.append("  \(row.label)")
            }
            lines += wrapped.map { margin + $0 }
        }
        return lines
    }

    /// Breaks text at spaces; lines that begin with a space and empty lines are kept as they are.
    static func wrap(_ text: String, to width: Int) -> [String] {
        guard !text.isEmpty else { return [] }
        return text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { paragraph -> [String] in
            if paragraph.isEmpty || paragraph.hasPrefix(" ") { return [String(paragraph)] }
            var lines: [String] = []
            var line = ""
            for word in paragraph.split(separator: " ") {
                if !line.isEmpty, line.count + 1 + word.count > width {
                    lines.append(line)
                    line = ""
                }
                line += (line.isEmpty ? "" : " ") + word
            }
            return lines + [line]
        }
    }
}
