/// Writes the completion script for zsh.
struct ZshCompletions {
    let tree: CompletionTree

    var script: String {
        let function = tree.function
        return """
            #compdef \(tree.program)
            # Completions of \(tree.program) for zsh.
            \(function)_at() {
                case "$1" in
            \(tree.nodes.map(branch).joined(separator: "\n"))
                esac
            }

            \(function)() {
                local path_="" previous="" word
                local -i index skip=0
                local -a proposals walkable options valued choices
                \(function)_at ""
                for ((index = 2; index < CURRENT; index++)); do
                    word="${words[index]}"
                    if ((skip)); then
                        skip=0
                    elif [[ $word == "--" ]]; then
                        _files
                        return
                    elif [[ $word == -* ]]; then
                        if ((${valued[(Ie)$word]})); then skip=1; fi
                    elif ((${walkable[(Ie)$word]})); then
                        path_="$path_/$word"
                        \(function)_at "$path_"
                    fi
                done
                if ((skip)); then
                    previous="${words[CURRENT-1]}"
                elif [[ $PREFIX == --*=* ]]; then
                    previous="${PREFIX%%=*}"
                    compset -P '*='
                fi
                if [[ -n $previous ]]; then
                    choices=()
                    case "$path_:$previous" in
            \(choices.joined(separator: "\n"))
                    esac
                    if ((${#choices})); then compadd -a choices; else _files; fi
                elif [[ $PREFIX == -* ]]; then
                    _describe -o option options
                elif ((${#proposals})); then
                    _describe command proposals
                else
                    _files
                fi
            }

            if [[ $funcstack[1] == _\(tree.program) ]]; then
                \(function) "$@"
            else
                compdef \(function) \(tree.program)
            fi

            """
    }

    private func branch(_ node: CompletionTree.Node) -> String {
        let options = node.options.flatMap { option in option.names.map { described($0, option.help) } }
        let valued = node.options.filter { $0.value != nil }.flatMap(\.names).map(CompletionTree.quoted)
        let walkable = node.command.subcommands.map(\.name).map(CompletionTree.quoted)
        return """
                \(CompletionTree.quoted(node.path)))
                    proposals=(\(node.proposals.map { described($0.name, $0.summary) }.joined(separator: " ")))
                    walkable=(\(walkable.joined(separator: " ")))
                    options=(\(options.joined(separator: " ")))
                    valued=(\(valued.joined(separator: " ")))
                    ;;
            """
    }

    private var choices: [String] {
        tree.nodes.flatMap { node in
            node.options.compactMap { option in
                guard let value = option.value, !value.choices.isEmpty else { return nil }
                let patterns = option.names.map { CompletionTree.quoted("\(node.path):\($0)") }
                let list = value.choices.map(CompletionTree.quoted).joined(separator: " ")
                return "            (\(patterns.joined(separator: "|"))) choices=(\(list)) ;;"
            }
        }
    }

    /// A `name:description` pair of `_describe`.
    private func described(_ name: String, _ text: String) -> String {
        let escaped = name.split(separator: ":", omittingEmptySubsequences: false).joined(separator: "\\:")
        return CompletionTree.quoted("\(escaped):\(text)")
    }
}
