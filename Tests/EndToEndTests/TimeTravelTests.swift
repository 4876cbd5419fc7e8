import Examples
import FakeModelServer
import Files
import JSON
import LoopbackHTTP
import Subprocess
import Synchronization
import Testing

/// Looking at a run as it was, forking it and rewinding it, with the real program (E5).
@Suite("Time travel", .timeLimit(.minutes(15)))
struct TimeTravelTests {
    /// The steps of which every turn was bought so many times.
    private func bought(_ stage: Stage, _ times: Int) -> Set<String> {
        var counts: [String: Set<Int>] = [:]
        for (call, count) in stage.server.purchases { counts[call.step, default: []].insert(count) }
        return Set(counts.filter { $0.value == [times] }.keys)
    }

    /// What the server found wrong; that a step that was gone through twice did not meet the same words from its commands is
    /// nothing of that.
    private func violations(_ stage: Stage) -> [String] {
        let again = bought(stage, 2)
        return stage.server.violations.filter { violation in
            !violation.hasSuffix("the conversation does not begin as it did before")
                || !again.contains { violation.hasPrefix("\($0)#") }
        }
    }

    private func files(_ stage: Stage, _ branch: String) async throws -> String {
        try await stage.git("ls-tree", "-r", branch, "--", "README.md", "store.py", "todo.py", "tests", "specs")
    }

    // MARK: - Forks

    @Test(
        "a fork goes on from the end of a step, and buys nothing again that was recorded until then",
        arguments: [
            ("plan", ["specify", "plan"], ["tasks", "task/T001", "task/T002", "task/T003"]),
            ("T001", ["specify", "plan", "tasks", "task/T001"], ["task/T002", "task/T003"]),
        ])
    func fork(step: String, inherited: [String], again: [String]) async throws {
        try await Stage.with { stage in
            let first = try await stage.vencejo("run", Stage.request, "--yes", "--json")
            #expect(first.status == 0, "\(first.errors)")
            let original = try #require(try first.json["id"]?.stringValue)
            let branch = try #require(try first.json["branch"]?.stringValue)
            let head = try await stage.git("rev-parse", branch)

            let second = try await stage.vencejo("runs", "fork", original, "--at", step, "--yes", "--json")
            #expect(second.status == 0, "\(second.errors)")
            let report = try second.json
            #expect(report["status"] == "done" && report["proven"] == true)
            #expect(report["id"]?.stringValue != original)
            #expect(report["report"]?["run"]?["origin"]?["run"] == .string(original))
            let spent = report["spent_usd_micros"]?.intValue ?? 0
            let before = report["report"]?["run"]?["origin"]?["spent"]?.intValue ?? 0
            let whole = try first.json["spent_usd_micros"]?.intValue ?? 0
            #expect(spent > 0 && before > 0 && spent + before == whole)

            #expect(bought(stage, 1) == Set(inherited))
            #expect(bought(stage, 2) == Set(again))
            #expect(violations(stage) == [])
            let forked = try #require(report["branch"]?.stringValue)
            let (old, new) = (try await files(stage, branch), try await files(stage, forked))
            #expect(old == new)
            let unmoved = try await stage.git("rev-parse", branch)
            #expect(unmoved == head)
            let shown = try await stage.vencejo("runs", "show", report["id"]?.stringValue ?? "")
            #expect(shown.output.contains("Forked    from run \(original.suffix(8)) at the end of"))
            let checked = try await stage.vencejo("receipts", "check", report["id"]?.stringValue ?? "")
            #expect(checked.status == 0, "\(checked.output)\(checked.errors)")
        }
    }

    @Test("a fork of a fork, with other inputs, does not begin anything again either")
    func forkOfFork() async throws {
        try await Stage.with { stage in
            let parked = try await stage.vencejo("run", Stage.request, "--json")
            #expect(parked.status == 3)
            let made = try await stage.vencejo(
                "runs", "fork", "latest", "--at", "tasks", "--no-start", "--input", "budget=7.00", "--json")
            #expect(made.status == 0, "\(made.errors)")
            let first = try #require(try made.json["id"]?.stringValue)
            let again = try await stage.vencejo(
                "runs", "fork", first, "--at", "specify", "--no-start", "--input", "mode=frugal", "--json")
            #expect(again.status == 0, "\(again.errors)")
            let second = try #require(try again.json["id"]?.stringValue)
            let worktrees = try FileSystem.list(stage.home / "worktrees").map(\.name)
            #expect(Set(worktrees).isSuperset(of: [first, second]))
            for (fork, mode, budget) in [(first, "balanced", 7_000_000), (second, "frugal", 7_000_000)] {
                let run = try await stage.vencejo("runs", "show", fork, "--json").json["report"]?["run"]
                #expect(run?["mode"]?.stringValue == mode)
                #expect(run?["budget"]?.intValue == budget)
                let done = try await stage.vencejo("runs", "resume", fork, "--yes", "--json")
                #expect(done.status == 0, "\(done.errors)")
                #expect(try done.json["proven"] == true)
            }
            #expect(bought(stage, 1) == ["specify"])
            #expect(bought(stage, 2) == ["plan", "tasks", "task/T001", "task/T002", "task/T003"])
        }
    }

    @Test("a fork with another request tells the steps to come of it, can be undone, and is done again at its end")
    func request() async throws {
        try await Stage.with { stage in
            let first = try await stage.vencejo("run", Stage.request, "--yes", "--json")
            #expect(first.status == 0, "\(first.errors)")
            let request = "Add a --json flag, and explain it in the README"
            let fork = try await stage.vencejo(
                "runs", "fork", "latest", "--at", "T001", "--input", "request=\(request)", "--yes", "--json")
            #expect(fork.status == 0, "\(fork.errors)")
            let asked = stage.server.requests.filter { $0.text().contains(request) }
            let bought = stage.server.purchases.filter { $0.value == 2 }.count
            #expect(asked.count == bought)
            let id = try #require(try fork.json["id"]?.stringValue)

            // T001 was committed by the other run, and is this one's all the same.
            let end = try await stage.vencejo("runs", "fork", id, "--at", "final-check", "--json")
            #expect(end.status == 0, "\(end.errors)")
            #expect(try end.json["proven"] == true)
            #expect(stage.server.purchases.values.count { $0 > 2 } == 0)
            let undone = try await stage.vencejo(
                "runs", "undo", try end.json["id"]?.stringValue ?? "", "--task", "T003", "--json")
            #expect(undone.status == 0, "\(undone.errors)")
        }
    }

    // MARK: - Rewinds

    @Test("a run that is rewound goes on from there, and nothing of what came later is lost")
    func rewind() async throws {
        try await Stage.with { stage in
            let wasKilled = try await stage.vencejoKilled(["run", Stage.request, "--yes"]) {
                $0.contains("\"taskCommitted\"") && $0.contains("T002")
            }
            try #require(wasKilled)
            let branch = try await stage.branch()
            let before = try await stage.git("rev-parse", branch)
            let worktree = try #require(try stage.worktree())
            try FileSystem.write("by hand\n", to: worktree / "by-hand.txt")

            let done = try await stage.vencejo("runs", "rewind", "latest", "--at", "T001", "--json")
            #expect(done.status == 0, "\(done.errors)")
            let head = try await stage.git("rev-parse", branch)
            #expect(try done.json["rewound"] == true)
            #expect(try done.json["commit"]?.stringValue == head)
            let title = try await stage.git(
                "log", "-1", "--format=%(trailers:key=Vencejo-Task,valueonly,separator=)", head)
            #expect(title == "T001")
            let kept = try await stage.git("for-each-ref", "--format=%(objectname)", "refs/vencejo")
            #expect(kept.contains(before))
            #expect(!FileSystem.exists(worktree / "by-hand.txt"))
            let saved = try await stage.git("log", "--all", "--format=%H", "--", "by-hand.txt")
            #expect(!saved.isEmpty)

            let again = try await stage.vencejo("runs", "rewind", "latest", "--at", "T001", "--json")
            #expect(again.status == 0)
            #expect(try again.json["rewound"] == false)

            let finished = try await stage.vencejo("runs", "resume", "latest", "--yes", "--json")
            #expect(finished.status == 0, "\(finished.errors)")
            #expect(try finished.json["proven"] == true)
            let tasks = try await stage.git(
                "log", "--format=%(trailers:key=Vencejo-Task,valueonly,separator=)", branch)
            #expect(tasks.split(separator: "\n").sorted() == ["T001", "T002", "T003"])
            #expect(bought(stage, 1).isSuperset(of: ["specify", "plan", "tasks", "task/T001"]))
            #expect(bought(stage, 2) == ["task/T002"])
            #expect(violations(stage) == [])
        }
    }

    @Test("a rewind before the approval asks for it again, and keeps the earlier answer in the audit")
    func rewindBeforeApproval() async throws {
        try await Stage.with { stage in
            let wasKilled = try await stage.vencejoKilled(["run", Stage.request, "--yes"]) {
                $0.contains("\"taskCommitted\"") && $0.contains("T001")
            }
            try #require(wasKilled)
            let done = try await stage.vencejo("runs", "rewind", "latest", "--at", "plan")
            #expect(done.status == 0, "\(done.errors)")
            let parked = try await stage.vencejo("runs", "resume", "latest")
            #expect(parked.status == 3, "\(parked.errors)")
            let audit = try await stage.vencejo("gates", "audit", "--run", "latest", "--json").json.arrayValue ?? []
            #expect(audit.map { $0["what"] } == ["opened", "answered", "opened"])
            #expect(audit.dropFirst().first?["channel"] == "--yes")
            let finished = try await stage.vencejo("runs", "resume", "latest", "--yes")
            #expect(finished.status == 0, "\(finished.errors)")
            #expect(bought(stage, 2) == ["tasks", "task/T001"])
        }
    }

    // MARK: - Kills

    @Test(
        "a fork or a rewind that is killed in its middle is whole or not there, and the run ends the same",
        arguments: ["fork", "rewind"])
    func killed(verb: String) async throws {
        let points = try await faultPoints(verb)
        try #require(points > 8)
        for point in [2, points / 3, points * 2 / 3, points - 1] {
            try await Stage.with { stage in
                let parked = try await stage.vencejo("run", Stage.request)
                try #require(parked.status == 3, "\(parked.errors)")
                let ended = try await stage.vencejoWithFault("kill:\(point)", arguments(verb))
                #expect(ended.wasKilled, "\(verb) at \(point): \(ended.errors)")
                // Where the fork was made, it is the newest run, and is forked in its turn.
                let again = try await stage.command(arguments(verb)).run()
                #expect(again.succeeded, "\(verb) at \(point): \(again.stderr.text)")
                let done = try await stage.vencejo("runs", "resume", "latest", "--yes", "--json")
                #expect(done.status == 0, "\(verb) at \(point): \(done.errors)")
                #expect(try done.json["proven"] == true)
                #expect(violations(stage) == [])
                #expect(bought(stage, 1) == ["specify", "task/T001", "task/T002", "task/T003"])
            }
        }
    }

    private func arguments(_ verb: String) -> [String] {
        ["runs", verb, "latest", "--at", "specify"] + (verb == "fork" ? ["--no-start"] : [])
    }

    private func faultPoints(_ verb: String) async throws -> Int {
        let count = Mutex(0)
        try await Stage.with { stage in
            let parked = try await stage.vencejo("run", Stage.request)
            try #require(parked.status == 3, "\(parked.errors)")
            let file = stage.folder / "points"
            let ended = try await stage.command(arguments(verb), changes: ["VENCEJO_FAULT": "count:\(file)"]).run()
            try #require(ended.succeeded, "\(ended.stderr.text)")
            let lines = try FileSystem.readText(file).split(separator: "\n").count
            count.withLock { $0 = lines }
        }
        return count.withLock { $0 }
    }

    // MARK: - Looking

    @Test("a run is shown as it was at the end of a step and at an event")
    func show() async throws {
        try await Stage.with { stage in
            let run = try await stage.vencejo("run", Stage.request, "--yes", "--json").json
            let moment = try await stage.vencejo("runs", "show", "latest", "--at", "plan", "--json").json
            #expect(moment["status"] == "running")
            #expect(moment["ended"]?.arrayValue?.map { $0["step"] } == ["prepare", "specify", "plan"])
            #expect(moment["sessions"]?.arrayValue?.map { $0["step"] } == ["specify", "plan"])
            #expect(moment["sessions"]?[0]?["turns"]?.arrayValue?.count == 3)
            #expect(moment["tasks"]?.arrayValue?.isEmpty == true)
            let branch = try #require(run["branch"]?.stringValue)
            let commit = try await stage.git(
                "log", "--format=%H", "--grep", "Vencejo-Step: plan", branch)
            #expect(moment["commit"]?.stringValue == commit)
            let spent = moment["spent_usd_micros"]?.intValue ?? 0
            #expect(spent > 0 && spent < run["spent_usd_micros"]?.intValue ?? 0)

            let position = moment["event"]?.intValue ?? 0
            let same = try await stage.vencejo("runs", "show", "latest", "--at", "\(position)", "--json").json
            #expect(same["commit"] == moment["commit"] && same["step"] == nil)
            #expect(same["spent_usd_micros"] == moment["spent_usd_micros"])

            let text = try await stage.vencejo("runs", "show", "latest", "--at", "T001").output
            #expect(text.contains("at the end of task/T001"))
            #expect(text.contains("☑ T001"))
            #expect(text.contains("☐") && text.contains("Conversation"))
            let diff = try await stage.vencejo("runs", "diff", "latest", "--at", "specify").output
            #expect(diff.contains("spec.md") && !diff.contains("plan.md"))
        }
    }

    // MARK: - Bad input

    @Test("what cannot be done is said in one sentence")
    func badInput() async throws {
        try await Stage.with { stage in
            try await stage.vencejo("run", Stage.request)
            let id = try await stage.vencejo("runs", "list", "--json").json[0]?["id"]?.stringValue ?? ""
            let short = String(id.suffix(8))
            let cases: [(arguments: [String], status: Int32, sentence: String)] = [
                (
                    ["fork", "latest", "--at", "nowhere"], 2,
                    "run \(short) has no step 'nowhere'; its steps are prepare, specify, plan, tasks, task/T001, task/T002, task/T003, approve, final-check"
                ),
                (
                    ["rewind", "latest", "--at", "T00"], 2,
                    "'T00' may mean several steps of run \(short): task/T001, task/T002, task/T003"
                ),
                (
                    ["rewind", "latest", "--at", "T001"], 1,
                    "run \(short) has not come to the end of step 'task/T001' yet; it has ended prepare, specify, plan, tasks"
                ),
                (["show", "latest", "--at", "final"], 1, "has not come to the end of step 'final-check' yet"),
                (["show", "latest", "--at", "99999"], 2, "run \(short) has no event 99999; it has 1 to "),
                (["diff", "latest", "--at", "-1"], 2, ""),
                (["fork", "latest"], 2, "say where to go back to with --at STEP, such as --at plan or --at T001"),
                (["fork", "latest", "--at", "plan", "--input", "x"], 2, "--input takes NAME=VALUE, not 'x'"),
                (
                    ["fork", "latest", "--at", "plan", "--input", "colour=red"], 2,
                    "there is no input 'colour'; this run has request, mode, budget"
                ),
                (
                    ["fork", "latest", "--at", "plan", "--input", "mode=fast"], 2,
                    "the input 'mode' takes one of frugal, balanced, performance, max, not 'fast'"
                ),
                (
                    ["fork", "latest", "--at", "plan", "--input", "budget=0"], 2,
                    "the input 'budget' takes an amount in dollars"
                ),
            ]
            for one in cases {
                let outcome = try await stage.command(["runs"] + one.arguments).run()
                #expect(outcome.status == .exited(one.status), "\(one.arguments): \(outcome.stderr.text)")
                #expect(outcome.stderr.text.contains(one.sentence), "\(one.arguments): \(outcome.stderr.text)")
            }
            let runs = try await stage.vencejo("runs", "list", "--json").json.arrayValue?.count
            #expect(runs == 1)

            try await stage.vencejo("runs", "cancel", "latest")
            let ended = try await stage.vencejo("runs", "rewind", "latest", "--at", "plan")
            #expect(ended.status == 1)
            #expect(
                ended.errors.contains(
                    "run \(short) has ended (cancelled) and stays as it is; go another way from there with vencejo runs fork \(short) --at plan"
                ))
        }
    }

    @Test("a run that is worked on is not rewound, but can be forked")
    func held() async throws {
        try await Stage.with(decide: { call, _ in
            call == ModelCall(step: "tasks", turn: 1) ? .hold : .answer
        }) { stage in
            try await stage.vencejoKilled(["run", Stage.request, "--yes"]) {
                await stage.server.holding.opened()
                // Errors are told by the outcome: what is thrown here ends the test as well.
                do {
                    let refused = try await stage.vencejo("runs", "rewind", "latest", "--at", "specify")
                    #expect(refused.status == 1)
                    #expect(refused.errors.contains("is being worked on"))
                    let forked = try await stage.vencejo("runs", "fork", "latest", "--at", "specify", "--no-start")
                    #expect(forked.status == 0, "\(forked.errors)")
                } catch {
                    Issue.record(error)
                }
            }
        }
    }
}
