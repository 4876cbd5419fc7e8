package import JSON

/// What a step does.
package indirect enum StepKind: Sendable, Hashable, Codable {
    case agent(AgentStep)
    case prompt(PromptStep)
    case tool(ToolStep)
    case integration(IntegrationStep)
    case shell(ShellStep)
    case gate(GateStep)
    /// The engine's own work on a run's workspace.
    case engine(EngineStep)

    case parallel(ParallelStep)
    case forEach(ForEachStep)
    case `if`(condition: Expression, then: [StepDefinition], otherwise: [StepDefinition])
    case `switch`(SwitchStep)
    case `while`(WhileStep)
    /// Another workflow; its definition is part of this one once the run is frozen. Outputs: its outputs.
    case workflow(WorkflowStep)
}

/// A session of an agent.
///
/// Outputs: `summary`, and what `produces` names.
package struct AgentStep: Sendable, Hashable, Codable {
    /// The role's name.
    package var agent: ValueTemplate
    /// The task in words; or nil where `document` or `task` says it all.
    package var prompt: ValueTemplate?
    /// A document of the feature that the agent writes and the engine reads.
    ///
    /// One of `spec`, `plan`, `tasks`, `checklist`, `clarifications`, `convergence`, `meaning`. Outputs: `path`, `commit`,
    /// `report`, and with `tasks` also `tasks` (an array of `{id, title, parallel, files, batch}`).
    package var document: String?
    /// What the document's step is given besides, by name, such as `ceremony`.
    package var options: ValueTemplate?
    /// A task of the plan which the agent carries out.
    ///
    /// An element of `steps.tasks.outputs.tasks`. Outputs: `commit`, `proven`.
    package var task: ValueTemplate?
    /// Whether the engine verifies what was changed and commits it; an agent step without is read-only where its role is.
    package var verify: Bool
    /// `provider/model`, over the role's own strategy.
    package var model: ValueTemplate?
    /// The only tools of the role's that the step allows; all of them where nil, and never more.
    package var tools: [String]?

    package init(
        agent: ValueTemplate, prompt: ValueTemplate? = nil, document: String? = nil, task: ValueTemplate? = nil,
        verify: Bool = false, model: ValueTemplate? = nil, tools: [String]? = nil, options: ValueTemplate? = nil
    ) {
        self.options = options
        self.agent = agent
        self.prompt = prompt
        self.document = document
        self.task = task
        self.verify = verify
        self.model = model
        self.tools = tools
    }
}

/// One model call without tools.
///
/// Outputs: `text`, and `data` where a schema was given.
package struct PromptStep: Sendable, Hashable, Codable {
    package var prompt: ValueTemplate
    /// The role whose model and instructions are used; `planner` where nil.
    package var agent: ValueTemplate?
    package var model: ValueTemplate?
    /// A JSON Schema that the answer must fit.
    package var schema: JSONValue?

    package init(
        prompt: ValueTemplate, agent: ValueTemplate? = nil, model: ValueTemplate? = nil, schema: JSONValue? = nil
    ) {
        self.prompt = prompt
        self.agent = agent
        self.model = model
        self.schema = schema
    }
}

/// A tool of the catalogue, called by the engine.
///
/// Outputs: `text`.
package struct ToolStep: Sendable, Hashable, Codable {
    package var tool: String
    package var arguments: ValueTemplate

    package init(tool: String, arguments: ValueTemplate) {
        self.tool = tool
        self.arguments = arguments
    }
}

/// An outside system in one of its four roles.
///
/// Outputs: what the action gives.
package struct IntegrationStep: Sendable, Hashable, Codable {
    /// `tracker`, `code-host`, `documentation`, `chat`.
    package var role: String
    package var action: String
    package var arguments: ValueTemplate

    package init(role: String, action: String, arguments: ValueTemplate) {
        self.role = role
        self.action = action
        self.arguments = arguments
    }
}

/// A command line in the workspace, in the sandbox.
///
/// Outputs: `stdout`, `stderr`, `exit_code`, and `data` with `json: true`.
package struct ShellStep: Sendable, Hashable, Codable {
    package var command: ValueTemplate
    /// Whether it may be run again when its effect is unknown after a crash; a confined command always may.
    package var isRepeatable: Bool
    /// Whether standard output is JSON, given as `data`.
    package var givesJSON: Bool
    /// Exit statuses besides 0 that are no failure.
    package var allowedExitCodes: [Int]

    package init(
        command: ValueTemplate, isRepeatable: Bool = false, givesJSON: Bool = false, allowedExitCodes: [Int] = []
    ) {
        self.command = command
        self.isRepeatable = isRepeatable
        self.givesJSON = givesJSON
        self.allowedExitCodes = allowedExitCodes
    }
}

/// A durable question to a human.
///
/// Outputs: `answer` (text), `data` (a form's values), `by`, `comment`.
package struct GateStep: Sendable, Hashable, Codable {
    package var question: ValueTemplate
    package var details: ValueTemplate?
    /// `value` and `label` of each answer allowed; with neither choices nor form, `approve` and `reject` where `asks` is
    /// `approval`, else free text.
    package var choices: [GateChoice]
    /// A JSON Schema of an object.
    package var form: JSONValue?
    package var asks: Asks
    /// The answer that is given when the gate expires.
    package var defaultAnswer: JSONValue?
    /// In milliseconds from opening.
    package var expiresAfter: Int64?
    package var remindEvery: Int64?
    /// Answers that fail the step with `rejected`; `reject` is always one of them.
    package var rejections: [String]

    package enum Asks: String, Sendable, Hashable, Codable { case approval, choice, text, form }

    package init(
        question: ValueTemplate, details: ValueTemplate? = nil, asks: Asks = .approval, choices: [GateChoice] = [],
        form: JSONValue? = nil, defaultAnswer: JSONValue? = nil, expiresAfter: Int64? = nil, remindEvery: Int64? = nil,
        rejections: [String] = ["reject"]
    ) {
        self.question = question
        self.details = details
        self.asks = asks
        self.choices = choices
        self.form = form
        self.defaultAnswer = defaultAnswer
        self.expiresAfter = expiresAfter
        self.remindEvery = remindEvery
        self.rejections = rejections
    }
}

package struct GateChoice: Sendable, Hashable, Codable {
    package var value: String
    package var label: String

    package init(value: String, label: String) {
        self.value = value
        self.label = label
    }
}

/// The engine's own steps.
package enum EngineStep: String, Sendable, Hashable, Codable, CaseIterable {
    /// The gate that shows plan, tasks, estimate and checks, and asks whether to go on. Outputs: `answer`, `by`.
    case planGate = "plan-gate"
    /// Every check once more on the tree that is delivered. Outputs: `proven`, `tree`, `reason`.
    case finalCheck = "final-check"
    /// The project's checks on the tree as it is, nothing mended. Outputs: `passed`, `failed` (names), `output`.
    case verify
    /// The project's tests on the tree as it is, each known by its name.
    ///
    /// Outputs: `passed`, `passed_tests` and `failed_tests` (names), `named`, `output`.
    case tests
    /// Commits what the steps before it changed. Outputs: `commit`.
    case commit
    /// Applies what the feature changes to the living specifications, and commits it. Outputs: `archived` (paths), `commit`.
    case archive
    /// What rules alone find wrong in the documents of the run's feature, or of all features where it has none.
    ///
    /// Outputs: `passed`, `errors`, `warnings` (counts), `findings`, `output`.
    case analyze
    /// What has moved since features were last proven.
    ///
    /// Outputs: `passed`, `errors`, `warnings` (counts), `findings`, `output`, `compared` (names of features).
    case drift
}

/// Branches that are carried out at the same time.
///
/// Outputs: each branch's, by its name.
package struct ParallelStep: Sendable, Hashable, Codable {
    package var branches: [Branch]
    /// How many branches run at once; all where nil.
    package var limit: Int?

    package struct Branch: Sendable, Hashable, Codable {
        package var name: String
        package var steps: [StepDefinition]

        package init(name: String, steps: [StepDefinition]) {
            self.name = name
            self.steps = steps
        }
    }

    package init(branches: [Branch], limit: Int? = nil) {
        self.branches = branches
        self.limit = limit
    }
}

/// The same steps for each element of an array.
///
/// Outputs: `items`, an array of each one's outputs by step id.
package struct ForEachStep: Sendable, Hashable, Codable {
    package var items: Expression
    /// The name under which the element is seen; `index` (from 0) is seen beside it.
    package var name: String
    /// A text that names the iteration in keys; its number from 1 where nil.
    ///
    /// As `${task.id}`; must differ for each element.
    package var key: ValueTemplate?
    /// How many iterations run at once: 1 is one after the other.
    package var limit: Int
    package var steps: [StepDefinition]

    package init(items: Expression, name: String, key: ValueTemplate? = nil, limit: Int = 1, steps: [StepDefinition]) {
        self.items = items
        self.name = name
        self.key = key
        self.limit = limit
        self.steps = steps
    }
}

/// The steps of the first case whose value is equal.
///
/// Outputs: none of its own.
package struct SwitchStep: Sendable, Hashable, Codable {
    package var value: Expression
    package var cases: [Case]
    package var otherwise: [StepDefinition]

    package struct Case: Sendable, Hashable, Codable {
        package var value: JSONValue
        package var steps: [StepDefinition]

        package init(value: JSONValue, steps: [StepDefinition]) {
            self.value = value
            self.steps = steps
        }
    }

    package init(value: Expression, cases: [Case], otherwise: [StepDefinition] = []) {
        self.value = value
        self.cases = cases
        self.otherwise = otherwise
    }
}

/// Steps that are repeated while a condition holds.
///
/// Outputs: `iterations`.
package struct WhileStep: Sendable, Hashable, Codable {
    package var condition: Expression
    /// A loop that reaches this many iterations fails with `failed`: every loop ends.
    package var limit: Int
    /// Whether the condition is asked only after the first iteration (`do-while`).
    package var runsFirst: Bool
    package var steps: [StepDefinition]

    package init(condition: Expression, limit: Int = 10, runsFirst: Bool = false, steps: [StepDefinition]) {
        self.condition = condition
        self.limit = limit
        self.runsFirst = runsFirst
        self.steps = steps
    }
}

/// A call of another workflow, which sees its own inputs and steps only.
///
/// Inside of it `inputs` are those of the call, and neither the caller's steps nor the variables of its loops are known.
/// Outputs: the called workflow's.
package struct WorkflowStep: Sendable, Hashable, Codable {
    package var workflow: String
    /// The inputs by name.
    package var inputs: ValueTemplate
    /// Set when the definition is frozen: the whole of it, its step ids prefixed with this step's id and a full stop.
    package var definition: WorkflowDefinition?

    package init(workflow: String, inputs: ValueTemplate, definition: WorkflowDefinition? = nil) {
        self.workflow = workflow
        self.inputs = inputs
        self.definition = definition
    }
}
