import IntegrationRoles
import JSON
import Policy
import Runs
import Storage
import Synchronization
import Testing
import Timekeeping
import WorkflowEngine
import Workflows

@Suite("A step that asks an outside system (E1, I1)")
struct IntegrationStepTests {
    private static let workflow = """
        name: own
        outputs:
          key: ${steps.report.outputs.key}
        steps:
          - id: report
            integration: tracker
            action: create
            with: {title: "Crash in ${run.request}"}
        """

    private func outcome(of run: Run, _ stage: EngineStage) async throws -> StepOutcome? {
        try await stage.journal.events(of: run.id, after: 0, limit: 100).compactMap {
            if case .stepFinished(_, let outcome) = $0.event { outcome } else { nil }
        }.last
    }

    @Test("gives what the system gave, and the workflow's outputs are recorded")
    func plain() async throws {
        let tracker = Tracker()
        try await EngineStage.with(Self.workflow, integrations: .init(tracker: tracker)) { stage in
            let run = try await stage.service.start(.init(text: "main.py", workflow: "own"), in: stage.project)
            #expect(try await stage.service.work(on: run.id) == .ended(.done))
            #expect(tracker.titles == ["Crash in main.py"])
            let report = try await stage.service.report(on: run.id)
            #expect(report.outputs == ["key": "T-1"])
        }
    }

    @Test("that was cut off is never repeated without being asked", arguments: ["repeat", "skip"])
    func unknownEffect(answer: String) async throws {
        let tracker = Tracker(hangsOnce: true)
        try await EngineStage.with(Self.workflow, integrations: .init(tracker: tracker)) { stage in
            let run = try await stage.service.start(.init(text: "main.py", workflow: "own"), in: stage.project)
            try await cutOff(run, tracker, stage)
            guard case .waiting(let gate) = try await stage.service.work(on: run.id) else {
                Issue.record("no gate was opened")
                return
            }
            #expect(gate.kind == .unknownEffect)
            #expect(
                gate.question
                    == "The engine was stopped during this call; may it be made again: tracker create \"Crash in main.py\""
            )
            _ = try await GateService(journal: stage.journal, clock: .system).answer(
                gate.id, GivenAnswer(.value(answer), comment: nil, name: "ana", channel: "cli"))
            let end = try await stage.service.work(on: run.id)
            #expect(end == .ended(answer == "repeat" ? .done : .failed))
            #expect(tracker.titles.count == (answer == "repeat" ? 2 : 1))
            if answer == "skip" {
                #expect(
                    try await outcome(of: run, stage)
                        == .failed(
                            code: .rejected,
                            message:
                                "step report: tracker create \"Crash in main.py\" was interrupted and is not made again, says ana"
                        ))
            }
        }
    }

    @Test("that was cut off is repeated with the same key where the system knows repeated calls")
    func repeated() async throws {
        let tracker = Tracker(hangsOnce: true, knowsRepeatedCalls: true)
        try await EngineStage.with(Self.workflow, integrations: .init(tracker: tracker)) { stage in
            let run = try await stage.service.start(.init(text: "main.py", workflow: "own"), in: stage.project)
            try await cutOff(run, tracker, stage)
            #expect(try await stage.service.work(on: run.id) == .ended(.done))
            #expect(tracker.keys.count == 2 && Set(tracker.keys).count == 1)
        }
    }

    @Test("asks first where the policy says so", arguments: ["approve", "reject"])
    func permission(answer: String) async throws {
        let tracker = Tracker()
        let rules = Permissions(ask: [try PermissionRule("tracker(create)")], fallback: .allow)
        try await EngineStage.with(Self.workflow, integrations: .init(tracker: tracker), rules: rules) { stage in
            let run = try await stage.service.start(.init(text: "x", workflow: "own"), in: stage.project)
            guard case .waiting(let gate) = try await stage.service.work(on: run.id) else {
                Issue.record("no gate was opened")
                return
            }
            #expect(
                gate.kind == .permission && gate.question == "May step report do this: tracker create \"Crash in x\"")
            #expect(tracker.titles.isEmpty)
            _ = try await GateService(journal: stage.journal, clock: .system).answer(
                gate.id, GivenAnswer(.value(answer), comment: nil, name: "ana", channel: "cli"))
            #expect(try await stage.service.work(on: run.id) == .ended(answer == "approve" ? .done : .failed))
            #expect(tracker.titles.count == (answer == "approve" ? 1 : 0))
        }
    }

    @Test("fails with one sentence where nothing is connected, or the system refuses")
    func failures() async throws {
        try await EngineStage.with(Self.workflow, integrations: .init()) { stage in
            let run = try await stage.service.start(.init(text: "x", workflow: "own"), in: stage.project)
            #expect(try await stage.service.work(on: run.id) == .ended(.failed))
            #expect(
                try await outcome(of: run, stage)
                    == .failed(
                        code: .unavailable,
                        message:
                            "step report needs a tracker, and none is connected: no integration plays that role yet"))
        }
        try await EngineStage.with(Self.workflow, integrations: .init(tracker: Tracker(refuses: true))) { stage in
            let run = try await stage.service.start(.init(text: "x", workflow: "own"), in: stage.project)
            #expect(try await stage.service.work(on: run.id) == .ended(.failed))
            #expect(
                try await outcome(of: run, stage)
                    == .failed(code: .failed, message: "step report: this tracker takes no new items"))
        }
    }

    /// Works on the run until the tracker has been called, and stops there as a crash would.
    private func cutOff(_ run: Run, _ tracker: Tracker, _ stage: EngineStage) async throws {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                // Cancelled below; how it ends is what the test looks at afterwards.
                _ = try? await stage.service.work(on: run.id)
            }
            await tracker.called()
            group.cancelAll()
        }
    }
}

private final class Tracker: TaskTracker, Sendable {
    let name = "own"
    let knowsRepeatedCalls: Bool
    private let refuses: Bool
    private let state: Mutex<(hangs: Bool, titles: [String], keys: [CallKey])>
    private let calls = AsyncStream<Void>.makeStream()

    init(hangsOnce: Bool = false, refuses: Bool = false, knowsRepeatedCalls: Bool = false) {
        self.refuses = refuses
        self.knowsRepeatedCalls = knowsRepeatedCalls
        state = Mutex((hangsOnce, [], []))
    }

    var titles: [String] { state.withLock { $0.titles } }
    var keys: [CallKey] { state.withLock { $0.keys } }

    /// Returns once the tracker has been asked for something.
    func called() async {
        for await _ in calls.stream { return }
    }

    func create(_ draft: WorkItemDraft, key: CallKey) async throws -> WorkItem {
        if refuses { throw IntegrationError(.refused, "this tracker takes no new items") }
        let hangs = state.withLock { state in
            state.titles.append(draft.title)
            state.keys.append(key)
            defer { state.hangs = false }
            return state.hangs
        }
        calls.continuation.yield()
        if hangs { try await Task.sleep(for: .seconds(3600)) }
        return WorkItem(key: "T-1", title: draft.title, status: "open")
    }

    func item(_ key: String) async throws -> WorkItem { throw IntegrationError(.notFound, "there is no \(key)") }
    func search(_ query: String, limit: Int) async throws -> [WorkItem] { [] }
    func update(_ item: String, _ change: WorkItemChange, key: CallKey) async throws -> WorkItem {
        throw IntegrationError(.notFound, "there is no \(item)")
    }
    func comment(on item: String, _ text: String, key: CallKey) async throws -> PostedComment { PostedComment(id: "1") }
}
