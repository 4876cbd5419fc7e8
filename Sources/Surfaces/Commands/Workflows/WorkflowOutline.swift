import JSON
import Terminal
import Workflows

/// A workflow's inputs and steps as an indented list.
struct WorkflowOutline {
    let width: Int

    func text(of definition: WorkflowDefinition, from origin: String) -> String {
        var lines = ["\(definition.name) \(definition.version)  (\(origin))".truncated(toWidth: width)]
        if !definition.summary.isEmpty { lines += definition.summary.sanitized.wrapped(toWidth: width) }
        if !definition.inputs.isEmpty {
            lines += ["", "Inputs"]
            for input in definition.inputs { lines.append(line(1, "\(input.name): \(facts(of: input))")) }
        }
        lines += ["", "Steps"]
        append(definition.steps, 1, to: &lines)
        if !definition.outputs.isEmpty {
            lines += ["", "Outputs"]
            for output in definition.outputs {
                lines.append(line(1, "\(output.name) = \(output.value.source.oneLine)"))
            }
        }
        return lines.joined(separator: "\n")
    }

    private func facts(of input: InputDefinition) -> String {
        var facts = input.type.rawValue
        if input.isRequired { facts += ", required" }
        if let value = input.defaultValue { facts += ", default \(value.text())" }
        if !input.choices.isEmpty { facts += ", one of \(input.choices.map { $0.text() }.joined(separator: " "))" }
        return input.summary.isEmpty ? facts : "\(facts); \(input.summary)"
    }

    private func line(_ level: Int, _ text: String) -> String {
        (String(repeating: "  ", count: level) + text.sanitized).truncated(toWidth: width)
    }

    private func append(_ steps: [StepDefinition], _ level: Int, to lines: inout [String]) {
        for step in steps {
            var text = "\(step.id)  \(kind(of: step.kind))"
            if let needs = step.needs { text += "  needs \(needs.joined(separator: ", "))" }
            if let condition = step.condition { text += "  when \(condition.source)" }
            if step.retry.attempts > 1 { text += "  tried \(step.retry.attempts) times" }
            if step.onError == .continue { text += "  goes on after a failure" }
            if let timeout = step.timeout { text += "  within \(DurationText.text(timeout))" }
            lines.append(line(level, text))
            for (name, list) in lists(of: step.kind) {
                if let name { lines.append(line(level + 1, "\(name):")) }
                append(list, level + (name == nil ? 1 : 2), to: &lines)
            }
            if !step.compensation.isEmpty {
                lines.append(line(level + 1, "compensate:"))
                append(step.compensation, level + 2, to: &lines)
            }
        }
    }

    private func kind(of kind: StepKind) -> String {
        switch kind {
        case .agent(let step):
            let what = step.document ?? (step.task == nil ? nil : "task")
            return
                "agent \(step.agent.source.oneLine)\(what.map { " (\($0))" } ?? "")\(step.verify ? ", verified" : "")"
        case .prompt(let step): return "prompt\(step.agent.map { " by \($0.source.oneLine)" } ?? "")"
        case .tool(let step): return "tool \(step.tool)"
        case .integration(let step): return "integration \(step.role), \(step.action)"
        case .shell(let step): return "shell: \(step.command.source.oneLine)"
        case .gate(let step): return "gate: \(step.question.source.oneLine)"
        case .engine(let step): return "engine \(step.rawValue)"
        case .parallel(let step): return "parallel\(step.limit.map { ", \($0) at once" } ?? "")"
        case .forEach(let step):
            return "for each \(step.name) of \(step.items.source)\(step.limit > 1 ? ", \(step.limit) at once" : "")"
        case .if(let condition, _, _): return "if \(condition.source)"
        case .switch(let step): return "switch \(step.value.source)"
        case .while(let step):
            return "\(step.runsFirst ? "do while" : "while") \(step.condition.source), at most \(step.limit) times"
        case .workflow(let step): return "workflow \(step.workflow)"
        }
    }

    private func lists(of kind: StepKind) -> [(name: String?, steps: [StepDefinition])] {
        switch kind {
        case .parallel(let step): step.branches.map { ($0.name, $0.steps) }
        case .forEach(let step): [(nil, step.steps)]
        case .if(_, let then, let otherwise): [("then", then)] + (otherwise.isEmpty ? [] : [("else", otherwise)])
        case .switch(let step):
            step.cases.map { ($0.value.text(), $0.steps) }
                + (step.otherwise.isEmpty ? [] : [("default", step.otherwise)])
        case .while(let step): [(nil, step.steps)]
        default: []
        }
    }
}

extension JSONValue {
    /// A text as it is, anything else as JSON, on one line.
    fileprivate var oneLine: String {
        (stringValue ?? text()).split { $0.isNewline }.joined(separator: " ")
    }
}
