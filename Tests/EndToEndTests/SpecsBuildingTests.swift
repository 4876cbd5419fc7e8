import FakeModelServer
import Files
import JSON
import Testing

/// From a specification to tasks, and from tasks to code (S4, S6, S9).
@Suite("A specified feature is planned and built", .timeLimit(.minutes(15)))
struct SpecsBuildingTests {
    private typealias Common = SpecsAuthoringTests
    private static let folder = SpecsAuthoringTests.folder

    @Test("'plan' of a full feature brings what it needs besides, and an empty one is handed back")
    func plan() async throws {
        let script: Common.Script = [
            "plan#1": Common.write("\(Self.folder)/plan.md", Common.plan),
            "plan#2": Common.write("\(Self.folder)/research.md", "# Research\n"),
            "plan#3": Common.finish(),
            "plan#4": Common.write("\(Self.folder)/research.md", "# Research\n\nThe json module is enough.\n"),
            "plan#5": Common.write("\(Self.folder)/contracts/list.md", "# list --json\n\nAn array.\n"),
            "plan#6": Common.finish("planned"),
        ]
        try await Common.with(script) { stage in
            try Common.lay(stage, ["spec.md": Common.sound.replacing("**Status**: Draft", with: "**Ceremony**: full")])
            let done = try await stage.vencejo("specs", "plan", "001")
            #expect(done.status == 0, "\(done.errors)")
            #expect(done.output.contains("wrote contracts/list.md, plan.md, research.md"), "\(done.output)")
            #expect(stage.server.conversation(of: "plan").contains("research.md says nothing"))
            #expect(try Common.read(stage, "contracts/list.md") == "# list --json\n\nAn array.\n")
        }
    }

    @Test("'checklist' adds questions, and leaves to the reviewer what is the reviewer's")
    func checklist() async throws {
        let path = "\(Self.folder)/checklists/requirements.md"
        let mine = "# Checklist: JSON list\n\n- [x] CHK001 Are the fields named? [Spec §FR-004]\n"
        let new = "- [ ] CHK002 Is an empty list specified? [Gap]\n"
        let script: Common.Script = [
            "write-a-checklist-that#1": Common.write(path, mine.replacing("[x]", with: "[ ]") + new),
            "write-a-checklist-that#2": Common.finish(),
            "write-a-checklist-that#3": Common.write(path, mine + new.replacing("?", with: "")),
            "write-a-checklist-that#4": Common.finish(),
            "write-a-checklist-that#5": Common.write(path, mine + new),
            "write-a-checklist-that#6": Common.finish("one more"),
        ]
        try await Common.with(script) { stage in
            try Common.lay(stage, ["spec.md": Common.sound, "checklists/requirements.md": mine])
            let done = try await stage.vencejo("specs", "checklist", "001")
            #expect(done.status == 0, "\(done.errors)")
            #expect(done.output.contains("1 new item, 2 in all, 1 to be answered by you"), "\(done.output)")
            let said = stage.server.conversation(of: "write-a-checklist-that")
            #expect(said.contains("is the reviewer's and was changed") && said.contains("CHK002 is no question"))
            #expect(try Common.read(stage, "checklists/requirements.md") == mine + new)
        }
    }

    @Test("'tasks' hands a circle back, and says what may run side by side")
    func tasks() async throws {
        let circle = Common.tasks.replacing(
            "(FR-001, FR-002, FR-003)", with: "(FR-001, FR-002, FR-003) (depends on T003)"
        )
        .replacing("`store.py` (FR-004)", with: "`store.py` (FR-004) (depends on T001)")
        let script: Common.Script = [
            "tasks#1": Common.write("\(Self.folder)/tasks.md", circle), "tasks#2": Common.finish(),
            "tasks#3": Common.write("\(Self.folder)/tasks.md", Common.tasks.replacing(", FR-003", with: "")),
            "tasks#4": Common.finish(),
            "tasks#5": Common.write("\(Self.folder)/tasks.md", Common.tasks), "tasks#6": Common.finish("three tasks"),
        ]
        try await Common.with(script) { stage in
            try Common.lay(stage, ["spec.md": Common.sound.replacing("**Status**: Draft", with: "**Ceremony**: small")])
            let done = try await stage.vencejo("specs", "tasks", "001")
            #expect(done.status == 0, "\(done.errors)")
            #expect(done.output.contains("3 tasks in 2 batches: T001, T002+T003"), "\(done.output)")
            #expect(done.output.contains("critical path: T001 → T002 (2 steps)"))
            #expect(done.output.contains("cost of building: unknown"))
            let said = stage.server.conversation(of: "tasks")
            #expect(said.contains("T001 → T003 → T001") && said.contains("No task names FR-003"), "\(said)")
            let checked = try await stage.vencejo("specs", "analyze", "001")
            #expect(!checked.output.contains("SPEC040"), "\(checked.output)")
        }
    }

    @Test("'analyze --with-model' tells what a model sees apart from what rules find, with lines it has looked up")
    func meaning() async throws {
        func finding(_ quote: String) -> JSONValue {
            [
                "findings": [
                    [
                        "document": "spec.md", "quote": .string(quote), "against": "plan.md",
                        "against_quote": "One branch in `todo.py`.", "message": "An array and a branch.",
                        "fix": "Decide which.",
                    ]
                ]
            ]
        }
        let script: Common.Script = [
            "find-where-these-documents#1": Common.say(finding("SHALL print two arrays")),
            "find-where-these-documents#2": Common.say(finding("THE SYSTEM SHALL print one JSON array.")),
        ]
        try await Common.with(script) { stage in
            try Common.lay(stage, ["spec.md": Common.sound, "plan.md": Common.plan])
            let unnamed = try await stage.vencejo("specs", "analyze", "--with-model")
            #expect(unnamed.status == 2 && unnamed.errors.contains("name the features"), "\(unnamed.errors)")
            let done = try await stage.vencejo("specs", "analyze", "001", "--with-model", "--json")
            #expect(done.status == 0, "\(done.errors)")
            let found = try done.json["meaning"]?.arrayValue ?? []
            #expect(found.count == 1)
            #expect(found.first?["by"] == "model")
            #expect(found.first?["place"]?["line"] == 19)
            #expect(found.first?["against"]?["path"] == .string("\(Self.folder)/plan.md"))
            let sarif = try done.json["sarif"]?.text() ?? ""
            #expect(sarif.contains("MEANING") && sarif.contains("vencejo specs analyze --with-model"), "\(sarif)")
            #expect(stage.server.conversation(of: "find-where-these-documents").contains("has no line with the words"))
            #expect(try await stage.git("status", "--porcelain") == "?? specs/")
        }
    }

    // MARK: - converge

    private static let finding: JSONValue = [
        "kind": "partial", "requirement": "FR-002", "what": "Done todos are in the array.", "evidence": "todo.py:22",
        "task": "Leave out done todos in `todo.py`, with its test",
    ]

    @Test("'converge' adds tasks behind the others, and rewrites and unticks none")
    func converge() async throws {
        let wrong: JSONValue = [
            "findings": [
                ["kind": "partial", "requirement": "FR-002", "what": "x", "evidence": "todo.py:999", "task": "y"]
            ]
        ]
        let script: Common.Script = [
            "compare-the-code-with#1": Common.finish(wrong.text()),
            "compare-the-code-with#2": Common.finish((["findings": [Self.finding]] as JSONValue).text()),
        ]
        let tasks = Common.tasks.replacing("- [ ] T001", with: "- [x] T001").replacing(
            "- [ ] T003 [P] [US1] Name the fields in `store.py` (FR-004)\n", with: ""
        ).replacing(", FR-003", with: "")
        try await Common.with(script) { stage in
            try Common.lay(stage, ["spec.md": Common.sound, "tasks.md": tasks])
            let done = try await stage.vencejo("specs", "converge", "001", "--json")
            #expect(done.status == 0, "\(done.errors)")
            #expect(
                try Common.read(stage, "tasks.md") == tasks + """

                    ## Phase 2: Convergence

                    - [ ] T003 Leave out done todos in `todo.py`, with its test (partial) (FR-002)
                    - [ ] T004 Show by a test that FR-003 is met

                    """)
            let result = try done.json
            #expect(result["outputs"]?["left"] == 3)
            #expect(result["outputs"]?["findings"]?[0]?["kind"] == "partial")
            #expect(stage.server.conversation(of: "compare-the-code-with").contains("and no line 999"))
            // The same findings again are no new tasks.
            #expect(
                stage.server.conversation(of: "compare-the-code-with").contains(
                    "requirements that no task names: FR-003"))
        }
    }

    @Test("'converge --build' builds what is missing and compares again, until nothing is left")
    func convergeBuild() async throws {
        let none = (["findings": []] as JSONValue).text()
        let script: Common.Script = [
            "compare-the-code-with#1": Common.finish((["findings": [Self.finding]] as JSONValue).text()),
            "task/T002#1": Common.write("done.txt", "left out\n"), "task/T002#2": Common.finish("left out"),
            "compare-the-code-with/2#1": Common.finish(none),
        ]
        let tasks = "# Tasks: JSON list\n\n- [x] T001 Print the array in `todo.py` (FR-001, FR-002, FR-003, FR-004)\n"
        try await Common.with(script) { stage in
            try Common.lay(stage, ["spec.md": Common.sound, "tasks.md": tasks])
            let done = try await stage.vencejo("specs", "converge", "001", "--build", "--json")
            #expect(done.status == 0, "\(done.errors)")
            #expect(try done.json["outputs"]?["left"] == 0)
            #expect(try done.json["proven"] == true)
            let branch = try await stage.branch()
            #expect(try await stage.git("show", "\(branch):\(Self.folder)/tasks.md").contains("- [x] T002 Leave out"))
            // What is built stays on the branch, with the documents.
            #expect(try Common.read(stage, "tasks.md") == tasks)
        }
    }

    @Test("'converge --build' ends after its rounds, and says what is left")
    func convergeBounded() async throws {
        let answer = (["findings": [Self.finding]] as JSONValue).text()
        let other = answer.replacing("Leave out", with: "Really leave out")
        let script: Common.Script = [
            "compare-the-code-with#1": Common.finish(answer),
            "task/T002#1": Common.write("done.txt", "left out\n"), "task/T002#2": Common.finish("left out"),
            "compare-the-code-with/2#1": Common.finish(other),
        ]
        let tasks = "# Tasks: JSON list\n\n- [x] T001 Print the array in `todo.py` (FR-001, FR-002, FR-003, FR-004)\n"
        try await Common.with(script) { stage in
            try Common.lay(stage, ["spec.md": Common.sound, "tasks.md": tasks])
            let done = try await stage.vencejo("specs", "converge", "001", "--build", "--rounds", "1")
            #expect(done.status == 1, "\(done.errors)")
            #expect(done.errors.contains("1 task is left after 1 rounds"), "\(done.errors)")
        }
    }

    // MARK: - run --feature

    @Test("'run --feature' builds what is specified to proven commits, and writes only what is missing")
    func build() async throws {
        let script: Common.Script = [
            "task/T002#1": Common.write("fields.txt", "number, text\n"), "task/T002#2": Common.finish("named"),
            "task/T003#1": Common.write("store.txt", "number, text\n"), "task/T003#2": Common.finish("named"),
        ]
        try await Common.with(script) { stage in
            let tasks = Common.tasks.replacing("- [ ] T001", with: "- [x] T001")
            try Common.lay(stage, ["spec.md": Common.sound, "plan.md": Common.plan, "tasks.md": tasks])
            let done = try await stage.vencejo("run", "--feature", "001", "--yes", "--json")
            #expect(done.status == 0, "\(done.errors)")
            #expect(try done.json["proven"] == true)
            let branch = try await stage.branch()
            // What the run takes over is no change that it does not see.
            #expect(!done.errors.contains("changes that are not committed"), "\(done.errors)")
            let titles = try await stage.git("log", "--reverse", "--format=%s", "main..\(branch)").split(
                separator: "\n")
            #expect(titles.count == 3, "\(titles)")
            #expect(titles.first == "Take over 001-json-flag-list-command as it is in the working tree")
            #expect(!(try await stage.git("show", "\(branch):\(Self.folder)/tasks.md")).contains("- [ ]"))
            #expect(try Common.read(stage, "tasks.md") == tasks)
            // A fork builds on the same documents, and writes none of them anew.
            let fork = try await stage.vencejo("runs", "fork", "latest", "--at", "specify", "--yes", "--json")
            #expect(fork.status == 0, "\(fork.errors)")
            #expect(try fork.json["proven"] == true)
            // Documents that are still what the run took over are not in the way of a merge; one that was edited is.
            try Common.lay(stage, ["tasks.md": tasks + "\n"])
            let refused = try await stage.vencejo("runs", "merge", "latest")
            #expect(refused.status == 1 && refused.errors.contains("tasks.md"), "\(refused.errors)")
            #expect(try Common.read(stage, "spec.md") == Common.sound)
            try Common.lay(stage, ["tasks.md": tasks])
            let merged = try await stage.vencejo("runs", "merge", "latest")
            #expect(merged.status == 0, "\(merged.errors)")
            #expect(!(try Common.read(stage, "tasks.md")).contains("- [ ]"))
        }
    }

    @Test("'run --feature' refuses documents with errors, and names them all")
    func buildRefused() async throws {
        try await Common.with([:]) { stage in
            try Common.lay(stage, ["spec.md": Common.spec, "plan.md": Common.plan, "tasks.md": Common.tasks])
            let refused = try await stage.vencejo("run", "--feature", "001", "--yes")
            #expect(refused.status == 1)
            #expect(refused.errors.contains("is not built, as its documents have 2 errors"), "\(refused.errors)")
            #expect(refused.errors.contains("\(Self.folder)/spec.md:20: SPEC011 error"), "\(refused.errors)")
            let runs = try await stage.vencejo("runs", "list", "--json").json
            #expect(runs == [])
            #expect(stage.server.requestCount == 0)
        }
    }
}
