import JSON
import YAML

extension WorkflowValidator {
    private static let roots = ["inputs", "steps", "run"]
    private static let stepMembers = ["outputs", "error", "status"]

    mutating func check(_ sites: [ExpressionSite], of step: String, _ around: Surroundings) {
        for site in sites {
            for reference in site.expression.references {
                guard let fault = fault(of: reference, around, inShell: site.field == "shell") else { continue }
                let mark = source.mark(
                    step: step, field: site.field, path: site.path,
                    column: (site.column ?? 1) + reference.column - 1,
                    in: site.column == nil ? site.expression.source : nil)
                report(mark, fault.message, fix: fault.fix)
            }
        }
    }

    private typealias Fault = (message: String, fix: String?)

    private func fault(of reference: Reference, _ around: Surroundings, inShell: Bool) -> Fault? {
        switch reference.name {
        case "inputs": return inputFault(reference)
        case "steps": return stepFault(reference, around)
        case let name where Self.roots.contains(name) || around.names.contains(name): return nil
        case let name:
            let known = Self.roots + around.names.sorted()
            let fix: String? =
                if inShell {
                    "write '$${\(name)}' for the shell's own variable"
                } else if definition.inputs.contains(where: {
                    $0.name == name
                }) {
                    "write 'inputs.\(name)'"
                } else if steps[name] != nil {
                    "write 'steps.\(name)'"
                } else if loopNames.contains(name) {
                    "it is known inside of its for-each only"
                } else if name == "result" || name == "index" {
                    name == "result"
                        ? "it is known in a step's own outputs only" : "it is known inside of loops only"
                } else {
                    Nearest.name(to: name, among: known).map { "did you mean '\($0)'?" }
                        ?? "a text is written in quotes, and the names are \(known.joined(separator: ", "))"
                }
            return ("there is nothing called '\(name)' here", fix)
        }
    }

    private func inputFault(_ reference: Reference) -> Fault? {
        guard let name = reference.path.element(1) else { return nil }
        let names = definition.inputs.map(\.name)
        if names.contains(name) { return nil }
        let near = Nearest.name(to: name, among: names).map { "did you mean '\($0)'?" }
        return ("the workflow has no input '\(name)'", near ?? "add it under 'inputs'")
    }

    private func stepFault(_ reference: Reference, _ around: Surroundings) -> Fault? {
        guard let id = reference.path.element(1) else {
            return ("'steps' alone is no value", "name the step, as in steps.build.outputs.exit_code")
        }
        guard let step = steps[id] else {
            let near = Nearest.name(to: id, among: steps.keys.sorted())
            return ("there is no step '\(id)'", near.map { "did you mean '\($0)'?" })
        }
        guard around.ended.contains(id) else { return orderFault(id) }
        guard let member = reference.path.element(2) else { return nil }
        let outputs = outputs(of: step)
        guard Self.stepMembers.contains(member) else {
            let fix = outputs.names.contains(member) ? "write 'steps.\(id).outputs.\(member)'" : nil
            return (
                "a step has 'outputs', 'error' and 'status', and no '\(member)'",
                fix ?? Nearest.name(to: member, among: Self.stepMembers).map { "did you mean '\($0)'?" }
            )
        }
        guard member == "outputs", let output = reference.path.element(3) else { return nil }
        if outputs.isOpen || outputs.names.contains(output) { return nil }
        if outputs.names.isEmpty {
            return ("the step '\(id)' has no outputs of its own", "name a step within it, or add 'outputs'")
        }
        let near = Nearest.name(to: output, among: outputs.names).map { "did you mean '\($0)'?" }
        return ("the step '\(id)' has no output '\(output)'", near ?? "it has \(outputs.names.joined(separator: ", "))")
    }

    private func orderFault(_ id: String) -> Fault {
        if let loop = loops[id]?.first {
            return (
                "the step '\(id)' runs once for each element of '\(loop)', and this is outside of it",
                "use steps.\(loop).outputs.items, a list with the outputs of each"
            )
        }
        return (
            "the step '\(id)' cannot have ended when this is worked out",
            "move it before, or name it in 'needs'"
        )
    }

    /// A sub-workflow's outputs are known where the workflow is.
    func outputs(of step: StepDefinition) -> StepOutputs {
        guard case .workflow(let call) = step.kind, call.definition == nil else { return step.givenOutputs }
        guard let callee = context.workflows?[call.workflow] else { return step.givenOutputs }
        return StepOutputs((callee.outputs + step.outputs).map(\.name))
    }
}
