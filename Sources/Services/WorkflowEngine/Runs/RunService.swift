package import AgentRuntime
import Conversation
package import Files
import Gateway
package import Identity
package import Money
package import Runs
import SpecDocuments
package import Timekeeping
import Workbench
import Workflows

/// Everything that can be done with runs; each surface's verb is one call of it.
package struct RunService: Sendable {
    package var journal: any Journal
    /// Where state lives, outside every project.
    package var home: FilePath
    package var clock: WallClock
    package var ids: IdentifierSource
    /// The program's version, for receipts.
    package var version: String
    /// Reads a project's settings and opens its way to the models.
    package var environment: @Sendable (_ project: FilePath) async throws -> ProjectEnvironment

    package init(
        journal: any Journal, home: FilePath, clock: WallClock, ids: IdentifierSource, version: String,
        environment: @escaping @Sendable (_ project: FilePath) async throws -> ProjectEnvironment
    ) {
        self.journal = journal
        self.home = home
        self.clock = clock
        self.ids = ids
        self.version = version
        self.environment = environment
    }

    /// What a user asks for; what is nil comes from the configuration.
    package struct Request: Sendable, Hashable {
        package var text: String
        package var mode: Mode?
        package var budget: USD?
        /// Files and pages for every agent of the run to know.
        package var context: [GivenContext]
        /// The workflow's name, or the path of its file.
        package var workflow: String
        /// Its inputs as they were typed, besides the request itself.
        package var inputs: [String: String]
        package var priority: Priority?
        /// The feature that it is about; nil for a run that makes its own and leaves it on its branch.
        package var feature: FeatureUse?

        package init(
            text: String, mode: Mode? = nil, budget: USD? = nil, context: [GivenContext] = [],
            workflow: String = "spec-driven", inputs: [String: String] = [:], priority: Priority? = nil,
            feature: FeatureUse? = nil
        ) {
            self.priority = priority
            self.feature = feature
            self.text = text
            self.mode = mode
            self.budget = budget
            self.context = context
            self.workflow = workflow
            self.inputs = inputs
        }
    }

    /// How a stretch of work on a run ended.
    package enum Progress: Sendable, Hashable {
        case ended(RunStatus)
        case waiting(Gate)
        /// The run can go on with `resume` once the reason is gone.
        case interrupted(reason: String, isConfiguration: Bool)
    }

    // MARK: - Starting and going on

    /// Records a new run of the repository around `directory`; `work(on:)` then carries it out.
    package func start(_ request: Request, in directory: FilePath) async throws -> Run {
        let repository = try await Repository.open(at: directory)
        let environment = try await environment(repository.root)
        let workflow = try await environment.workflows(request.workflow)
        let text = try Self.text(of: request, for: workflow.definition)
        let inputs = try Self.inputs(of: request, text: text, for: workflow.definition)
        try checkModels(of: workflow.definition, for: request, environment)
        let id: RunID = ids.next()
        let name = FeatureName(request: text).slug
        let now = clock.now()
        var run = Run(
            id: id, project: repository.root.string, request: text, mode: request.mode ?? environment.settings.mode,
            budget: request.budget ?? environment.settings.budget, status: .running, baseCommit: repository.head,
            baseBranch: repository.branch, branch: "vencejo/\(id.short)-\(name)",
            worktree: (home / "worktrees" / id.string).string, createdAt: now, updatedAt: now,
            priority: (request.priority ?? environment.settings.priority) == .low ? .low : nil)
        try ContextStore(runFolder: home / "runs" / id.string).save(request.context)
        if let use = request.feature {
            let store = FeatureStore(runFolder: home / "runs" / id.string)
            try store.save(use.seed(taken: try use.folder.map { try store.take($0, of: repository.root) } ?? [:]))
            run.feature = use.folder
        }
        var changes: [JournalChange] = [
            .run(run),
            .event(
                .runStarted(
                    request: text, mode: run.mode, budget: run.budget, baseCommit: run.baseCommit,
                    isTreeDirty: Self.isDirty(repository, besides: request.feature?.folder), priority: run.priority)),
            .event(.workflowFrozen(definition: workflow.definition, hash: workflow.hash, inputs: inputs)),
        ]
        if !request.context.isEmpty { changes.append(.event(.contextAdded(items: request.context.map(\.item)))) }
        try await journal.record(changes, for: id, at: now)
        return run
    }

    /// Works on a run until it ends, waits for a human or cannot go on.
    ///
    /// One process at a time may do so.
    ///
    /// Cancelling the task leaves the run as a crash would: everything recorded, to be resumed.
    ///
    /// - Parameter process: the process that takes the run up again, where it did not start it.
    package func work(on id: RunID, resumedBy process: Int32? = nil) async throws -> Progress {
        let run = try await existing(id)
        guard !run.status.isEnded else { return .ended(run.status) }
        let lock = try await lock(run)
        defer { lock.release() }
        try await gates.passTime(of: id)
        try await finishRewind(of: run)
        let environment = try await environment(FilePath(run.project))
        if let process {
            try await journal.record([.event(.runResumed(process: process))], for: id, at: clock.now())
        }
        try await countInterruptedCalls(of: id)
        let context = try await context(of: run, environment)
        try await tellOfIgnoredHooks(environment.hooks, in: run)
        // What was edited by hand while nobody worked on the run is saved before anything is done there again.
        if run.feature != nil { try await context.workspace.prepare() }
        let engine = RunEngine(context: context)
        let batches = run.priority == .low ? environment.gateway.desk?.service : nil
        let outcome = try await withCancellationByRequest(of: id, batches) { try await engine.drive() }
        switch outcome {
        case .ended:
            return .ended(try await existing(id).status)
        case .interrupted(let reason, let isConfiguration):
            return .interrupted(reason: reason, isConfiguration: isConfiguration)
        case .waiting(let gate):
            guard let gate = try await journal.gate(gate) else {
                throw EngineError(.failed, "the gate \(gate.short) of run \(id.short) is missing from the journal")
            }
            try await context.notify(of: gate)
            return .waiting(gate)
        }
    }

    /// Ends a run, or asks the process that works on it to end it, and waits a while for that.
    ///
    /// Returns the run as it is then.
    package func cancel(_ id: RunID, by who: String) async throws -> Run {
        let run = try await existing(id)
        guard !run.status.isEnded else {
            throw EngineError(
                .state, "run \(run.id.short) has ended already (\(run.status.rawValue)), so there is nothing to cancel")
        }
        try await journal.record([.event(.cancelRequested(by: who))], for: id, at: clock.now())
        for _ in 0..<100 {
            let now = try await existing(id)
            if now.status.isEnded { return now }
            // Held by another process: that one sees the request and ends the run.
            if let lock = try? FileLock(lockFile(of: run)) {
                defer { lock.release() }
                return try await end(now, .cancelled, "cancelled by \(who)")
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        return try await existing(id)
    }

    /// Asks for a run to stop and to take back what its steps did, as they say how; `work(on:)` then does it.
    package func requestRollback(of id: RunID, by who: String) async throws {
        let run = try await existing(id)
        guard !run.status.isEnded else {
            throw EngineError(
                .state,
                "run \(run.id.short) has ended already (\(run.status.rawValue)); undo what it made with vencejo runs undo \(run.id.short)"
            )
        }
        // Nobody may be in the middle of a step: what is under way ends first.
        let lock = try await lock(run)
        defer { lock.release() }
        try await journal.record([.event(.rollbackRequested(by: who))], for: id, at: clock.now())
    }

    /// Counts what calls in flight may have cost, and records the end of a run that nobody works on.
    private func end(_ run: Run, _ status: RunStatus, _ summary: String) async throws -> Run {
        let current = try await existing(run.id)
        guard !current.status.isEnded else { return current }
        try await countInterruptedCalls(of: run.id)
        try await leaveBatches(of: current)
        var ended = current
        ended.status = status
        ended.updatedAt = clock.now()
        try await journal.record(
            [.run(ended), .event(.runEnded(status: status, summary: summary))], for: run.id, at: clock.now())
        return ended
    }

    /// Counts calls that were in flight when a process ended: what they cost is unknown, so all that was set aside.
    func countInterruptedCalls(of id: RunID) async throws {
        try await InterruptedCalls(journal: journal, clock: clock, ids: ids).count(of: id)
    }

    /// Lets go of calls that wait for a batch; where their provider cannot be asked any more, whoever can sees to them later.
    func leaveBatches(of run: Run) async throws {
        guard run.priority == .low else { return }
        // Without its configuration there is no way to the provider.
        guard let environment = try? await environment(FilePath(run.project)) else { return }
        try await InterruptedCalls(journal: journal, clock: clock, ids: ids).leave(run.id, environment.gateway)
    }

    /// Whether a process works on the run now.
    package func isHeld(_ run: Run) -> Bool {
        // A lock that cannot be had is held; one that can is given back at once.
        guard let lock = try? FileLock(lockFile(of: run)) else { return FileSystem.exists(lockFile(of: run)) }
        lock.release()
        return false
    }

    // MARK: - Gates

    /// Everything that is done with gates.
    package var gates: GateService { GateService(journal: journal, clock: clock) }

    /// Answers a gate; the first answer wins, and what it changes is recorded with it.
    ///
    /// Throws where the gate does not take the answer; ``GateService/answer(_:_:)`` says it as a value.
    @discardableResult
    package func answer(
        _ gate: Gate, value: String, comment: String?, by who: String, through channel: String? = nil
    ) async throws -> Gate {
        let given = GivenAnswer(.value(value), comment: comment, name: who, channel: channel ?? who)
        return try await gates.answer(gate.id, given).accepted(at: gate.id)
    }

    // MARK: - Parts

    package func existing(_ id: RunID) async throws -> Run {
        guard let run = try await journal.run(id) else {
            throw EngineError(.notFound, "there is no run \(id.short); see vencejo runs list")
        }
        return run
    }

    /// The run that a user means by a whole id, its beginning, its end, or `latest`.
    package func find(_ typed: String) async throws -> Run {
        let found =
            typed == "latest" ? try await journal.runs(project: nil, limit: 1) : try await journal.runs(matching: typed)
        guard let run = found.first else {
            throw EngineError(.notFound, "there is no run '\(typed)'; see vencejo runs list")
        }
        guard found.count == 1 else {
            let ids = found.prefix(4).map(\.id.short).joined(separator: ", ")
            throw EngineError(.usage, "'\(typed)' may mean several runs (\(ids)): give more of the id")
        }
        return run
    }

    private func lockFile(of run: Run) -> FilePath { home / "runs" / run.id.string / "lock" }

    /// The right to work on a run.
    ///
    /// Waits a moment for those who only look whether somebody has it.
    func lock(_ run: Run) async throws -> FileLock {
        let file = lockFile(of: run)
        try FileSystem.createDirectory(file.parent)
        for attempt in 1... {
            do throws(FileError) {
                return try FileLock(file)
            } catch {
                guard error.code == .busy else { throw error }
                guard attempt < 8 else {
                    throw EngineError(
                        .busy,
                        "run \(run.id.short) is being worked on (\(error.message)); see vencejo runs watch \(run.id.short)"
                    )
                }
            }
            try await Task.sleep(for: .milliseconds(25))
        }
        throw CancellationError()
    }

    /// Does the work, and cancels it when the run is asked to end by somebody else.
    private func withCancellationByRequest(
        of id: RunID, _ batches: BatchService?, _ work: @escaping @Sendable () async throws -> RunEngine.Outcome
    ) async throws -> RunEngine.Outcome {
        try await withThrowingTaskGroup(of: RunEngine.Outcome?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                try await waitForCancelRequest(of: id)
                return nil
            }
            // A gate may expire while other steps of the run go on; this ends only with the work.
            group.addTask {
                try await gates.keepTime(of: id)
                return nil
            }
            // Batches are sent, polled and read as long as somebody works on the run.
            if let batches {
                group.addTask {
                    try await batches.run()
                    return nil
                }
            }
            let first = try await group.next() ?? nil
            group.cancelAll()
            if let first { return first }
            _ = await group.nextResult()
            _ = try await end(try await existing(id), .cancelled, "cancelled on request")
            return .ended
        }
    }

    private func waitForCancelRequest(of id: RunID) async throws {
        var position: Int64 = 0
        while true {
            // First the position, so that nothing that comes in between is waited for again.
            let last = try await journal.lastPosition(of: id)
            for record in RunHistory.effective(try await journal.milestones(of: id, after: position)) {
                if case .cancelRequested = record.event { return }
            }
            position = last
            try await journal.waitForEvents(of: id, after: position)
        }
    }
}
