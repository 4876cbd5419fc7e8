import IntegrationRoles

/// The outputs of a step that can be named in expressions.
package struct StepOutputs: Sendable, Hashable {
    package var names: [String]
    /// Whether there may be others.
    package var isOpen: Bool

    package init(_ names: [String], isOpen: Bool = false) {
        self.names = names
        self.isOpen = isOpen
    }
}

extension StepDefinition {
    /// What the step gives: its kind's outputs and its own further ones.
    package var givenOutputs: StepOutputs {
        var given = kind.outputs
        given.names += outputs.map(\.name)
        return given
    }
}

extension StepKind {
    /// What a document's step gives besides its path, its commit and what it reports.
    private static let documentOutputs = [
        "spec": ["ceremony", "reason"], "tasks": ["tasks", "estimate"], "checklist": ["items"],
        "clarifications": ["answered", "open"], "convergence": ["tasks", "left", "goes_on", "findings"],
        "meaning": ["findings"],
    ]

    /// What every step of this kind gives.
    package var outputs: StepOutputs {
        switch self {
        case .agent(let step):
            var names = ["summary"]
            if let document = step.document {
                names += ["path", "commit"] + (Self.documentOutputs[document] ?? []) + ["report"]
            } else if step.task != nil || step.verify {
                names += ["commit", "proven"]
            } else {
                names.append("changed")
            }
            return StepOutputs(names)
        case .prompt(let step): return StepOutputs(step.schema == nil ? ["text"] : ["text", "data"])
        case .tool: return StepOutputs(["text"])
        case .integration(let step):
            // What nobody knows was told where the file was checked.
            guard let action = IntegrationRole(rawValue: step.role)?.action(named: step.action) else {
                return StepOutputs([], isOpen: true)
            }
            return StepOutputs(action.outputs)
        case .shell(let step): return StepOutputs(["stdout", "stderr", "exit_code"] + (step.givesJSON ? ["data"] : []))
        case .gate: return StepOutputs(["answer", "data", "by", "comment"])
        case .engine(.planGate): return StepOutputs(["answer", "by"])
        case .engine(.finalCheck): return StepOutputs(["proven", "tree", "reason"])
        case .engine(.verify): return StepOutputs(["passed", "failed", "output"])
        case .engine(.tests): return StepOutputs(["passed", "passed_tests", "failed_tests", "named", "output"])
        case .engine(.commit): return StepOutputs(["commit"])
        case .engine(.archive): return StepOutputs(["archived", "commit"])
        case .engine(.analyze): return StepOutputs(["passed", "errors", "warnings", "findings", "output"])
        case .engine(.drift):
            return StepOutputs(["passed", "errors", "warnings", "findings", "output", "compared"])
        case .parallel(let step): return StepOutputs(step.branches.map(\.name))
        case .forEach: return StepOutputs(["items"])
        case .if, .switch: return StepOutputs([])
        case .while: return StepOutputs(["iterations"])
        case .workflow(let step):
            guard let definition = step.definition else { return StepOutputs([], isOpen: true) }
            return StepOutputs(definition.outputs.map(\.name))
        }
    }
}
