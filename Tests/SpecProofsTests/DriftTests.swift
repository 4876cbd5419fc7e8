import Files
import SpecProofs
import Testing

/// One change to a recorded project, and what drift has to say of it.
struct SeededDrift: Sendable, CustomTestStringConvertible {
    var name: String
    /// A file with a text in it and what to put in its place; nil removes the file.
    var changes: [(path: String, old: String, new: String?)]
    /// `RULE path:line`, in order.
    var found: [String]
    var isCommitGone = false

    init(_ name: String, _ path: String, _ old: String, _ new: String?, _ found: String...) {
        self.name = name
        changes = [(path, old, new)]
        self.found = found
    }

    var testDescription: String { name }

    private static let spec = "specs/003-json-flag/spec.md"
    private static let tasks = "specs/003-json-flag/tasks.md"
    private static let links = "specs/003-json-flag/links.json"
    private static let tests = "tests/test_store.py"
    private static let web = "web/store.test.mjs"

    static let all: [SeededDrift] = [
        // Requirements.
        SeededDrift("a word of a requirement", spec, "save an item", "save two items", "DRIFT001 \(spec):7"),
        SeededDrift("its second line", spec, "and nothing else", "and little else", "DRIFT001 \(spec):5"),
        SeededDrift(
            "a requirement taken out", spec, "- **FR-002**: The system MUST save an item\n", "", "DRIFT002 \(links):3"),
        SeededDrift(
            "one with an area taken out", spec, "- **FR-AUTH-001**: The system MUST ask who is there\n", "",
            "DRIFT002 \(links):5"),
        SeededDrift(
            "a requirement put in", spec, "- **FR-AUTH", "- **FR-004**: The system MUST do more\n- **FR-AUTH",
            "DRIFT003 \(spec):9"),
        SeededDrift(
            "a requirement renamed", spec, "**FR-002**", "**FR-022**", "DRIFT002 \(links):3", "DRIFT003 \(spec):7"),
        SeededDrift(
            "a requirement with other words and another beside it", spec,
            "- **FR-003**: The system MUST show items in the browser",
            "- **FR-003**: The system MUST show all items\n- **NFR-001**: The system MUST be small",
            "DRIFT001 \(spec):8", "DRIFT003 \(spec):9"),
        // Tests.
        SeededDrift("what a test expects", tests, "assertEqual(2, 2)", "assertEqual(2, 3)", "DRIFT004 \(tests):10"),
        SeededDrift(
            "a test turned off by an attribute", tests, "    # FR-002\n",
            "    # FR-002\n    @unittest.skip(\"later\")\n", "DRIFT004 \(tests):11"),
        SeededDrift("a test in words", web, "show([1])", "show([])", "DRIFT004 \(web):3"),
        SeededDrift(
            "a test taken out", tests, "    # FR-002\n    def test_save(self):\n        self.assertEqual(2, 2)\n", "",
            "DRIFT005 \(links):11"),
        SeededDrift(
            "a test renamed and changed", tests, "    def test_save(self):\n        self.assertEqual(2, 2)",
            "    def test_keep(self):\n        self.assertEqual(2, 4)", "DRIFT005 \(links):11"),
        SeededDrift(
            "the class of tests renamed", tests, "class StoreTests", "class OtherTests",
            "DRIFT005 \(links):10", "DRIFT005 \(links):11", "DRIFT005 \(links):13"),
        SeededDrift("a file of tests removed", web, "", nil, "DRIFT005 \(links):12"),
        SeededDrift("the comment that names the requirement", tests, "# FR-002", "# keeps it", "DRIFT006 \(tests):10"),
        SeededDrift("the comment names another", tests, "# FR-002", "# FR-003", "DRIFT006 \(tests):10"),
        SeededDrift(
            "the comment names another feature's", tests, "Proves 003/FR-001", "Proves 004/FR-001",
            "DRIFT004 \(tests):5", "DRIFT006 \(tests):5"),
        SeededDrift(
            "the mention became one of two features", tests, "Proves 003/FR-001", "Proves FR-001",
            "DRIFT004 \(tests):5", "DRIFT006 \(tests):5"),
        // Code.
        SeededDrift("the body of a method", "store.py", "return [1]", "return [2]", "DRIFT007 store.py:7"),
        SeededDrift("a comment in a method", "store.py", "# keeps it", "# loses it", "DRIFT007 store.py:10"),
        SeededDrift("a field of a type", "store.py", "name = \"store\"", "name = \"shop\"", "DRIFT007 store.py:4"),
        SeededDrift("a constant", "store.py", "LIMIT = 5", "LIMIT = 6", "DRIFT007 store.py:1"),
        SeededDrift("a parameter", "store.py", "def helper():", "def helper(a):", "DRIFT007 store.py:15"),
        SeededDrift(
            "a function of JavaScript", "web/store.mjs", "return items;", "return null;", "DRIFT007 web/store.mjs:1"),
        SeededDrift("a file that defines nothing", "web/style.css", "red", "blue", "DRIFT007 web/style.css"),
        SeededDrift(
            "a function taken out", "auth.py", "def ask():\n    return True\n", "X = 1\n", "DRIFT008 \(links):30"),
        SeededDrift(
            "a method renamed and changed", "store.py", "def load(self):\n        return [1]",
            "def read(self):\n        return [3]",
            "DRIFT008 \(links):20"),
        SeededDrift("a file of code removed", "auth.py", "", nil, "DRIFT008 \(links):30"),
        SeededDrift("a file without code removed", "web/style.css", "", nil, "DRIFT008 \(links):29"),
        // Tasks.
        SeededDrift("a tick taken back", tasks, "- [x] T002", "- [ ] T002", "DRIFT009 \(tasks):7"),
        SeededDrift("a task reworded", tasks, "Save items in", "Keep items in", "DRIFT010 \(tasks):7"),
        SeededDrift("its second line", tasks, "with care", "at once", "DRIFT010 \(tasks):5"),
        SeededDrift(
            "a task taken out", tasks, "- [x] T002 Save items in `store.py` (FR-002)\n", "", "DRIFT011 \(links):15"),
        SeededDrift(
            "a task taken out with its lines", tasks, "- [x] T001 Load items in `store.py` (FR-001)\n  with care\n", "",
            "DRIFT011 \(links):14"),
        SeededDrift(
            "a task names its requirement no more", tasks, " (FR-003)", "", "DRIFT010 \(tasks):8", "DRIFT012 \(tasks):8"
        ),
        SeededDrift(
            "an open task for a proven requirement", tasks, "T005 Polish", "T005 Polish FR-002", "DRIFT018 \(tasks):10"),
        SeededDrift("a commit gone", "store.py", "", "", "DRIFT013 \(links):31").withCommitGone,
        // Files.
        SeededDrift("a broken record", links, "{\"version\":1,", "{\"version\":1", "DRIFT014 \(links):1"),
        SeededDrift("a record of a newer version", links, "\"version\":1", "\"version\":2", "DRIFT014 \(links):1"),
        SeededDrift(
            "a conflict in the record", links, "{\"end\":true}", "<<<<<<< HEAD\n=======\n>>>>>>> b\n{\"end\":true}",
            "DRIFT014 \(links):32"),
        SeededDrift(
            "a link without a digest", links, "\"done\":true,\"hash\":", "\"done\":true,\"hush\":",
            "DRIFT014 \(links):14"),
        SeededDrift(
            "a conflict in the specification", spec, "- **FR-002**", "<<<<<<< HEAD\n=======\n>>>>>>> b\n- **FR-002**",
            "DRIFT015 \(spec):7"),
        SeededDrift("a fence never closed in the tasks", tasks, "## Phase 1", "```\n## Phase 1", "DRIFT015 \(tasks):3"),
        SeededDrift("a binary specification", spec, "# Feature", "\u{0}# Feature", "DRIFT015 \(spec):1"),
        SeededDrift("the specification removed", spec, "", nil, "DRIFT020 \(spec)"),
        SeededDrift("the tasks removed", tasks, "", nil, "DRIFT020 \(tasks)"),
    ]

    private var withCommitGone: SeededDrift {
        var copy = self
        copy.isCommitGone = true
        return copy
    }

    /// Changes that drift has nothing to say of.
    static let clean: [SeededDrift] = [
        SeededDrift("nothing", "store.py", "", ""),
        SeededDrift("line ends of Windows in code", "store.py", "\n", "\r\n"),
        SeededDrift("line ends of Windows in a specification", spec, "\n", "\r\n"),
        SeededDrift("blank lines and white space at ends", "store.py", "return [1]\n", "return [1]   \n\n\n"),
        SeededDrift("an import above", "store.py", "LIMIT = 5", "import os\n\nLIMIT = 5"),
        SeededDrift("another function", "store.py", "def helper", "def other():\n    return 2\n\n\ndef helper"),
        SeededDrift("a comment above a function", "store.py", "def helper", "# helps\ndef helper"),
        SeededDrift("another method", "store.py", "    def save", "    def drop(self):\n        pass\n\n    def save"),
        SeededDrift(
            "another test", tests, "    # FR-002",
            "    # FR-001 of 003\n    def test_more(self):\n        pass\n\n    # FR-002"),
        SeededDrift("another way to name the requirement", tests, "# FR-002", "# 003/FR-2, as said"),
        SeededDrift("other white space between words", spec, "MUST save an item", "MUST  save an item"),
        SeededDrift("a requirement in bold, its words the same", spec, "- **FR-002**:", "- FR-002:"),
        SeededDrift("other text of the specification", spec, "## Requirements", "Some words.\n\n## Requirements"),
        SeededDrift("a criterion that nobody recorded", spec, "95 %", "96 %"),
        SeededDrift("another task, done", tasks, "- [ ] T005", "- [x] T005"),
        SeededDrift("another task in between", tasks, "- [x] T003", "- [ ] T006 More\n- [x] T003"),
        SeededDrift("the plan", "specs/003-json-flag/plan.md", "Use", "We use"),
        SeededDrift("another feature", "specs/004-other/spec.md", "something else", "nothing at all"),
        SeededDrift("the record written anew by another tool", links, "},\n", "}, \n"),
    ]
}

@Suite("Drift")
struct DriftTests {
    @Test("each change is found by its rule, in its place, and by no other", arguments: SeededDrift.all)
    func faults(_ fault: SeededDrift) async throws {
        let found = try await findings(after: fault)
        #expect(found == fault.found)
    }

    @Test("what means nothing is left alone", arguments: SeededDrift.clean)
    func clean(_ change: SeededDrift) async throws {
        let found = try await findings(after: change)
        #expect(found == [])
    }

    private func findings(after fault: SeededDrift) async throws -> [String] {
        try await DriftStage.with { stage in
            let before = try await stage.drift()
            #expect(before == [])
            for change in fault.changes {
                guard let new = change.new else {
                    try FileSystem.remove(stage.root.appending(change.path))
                    continue
                }
                let text = try stage.read(change.path)
                #expect(change.old.isEmpty || text.contains(change.old))
                let changed =
                    change.old == "\n" ? text.replacing("\n", with: new) : Self.replacingFirst(change.old, new, text)
                try stage.write(changed, to: change.path)
            }
            return try await stage.drift(gone: fault.isCommitGone).map { finding in
                "\(finding.rule.id) \(finding.path)\(finding.line.map { ":\($0)" } ?? "")"
            }
        }
    }

    private static func replacingFirst(_ old: String, _ new: String, _ text: String) -> String {
        guard !old.isEmpty, let range = text.firstRange(of: old) else { return text }
        return text.replacingSubrange(range, with: new)
    }

    @Test("there are thirty seeded changes or more, and every rule has one or is tested by itself")
    func coverage() {
        #expect(SeededDrift.all.count >= 30)
        let covered = Set(SeededDrift.all.flatMap(\.found).map { String($0.prefix(8)) })
        let others: Set<DriftRule> = [.testMoved, .symbolMoved, .commitRewritten]
        #expect(Set(DriftRule.allCases.filter { !others.contains($0) }.map(\.id)) == covered)
    }

    @Test("a record of what is proven comes back from its text, whatever the order of its lines")
    func roundTrip() async throws {
        try await DriftStage.with { stage in
            let text = try stage.read("specs/003-json-flag/links.json")
            let file = try LinkFile(parsing: Array(text.utf8), path: "links.json")
            #expect(LinkFile(file.links).text.count == text.count)
            var lines = text.split(separator: "\n").map(String.init)
            lines.swapAt(1, 5)
            let other = try LinkFile(parsing: Array(lines.joined(separator: "\n").utf8), path: "links.json")
            #expect(LinkFile(other.links).text == LinkFile(file.links).text)
        }
    }

    @Test("what a failing requirement rested on stays as it was, also where its task serves one that is proven")
    func stillMoved() async throws {
        try await DriftStage.with { stage in
            let tasks = "specs/003-json-flag/tasks.md"
            try stage.write(try stage.read(tasks).replacing("(FR-001)", with: "(FR-001, FR-002)"), to: tasks)
            try await stage.record()
            #expect(try await stage.drift() == [])
            try stage.write(try stage.read("store.py").replacing("return [1]", with: "return [2]"), to: "store.py")
            try await stage.record(failing: ["test_load"], claimed: false)
            #expect(try await stage.drift().map(\.rule) == [.symbolChanged])
            try await stage.record(claimed: false)
            #expect(try await stage.drift() == [])
        }
    }

    @Test("recorded again, nothing has moved")
    func again() async throws {
        try await DriftStage.with { stage in
            try stage.write(try stage.read("store.py").replacing("return [1]", with: "return [2]"), to: "store.py")
            #expect(try await stage.drift().map(\.rule) == [.symbolChanged])
            try await stage.record()
            #expect(try await stage.drift() == [])
        }
    }
}

extension String {
    fileprivate func replacingSubrange(_ range: Range<Index>, with text: String) -> String {
        var copy = self
        copy.replaceSubrange(range, with: text)
        return copy
    }
}
