import FakeModelServer
import Files
import JSON
import Testing

@Suite("A run from request to proven commits", .timeLimit(.minutes(15)))
struct WholeRunTests {
    @Test("ends proven over both wire formats, and pays what was used", arguments: Stage.Wire.allCases)
    func proven(wire: Stage.Wire) async throws {
        try await Stage.with(wire: wire) { stage in
            try FileSystem.write("not committed\n", to: stage.project / "scratch.txt")
            let before = try await stage.git("rev-parse", "HEAD")
            let outcome = try await stage.vencejo("run", Stage.request, "--yes", "--json")
            #expect(outcome.status == 0, "\(outcome.errors)")
            let report = try outcome.json
            #expect(report["status"] == "done")
            #expect(report["proven"] == true)
            #expect(stage.server.violations == [])

            // Each answer was bought once, and each costs 1000 tokens in and 100 out.
            let bought = stage.server.purchases
            #expect(bought.values.allSatisfy { $0 == 1 })
            #expect(report["spent_usd_micros"] == .integer(Int64(bought.count) * (3_000 + 1_500)))

            // One commit a task, with its trailers; every tick is there.
            let branch = try await stage.branch()
            let tasks = try await stage.git("log", "--format=%(trailers:key=Vencejo-Task,valueonly,separator=)", branch)
            #expect(tasks.split(separator: "\n").sorted() == ["T001", "T002", "T003"])
            let list = try await stage.git("show", "\(branch):specs/001-json-flag-list-command/tasks.md")
            #expect(!list.contains("- [ ]"))
            #expect(list.contains("- [x] T003") || list.contains("- [X] T003"))

            // Receipts name real trees, and the last one the delivered tree.
            let receipts = try await stage.vencejo("runs", "receipts", "latest", "--json").json.arrayValue ?? []
            #expect(receipts.map { $0["outcome"] } == ["passed", "failed", "passed", "passed", "passed"])
            for receipt in receipts {
                let kind = try await stage.git("cat-file", "-t", receipt["tree"]?.stringValue ?? "none")
                #expect(kind == "tree")
            }
            let delivered = try await stage.tree(of: branch)
            #expect(receipts.last?["tree"] == .string(delivered))

            // The user's branch and files are as they were.
            let after = try await stage.git("rev-parse", "HEAD")
            let status = try await stage.git("status", "--porcelain")
            #expect(after == before)
            #expect(status == "?? scratch.txt")
            #expect(outcome.errors.contains("changes that are not committed"))
        }
    }

    @Test("parks at the plan without a terminal, takes the first answer, and goes on")
    func gate() async throws {
        try await Stage.with { stage in
            let parked = try await stage.vencejo("run", Stage.request)
            #expect(parked.status == 3)
            #expect(parked.errors.contains("vencejo gates approve"))
            let gates = try await stage.vencejo("gates", "list", "--json").json.arrayValue ?? []
            let id = gates.first?["id"]?.stringValue ?? ""
            #expect(gates.count == 1)
            #expect(gates.first?["kind"] == "plan")

            let still = try await stage.vencejo("runs", "resume", "latest")
            #expect(still.status == 3)
            let first = try await stage.vencejo("gates", "approve", id, changes: ["USER": "ana"])
            #expect(first.status == 0)
            let second = try await stage.vencejo("gates", "reject", id)
            #expect(second.status == 1)
            #expect(second.errors.contains("answered already: 'approve' by ana (cli)"))
            let done = try await stage.vencejo("runs", "resume", "latest")
            #expect(done.status == 0, "\(done.errors)")
            #expect(stage.server.purchases.values.allSatisfy { $0 == 1 })
        }
    }

    @Test("is cancelled by a rejected plan, with nothing built")
    func rejected() async throws {
        try await Stage.with { stage in
            try await stage.vencejo("run", Stage.request)
            let gates = try await stage.vencejo("gates", "list", "--json").json.arrayValue ?? []
            try await stage.vencejo("gates", "reject", gates.first?["id"]?.stringValue ?? "")
            let ended = try await stage.vencejo("runs", "resume", "latest", "--json")
            #expect(ended.status == 1)
            #expect(try ended.json["status"] == "cancelled")
            #expect(stage.server.purchases.keys.allSatisfy { !$0.step.hasPrefix("task/") })
        }
    }

    @Test("shows, undoes and merges what it made")
    func afterwards() async throws {
        try await Stage.with { stage in
            try await stage.vencejo("run", Stage.request, "--yes")
            let diff = try await stage.vencejo("runs", "diff", "latest")
            #expect(diff.output.contains("+        print(json.dumps([todo.as_dict() for todo in todos], indent=2))"))

            let branch = try await stage.branch()
            let undone = try await stage.vencejo("runs", "undo", "latest", "--task", "T003")
            #expect(undone.status == 0, "\(undone.errors)")
            let readme = try await stage.git("show", "\(branch):README.md")
            #expect(!readme.contains("list --json"))

            try FileSystem.write("changed by hand\n", to: stage.project / "todo.py")
            let refused = try await stage.vencejo("runs", "merge", "latest")
            #expect(refused.status == 1)
            #expect(refused.errors.contains("todo.py"))
            let kept = try FileSystem.readText(stage.project / "todo.py")
            #expect(kept == "changed by hand\n")

            try await stage.git("checkout", "--quiet", "--", "todo.py")
            let merged = try await stage.vencejo("runs", "merge", "latest")
            #expect(merged.status == 0, "\(merged.errors)")
            let store = try FileSystem.readText(stage.project / "store.py")
            #expect(store.contains("def as_dict"))
        }
    }

    @Test("refuses to merge on a conflict, and says where")
    func conflict() async throws {
        try await Stage.with { stage in
            try await stage.vencejo("run", Stage.request, "--yes")
            let text = try FileSystem.readText(stage.project / "README.md")
            try FileSystem.write(text.replacing("`list --all`", with: "`list -a`"), to: stage.project / "README.md")
            try await stage.git("commit", "--quiet", "--all", "--message", "Mine")
            let head = try await stage.git("rev-parse", "HEAD")
            let refused = try await stage.vencejo("runs", "merge", "latest")
            #expect(refused.status == 1)
            #expect(refused.errors.contains("README.md"))
            let after = try await stage.git("rev-parse", "HEAD")
            #expect(after == head)
        }
    }

    @Test("calls work unproven where there is nothing to verify with, and ticks nothing")
    func unproven() async throws {
        try await Stage.with(configuration: "verify: []\n") { stage in
            let outcome = try await stage.vencejo("run", Stage.request, "--yes", "--json")
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(try outcome.json["proven"] == false)
            let shown = try await stage.vencejo("runs", "show", "latest")
            #expect(shown.output.contains("unproven"))
            let branch = try await stage.branch()
            let list = try await stage.git("show", "\(branch):specs/001-json-flag-list-command/tasks.md")
            #expect(!list.lowercased().contains("[x]"))
        }
    }

    @Test("stops at its budget with status 4, and goes on when it is raised")
    func budget() async throws {
        try await Stage.with { stage in
            let stopped = try await stage.vencejo("run", Stage.request, "--yes", "--budget", "0.30")
            #expect(stopped.status == 4, "\(stopped.errors)")
            let gates = try await stage.vencejo("gates", "list", "--json").json.arrayValue ?? []
            #expect(gates.first?["kind"] == "budget")
            let id = gates.first?["id"]?.stringValue ?? ""
            let small = try await stage.vencejo("gates", "answer", id, "0.10")
            #expect(small.status == 2)
            try await stage.vencejo("gates", "answer", id, "9.00")
            let done = try await stage.vencejo("runs", "resume", "latest", "--yes")
            #expect(done.status == 0, "\(done.errors)")
            #expect(stage.server.purchases.values.allSatisfy { $0 == 1 })
        }
    }

    @Test("is recorded, and replayed without a model to the same files (G13)")
    func recording() async throws {
        try await Stage.with { stage in
            let file = stage.folder / "session.jsonl"
            let first = try await stage.vencejo("run", Stage.request, "--yes", "--record", file.string)
            #expect(first.status == 0, "\(first.errors)")
            let original = try await stage.workTree()
            let branch = try await stage.branch()
            try await stage.git("branch", "--quiet", "-m", branch, "kept")
            let bought = stage.server.requestCount

            let again = try await stage.vencejo("run", Stage.request, "--yes", "--record", file.string)
            #expect(again.status == 2)
            #expect(again.errors.contains("exists already"))

            try FileSystem.write(
                """
                models:
                  default: recorded/session
                  providers:
                    recorded: { api: rehearsal, file: \(file) }

                """, to: stage.project / ".vencejo/config.yaml")
            let second = try await stage.vencejo("run", Stage.request, "--yes")
            #expect(second.status == 0, "\(second.errors)")
            #expect(stage.server.requestCount == bought)
            let replayed = try await stage.workTree()
            #expect(replayed == original)
        }
    }
}
