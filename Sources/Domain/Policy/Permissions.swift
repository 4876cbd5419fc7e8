/// What an agent may do with its tools.
///
/// Built-in denials come first, then `deny`, `ask` and `allow` rules, then the tool's default. A script is as
/// permitted as the strictest of the commands in it; what cannot be read is asked about.
package struct Permissions: Sendable, Hashable {
    package enum Default: String, Sendable, Hashable, Codable { case allow, ask, deny }

    /// What a tool is used on.
    package enum Subject: Sendable, Hashable {
        case none
        /// Shell text.
        case command(String)
        case read(String)
        case write(String)
        /// Anything else by which rules can tell uses apart, for example an address.
        case text(String)
    }

    private struct Layer: Sendable, Hashable {
        var allow: [PermissionRule]
        var ask: [PermissionRule]
        var deny: [PermissionRule]
        var defaults: [String: Default]
        var fallback: Default
    }

    private var layers: [Layer]
    package private(set) var paths: PathRules

    /// - Parameters:
    ///   - defaults: What holds for a tool, by its name, when no rule speaks of the use.
    ///   - fallback: The same for all other tools.
    package init(
        allow: [PermissionRule] = [], ask: [PermissionRule] = [], deny: [PermissionRule] = [],
        defaults: [String: Default] = [:],
        fallback: Default = .ask, paths: PathRules = PathRules()
    ) {
        layers = [Layer(allow: allow, ask: ask, deny: deny, defaults: defaults, fallback: fallback)]
        self.paths = paths
    }

    /// What both permit, never more than either; for agents that work for others.
    package func narrowed(by other: Permissions) -> Permissions {
        var result = self
        result.layers += other.layers.filter { !layers.contains($0) }
        result.paths = paths.narrowed(by: other.paths)
        return result
    }

    package func decide(tool: String, on subject: Subject = .none) -> CommandPermissionDecision {
        switch subject {
        case .command(let text): return decide(tool: tool, command: text)
        case .read(let path): return decide(tool: tool, path: path, access: .read)
        case .write(let path): return decide(tool: tool, path: path, access: .write)
        case .none: return decide(tool) { $0.isUnconditional ? .yes : .no }
        case .text(let text): return decide(tool) { $0.matches(text: text) ? .yes : .no }
        }
    }

    // MARK: Paths

    private func decide(tool: String, path: String, access: PathRules.Access) -> CommandPermissionDecision {
        if case .deny(let reason) = paths.decide(path, for: access) { return .deny(reason) }
        guard case .path(let name) = WorkspacePath.read(path) else { return .deny("the path is not usable") }
        return decide(tool) { $0.matches(path: name) ? .yes : .no }
    }

    // MARK: Commands

    private func decide(tool: String, command text: String) -> CommandPermissionDecision {
        let line = CommandLine(parsing: text)
        var result = CommandPermissionDecision.allow
        if let name = line.forkBombs.first {
            result = .deny("the function \(name) starts copies of itself without end")
        }
        for command in line.commands { result = result.stricter(decide(tool: tool, command)) }
        if let problem = line.problem {
            result = result.stricter(.ask("the command cannot be read with certainty: \(problem)"))
        } else if line.commands.isEmpty {
            result = result.stricter(decide(tool) { $0.isUnconditional ? .yes : .no })
        }
        return result
    }

    private func decide(tool: String, _ command: SimpleCommand) -> CommandPermissionDecision {
        let text = command.text.count > 120 ? command.text.prefix(120) + "…" : command.text[...]
        if let (file, rule) = SecretArguments.denial(in: command) {
            return .deny("\(text): \(file) is off limits, \(rule.reason) (built-in rule \(rule.name))")
        }
        for redirection in command.redirections where redirection.kind != .text {
            guard let file = redirection.target.literal, case .path = WorkspacePath.read(file) else { continue }
            let access: PathRules.Access = redirection.kind == .write ? .write : .read
            if case .deny(let reason) = paths.decide(file, for: access) { return .deny("\(text): \(reason)") }
        }
        guard let judge = CommandJudge(command) else {
            return explicit(tool, command).stricter(.ask("\(text): which program it runs is only known at run time"))
        }
        let explicit = explicit(tool, command)
        let judged = judge.judge()
        let disguised = DisguisedCommand.judge(command)
        guard
            let judgement = judged?.verdict == .deny
                ? judged : disguised?.verdict == .deny ? disguised : judged ?? disguised
        else { return explicit }
        switch judgement.verdict {
        case .deny: return .deny("\(text): \(judgement.reason)")
        case .ask:
            // A rule of the user that names this command answers the question.
            if isAllowedByName(tool, command), explicit == .allow { return .allow }
            return explicit.stricter(.ask("\(text): \(judgement.reason)"))
        }
    }

    private func explicit(_ tool: String, _ command: SimpleCommand) -> CommandPermissionDecision {
        decide(tool) { rule, list in
            guard list == .allow else { return rule.matches(command, isLenient: true) }
            return isTampered(command) && !rule.isUnconditional ? .no : rule.matches(command, isLenient: false)
        }
    }

    private func isAllowedByName(_ tool: String, _ command: SimpleCommand) -> Bool {
        !isTampered(command)
            && layers.allSatisfy { layer in
                layer.allow.contains {
                    !$0.isUnconditional && $0.applies(to: tool) && $0.matches(command, isLenient: false) == .yes
                }
            }
    }

    /// Variables that make a known program do something else; a rule that allows the program does not mean that.
    private func isTampered(_ command: SimpleCommand) -> Bool {
        command.assignments.contains { name in
            [
                "PATH", "IFS", "ENV", "BASH_ENV", "EDITOR", "VISUAL", "PAGER", "PERL5OPT", "PERL5LIB", "RUBYOPT",
                "RUBYLIB", "NODE_OPTIONS",
                "PYTHONSTARTUP", "PYTHONPATH", "PYTHONHOME", "SHELL", "JAVA_TOOL_OPTIONS", "PROMPT_COMMAND",
            ].contains(name)
                || ["LD_", "DYLD_", "GIT_", "BASH_FUNC"].contains { name.hasPrefix($0) }
        }
    }

    // MARK: Rules

    private enum List { case allow, ask, deny }

    private func decide(_ tool: String, _ match: (PermissionRule) -> PermissionRule.Match) -> CommandPermissionDecision
    {
        decide(tool) { rule, _ in match(rule) }
    }

    private func decide(_ tool: String, _ match: (PermissionRule, List) -> PermissionRule.Match)
        -> CommandPermissionDecision
    {
        layers.reduce(.allow) { $0.stricter(decide(tool, in: $1, match)) }
    }

    private func decide(
        _ tool: String, in layer: Layer, _ match: (PermissionRule, List) -> PermissionRule.Match
    ) -> CommandPermissionDecision {
        var question: String?
        for rule in layer.deny where rule.applies(to: tool) {
            switch match(rule, .deny) {
            case .yes: return .deny("the rule \(rule) denies it")
            case .maybe:
                question = question ?? "what it does is only known at run time, and the rule \(rule) may deny it"
            case .no: break
            }
        }
        for rule in layer.ask where rule.applies(to: tool) && match(rule, .ask) != .no {
            question = question ?? "the rule \(rule) asks"
        }
        if let question { return .ask(question) }
        if layer.allow.contains(where: { $0.applies(to: tool) && match($0, .allow) == .yes }) { return .allow }
        switch layer.defaults[tool] ?? layer.fallback {
        case .allow: return .allow
        case .ask: return .ask("no rule allows \(tool) here")
        case .deny: return .deny("no rule allows \(tool) here")
        }
    }
}
