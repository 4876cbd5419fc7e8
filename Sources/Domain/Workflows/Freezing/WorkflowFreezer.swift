import JSON

/// A workflow as a run keeps it: complete in itself, with its bytes and their hash.
package struct FrozenWorkflow: Sendable, Hashable {
    package var definition: WorkflowDefinition
    /// Canonical JSON: equal definitions give equal bytes.
    package var bytes: [UInt8]
    /// What the caller's hash function made of the bytes.
    package var hash: String

    /// Reads what was kept.
    ///
    /// - Throws: `invalidDefinition` where the bytes hold no definition, or have another hash than is expected.
    package static func read(
        _ bytes: [UInt8], expecting expected: String? = nil, hash: ([UInt8]) -> String
    ) throws(WorkflowError) -> FrozenWorkflow {
        let found = hash(bytes)
        if let expected, expected != found {
            throw WorkflowError(
                .invalidDefinition, "the run's workflow was changed: its hash is \(found), not \(expected)")
        }
        do throws(JSONError) {
            let definition = try JSONCoding.decode(WorkflowDefinition.self, from: JSONValue(parsing: bytes))
            return FrozenWorkflow(definition: definition, bytes: bytes, hash: found)
        } catch {
            throw WorkflowError(.invalidDefinition, "the run's workflow cannot be read: \(error.message)")
        }
    }
}

/// Makes a definition complete in itself.
package enum WorkflowFreezer {
    /// Sub-workflows can multiply; more steps than these are refused.
    package static let mostSteps = 5_000

    /// Puts each sub-workflow into the step that calls it.
    ///
    /// Inside of it the ids of steps have the calling step's id and a full stop before them, `needs` too. Expressions stay as
    /// they are written: a sub-workflow sees its own inputs and, under the ids of its file, its own steps only.
    ///
    /// - Throws: `unknownWorkflow`, `recursion` with the circle, `tooLarge`.
    package static func freeze(
        _ definition: WorkflowDefinition, library: (String) -> WorkflowDefinition?, hash: ([UInt8]) -> String
    ) throws(WorkflowError) -> FrozenWorkflow {
        let complete = try complete(definition, library)
        let bytes: [UInt8]
        do throws(JSONError) { bytes = try JSONCoding.encode(complete).bytes(.canonical) } catch {
            throw WorkflowError(
                .invalidDefinition, "the workflow '\(definition.name)' cannot be kept: \(error.message)")
        }
        return FrozenWorkflow(definition: complete, bytes: bytes, hash: hash(bytes))
    }

    /// The definition with its sub-workflows in it.
    package static func complete(
        _ definition: WorkflowDefinition, _ library: (String) -> WorkflowDefinition?
    ) throws(WorkflowError) -> WorkflowDefinition {
        var count = 0
        return try complete(definition, library, path: [definition.name], &count)
    }

    private static func complete(
        _ definition: WorkflowDefinition, _ library: (String) -> WorkflowDefinition?, path: [String], _ count: inout Int
    ) throws(WorkflowError) -> WorkflowDefinition {
        var definition = definition
        count += definition.steps.reduce(0) { $0 + $1.allIDs.count }
        guard count <= mostSteps else {
            throw WorkflowError(
                .tooLarge,
                "the workflow '\(path[0])' has more than \(mostSteps) steps with its sub-workflows; call fewer of them")
        }
        for place in definition.steps.indices {
            definition.steps[place] = try complete(definition.steps[place], library, path, &count)
        }
        return definition
    }

    private static func complete(
        _ step: StepDefinition, _ library: (String) -> WorkflowDefinition?, _ path: [String], _ count: inout Int
    ) throws(WorkflowError) -> StepDefinition {
        var step = step
        for place in step.compensation.indices {
            step.compensation[place] = try complete(step.compensation[place], library, path, &count)
        }
        if case .workflow(var call) = step.kind {
            guard call.definition == nil else { return step }
            if path.contains(call.workflow) {
                let circle = (path + [call.workflow]).joined(separator: " → ")
                throw WorkflowError(.recursion, "a workflow cannot be part of itself: \(circle)")
            }
            guard let callee = library(call.workflow) else {
                throw WorkflowError(
                    .unknownWorkflow, "there is no workflow '\(call.workflow)', which the step '\(step.id)' calls")
            }
            let inner = try complete(callee, library, path: path + [call.workflow], &count)
            call.definition = try renamed(inner, before: step.id)
            step.kind = .workflow(call)
            return step
        }
        step.kind = try withLists(of: step.kind) { (list) throws(WorkflowError) in
            var list = list
            for place in list.indices { list[place] = try complete(list[place], library, path, &count) }
            return list
        }
        return step
    }

    /// The kind with other lists of steps in it.
    private static func withLists(
        of kind: StepKind, _ change: ([StepDefinition]) throws(WorkflowError) -> [StepDefinition]
    ) throws(WorkflowError) -> StepKind {
        switch kind {
        case .parallel(var step):
            for place in step.branches.indices { step.branches[place].steps = try change(step.branches[place].steps) }
            return .parallel(step)
        case .forEach(var step):
            step.steps = try change(step.steps)
            return .forEach(step)
        case .if(let condition, let then, let otherwise):
            return .if(condition: condition, then: try change(then), otherwise: try change(otherwise))
        case .switch(var step):
            for place in step.cases.indices { step.cases[place].steps = try change(step.cases[place].steps) }
            step.otherwise = try change(step.otherwise)
            return .switch(step)
        case .while(var step):
            step.steps = try change(step.steps)
            return .while(step)
        case .agent, .prompt, .tool, .integration, .shell, .gate, .engine, .workflow:
            return kind
        }
    }

    private static func renamed(
        _ definition: WorkflowDefinition, before prefix: String
    ) throws(WorkflowError) -> WorkflowDefinition {
        do throws(ExpressionError) {
            var names = StepNames(prefix: prefix)
            return try names.definition(definition)
        } catch {
            throw WorkflowError(
                .invalidDefinition, "the workflow '\(definition.name)' cannot be called by '\(prefix)': \(error)")
        }
    }
}
