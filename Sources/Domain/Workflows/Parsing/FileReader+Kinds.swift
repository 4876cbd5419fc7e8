import JSON
import YAML

extension FileReader {
    mutating func kind(_ syntax: StepSyntax, _ fields: Fields) -> StepKind {
        let id = fields.owner
        switch syntax {
        case .agent: return .agent(agent(fields))
        case .prompt:
            return .prompt(
                PromptStep(
                    prompt: template(fields, "prompt") ?? .constant(""), agent: template(fields, "agent"),
                    model: template(fields, "model"), schema: schema(fields, "schema")))
        case .tool:
            return .tool(ToolStep(tool: text(fields, "tool") ?? "", arguments: members(fields, "with")))
        case .integration:
            return .integration(
                IntegrationStep(
                    role: word(fields, "integration", StepSyntax.roles) ?? "", action: text(fields, "action") ?? "",
                    arguments: members(fields, "with")))
        case .shell:
            return .shell(
                ShellStep(
                    command: template(fields, "shell") ?? .constant(""), isRepeatable: flag(fields, "repeatable"),
                    givesJSON: flag(fields, "json"), allowedExitCodes: wholes(fields, "allow_exit", 1...255)))
        case .gate: return .gate(gate(fields))
        case .engine:
            let word = word(fields, "engine", EngineStep.allCases.map(\.rawValue))
            return word.flatMap(EngineStep.init).map { .engine($0) } ?? .unread
        case .parallel:
            let branches = fields["parallel"].map { self.branches($0, within: id) } ?? []
            return .parallel(ParallelStep(branches: branches, limit: whole(fields, "limit", 1...64)))
        case .forEach:
            return .forEach(
                ForEachStep(
                    items: fields["for-each"].map { items($0) } ?? .null, name: loopName(fields),
                    key: template(fields, "key"), limit: whole(fields, "limit", 1...64) ?? 1,
                    steps: steps(fields, "steps", within: id)))
        case .if:
            return .if(
                condition: expression(fields, "if"), then: steps(fields, "then", within: "\(id)-then"),
                otherwise: steps(fields, "else", within: "\(id)-else"))
        case .switch:
            return .switch(
                SwitchStep(
                    value: expression(fields, "switch"), cases: fields["cases"].map { cases($0, within: id) } ?? [],
                    otherwise: steps(fields, "default", within: "\(id)-default")))
        case .while, .doWhile:
            return .while(
                WhileStep(
                    condition: expression(fields, syntax.rawValue), limit: whole(fields, "max", 1...1_000) ?? 10,
                    runsFirst: syntax == .doWhile, steps: steps(fields, "steps", within: id)))
        case .workflow:
            return .workflow(
                WorkflowStep(workflow: text(fields, "workflow") ?? "", inputs: members(fields, "with")))
        }
    }

    private mutating func agent(_ fields: Fields) -> AgentStep {
        let step = AgentStep(
            agent: template(fields, "agent") ?? .constant(""), prompt: template(fields, "prompt"),
            document: word(fields, "document", StepSyntax.documents), task: value(fields, "task"),
            verify: flag(fields, "verify"), model: template(fields, "model"), tools: names(fields, "tools"),
            options: fields.has("with") ? members(fields, "with") : nil)
        if let node = fields["with"] { checkOptions(step, node.mark) }
        if !fields.has("prompt"), !fields.has("document"), !fields.has("task") {
            error(fields.mark, "nothing says what the agent is to do", fix: "add 'prompt', 'document' or 'task'")
        }
        if fields.has("document"), let task = fields["task"] {
            error(
                task.mark, "an agent step writes a document or carries out a task, not both",
                fix: "make two steps of it")
        }
        return step
    }

    private mutating func checkOptions(_ step: AgentStep, _ mark: YAMLMark) {
        let known = StepSyntax.documentOptions[step.document ?? ""] ?? []
        for (name, _) in step.options?.source.objectValue ?? [:] where !known.contains(name) {
            error(
                mark,
                "\(step.document.map { "the document '\($0)'" } ?? "an agent step without a document") takes no '\(name)'",
                fix: known.isEmpty ? "leave it out" : "it takes \(known.joined(separator: ", "))")
        }
    }

    // MARK: Gates

    private mutating func gate(_ fields: Fields) -> GateStep {
        let choices = fields["choices"].map { self.choices($0) } ?? []
        let form = schema(fields, "form")
        var asks: GateStep.Asks = fields.has("form") ? .form : choices.isEmpty ? .approval : .choice
        if let node = fields["asks"], let written = word(node, "asks", StepSyntax.asks).flatMap(GateStep.Asks.init) {
            switch written {
            case .choice where !fields.has("choices"): error(node.mark, "a choice needs 'choices'", fix: "add them")
            case .form where !fields.has("form"): error(node.mark, "a form needs 'form'", fix: "add a JSON Schema")
            case .text, .approval:
                if fields.has("choices") || fields.has("form") {
                    error(
                        node.mark, "'asks: \(written.rawValue)' goes with neither 'choices' nor 'form'",
                        fix: "leave it out")
                }
            default: break
            }
            asks = written
        }
        if let form, form["type"] != "object", let node = fields["form"] {
            error(node.mark, "a form asks for an object", fix: "begin the schema with 'type: object'")
        }
        let gate = GateStep(
            question: template(fields, "gate") ?? .constant(""), details: template(fields, "details"), asks: asks,
            choices: choices, form: form, defaultAnswer: fields["default"].flatMap { constant($0, "default") },
            expiresAfter: duration(fields, "expires"), remindEvery: duration(fields, "remind"),
            rejections: rejections(fields))
        check(gate, fields)
        return gate
    }

    private mutating func check(_ gate: GateStep, _ fields: Fields) {
        let answers =
            gate.asks == .choice ? gate.choices.map(\.value) : gate.asks == .approval ? ["approve", "reject"] : []
        if let node = fields["default"], let value = gate.defaultAnswer {
            if gate.expiresAfter == nil, !fields.has("expires") {
                error(
                    node.mark, "the default answer is never given, since the gate does not expire",
                    fix: "add 'expires: 2d'")
            }
            let isForm = gate.asks == .form
            if isForm ? value.objectValue == nil : value.stringValue == nil {
                let wanted = isForm ? "an object" : "a text"
                error(node.mark, "the default answer of this gate is \(wanted), and this is \(value.kindName)")
            } else if let text = value.stringValue, !answers.isEmpty, !answers.contains(text) {
                error(
                    node.mark,
                    "'\(text)' is no answer of this gate\(Nearest.hint(for: text, among: answers, orAll: true))")
            }
        }
        guard let node = fields["rejections"], !answers.isEmpty else { return }
        for answer in gate.rejections where answer != "reject" && !answers.contains(answer) {
            error(
                node.mark,
                "'\(answer)' is no answer of this gate\(Nearest.hint(for: answer, among: answers, orAll: true))")
        }
    }

    private mutating func rejections(_ fields: Fields) -> [String] {
        let written = names(fields, "rejections") ?? []
        return ["reject"] + written.filter { $0 != "reject" }
    }

    private mutating func choices(_ node: YAMLNode) -> [GateChoice] {
        var choices: [GateChoice] = []
        if let pairs = node.pairs {
            for pair in pairs {
                let value = pair.key.scalarText ?? ""
                choices.append(
                    GateChoice(value: value, label: pair.value.isNull ? value : pair.value.scalarText ?? value))
            }
        } else if let items = node.items {
            for item in items {
                guard let text = item.scalarText, !item.isNull else {
                    error(item.mark, "a choice is a text, not \(Self.shown(item))")
                    continue
                }
                if choices.contains(where: { $0.value == text }) {
                    error(item.mark, "the choice '\(text)' stands twice")
                }
                choices.append(GateChoice(value: text, label: text))
            }
        } else {
            return wrong(node, "choices", "a list of values or a mapping of value to label") ?? []
        }
        if choices.isEmpty { error(node.mark, "'choices' is empty", fix: "leave it out, or name the answers") }
        return choices
    }

    // MARK: Branches, loops and cases

    private mutating func branches(_ node: YAMLNode, within id: String) -> [ParallelStep.Branch] {
        var branches: [ParallelStep.Branch] = []
        for pair in node.pairs ?? [] {
            let name = pair.key.scalarText ?? ""
            if !Self.isID(name) {
                error(pair.key.mark, "'\(name)' is no name of a branch", fix: "use letters, digits, - and _")
            }
            branches.append(.init(name: name, steps: steps(pair.value, name, within: "\(id)-\(name)")))
        }
        for (place, item) in (node.items ?? []).enumerated() {
            let name = "branch-\(place + 1)"
            let steps = steps(item, name, within: "\(id)-\(place + 1)")
            // A branch of one step with an id of its own is called like it.
            let written = item["id"]?.scalarText
            branches.append(.init(name: written.map { steps.first?.id ?? $0 } ?? name, steps: steps))
        }
        if node.scalarText != nil {
            return wrong(node, "parallel", "a mapping of branch to steps, or a list of branches") ?? []
        }
        if branches.isEmpty { error(node.mark, "'parallel' has no branches", fix: "add them, or leave the step out") }
        return branches
    }

    private mutating func items(_ node: YAMLNode) -> Expression {
        guard let items = node.items else { return expression(node, "for-each") ?? .null }
        var texts: [String] = []
        for item in items {
            guard let value = item.scalarText == nil ? nil : constant(item, "for-each") else {
                error(
                    item.mark, "a list that is written out holds texts and numbers, not \(Self.shown(item))",
                    fix: "give objects with from_json('[…]') or as an input")
                continue
            }
            texts.append(ExpressionNode.text(of: value))
        }
        do throws(ExpressionError) { return try Expression("[\(texts.joined(separator: ", "))]") } catch {
            self.error(
                node.mark, "the list is too long to be written out: \(error.message)", fix: "give it as an input")
            return .null
        }
    }

    private mutating func loopName(_ fields: Fields) -> String {
        guard let name = text(fields, "as"), let node = fields["as"] else { return "item" }
        let taken = [
            "inputs", "steps", "run", "project", "index", "result", "null", "true", "false", "and", "or", "not", "in",
        ]
        if !ExpressionNode.isName(name) || taken.contains(name) {
            error(
                node.mark, "'\(name)' cannot be the name of an element",
                fix: "use letters, digits and _, and none of \(taken.joined(separator: ", "))")
            return "item"
        }
        return name
    }

    private mutating func cases(_ node: YAMLNode, within id: String) -> [SwitchStep.Case] {
        var cases: [SwitchStep.Case] = []
        for (place, pair) in (node.pairs ?? []).enumerated() {
            guard let value = constant(pair.key, "cases") else { continue }
            let steps = steps(pair.value, pair.key.scalarText ?? "cases", within: "\(id)-case-\(place + 1)")
            add(.init(value: value, steps: steps), at: pair.key.mark, to: &cases)
        }
        for (place, item) in (node.items ?? []).enumerated() {
            let fields = fields(of: item, Self.caseRules, called: "a case", owner: "\(id).case.\(place)")
            guard item.pairs != nil, let written = fields["value"], let value = constant(written, "value") else {
                continue
            }
            let steps = steps(fields, "steps", within: "\(id)-case-\(place + 1)")
            add(.init(value: value, steps: steps), at: written.mark, to: &cases)
        }
        if node.scalarText != nil { return wrong(node, "cases", "a mapping of value to steps") ?? [] }
        if cases.isEmpty { error(node.mark, "'cases' is empty", fix: "add one: a value and its steps") }
        return cases
    }

    private mutating func add(_ next: SwitchStep.Case, at mark: YAMLMark, to cases: inout [SwitchStep.Case]) {
        if cases.contains(where: { $0.value.isSame(as: next.value) }) {
            error(
                mark, "the case \(next.value.shown) is never reached, since one before it is equal", fix: "remove one")
        }
        cases.append(next)
    }

    static let caseRules = [
        KeyRule("value", .constant, "What the value is compared with.").required,
        KeyRule("steps", .steps, "What is done.").required,
    ]
}
