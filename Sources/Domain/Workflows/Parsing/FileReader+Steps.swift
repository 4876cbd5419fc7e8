import JSON
import YAML

extension FileReader {
    /// A list of steps, or a single one; `within` is the id of what holds them.
    mutating func steps(_ node: YAMLNode, _ key: String, within: String) -> [StepDefinition] {
        if node.pairs != nil { return step(node, within: within, number: 1).map { [$0] } ?? [] }
        guard let items = node.items else { return wrong(node, key, "a list of steps") ?? [] }
        if items.isEmpty { error(node.mark, "'\(key)' has no steps", fix: "add one, or leave '\(key)' out") }
        return items.enumerated().compactMap { place, item in step(item, within: within, number: place + 1) }
    }

    mutating func steps(_ fields: Fields, _ key: String, within: String) -> [StepDefinition] {
        guard let node = fields[key] else { return [] }
        return steps(node, key, within: within)
    }

    private mutating func step(_ node: YAMLNode, within: String, number: Int) -> StepDefinition? {
        guard node.pairs != nil else {
            error(
                node.mark, "a step is a mapping such as 'shell: make test', and this is \(Self.shown(node))")
            return nil
        }
        let kind = kind(of: node)
        let id = id(of: node, kind, within: within, number: number)
        source.record(step: id, at: node.mark)
        guard let kind else { return StepDefinition(id: id, kind: .unread) }
        let fields = fields(
            of: node, kind.rules + StepSyntax.common.filter { rule in !kind.rules.contains { $0.name == rule.name } },
            called: kind.called, owner: id, elsewhere: Self.owners)
        var step = StepDefinition(id: id, kind: self.kind(kind, fields))
        step.title = text(fields, "title") ?? ""
        step.condition = fields["when"].map { expression($0, "when") ?? .null }
        step.needs = names(fields, "needs")
        step.timeout = duration(fields, "timeout")
        step.outputs = outputs(fields)
        step.compensation = steps(fields, "compensate", within: "\(id)-undo")
        readFailure(fields, &step)
        return step
    }

    /// Which kind each key belongs to, for keys of one kind only.
    private static let owners: [String: String] = {
        var owners: [String: [StepSyntax]] = [:]
        for kind in StepSyntax.allCases {
            for rule in kind.rules { owners[KeyRule.folded(rule.name), default: []].append(kind) }
        }
        return owners.compactMapValues { kinds in kinds.count == 1 ? kinds.first?.called : nil }
    }()

    private mutating func kind(of node: YAMLNode) -> StepSyntax? {
        let written = (node.pairs ?? []).compactMap { pair in pair.key.scalarText.map { (KeyRule.folded($0), pair) } }
        if let type = written.first(where: { $0.0 == "type" })?.1.value {
            return word(type, "type", StepSyntax.allCases.map(\.rawValue)).flatMap(StepSyntax.init)
        }
        var kinds = StepSyntax.allCases.filter { kind in written.contains { $0.0 == KeyRule.folded(kind.rawValue) } }
        // The prompt of an agent step is its task.
        if kinds.contains(.agent) { kinds.removeAll { $0 == .prompt } }
        guard let kind = kinds.first else {
            let known = StepSyntax.allCases.map(\.rawValue)
            let near = written.lazy.compactMap { name, pair in
                Nearest.name(to: name, among: known).map { (pair.key.mark, name, $0) }
            }.first
            if let (mark, name, near) = near {
                error(mark, "'\(name)' names no kind of step", fix: "did you mean '\(near)'?")
            } else {
                error(node.mark, "nothing says what this step does", fix: "add one of \(known.joined(separator: ", "))")
            }
            return nil
        }
        if kinds.count > 1 {
            let both = kinds.prefix(2).map { "'\($0.rawValue)'" }.joined(separator: " and ")
            error(node.mark, "a step does one thing, and this one has \(both)", fix: "make two steps of it")
            return nil
        }
        return kind
    }

    /// The id that was written, or one from the kind and the place; always one that is not used yet.
    private mutating func id(of node: YAMLNode, _ kind: StepSyntax?, within: String, number: Int) -> String {
        let base = "\(within.isEmpty ? "" : "\(within)-")\(kind?.rawValue ?? "step")-\(number)"
        var id = base
        var mark = node.mark
        if let written = node["id"] {
            mark = written.mark
            if let text = written.scalarText, Self.isID(text) {
                guard let first = usedIDs[text] else {
                    usedIDs[text] = mark
                    return text
                }
                error(
                    mark, "the id '\(text)' is used twice, first on line \(first.line)",
                    fix: "ids are unique in the whole file; name this one otherwise")
                id = "\(text)-again"
            } else {
                error(mark, "\(Self.shown(written)) is no id", fix: "use letters, digits, - and _")
            }
        }
        while usedIDs[id] != nil || writtenIDs.contains(id) { id += "-x" }
        usedIDs[id] = mark
        return id
    }

    private mutating func readFailure(_ fields: Fields, _ step: inout StepDefinition) {
        switch word(fields, "on_error", ["fail", "continue", "retry"]) {
        case "continue"?: step.onError = .continue
        case "retry"?: step.retry = RetryRule(attempts: 3)
        default: break
        }
        guard let node = fields["retry"] else { return }
        if node.pairs == nil {
            step.retry = RetryRule(attempts: whole(fields, "retry", 1...100) ?? 1)
            return
        }
        let rule = self.fields(of: node, StepSyntax.retry, called: "'retry'", owner: "\(step.id).retry")
        step.retry = RetryRule(attempts: whole(rule, "attempts", 1...100) ?? 3)
        step.retry.backoff = duration(rule, "backoff") ?? step.retry.backoff
        step.retry.longestBackoff =
            duration(rule, "longest_backoff") ?? max(step.retry.longestBackoff, step.retry.backoff)
        let known = FailureCode.allCases.map(\.rawValue)
        for item in rule["on"].map({ $0.items ?? [$0] }) ?? [] {
            if let code = word(item, "on", known).flatMap(FailureCode.init) { step.retry.on.insert(code) }
        }
    }
}

extension StepKind {
    /// Stands in for a kind that could not be read.
    static let unread = StepKind.prompt(PromptStep(prompt: .constant("")))
}
