import JSON
import Workflows

/// The names that the steps of one iteration, one workflow or one compensation share.
///
/// A name is looked up from the inside outwards, and a sub-workflow is a wall: from within, only its own steps and inputs
/// are seen.
struct Frame: Sendable, Hashable {
    var parent: Int?
    /// What a sub-workflow's step ids begin with; they are seen without it.
    var prefix = ""
    /// The inputs of a workflow; nil inside loops, where those of the workflow are seen.
    var inputs: JSONValue?
    /// Loop variables.
    var variables: [String: JSONValue] = [:]
    /// Steps by id: `outputs`, `error`, `status`; from the moment at which they begin.
    var steps = JSONObject()
}

extension StepTree {
    /// Everything that can be named from a frame.
    func scope(ofFrame frame: Int) -> Scope {
        var chain = [frame]
        while let last = chain.last, frames[last].inputs == nil, let parent = frames[last].parent {
            chain.append(parent)
        }
        var values: [String: JSONValue] = ["run": run]
        var steps = JSONObject()
        for frame in chain.reversed() {
            if steps.isEmpty {
                steps = frames[frame].steps
            } else {
                for step in frames[frame].steps { steps.set(step.value, for: step.key) }
            }
            if let inputs = frames[frame].inputs { values["inputs"] = inputs }
            for (name, value) in frames[frame].variables { values[name] = value }
        }
        values["steps"] = .object(steps)
        return Scope(values)
    }

    /// Tells a step's frame how it stands.
    mutating func note(_ node: Int) {
        let frame = groups[nodes[node].group].frame
        var entry = JSONObject()
        entry["status"] = .string(nodes[node].state.word)
        entry["outputs"] = nodes[node].outputs
        if case .failed(let failure) = nodes[node].state {
            entry["error"] = [
                "code": .string(failure.code.rawValue), "message": .string(failure.message),
                "step": .string(failure.origin.rawValue),
            ]
        } else {
            entry["error"] = .null
        }
        frames[frame].steps[name(of: node)] = .object(entry)
    }

    /// A step's id as the steps around it see it.
    func name(of node: Int) -> String {
        var frame = groups[nodes[node].group].frame
        while frames[frame].inputs == nil, let parent = frames[frame].parent { frame = parent }
        let (id, prefix) = (nodes[node].step.id, frames[frame].prefix)
        return id.hasPrefix(prefix) ? String(id.dropFirst(prefix.count)) : id
    }

    mutating func frame(inside group: Int, variables: [String: JSONValue] = [:]) -> Int {
        frames.append(Frame(parent: groups[group].frame, variables: variables))
        return frames.count - 1
    }
}
