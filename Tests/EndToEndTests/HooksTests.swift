import FakeModelServer
import Files
import JSON
import Subprocess
import Testing

/// Hooks of a user and of a project around real runs (A8).
@Suite("Hooks", .timeLimit(.minutes(15)))
struct HooksTests {
    /// The user's hook that keeps everything it is told, outside of the worktree.
    private static func keeping(_ stage: Stage, _ moments: String...) throws {
        let log = (stage.folder / "told.jsonl").string
        let hooks = moments.map { "- { on: \($0), name: keep-\($0), sandbox: false, run: \"cat >> '\(log)'\" }\n" }
        try FileSystem.createDirectory(stage.folder / "config/vencejo")
        try FileSystem.write(hooks.joined(), to: stage.folder / "config/vencejo/hooks.yaml")
    }

    private static func told(_ stage: Stage) throws -> [JSONValue] {
        let file = stage.folder / "told.jsonl"
        guard FileSystem.exists(file) else { return [] }
        return try FileSystem.readText(file).split(separator: "\n").map { try JSONValue(parsing: String($0)) }
    }

    private static func write(_ text: String, to name: String, in stage: Stage) async throws {
        try FileSystem.createDirectory((stage.project / name).parent)
        try FileSystem.write(text, to: stage.project / name)
        try FileSystem.setMode(0o755, of: stage.project / name)
        try await stage.git("add", "--all")
        try await stage.git("commit", "--quiet", "--message", "Hooks")
    }

    private static func finish(_ summary: String) -> FakeReply {
        FakeReply(calls: [.init("finish", #"{"summary": "\#(summary)"}"#)])
    }

    @Test("of a project are not run until the user trusts these very files, and a run says so")
    func trust() async throws {
        try await Stage.with { stage in
            let hook = "- on: before-tool\n  name: guard\n  match: { tool: read_file }\n  run: $VENCEJO_HOOKS/no.sh\n"
            try await Self.write(hook, to: ".vencejo/hooks.yaml", in: stage)
            try await Self.write("#!/bin/sh\necho 'ask me first' >&2\nexit 2\n", to: ".vencejo/hooks/no.sh", in: stage)
            let listed = try await stage.vencejo("hooks", "list", "--json").json.arrayValue ?? []
            #expect(listed.map { $0["trusted"] } == [false])
            let ignored = try await stage.vencejo("run", Stage.request, "--yes")
            #expect(ignored.status == 0, "\(ignored.errors)")
            let said = ignored.errors + ignored.output
            #expect(said.contains("the hooks in .vencejo/hooks.yaml are not trusted and were not run"))
            #expect(said.contains("vencejo hooks trust"))
            #expect(!stage.server.conversation(of: "task/T001").contains("ask me first"))

            let trusted = try await stage.vencejo("hooks", "trust")
            #expect(trusted.status == 0 && trusted.output.contains("guard"), "\(trusted.errors)")
            let run = try await stage.vencejo("run", Stage.request, "--yes")
            #expect(!(run.errors + run.output).contains("not trusted"))
            #expect(
                stage.server.conversation(of: "task/T001").contains("blocked by the hook guard: ask me first"))

            try await Self.write("exit 0\n", to: ".vencejo/hooks/no.sh", in: stage)
            let changed = try await stage.vencejo("hooks", "list", "--json").json.arrayValue ?? []
            #expect(changed.map { $0["trusted"] } == [false])
        }
    }

    @Test("that cannot be understood are told with file, line and column")
    func faulty() async throws {
        try await Stage.with { stage in
            try await Self.write("- on: sometimes\n  run: x\n", to: ".vencejo/hooks.yaml", in: stage)
            let refused = try await stage.vencejo("hooks", "trust")
            #expect(refused.status == 2)
            #expect(refused.errors.contains(".vencejo/hooks.yaml:1:7: 'on' has to be one of session-start"))
            try FileSystem.createDirectory(stage.folder / "config/vencejo")
            try FileSystem.write("- on: stop\n", to: stage.folder / "config/vencejo/hooks.yaml")
            let run = try await stage.vencejo("run", Stage.request, "--yes")
            #expect(run.status == 2)
            #expect(run.errors.contains("hooks.yaml:1:3: the hook has no 'run'"))
        }
    }

    @Test("are told of sessions, tools, commits, gates and ends, without keys")
    func moments() async throws {
        try await Stage.with { stage in
            try Self.keeping(
                stage, "session-start", "before-tool", "after-tool", "before-commit", "gate", "stop")
            let parked = try await stage.vencejo("run", Stage.request)
            #expect(parked.status == 3, "\(parked.errors)")
            let again = try await stage.vencejo("runs", "resume", "latest")
            #expect(again.status == 3)
            let gates = try Self.told(stage).filter { $0["event"] == "gate" }
            #expect(gates.map { $0["gate"]?["kind"] } == ["plan"])
            let done = try await stage.vencejo("runs", "resume", "latest", "--yes")
            #expect(done.status == 0, "\(done.errors)")

            let told = try Self.told(stage)
            func count(_ event: String) -> Int { told.count { $0["event"]?.stringValue == event } }
            #expect(count("session-start") == 6)
            // A task whose checks failed says a second time that it has finished.
            #expect(count("stop") >= 6)
            #expect(count("before-commit") == 6)
            #expect(count("before-tool") > 6 && count("before-tool") == count("after-tool"))
            let command = try #require(told.first { $0["tool"] == "run_command" })
            #expect(command["step"] == "task/T001" && command["agent"] == "developer")
            #expect(command["arguments"]?["command"]?.stringValue?.hasPrefix("python3") == true)
            #expect(!told.contains { $0.text().contains(FakeModelServer.key) })
        }
    }

    @Test("before a commit keep work from it until the agent has done what they want")
    func beforeCommit() async throws {
        let note = #"{"path": "NOTES.md", "content": "Noted.\n"}"#
        try await Stage.with(decide: { call, _ in
            switch "\(call)" {
            case "task/T001#5": .reply(FakeReply(calls: [.init("write_file", note)]))
            case "task/T001#6": .reply(Self.finish("Noted."))
            default: .answer
            }
        }) { stage in
            let hook = """
                - on: before-commit
                  name: notes
                  run: |
                    grep -q '"step":"task/T001"' || exit 0
                    test -e NOTES.md || { echo "NOTES.md is missing" >&2; exit 2; }

                """
            try FileSystem.createDirectory(stage.folder / "config/vencejo")
            try FileSystem.write(hook, to: stage.folder / "config/vencejo/hooks.yaml")
            let done = try await stage.vencejo("run", Stage.request, "--yes")
            #expect(done.status == 0, "\(done.errors)")
            #expect(
                stage.server.conversation(of: "task/T001").contains(
                    "Your work passed its checks but is not committed: blocked by the hook notes: NOTES.md is missing"))
            let branch = try await stage.branch()
            let log = try await stage.git("log", "--format=%s", branch, "--", "NOTES.md")
            #expect(log.hasPrefix("T001: "))
            #expect(stage.server.violations == [])
        }
    }

    @Test("on stop send the agent back to work with the reason")
    func stop() async throws {
        try await Stage.with(decide: { call, _ in
            "\(call)" == "task/T001#5" ? .reply(Self.finish("Really done.")) : .answer
        }) { stage in
            let hook =
                "- on: stop\n  name: sure\n  run: grep -q -e 'Really' -e 'planner' -e architect -e T002 -e T003 || { echo sure? >&2; exit 2; }\n"
            try FileSystem.createDirectory(stage.folder / "config/vencejo")
            try FileSystem.write(hook, to: stage.folder / "config/vencejo/hooks.yaml")
            let done = try await stage.vencejo("run", Stage.request, "--yes")
            #expect(done.status == 0, "\(done.errors)")
            #expect(
                stage.server.conversation(of: "task/T001").contains(
                    "You are not done yet: blocked by the hook sure: sure?"))
        }
    }

    @Test("that are killed with the engine are asked again, and the tool is run once")
    func killedInHook() async throws {
        try await Stage.with { stage in
            let pipe = (stage.folder / "pipe").string
            let log = (stage.folder / "told.jsonl").string
            let made = try await Subprocess.Command(
                "mkfifo", [pipe], environment: Subprocess.Command.inheritedEnvironment()
            ).run()
            #expect(made.succeeded)
            let hooks = """
                - on: before-tool
                  match: run_command
                  sandbox: false
                  run: cat >> '\(log)'; if [ -p '\(pipe)' ]; then echo here > '\(pipe)'; exec sleep 30; fi
                - { on: after-tool, match: run_command, sandbox: false, run: "cat >> '\(log)'" }

                """
            try FileSystem.createDirectory(stage.folder / "config/vencejo")
            try FileSystem.write(hooks, to: stage.folder / "config/vencejo/hooks.yaml")
            try await stage.vencejoKilled(["run", Stage.request, "--yes"]) {
                // The hook writes when it is run, which is what this waits for.
                _ = try? await Subprocess.Command(
                    "cat", [pipe], environment: Subprocess.Command.inheritedEnvironment()
                ).run()
            }
            try FileSystem.remove(FilePath(pipe))
            let first = try Self.told(stage)
            #expect(first.map { $0["event"] } == ["before-tool"])
            let done = try await stage.vencejo("runs", "resume", "latest", "--yes", "--json")
            #expect(done.status == 0, "\(done.errors)")
            #expect(stage.server.violations == [])
            #expect(stage.server.purchases.values.allSatisfy { $0 == 1 })
            let again = try Self.told(stage).filter {
                $0["step"] == "task/T001" && $0["session"] == first[0]["session"]
            }
            #expect(again.map { $0["event"] } == ["before-tool", "before-tool", "after-tool"])
        }
    }
}
