import JSON
import Runs
import Testing
import Workflows

/// The laws are those of `docs/run-lifecycle.md`.
@Suite("The run machine carries the spec-driven flow (E3, E4)")
struct SpecDrivenTests {
    private static let tasks: JSONValue = ["tasks": [["id": "T001", "title": "one"], ["id": "T002", "title": "two"]]]

    private static func planned() throws -> RunStory {
        var story = try RunStory(StepDefinition.specDriven())
        story.succeed("specify")
        story.succeed("plan")
        story.succeed("tasks", tasks)
        return story
    }

    private static func approved() throws -> RunStory {
        var story = try planned()
        story.succeed("approve", ["answer": "approve", "by": "me"])
        return story
    }

    @Test("the workspace is prepared first, then the documents are written in order, each once")
    func documents() throws {
        var story = try RunStory(StepDefinition.specDriven(), prepared: false)
        #expect(RunMachine().next(at: story.now) == .nothing)
        #expect(story.next == .prepareWorkspace)
        story.tell(.workspacePrepared(branch: "b", worktree: "w"))
        for key in ["specify", "plan", "tasks"] {
            #expect(story.due == [key])
            story.succeed(key, key == "tasks" ? Self.tasks : .null)
        }
        #expect(story.due == ["approve"])
    }

    @Test("nothing is built before the plan is approved, and a rejected plan cancels the run")
    func approval() throws {
        var story = try Self.planned()
        let gate = story.gate()
        story.tell(
            .stepStarted(step: "approve"), .gateOpened(gate: gate, kind: .plan, step: "approve", question: "?"))
        #expect(story.next == .wait(gates: [.init(id: gate, kind: .plan, step: "approve")], until: nil))
        #expect(story.machine.status == .waiting)
        story.tell(.gateAnswered(gate: gate, kind: .plan, step: "approve", value: "reject", by: "me"))
        #expect(story.machine.status == .running)
        #expect(story.due == ["approve"])
        story.fail("approve", .rejected, "the plan was rejected by me")
        #expect(story.end == "cancelled: the plan was rejected by me")
    }

    @Test("tasks come in order under their own names, and what nothing may follow is not done again")
    func tasks() throws {
        var story = try Self.approved()
        #expect(story.due == ["task/T001"])
        #expect(story.call("task/T001")?.scope["task"] == ["id": "T001", "title": "one"])
        story.succeed("task/T001", ["proven": true], commit: "c1")
        #expect(story.due == ["task/T002"])
        story.succeed("task/T001", ["proven": false], commit: "c9")
        story.succeed("task/T002", ["proven": true], commit: "c2")
        #expect(story.due == ["final-check"])
        story.succeed("final-check", ["proven": true])
        #expect(story.end == "done: all 2 tasks are proven")
        story.tell(.runEnded(status: .done, summary: ""))
        #expect(story.next == .nothing)
        #expect(story.machine.status == .done)
    }

    @Test(
        "the end says no more than is proven",
        arguments: [
            (true, true, "done: all 2 tasks are proven"),
            (false, true, "done: 1 of 2 tasks are proven; the whole check passed on the final tree"),
            (true, false, "done: unproven: no tests were found"),
        ])
    func proof(second: Bool, whole: Bool, expected: String) throws {
        var story = try Self.approved()
        story.succeed("task/T001", ["proven": true], commit: "c1")
        story.succeed("task/T002", ["proven": .bool(second)], commit: "c2")
        story.succeed("final-check", ["proven": .bool(whole), "reason": "no tests were found"])
        #expect(story.end == expected)
    }

    @Test(
        "a rejected limit, budget or verification gate of the whole run fails it",
        arguments: [Gate.Kind.limit, .budget, .verification])
    func rejectedGates(kind: Gate.Kind) throws {
        var story = try Self.approved()
        let gate = story.gate()
        story.tell(.gateOpened(gate: gate, kind: kind, step: nil, question: "?"))
        #expect(story.next == .wait(gates: [.init(id: gate, kind: kind, step: nil)], until: nil))
        story.tell(.gateAnswered(gate: gate, kind: kind, step: nil, value: "reject", by: "me"))
        #expect(story.end == "failed: stopped by me at the \(kind.rawValue) gate")
    }

    @Test("a failed step fails the run")
    func failedStep() throws {
        var story = try RunStory(StepDefinition.specDriven())
        story.fail("specify", .failed, "no requirement")
        #expect(story.end == "failed: specify: no requirement")
    }

    @Test("a cancelled run ends, also from a gate, and nothing happens after the end")
    func cancelled() throws {
        var story = try Self.planned()
        let gate = story.gate()
        story.tell(
            .stepStarted(step: "approve"), .gateOpened(gate: gate, kind: .plan, step: "approve", question: "?"),
            .cancelRequested(by: "me"))
        #expect(story.end == "cancelled: cancelled by me")
        story.tell(.runEnded(status: .cancelled, summary: ""))
        let before = story.machine
        story.tell(.gateAnswered(gate: gate, kind: .plan, step: "approve", value: "approve", by: "me"))
        story.succeed("approve")
        #expect(story.machine == before)
    }
}

extension StepKey: ExpressibleByStringLiteral {
    package init(stringLiteral value: String) { self.init(rawValue: value) }
}
