import SpecDocuments
import Testing

@Suite struct ParallelPlanTests {
    private func groups(_ lines: [String], limit: Int = 4) throws -> [[String]] {
        let text = "# Tasks\n\n## Phase 1\n\n" + lines.map { "- [ ] \($0)\n" }.joined()
        return try ParallelPlan(TasksDocument(parsing: text).tasks, limit: limit).groups
    }

    @Test func `Parallel tasks with files of their own run together, in order`() throws {
        #expect(
            try groups([
                "T001 Write `a.py`", "T002 [P] Write `b.py`", "T003 [P] Write `c.py`", "T004 Write `d.py`",
            ]) == [["T001"], ["T002", "T003"], ["T004"]])
    }

    @Test func `A task that names no file runs alone`() throws {
        #expect(
            try groups(["T001 [P] Write `b.py`", "T002 [P] Think", "T003 [P] Write `c.py`", "T004 [P] Write `d.py`"])
                == [["T001"], ["T002"], ["T003", "T004"]])
    }

    @Test func `A task in a folder that another names waits for it`() throws {
        #expect(
            try groups(["T001 [P] Tidy `src/`", "T002 [P] Write `src/c.py`", "T003 [P] Write `tests/c.py`"])
                == [["T001"], ["T002", "T003"]])
    }

    @Test func `No more run together than the limit says`() throws {
        let lines = (1...5).map { "T00\($0) [P] Write `f\($0).py`" }
        #expect(try groups(lines, limit: 2) == [["T001", "T002"], ["T003", "T004"], ["T005"]])
        #expect(try groups(lines, limit: 0) == [["T001"], ["T002"], ["T003"], ["T004"], ["T005"]])
    }

    @Test func `What is left of a group comes before the next`() throws {
        let text = "# Tasks\n\n- [ ] T001 [P] `a.py`\n- [ ] T002 [P] `b.py`\n- [ ] T003 `c.py`\n"
        let plan = try ParallelPlan(TasksDocument(parsing: text).tasks, limit: 4)
        #expect(plan.next(done: []) == ["T001", "T002"])
        #expect(plan.next(done: ["T001"]) == ["T002"])
        #expect(plan.next(done: ["T001", "T002"]) == ["T003"])
        #expect(plan.next(done: ["T001", "T002", "T003"]) == [])
    }

    @Test(arguments: [
        ("a.py", "a.py", true), ("a.py", "./a.py", true), ("a.py", "A.py", true), ("a.py", "b.py", false),
        ("src", "src/a.py", true), ("src/", "srcs/a.py", false), ("src/*.py", "src/deep/a.py", true),
        ("src/*.py", "src", true), ("*.py", "docs/a.md", true), ("src/../a.py", "b.py", true),
        ("src/*.py", "tests/*.py", false),
    ])
    func `Paths overlap where they may mean one file`(one: String, other: String, expected: Bool) throws {
        let text = "# Tasks\n\n- [ ] T001 [P] `\(one)`\n- [ ] T002 [P] `\(other)`\n"
        let tasks = TasksDocument(parsing: text).tasks
        var (first, second) = (tasks[0], tasks[1])
        (first.paths, second.paths) = ([one], [other])
        #expect(try ParallelPlan([first, second], limit: 2).groups.count == (expected ? 2 : 1))
        #expect(try ParallelPlan([second, first], limit: 2).groups.count == (expected ? 2 : 1))
    }

    @Test func `Ticks of two sides are put together where nothing else differs`() {
        let base = "# Tasks\n\n- [ ] T001 one\n- [ ] T002 two\n- [x] T003 three\n"
        let ours = base.replacing("[ ] T001", with: "[x] T001")
        let theirs = base.replacing("[ ] T002", with: "[x] T002")
        #expect(TasksDocument.withTicks(of: ours, and: theirs) == base.replacing("[ ]", with: "[x]"))
        #expect(TasksDocument.withTicks(of: ours, and: theirs.replacing("two", with: "2")) == nil)
        #expect(TasksDocument.withTicks(of: "no tasks", and: "no tasks") == nil)
    }
}
