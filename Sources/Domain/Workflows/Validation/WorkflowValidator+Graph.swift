import JSON
import YAML

extension WorkflowValidator {
    /// Every step that has to end before one of the same list, itself left out.
    func needed(by step: StepDefinition, in list: [StepDefinition]) -> [StepDefinition] {
        let byID = Dictionary(list.map { ($0.id, $0) }) { first, _ in first }
        var found: Set<String> = []
        var open = step.needs ?? []
        while let id = open.popLast() {
            guard id != step.id, found.insert(id).inserted, let next = byID[id] else { continue }
            open += next.needs ?? []
        }
        return list.filter { found.contains($0.id) }
    }

    mutating func checkNeeds(_ list: [StepDefinition]) {
        let ids = list.map(\.id)
        for step in list {
            for (place, need) in (step.needs ?? []).enumerated() where !ids.contains(need) || need == step.id {
                let mark = source.mark(step: step.id, field: "needs", path: JSONPointer([String(place)]))
                if need == step.id {
                    report(mark, "the step '\(need)' needs itself", fix: "remove it from 'needs'")
                } else if steps[need] != nil {
                    report(
                        mark, "'\(need)' stands in another list of steps", fix: "'needs' names steps of the same list")
                } else {
                    let near = Nearest.name(to: need, among: ids.filter { $0 != step.id })
                    report(
                        mark, "'\(need)', which '\(step.id)' needs, does not exist",
                        fix: near.map { "did you mean '\($0)'?" })
                }
            }
        }
        if let cycle = cycle(in: list), let first = cycle.first {
            report(
                source.mark(step: first, field: "needs"),
                "these steps wait for each other: \((cycle + [first]).joined(separator: " → "))",
                fix: "remove one of the needs")
        }
    }

    /// Steps each of which needs the next, and the last the first; nil where there are none.
    private func cycle(in list: [StepDefinition]) -> [String]? {
        let needs = Dictionary(list.map { ($0.id, $0.needs ?? []) }) { first, _ in first }
        var done: Set<String> = []
        for start in list.map(\.id) where !done.contains(start) {
            // Depth first without recursion: a path, and what is still to be tried at each place of it.
            var path = [start]
            var open = [needs[start] ?? []]
            while var next = open.popLast() {
                guard let id = next.popLast() else {
                    if let ended = path.popLast() { done.insert(ended) }
                    continue
                }
                open.append(next)
                if let place = path.firstIndex(of: id) {
                    if place < path.count - 1 { return Array(path[place...]) }
                } else if !done.contains(id), let further = needs[id] {
                    path.append(id)
                    open.append(further)
                }
            }
        }
        return nil
    }

    /// Workflows that call each other in a circle could never be frozen.
    mutating func checkRecursion() {
        guard let known = context.workflows else { return }
        for (step, call) in Self.calls(definition.steps) {
            if let chain = circle(from: call.workflow, [definition.name], known) {
                report(
                    source.mark(step: step, field: "workflow"),
                    "the workflow calls itself: \(chain.joined(separator: " → "))",
                    fix: "a workflow cannot be part of itself; use while")
            }
        }
    }

    private func circle(from name: String, _ path: [String], _ known: [String: WorkflowDefinition]) -> [String]? {
        if name == path.first { return path + [name] }
        // A circle further on is told for the workflow that it begins with.
        guard !path.contains(name), let next = known[name] else { return nil }
        for (_, call) in Self.calls(next.steps) {
            if let found = circle(from: call.workflow, path + [name], known) { return found }
        }
        return nil
    }

    /// The calls of other workflows, wherever they stand.
    static func calls(_ steps: [StepDefinition]) -> [(step: String, call: WorkflowStep)] {
        steps.flatMap { step -> [(step: String, call: WorkflowStep)] in
            let inner = step.lists.flatMap { calls($0) } + calls(step.compensation)
            if case .workflow(let call) = step.kind { return [(step.id, call)] + inner }
            return inner
        }
    }
}

extension WorkflowDefinition {
    /// The names of the workflows that it calls itself.
    package var calledWorkflows: Set<String> { Set(WorkflowValidator.calls(steps).map(\.call.workflow)) }
}
