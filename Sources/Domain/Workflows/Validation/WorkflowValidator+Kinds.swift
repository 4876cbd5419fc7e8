import IntegrationRoles
import JSON
import Secrets
import YAML

extension WorkflowValidator {
    mutating func checkKind(_ step: StepDefinition, _ parts: StepParts) {
        switch step.kind {
        case .agent(let agent):
            checkAgent(agent.agent, of: step)
            for (place, tool) in (agent.tools ?? []).enumerated() {
                checkTool(tool, source.mark(step: step.id, field: "tools", path: JSONPointer([String(place)])))
            }
        case .prompt(let prompt):
            if let agent = prompt.agent { checkAgent(agent, of: step) }
        case .tool(let tool):
            checkTool(tool.tool, source.mark(step: step.id, field: "tool"))
        case .integration(let integration): checkIntegration(integration, of: step)
        case .shell: checkQuoting(step, parts)
        case .forEach(let each): checkItems(each, of: step)
        case .if(let condition, let then, let otherwise):
            if let holds = condition.constantTruth, holds ? !otherwise.isEmpty : !then.isEmpty {
                warnUnreachable(step, "if", "\(holds ? "'else'" : "'then'") of '\(step.id)' is never reached")
            }
        case .while(let loop): checkLoop(loop, of: step)
        case .workflow(let call): checkCall(call, of: step)
        default: break
        }
        if step.condition?.constantTruth == false { warnUnreachable(step, "when", "'\(step.id)' never runs") }
    }

    private mutating func warnUnreachable(_ step: StepDefinition, _ field: String, _ message: String) {
        report(
            .warning, source.mark(step: step.id, field: field), "\(message), since the condition is always the same",
            fix: "remove it, or name a value in the condition")
    }

    private mutating func checkAgent(_ agent: ValueTemplate, of step: StepDefinition) {
        guard let known = context.agents, agent.isConstant, let name = agent.source.stringValue, !name.isEmpty,
            !known.contains(name)
        else { return }
        report(
            source.mark(step: step.id, field: "agent"), "there is no agent '\(name)'",
            fix: Self.fix(name, known, "add .vencejo/agents/\(name).md, or use one of"))
    }

    private mutating func checkTool(_ name: String, _ mark: YAMLMark) {
        guard let known = context.tools, !name.isEmpty, !known.contains(name) else { return }
        report(mark, "there is no tool '\(name)'", fix: Self.fix(name, known, "the tools are"))
    }

    private static func fix(_ name: String, _ known: [String], _ otherwise: String) -> String {
        Nearest.name(to: name, among: known).map { "did you mean '\($0)'?" }
            ?? "\(otherwise) \(known.sorted().joined(separator: ", "))"
    }

    // MARK: Integrations

    private mutating func checkIntegration(_ integration: IntegrationStep, of step: StepDefinition) {
        guard let role = IntegrationRole(rawValue: integration.role), !integration.action.isEmpty else { return }
        guard let action = role.action(named: integration.action) else {
            report(
                source.mark(step: step.id, field: "action"), "\(role.phrase) has no action '\(integration.action)'",
                fix: Self.fix(integration.action, role.actions.map(\.name), "it has"))
            return
        }
        let given = integration.arguments.source.objectValue ?? [:]
        let names = action.arguments.map(\.name)
        for (name, value) in given {
            let mark = source.mark(step: step.id, field: "with", path: JSONPointer([name]))
            guard let argument = action.arguments.first(where: { $0.name == name }) else {
                report(
                    mark, "\(role.rawValue) \(action.name) has no argument '\(name)'",
                    fix: Self.fix(name, names, "it has"))
                continue
            }
            // An expression's value is checked when it is known; what is no template was told before.
            guard let template = try? ValueTemplate(value), template.isConstant else { continue }
            if !argument.type.accepts(value) {
                report(mark, "the argument '\(name)' is a \(argument.type.rawValue), and this is \(value.kindName)")
            }
        }
        for argument in action.arguments where argument.isRequired && !given.contains(argument.name) {
            report(
                source.mark(step: step.id), "\(role.rawValue) \(action.name) needs the argument '\(argument.name)'",
                fix: "add it under 'with'")
        }
    }

    // MARK: Shell

    private mutating func checkQuoting(_ step: StepDefinition, _ parts: StepParts) {
        let harmless: Set<String> = ["exit_code", "iterations", "passed", "proven"]
        // Other names are errors, or come from the engine.
        let risks = Set(["inputs", "steps"]).union(loopNames)
        for site in parts.sites where !site.expression.isShellSafe {
            let risky = site.expression.references.contains { reference in
                risks.contains(reference.name) && !harmless.contains(reference.path.last ?? "")
            }
            guard risky else { continue }
            report(
                .warning,
                source.mark(step: step.id, field: site.field, path: site.path, column: site.column ?? 1),
                "the shell reads what '\(site.expression.source)' gives as part of the command",
                fix: "write ${quote(\(site.expression.source))}, outside of quotes")
        }
    }

    // MARK: Loops

    private mutating func checkItems(_ each: ForEachStep, of step: StepDefinition) {
        guard let value = each.items.constantValue else {
            if case .some(let path) = each.items.onlyPath, path.count == 2, path[0] == "inputs",
                let input = definition.inputs.first(where: { $0.name == path[1] }),
                ![.array, .any].contains(input.type)
            {
                report(
                    source.mark(step: step.id, field: "for-each"),
                    "the input '\(input.name)' is of type \(input.type.rawValue), and for-each needs a list",
                    fix: "give it the type array, or use split(inputs.\(input.name), ',')")
            }
            return
        }
        if value.arrayValue == nil {
            report(source.mark(step: step.id, field: "for-each"), "for-each needs a list, not \(value.kindName)")
        }
    }

    private mutating func checkLoop(_ loop: WhileStep, of step: StepDefinition) {
        let field = loop.runsFirst ? "do-while" : "while"
        switch loop.condition.constantTruth {
        case true?:
            report(
                .warning, source.mark(step: step.id, field: field),
                "the condition always holds, so the loop ends in a failure after \(loop.limit) iterations",
                fix: "name a value that a step of the loop changes")
        case false? where !loop.runsFirst:
            warnUnreachable(step, field, "the steps of '\(step.id)' are never reached")
        default:
            let paths = loop.condition.references.compactMap { $0.name == "steps" ? $0.path.element(1) : nil }
            let inner = Set(loop.steps.flatMap(\.allIDs))
            let isOwn = !loop.condition.references.contains { $0.name != "steps" && $0.name != "inputs" }
            if isOwn, inner.isDisjoint(with: paths), loop.condition.constantTruth == nil {
                report(
                    .warning, source.mark(step: step.id, field: field),
                    "no step of the loop changes the condition, so it ends in a failure once it has begun",
                    fix: "name an output of a step inside of the loop")
            }
        }
    }

    // MARK: Sub-workflows

    private mutating func checkCall(_ call: WorkflowStep, of step: StepDefinition) {
        guard let known = context.workflows, !call.workflow.isEmpty else { return }
        guard let callee = call.definition ?? known[call.workflow] else {
            report(
                source.mark(step: step.id, field: "workflow"), "there is no workflow '\(call.workflow)'",
                fix: Self.fix(call.workflow, Array(known.keys), "there are"))
            return
        }
        guard let given = call.inputs.source.objectValue else { return }
        let names = callee.inputs.map(\.name)
        for (name, value) in given {
            let mark = source.mark(step: step.id, field: "with", path: JSONPointer([name]))
            guard let input = callee.inputs.first(where: { $0.name == name }) else {
                report(
                    mark, "the workflow '\(callee.name)' has no input '\(name)'",
                    fix: names.isEmpty ? "it has none" : Self.fix(name, names, "it has"))
                continue
            }
            checkGiven(value, to: input, mark)
        }
        for input in callee.inputs where input.isRequired && !given.contains(input.name) {
            report(
                source.mark(step: step.id), "the workflow '\(callee.name)' needs the input '\(input.name)'",
                fix: "add it under 'with'")
        }
    }

    private mutating func checkGiven(_ value: JSONValue, to input: InputDefinition, _ mark: YAMLMark) {
        guard let template = try? ValueTemplate(value), template.isConstant else {
            // An expression's value is checked when it is known; what is no template was told before.
            return
        }
        if value.isNull {
            // As if it were not given.
            guard input.isRequired else { return }
            report(mark, "the input '\(input.name)' is required, and this is null", fix: "give it a value")
            return
        }
        do throws(WorkflowError) { try input.check(value) } catch { report(mark, error.message) }
    }

    // MARK: Secrets

    mutating func checkSecrets(_ step: StepDefinition, _ parts: StepParts) {
        for (field, template) in parts.templates {
            for (path, text) in Self.texts(in: template.source) where Self.isSecret(text, named: path.tokens.last) {
                report(
                    .warning, source.mark(step: step.id, field: field, path: path),
                    "this looks like a secret written into the file",
                    fix: "keep it in the environment of the program that needs it, and out of the workflow")
            }
        }
    }

    private static func isSecret(_ text: String, named name: String?) -> Bool {
        if Redactor().redact(text) != text { return true }
        guard let name, !text.isEmpty, !text.contains("${") else { return false }
        let folded = KeyRule.folded(name.lowercased())
        return ["password", "passwd", "secret", "api_key", "apikey", "token", "access_token", "private_key"].contains(
            folded)
    }

    private static func texts(in value: JSONValue, at path: JSONPointer = JSONPointer()) -> [(JSONPointer, String)] {
        switch value {
        case .string(let text): [(path, text)]
        case .array(let items): items.enumerated().flatMap { texts(in: $1, at: path.appending($0)) }
        case .object(let object): object.flatMap { texts(in: $0.value, at: path.appending($0.key)) }
        default: []
        }
    }
}
