import FakeModelServer
import Files
import JSON
import Synchronization
import Testing

/// Each workflow that comes with the program, run by the real program from beginning to end (E8).
@Suite("A shipped workflow", .timeLimit(.minutes(15)))
struct ShippedWorkflowTests {
    private typealias Script = [String: ModelBehaviour]

    private static func write(_ path: String, _ text: String) -> ModelBehaviour {
        let arguments: JSONValue = ["path": .string(path), "content": .string(text)]
        return .reply(FakeReply(calls: [.init("write_file", arguments.text())]))
    }

    private static func finish(_ summary: String = "done") -> ModelBehaviour {
        let arguments: JSONValue = ["summary": .string(summary)]
        return .reply(FakeReply(calls: [.init("finish", arguments.text())]))
    }

    private static func say(_ text: String) -> ModelBehaviour { .reply(FakeReply(text: text)) }

    private static func with(
        _ script: Script, configuration: String = "", _ body: (Stage) async throws -> Void
    ) async throws {
        try await Stage.with(
            configuration: configuration, decide: { call, _ in script["\(call)"] ?? .answer }
        ) { stage in
            try FileSystem.write(faulty, to: stage.project / "sums.py")
            try await stage.git("add", "--all")
            try await stage.git("commit", "--quiet", "--message", "Sums")
            try await body(stage)
            #expect(stage.server.violations == [])
        }
    }

    // A total that leaves out the first number.
    private static let faulty = "def total(numbers):\n    return sum(numbers[1:])\n"
    private static let mended = "def total(numbers):\n    return sum(numbers)\n"

    private static func test(_ name: String = "test_total_counts_all", expects: Int = 6) -> String {
        """
        import unittest

        from sums import total


        class SumsTests(unittest.TestCase):
            def \(name)(self):
                self.assertEqual(total([1, 2, 3]), \(expects))

        """
    }

    private static func json(_ value: JSONValue) -> String { value.text() }

    // MARK: - standard-dev

    private static let plan = "# Goal\nTotals count every number."
    private static let developed: Script = [
        "find-out-what-a#1": finish("sums.py: total; tested by unittest; nothing else calls it."),
        "plan#1": say(plan),
        "carry-out-this-plan#1": write("tests/test_sums.py", test()),
        "carry-out-this-plan#2": write("sums.py", mended),
        "carry-out-this-plan#3": finish("total counts all numbers"),
    ]

    @Test("'standard-dev' asks for its plan, and delivers what its reviewer finds nothing in")
    func standardClean() async throws {
        let script = Self.developed.merging([
            "review-the-change-that#1": Self.finish("nothing found"),
            "which-of-these-findings#1": Self.say(#"{"must_mend": []}"#),
        ]) { $1 }
        try await Self.with(script) { stage in
            let parked = try await stage.vencejo("run", "--workflow", "standard-dev", "Mend the totals")
            #expect(parked.status == 3, "\(parked.errors)")
            #expect(parked.errors.contains("Shall this plan be carried out?"))
            #expect(stage.server.purchases.keys.allSatisfy { !$0.step.hasPrefix("carry-out") })
            let gate = try await stage.openGate()
            #expect(gate["details"] == .string(Self.plan))
            try await stage.vencejo(
                "gates", "approve", gate["id"]?.stringValue ?? "", "--comment", "keep it small")
            let done = try await stage.vencejo("runs", "resume", "latest", "--json")
            #expect(done.status == 0, "\(done.errors)")
            #expect(try done.json["proven"] == true)
            #expect(stage.server.conversation(of: "carry-out-this-plan").contains("keep it small"))
            #expect(stage.server.conversation(of: "review-the-change-that").contains("passed=\\\"true\\\""))
            #expect(try await stage.git("show", "\(try await stage.branch()):sums.py") + "\n" == Self.mended)
        }
    }

    @Test("'standard-dev' has mended what its reviewer finds, as a change of its own")
    func standardFindings() async throws {
        let finding = "high sums.py:2 total fails for a list of texts"
        let script = Self.developed.merging([
            "review-the-change-that#1": Self.finish(finding),
            "which-of-these-findings#1": Self.say("```json\n\(Self.json(["must_mend": [.string(finding)]]))\n```"),
            "a-review-of-your#1": Self.write(
                "sums.py", "def total(numbers):\n    return sum(int(number) for number in numbers)\n"),
            "a-review-of-your#2": Self.finish("texts are read as numbers"),
        ]) { $1 }
        try await Self.with(script) { stage in
            try await stage.vencejo("run", "--workflow", "standard-dev", "Mend the totals")
            try await stage.vencejo("gates", "approve", try await stage.openGate()["id"]?.stringValue ?? "")
            let done = try await stage.vencejo("runs", "resume", "latest", "--json")
            #expect(done.status == 0, "\(done.errors)")
            #expect(try done.json["proven"] == true)
            #expect(stage.server.conversation(of: "a-review-of-your").contains(finding))
            let branch = try await stage.branch()
            #expect(try await stage.git("show", "\(branch):sums.py").contains("int(number)"))
            let titles = try await stage.git("log", "--reverse", "--format=%s", "main..\(branch)")
            #expect(titles == "Implementation\nmend")
        }
    }

    @Test("'standard-dev' carries nothing out when its plan is rejected")
    func standardRejected() async throws {
        try await Self.with(Self.developed) { stage in
            try await stage.vencejo("run", "--workflow", "standard-dev", "Mend the totals")
            try await stage.vencejo("gates", "reject", try await stage.openGate()["id"]?.stringValue ?? "")
            let ended = try await stage.vencejo("runs", "resume", "latest")
            #expect(ended.status == 1, "\(ended.errors)")
            #expect(stage.server.purchases.keys.allSatisfy { !$0.step.hasPrefix("carry-out") })
            #expect(try await stage.git("log", "--format=%s", "main..\(try await stage.branch())") == "")
        }
    }

    // MARK: - hotfix

    private static let fixed: Script = [
        "something-is-broken-and#1": write("tests/test_sums.py", test()),
        "something-is-broken-and#2": write("sums.py", mended),
        "something-is-broken-and#3": finish("the first number was left out"),
    ]

    @Test("'hotfix' mends without a gate, and proves it")
    func hotfix() async throws {
        try await Self.with(Self.fixed) { stage in
            let done = try await stage.vencejo("run", "--workflow", "hotfix", "Totals are too small", "--json")
            #expect(done.status == 0, "\(done.errors)")
            #expect(try done.json["proven"] == true)
            let branch = try await stage.branch()
            #expect(
                try await stage.git("diff", "--name-only", "main", branch) == "sums.py\ntests/test_sums.py")
        }
    }

    @Test("'hotfix' asks before it delivers where that is wanted")
    func hotfixApproval() async throws {
        try await Self.with(Self.fixed) { stage in
            let parked = try await stage.vencejo(
                "run", "--workflow", "hotfix", "--input", "approval=true", "Totals are too small")
            #expect(parked.status == 3, "\(parked.errors)")
            let gate = try await stage.openGate()
            #expect(gate["details"] == "the first number was left out")
            try await stage.vencejo("gates", "approve", gate["id"]?.stringValue ?? "")
            let done = try await stage.vencejo("runs", "resume", "latest", "--json")
            #expect(try done.json["proven"] == true, "\(done.errors)")
        }
    }

    // MARK: - documentation-only

    @Test("'documentation-only' writes, compares with the code, and corrects what is wrong of it")
    func documentation() async throws {
        let wrong = "docs/sums.md: total is not called add"
        let script: Script = [
            "write-documentation-change-no#1": Self.write("docs/sums.md", "`add(numbers)` gives the total.\n"),
            "write-documentation-change-no#2": Self.finish("docs/sums.md"),
            "compare-the-documents-that#1": Self.finish(wrong),
            "which-of-these-findings#1": Self.say(Self.json(["wrong": [.string(wrong)]])),
            "correct-these-statements-in#1": Self.write("docs/sums.md", "`total(numbers)` gives the total.\n"),
            "correct-these-statements-in#2": Self.finish("corrected"),
        ]
        try await Self.with(script) { stage in
            let done = try await stage.vencejo(
                "run", "--workflow", "documentation-only", "Document sums.py for its users", "--json")
            #expect(done.status == 0, "\(done.errors)")
            #expect(stage.server.conversation(of: "correct-these-statements-in").contains(wrong))
            let branch = try await stage.branch()
            #expect(try await stage.git("diff", "--name-only", "main", branch) == "docs/sums.md")
            #expect(try await stage.git("show", "\(branch):docs/sums.md") == "`total(numbers)` gives the total.")
        }
    }

    // MARK: - review

    @Test("'review' gives findings with their places, and writes nothing")
    func review() async throws {
        let finding: JSONValue = [
            "severity": "high", "file": "sums.py", "line": 2, "message": "the first number is left out",
            "certainty": "certain",
        ]
        let script: Script = [
            "review-this-change-change#1": Self.finish("high sums.py:2 the first number is left out"),
            // The first answer does not fit its schema, and is asked for again.
            "put-the-findings-of#1": Self.say(#"{"findings": [{"severity": "awful"}]}"#),
            "put-the-findings-of#2": Self.say(Self.json(["findings": [finding]])),
        ]
        try await Self.with(script) { stage in
            let done = try await stage.vencejo("run", "--workflow", "review", "Look at the sums", "--json")
            #expect(done.status == 0, "\(done.errors)")
            #expect(stage.server.conversation(of: "review-this-change-change").contains("+    return sum(numbers[1:])"))
            #expect(stage.server.conversation(of: "put-the-findings-of").contains("does not fit the schema"))
            #expect(try done.json["outputs"]?["findings"] == [finding])
            let shown = try await stage.vencejo("runs", "show", "latest").output
            #expect(shown.contains("done, nothing was changed"), "\(shown)")
            #expect(shown.contains("the first number is left out") && !shown.contains("--task"), "\(shown)")
            #expect(try await stage.git("status", "--porcelain") == "")
            let branch = try await stage.branch()
            #expect(try await stage.git("rev-parse", branch) == (try await stage.git("rev-parse", "main")))
        }
    }

    // MARK: - bug

    private static let report = "total([1, 2, 3]) is 5 and should be 6"
    private static let name = "test_sums.SumsTests::test_total_counts_all"

    @Test("'bug' proves its fix by a test that the engine saw fail, and then pass")
    func bug() async throws {
        let script: Script = [
            "write-one-test-that#1": Self.write("tests/test_sums.py", Self.test()),
            "write-one-test-that#2": Self.finish("the test is there"),
            "find-the-cause-of#1": Self.write("sums.py", Self.mended),
            "find-the-cause-of#2": Self.finish("a slice left out the first number"),
        ]
        try await Self.with(script) { stage in
            let done = try await stage.vencejo("run", "--workflow", "bug", Self.report, "--json")
            #expect(done.status == 0, "\(done.errors)")
            #expect(try done.json["proven"] == true)
            #expect(try done.json["outputs"]?["tests"] == [.string(Self.name)])
            #expect(try done.json["outputs"]?["cause"] == "a slice left out the first number")
            let told = stage.server.conversation(of: "find-the-cause-of")
            #expect(told.contains(Self.name) && told.contains("5 != 6"))
            #expect(try await stage.git("show", "\(try await stage.branch()):sums.py") + "\n" == Self.mended)
        }
    }

    @Test("'bug' mends nothing when no test was seen to fail, and says so to whoever writes the next")
    func bugNotShown() async throws {
        // The test expects what the faulty program gives; the second fails only because a test that passed was spoiled.
        let script: Script = [
            "write-one-test-that#1": Self.write("tests/test_sums.py", Self.test(expects: 5)),
            "write-one-test-that#2": Self.finish("the test is there"),
            "write-one-test-that/2#1": Self.write("tests/test_sums.py", Self.test("test_another", expects: 5)),
            "write-one-test-that/2#2": Self.finish("here is another"),
            "write-one-test-that/3#1": Self.finish("I know of none"),
        ]
        try await Self.with(script) { stage in
            let ended = try await stage.vencejo("run", "--workflow", "bug", Self.report, "--json")
            #expect(ended.status == 1, "\(ended.errors)")
            #expect(try ended.json["proven"] == false)
            #expect(
                ended.errors.contains("reproduce: its condition 'length(steps.seen-failing.outputs.shown_by) == 0'"))
            #expect(stage.server.purchases.keys.allSatisfy { !$0.step.hasPrefix("find-the-cause-of") })
            #expect(stage.server.conversation(of: "write-one-test-that/2").contains("passed"))
            #expect(try await stage.git("log", "--format=%s", "main..\(try await stage.branch())") == "")
        }
    }

    @Test("'bug' goes by the checks where the project's tests have no names")
    func bugByChecks() async throws {
        let script: Script = [
            "write-one-test-that#1": Self.write("checks/total.sh", "[ \"$(sh total.sh 1 2)\" = 3 ]\n"),
            "write-one-test-that#2": Self.finish("the check is there"),
            "find-the-cause-of#1": Self.write("total.sh", "echo $(($1 + $2))\n"),
            "find-the-cause-of#2": Self.finish("the second number was left out"),
        ]
        let checks = "verify:\n  - for check in checks/*.sh; do sh \"$check\" || exit 1; done\n"
        try await Self.with(script, configuration: checks) { stage in
            try await stage.shell(
                "git rm -rq tests; mkdir checks; echo true > checks/first.sh; echo 'echo $1' > total.sh; git add -A; git commit -qm Shell"
            )
            let done = try await stage.vencejo("run", "--workflow", "bug", "total.sh 1 2 is 1", "--json")
            #expect(done.status == 0, "\(done.errors)")
            #expect(try done.json["proven"] == true)
            #expect(try done.json["outputs"]?["tests"]?.arrayValue?.count == 1)
        }
    }

    @Test("'bug' mends nothing where there is nothing that could show it")
    func bugWithoutTests() async throws {
        let script = Dictionary(
            uniqueKeysWithValues: ["", "/2", "/3"].map {
                ("write-one-test-that\($0)#1", Self.finish("there are no tests here"))
            })
        try await Self.with(script) { stage in
            try await stage.shell("git rm -rq tests; git commit -qm 'No tests'")
            let ended = try await stage.vencejo("run", "--workflow", "bug", Self.report, "--json")
            #expect(ended.status == 1, "\(ended.errors)")
            #expect(stage.server.purchases.keys.allSatisfy { !$0.step.hasPrefix("find-the-cause-of") })
        }
    }

    @Test("'bug' does not take a test for passed that the fix removed or changed")
    func bugTestChanged() async throws {
        let script: Script = [
            "write-one-test-that#1": Self.write("tests/test_sums.py", Self.test()),
            "write-one-test-that#2": Self.finish("the test is there"),
            // Renamed: the test that failed is gone.
            "find-the-cause-of#1": Self.write("tests/test_sums.py", Self.test("test_else", expects: 5)),
            "find-the-cause-of#2": Self.finish("nothing fails any more"),
            // The name is back, with another expectation.
            "find-the-cause-of/2#1": Self.write("tests/test_sums.py", Self.test(expects: 5)),
            "find-the-cause-of/2#2": Self.finish("it passes"),
            "find-the-cause-of/3#1": Self.write("tests/test_sums.py", Self.test()),
            "find-the-cause-of/3#2": Self.write("sums.py", Self.mended),
            "find-the-cause-of/3#3": Self.finish("the slice left out the first number"),
        ]
        try await Self.with(script) { stage in
            let done = try await stage.vencejo("run", "--workflow", "bug", Self.report, "--json")
            #expect(done.status == 0, "\(done.errors)")
            #expect(try done.json["proven"] == true)
            #expect(stage.server.conversation(of: "find-the-cause-of/2").contains("after it:\\n\(Self.name)"))
            #expect(stage.server.conversation(of: "find-the-cause-of/3").contains("tests/test_sums.py: FAILED"))
            let branch = try await stage.branch()
            #expect(try await stage.git("show", "\(branch):tests/test_sums.py") + "\n" == Self.test())
        }
    }
}

extension Stage {
    /// The only open gate.
    func openGate() async throws -> JSONValue {
        try await vencejo("gates", "list", "--json").json.arrayValue?.first ?? .null
    }
}
