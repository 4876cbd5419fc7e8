package import JSON

/// What a hook is told on its standard input: one JSON object.
package struct HookCall: Sendable, Hashable {
    package var moment: HookMoment
    package var run: String
    package var step: String?
    package var session: String?
    package var agent: String?
    /// The worktree that the run works in.
    package var worktree: String
    package var project: String
    package var tool: String?
    /// What is particular to the moment: `arguments`, `result`, `commit`, `gate`, `summary`.
    package var details: JSONObject

    package init(
        _ moment: HookMoment, run: String, step: String? = nil, session: String? = nil, agent: String? = nil,
        worktree: String, project: String, tool: String? = nil, details: JSONObject = [:]
    ) {
        self.moment = moment
        self.run = run
        self.step = step
        self.session = session
        self.agent = agent
        self.worktree = worktree
        self.project = project
        self.tool = tool
        self.details = details
    }

    /// The command that a tool is to run, where it runs one.
    package var command: String? { details["arguments"]?["command"]?.stringValue }

    package var json: JSONValue {
        var object: JSONObject = ["event": .string(moment.rawValue), "run": .string(run)]
        for (key, value) in [
            ("step", step), ("session", session), ("agent", agent), ("worktree", worktree), ("project", project),
            ("tool", tool),
        ] {
            object.set(value.map { .string($0) }, for: key)
        }
        for (key, value) in details { object.set(value, for: key) }
        return .object(object)
    }
}
