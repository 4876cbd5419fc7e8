import Conversation
import Identity
import JSON
import Money
import Testing
import Timekeeping
import Workflows

@testable import Runs

@Suite("A run's history (E5)")
struct RunHistoryTests {
    private let run: RunID
    private let gate: GateID
    private let sessions: [SessionID]
    private let receipts: [ReceiptID]
    private static let time = Timestamp(milliseconds: 1_770_000_000_000)

    init() {
        let ids = IdentifierSource.seeded(11)
        run = ids.next()
        gate = ids.next()
        sessions = [ids.next(), ids.next(), ids.next()]
        receipts = [ids.next(), ids.next()]
    }

    /// Numbers events from 11, a second apart.
    private func records(_ events: [RunEvent]) -> [EventRecord] {
        events.enumerated().map { index, event in
            EventRecord(
                position: Int64(11 + index), number: Int64(1 + index), run: run, at: Self.time + .seconds(index),
                event: event)
        }
    }

    private func turn(_ session: Int, _ number: Int) -> RunEvent {
        .turnFinished(
            session: sessions[session], turn: number, usage: Usage(input: 1, output: 1), cost: USD(micros: 100),
            text: "said \(number)", calls: [])
    }

    private func opened(_ session: Int, _ step: StepKey) -> RunEvent {
        .sessionOpened(session: sessions[session], step: step, agent: "a", model: "p/m")
    }

    private var events: [RunEvent] {
        [
            .runStarted(request: "r", mode: .balanced, budget: USD(micros: 5000), baseCommit: "c0", isTreeDirty: false),
            .workspacePrepared(branch: "b", worktree: "w"),
            .stepStarted(step: .plan, attempt: 1), opened(0, .plan), turn(0, 1),
            .stepFinished(step: .plan, outcome: .succeeded(outputs: [:], summary: "planned", commit: "c1")),  // 16
            .tasksPlanned(
                tasks: [PlannedTask(id: "T001", title: "one"), PlannedTask(id: "T002", title: "two")],
                estimate: CostEstimate(low: .zero, high: .zero, basis: "")),
            .stepFinished(step: .tasks, outcome: .succeeded(outputs: [:], summary: "cut", commit: "c2")),  // 18
            .gateOpened(gate: gate, kind: .plan, step: .approve, question: "?"),
            .gateAnswered(gate: gate, kind: .plan, step: .approve, value: "approve", by: "me"),  // 20
            .stepFinished(step: .approve, outcome: .succeeded(outputs: [:], summary: "approve", commit: nil)),
            .stepStarted(step: .task("T001"), attempt: 1), opened(1, .task("T001")), turn(1, 1),
            .snapshotTaken(reference: "refs/vencejo/r/1", tree: "t1"),  // 25
            .receiptRecorded(
                receipt: receipts[0], step: .task("T001"), check: "test", command: "make", outcome: .passed),
            .taskCommitted(task: "T001", commit: "c3", proof: .proven(receipts: [receipts[0]])),
            .stepFinished(
                step: .task("T001"), outcome: .succeeded(outputs: [:], summary: "proven", commit: "c3")),  // 28
        ]
    }

    private func rewound(to position: Int64, dropping steps: [StepKey] = []) -> RunEvent {
        .runRewound(to: position, step: .plan, dropped: steps, head: "c1", tree: "t", by: "me")
    }

    // MARK: - Effective events

    @Test("counts everything where nothing was rewound")
    func untouched() {
        #expect(RunHistory.effective(records(events)) == records(events))
    }

    @Test("does not count what lies between a moment and the rewind to it, and counts what comes after")
    func rewind() {
        let all = records(events + [rewound(to: 16), .stepStarted(step: .tasks, attempt: 1)])
        let effective = RunHistory.effective(all)
        #expect(effective.map(\.position) == [11, 12, 13, 14, 15, 16, 29, 30])
        #expect(RunHistory(all).endedSteps.map(\.step) == [.prepare, .plan])
    }

    @Test("honours rewinds of rewinds")
    func rewindTwice() {
        let all = records(events + [rewound(to: 20), .stepStarted(step: .finalCheck, attempt: 1), rewound(to: 16)])
        #expect(RunHistory.effective(all).map(\.position) == [11, 12, 13, 14, 15, 16, 31])
    }

    @Test("does not count steps that had begun and not ended by then, with all of their events")
    func dropped() {
        let beside: [RunEvent] = [
            .stepStarted(step: .task("T001"), attempt: 1), opened(1, .task("T001")), turn(1, 1),
            .stepFinished(step: .plan, outcome: .succeeded(outputs: [:], summary: "", commit: nil)),
            rewound(to: 14, dropping: [.task("T001")]),
        ]
        #expect(RunHistory.effective(records(beside)).map(\.position) == [14, 15])
    }

    // MARK: - Finding a moment

    @Test(
        "finds a step by its name, a task's id and the beginning of either",
        arguments: [("plan", "plan", 16), ("PLA", "plan", 16), ("T001", "task/T001", 28), ("approve", "approve", 21)]
            as [(String, String, Int64)])
    func finding(typed: String, step: String, position: Int64) throws {
        let found = try RunHistory(records(events)).step(typed)
        #expect(found == .init(step: StepKey(rawValue: step), position: position, hasFailed: false))
    }

    @Test(
        "says why a moment is not found",
        arguments: [
            (
                "nowhere", HistoryError.Code.unknownStep,
                "has no step 'nowhere'; its steps are prepare, plan, task/T001, task/T002, tasks, approve, specify, final-check"
            ),
            ("task", .ambiguousStep, "'task' may mean several steps of run NAME: task/T001, task/T002, tasks"),
            (
                "T002", .notReached,
                "has not come to the end of step 'task/T002' yet; it has ended prepare, plan, tasks, approve, task/T001"
            ),
            ("0", .noSuchEvent, "run NAME has no event 0; it has 1 to 18"),
            ("19", .noSuchEvent, "run NAME has no event 19; it has 1 to 18"),
            ("", .unknownStep, "has no step ''"),
        ])
    func notFound(typed: String, code: HistoryError.Code, sentence: String) {
        do {
            _ = try RunHistory(records(events)).place(typed)
            Issue.record("'\(typed)' was found")
        } catch {
            #expect(error.code == code)
            #expect(error.message.contains(sentence.replacing("NAME", with: run.short)), "\(error.message)")
        }
    }

    @Test("takes a number for an event of the run, counted from 1")
    func number() throws {
        let history = RunHistory(records(events))
        #expect(try history.place("5") == .event(5))
        #expect(history.until(.event(5)).position == 15)
        #expect(history.until(.event(5)).event == 5)
    }

    @Test("takes a step that began anew after a failed attempt for one that has not ended")
    func restarted() {
        let all = records([
            .stepStarted(step: .plan, attempt: 1),
            .stepFinished(step: .plan, outcome: .failed(code: .failed, message: "no")),
            .stepStarted(step: .plan, attempt: 1),
        ])
        #expect(RunHistory(all).endedSteps.isEmpty)
        #expect(RunHistory(Array(all.prefix(2))).endedSteps.map(\.hasFailed) == [true])
        #expect(RunHistory(all).until(event: 3).begun == [.plan])
        #expect(RunHistory(all).until(event: 2).ended.map(\.summary) == ["no"])
    }

    @Test("drops the sessions of agents that an agent of a dropped step had started")
    func below() {
        let agent = StepKey(rawValue: "task/T001/agent/1")
        let moment = RunHistory(
            records([
                .stepStarted(step: .task("T001"), attempt: 1), opened(0, agent), opened(1, .task("T0011")), turn(0, 1),
            ])
        ).until(event: 4)
        #expect(moment.keptSessions.map(\.step) == [.task("T0011")])
    }

    // MARK: - Moments

    @Test("shows a run as it was at the end of a step")
    func moment() throws {
        let history = RunHistory(records(events))
        let moment = history.until(step: try history.step("tasks"))
        #expect(moment.status == .running)
        #expect(moment.ended.map(\.step) == [.prepare, .plan, .tasks])
        #expect(moment.begun.isEmpty && moment.gates.isEmpty)
        #expect(moment.tasks.map(\.commit) == [nil, nil])
        #expect(moment.files == .init(commit: "c2", tree: nil, snapshot: nil))
        #expect(moment.sessions.map(\.turns.count) == [1])
        #expect(moment.budget == USD(micros: 5000))
        #expect(moment.at == Self.time + .seconds(7))
    }

    @Test("shows a run as it was at an event: a gate open, a step begun, files changed since the commit")
    func eventMoment() {
        let history = RunHistory(records(events))
        let waiting = history.until(event: 9)
        #expect(waiting.status == .waiting)
        #expect(waiting.gates == [.init(id: gate, kind: .plan, step: .approve, question: "?", value: nil, by: nil)])
        let working = history.until(event: 15)
        #expect(working.begun == [.task("T001")])
        #expect(working.files == .init(commit: "c2", tree: "t1", snapshot: "refs/vencejo/r/1"))
        #expect(working.keptSessions.map(\.step) == [.plan])
        let committed = history.until(event: 18)
        #expect(committed.files == .init(commit: "c3", tree: nil, snapshot: nil))
        #expect(committed.keptReceipts == [receipts[0]])
    }

    @Test("counts the money of that moment, also what was spent on what a rewind left behind")
    func money() throws {
        let ids = IdentifierSource.seeded(3)
        func charge(at seconds: Int) -> Charge {
            Charge(
                id: ids.next(), reservation: ids.next(), run: run, session: sessions[0], step: .plan, agent: "a",
                turn: 1,
                model: "p/m", usage: .zero, cost: USD(micros: 100), outcome: .answered, milliseconds: 1,
                firstEventMilliseconds: nil, at: Self.time + .seconds(seconds))
        }
        let history = RunHistory(records(events + [rewound(to: 16)]))
        var before = history.until(step: try history.step("plan"))
        before.count([charge(at: 4), charge(at: 12)])
        #expect(before.spent == USD(micros: 100))
        var now = history.until(event: 19)
        now.count([charge(at: 4), charge(at: 12)])
        #expect(now.spent == USD(micros: 200))
        #expect(now.tasks.isEmpty)
    }

    @Test("a fork takes over what was recorded until then, and nothing that was only the other run's")
    func inheritance() throws {
        let history = RunHistory(records(events + [.runResumed(process: 3), .cancelRequested(by: "me")]))
        let moment = history.until(step: try history.step("T001"))
        #expect(history.inheritance(until: moment).map(\.event) == events)
        let early = history.until(event: 15)
        #expect(history.inheritance(until: early).map(\.position) == [11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 25])
    }

    @Test("a machine that folds a rewound history is where it was")
    func machine() {
        let rewoundRecords = records(events + [rewound(to: 18)])
        let machine = RunMachine(replaying: RunHistory.effective(rewoundRecords))
        let then = RunMachine(replaying: records(events).filter { $0.position <= 18 })
        #expect(machine == then)
    }

    @Test("a machine that folds only the milestones is where one is that folds everything, also after a rewind")
    func milestones() {
        let refusal = BudgetRefusal(account: .run(run), spent: .zero, reserved: .zero, needed: .zero, limit: .zero)
        let details: [RunEvent] = [
            .turnStarted(session: sessions[1], turn: 9, reserved: .zero),
            .modelDowngraded(session: sessions[1], turn: 9, from: "a/b", to: "a/c", because: refusal),
            .modelFellBack(session: sessions[1], turn: 9, from: "a/b", to: "a/c", because: "it is gone"),
            .modelEscalated(session: sessions[1], step: .plan, from: "a/b", to: "a/c", because: "x"),
            .modelLowered(session: sessions[1], step: .plan, from: "a/b", to: "a/c", because: "x"),
            .promptCacheCold(session: sessions[1], turn: 9, share: 3),
            .turnInterrupted(session: sessions[1], turn: 9, counted: .zero),
        ]
        for all in [events, events + details, events + details + [rewound(to: 18)] + details] {
            let records = records(all)
            let kept = RunHistory.effective(records).filter(\.event.isMilestone)
            #expect(RunHistory.effective(records.filter(\.event.isMilestone)) == kept)
            #expect(RunMachine(replaying: kept) == RunMachine(replaying: RunHistory.effective(records)))
        }
    }

    @Test("what may be spent stays so when a run is rewound")
    func limits() throws {
        let raised: [RunEvent] = [
            .budgetRaised(to: USD(micros: 9000)),
            .budgetAllowed(account: .day(Self.time), limit: USD(micros: 7), by: "me"),
        ]
        let history = RunHistory(records(events + raised + [rewound(to: 18)]))
        #expect(history.effective.map(\.event).filter(\.isOfMoney) == raised)
        let now = history.until(event: history.records.count)
        #expect(now.budget == USD(micros: 9000))
        #expect(now.event == history.records.count)
    }
}
