/// Writes the completion script for bash 3.2 and later.
struct BashCompletions {
    let tree: CompletionTree

    var script: String {
        let function = tree.function
        return """
            # Completions of \(tree.program) for bash.
            \(function)_at() {
                case "$1" in
            \(tree.nodes.map(branch).joined(separator: "\n"))
                esac
            }

            \(function)_choices() {
                choices=""
                case "$1" in
            \(choices.joined(separator: "\n"))
                esac
            }

            \(function)() {
                local path="" skip=0 ended=0 index word previous="" choices=""
                local proposals="" walkable="" options="" valued=""
                local current="${COMP_WORDS[COMP_CWORD]}" last=$((COMP_CWORD - 1))
                COMPREPLY=()
                \(function)_at ""
                for ((index = 1; index < COMP_CWORD; index++)); do
                    word="${COMP_WORDS[index]}"
                    if ((skip)); then
                        [[ $word == "=" ]] || skip=0
                    elif [[ $word == "--" ]]; then
                        ended=1
                        break
                    elif [[ $word == -* ]]; then
                        [[ " $valued " == *" $word "* ]] && skip=1
                    elif [[ " $walkable " == *" $word "* ]]; then
                        path="$path/$word"
                        \(function)_at "$path"
                    fi
                done
                if ((ended)); then return 0; fi
                if [[ $current == "=" ]]; then
                    current=""
                elif [[ ${COMP_WORDS[last]} == "=" ]]; then
                    last=$((last - 1))
                fi
                if ((last > 0)); then previous="${COMP_WORDS[last]}"; fi
                if [[ -n $previous && " $valued " == *" $previous "* ]]; then
                    \(function)_choices "$path:$previous"
                    if [[ -n $choices ]]; then
                        COMPREPLY=($(compgen -W "$choices" -- "$current"))
                    fi
                elif [[ $current == -* ]]; then
                    COMPREPLY=($(compgen -W "$options" -- "$current"))
                else
                    COMPREPLY=($(compgen -W "$proposals" -- "$current"))
                fi
                return 0
            }

            complete -o default -F \(function) \(tree.program)

            """
    }

    private func branch(_ node: CompletionTree.Node) -> String {
        let valued = node.options.filter { $0.value != nil }
        return """
                \(CompletionTree.quoted(node.path)))
                    proposals=\(words(node.proposals.map(\.name)))
                    walkable=\(words(node.command.subcommands.map(\.name)))
                    options=\(words(node.options.flatMap(\.names)))
                    valued=\(words(valued.flatMap(\.names)))
                    ;;
            """
    }

    private var choices: [String] {
        tree.nodes.flatMap { node in
            node.options.compactMap { option in
                guard let value = option.value, !value.choices.isEmpty else { return nil }
                let patterns = option.names.map { CompletionTree.quoted("\(node.path):\($0)") }
                return "        \(patterns.joined(separator: " | "))) choices=\(words(value.choices)) ;;"
            }
        }
    }

    private func words(_ words: [String]) -> String { CompletionTree.quoted(words.joined(separator: " ")) }
}
