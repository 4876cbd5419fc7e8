package import Workflows

extension WorkflowDefinition {
    /// The definition with its loops over tasks as wide as the project allows; other loops stay as they are.
    package func carryingOut(tasksAtOnce limit: Int) -> WorkflowDefinition {
        var definition = self
        definition.steps = definition.steps.map { $0.carryingOut(tasksAtOnce: limit) }
        return definition
    }
}

extension StepDefinition {
    fileprivate func carryingOut(tasksAtOnce limit: Int) -> StepDefinition {
        guard case .forEach(var loop) = kind, loop.steps.contains(where: \.isTask) else { return self }
        loop.limit = max(1, limit)
        var step = self
        step.kind = .forEach(loop)
        return step
    }

    private var isTask: Bool {
        if case .agent(let step) = kind { step.task != nil } else { false }
    }
}
