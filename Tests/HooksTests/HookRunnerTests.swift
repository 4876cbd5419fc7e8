import JSON
import Secrets
import Synchronization
import Testing

@testable import Hooks

@Suite struct HookRunnerTests {
    private static func hook(_ name: String, _ run: String, _ moment: HookMoment = .beforeTool) -> Hook {
        Hook(
            name: name, moment: moment, tool: nil, command: nil, run: run, timeLimit: .seconds(7), isConfined: true,
            place: "", owner: .user)
    }

    private static let call = HookCall(
        .beforeTool, run: "r", step: "task/T001", session: "s", agent: "developer", worktree: "/w", project: "/p",
        tool: "run_command", details: ["arguments": ["command": "curl -H 'key: sekrit-value'"]])

    private static func verdict(_ ending: HookRunner.Ending) async throws -> HookVerdict {
        try await HookRunner(hooks: [hook("h", "x")]) { _ in ending }.ask(call)
    }

    @Test func `A hook is told what happens as one JSON object without secrets`() async throws {
        let seen = Mutex<HookRunner.Process?>(nil)
        let runner = HookRunner(
            hooks: [Self.hook("h", "check"), Self.hook("other", "never", .stop)],
            redactor: Redactor(secrets: [Secret("sekrit-value")])
        ) { process in
            seen.withLock { $0 = process }
            return .exited(0, output: "", errors: "")
        }
        let verdict = try await runner.ask(Self.call)
        #expect(verdict == HookVerdict(reports: [.init(hook: "h", outcome: .passed, detail: "")]))
        let process = try #require(seen.withLock { $0 })
        #expect(process.commandLine == "check")
        #expect(process.timeLimit == .seconds(7))
        #expect(
            try JSONValue(parsing: process.input) == [
                "event": "before-tool", "run": "r", "step": "task/T001", "session": "s", "agent": "developer",
                "worktree": "/w", "project": "/p", "tool": "run_command",
                "arguments": ["command": "curl -H 'key: [redacted]'"],
            ])
    }

    @Test func `Exit status 2 blocks with what was printed on standard error`() async throws {
        #expect(
            try await Self.verdict(.exited(2, output: "x", errors: "no pushing\n")).block?.text
                == "blocked by the hook h: no pushing")
        #expect(try await Self.verdict(.exited(2, output: "", errors: "")).block?.reason == "no reason given")
    }

    @Test func `What is printed may block and add`() async throws {
        let blocked = try await Self.verdict(.exited(0, output: #"{"block": true, "reason": "not now"}"#, errors: ""))
        #expect(blocked.block == .init(hook: "h", reason: "not now"))
        let adding = try await Self.verdict(.exited(0, output: "\n{\"add\": \"mind the tests\"}\n", errors: ""))
        #expect(adding.additions == ["mind the tests"])
        #expect(adding.block == nil)
        #expect(try await Self.verdict(.exited(0, output: "all fine", errors: "")).reports.map(\.outcome) == [.passed])
    }

    @Test(
        arguments: [
            (.exited(1, output: "", errors: "broken\n"), "exit status 1: broken"),
            (.timedOut, "it did not end within 7 seconds"),
            (.signaled(9), "it was ended by signal 9"),
            (.exited(0, output: "{bad", errors: ""), "its output is not valid JSON"),
        ] as [(HookRunner.Ending, String)])
    func `Any other end is told and lets things go on`(ending: HookRunner.Ending, detail: String) async throws {
        let verdict = try await Self.verdict(ending)
        #expect(verdict == HookVerdict(reports: [.init(hook: "h", outcome: .failed, detail: detail)]))
    }

    @Test func `A hook that cannot be run lets things go on, and one that is cancelled does not`() async throws {
        struct Broken: Error, CustomStringConvertible { var description: String { "no shell" } }
        let broken = HookRunner(hooks: [Self.hook("h", "x")]) { _ in throw Broken() }
        #expect(try await broken.ask(Self.call).reports.map(\.detail) == ["it could not be run: no shell"])
        let cancelled = HookRunner(hooks: [Self.hook("h", "x")]) { _ in throw CancellationError() }
        await #expect(throws: CancellationError.self) { try await cancelled.ask(Self.call) }
    }

    @Test func `The first that blocks is the last that is run`() async throws {
        let runner = HookRunner(hooks: [Self.hook("a", "0"), Self.hook("b", "2"), Self.hook("c", "0")]) { process in
            .exited(Int32(process.commandLine) ?? 1, output: #"{"add": "\#(process.commandLine)"}"#, errors: "stop")
        }
        let verdict = try await runner.ask(Self.call)
        #expect(verdict.block?.hook == "b")
        #expect(verdict.additions == ["0"])
        #expect(verdict.reports.map(\.hook) == ["a", "b"])
    }
}
