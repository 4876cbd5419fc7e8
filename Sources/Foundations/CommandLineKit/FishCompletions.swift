/// Writes the completion script for fish 3 and later.
struct FishCompletions {
    let tree: CompletionTree

    var script: String {
        let function = tree.function
        return """
            # Completions of \(tree.program) for fish.
            function \(function)_path
                set -l words (commandline -opc)
                set -l path ""
                set -l skip 0
                for word in $words[2..-1]
                    if test $skip = 1
                        set skip 0
                    else if test "$word" = --
                        break
                    else
                        switch "$path:$word"
            \(steps.joined(separator: "\n"))
                        end
                    end
                end
                echo "$path"
            end

            function \(function)_at
                test (\(function)_path) = "$argv[1]"
            end

            \(tree.nodes.flatMap(lines).joined(separator: "\n"))

            """
    }

    private var steps: [String] {
        tree.nodes.flatMap { node -> [String] in
            let valued = node.options.filter { $0.value != nil }.flatMap(\.names).map { quoted("\(node.path):\($0)") }
            let skips = valued.isEmpty ? [] : ["                case \(valued.joined(separator: " "))", skipStep]
            return skips
                + node.command.subcommands.flatMap { child in
                    [
                        "                case \(quoted("\(node.path):\(child.name)"))",
                        "                    set path \(quoted("\(node.path)/\(child.name)"))",
                    ]
                }
        }
    }

    private let skipStep = "                    set skip 1"

    private func lines(_ node: CompletionTree.Node) -> [String] {
        let condition = quoted("\(tree.function)_at \(quoted(node.path))")
        let start = "complete -c \(tree.program) -n \(condition)"
        let commands = node.proposals.map { "\(start) -f -a \(quoted($0.name)) -d \(quoted($0.summary))" }
        let options = node.options.map { option in
            let names = option.names.map { name in
                let word = String(name.drop { $0 == "-" })
                let kind = name.hasPrefix("--") ? "-l" : word.count == 1 ? "-s" : "-o"
                return "\(kind) \(quoted(word))"
            }
            var line = "\(start) \(names.joined(separator: " ")) -d \(quoted(option.help))"
            if let value = option.value {
                line += value.choices.isEmpty ? " -r" : " -x -a \(quoted(value.choices.joined(separator: " ")))"
            }
            return line
        }
        return commands + options
    }

    /// The text as one word of fish, where a backslash escapes inside single quotes.
    private func quoted(_ text: String) -> String {
        "'" + text.flatMap { $0 == "'" || $0 == "\\" ? "\\\($0)" : "\($0)" } + "'"
    }
}
