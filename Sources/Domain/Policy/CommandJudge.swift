/// Applies the built-in rules to one command.
struct CommandJudge {
    struct Judgement: Hashable {
        var verdict: BuiltInCommandRule.Verdict
        var reason: String
    }

    private let command: SimpleCommand
    private let name: String
    /// Options as given, and each letter of a cluster by itself.
    private var options: Set<String> = []
    private var operands: [ShellWord] = []
    private var gitOverrides = false

    init?(_ command: SimpleCommand) {
        guard let name = command.name else { return nil }
        self.command = command
        self.name = name
        let arguments = name == "git" ? withoutGlobalOptions(command.arguments) : command.arguments[...]
        var areOptionsOver = false
        for word in arguments {
            guard let text = word.literal, !areOptionsOver, text.hasPrefix("-"), text.count > 1 else {
                operands.append(word)
                continue
            }
            if text == "--" { areOptionsOver = true }
            options.insert(String(text.prefix { $0 != "=" }))
            if !text.hasPrefix("--") { for letter in text.dropFirst() { options.insert("-\(letter)") } }
        }
    }

    /// The strictest rule that holds, with a question where one may hold and nobody can know.
    func judge() -> Judgement? {
        var found: Judgement?
        for rule in BuiltInCommandRule.all where rule.programs.contains(where: matchesName) {
            guard let judgement = judge(by: rule) else { continue }
            if judgement.verdict == .deny { return judgement }
            found = found ?? judgement
        }
        if found == nil, gitOverrides {
            found = Judgement(verdict: .ask, reason: "it overrides git's settings, which can run other programs")
        }
        return found
    }

    private func matchesName(_ pattern: String) -> Bool {
        pattern.contains("*") ? WildcardPattern(pattern).matches(name) : pattern == name
    }

    private func judge(by rule: BuiltInCommandRule) -> Judgement? {
        let judgement = Judgement(verdict: rule.verdict, reason: rule.reason)
        if !rule.feeders.isEmpty {
            guard command.feeders.contains(where: { rule.feeders == ["*"] || rule.feeders.contains($0) }) else {
                return nil
            }
            // A script named by a word reads the pipe as data.
            let hasScript = operands.first?.literal.map { $0 != "-" } == true && !options.contains("-s")
            return CommandWrapper.shells.contains(name) && hasScript ? nil : judgement
        }
        var operands = operands[...]
        var isSure = true
        if !rule.subcommands.isEmpty {
            guard let first = operands.popFirst() else { return nil }
            if let literal = first.literal, !first.isFilePattern {
                guard rule.subcommands.contains(literal) else { return nil }
            } else {
                guard rule.subcommands.contains(where: first.pattern.matches) else { return nil }
                isSure = false
            }
        }
        if rule.options.contains(where: options.isDisjoint) {
            // "rm $FLAGS /" may have the options that make it grave.
            guard !rule.operands.isEmpty, operands.contains(where: \.isOpen), case .yes = matchOperands(rule.operands)
            else { return nil }
            isSure = false
        }
        if isSure, let harmless = rule.harmless, isHarmless(harmless, Array(operands)) { return nil }
        if !rule.operands.isEmpty {
            switch matchOperands(rule.operands) {
            case .no: return nil
            case .maybe: isSure = false
            case .yes: break
            }
        }
        guard !isSure else { return judgement }
        return Judgement(verdict: .ask, reason: "what it does is only known at run time, and perhaps \(rule.reason)")
    }

    private func isHarmless(_ harmless: BuiltInCommandRule.Harmless, _ operands: [ShellWord]) -> Bool {
        let given = options.filter { !isCluster($0) }
        guard given.subtracting(["--"]).isSubset(of: harmless.options) else { return false }
        if !options.isDisjoint(with: harmless.openingOptions) { return true }
        if let first = operands.first?.literal, harmless.firstOperands.contains(first) { return true }
        return operands.count <= harmless.operands
    }

    /// "-vv" and "-rf" stand in `options` whole and by letter; the letters are enough.
    private func isCluster(_ option: String) -> Bool {
        !option.hasPrefix("--") && option.count > 2 && option.dropFirst().allSatisfy { options.contains("-\($0)") }
    }

    private enum Match { case no, maybe, yes }

    private func matchOperands(_ patterns: [String]) -> Match {
        var result = Match.no
        for word in operands {
            if let literal = word.literal {
                if patterns.contains(where: { Self.matches($0, tidy(literal)) }) { return .yes }
            } else if word.pieces.allSatisfy({ if case .text(let text, _) = $0 { text.isEmpty } else { true } }) {
                // "$DIR" may be anything; "$DIR/build" is taken for what it looks like.
                result = .maybe
            }
        }
        return result
    }

    private static func matches(_ pattern: String, _ text: String) -> Bool {
        guard let open = pattern.firstIndex(of: "{"), let close = pattern[open...].firstIndex(of: "}") else {
            return pattern == text || (pattern.contains("*") && matchesStar(pattern, text))
        }
        return pattern[open..<close].dropFirst().split(separator: ",").contains {
            matches(String(pattern[..<open]) + String($0) + String(pattern[close...].dropFirst()), text)
        }
    }

    /// A star in a rule with a slash stands within one folder.
    private static func matchesStar(_ pattern: String, _ text: String) -> Bool {
        if !pattern.contains("/") { return WildcardPattern(pattern).matches(text) }
        let (wanted, there) = (pattern.split(separator: "/"), text.split(separator: "/"))
        return wanted.count == there.count && pattern.hasPrefix("/") == text.hasPrefix("/")
            && zip(wanted, there).allSatisfy { WildcardPattern(String($0)).matches($1) }
    }

    /// The path without detours; all that leads above the working folder is `..`.
    private func tidy(_ path: String) -> String {
        var names: [Substring] = []
        for name in path.split(separator: "/") where name != "." {
            if name == "..", let last = names.last, last != ".." { names.removeLast() } else { names.append(name) }
        }
        if path.hasPrefix("/") { return "/" + names.drop { $0 == ".." }.joined(separator: "/") }
        guard let first = names.first else { return "." }
        return first == ".." ? ".." : names.joined(separator: "/")
    }

    private mutating func withoutGlobalOptions(_ arguments: [ShellWord]) -> ArraySlice<ShellWord> {
        var rest = arguments[...]
        while let option = rest.first?.literal, option.hasPrefix("-") {
            rest.removeFirst()
            if ["-c", "--config-env", "--exec-path"].contains(option) || option.hasPrefix("--config-env=")
                || option.hasPrefix("--exec-path=")
            {
                gitOverrides = gitOverrides || option != "-c" || rest.first.map { !Self.isPlainSetting($0) } ?? false
            }
            if ["-C", "-c", "--git-dir", "--work-tree", "--namespace", "--config-env", "--super-prefix"].contains(
                option)
            {
                rest = rest.dropFirst()
            }
        }
        return rest
    }

    private static func isPlainSetting(_ word: ShellWord) -> Bool {
        guard let text = word.literal?.lowercased() else { return false }
        return ["color.", "advice.", "core.quotepath=", "diff.renames=", "log.", "core.pager=cat"].contains {
            text.hasPrefix($0)
        }
    }
}
