/// Gives the steps of a sub-workflow ids that are unique in the workflow that calls it.
///
/// Expressions stay as they are written: within a sub-workflow `steps.build` is its own step, whatever its full id.
struct StepNames: StepVisitor {
    let prefix: String

    private func renamed(_ id: String) -> String { "\(prefix).\(id)" }

    mutating func definition(_ definition: WorkflowDefinition) throws(ExpressionError) -> WorkflowDefinition {
        var definition = definition
        definition.steps = try steps("steps", definition.steps)
        return definition
    }

    mutating func steps(_ field: String, _ steps: [StepDefinition]) throws(ExpressionError) -> [StepDefinition] {
        var renamedSteps: [StepDefinition] = []
        for step in steps { renamedSteps.append(try self.step(step)) }
        return renamedSteps
    }

    mutating func template(_ field: String, _ value: ValueTemplate) -> ValueTemplate { value }
    mutating func expression(_ field: String, _ value: Expression) -> Expression { value }

    private mutating func step(_ step: StepDefinition) throws(ExpressionError) -> StepDefinition {
        var step = step
        step.id = renamed(step.id)
        step.needs = step.needs.map { $0.map(renamed) }
        step.kind = try step.kind.visited(by: &self)
        if case .workflow(var call) = step.kind, let inner = call.definition {
            call.definition = try definition(inner)
            step.kind = .workflow(call)
        }
        step.compensation = try steps("compensate", step.compensation)
        return step
    }
}
