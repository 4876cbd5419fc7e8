/// Finds the files with built-in denials that a command names; the sandbox is the wall, this is the sign on it.
enum SecretArguments {
    /// Programs whose words are no files.
    private static let speakers: Set<String> = [
        "echo", "printf", ":", "true", "false", "export", "test", "[", "[[", "kill", "sleep",
    ]
    /// Programs whose first operand is a pattern or a small script.
    private static let searchers: Set<String> = [
        "grep", "egrep", "fgrep", "rg", "ag", "ack", "sed", "awk", "gawk", "jq", "yq", "perl", "tr",
    ]
    private static let writers: Set<String> = [
        "cp", "mv", "tee", "rm", "rmdir", "touch", "ln", "install", "dd", "truncate", "chmod", "chown", "mkdir",
        "rsync", "patch", "unlink",
        "ed", "ex", "sponge",
    ]

    static func denial(in command: SimpleCommand) -> (file: String, rule: BuiltInPathRule)? {
        for redirection in command.redirections where redirection.kind != .text {
            let access: PathRules.Access = redirection.kind == .write ? .write : .read
            if let file = redirection.target.literal, let rule = BuiltInPathRule.denial(of: tidy(file), for: access) {
                return (file, rule)
            }
        }
        let name = command.name ?? ""
        guard !speakers.contains(name) else { return nil }
        let isEditing = name == "sed" && command.arguments.contains { $0.literal?.hasPrefix("-i") == true }
        let accesses: [PathRules.Access] = writers.contains(name) || isEditing ? [.read, .write] : [.read]
        var mayBePattern = searchers.contains(name)
        for word in [command.program] + command.arguments {
            guard let text = word.literal, !text.isEmpty else { continue }
            if mayBePattern, word != command.program, !text.hasPrefix("-") {
                mayBePattern = false
                continue
            }
            for file in candidates(text) {
                for access in accesses {
                    if let rule = BuiltInPathRule.denial(of: tidy(file), for: access) { return (file, rule) }
                }
            }
        }
        return nil
    }

    /// The word itself, and the file in `--file=.env`, `@.env`, `if=.env` and `-f.env`.
    private static func candidates(_ text: String) -> [String] {
        var found = text.hasPrefix("-") ? [] : [text]
        for mark: Character in ["=", "@", ":"] {
            if let index = text.lastIndex(of: mark) { found.append(String(text[text.index(after: index)...])) }
        }
        if text.hasPrefix("-"), !text.hasPrefix("--"), text.count > 2 { found.append(String(text.dropFirst(2))) }
        return found.filter { !$0.isEmpty && !$0.contains("://") }
    }

    /// Resolves `a/../.env`, so that the name that counts is the last one.
    private static func tidy(_ path: String) -> String {
        var names: [Substring] = []
        for name in path.split(separator: "/") where name != "." {
            if name == "..", names.last != nil, names.last != ".." { names.removeLast() } else { names.append(name) }
        }
        return names.joined(separator: "/")
    }
}
