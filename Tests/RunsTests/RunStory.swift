import Identity
import JSON
import Money
import Runs
import Timekeeping
import Workflows

/// A run told event by event, each a second after the other unless said otherwise.
struct RunStory {
    private(set) var records: [EventRecord] = []
    private(set) var machine = RunMachine()
    var now = Timestamp.epoch
    let run: RunID
    private let ids = IdentifierSource.seeded(7)

    /// A story whose run has its workflow, and its workspace unless said otherwise.
    init(_ steps: [StepDefinition], inputs: JSONValue = [:], outputs: [OutputDefinition] = [], prepared: Bool = true) {
        run = ids.next()
        tell(.runStarted(request: "add X", mode: .balanced, budget: .zero, baseCommit: "c0", isTreeDirty: false))
        let definition = WorkflowDefinition(name: "test", outputs: outputs, steps: steps)
        tell(.workflowFrozen(definition: definition, hash: "h", inputs: inputs))
        if prepared { tell(.workspacePrepared(branch: "b", worktree: "w")) }
    }

    func gate() -> GateID { ids.next() }

    mutating func tell(_ events: RunEvent...) {
        for event in events {
            now += .seconds(1)
            let record = EventRecord(
                position: Int64(records.count + 1), number: Int64(records.count + 1), run: run, at: now, event: event)
            records.append(record)
            machine.receive(record)
        }
    }

    mutating func succeed(_ key: String, _ outputs: JSONValue = .null, commit: String? = nil) {
        let key = StepKey(rawValue: key)
        tell(
            .stepStarted(step: key),
            .stepFinished(step: key, outcome: .succeeded(outputs: outputs, summary: "", commit: commit)))
    }

    mutating func fail(_ key: String, _ code: FailureCode = .failed, _ message: String = "it broke") {
        let key = StepKey(rawValue: key)
        tell(.stepStarted(step: key), .stepFinished(step: key, outcome: .failed(code: code, message: message)))
    }

    var next: RunMachine.Next { machine.next(at: now) }

    /// The keys that may be worked on, with a mark for attempts after the first.
    var due: [String] {
        guard case .perform(let calls, _) = next else { return [] }
        return calls.map { $0.attempt == 1 ? $0.key.rawValue : "\($0.key)#\($0.attempt)" }
    }

    func call(_ key: String) -> StepCall? {
        guard case .perform(let calls, _) = next else { return nil }
        return calls.first { $0.key.rawValue == key }
    }

    /// The end that is decided, as `status: summary`.
    var end: String? {
        guard case .end(let status, let summary, _) = next else { return nil }
        return "\(status): \(summary)"
    }

    func state(_ key: String) -> StepState { machine.state(of: StepKey(rawValue: key)) }
}

extension StepDefinition {
    /// A step whose kind does not matter.
    static func leaf(
        _ id: String, when condition: String? = nil, needs: [String]? = nil, onError: OnError = .fail,
        retry: RetryRule = .never, undo: [StepDefinition] = [], outputs: [String: String] = [:]
    ) throws -> StepDefinition {
        StepDefinition(
            id: id, kind: .prompt(PromptStep(prompt: try ValueTemplate("say \(id)"))),
            condition: try condition.map { try Expression($0) }, needs: needs, onError: onError, retry: retry,
            compensation: undo,
            outputs: try outputs.sorted { $0.key < $1.key }.map {
                OutputDefinition(name: $0.key, value: try ValueTemplate(.string($0.value)))
            })
    }

    static func each(
        _ id: String, in items: String, as name: String = "item", key: String? = nil, limit: Int = 1,
        onError: OnError = .fail, _ steps: [StepDefinition]
    ) throws -> StepDefinition {
        StepDefinition(
            id: id,
            kind: .forEach(
                ForEachStep(
                    items: try Expression(items), name: name, key: try key.map { try ValueTemplate(.string($0)) },
                    limit: limit, steps: steps)),
            onError: onError)
    }

    static func parallel(
        _ id: String, limit: Int? = nil, onError: OnError = .fail, _ branches: [(String, [StepDefinition])]
    ) -> StepDefinition {
        StepDefinition(
            id: id,
            kind: .parallel(
                ParallelStep(branches: branches.map { .init(name: $0.0, steps: $0.1) }, limit: limit)),
            onError: onError)
    }

    /// The shape of the flow that `vencejo run` starts.
    static func specDriven() throws -> [StepDefinition] {
        func document(_ name: String, _ id: String) throws -> StepDefinition {
            StepDefinition(id: id, kind: .agent(AgentStep(agent: try ValueTemplate("architect"), document: name)))
        }
        let task = StepDefinition(
            id: "task",
            kind: .agent(
                AgentStep(agent: try ValueTemplate("developer"), task: try ValueTemplate("${task}"), verify: true)))
        return [
            try document("spec", "specify"), try document("plan", "plan"), try document("tasks", "tasks"),
            StepDefinition(id: "approve", kind: .engine(.planGate)),
            try .each("implement", in: "steps.tasks.outputs.tasks", as: "task", key: "${task.id}", [task]),
            StepDefinition(id: "final-check", kind: .engine(.finalCheck)),
        ]
    }
}
