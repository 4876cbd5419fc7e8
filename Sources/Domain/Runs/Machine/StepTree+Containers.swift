import JSON
import Workflows

/// Steps that enclose others: which lists they open, and when they have ended.
extension StepTree {
    /// Begins a container.
    mutating func enter(_ node: Int, _ scope: Scope) {
        do throws(Refusal) {
            switch nodes[node].step.kind {
            case .parallel(let parallel):
                for branch in parallel.branches { part(of: node, branch.steps, label: branch.name) }
            case .forEach(let loop):
                try enter(node, loop, scope)
            case .if(let condition, let then, let otherwise):
                part(of: node, try Refusal.holds(condition, scope) ? then : otherwise)
            case .switch(let choice):
                let value = try Refusal.of("its value") { () throws(ExpressionError) in
                    try choice.value.value(in: scope)
                }
                part(of: node, choice.cases.first { $0.value == value }?.steps ?? choice.otherwise)
            case .while(let loop):
                var begins = loop.runsFirst
                if !begins { begins = try Refusal.holds(loop.condition, scope) }
                if begins { iterate(node, loop) }
            case .workflow(let call):
                try enter(node, call, scope)
            case .agent, .prompt, .tool, .integration, .shell, .gate, .engine:
                break
            }
        } catch {
            fail(node, error.code, error.message)
            return
        }
        worklist.append(.container(node))
    }

    /// Opens the next of a container's lists where one more may be open, and ends it after the last.
    mutating func fill(_ node: Int) {
        if !isHalted, nodes[node].failure == nil, nodes[node].opened < nodes[node].groups.count,
            nodes[node].running < nodes[node].step.kind.breadth
        {
            nodes[node].opened += 1
            nodes[node].running += 1
            worklist.append(.container(node))
            open(nodes[node].groups[nodes[node].opened - 1])
            return
        }
        guard nodes[node].running == 0, !nodes[node].state.isEnded else { return }
        if let failure = nodes[node].failure {
            end(node, .failed(failure))
        } else if nodes[node].opened == nodes[node].groups.count {
            succeed(node)
        }
    }

    /// Takes note that one of a container's lists has ended.
    mutating func listEnded(_ group: Int, of node: Int) {
        nodes[node].running -= 1
        if nodes[node].failure == nil { nodes[node].failure = groups[group].failure }
        if case .while = nodes[node].step.kind { showLatest(group, of: node) }
        if case .while(let loop) = nodes[node].step.kind, nodes[node].failure == nil, !isHalted {
            do throws(Refusal) {
                if try Refusal.holds(loop.condition, scope(ofFrame: groups[group].frame)) {
                    guard nodes[node].groups.count < min(loop.limit, Self.iterationLimit) else {
                        let count = nodes[node].groups.count
                        throw Refusal(
                            .failed,
                            "its condition '\(loop.condition.source)' still holds after \(count) iterations, its limit")
                    }
                    iterate(node, loop)
                }
            } catch {
                fail(node, error.code, error.message)
                return
            }
        } else if isHalted, case .while = nodes[node].step.kind, nodes[node].failure == nil {
            return  // Whether it would go on is not asked any more.
        }
        worklist.append(.container(node))
    }

    private mutating func enter(_ node: Int, _ loop: ForEachStep, _ scope: Scope) throws(Refusal) {
        let value = try Refusal.of("its items") { () throws(ExpressionError) in try loop.items.value(in: scope) }
        guard let items = value.arrayValue else {
            throw Refusal(.invalid, "its items '\(loop.items.source)' are \(value.summary), not an array")
        }
        guard items.count <= Self.iterationLimit else {
            throw Refusal(.invalid, "it has \(items.count) items; \(Self.iterationLimit) are allowed")
        }
        var seen: [String: Int] = [:]
        var parts: [String] = []
        for (index, item) in items.enumerated() {
            var scope = scope
            scope.values[loop.name] = item
            scope.values["index"] = .integer(Int64(index))
            let part = try loop.key.map { (key) throws(Refusal) in
                try KeyPart.made(
                    of: try Refusal.of("the key of item \(index + 1)") { () throws(ExpressionError) in
                        try key.text(in: scope)
                    }, item: index + 1)
            }
            parts.append(part ?? String(index + 1))
            if let other = seen.updateValue(index + 1, forKey: parts[index]) {
                throw Refusal(.invalid, "items \(other) and \(index + 1) have the same key '\(parts[index])'")
            }
        }
        for (index, item) in items.enumerated() {
            let variables = [loop.name: item, "index": .integer(Int64(index))]
            let frame = frame(inside: nodes[node].group, variables: variables)
            part(of: node, loop.steps, label: parts[index], frame: frame, iteration: parts[index])
        }
    }

    private mutating func enter(_ node: Int, _ call: WorkflowStep, _ scope: Scope) throws(Refusal) {
        guard let definition = call.definition else {
            throw Refusal(.invalid, "the workflow '\(call.workflow)' is not part of the frozen definition")
        }
        let given = try Refusal.of("its inputs") { () throws(ExpressionError) in try call.inputs.value(in: scope) }
        guard given.isNull || given.objectValue != nil else {
            throw Refusal(.invalid, "its inputs are \(given.summary), not an object")
        }
        let inputs: JSONObject
        do throws(WorkflowError) { inputs = try definition.inputs(from: given.objectValue ?? [:]) } catch {
            throw Refusal(.invalid, error.message)
        }
        let frame = frame(inside: nodes[node].group)
        frames[frame].inputs = .object(inputs)
        frames[frame].prefix = nodes[node].step.id + "."
        part(of: node, definition.steps, frame: frame)
    }

    private mutating func iterate(_ node: Int, _ loop: WhileStep) {
        let index = nodes[node].groups.count
        let frame = frame(inside: nodes[node].group, variables: ["index": .integer(Int64(index))])
        part(of: node, loop.steps, label: String(index + 1), frame: frame, iteration: String(index + 1))
    }

    /// Lets later iterations, and the steps behind the loop, see what an iteration's steps gave.
    private mutating func showLatest(_ group: Int, of node: Int) {
        let outer = groups[nodes[node].group].frame
        for step in frames[groups[group].frame].steps { frames[outer].steps.set(step.value, for: step.key) }
    }

    private mutating func part(
        of node: Int, _ steps: [StepDefinition], label: String = "", frame: Int? = nil, iteration: String? = nil
    ) {
        let outer = groups[nodes[node].group]
        groups.append(
            Group(
                owner: node, role: .part, steps: steps, frame: frame ?? outer.frame, keyBase: outer.keyBase,
                keyParts: outer.keyParts + (iteration.map { "/\($0)" } ?? ""), label: label))
        nodes[node].groups.append(groups.count - 1)
    }

    private mutating func succeed(_ node: Int) {
        let parts = nodes[node].groups
        let frame = parts.last.map { groups[$0].frame } ?? groups[nodes[node].group].frame
        let outer = groups[nodes[node].group].frame
        switch nodes[node].step.kind {
        case .parallel:
            let branches = parts.map { (groups[$0].label, outputs(of: $0)) }
            succeed(node, .object(JSONObject(branches)), seenFrom: outer)
        case .forEach:
            succeed(node, ["items": .array(parts.map { outputs(of: $0) })], seenFrom: outer)
        case .while:
            succeed(node, ["iterations": .integer(Int64(parts.count))], seenFrom: frame)
        case .workflow(let call):
            do throws(Refusal) {
                let outputs = try outputs(of: call.definition?.outputs ?? [], in: scope(ofFrame: frame))
                succeed(node, outputs, seenFrom: outer)
            } catch {
                fail(node, error.code, error.message)
            }
        default:
            succeed(node, [:], seenFrom: outer)
        }
    }

    /// What the steps of a list gave, by id.
    private func outputs(of group: Int) -> JSONValue {
        .object(JSONObject(groups[group].nodes.map { (name(of: $0), nodes[$0].outputs) }))
    }

    func outputs(of definitions: [OutputDefinition], in scope: Scope) throws(Refusal) -> JSONValue {
        var outputs = JSONObject()
        for output in definitions {
            outputs[output.name] = try Refusal.of("the output '\(output.name)'") { () throws(ExpressionError) in
                try output.value.value(in: scope)
            }
        }
        return .object(outputs)
    }
}

extension StepKind {
    /// How many of a container's lists may be open at once.
    fileprivate var breadth: Int {
        switch self {
        case .parallel(let step): max(1, step.limit ?? .max)
        case .forEach(let step): max(1, step.limit)
        default: 1
        }
    }
}
