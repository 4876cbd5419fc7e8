import FakeModelServer
import Files
import JSON
import LoopbackHTTP
import Subprocess
import Testing

/// Tasks that are carried out at the same time, each in a worktree of its own (A7).
@Suite("Tasks beside one another", .timeLimit(.minutes(15)))
struct ParallelTaskTests {
    private static let folder = "specs/001-json-flag-list-command"

    private static func tasks(_ files: [String]) -> FakeReply {
        let lines = files.enumerated().map {
            "- [ ] T00\($0.offset + 1) [P] Write `\($0.element)` (FR-001, FR-002, FR-003, FR-004)"
        }
        let text = "# Tasks: JSON output\\n\\n## Phase 1: Story\\n\\n\(lines.joined(separator: "\\n"))\\n"
        return FakeReply(calls: [.init("write_file", #"{"path": "\#(folder)/tasks.md", "content": "\#(text)"}"#)])
    }

    private static func write(_ path: String, _ text: String) -> FakeReply {
        FakeReply(calls: [.init("write_file", #"{"path": "\#(path)", "content": "\#(text)"}"#)])
    }

    private static let pair = "limits: { parallel_tasks: 2 }\n"

    private static let two: @Sendable (ModelCall, Int) -> ModelBehaviour = { call, _ in
        switch "\(call)" {
        case "tasks#1": .reply(tasks(["one.txt", "two.txt"]))
        case "task/T001#1": .reply(write("one.txt", "1\\n"))
        case "task/T002#1": .reply(write("two.txt", "2\\n"))
        case "task/T001#2", "task/T002#2": .reply(finish)
        default: .answer
        }
    }

    /// Both write the same lines, and the second is handed the conflict.
    private static let conflicting: @Sendable (ModelCall, Int) -> ModelBehaviour = { call, _ in
        switch "\(call)" {
        case "tasks#1": .reply(tasks(["one.txt", "two.txt"]))
        case "task/T001#1": .reply(write("shared.txt", "from one\\n"))
        case "task/T002#1": .reply(write("shared.txt", "from two\\n"))
        case "task/T002#3": .reply(write("shared.txt", "from one\\nfrom two\\n"))
        case "task/T001#2", "task/T002#2", "task/T002#4": .reply(finish)
        default: .answer
        }
    }

    private static let finish = FakeReply(calls: [.init("finish", #"{"summary": "done"}"#)])

    /// Three tasks that write a file each.
    static let three: @Sendable (ModelCall, Int) -> ModelBehaviour = { call, _ in
        switch "\(call)" {
        case "tasks#1": .reply(tasks(["one.txt", "two.txt", "three.txt"]))
        case "task/T001#1": .reply(write("one.txt", "1"))
        case "task/T002#1": .reply(write("two.txt", "2"))
        case "task/T003#1": .reply(write("three.txt", "3"))
        case "task/T001#2", "task/T002#2", "task/T003#2": .reply(finish)
        default: .answer
        }
    }

    @Test("have worktrees of their own and are joined in their order, proven")
    func apart() async throws {
        try await Stage.with(
            configuration: "limits: { parallel_tasks: 3 }\n", decide: Self.three
        ) { stage in
            let done = try await stage.vencejo("run", Stage.request, "--yes", "--json")
            #expect(done.status == 0, "\(done.errors)")
            #expect(try done.json["proven"] == true)
            let branch = try done.json["branch"]?.stringValue ?? ""
            let tasks = try await stage.git(
                "log", "--reverse", "--format=%(trailers:key=Vencejo-Task,valueonly,separator=)", branch)
            #expect(tasks.split(separator: "\n") == ["T001", "T002", "T003"])
            let names = try await stage.git("ls-tree", "--name-only", branch)
            #expect(["one.txt", "two.txt", "three.txt"].allSatisfy(names.contains))
            let list = try await stage.git("show", "\(branch):\(Self.folder)/tasks.md")
            #expect(!list.contains("- [ ]"))
            #expect(try await stage.git("for-each-ref", "--format=%(refname:short)", "refs/heads/vencejo") == branch)
            #expect(stage.server.purchases.values.allSatisfy { $0 == 1 })
        }
    }

    @Test("wait for their turn also when it came while they were at work")
    func turnMeanwhile() async throws {
        let joined = Latch()
        try await Stage.with(
            configuration: Self.pair,
            decide: { call, _ in
                switch "\(call)" {
                case "tasks#1": return .reply(Self.tasks(["one.txt", "two.txt"]))
                case "task/T001#1": return .reply(Self.write("one.txt", "1"))
                case "task/T002#1": return .reply(Self.write("two.txt", "2"))
                case "task/T002#2":
                    // The second task began when it was not its turn yet; it ends when the first is joined.
                    joined.block()
                    return .reply(Self.finish)
                case "task/T001#2": return .reply(Self.finish)
                default: return .answer
                }
            }
        ) { stage in
            let wasKilled = try await stage.vencejoKilled(["run", Stage.request, "--yes"]) {
                if $0.contains("taskCommitted"), $0.contains("\"T001\"") { joined.open() }
                return false
            }
            #expect(!wasKilled)
            let shown = try await stage.vencejo("runs", "show", "latest", "--json").json
            #expect(shown["status"] == "done")
            #expect(shown["proven"] == true)
        }
    }

    @Test("hand a conflict to the agent with both sides, and nothing of either is lost")
    func conflict() async throws {
        try await Stage.with(configuration: Self.pair, decide: Self.conflicting) { stage in
            let done = try await stage.vencejo("run", Stage.request, "--yes", "--json")
            #expect(done.status == 0, "\(done.errors)")
            #expect(try done.json["proven"] == true)
            let branch = try done.json["branch"]?.stringValue ?? ""
            #expect(try await stage.git("show", "\(branch):shared.txt") == "from one\nfrom two")
            let said = stage.server.conversation(of: "task/T002")
            #expect(said.contains("from one") && said.contains("changed the same lines"))
        }
    }

    @Test("go on after a kill, and nothing is bought twice", arguments: ["\"T001\"", "\"T002\""])
    func killed(task: String) async throws {
        try await Stage.with(configuration: Self.pair, decide: Self.two) { stage in
            let wasKilled = try await stage.vencejoKilled(["run", Stage.request, "--yes"]) {
                $0.contains("taskCommitted") && $0.contains(task)
            }
            #expect(wasKilled)
            let done = try await stage.vencejo("runs", "resume", "latest", "--yes", "--json")
            #expect(done.status == 0, "\(done.errors)")
            #expect(try done.json["proven"] == true)
            let again = stage.server.purchases.values.reduce(0) { $0 + $1 - 1 }
            #expect(again <= (try done.json["report"]?["interruptedCalls"]?.intValue ?? 0))
        }
    }

    // MARK: - Stops and ways back

    /// What must hold at the end, wherever the run was stopped: each task joined once, in order, proven, and nothing left over.
    private func expectJoined(_ stage: Stage, _ ended: Stage.Outcome, _ place: String) async throws {
        #expect(ended.status == 0, "\(place): \(ended.errors)")
        #expect(try ended.json["proven"] == true, "\(place)")
        let branch = try ended.json["branch"]?.stringValue ?? ""
        let trailers = try await stage.git(
            "log", "--reverse", "--format=%(trailers:key=Vencejo-Task,valueonly,separator=)", branch)
        #expect(trailers.split(separator: "\n") == ["T001", "T002"], "\(place)")
        #expect(try await stage.git("show", "\(branch):one.txt") == "1", "\(place)")
        #expect(try await stage.git("show", "\(branch):two.txt") == "2", "\(place)")
        #expect(!(try await stage.git("show", "\(branch):\(Self.folder)/tasks.md").contains("- [ ]")), "\(place)")
        try await expectNoLanes(stage, place)
    }

    private func expectNoLanes(_ stage: Stage, _ place: String) async throws {
        #expect(try await stage.git("for-each-ref", "--format=%(refname)", "refs/heads/vencejo/*-T*") == "", "\(place)")
        let marks = try await stage.git("for-each-ref", "--format=%(refname)", "refs/vencejo")
        #expect(!marks.contains("/task-"), "\(place): \(marks)")
        let worktrees = try await stage.git("worktree", "list", "--porcelain")
        #expect(!worktrees.contains("/lanes/"), "\(place)")
    }

    @Test(
        "are joined once and proven, wherever in their joining the process died",
        arguments: ["merged", "placed", "committed", "verified", "removed"].flatMap { point in
            ["T001", "T002"].map { "join.\($0).\(point)" }
        })
    func killedJoining(point: String) async throws {
        try await Stage.with(configuration: Self.pair, decide: Self.two) { stage in
            let killed = try await stage.vencejoWithFault("kill:\(point)", ["run", Stage.request, "--yes"])
            #expect(killed.wasKilled, "\(killed.errors)")
            let done = try await stage.vencejo("runs", "resume", "latest", "--yes", "--json")
            try await expectJoined(stage, done, point)
            let again = stage.server.purchases.values.reduce(0) { $0 + $1 - 1 }
            #expect(again <= (try done.json["report"]?["interruptedCalls"]?.intValue ?? 0))
        }
    }

    @Test("go on from a conflict that was just laid out when the process died")
    func killedAtConflict() async throws {
        try await Stage.with(configuration: Self.pair, decide: Self.conflicting) { stage in
            let killed = try await stage.vencejoWithFault("kill:join.T002.laid-out", ["run", Stage.request, "--yes"])
            #expect(killed.wasKilled, "\(killed.errors)")
            let done = try await stage.vencejo("runs", "resume", "latest", "--yes", "--json")
            #expect(done.status == 0, "\(done.errors)")
            let branch = try done.json["branch"]?.stringValue ?? ""
            #expect(try await stage.git("show", "\(branch):shared.txt") == "from one\nfrom two")
            try await expectNoLanes(stage, "laid out")
        }
    }

    /// Points by their number: which they are differs a little from run to run, since two tasks are at work.
    ///
    /// A few here, spread from the first worktree to the end; all of them with `VENCEJO_SOAK_KILLS=all`.
    @Test("are joined once and proven, at whichever point the process died")
    func killedAnywhere() async throws {
        var names: [String] = []
        try await Stage.with(configuration: Self.pair, decide: Self.two) { stage in
            let file = stage.folder / "points"
            let whole = try await stage.command(
                ["run", Stage.request, "--yes"], changes: ["VENCEJO_FAULT": "count:\(file)"]
            ).run()
            try #require(whole.succeeded, "\(whole.stderr.text)")
            names = try FileSystem.readText(file).split(separator: "\n").map(String.init)
        }
        // The run's own worktree is made first, those of the tasks after it.
        let forks = names.indices.filter { names[$0] == "git.worktree.before" }
        let first = try #require(forks.dropFirst().first)
        let last = try #require(names.lastIndex(of: "join.T002.removed"))
        let step = Soak.fromEnvironment == nil ? max(1, (last - first) / 7) : 1
        // All at once would be too many processes: each waits for its seat.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in stride(from: first + 1, through: last + 1, by: step) {
                let place = "\(number), about \(names[number - 1])"
                group.addTask { try await killed(at: number, place) }
            }
            try await group.waitForAll()
        }
    }

    private func killed(at number: Int, _ place: String) async throws {
        try await Stage.with(configuration: Self.pair, decide: Self.two) { stage in
            let killed = try await stage.vencejoWithFault("kill:\(number)", ["run", Stage.request, "--yes"])
            #expect(killed.wasKilled, "\(place): \(killed.errors)")
            let done = try await stage.vencejo("runs", "resume", "latest", "--yes", "--json")
            try await expectJoined(stage, done, place)
        }
    }

    @Test(
        "begin anew after a rewind to before them, and what they had is kept",
        arguments: [nil, "kill:rewind.lanes.removed", "kill:git.worktree.after"])
    func rewound(fault: String?) async throws {
        try await Stage.with(configuration: Self.pair, decide: Self.two) { stage in
            // The first task is joined, the second at work in its own worktree.
            let killed = try await stage.vencejoWithFault("kill:join.T001.removed", ["run", Stage.request, "--yes"])
            try #require(killed.wasKilled)
            let lanes = try await stage.git("worktree", "list", "--porcelain").split(separator: "\n")
                .filter { $0.hasPrefix("worktree ") && $0.contains("/lanes/") }.map { String($0.dropFirst(9)) }
            #expect(lanes.count == 1 && lanes[0].hasSuffix("-T002"), "\(lanes)")
            try FileSystem.write("written by hand\n", to: FilePath(lanes.first ?? "") / "draft.txt")

            if let fault {
                let words = ["runs", "rewind", "latest", "--at", "approve"]
                #expect(try await stage.vencejoWithFault(fault, words).wasKilled)
            }
            let back = try await stage.vencejo("runs", "rewind", "latest", "--at", "approve")
            #expect(back.status == 0, "\(back.errors)")
            try await expectNoLanes(stage, "rewound")
            #expect(!FileSystem.exists(FilePath(lanes.first ?? "")))
            let bought = stage.server.purchases
            let done = try await stage.vencejo("runs", "resume", "latest", "--yes", "--json")
            try await expectJoined(stage, done, "rewound")
            for call in [ModelCall(step: "task/T001", turn: 1), ModelCall(step: "task/T002", turn: 1)] {
                #expect(stage.server.purchases[call] == (bought[call] ?? 0) + 1, "\(call)")
            }
            let kept = try await stage.restorableLines()
            #expect(kept.isSuperset(of: ["written by hand", "1", "2"]))
        }
    }
}
