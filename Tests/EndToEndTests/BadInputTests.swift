import Examples
import FakeModelServer
import Files
import JSON
import LoopbackHTTP
import Subprocess
import Synchronization
import Testing

/// Bad input gets one clear sentence with the fix, and nothing is lost.
@Suite("Bad input", .timeLimit(.minutes(15)))
struct BadInputTests {
    @Test("a folder that is no repository, and one without commits, are refused with the fix")
    func repositories() async throws {
        try await Stage.with { stage in
            let bare = stage.folder / "elsewhere"
            try FileSystem.createDirectory(bare)
            let none = try await stage.vencejo("run", "x", in: bare)
            #expect(none.status == 2)
            #expect(none.errors.contains("git init"))
            _ = try await stage.command([], in: bare).run()
            let outcome = try await stage.vencejo("-C", bare.string, "runs", "list", "--json")
            #expect(outcome.status == 0)
            #expect(try outcome.json == [])
        }
    }

    @Test("a detached HEAD is fine to start from")
    func detached() async throws {
        try await Stage.with { stage in
            try await stage.git("checkout", "--quiet", "--detach")
            let outcome = try await stage.vencejo("run", Stage.request, "--yes")
            #expect(outcome.status == 0, "\(outcome.errors)")
            let merged = try await stage.vencejo("runs", "merge", "latest")
            #expect(merged.status == 1)
            #expect(merged.errors.contains("git switch") || merged.errors.contains("git checkout"))
        }
    }

    @Test(
        "a faulty configuration is named with file, line and the fix",
        arguments: [
            ("modles: {}\n", [".vencejo/config.yaml:", "unknown key 'modles'", "did you mean 'models'?"]),
            ("limits: { budget: much }\n", ["limits.budget has to be an amount in dollars"]),
            ("mode: fast\n", ["mode has to be one of frugal, balanced, performance, max"]),
            ("verify: [\n", [".vencejo/config.yaml:"]),
        ])
    func configuration(text: String, parts: [String]) async throws {
        try await Stage.with(configuration: text) { stage in
            let outcome = try await stage.vencejo("run", "x", "--yes")
            #expect(outcome.status == 2)
            for part in parts { #expect(outcome.errors.contains(part), "\(outcome.errors)") }
            #expect(stage.server.requestCount == 0)
        }
    }

    @Test("a repository's settings that reach further stop everything until the user trusts them")
    func hostileSettings() async throws {
        try await Stage.with { stage in
            let text = try stage.settings + "sandbox: off\n"
            try FileSystem.write(text, to: stage.project / ".vencejo/config.yaml")
            for command in [["run", "x", "--yes"], ["verify"], ["serve"], ["config", "show"]] {
                let stopped = try await stage.command(command).run()
                #expect(stopped.status == .exited(2))
                let line =
                    text.split(separator: "\n", omittingEmptySubsequences: false).firstIndex(of: "  prices:") ?? 0
                #expect(
                    stopped.stderr.text.contains(
                        ".vencejo/config.yaml:\(line + 1): models.prices changes what calls are counted as, which"),
                    "\(stopped.stderr.text)")
            }
            #expect(stage.server.requestCount == 0)
            let trusted = try await stage.vencejo("config", "trust", "--json")
            #expect(
                try trusted.json["reaches"]?.arrayValue?.compactMap { $0["key"]?.stringValue } == [
                    "models.prices", "sandbox",
                ])
            #expect(try await stage.vencejo("config", "show").status == 0)
            try await stage.vencejo("config", "distrust")
            #expect(try await stage.vencejo("config", "show").status == 2)
        }
    }

    @Test("a key in the configuration itself is refused and not printed")
    func literalKey() async throws {
        try await Stage.with { stage in
            try await stage.configure(
                try stage.settings.replacing("${FAKE_KEY}", with: "sk-secret-0123456789"))
            let outcome = try await stage.vencejo("run", "x")
            #expect(outcome.status == 2)
            #expect(outcome.errors.contains("${NAME}"))
            #expect(!(outcome.errors + outcome.output).contains("sk-secret"))
        }
    }

    @Test("an unknown model, provider or key is said before anything starts")
    func models() async throws {
        try await Stage.with { stage in
            let provider = try await stage.vencejo("run", "x", "--model", "nobody/m")
            #expect(provider.status == 2)
            #expect(provider.errors.contains("provider 'nobody'"))
            let model = try await stage.vencejo("run", "x", "--model", "fake/other")
            #expect(model.status == 2)
            #expect(model.errors.contains("models.prices"))
            let key = try await stage.vencejo("run", "x", changes: ["FAKE_KEY": nil])
            #expect(key.status == 2)
            #expect(key.errors.contains("$FAKE_KEY"))
        }
    }

    @Test("a wrong key is told at once, without another try, and the run can be resumed")
    func wrongKey() async throws {
        let isOpen = Mutex(false)
        try await Stage.with(
            decide: { _, _ in
                isOpen.withLock { $0 }
                    ? .answer
                    : .status(
                        401, headers: [],
                        body:
                            "{\"error\":{\"type\":\"authentication_error\",\"message\":\"invalid x-api-key test-key-0123456789\"}}"
                    )
            }
        ) { stage in
            let refused = try await stage.vencejo("run", Stage.request, "--yes")
            #expect(refused.status == 2)
            #expect(stage.server.requestCount == 1)
            #expect(refused.errors.contains("$FAKE_KEY"))
            #expect(!refused.errors.contains(FakeModelServer.key))
            isOpen.withLock { $0 = true }
            let done = try await stage.vencejo("runs", "resume", "latest", "--yes")
            #expect(done.status == 0, "\(done.errors)")
        }
    }

    @Test(
        "a stream that is cut or malformed, and an overloaded provider, are tried again", arguments: Stage.Wire.allCases
    )
    func badStreams(wire: Stage.Wire) async throws {
        try await Stage.with(
            wire: wire,
            decide: { _, number in
                switch number {
                case 1: .cut
                case 2: .malformed
                case 5: .status(529, headers: [("retry-after-ms", "1")], body: "{\"error\":{\"message\":\"busy\"}}")
                case 6: .status(429, headers: [("Retry-After", "0")], body: "{\"error\":{\"message\":\"slow down\"}}")
                default: .answer
                }
            }
        ) { stage in
            let outcome = try await stage.vencejo("run", Stage.request, "--yes")
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(stage.server.violations == [])
            #expect(stage.server.purchases.values.allSatisfy { $0 == 1 })
        }
    }

    @Test("a server that is gone interrupts the run, which goes on when it is back")
    func serverGone() async throws {
        try await Stage.with { stage in
            let good = try stage.settings
            try await stage.configure(good.replacing(stage.server.baseURL, with: "http://127.0.0.1:1"))
            let outcome = try await stage.vencejo("run", Stage.request, "--yes")
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains("vencejo runs resume"))
            try await stage.configure(good)
            let done = try await stage.vencejo("runs", "resume", "latest", "--yes")
            #expect(done.status == 0, "\(done.errors)")
        }
    }

    @Test("a second process on the same run is refused and names the first")
    func twoProcesses() async throws {
        try await Stage.with(decide: { call, _ in call.step == "plan" ? .hold : .answer }) { stage in
            try await stage.vencejoKilled(["run", Stage.request, "--yes"]) {
                await stage.server.holding.opened()
                let second = try? await stage.vencejo("runs", "resume", "latest")
                #expect(second?.status == 1)
                #expect(second?.errors.contains("is being worked on") == true)
                #expect(second?.errors.contains("process") == true)
            }
        }
    }

    @Test("a run is cancelled from another process")
    func cancel() async throws {
        try await Stage.with(decide: { call, _ in call.step == "plan" ? .hold : .answer }) { stage in
            async let running = stage.vencejo("run", Stage.request, "--yes")
            await stage.server.holding.opened()
            let cancelled = try await stage.vencejo("runs", "cancel", "latest", "--json")
            #expect(try cancelled.json["status"] == "cancelled")
            let ended = try await running
            #expect(ended.status == 1)
            let shown = try await stage.vencejo("runs", "show", "latest", "--json").json
            #expect(shown["report"]?["interruptedCalls"] == 1)
            let again = try await stage.vencejo("runs", "cancel", "latest")
            #expect(again.status == 1)
        }
    }

    @Test("a journal of a newer version is refused untouched")
    func newerJournal() async throws {
        try await Stage.with { stage in
            try await stage.vencejo("runs", "list")
            let made = try await stage.python(
                "import sqlite3; c = sqlite3.connect('\(stage.home)/vencejo.db'); c.execute('PRAGMA user_version = 99'); c.commit()"
            )
            #expect(made)
            let outcome = try await stage.vencejo("runs", "list")
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains("newer version"))
        }
    }

    @Test("what a model does wrong is told to the model, and changes nothing")
    func hostileModel() async throws {
        try await Stage.with(script: Self.hostileSession) { stage in
            try await stage.git("config", "user.name", "Test")
            let outside = stage.folder / "outside.txt"
            try FileSystem.write("mine\n", to: outside)
            try FileSystem.createSymlink(at: stage.project / "link.txt", to: outside.string)
            try await stage.git("add", "link.txt")
            try await stage.git("commit", "--quiet", "--message", "A link that leads out")
            let outcome = try await stage.vencejo("run", Stage.request, "--yes", "--events")
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(stage.server.violations == [])
            let kept = try FileSystem.readText(outside)
            #expect(kept == "mine\n")
            let heard = stage.server.conversation(of: "task/T003")
            for part in [
                "not valid JSON", "/path", "outside the workspace", "link.txt", "is unchanged", "refused by policy",
                "stopped after 1 seconds",
            ] {
                #expect(heard.contains(part), "the model was not told '\(part)'")
            }
            let branch = try await stage.branch()
            let files = try await stage.git("ls-tree", "-r", "--name-only", branch)
            #expect(!files.contains("escape"))
        }
    }

    /// The recorded session with a first turn of T003 that tries everything that is not allowed.
    private static let hostileSession: String = {
        let attack = #"""
            {"agent": "developer", "step": "task/T003", "turn": 1, "calls": [{"tool": "read_file", "arguments": "{\"path\": "}, {"tool": "read_file", "arguments": {"path": 7}}, {"tool": "write_file", "arguments": {"path": "../escape.txt", "content": "x"}}, {"tool": "write_file", "arguments": {"path": "link.txt", "content": "x"}}, {"tool": "edit_file", "arguments": {"path": "README.md", "edits": [{"old_text": "`lst --all` shows", "new_text": "x"}]}}, {"tool": "run_command", "arguments": {"command": "git push origin main"}}, {"tool": "run_command", "arguments": {"command": "(sleep 300 &) ; sleep 300", "timeout_seconds": 1}}, {"tool": "run_command", "arguments": {"command": "head -c 104857600 /dev/zero | tr '\\0' x"}}]}
            """#
        return ExampleProject.session.split(separator: "\n").map { line in
            line.contains("\"step\": \"task/T003\", \"turn\": 1") ? attack : String(line)
        }.joined(separator: "\n")
    }()
}
