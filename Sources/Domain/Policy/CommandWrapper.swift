/// Programs that run other programs, and how to find what they run.
enum CommandWrapper {
    enum Opening {
        case plain
        case inner([SimpleCommand], keepsOuter: Bool)
        case script(String, keepsOuter: Bool)
        case unreadable(String)
    }

    static let shells: Set<String> = ["sh", "bash", "zsh", "dash", "ksh", "ash", "mksh", "fish", "rbash"]

    /// Wrappers without meaning of their own: options that take a value, and operands before the inner command.
    private struct Transparent {
        var valued: Set<String> = []
        var operands = 0
        var keepsOuter = false
        var addsArguments = false
    }

    private static let transparent: [String: Transparent] = [
        "nohup": Transparent(), "setsid": Transparent(), "builtin": Transparent(), "unbuffer": Transparent(),
        "chronic": Transparent(), "caffeinate": Transparent(valued: ["-t", "-w"]), "busybox": Transparent(),
        "xvfb-run": Transparent(valued: ["-n", "-s", "-e", "-f", "-w", "-p"]), "catchsegv": Transparent(),
        "exec": Transparent(valued: ["-a"]), "time": Transparent(valued: ["-f", "-o", "--format", "--output"]),
        "nice": Transparent(valued: ["-n", "--adjustment"]),
        "ionice": Transparent(valued: ["-c", "-n", "--class", "--classdata"]),
        "chrt": Transparent(operands: 1), "taskset": Transparent(operands: 1),
        "timeout": Transparent(valued: ["-s", "--signal", "-k", "--kill-after"], operands: 1),
        "gtimeout": Transparent(valued: ["-s", "--signal", "-k", "--kill-after"], operands: 1),
        "stdbuf": Transparent(valued: ["-i", "-o", "-e", "--input", "--output", "--error"]),
        "watch": Transparent(valued: ["-n", "--interval", "-q", "--equexit"]),
        "strace": Transparent(valued: ["-e", "-o", "-p", "-s", "-u", "-E", "-P"]),
        "ltrace": Transparent(valued: ["-e", "-o"]),
        "flock": Transparent(valued: ["-w", "--timeout", "-E"], operands: 1),
        "sudo": Transparent(
            valued: ["-u", "-g", "-p", "-C", "-D", "-h", "-r", "-t", "-T", "-U", "--user", "--group"], keepsOuter: true),
        "doas": Transparent(valued: ["-u", "-C"], keepsOuter: true),
        "pkexec": Transparent(valued: ["--user"], keepsOuter: true),
        "xargs": Transparent(
            valued: [
                "-n", "-P", "-L", "-I", "-d", "-a", "-s", "-E", "--max-args", "--max-procs", "--replace", "--delimiter",
                "--arg-file",
            ],
            addsArguments: true),
        "parallel": Transparent(valued: ["-j", "--jobs", "-n", "-N", "-I", "-a", "--colsep"], addsArguments: true),
    ]

    static func open(_ command: SimpleCommand) -> Opening {
        guard let name = command.name else { return .plain }
        switch name {
        case "env": return env(command)
        case "command":
            return command.arguments.first?.literal?.hasPrefix("-") == true ? .plain : inner(command, Transparent())
        case "find", "fd", "fdfind": return find(command)
        case "eval": return script(command.arguments, of: command, keepsOuter: true)
        case "trap": return trap(command)
        case _ where shells.contains(name): return shell(command)
        default:
            guard let wrapper = transparent[name] else { return .plain }
            return inner(command, wrapper)
        }
    }

    private static func inner(_ command: SimpleCommand, _ wrapper: Transparent) -> Opening {
        var rest = command.arguments[...]
        while let option = rest.first?.literal, option.hasPrefix("-"), option.count > 1 {
            rest.removeFirst()
            if option == "--" { break }
            if wrapper.valued.contains(option) { rest = rest.dropFirst() }
        }
        rest = rest.dropFirst(wrapper.operands)
        // An option whose value is not known may hide where the inner command begins; it is then the unknown program.
        guard rest.first != nil else { return .plain }
        var result = with(Array(rest), command)
        if wrapper.addsArguments {
            var unknown = ShellWord()
            unknown.pieces = [.unknown(isQuoted: false)]
            result.arguments.append(unknown)
        }
        return .inner([result], keepsOuter: wrapper.keepsOuter)
    }

    private static func with(_ words: [ShellWord], _ command: SimpleCommand) -> SimpleCommand {
        var result = command
        result.program = words[0]
        result.arguments = Array(words.dropFirst())
        return result
    }

    private static func env(_ command: SimpleCommand) -> Opening {
        var rest = command.arguments[...]
        var assignments = command.assignments
        while let word = rest.first?.literal {
            if word == "-S" || word == "--split-string" || word.hasPrefix("-S") || word.hasPrefix("--split-string=") {
                let isAttached = word != "-S" && word != "--split-string"
                var words = Array(rest.dropFirst(isAttached ? 1 : 0))
                if isAttached {
                    words.insert(
                        ShellWord(String(word.hasPrefix("--") ? word.dropFirst(15) : word.dropFirst(2))), at: 0)
                } else {
                    words.removeFirst()
                }
                return script(words, of: command, keepsOuter: false)
            }
            if ["-u", "--unset", "-C", "--chdir"].contains(word) {
                rest = rest.dropFirst(2)
            } else if word.hasPrefix("-") {
                rest = rest.dropFirst()
            } else if let equals = word.firstIndex(of: "="), equals > word.startIndex {
                assignments.append(String(word[..<equals]))
                rest = rest.dropFirst()
            } else {
                break
            }
        }
        // "env A=$B cmd": an assignment with an unknown value is still one.
        while let word = rest.first, word.literal == nil, case .text(let text, _) = word.pieces.first,
            text.contains("=")
        {
            assignments.append(String(text.prefix { $0 != "=" }))
            rest = rest.dropFirst()
        }
        guard rest.first != nil else { return .plain }
        var result = with(Array(rest), command)
        result.assignments = assignments
        return .inner([result], keepsOuter: false)
    }

    private static func find(_ command: SimpleCommand) -> Opening {
        var found: [SimpleCommand] = []
        var rest = command.arguments[...]
        let starts: Set<String> = ["-exec", "-execdir", "-ok", "-okdir", "-x", "-X", "--exec", "--exec-batch"]
        while let index = rest.firstIndex(where: { $0.literal.map(starts.contains) == true }) {
            let words = rest[(index + 1)...].prefix { $0.literal != ";" && $0.literal != "+" }
            rest = rest[(index + 1 + words.count)...]
            guard words.first != nil else { continue }
            let filled = words.map { word -> ShellWord in
                guard let literal = word.literal, literal.contains("{}") else { return word }
                var unknown = ShellWord()
                unknown.pieces = [.unknown(isQuoted: true)]
                return unknown
            }
            found.append(with(filled, command))
        }
        return found.isEmpty ? .plain : .inner(found, keepsOuter: true)
    }

    private static func trap(_ command: SimpleCommand) -> Opening {
        let words = command.arguments.drop { $0.literal == "--" }
        guard let first = words.first, first.literal?.hasPrefix("-") != true else { return .plain }
        return script([first], of: command, keepsOuter: false)
    }

    private static func shell(_ command: SimpleCommand) -> Opening {
        var rest = command.arguments[...]
        while let option = rest.first?.literal, option.hasPrefix("-") || option.hasPrefix("+"), option.count > 1 {
            rest = rest.dropFirst()
            if option == "--" { break }
            if !option.hasPrefix("--"), option.dropFirst().contains("c") {
                // More options may stand before the script: "bash -c -e 'script'".
                rest = rest.drop { $0.literal?.hasPrefix("-") == true }
                guard let text = rest.first else { return .plain }
                let loadsMore = command.assignments.contains { $0 == "BASH_ENV" || $0 == "ENV" || $0.hasPrefix("LD_") }
                return script([text], of: command, keepsOuter: loadsMore)
            }
            if ["-o", "+o", "-O", "+O", "--rcfile", "--init-file"].contains(option) { rest = rest.dropFirst() }
            if option.hasPrefix("-"), !option.hasPrefix("--"), option.dropFirst().contains("s") {
                rest = []
            }
        }
        guard rest.isEmpty || rest.first?.literal == "-" else { return .plain }
        // Without a script the shell reads its input: a here-document is one, a pipe is judged by who feeds it.
        let texts = command.redirections.filter { $0.kind == .text }
        guard let text = texts.last else { return .plain }
        return script([text.target], of: command, keepsOuter: true)
    }

    private static func script(_ words: [ShellWord], of command: SimpleCommand, keepsOuter: Bool) -> Opening {
        let literals = words.compactMap(\.literal)
        guard literals.count == words.count else {
            return .unreadable("the script given to \(command.program.text) is only known at run time")
        }
        return .script(literals.joined(separator: " "), keepsOuter: keepsOuter)
    }
}
