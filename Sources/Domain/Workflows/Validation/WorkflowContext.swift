/// What a workflow may name outside of itself; nil where that is not known and not checked.
package struct WorkflowContext: Sendable {
    package var agents: [String]?
    package var tools: [String]?
    /// The other workflows by name.
    package var workflows: [String: WorkflowDefinition]?

    package init(
        agents: [String]? = nil, tools: [String]? = nil, workflows: [String: WorkflowDefinition]? = nil
    ) {
        self.agents = agents
        self.tools = tools
        self.workflows = workflows
    }
}
