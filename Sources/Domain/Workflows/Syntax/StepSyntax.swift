import IntegrationRoles

/// The kinds of step as they are written: the key that names the kind, and the keys beside it.
enum StepSyntax: String, Sendable, CaseIterable {
    case agent, prompt, tool, integration, shell, gate, engine, parallel
    case forEach = "for-each"
    case `if`, `switch`, `while`
    case doWhile = "do-while"
    case workflow

    /// How a message calls it, with its article.
    var called: String {
        switch self {
        case .agent, .integration, .engine, .if: "an \(rawValue) step"
        default: "a \(rawValue) step"
        }
    }

    /// The keys of this kind alone, the one that names it first.
    var rules: [KeyRule] {
        switch self {
        case .agent:
            [
                KeyRule("agent", .template, "The role that carries it out, such as developer.").required,
                KeyRule("prompt", .template, "The task in words."),
                KeyRule("document", .word(Self.documents), "The document of the feature that it writes."),
                KeyRule("task", .value, "A task of the plan, as ${task} in a for-each over steps.tasks.outputs.tasks."),
                KeyRule("verify", .flag, "Whether the engine checks what was changed, and commits it."),
                KeyRule("model", .template, "provider/model, over the role's own."),
                KeyRule("tools", .names, "The tools it may use; never more than its role may."),
                KeyRule("with", .members, "What its document is given: ceremony, from, topic, rounds."),
            ]
        case .prompt:
            [
                KeyRule("prompt", .template, "What the model is asked, without tools.").required,
                KeyRule("agent", .template, "The role whose model and instructions are used."),
                KeyRule("model", .template, "provider/model, over the role's own."),
                KeyRule("schema", .schema, "A JSON Schema that the answer must fit."),
            ]
        case .tool:
            [
                KeyRule("tool", .text, "The tool's name.").required,
                KeyRule("with", .members, "Its arguments."),
            ]
        case .integration:
            [
                KeyRule("integration", .word(Self.roles), "The role of the outside system.").required,
                KeyRule("action", .text, "What it is asked to do.").required,
                KeyRule("with", .members, "The action's arguments."),
            ]
        case .shell:
            [
                KeyRule("shell", .template, "The command line; values are put in with quote(…).").required,
                KeyRule("repeatable", .flag, "Whether it may run again when a crash left its effect unknown."),
                KeyRule("json", .flag, "Whether its standard output is JSON, given as data."),
                KeyRule("allow_exit", .wholes(1...255), "Exit statuses besides 0 that are no failure."),
            ]
        case .gate:
            [
                KeyRule("gate", .template, "The question.").required,
                KeyRule("details", .template, "What the one who answers should know, in Markdown."),
                KeyRule("asks", .word(Self.asks), "What kind of answer is wanted."),
                KeyRule("choices", .choices, "The answers: a list of values, or a mapping of value to label."),
                KeyRule("form", .schema, "A JSON Schema of the object that is asked for."),
                KeyRule("default", .constant, "The answer that is given when the gate expires."),
                KeyRule("expires", .duration, "How long the gate waits."),
                KeyRule("remind", .duration, "How often it reminds."),
                KeyRule("rejections", .names, "The answers besides 'reject' that fail the step."),
            ]
        case .engine:
            [
                KeyRule("engine", .word(EngineStep.allCases.map(\.rawValue)), "The engine's own work.").required
            ]
        case .parallel:
            [
                KeyRule("parallel", .branches, "The branches: a mapping of name to steps, or a list.").required,
                KeyRule("limit", .whole(1...64), "How many branches run at once; all where left out."),
            ]
        case .forEach:
            [
                KeyRule("for-each", .list, "The elements: an expression that gives a list, or a list.").required,
                KeyRule("as", .text, "The name of the element in expressions; item where left out."),
                KeyRule("key", .template, "A text that differs for each element, such as ${task.id}."),
                KeyRule("limit", .whole(1...64), "How many iterations run at once; 1 where left out."),
                KeyRule("steps", .steps, "What is done for each.").required,
            ]
        case .if:
            [
                KeyRule("if", .expression, "The condition.").required,
                KeyRule("then", .steps, "What is done where it holds.").required,
                KeyRule("else", .steps, "What is done where it does not."),
            ]
        case .switch:
            [
                KeyRule("switch", .expression, "The value that chooses.").required,
                KeyRule("cases", .cases, "A mapping of value to steps, or a list of value and steps.").required,
                KeyRule("default", .steps, "What is done where no case is equal."),
            ]
        case .while, .doWhile:
            [
                KeyRule(rawValue, .expression, "The condition under which the steps are repeated.").required,
                KeyRule("max", .whole(1...1_000), "The most iterations; reaching it is a failure. 10 where left out."),
                KeyRule("steps", .steps, "What is repeated.").required,
            ]
        case .workflow:
            [
                KeyRule("workflow", .text, "The other workflow's name.").required,
                KeyRule("with", .members, "Its inputs."),
            ]
        }
    }

    static let documents = ["spec", "plan", "tasks", "checklist", "clarifications", "convergence", "meaning"]
    /// What each document can be given besides.
    static let documentOptions = [
        "spec": ["ceremony", "from"], "checklist": ["topic"], "convergence": ["rounds"],
    ]
    static let roles = IntegrationRole.allCases.map(\.rawValue)
    static let asks = ["approval", "choice", "text", "form"]

    /// The keys that every step may have.
    static let common: [KeyRule] = [
        KeyRule("id", .text, "The name under which other steps see it; letters, digits, - and _."),
        KeyRule("type", .word(allCases.map(\.rawValue)), "The kind, where agent and prompt stand side by side."),
        KeyRule("title", .text, "What screens show."),
        KeyRule("when", .expression, "The step is skipped where this does not hold."),
        KeyRule("needs", .names, "The steps of the same list that it waits for; makes the list a graph."),
        KeyRule("on_error", .word(["fail", "continue", "retry"]), "What its failure means."),
        KeyRule("retry", .retry, "How often it is tried."),
        KeyRule("timeout", .duration, "The longest that one attempt may take."),
        KeyRule("compensate", .steps, "What takes its effect back when the run fails or is rolled back."),
        KeyRule("outputs", .outputs, "Further outputs, worked out from the step's own (result)."),
    ]

    static let retry: [KeyRule] = [
        KeyRule("attempts", .whole(1...100), "All attempts, the first included."),
        KeyRule("backoff", .duration, "The wait before the second attempt; doubled each time."),
        KeyRule("longest_backoff", .duration, "The longest wait."),
        KeyRule("on", .names, "The failures worth another attempt; all where left out."),
    ]
}

/// The keys of a file, and of its inputs.
enum FileSyntax {
    static let rules: [KeyRule] = [
        KeyRule("name", .text, "Lower case letters, digits and hyphens.").required,
        KeyRule("version", .text, "The author's own version."),
        KeyRule("description", .text, "What the workflow is for, in one sentence."),
        KeyRule("inputs", .inputs, "What a run is given."),
        KeyRule("outputs", .outputs, "What a run gives."),
        KeyRule("steps", .steps, "What is done, in order.").required,
    ]

    static let input: [KeyRule] = [
        KeyRule("type", .inputType, "The type; string where left out."),
        KeyRule("description", .text, "What it is, in one sentence."),
        KeyRule("required", .flag, "Whether a run cannot start without it."),
        KeyRule("default", .constant, "The value where none is given."),
        KeyRule("choices", .constant, "The only values allowed."),
    ]
}
