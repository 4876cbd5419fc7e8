import AgentRuntime
import Conversation
import Files
import Gateway
import Identity
import Policy
package import Runs
import Timekeeping
import Tools

/// Measures what a turn costs beside the model: journal, ledger, prompt and one tool call.
package struct LoopBenchmark: Sendable {
    private let service: RunService
    private let run: Run
    private static let turns = 200

    package init(service: RunService, run: Run) {
        self.service = service
        self.run = run
    }

    package func millisecondsPerTurn() async throws -> Double {
        try await FileSystem.withTemporaryDirectory { folder in
            try FileSystem.write("one\ntwo\n", to: folder / "file.txt")
            let session = Session(
                id: service.ids.next(), run: run.id, step: .task("T001"), agent: "developer", model: "bench/instant",
                system: "You are measured.",
                tools: try ToolCatalogue.builtIn().definitions(of: ["read_file", "finish"]),
                openedAt: service.clock.now())
            var run = run
            run.status = .running
            try await service.journal.record(
                [
                    .run(run), .session(session),
                    .input(SessionInput(session: session.id, afterTurn: 0, text: "Go on.")),
                ],
                for: run.id, at: service.clock.now())
            let gateway = Gateway(
                providers: [InstantProvider(turns: Self.turns)],
                catalogue: try ModelCatalogue(freeProviders: ["bench"]),
                journal: service.journal, clock: service.clock, ids: service.ids)
            let actions = ActionRunner(
                session: session, tools: try ToolCatalogue.builtIn(),
                context: ToolContext(root: folder, paths: PathRules(), searchPath: ""),
                permissions: Permissions(fallback: .allow),
                writes: PathRules(), workplace: IdleWorkplace(root: folder), journal: service.journal,
                clock: service.clock,
                ids: service.ids)
            let agent = AgentSession(
                session: session, maxOutputTokens: 100,
                limits: SessionLimits(turns: .max, tokens: .max, wallTime: .seconds(3600)), gateway: gateway,
                actions: actions, journal: service.journal, clock: service.clock, ids: service.ids)
            let took = try await ContinuousClock().measure { _ = try await agent.run() }
            return Double(took.milliseconds) / Double(Self.turns)
        }
    }
}

/// Answers at once: reads a file each turn, and finishes at the last.
private struct InstantProvider: ModelProvider {
    let name = "bench"
    let turns: Int

    func send(_ request: ModelRequest, to receive: (ModelEvent) async throws -> Void) async throws {
        let isLast = request.purpose.turn >= turns
        try await receive(.started(id: "b", model: "instant"))
        try await receive(
            .toolCallStarted(index: 0, id: "c\(request.purpose.turn)", name: isLast ? "finish" : "read_file"))
        try await receive(
            .toolCallFragment(index: 0, json: isLast ? "{\"summary\":\"done\"}" : "{\"path\":\"file.txt\"}"))
        try await receive(.usage(Usage(input: 10, output: 10)))
        try await receive(.stopped(.toolUse))
    }
}

/// A workplace for turns that change nothing.
struct IdleWorkplace: Workplace {
    let root: FilePath
    let confinesCommands = true

    func tree() async throws -> String { "" }
    func restore(_ tree: String) async throws {}
    func snapshot() async throws -> SnapshotName? { nil }
    func run(_ request: CommandRequest) async throws -> ToolOutput { .error("no command is part of this measurement") }
    func verify(_ request: VerificationRequest) async throws -> ToolOutput { .ok("") }
}
