import FakeModelServer
import Files
import JSON
import Subprocess
import Testing

/// Claude Code and Codex, as they are, with the gateway as their model (G2).
@Suite(
    "Agents of others at the gateway",
    .enabled(if: installedAgents != nil, "Claude Code and Codex are not installed: see scripts/clients --agents"))
struct AgentClientTests {
    @Test(
        "Claude Code uses a tool and reads its result, whichever form the provider speaks",
        .timeLimit(.minutes(10)), arguments: Stage.Wire.allCases)
    func claudeCode(wire: Stage.Wire) async throws {
        let program = try #require(installedAgents) / "claude_agent_sdk/_bundled/claude"
        try await Self.with(wire, tool: "Bash", argument: "command") { gateway in
            let variables = [
                "ANTHROPIC_BASE_URL": gateway.address, "ANTHROPIC_AUTH_TOKEN": gateway.key,
                "ANTHROPIC_SMALL_FAST_MODEL": "fake/fake-1", "DISABLE_AUTOUPDATER": "1",
                "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
            ]
            let result = try await Self.run(
                program,
                [
                    "-p", "Make a file", "--output-format", "json", "--allowedTools", "Bash", "--model", "fake/fake-1",
                ], variables, gateway)
            #expect(result.succeeded, "\(result.stdout.text)\n\(result.stderr.text)")
            let said = try JSONValue(parsing: result.stdout.text)
            #expect(said["result"] == "Forty-two.")
            #expect(said["is_error"] == false)
            #expect(said["num_turns"] == 2)
            #expect(try await gateway.ledger(2).map { $0[2] } == ["200", "200"])
        }
    }

    @Test(
        "Codex uses a tool and reads its result, whichever form the provider speaks",
        .timeLimit(.minutes(10)), arguments: Stage.Wire.allCases)
    func codex(wire: Stage.Wire) async throws {
        let program = try #require(installedAgents) / "codex_cli_bin/bin/codex"
        try await Self.with(wire, tool: "exec_command", argument: "cmd") { gateway in
            let provider =
                "{ name = \"Vencejo\", base_url = \"\(gateway.address)/v1\", env_key = \"VENCEJO_KEY\", "
                + "wire_api = \"responses\" }"
            let result = try await Self.run(
                program,
                [
                    "exec", "--json", "--skip-git-repo-check", "--dangerously-bypass-approvals-and-sandbox",
                    "-c", "model_provider=vencejo", "-c", "model_providers.vencejo=\(provider)", "-m", "fake/fake-1",
                    "Make a file",
                ], ["VENCEJO_KEY": gateway.key], gateway)
            #expect(result.succeeded, "\(result.stdout.text)\n\(result.stderr.text)")
            let events = try result.stdout.text.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
            let messages = events.compactMap { event in
                event["item"]?["type"] == "agent_message" ? event["item"]?["text"]?.stringValue : nil
            }
            #expect(messages == ["Forty-two."])
            #expect(events.last?["type"] == "turn.completed")
            // Claude Code sends system messages between the others, which the rules of the fake server do not know.
            #expect(gateway.stage.server.violations == [])
            #expect(try await gateway.ledger(2).map { $0[2] } == ["200", "200"])
        }
    }

    // MARK: - Running

    /// Lends a gateway whose model makes a file by a tool, and then says that it is done; the file has to be there behind it.
    private static func with(
        _ wire: Stage.Wire, tool: String, argument: String,
        _ body: @escaping @Sendable (GatewayStage) async throws -> Void
    ) async throws {
        let arguments: JSONValue = [argument: "echo from-the-tool > made.txt; cat made.txt", "description": "Make it"]
        let call = FakeReply(calls: [.init(tool, arguments.text())])
        try await GatewayStage.with(
            wire: wire, decide: { asked, _ in asked.turn == 1 ? .reply(call) : .answer }
        ) { gateway in
            try FileSystem.createDirectory(gateway.stage.folder / "work")
            try await body(gateway)
            #expect(try FileSystem.readText(gateway.stage.folder / "work/made.txt") == "from-the-tool\n")
            let last = gateway.stage.server.requests.last?["messages"]?.arrayValue?.last
            #expect(last?.text().contains("from-the-tool") == true)
            #expect(gateway.stage.server.requestCount == 2)
        }
    }

    /// Runs an agent in a folder and a home of its own, away from whatever its user has configured.
    private static func run(
        _ program: FilePath, _ arguments: [String], _ variables: [String: String], _ gateway: GatewayStage
    ) async throws -> Subprocess.ProcessResult {
        var environment = variables
        environment["PATH"] = Subprocess.Command.inheritedEnvironment()["PATH"]
        environment["HOME"] = gateway.stage.folder.string
        return try await Subprocess.Command(
            program.string, arguments, environment: environment, directory: gateway.stage.folder / "work",
            limits: .init(time: .seconds(240), output: 8 << 20)
        ).run()
    }
}

/// Where `scripts/clients --agents` has put them.
private let installedAgents = Subprocess.Command.inheritedEnvironment()["VENCEJO_TEST_AGENTS"].map { FilePath($0) }
