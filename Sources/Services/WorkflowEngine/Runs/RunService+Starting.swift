import AgentRuntime
import Gateway
import JSON
import Runs
import Workflows

/// What is looked at before a run is recorded, so that nothing begins that cannot go on.
extension RunService {
    /// The request as it is kept; a workflow that takes none may do without.
    static func text(of request: Request, for definition: WorkflowDefinition) throws -> String {
        let text = request.text.split(whereSeparator: \.isNewline).joined(separator: "\n")
        guard !text.contains(where: { !$0.isWhitespace }) else { return text }
        if let given = request.inputs["request"], !given.isEmpty { return given }
        let isNeeded = definition.inputs.contains { $0.name == "request" && $0.isRequired }
        guard !isNeeded else {
            throw EngineError(
                .usage, "the request is empty: say what is to be done, such as vencejo run \"Add a --json flag\"")
        }
        return definition.summary.isEmpty ? definition.name : definition.summary
    }

    /// The workflow's inputs with their types; the request is one of them where the workflow has an input of that name.
    static func inputs(of request: Request, text: String, for definition: WorkflowDefinition) throws -> JSONValue {
        do throws(WorkflowError) {
            var values = JSONObject()
            for (name, typed) in request.inputs.sorted(by: { $0.key < $1.key }) {
                // A name that the workflow does not have is left to the check, which says which it has.
                let input = definition.inputs.first { $0.name == name }
                values[name] = try input?.value(fromText: typed) ?? .string(typed)
            }
            if definition.inputs.contains(where: { $0.name == "request" }), values["request"] == nil {
                values["request"] = .string(text)
            }
            return .object(try definition.inputs(from: values))
        } catch {
            throw EngineError(.usage, error.message)
        }
    }

    /// Throws where an agent or its model is missing, or cannot be shown what the run is given.
    func checkModels(
        of definition: WorkflowDefinition, for request: Request, _ environment: ProjectEnvironment
    ) throws {
        let image = request.context.first { $0.item.image != nil }
        for name in definition.agents {
            let agent = try environment.agents.agent(named: name)
            let model = try environment.models(agent, request.mode ?? environment.settings.mode)
            if let image, environment.gateway.card(of: model)?.images == .refused,
                !environment.hasModel(takingImagesFor: agent, request.mode ?? environment.settings.mode)
            {
                throw ContextError.modelTakesNoImages("\(model)", image.item.source)
            }
        }
    }
}

extension ProjectEnvironment {
    /// Whether the router finds the agent a model that looks at images.
    fileprivate func hasModel(takingImagesFor agent: AgentDefinition, _ mode: Mode) -> Bool {
        let request = RoutingRequest(
            role: agent.name, needs: [.tools, .images], mode: mode, preferred: agent.model.flatMap { RouteTarget($0) })
        return router?.decide(request).chosen != nil
    }
}

extension WorkflowDefinition {
    /// The agents that steps name outright, each once, in order; one that an expression names is found when it is needed.
    var agents: [String] {
        var names: [String] = []
        for step in leaves {
            let template: ValueTemplate? =
                switch step.kind {
                case .agent(let step): step.agent
                case .prompt(let step): step.agent
                default: nil
                }
            guard case .string(let name)? = template?.source, !name.contains("${"), !names.contains(name) else {
                continue
            }
            names.append(name)
        }
        return names
    }
}
