import JSON
import YAML

/// Reads a workflow file of spec-kit 1.0 into a definition of ours (E9).
struct SpecKitReader {
    var reader: FileReader
    private var words = SpecKitExpression()
    private var tasksStep: String?

    static func isSpecKit(_ node: YAMLNode) -> Bool { node["workflow"]?.pairs != nil && node["name"] == nil }

    init(_ reader: FileReader) {
        self.reader = reader
        words.folder = reader.source.file.split(separator: "/").dropLast().joined(separator: "/")
    }

    mutating func workflow(_ node: YAMLNode) -> WorkflowDefinition? {
        guard let head = node["workflow"], let list = node["steps"]?.items, !list.isEmpty else {
            reader.error(node.mark, "a workflow of spec-kit has 'workflow' and a list of 'steps'", fix: "add the steps")
            return nil
        }
        if let version = node["schema_version"], version.scalarText != "1.0" {
            reader.error(
                version.mark, "schema_version \(FileReader.shown(version)) is not known", fix: "this reads '1.0'")
        }
        let name = head["id"]?.scalarText ?? ""
        if !FileReader.isWorkflowName(name) {
            reader.error(
                (head["id"] ?? head).mark, "'\(name)' is no id of a workflow",
                fix: "use lower case letters, digits and hyphens")
        }
        collect(list)
        let inputs = (node["inputs"]?.pairs ?? []).map { input($0) }
        return WorkflowDefinition(
            name: name, version: head["version"]?.scalarText ?? "1",
            summary: head["description"]?.scalarText ?? head["name"]?.scalarText ?? "", inputs: inputs,
            steps: steps(list))
    }

    private mutating func collect(_ steps: [YAMLNode]) {
        for step in steps {
            if let id = step["id"]?.scalarText {
                reader.writtenIDs.insert(id)
                words.kinds[id] = type(of: step)
                if step["command"]?.scalarText == "speckit.tasks" { tasksStep = id }
            }
            for key in ["then", "else", "steps", "default"] { collect(step[key]?.items ?? []) }
            for pair in step["cases"]?.pairs ?? [] { collect(pair.value.items ?? []) }
            if let template = step["step"] { collect([template]) }
        }
    }

    private func type(of step: YAMLNode) -> String { step["type"]?.scalarText ?? "command" }

    private mutating func input(_ pair: YAMLNode.Pair) -> InputDefinition {
        let (name, node) = (pair.key.scalarText ?? "", pair.value)
        var input = InputDefinition(
            name: name, summary: node["prompt"]?.scalarText ?? "", isRequired: node["required"]?.bool ?? false,
            defaultValue: node["default"].flatMap { reader.constant($0, "default") })
        switch node["type"]?.scalarText ?? "string" {
        case "string": break
        case "number": input.type = .number
        case "boolean": input.type = .boolean
        case let type:
            reader.error(
                (node["type"] ?? node).mark, "'\(type)' is no type of an input",
                fix: "there are string, number and boolean")
        }
        // There a default makes a required input one that need not be given.
        if input.defaultValue != nil { input.isRequired = false }
        input.choices = (node["enum"]?.items ?? []).compactMap { reader.constant($0, "enum") }
        return input
    }

    // MARK: Steps

    private mutating func steps(_ nodes: [YAMLNode]) -> [StepDefinition] {
        var read: [StepDefinition] = []
        for node in nodes { if let step = step(node) { read.append(step) } }
        return read
    }

    private mutating func steps(_ node: YAMLNode?) -> [StepDefinition] { steps(node?.items ?? []) }

    private mutating func step(_ node: YAMLNode) -> StepDefinition? {
        guard node.pairs != nil, let id = node["id"]?.scalarText, FileReader.isID(id) else {
            reader.error(node.mark, "a step is a mapping with an 'id' of letters, digits, - and _", fix: "add one")
            return nil
        }
        if let first = reader.usedIDs[id] {
            reader.error(
                node.mark, "the id '\(id)' is used twice, first on line \(first.line)",
                fix: "ids are unique in the whole file")
            return nil
        }
        reader.usedIDs[id] = node.mark
        reader.source.record(step: id, at: node.mark)
        guard let kind = kind(of: node, id) else { return nil }
        var step = StepDefinition(id: id, kind: kind)
        if node["continue_on_error"]?.bool == true { step.onError = .continue }
        if let timeout = node["timeout"] {
            if let seconds = timeout.double, seconds > 0, seconds <= 3_155_760_000 {
                step.timeout = Int64(seconds * 1_000)
            } else {
                reader.error(timeout.mark, "'timeout' takes a number of seconds, not \(FileReader.shown(timeout))")
            }
        }
        if type(of: node) == "fan-in" { step.outputs = collected(node) }
        return retried(step, node)
    }

    private mutating func kind(of node: YAMLNode, _ id: String) -> StepKind? {
        switch type(of: node) {
        case "command": return command(node, id)
        case "prompt":
            return .agent(
                AgentStep(
                    agent: .constant("developer"), prompt: template(node, "prompt", required: true), verify: true,
                    model: model(node)))
        case "shell":
            return .shell(
                ShellStep(
                    command: template(node, "run", required: true) ?? .constant(""),
                    givesJSON: node["output_format"]?.scalarText == "json"))
        case "gate": return gate(node)
        case "if":
            return .if(condition: condition(node), then: steps(node["then"]), otherwise: steps(node["else"]))
        case "switch":
            // Cases are compared as texts there.
            let cases = (node["cases"]?.pairs ?? []).map { pair in
                SwitchStep.Case(value: .string(pair.key.scalarText ?? ""), steps: steps(pair.value))
            }
            let value = expression(node, "expression")
            return .switch(SwitchStep(value: asText(value), cases: cases, otherwise: steps(node["default"])))
        case "while", "do-while":
            return .while(
                WhileStep(
                    condition: condition(node), limit: limit(node, "max_iterations", 10, 1...1_000),
                    runsFirst: type(of: node) == "do-while", steps: steps(node["steps"])))
        case "fan-out":
            return .forEach(
                ForEachStep(
                    items: expression(node, "items"), name: "item", limit: limit(node, "max_concurrency", 1, 1...64),
                    steps: node["step"].map { steps([$0]) } ?? []))
        case "fan-in":
            // The loops before it have ended by then; there is nothing to wait for.
            return .if(condition: .null, then: [], otherwise: [])
        case let type:
            let known = [
                "command", "prompt", "shell", "gate", "if", "switch", "while", "do-while", "fan-out", "fan-in",
            ]
            let fix = type == "init" ? "prepare the project with vencejo init, and remove the step" : nil
            reader.error(
                (node["type"] ?? node).mark, "the step type '\(type)' cannot be carried out",
                fix: fix ?? "there are \(known.joined(separator: ", "))")
            return nil
        }
    }

    private mutating func command(_ node: YAMLNode, _ id: String) -> StepKind? {
        guard let command = node["command"]?.scalarText, !command.isEmpty else {
            reader.error(node.mark, "a command step needs 'command'", fix: "add it, such as speckit.plan")
            return nil
        }
        let arguments = node["input"]?["args"].flatMap { template($0) }
        let model = model(node)
        func agent(_ role: String, _ document: String) -> StepKind {
            .agent(AgentStep(agent: .constant(.string(role)), prompt: arguments, document: document, model: model))
        }
        switch command.hasPrefix("speckit.") ? String(command.dropFirst("speckit.".count)) : command {
        case "specify": return agent("planner", "spec")
        case "plan": return agent("architect", "plan")
        case "tasks": return agent("planner", "tasks")
        case "implement" where tasksStep != nil && reader.usedIDs[tasksStep ?? ""] != nil:
            return implementation(id, model)
        default:
            let text =
                "Carry out the command \(command) of this project's spec-kit: follow the instructions that its file gives."
            let whole = (arguments?.source.stringValue).map { "\(text)\n\nArguments: \($0)" } ?? text
            let isReading = ["speckit.analyze", "speckit.checklist"].contains(command)
            return .agent(
                AgentStep(
                    agent: .constant(isReading ? "reviewer" : "developer"), prompt: template(ours: whole, node),
                    verify: !isReading, model: model))
        }
    }

    /// Each task of the plan on its own, as our own flow does it.
    private mutating func implementation(_ id: String, _ model: ValueTemplate?) -> StepKind? {
        do throws(ExpressionError) {
            let inner = "\(id)-task"
            reader.usedIDs[inner] = reader.usedIDs[id]
            return .forEach(
                ForEachStep(
                    items: try Expression("steps['\(tasksStep ?? "")'].outputs.tasks"), name: "task",
                    key: try ValueTemplate("${task.id}"),
                    steps: [
                        StepDefinition(
                            id: inner,
                            kind: .agent(
                                AgentStep(
                                    agent: .constant("developer"), task: try ValueTemplate("${task}"), verify: true,
                                    model: model)))
                    ]))
        } catch {
            return nil
        }
    }

    private mutating func gate(_ node: YAMLNode) -> StepKind {
        let options = node["options"]?.items?.compactMap(\.scalarText) ?? ["approve", "reject"]
        let reaction =
            node["on_reject"].flatMap { reader.word($0, "on_reject", ["abort", "skip", "retry"]) } ?? "abort"
        let file = node["show_file"].flatMap { template($0)?.source.stringValue }
        if let verdict = node["verdict_input"] {
            reader.report(
                .warning, verdict.mark, "the gate asks, whatever the input in 'verdict_input' says",
                fix: "answer it with vencejo gates answer")
        }
        return .gate(
            GateStep(
                question: template(node, "message", required: false) ?? .constant("Review required."),
                details: file.flatMap { template(ours: "See the file \($0).", node) }, asks: .choice,
                choices: options.map { GateChoice(value: $0, label: $0) },
                rejections: reaction == "abort"
                    ? ["reject"] + options.filter { ["abort"].contains($0.lowercased()) } : []))
    }

    /// `on_reject: retry` asks again until the answer is another.
    private mutating func retried(_ step: StepDefinition, _ node: YAMLNode) -> StepDefinition {
        guard case .gate = step.kind, node["on_reject"]?.scalarText == "retry" else { return step }
        let id = "\(step.id)-again"
        reader.source.record(step: id, at: node.mark)
        do throws(ExpressionError) {
            let asked = try Expression("lower(steps['\(step.id)'].outputs.answer ?? '') in ['reject', 'abort']")
            return StepDefinition(
                id: id, kind: .while(WhileStep(condition: asked, limit: 100, runsFirst: true, steps: [step])))
        } catch {
            return step
        }
    }

    private mutating func collected(_ node: YAMLNode) -> [OutputDefinition] {
        let waited = node["wait_for"]?.items?.compactMap(\.scalarText) ?? []
        for id in waited where words.kinds[id] == nil {
            reader.error((node["wait_for"] ?? node).mark, "there is no step '\(id)' to wait for")
        }
        let results =
            "[\(waited.filter { words.kinds[$0] != nil }.map { "steps['\($0)'].outputs" }.joined(separator: ", "))]"
        words.results = results
        defer { words.results = "null" }
        let own = (node["output"]?.pairs ?? []).compactMap { pair in
            template(pair.value).map { OutputDefinition(name: pair.key.scalarText ?? "", value: $0) }
        }
        return [OutputDefinition(name: "results", value: template(ours: "${\(results)}", node) ?? .constant([]))] + own
    }

    // MARK: Values

    private mutating func limit(_ node: YAMLNode, _ key: String, _ standard: Int, _ range: ClosedRange<Int>) -> Int {
        guard let value = node[key], !value.isNull else { return standard }
        guard let number = value.int, number >= range.lowerBound else {
            reader.error(value.mark, "'\(key)' takes a whole number above 0, not \(FileReader.shown(value))")
            return standard
        }
        return min(number, range.upperBound)
    }

    /// A model is taken where it is written as ours are; an integration's own names are left to the role's strategy.
    private mutating func model(_ node: YAMLNode) -> ValueTemplate? {
        guard let model = node["model"], let text = model.scalarText, text.contains("/") || text.contains("{{") else {
            return nil
        }
        return template(model)
    }

    private mutating func template(_ node: YAMLNode, _ key: String, required: Bool) -> ValueTemplate? {
        guard let value = node[key], !value.isNull else {
            if required { reader.error(node.mark, "a \(type(of: node)) step needs '\(key)'", fix: "add it") }
            return nil
        }
        return template(value)
    }

    private mutating func template(_ node: YAMLNode) -> ValueTemplate? {
        guard let text = node.scalarText else { return reader.constant(node, "value").map(ValueTemplate.constant) }
        do throws(ExpressionError) { return try ValueTemplate(.string(try words.template(text))) } catch {
            reader.error(reader.source.mark(in: node, column: error.column), error.message)
            return nil
        }
    }

    private mutating func template(ours text: String, _ node: YAMLNode) -> ValueTemplate? {
        do throws(ExpressionError) { return try ValueTemplate(.string(text)) } catch {
            reader.error(node.mark, error.message)
            return nil
        }
    }

    private mutating func condition(_ node: YAMLNode) -> Expression {
        guard let value = node["condition"] else {
            reader.error(node.mark, "a \(type(of: node)) step needs 'condition'", fix: "add it")
            return .null
        }
        return expression(value, node)
    }

    private mutating func expression(_ node: YAMLNode, _ key: String) -> Expression {
        guard let value = node[key], !value.isNull else {
            reader.error(node.mark, "a \(type(of: node)) step needs '\(key)'", fix: "add it")
            return .null
        }
        return expression(value, node)
    }

    private mutating func expression(_ value: YAMLNode, _ step: YAMLNode) -> Expression {
        if let items = value.items {
            let texts = items.map { ExpressionNode.text(of: reader.constant($0, "items") ?? .null) }
            return made("[\(texts.joined(separator: ", "))]", value)
        }
        guard let text = value.scalarText, let template = template(value)?.source.stringValue else { return .null }
        // One block is its value; anything else is text, and the words true and false are what they say.
        if template.hasPrefix("${"), template.hasSuffix("}"), !template.dropFirst(2).contains("${") {
            return made(String(template.dropFirst(2).dropLast()), value)
        }
        switch text.lowercased() {
        case "true", "false": return made(text.lowercased(), value)
        default:
            reader.error(
                value.mark, "\(JSONValue.string(text).shown) is a text and not worked out", fix: "write it in {{ … }}")
            return .null
        }
    }

    private mutating func asText(_ value: Expression) -> Expression {
        // Only an expression of the greatest size cannot be wrapped; it is then compared as it is.
        (try? Expression("string(\(value.source))")) ?? value
    }

    private mutating func made(_ source: String, _ node: YAMLNode) -> Expression {
        do throws(ExpressionError) { return try Expression(source) } catch {
            reader.error(node.mark, error.message)
            return .null
        }
    }
}
