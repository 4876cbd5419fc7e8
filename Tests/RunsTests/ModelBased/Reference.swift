import Runs
import Timekeeping
import Workflows

/// The laws of `docs/run-lifecycle.md` about steps, in the plainest form.
///
/// After each fact every rule is tried on every step, again and again, until none applies. It shares no code with the machine.
final class Reference {
    final class Step {
        let definition: StepDefinition
        let key: String
        unowned let list: List
        var phase = Phase.pending
        var result: Result?
        var attempt = 1
        var isStarted = false
        var dueAt: Timestamp?
        var openGates = 0
        var gaveOK = false
        var parts: [List] = []
        var begun = 0
        /// The number of the fact with which it ended, and its place among all endings.
        var endedWith = 0
        var place = 0
        var didWork = false
        var isUndone = false

        enum Phase { case pending, active, ended, givenUp }
        enum Result: Equatable { case succeeded, skipped, failed(FailureCode, origin: String) }

        init(_ definition: StepDefinition, in list: List) {
            self.definition = definition
            self.list = list
            key = list.base + definition.id + list.suffix
        }

        var isLeaf: Bool { definition.kind.isLeaf }
        var countsAsFailed: Bool { if case .failed = result { definition.onError == .fail } else { false } }
        /// The id without those of the workflows around it.
        var name: String { definition.id.split(separator: ".").last.map(String.init) ?? "" }
    }

    final class List {
        unowned let owner: Step?
        let base: String
        let suffix: String
        /// What is seen from here: the lists outwards to the workflow's own; a loop's or a workflow's list starts anew.
        let outer: List?
        let isUndo: Bool
        var steps: [Step] = []
        var isBegun = false
        var result: Step.Result?
        /// The place among all endings.
        var place = 0

        init(_ steps: [StepDefinition], owner: Step?, base: String, suffix: String, outer: List?, isUndo: Bool) {
            self.owner = owner
            self.base = base
            self.suffix = suffix
            self.outer = outer
            self.isUndo = isUndo
            self.steps = steps.map { Step($0, in: self) }
        }
    }

    let generator: DefinitionGenerator
    let root: List
    private(set) var steps: [String: Step] = [:]
    var isHalted = false
    var fact = 0
    private var endings = 0

    init(_ definition: WorkflowDefinition, _ generator: DefinitionGenerator) {
        self.generator = generator
        root = List(definition.steps, owner: nil, base: "", suffix: "", outer: nil, isUndo: false)
    }

    func begin(_ list: List) {
        list.isBegun = true
        for step in list.steps { steps[step.key] = step }
    }

    /// Tries every rule everywhere until none applies.
    func settle(_ list: List) {
        while look(at: list) {}
    }

    private func look(at list: List) -> Bool {
        guard list.isBegun, list.result == nil else { return false }
        var failure: Step.Result?
        var firstPlace = Int.max
        for step in list.steps where step.countsAsFailed && step.place < firstPlace {
            (failure, firstPlace) = (step.result, step.place)
        }
        for step in list.steps where step.phase == .active && !step.isLeaf {
            for part in step.parts { if look(at: part) { return true } }
            if lookAtContainer(step) { return true }
        }
        if failure == nil, !isHalted, let next = list.steps.first(where: { mayBegin($0) }) {
            begin(next)
            return true
        }
        guard !list.steps.contains(where: { $0.phase == .active }) else { return false }
        endings += 1
        list.place = endings
        if let failure {
            list.result = failure
        } else if list.steps.allSatisfy({ $0.phase == .ended }) {
            list.result = .succeeded
        } else if !isHalted {
            list.result = .failed(.invalid, origin: "")
        } else {
            return false
        }
        return true
    }

    private func mayBegin(_ step: Step) -> Bool {
        guard step.phase == .pending else { return false }
        let all = step.list.steps
        guard all.contains(where: { $0.definition.needs != nil }) else {
            return all.prefix { $0 !== step }.allSatisfy { $0.phase == .ended }
        }
        return (step.definition.needs ?? []).allSatisfy { need in
            all.contains { $0.definition.id == need && $0.phase == .ended }
        }
    }

    private func begin(_ step: Step) {
        if let condition = generator.conditions[step.definition.id] {
            switch truth(of: condition, seenFrom: step.list) {
            case nil: return end(step, .failed(.invalid, origin: step.key))
            case false?: return end(step, .skipped)
            case true?: break
            }
        }
        step.phase = .active
        if !step.isLeaf { enter(step) }
    }

    func end(_ step: Step, _ result: Step.Result) {
        endings += 1
        step.phase = .ended
        step.result = result
        step.endedWith = fact
        step.place = endings
        step.openGates = 0
        step.dueAt = nil
    }

    private func enter(_ step: Step) {
        let invalid = Step.Result.failed(.invalid, origin: step.key)
        switch step.definition.kind {
        case .parallel(let parallel): for branch in parallel.branches { add(branch.steps, to: step) }
        case .forEach(let loop):
            guard let parts = generator.items[step.definition.id]?.parts else { return end(step, invalid) }
            for part in parts { add(loop.steps, to: step, part: part) }
        case .if(_, let then, let otherwise):
            guard let holds = asked(step, from: step.list) else { return end(step, invalid) }
            add(holds ? then : otherwise, to: step)
        case .switch(let choice):
            guard let holds = asked(step, from: step.list) else { return end(step, invalid) }
            add(holds ? choice.cases[0].steps : choice.otherwise, to: step)
        case .while(let loop):
            guard let holds = loop.runsFirst ? true : asked(step, from: step.list) else { return end(step, invalid) }
            if holds { add(loop.steps, to: step, part: "1") }
        case .workflow(let call):
            guard let definition = call.definition else { return end(step, invalid) }
            add(definition.steps, to: step, isWall: true)
        default: break
        }
    }

    private func add(_ steps: [StepDefinition], to step: Step, part: String? = nil, isWall: Bool = false) {
        step.parts.append(
            List(
                steps, owner: step, base: step.list.base, suffix: step.list.suffix + (part.map { "/\($0)" } ?? ""),
                outer: isWall ? nil : step.list, isUndo: false))
    }

    private func lookAtContainer(_ step: Step) -> Bool {
        let failed = step.parts.filter { $0.result != nil && $0.result != .succeeded }
        let failure = failed.min { $0.place < $1.place }?.result
        let open = step.parts.count { $0.isBegun && $0.result == nil }
        let breadth =
            switch step.definition.kind {
            case .parallel(let parallel): parallel.limit ?? .max
            case .forEach(let loop): loop.limit
            default: 1
            }
        if failure == nil, !isHalted, open < breadth, let next = step.parts.first(where: { !$0.isBegun }) {
            begin(next)
            return true
        }
        guard open == 0 else { return false }
        if let failure {
            end(step, failure)
            return true
        }
        guard step.parts.allSatisfy(\.isBegun) else { return false }
        if case .while(let loop) = step.definition.kind, let last = step.parts.last {
            guard !isHalted else { return false }
            guard let again = asked(step, from: last) else {
                end(step, .failed(.invalid, origin: step.key))
                return true
            }
            if again {
                if step.parts.count < loop.limit {
                    add(loop.steps, to: step, part: String(step.parts.count + 1))
                } else {
                    end(step, .failed(.failed, origin: step.key))
                }
                return true
            }
        }
        step.didWork = true
        end(step, .succeeded)
        return true
    }

    private func asked(_ step: Step, from list: List) -> Bool? {
        generator.conditions[step.definition.id + "?"].flatMap { truth(of: $0, seenFrom: list) }
    }

    private func truth(of condition: Condition, seenFrom list: List) -> Bool? {
        switch condition.meaning {
        case .always(let value): return value
        case .hasNoValue: return nil
        case .gaveOK(let name): return leaf(name, seenFrom: list)?.gaveOK ?? false
        }
    }

    /// The leaf of that name in the nearest list outwards, inside what is no loop and no workflow.
    private func leaf(_ name: String, seenFrom list: List) -> Step? {
        var place: List? = list
        while let list = place {
            if let found = inside(list, name) { return found }
            place = list.isUndo ? list.owner?.list : list.outer
        }
        return nil
    }

    private func inside(_ list: List, _ name: String) -> Step? {
        for step in list.steps {
            if step.name == name, step.isLeaf, step.phase != .pending { return step }
            switch step.definition.kind {
            case .parallel, .if, .switch:
                for part in step.parts { if let found = inside(part, name) { return found } }
            case .while:
                // Each step as it ended last.
                for part in step.parts.reversed() where part.result != nil {
                    if let found = inside(part, name) { return found }
                }
            default: break
            }
        }
        return nil
    }
}
