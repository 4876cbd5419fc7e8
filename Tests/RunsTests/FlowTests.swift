import JSON
import Runs
import Testing
import Workflows

/// What random histories do not look at: names, outputs and the words at the end.
@Suite("The run machine names values and tells the end (E3, E4)")
struct FlowTests {
    @Test("inside a loop the same iteration's steps are seen, from outside a for-each only its outputs")
    func names() throws {
        let loop = try StepDefinition.each(
            "each", in: "inputs.names", as: "name", key: "${name}",
            [.leaf("first"), .leaf("second", when: "steps.first.outputs.ok")])
        var story = try RunStory(
            [loop, .leaf("last", outputs: ["twice": "${result.n * 2}"])], inputs: ["names": ["a", "b"]],
            outputs: [OutputDefinition(name: "n", value: ValueTemplate("${steps.last.outputs.twice}"))])
        story.succeed("first/a", ["ok": false])
        #expect(story.state("second/a") == .skipped)
        #expect(story.call("first/b")?.scope["index"] == 1)
        story.succeed("first/b", ["ok": true])
        #expect(story.call("second/b")?.scope["steps"]?["first"]?["outputs"] == ["ok": true])
        story.succeed("second/b")
        let steps = story.call("last")?.scope["steps"]
        #expect(steps?["first"] == nil)
        #expect(
            steps?["each"]?["outputs"] == [
                "items": [
                    ["first": ["ok": false], "second": nil], ["first": ["ok": true], "second": nil],
                ]
            ])
        story.succeed("last", ["n": 4])
        #expect(
            story.next == .end(.done, summary: "4 steps are done; nothing was changed", outputs: ["n": 8]))
    }

    @Test("a later iteration of a while, and what comes behind it, see what the iteration before gave")
    func iterations() throws {
        let inner: [StepDefinition] = [try .leaf("look"), try .leaf("check")]
        let loop = StepDefinition(
            id: "loop",
            kind: .while(
                WhileStep(
                    condition: try Expression("not steps.check.outputs.ok"), limit: 3, runsFirst: true, steps: inner)))
        var story = RunStory([loop, try .leaf("last")])
        #expect(story.call("look/1")?.scope["steps"]?["check"] == nil)
        story.succeed("look/1")
        story.succeed("check/1", ["ok": false, "n": 1])
        #expect(story.call("look/2")?.scope["steps"]?["check"]?["outputs"]?["n"] == 1)
        story.succeed("look/2")
        story.succeed("check/2", ["ok": true, "n": 2])
        #expect(story.call("last")?.scope["steps"]?["check"]?["outputs"]?["n"] == 2)
        #expect(story.call("last")?.scope["steps"]?["loop"]?["outputs"]?["iterations"] == 2)
    }

    @Test(
        "a sub-workflow is not begun with inputs that it does not take",
        arguments: [
            (["n": "x", "m": "a"], "call: the input 'n' is of type integer, and 'x' is a text"),
            (["n": 1, "m": "c"], "call: 'c' is no choice of the input 'm'; the choices are 'a', 'b'"),
            (["n": nil, "m": "a"], "call: the workflow 'inner' needs the input 'n': how many"),
            (["n": 1, "o": 2], "call: the workflow 'inner' has no input 'o'; there are n, m"),
            ([1], "call: its inputs are an array of 1, not an object"),
        ] as [(JSONValue, String)])
    func callRefused(given: JSONValue, fault: String) throws {
        let story = try RunStory([Self.call()], inputs: ["given": given])
        #expect(story.end == "failed: \(fault)")
        #expect(RunMachine(replaying: story.records) == story.machine)
    }

    @Test("a sub-workflow sees its defaults where nothing is given")
    func callDefaults() throws {
        let story = try RunStory([Self.call()], inputs: ["given": ["n": 1]])
        #expect(story.call("call.inside")?.scope["inputs"] == ["n": 1, "m": "b"])
    }

    private static func call() throws -> StepDefinition {
        let inner = WorkflowDefinition(
            name: "inner",
            inputs: [
                InputDefinition(name: "n", type: .integer, summary: "how many", isRequired: true),
                InputDefinition(name: "m", defaultValue: "b", choices: ["a", "b"]),
            ], outputs: [], steps: [try .leaf("call.inside")])
        return StepDefinition(
            id: "call",
            kind: .workflow(
                WorkflowStep(workflow: "inner", inputs: try ValueTemplate("${inputs.given}"), definition: inner)))
    }

    @Test("what changed without a final check, or after it, is called unproven")
    func unproven() throws {
        let shell = StepDefinition(id: "make", kind: .shell(ShellStep(command: try ValueTemplate("make"))))
        let check = StepDefinition(id: "check", kind: .engine(.finalCheck))
        var story = RunStory([shell])
        story.succeed("make")
        #expect(story.end == "done: unproven: no final check was made after make")
        story = RunStory([shell])
        story.succeed("make", ["changed": false])
        #expect(story.end == "done: 1 step is done; nothing was changed")
        story = RunStory([check, shell])
        story.succeed("check", ["proven": true])
        story.succeed("make")
        #expect(story.end == "done: unproven: make came after the final check")
    }

    @Test("the summary names the failure, what was taken back and what could not be")
    func compensation() throws {
        var story = try RunStory([
            .leaf("a", undo: [.leaf("ua")]), .leaf("b", undo: [.leaf("ub")]), .leaf("c"),
        ])
        story.succeed("a")
        story.succeed("b")
        story.fail("c")
        #expect(story.due == ["b/undo/ub"])
        story.fail("b/undo/ub", .failed, "no way")
        story.succeed("a/undo/ua")
        #expect(story.end == "failed: c: it broke; taken back: a; could not be taken back: b/undo/ub: no way")
    }

    @Test("a loop of 1000 iterations is carried out to its end, and one of 1001 fails")
    func long() throws {
        let items = JSONValue.array((0..<1_000).map { .integer($0) })
        var story = try RunStory([.each("each", in: "inputs.all", [.leaf("x"), .leaf("y")])], inputs: ["all": items])
        var turns = 0
        while let key = story.due.first {
            story.succeed(key)
            turns += 1
        }
        #expect(turns == 2_000)
        #expect(story.end == "done: 2000 steps are done; nothing was changed")
        #expect(RunMachine(replaying: story.records) == story.machine)
        story = try RunStory(
            [.each("each", in: "inputs.all", [.leaf("x")])], inputs: ["all": .array((0..<1_001).map { .integer($0) })])
        #expect(story.end == "failed: each: it has 1001 items; 1000 are allowed")
    }
}
