/// Finds commands that write to the system, or run other programs by way of their arguments or environment.
enum DisguisedCommand {
    static func judge(_ command: SimpleCommand) -> CommandJudge.Judgement? {
        if let file = systemTarget(of: command) {
            return CommandJudge.Judgement(
                verdict: .deny, reason: "\(file) belongs to the system or the user's own shell")
        }
        let name = command.name ?? ""
        let words = command.arguments.map(\.text)
        if name == "{}" {
            return CommandJudge.Judgement(verdict: .ask, reason: "which program it runs is only known at run time")
        }
        if ["docker", "podman", "nerdctl"].contains(name), reachesHost(words) {
            return CommandJudge.Judgement(verdict: .deny, reason: "the container could change this machine")
        }
        let exported = ["export", "declare"].contains(name) ? words.map { String($0.prefix { $0 != "=" }) } : []
        if let variable = (command.assignments + exported).first(where: loadsCode) {
            return CommandJudge.Judgement(verdict: .ask, reason: "\(variable) makes programs run other code")
        }
        if let inner = interpreters[name],
            inner.isEmpty || words.contains(where: { text in inner.contains { text.contains($0) } })
        {
            return CommandJudge.Judgement(verdict: .ask, reason: "it runs other programs that cannot be seen from here")
        }
        let isUnknownScript =
            scripted.contains(name)
            && zip(command.arguments, command.arguments.dropFirst()).contains {
                ["-c", "-e", "-E"].contains($0.literal ?? "") && $1.literal == nil
            }
        guard isUnknownScript else { return nil }
        return CommandJudge.Judgement(verdict: .ask, reason: "its script is only known at run time")
    }

    private static let scripted: Set<String> = ["python", "python3", "perl", "ruby", "node", "php"]

    /// Words within the arguments by which a program starts others; none for those that do nothing else.
    private static let interpreters: [String: [String]] = [
        "awk": ["system(", "| \"", "|\"", "| getline", "|getline"], "gawk": ["system(", "| \"", "|\"", "| getline"],
        "mawk": ["system(", "| \"", "|\""], "perl": ["system", "exec", "qx", "`", "fork"],
        "ruby": ["system", "exec", "spawn", "popen", "`", "%x"], "node": ["child_process"],
        "python": ["system(", "subprocess", "popen", "exec", "spawn", "pty"],
        "python3": ["system(", "subprocess", "popen", "exec", "spawn", "pty"],
        "php": ["system(", "exec", "popen", "`"],
        "sed": ["1e ", "$e ", "/e ", "s//e"], "vim": ["!"], "vi": ["!"], "ex": ["!"], "tmux": [], "screen": [],
        "script": [],
    ]

    private static func loadsCode(_ variable: String) -> Bool {
        ["LD_PRELOAD", "LD_LIBRARY_PATH", "LD_AUDIT", "BASH_ENV", "ENV", "PROMPT_COMMAND", "PERL5OPT", "RUBYOPT"]
            .contains(variable)
            || [
                "GIT_SSH", "GIT_SSH_COMMAND", "GIT_PAGER", "GIT_EDITOR", "GIT_EXTERNAL_DIFF", "GIT_ASKPASS",
                "GIT_PROXY_COMMAND", "GIT_EXEC_PATH",
            ].contains(variable) || variable.hasPrefix("DYLD_") || variable.hasPrefix("GIT_CONFIG")
    }

    private static func reachesHost(_ words: [String]) -> Bool {
        words.contains("--privileged") || words.contains { $0.hasPrefix("/:") || $0.hasPrefix("--volume=/:") }
            || words.contains { $0.contains("source=/,") || $0.contains("src=/,") }
    }

    private static let system: Set<Substring> = [
        "bin", "boot", "etc", "lib", "lib64", "opt", "proc", "root", "sbin", "sys", "usr", "System", "Library",
    ]
    private static let startup: Set<String> = [
        "~/.bashrc", "~/.profile", "~/.bash_profile", "~/.bash_login", "~/.zshrc", "~/.zshenv", "~/.zprofile",
        "~/.gitconfig",
    ]

    /// What the command writes that lies in the system, as far as it is known.
    private static func systemTarget(of command: SimpleCommand) -> String? {
        var targets = command.redirections.filter { $0.kind == .write }.compactMap(\.target.literal)
        let operands = command.arguments.compactMap(\.literal).filter { !$0.hasPrefix("-") }
        switch command.name {
        case "tee", "truncate", "touch": targets += operands
        case "dd": targets += operands.filter { $0.hasPrefix("of=") }.map { String($0.dropFirst(3)) }
        case "cp", "mv", "install": if operands.count > 1, let last = operands.last { targets.append(last) }
        // A link into the system is how a later, harmless command is led there.
        case "ln": targets += operands
        default: break
        }
        return targets.first { target in
            if startup.contains(target) { return true }
            guard target.hasPrefix("/") else { return false }
            let parts = target.split(separator: "/").filter { $0 != "." }
            guard let first = parts.first else { return command.name == "ln" }
            return system.contains(first) || parts.contains("..")
        }
    }
}
