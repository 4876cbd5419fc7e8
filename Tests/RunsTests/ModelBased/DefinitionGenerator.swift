import JSON
import Workflows

/// A random workflow: every kind of container nested to some depth, needs, retries, conditions, compensation.
struct DefinitionGenerator {
    /// The conditions by the ids of the steps that have them; a while loop's own has the id and a question mark.
    private(set) var conditions: [String: Condition] = [:]
    private(set) var items: [String: Items] = [:]
    private var leaves = 0
    private var containers = 0
    private var left: Int

    init(size: Int) { left = size }

    mutating func definition(_ choices: inout Choices, depth: Int) -> WorkflowDefinition {
        WorkflowDefinition(name: "random", steps: list(&choices, depth: depth, prefix: "", undoes: true))
    }

    private mutating func list(
        _ choices: inout Choices, depth: Int, prefix: String, undoes: Bool
    ) -> [StepDefinition] {
        var steps: [StepDefinition] = []
        // Now and then a list is empty.
        for _ in 0..<[2, 1, 3, 2, 3, 4, 1, 2, 3, 0][choices.pick(10)] where left > 0 {
            steps.append(step(&choices, depth, prefix, undoes: undoes))
        }
        if steps.count > 1, choices.chance(25) {
            for place in steps.indices {
                // Mostly steps further up, now and then any step, which may close a ring.
                let reach = choices.chance(4) ? steps.count : place
                let needs = (0..<reach).filter { _ in choices.chance(40) }.map { steps[$0].id }
                steps[place].needs = needs.isEmpty && choices.chance(50) ? nil : needs
            }
        }
        return steps
    }

    private mutating func step(
        _ choices: inout Choices, _ depth: Int, _ prefix: String, undoes: Bool
    ) -> StepDefinition {
        left -= 1
        var step =
            depth > 1 && choices.chance(45)
            ? container(&choices, depth, prefix, undoes: undoes) : leaf(&choices, prefix)
        if choices.chance(20) {
            let condition = condition(&choices)
            conditions[step.id] = condition
            step.condition = condition.expression
        }
        if choices.chance(25) { step.onError = .continue }
        if undoes, choices.chance(30) {
            left += 1
            step.compensation = [leaf(&choices, prefix)]
            if choices.chance(20) { step.compensation += list(&choices, depth: 2, prefix: prefix, undoes: false) }
        }
        return step
    }

    private mutating func condition(_ choices: inout Choices) -> Condition {
        switch choices.pick(12) {
        case 0, 1: .yes
        case 2: .no
        case 3: .faulty
        default: choices.pick(from: Condition.ok)
        }
    }

    private static let say: ValueTemplate = template("x")
    private static let giveBack = [OutputDefinition(name: "again", value: template("${result.ok}"))]
    private static let giveNothing = [OutputDefinition(name: "never", value: template("${1 / inputs.zero}"))]

    private static func template(_ text: String) -> ValueTemplate {
        do { return try ValueTemplate(.string(text)) } catch { preconditionFailure("\(error)") }
    }

    private mutating func leaf(_ choices: inout Choices, _ prefix: String) -> StepDefinition {
        var step = StepDefinition(id: "\(prefix)s\(leaves)", kind: .prompt(PromptStep(prompt: Self.say)))
        leaves += 1
        if choices.chance(25) {
            step.retry = RetryRule(
                attempts: 2 + choices.pick(2), backoff: 1_000, longestBackoff: 1_500,
                on: choices.chance(30) ? [.timeout, .failed] : [])
        }
        if choices.chance(8) { step.outputs = choices.chance(50) ? Self.giveNothing : Self.giveBack }
        return step
    }

    private mutating func container(
        _ choices: inout Choices, _ depth: Int, _ prefix: String, undoes: Bool
    ) -> StepDefinition {
        let id = "\(prefix)c\(containers)"
        containers += 1
        func inner(_ generator: inout Self, _ choices: inout Choices, _ prefix: String) -> [StepDefinition] {
            generator.list(&choices, depth: depth - 1, prefix: prefix, undoes: undoes)
        }
        let kind: Workflows.StepKind
        switch choices.pick(6) {
        case 0:
            let branches = (0..<(1 + choices.pick(3))).map {
                ParallelStep.Branch(name: "b\($0)", steps: inner(&self, &choices, prefix))
            }
            kind = .parallel(ParallelStep(branches: branches, limit: choices.chance(40) ? 1 + choices.pick(2) : nil))
        case 1:
            let chosen = choices.pick(from: Items.all)
            items[id] = chosen
            kind = .forEach(
                ForEachStep(
                    items: chosen.expression, name: "item", key: chosen.key, limit: 1 + choices.pick(3),
                    steps: inner(&self, &choices, prefix)))
        case 2:
            let condition = condition(&choices)
            conditions[id + "?"] = condition
            kind = .if(
                condition: condition.expression, then: inner(&self, &choices, prefix),
                otherwise: inner(&self, &choices, prefix))
        case 3:
            let condition = condition(&choices)
            conditions[id + "?"] = condition
            let cases = [SwitchStep.Case(value: true, steps: inner(&self, &choices, prefix))]
            kind = .switch(
                SwitchStep(value: condition.expression, cases: cases, otherwise: inner(&self, &choices, prefix)))
        case 4:
            let condition = condition(&choices)
            conditions[id + "?"] = condition
            kind = .while(
                WhileStep(
                    condition: condition.expression, limit: 1 + choices.pick(3), runsFirst: choices.chance(50),
                    steps: inner(&self, &choices, prefix)))
        default:
            let names = Condition.inputs.objectValue?.map(\.key) ?? []
            let definition = WorkflowDefinition(
                name: "inner", inputs: names.map { InputDefinition(name: $0, type: .any) },
                steps: inner(&self, &choices, id + "."))
            kind = .workflow(
                WorkflowStep(
                    workflow: "inner", inputs: Self.innerInputs, definition: choices.chance(3) ? nil : definition))
        }
        return StepDefinition(id: id, kind: kind)
    }

    private static let innerInputs: ValueTemplate = {
        do { return try ValueTemplate(Condition.inputs) } catch { preconditionFailure("\(error)") }
    }()
}
