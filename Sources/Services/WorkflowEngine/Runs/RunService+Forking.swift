import AgentRuntime
import Files
import Identity
import JSON
import Money
package import Runs
import SpecDocuments
import Timekeeping
import Workbench
import Workflows

/// Going another way from a moment of a run (E5).
extension RunService {
    /// Records a new run that begins at the end of a step of another, with what was recorded until then.
    ///
    /// Nothing that was bought is bought again; the fork has spent nothing itself. The other run is only read, whatever
    /// its state. `work(on:)` then goes on with the fork. Dying in the middle leaves either no fork or a whole one.
    ///
    /// - Parameter inputs: what is different in the fork, for the steps that are still to come.
    package func fork(_ run: Run, at typed: String, inputs: [String: String] = [:]) async throws -> Run {
        let (moment, history) = try await passage(of: run, at: typed)
        let files = try await files(of: moment, run)
        let step = moment.step ?? .prepare
        let id: RunID = ids.next()
        let now = clock.now()
        var fork = run
        let changed = ForkInputs(inputs, for: history.workflow)
        try changed.apply(to: &fork)
        fork.id = id
        fork.status = .running
        fork.branch = "vencejo/\(id.short)-\(FeatureName(request: fork.request).slug)"
        fork.worktree = (home / "worktrees" / id.string).string
        (fork.createdAt, fork.updatedAt) = (now, now)
        fork.origin = ForkOrigin(
            run: run.id, step: step, position: moment.position, commit: files.commit,
            lineage: [run.id] + (run.origin?.lineage ?? []), spent: moment.spent + moment.inherited, inputs: inputs)
        let records = try await inheritance(of: fork, from: run, moment, history, changed)
        try copyFiles(from: run, to: fork, records)
        let workspace = try await workspace(of: fork)
        try await workspace.keep(files)
        try await journal.record(records, for: id, at: now)
        // From here on the fork is there; what is missing of its worktree is made when it goes on.
        let lock = try await lock(fork)
        defer { lock.release() }
        try await workspace.prepare()
        return fork
    }

    /// Everything the fork begins with, under its own ids: one transaction.
    private func inheritance(
        of fork: Run, from run: Run, _ moment: RunMoment, _ history: RunHistory, _ changed: ForkInputs
    ) async throws -> [JournalChange] {
        var renaming = Renaming(ids: ids)
        renaming.replace(run.id.string, with: fork.id.string)
        renaming.replace(run.branch, with: fork.branch)
        renaming.replace(run.worktree, with: fork.worktree)
        var changes: [JournalChange] = []
        let sessions = try await journal.sessions(of: run.id)
        for state in moment.keptSessions {
            guard let session = sessions.first(where: { $0.id == state.id }) else { continue }
            let last = state.turns.last?.number ?? 0
            renaming.renew(session.id)
            changes.append(.session(session))
            for input in try await journal.inputs(of: session.id) where input.afterTurn < last || input.afterTurn == 0 {
                changes.append(.input(input))
            }
            for turn in try await journal.turns(of: session.id) where turn.number <= last {
                renaming.renew(turn.id)
                changes.append(.turn(turn))
            }
            for action in try await journal.actions(of: session.id) where action.turn <= last {
                renaming.renew(action.id)
                changes.append(.action(action))
            }
        }
        for state in moment.keptGates {
            guard var gate = try await journal.gate(state.id) else { continue }
            renaming.renew(gate.id)
            if state.value == nil { gate.answer = nil }
            changes.append(.gate(gate))
        }
        for receipt in try await journal.receipts(of: run.id) where moment.keptReceipts.contains(receipt.id) {
            renaming.renew(receipt.id)
            changes.append(.receipt(receipt))
        }
        for record in history.inheritance(until: moment) {
            changes.append(.pastEvent(try changed.applied(to: record.event), at: record.at))
        }
        let renamed = try changes.map { try renaming.renamed($0) }
        guard let origin = fork.origin else { return [.run(fork)] + renamed }
        return [.run(fork)] + renamed + [
            .event(
                .runForked(
                    from: run.id, at: origin.step, position: origin.position, inherited: origin.spent,
                    inputs: origin.inputs))
        ]
    }

    /// What lies in the run's folder and is spoken of in what the fork takes over: logs of receipts, and what was given.
    ///
    /// What was taken over of a feature goes with it.
    private func copyFiles(from run: Run, to fork: Run, _ records: [JournalChange]) throws {
        let (from, to) = (home / "runs" / run.id.string, home / "runs" / fork.id.string)
        var names = records.compactMap { if case .receipt(let receipt) = $0 { receipt.log } else { nil } }
        for folder in ["context", "feature"] where FileSystem.isDirectory(from / folder) {
            names += try FileSystem.list(from / folder).map { "\(folder)/\($0.name)" }
        }
        for name in names where FileSystem.exists(from.appending(name)) {
            let target = to.appending(name)
            try FileSystem.createDirectory(target.parent)
            try FileSystem.write(try FileSystem.readBytes(from.appending(name)), to: target, durability: .durable)
        }
    }
}

/// What a fork changes of what the run was asked for.
struct ForkInputs: Sendable, Hashable {
    let values: [String: String]
    /// The workflow that the run carries out, whose inputs can be changed, too.
    let workflow: WorkflowDefinition?

    init(_ values: [String: String], for workflow: WorkflowDefinition?) {
        self.values = values
        self.workflow = workflow
    }

    private var names: [String] {
        let own = ["request", "mode", "budget"]
        return own + (workflow?.inputs.map(\.name).filter { !own.contains($0) } ?? [])
    }

    /// The event as the fork has it: the workflow is frozen with the inputs that are different.
    func applied(to event: RunEvent) throws -> RunEvent {
        guard case .workflowFrozen(let definition, let hash, let inputs) = event, !values.isEmpty else { return event }
        var given = inputs.objectValue ?? [:]
        do throws(WorkflowError) {
            for input in definition.inputs {
                if let typed = values[input.name] { given[input.name] = try input.value(fromText: typed) }
            }
            let known = JSONObject(given.filter { !$0.value.isNull }.map { ($0.key, $0.value) })
            let checked = try definition.inputs(from: known)
            return .workflowFrozen(definition: definition, hash: hash, inputs: .object(checked))
        } catch {
            throw EngineError(.usage, error.message)
        }
    }

    func apply(to run: inout Run) throws {
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            switch name {
            case "request":
                guard value.contains(where: { !$0.isWhitespace }) else {
                    throw EngineError(.usage, "the input 'request' is empty: say what is to be done")
                }
                run.request = value
            case "mode":
                guard let mode = Mode(rawValue: value) else {
                    let modes = Mode.allCases.map(\.rawValue).joined(separator: ", ")
                    throw EngineError(.usage, "the input 'mode' takes one of \(modes), not '\(value)'")
                }
                run.mode = mode
            case "budget":
                guard let budget = USD(parsing: value), budget > .zero else {
                    throw EngineError(
                        .usage, "the input 'budget' takes an amount in dollars above zero, such as 2.00, not '\(value)'"
                    )
                }
                run.budget = budget
            default:
                guard workflow?.inputs.contains(where: { $0.name == name }) != true else { continue }
                throw EngineError(
                    .usage, "there is no input '\(name)'; this run has \(names.joined(separator: ", "))")
            }
        }
    }
}

/// Gives records new ids, wherever the old ones stand in them.
struct Renaming: Sendable {
    private let ids: IdentifierSource
    private var names: [String: String] = [:]

    init(ids: IdentifierSource) { self.ids = ids }

    mutating func replace(_ old: String, with new: String) { names[old] = new }

    mutating func renew<Kind>(_ id: ID<Kind>) { names[id.string] = ids.next(Kind.self).string }

    func renamed(_ change: JournalChange) throws -> JournalChange {
        switch change {
        case .session(let record): .session(try renamed(record))
        case .input(let record): .input(try renamed(record))
        case .turn(let record): .turn(try renamed(record))
        case .action(let record): .action(try renamed(record))
        case .gate(let record): .gate(try renamed(record))
        case .receipt(let record): .receipt(try renamed(record))
        case .pastEvent(let event, let time): .pastEvent(try renamed(event), at: time)
        default: change
        }
    }

    /// The same record, with every text in it that is an old name replaced by the new one.
    func renamed<Record: Codable>(_ record: Record) throws -> Record {
        try JSONCoding.decode(Record.self, from: renamed(value: try JSONCoding.encode(record)))
    }

    private func renamed(value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text): .string(names[text] ?? text)
        case .array(let items): .array(items.map(renamed(value:)))
        case .object(let object): .object(JSONObject(object.map { ($0.key, renamed(value: $0.value)) }))
        default: value
        }
    }
}

extension RunHistory {
    /// The workflow that the run carries out.
    fileprivate var workflow: WorkflowDefinition? {
        for record in records {
            if case .workflowFrozen(let definition, _, _) = record.event { return definition }
        }
        return nil
    }
}
