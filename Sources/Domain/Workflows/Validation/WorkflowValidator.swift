import JSON
import YAML

/// Finds what is wrong with a workflow beyond the shape of its file: names, order, types, ends.
package struct WorkflowValidator {
    let definition: WorkflowDefinition
    let source: WorkflowSource
    let context: WorkflowContext
    /// Every step by id.
    let steps: [String: StepDefinition]
    /// The for-each that a step is repeated by, nearest first.
    let loops: [String: [String]]
    /// The names that loops give to their elements.
    let loopNames: Set<String>
    private(set) var diagnostics: [Diagnostic] = []

    /// Every fault and warning, in the file's order.
    ///
    /// - Parameter source: where the steps stand, as the parser gives it; without it each fault is told for line 1.
    package static func validate(
        _ definition: WorkflowDefinition, source: WorkflowSource = WorkflowSource(file: ""),
        context: WorkflowContext = WorkflowContext()
    ) -> [Diagnostic] {
        var validator = WorkflowValidator(definition, source, context)
        validator.run()
        return validator.diagnostics.inOrder
    }

    private init(_ definition: WorkflowDefinition, _ source: WorkflowSource, _ context: WorkflowContext) {
        self.definition = definition
        self.source = source
        self.context = context
        var steps: [String: StepDefinition] = [:]
        var loops: [String: [String]] = [:]
        var loopNames: Set<String> = []
        func collect(_ list: [StepDefinition], _ around: [String]) {
            for step in list {
                steps[step.id] = steps[step.id] ?? step
                loops[step.id] = around
                var inner = around
                if case .forEach(let each) = step.kind {
                    inner.insert(step.id, at: 0)
                    loopNames.insert(each.name)
                }
                for list in step.lists { collect(list, inner) }
                collect(step.compensation, around)
            }
        }
        collect(definition.steps, [])
        self.steps = steps
        self.loops = loops
        self.loopNames = loopNames
    }

    mutating func report(_ mark: YAMLMark, _ message: String, fix: String? = nil) {
        report(.error, mark, message, fix: fix)
    }

    mutating func report(
        _ severity: Diagnostic.Severity, _ mark: YAMLMark, _ message: String, fix: String? = nil
    ) {
        diagnostics.append(
            Diagnostic(
                severity, file: source.file, line: mark.line, column: mark.column, message: message, fix: fix))
    }

    private mutating func run() {
        if definition.steps.isEmpty { report(source.mark(step: ""), "the workflow '\(definition.name)' has no steps") }
        checkIDs()
        let ended = check(definition.steps, Surroundings())
        var surroundings = Surroundings()
        surroundings.ended = ended
        for output in definition.outputs {
            check(StepParts("outputs", output.value, at: JSONPointer([output.name])).sites, of: "", surroundings)
        }
        checkRecursion()
    }

    private mutating func checkIDs() {
        var seen: Set<String> = []
        for id in definition.steps.flatMap(\.allIDs) where !seen.insert(id).inserted {
            report(source.mark(step: id), "the id '\(id)' is used twice", fix: "ids are unique in the whole workflow")
        }
    }

    /// What can be named at a place.
    struct Surroundings {
        /// The steps that have ended there, or may have.
        var ended: Set<String> = []
        /// The variables of loops, and others of the place.
        var names: Set<String> = []
    }

    /// Checks a list of steps; gives the ids that can be named behind it.
    mutating func check(_ list: [StepDefinition], _ around: Surroundings) -> Set<String> {
        let isGraph = list.contains { $0.needs != nil }
        if isGraph { checkNeeds(list) }
        var around = around
        let before = around.ended
        for step in list {
            if isGraph { around.ended = before.union(needed(by: step, in: list).flatMap(visibleIDs)) }
            check(step, around)
            if !isGraph { around.ended.formUnion(visibleIDs(step)) }
        }
        return isGraph ? before.union(list.flatMap(visibleIDs)) : around.ended
    }

    /// A step's id, and those within it that are not repeated for each element.
    private func visibleIDs(_ step: StepDefinition) -> [String] {
        if case .forEach = step.kind { return [step.id] }
        return [step.id] + step.lists.flatMap { $0.flatMap(visibleIDs) }
    }

    private mutating func check(_ step: StepDefinition, _ around: Surroundings) {
        var inside = around
        var loop: Set<String> = []
        switch step.kind {
        case .forEach(let each): inside.names.formUnion([each.name, "index"])
        case .while:
            // A later iteration sees what an earlier one did.
            loop = Set(step.lists.flatMap { $0.flatMap(visibleIDs) })
            inside.ended.formUnion(loop)
            inside.names.insert("index")
        default: break
        }
        let parts = StepParts(of: step.kind)
        if let condition = step.condition { check(StepParts("when", condition).sites, of: step.id, around) }
        for site in parts.sites {
            var here = around
            if case .while(let repeated) = step.kind {
                here.ended.formUnion(loop)
                // Before the first iteration there is none to count.
                if repeated.runsFirst, site.field != "when" { here.names.insert("index") }
            }
            if site.field == "key" { here.names = inside.names }
            check([site], of: step.id, here)
        }
        for (_, list) in parts.lists { _ = check(list, inside) }
        checkKind(step, parts)
        checkSecrets(step, parts)

        var after = around
        after.ended.formUnion(visibleIDs(step))
        var behind = after
        behind.names.insert("result")
        for output in step.outputs {
            check(StepParts("outputs", output.value, at: JSONPointer([output.name])).sites, of: step.id, behind)
        }
        after.ended.formUnion(definition.steps.flatMap(visibleIDs))
        _ = check(step.compensation, after)
    }
}
