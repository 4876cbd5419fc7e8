import SpecDocuments
import Testing

@Suite struct `Task graph` {
    struct Plan: Sendable, CustomTestStringConvertible {
        var lines: [String]
        var batches: [[String]]
        var testDescription: String { lines.joined(separator: " / ") }
    }

    @Test(arguments: [
        Plan(lines: ["T1 a", "T2 b"], batches: [["T1"], ["T2"]]),
        Plan(lines: ["T1 a", "T2 [P] b", "T3 [P] c", "T4 d"], batches: [["T1"], ["T2", "T3"], ["T4"]]),
        Plan(lines: ["T1 [P] a", "T2 [P] b (depends on T1)", "T3 [P] c"], batches: [["T1", "T3"], ["T2"]]),
        Plan(lines: ["T1 [P] in src/a.py", "T2 [P] also in src/a.py", "T3 [P] c"], batches: [["T1", "T3"], ["T2"]]),
        Plan(lines: ["T1 a (depends on T3)", "T2 b", "T3 c"], batches: [["T3"], ["T1"], ["T2"]]),
        Plan(lines: ["T1 a (depends on T77)"], batches: [["T1"]]),
    ])
    func `orders tasks into batches`(plan: Plan) throws {
        let document = TasksDocument(parsing: plan.lines.map { "- [ ] \($0)\n" }.joined())
        let graph = try TaskGraph(document.tasks)
        #expect(graph.batches == plan.batches)
        #expect(graph.order == plan.batches.flatMap(\.self))
    }

    @Test func `parallel tasks below different headings stay apart`() throws {
        let document = TasksDocument(parsing: "## A\n- [ ] T1 [P] a\n## B\n- [ ] T2 [P] b\n## A\n- [ ] T3 [P] c")
        #expect(try TaskGraph(document.tasks).batches == [["T1"], ["T2"], ["T3"]])
    }

    @Test func `what may start is the rest of the first unfinished batch`() throws {
        let document = TasksDocument(parsing: "- [ ] T1 [P] a\n- [ ] T2 [P] b\n- [ ] T3 c")
        let graph = try TaskGraph(document.tasks)
        #expect(graph.ready(done: []) == ["T1", "T2"])
        #expect(graph.ready(done: ["T1"]) == ["T2"])
        #expect(graph.ready(done: ["T1", "T2"]) == ["T3"])
        #expect(graph.ready(done: ["T1", "T2", "T3"]) == [])
    }

    @Test func `a cycle is refused by name`() {
        let document = TasksDocument(parsing: "- [ ] T1 a (depends on T2)\n- [ ] T2 b (depends on T1)")
        #expect(
            throws: SpecDocumentsError(
                .dependencyCycle, "Tasks wait for one another: T1 → T2 → T1; drop one of these dependencies.")
        ) { try TaskGraph(document.tasks) }
    }

    @Test func `a chain of thousands does not overflow the stack`() throws {
        let text = (1...9998).map { "- [ ] T\($0) x (depends on T\($0 + 1))\n" }.joined() + "- [ ] T9999 end"
        let graph = try TaskGraph(TasksDocument(parsing: text).tasks)
        #expect(graph.order.first == "T9999")
        #expect(graph.order.count == 9999)
    }
}
