import FakeModelServer
import Files
import JSON
import LoopbackHTTP
import Subprocess
import Testing

/// The gateway under conditions of its own: similar questions, two models at once, TLS, two servers, a full disk.
@Suite("The served gateway in depth", .timeLimit(.minutes(15)))
struct GatewayDepthTests {
    @Test("answers similar questions from the cache, and others not")
    func similar() async throws {
        let configuration = "cache: { enabled: on, semantic: { enabled: on, embedder: fake/embed-1, patience: 1m } }"
        try await GatewayStage.with(configuration: configuration) { gateway in
            for text in [
                "How many bees live together in one hive in the summer?",
                "How many bees live together in one hive in the summer, roughly?",
                "Name the capital of the country with the longest coast.",
            ] {
                let answer = try await gateway.curl("/v1/chat/completions", GatewayStage.question(text))
                #expect(answer.status == 200 && answer.body.contains("Forty-two."), "\(answer.body)")
            }
            let lines = try await gateway.ledger(3)
            #expect(lines.map { $0[3] } == ["miss", "semantic", "miss"])
            #expect(lines[1][4] == "0")
            #expect(gateway.stage.server.requestCount == 2)
            // Another key's answers are its own, however alike the question is.
            let other = try await gateway.stage.vencejo("keys", "create", "other", "--json").json["key"]?.stringValue
            let apart = try await eventually {
                try await gateway.curl(
                    "/v1/chat/completions",
                    GatewayStage.question("How many bees live together in one hive in the summer, really?"), key: other)
            }
            #expect(apart.status == 200)
            #expect(gateway.stage.server.requestCount == 3)
        }
    }

    @Test("asks a second model where the first says nothing, and ends the slower one")
    func hedging() async throws {
        let configuration = """
                fake/fake-2: { input: 3.00, output: 15.00 }
              fallbacks: { fake/fake-1: [fake/fake-2] }
            resilience: { hedge_after: 200ms }
            """
        try await GatewayStage.with(
            configuration: configuration, decide: { _, number in number == 1 ? .hold : .answer }
        ) { gateway in
            let answer = try await gateway.curl(
                "/v1/chat/completions", GatewayStage.question("Who is first?"))
            #expect(answer.status == 200 && answer.body.contains("Forty-two."), "\(answer.body)")
            await gateway.stage.server.deserted.opened()
            let models = gateway.stage.server.requests.compactMap { $0["model"]?.stringValue }
            #expect(models == ["fake-1", "fake-2"])
            let lines = try await gateway.ledger(1)
            #expect(lines.first?[1] == "fake/fake-2")
            // What the slower one may have read is paid for as well.
            #expect(lines.first.flatMap { Int($0[4]) } ?? 0 >= 4_500, "\(lines)")
        }
    }

    @Test("speaks TLS with a certificate of its own, and nothing else then")
    func tls() async throws {
        try await FileSystem.withTemporaryDirectory { folder in
            let (certificate, key) = ((folder / "cert.pem").string, (folder / "key.pem").string)
            let made = try await Subprocess.Command(
                "openssl",
                [
                    "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1",
                ], environment: Subprocess.Command.inheritedEnvironment(), directory: folder
            ).run()
            #expect(made.succeeded, "\(made.stderr.text)")
            let configuration = "serve: { tls: { certificate: \(certificate), key: \(key) } }"
            try await GatewayStage.with(configuration: configuration) { gateway in
                #expect(gateway.address.hasPrefix("https://127.0.0.1:"))
                let answer = try await gateway.curl(
                    "/v1/messages", GatewayStage.question("Is it secret?"), key: nil, "--cacert", certificate)
                #expect(answer.status == 200 && answer.body.contains("Forty-two."))
                let stream = try await gateway.curl(
                    "/v1/messages", GatewayStage.question("And as a stream?", stream: true), key: nil, "--cacert",
                    certificate)
                #expect(stream.body.hasSuffix("{\"type\":\"message_stop\"}\n\n"))
                // Whoever does not trust it does not get in, nor does who speaks in the clear.
                let stranger = try await gateway.curl("/v1/models")
                #expect(stranger.status == 0)
                let plain = try await GatewayStage(gateway, address: gateway.address.replacing("https", with: "http"))
                    .curl("/v1/models")
                #expect(plain.status != 200)
                #expect(gateway.stage.server.requestCount == 2)
            }
        }
    }

    @Test("holds two servers to one budget, and tells once that it is used up")
    func twoServers() async throws {
        let reply = FakeReply(text: "Forty-two.", usage: .init(input: 100, output: 50))
        try await GatewayStage.with(reply: reply) { first in
            try await GatewayStage.serve(on: first.stage) { second in
                let made = try await first.stage.vencejo("keys", "create", "shared", "--budget", "0.01", "--json")
                let key = try #require(try made.json["key"]?.stringValue)
                var statuses: [Int] = []
                for server in [first, second] {
                    let answer = try await eventually {
                        try await server.curl("/v1/chat/completions", GatewayStage.question("A first one"), key: key)
                    }
                    statuses.append(answer.status)
                }
                try await withThrowingTaskGroup(of: [Int].self) { group in
                    for (name, server) in [("one", first), ("two", second)] {
                        group.addTask {
                            var statuses: [Int] = []
                            for number in 0..<10 {
                                statuses.append(
                                    try await server.curl(
                                        "/v1/chat/completions", GatewayStage.question("Question \(number) of \(name)"),
                                        key: key
                                    ).status)
                            }
                            return statuses
                        }
                    }
                    for try await some in group { statuses += some }
                }
                #expect(Set(statuses) == [200, 402])
                // Each costs $0.00105, and nearly that much is set aside for one.
                let answered = statuses.count { $0 == 200 }
                #expect((8...9).contains(answered), "\(statuses)")
                #expect(first.stage.server.requestCount == answered)
                let lines = try await first.ledger(answered)
                let spent = lines.filter { $0[2] == "200" }.compactMap { Int($0[4]) }.reduce(0, +)
                #expect(spent == answered * 1_050 && spent <= 10_000)

                let told = "vencejo_budget_alerts_total{scope=\"virtual_key\",percent=\"100\"} 1\n"
                var count = 0
                for _ in 0..<100 where count == 0 {
                    count = 0
                    for server in [first, second] {
                        if try await server.curl("/metrics", nil, key: first.key).body.contains(told) { count += 1 }
                    }
                }
                #expect(count == 1)
                let report = try await first.stage.vencejo("costs", "report", "--by", "key")
                #expect(
                    report.output.contains("the budget of $0.01 for the key 'shared' is used up"), "\(report.output)")
            }
        }
    }

    @Test("runs the user's hook when a budget is used up, and no hook of a project")
    func hook() async throws {
        try await Stage.with(wire: .openai, decide: { _, _ in .reply(FakeReply(text: "Forty-two.")) }) { stage in
            let hooks = stage.folder / "config/vencejo"
            try FileSystem.createDirectory(hooks)
            let told = stage.folder / "told.json"
            try FileSystem.write(
                "- { on: budget-alert, name: tell, run: 'cat > \(told)', sandbox: false }\n", to: hooks / "hooks.yaml")
            try FileSystem.write(
                "- { on: budget-alert, run: 'touch \(stage.folder)/project', sandbox: false }\n",
                to: stage.project / ".vencejo/hooks.yaml")
            try await GatewayStage.serve(on: stage) { gateway in
                let made = try await stage.vencejo("keys", "create", "poor", "--budget", "0.004", "--json")
                let key = try #require(try made.json["key"]?.stringValue)
                let answer = try await eventually {
                    try await gateway.curl("/v1/chat/completions", GatewayStage.question("One"), key: key)
                }
                #expect(answer.status == 200)
                let refused = try await gateway.curl(
                    "/v1/chat/completions", GatewayStage.question("Two"), key: key)
                #expect(refused.status == 402)
            }
            // The server has ended, and with it all that it had to tell.
            let call = try JSONValue(parsing: try FileSystem.readText(told))
            #expect(call["event"] == "budget-alert")
            #expect(call["budget"]?["key"] == "poor" && call["budget"]?["percent"] == 100)
            #expect(!FileSystem.exists(stage.folder / "project"))
        }
    }

    @Test(
        "makes no call that it cannot write down while the disk is full, and goes on when there is room",
        .enabled(if: SmallDisk.isPossible, "a small disk can be mounted by root only"))
    func fullDisk() async throws {
        try await Stage.with(
            wire: .openai, configuration: "cache: on", decide: { _, _ in .reply(FakeReply(text: "Forty-two.")) }
        ) { stage in
            try await SmallDisk.with(at: stage.home, megabytes: 24) {
                try await GatewayStage.serve(on: stage) { gateway in
                    let made = try await stage.vencejo("keys", "create", "held", "--budget", "5", "--json")
                    let key = try #require(try made.json["key"]?.stringValue)
                    let before = try await eventually {
                        try await gateway.curl("/v1/chat/completions", GatewayStage.question("Before"), key: key)
                    }
                    #expect(before.status == 200)
                    // What was in hand for calls to come is given back after some seconds without any.
                    try await Self.settled(gateway)
                    try await SmallDisk.fill(stage.home / "ballast", leavingKilobytes: 0)
                    var refusals: [GatewayStage.Answer] = []
                    for number in 0..<5 {
                        let answer = try await gateway.curl(
                            "/v1/chat/completions", GatewayStage.question("Meanwhile \(number)"), key: key)
                        if answer.status != 200 { refusals.append(answer) }
                    }
                    #expect(refusals.allSatisfy { $0.status == 503 }, "\(refusals.map(\.body))")
                    #expect(!refusals.isEmpty)
                    // Who was refused bought nothing.
                    #expect(stage.server.requestCount == 1 + 5 - refusals.count)

                    try FileSystem.remove(stage.home / "ballast")
                    var after = GatewayStage.Answer(status: 0, headers: "", body: "")
                    for number in 0..<100 where after.status != 200 {
                        after = try await gateway.curl(
                            "/v1/chat/completions", GatewayStage.question("After \(number)"), key: key)
                    }
                    #expect(after.status == 200)
                    // Every call that was answered is in the ledger, also of the time without room.
                    let lines = try await gateway.ledger(stage.server.requestCount)
                    #expect(lines.filter { $0[2] == "200" }.count == stage.server.requestCount)
                }
            }
        }
    }

    // MARK: - Waiting

    /// Waits until no money is held for calls to come.
    private static func settled(_ gateway: GatewayStage) async throws {
        let script = """
            import sqlite3, sys, time
            for _ in range(600):
                if not sqlite3.connect(sys.argv[1]).execute("select 1 from slices where held > 0").fetchall(): break
                time.sleep(0.1)
            """
        _ = try await Subprocess.Command(
            "python3", ["-c", script, (gateway.stage.home / "vencejo.db").string],
            environment: Subprocess.Command.inheritedEnvironment(), directory: gateway.stage.folder
        ).run()
    }

    /// Asks until a new key is known, which takes half a second at most.
    private func eventually(_ ask: () async throws -> GatewayStage.Answer) async throws -> GatewayStage.Answer {
        for _ in 0..<100 {
            let answer = try await ask()
            if answer.status != 401 { return answer }
        }
        return try await ask()
    }
}
