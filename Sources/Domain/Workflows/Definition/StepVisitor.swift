import JSON

/// Goes through the parts of steps, and may put others in their place.
protocol StepVisitor {
    mutating func template(_ field: String, _ value: ValueTemplate) throws(ExpressionError) -> ValueTemplate
    mutating func expression(_ field: String, _ value: Expression) throws(ExpressionError) -> Expression
    /// The steps within a step; `field` names where: `then`, `else`, `steps`, a case, a branch.
    mutating func steps(_ field: String, _ steps: [StepDefinition]) throws(ExpressionError) -> [StepDefinition]
}

extension StepVisitor {
    mutating func steps(_ field: String, _ steps: [StepDefinition]) throws(ExpressionError) -> [StepDefinition] {
        steps
    }

    fileprivate mutating func optional(
        _ field: String, _ value: ValueTemplate?
    ) throws(ExpressionError) -> ValueTemplate? {
        guard let value else { return nil }
        return try template(field, value)
    }
}

extension StepKind {
    /// The kind with every template, expression and list of steps in it as the visitor gives them.
    func visited(by visitor: inout some StepVisitor) throws(ExpressionError) -> StepKind {
        switch self {
        case .agent(var step):
            step.agent = try visitor.template("agent", step.agent)
            step.prompt = try visitor.optional("prompt", step.prompt)
            step.task = try visitor.optional("task", step.task)
            step.model = try visitor.optional("model", step.model)
            step.options = try visitor.optional("with", step.options)
            return .agent(step)
        case .prompt(var step):
            step.prompt = try visitor.template("prompt", step.prompt)
            step.agent = try visitor.optional("agent", step.agent)
            step.model = try visitor.optional("model", step.model)
            return .prompt(step)
        case .tool(var step):
            step.arguments = try visitor.template("with", step.arguments)
            return .tool(step)
        case .integration(var step):
            step.arguments = try visitor.template("with", step.arguments)
            return .integration(step)
        case .shell(var step):
            step.command = try visitor.template("shell", step.command)
            return .shell(step)
        case .gate(var step):
            step.question = try visitor.template("gate", step.question)
            step.details = try visitor.optional("details", step.details)
            return .gate(step)
        case .engine:
            return self
        default:
            return try visitedFlow(by: &visitor)
        }
    }

    private func visitedFlow(by visitor: inout some StepVisitor) throws(ExpressionError) -> StepKind {
        switch self {
        case .parallel(var step):
            for place in step.branches.indices {
                step.branches[place].steps = try visitor.steps(step.branches[place].name, step.branches[place].steps)
            }
            return .parallel(step)
        case .forEach(var step):
            step.items = try visitor.expression("for-each", step.items)
            step.key = try visitor.optional("key", step.key)
            step.steps = try visitor.steps("steps", step.steps)
            return .forEach(step)
        case .if(let condition, let then, let otherwise):
            return .if(
                condition: try visitor.expression("if", condition), then: try visitor.steps("then", then),
                otherwise: try visitor.steps("else", otherwise))
        case .switch(var step):
            step.value = try visitor.expression("switch", step.value)
            for place in step.cases.indices {
                step.cases[place].steps = try visitor.steps("cases", step.cases[place].steps)
            }
            step.otherwise = try visitor.steps("default", step.otherwise)
            return .switch(step)
        case .while(var step):
            step.condition = try visitor.expression(step.runsFirst ? "do-while" : "while", step.condition)
            step.steps = try visitor.steps("steps", step.steps)
            return .while(step)
        case .workflow(var step):
            step.inputs = try visitor.template("with", step.inputs)
            return .workflow(step)
        default:
            return self
        }
    }
}

/// An expression of a step with its place.
struct ExpressionSite {
    var field: String
    var path: JSONPointer
    /// Where the expression begins in its string; nil where the whole field is the expression.
    var column: Int?
    var expression: Expression
}

/// Notes what stands in a step, without what stands in the steps within it.
struct StepParts: StepVisitor {
    private(set) var sites: [ExpressionSite] = []
    private(set) var templates: [(field: String, value: ValueTemplate)] = []
    private(set) var lists: [(field: String, steps: [StepDefinition])] = []

    init(of kind: StepKind) {
        // The visitor's own methods throw nothing.
        _ = try? kind.visited(by: &self)
    }

    /// The parts of a single field.
    init(_ field: String, _ value: ValueTemplate, at path: JSONPointer = JSONPointer()) {
        _ = template(field, value)
        for place in sites.indices { sites[place].path.tokens = path.tokens + sites[place].path.tokens }
    }

    init(_ field: String, _ value: Expression) { _ = expression(field, value) }

    mutating func template(_ field: String, _ value: ValueTemplate) -> ValueTemplate {
        templates.append((field, value))
        for found in value.expressions {
            sites.append(
                ExpressionSite(field: field, path: found.path, column: found.column, expression: found.expression))
        }
        return value
    }

    mutating func expression(_ field: String, _ value: Expression) -> Expression {
        sites.append(ExpressionSite(field: field, path: JSONPointer(), column: nil, expression: value))
        return value
    }

    mutating func steps(_ field: String, _ steps: [StepDefinition]) -> [StepDefinition] {
        lists.append((field, steps))
        return steps
    }
}

extension StepDefinition {
    /// The lists of steps within it, those of its compensation left out.
    var lists: [[StepDefinition]] { StepParts(of: kind).lists.map(\.steps) }

    /// The ids of it and of every step within it, compensation included.
    package var allIDs: [String] {
        [id] + lists.flatMap { $0.flatMap(\.allIDs) } + compensation.flatMap(\.allIDs)
    }
}
