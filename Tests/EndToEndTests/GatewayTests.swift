import FakeModelServer
import Files
import JSON
import LoopbackHTTP
import Subprocess
import Testing

/// The gateway as others use it (G2, G5, G7–G9, G11, X1): a process, real HTTP on both sides, clients of others.
@Suite("The served gateway", .timeLimit(.minutes(15)))
struct GatewayTests {
    @Test("answers in each API's own form, whichever form its provider speaks", arguments: Stage.Wire.allCases)
    func formats(wire: Stage.Wire) async throws {
        try await GatewayStage.with(wire: wire) { gateway in
            let chat = try await gateway.curl("/v1/chat/completions", GatewayStage.question("First question"))
            #expect(chat.status == 200)
            #expect(try chat.json["choices"]?[0]?["message"]?["content"] == "Forty-two.")
            #expect(chat.headers.contains("\nx-request-id: req_"))

            let messages = try await gateway.curl("/v1/messages", GatewayStage.question("Second question"))
            #expect(try messages.json["content"]?[0]?["text"] == "Forty-two.")
            #expect(try messages.json["stop_reason"] == "end_turn")

            let responses = try await gateway.curl(
                "/v1/responses", ["model": "fake/fake-1", "input": "Third question", "max_output_tokens": 50])
            #expect(try responses.json["output"]?[0]?["content"]?[0]?["text"] == "Forty-two.")

            let stream = try await gateway.curl("/v1/messages", GatewayStage.question("Fourth question", stream: true))
            #expect(stream.headers.contains("content-type: text/event-stream"))
            #expect(
                stream.body.contains("event: message_start\n")
                    && stream.body.hasSuffix("{\"type\":\"message_stop\"}\n\n"))
            let pieces = try await gateway.curl(
                "/v1/chat/completions", GatewayStage.question("Fifth question", stream: true))
            #expect(pieces.body.hasSuffix("data: [DONE]\n\n"))
            #expect(gateway.stage.server.violations == [])
            #expect(gateway.stage.server.requestCount == 5)

            let list = try await gateway.curl("/v1/models")
            #expect(try list.json["data"]?[0]?["id"] == "fake/fake-1")
            let counted = try await gateway.curl("/v1/messages/count_tokens", GatewayStage.question("How many?"))
            // Anthropic counts; where nobody does, our own count stands in, and says so.
            let isCounted = wire == .anthropic
            #expect(counted.headers.contains("x-vencejo-token-count: \(isCounted ? "provider" : "estimate")"))
            #expect(try isCounted == (counted.json["input_tokens"] == 1234))
            #expect(try counted.json["input_tokens"]?.intValue ?? 0 > 3)
            let other = try await gateway.curl(
                "/v1/messages/count_tokens", GatewayStage.question("How many?", model: "fake-2"))
            #expect(other.status == 404)
        }
    }

    @Test("refuses in each API's own shape, with the place and the way out")
    func refusals() async throws {
        try await GatewayStage.with { gateway in
            let unknown = try await gateway.curl("/v1/messages", GatewayStage.question("x"), key: "vj-nobody")
            #expect(unknown.status == 401)
            #expect(try unknown.json["type"] == "error" && unknown.json["error"]?["type"] == "authentication_error")
            let broken = try await gateway.curl(
                "/v1/messages",
                [
                    "model": "fake/fake-1", "max_tokens": 5,
                    "messages": [["role": "user", "content": [["type": "text"]]]],
                ])
            #expect(broken.status == 400)
            #expect(
                try broken.json["error"]?["message"]?.stringValue?.contains("messages[0].content[0].text") == true,
                "\(broken.body)")
            let model = try await gateway.curl("/v1/chat/completions", GatewayStage.question("x", model: "fake-2"))
            #expect(model.status == 404)
            #expect(
                try model.json["error"]?["message"]
                    == "there is no model 'fake-2' here; did you mean 'fake-1'?")
            #expect(try model.json["error"]?["code"] == "model_not_found")
            for (path, type) in [("/v1/messages", "request_too_large"), ("/v1/responses", "invalid_request_error")] {
                let large = try await gateway.curl(path, "{}", key: nil, "-H", "Content-Length: 99999999")
                #expect(large.status == 413)
                #expect(large.headers.contains("\nx-request-id: req_"))
                #expect(try large.json["error"]?["type"]?.stringValue == type, "\(large.body)")
            }
            let nothing = try await gateway.curl("/v1/nothing")
            #expect(nothing.status == 404)
            let method = try await gateway.curl("/v1/messages")
            #expect(method.status == 405 && method.headers.contains("allow: "))
            let named = try await gateway.curl("/v1/models", nil, key: nil, "-H", "Host: evil.example")
            #expect(named.status == 403)
            let page = try await gateway.curl("/v1/models", nil, key: nil, "-H", "Origin: http://evil.example")
            #expect(page.status == 403)
            #expect(try page.json["error"]?["message"]?.stringValue?.contains("evil.example") == true)
            let open = try await gateway.curl("/metrics", nil, key: "none")
            #expect(open.status == 401)
            #expect(gateway.stage.server.requestCount == 0)
        }
    }

    @Test("gives an answer again without buying it, as a stream where a stream is asked for")
    func cache() async throws {
        try await GatewayStage.with(configuration: "cache: on") { gateway in
            for stream in [false, false, true] {
                let answer = try await gateway.curl(
                    "/v1/chat/completions", GatewayStage.question("The same question", stream: stream))
                #expect(answer.status == 200 && answer.body.contains("Forty-two."))
            }
            let fresh = try await gateway.curl(
                "/v1/chat/completions", GatewayStage.question("The same question"), key: nil, "-H",
                "Cache-Control: no-cache")
            #expect(fresh.status == 200)
            #expect(gateway.stage.server.requestCount == 2)
            let other = try await gateway.stage.vencejo("keys", "create", "other", "--json").json["key"]?.stringValue
            // Another key's answers are its own, and so is what becomes of them.
            for path in ["/metrics", "/api/v1/cache/stats"] {
                let closed = try await eventually { try await gateway.curl(path, nil, key: other) }
                #expect(closed.status == 403 && closed.body.contains("--operator"), "\(closed.body)")
            }
            let apart = try await eventually {
                try await gateway.curl("/v1/chat/completions", GatewayStage.question("The same question"), key: other)
            }
            #expect(apart.status == 200)
            #expect(gateway.stage.server.requestCount == 3)
            let lines = try await gateway.ledger(5)
            #expect(lines.map { $0[3] } == ["miss", "miss", "exact", "exact", "miss"])
            #expect(lines.dropFirst(2).first?[4] == "0")
            let stats = try await gateway.curl("/api/v1/cache/stats")
            #expect(stats.status == 200)
            let metrics = try await gateway.curl("/metrics")
            #expect(metrics.body.contains("vencejo_response_cache_total{outcome=\"exact\"} 2\n"))
        }
    }

    @Test("never lets a key spend more than it may")
    func budget() async throws {
        try await GatewayStage.with { gateway in
            let made = try await gateway.stage.vencejo("keys", "create", "poor", "--budget", "0.001", "--json")
            let key = try #require(try made.json["key"]?.stringValue)
            // A question may cost $15 a million tokens out of 50: 66 fit into a tenth of a cent less what they put in.
            var statuses: [Int] = []
            _ = try await eventually {
                try await gateway.curl("/v1/chat/completions", GatewayStage.question("Question 0"), key: key)
            }
            for number in 1...12 {
                statuses.append(
                    try await gateway.curl(
                        "/v1/chat/completions", GatewayStage.question("Question \(number)"), key: key
                    ).status)
            }
            #expect(statuses.contains(402) && statuses.last == 402)
            let report = try await gateway.stage.vencejo("costs", "report", "--by", "key", "--json")
            #expect(report.status == 0, "\(report.errors)")
            let refused = try await gateway.curl(
                "/v1/messages", GatewayStage.question("One more question"), key: key)
            #expect(try refused.json["error"]?["message"]?.stringValue?.contains("$0.001") == true, "\(refused.body)")
        }
    }

    @Test("holds a key to its models, by whatever name they are asked")
    func models() async throws {
        try await GatewayStage.with(configuration: "serve: { aliases: { fast: fake/fake-1 } }") { gateway in
            for (pattern, expected) in [("fake/*", 200), ("other/*", 403)] {
                let made = try await gateway.stage.vencejo(
                    "keys", "create", "k\(expected)", "--models", pattern, "--json")
                let key = try #require(try made.json["key"]?.stringValue)
                for name in ["fake/fake-1", "fake-1", "fast"] {
                    let answer = try await eventually {
                        try await gateway.curl(
                            "/v1/chat/completions", GatewayStage.question("\(name) \(expected) here", model: name),
                            key: key)
                    }
                    #expect(answer.status == expected, "\(pattern) \(name): \(answer.body)")
                }
            }
        }
    }

    @Test("stops the upstream call of a client that goes away, and charges what was used")
    func disconnect() async throws {
        try await GatewayStage.with(decide: { call, _ in call.step.hasPrefix("held") ? .stall : .answer }) { gateway in
            _ = try await gateway.curl(
                "/v1/chat/completions", GatewayStage.question("Held question", stream: true), key: nil, "--max-time",
                "2")
            await gateway.stage.server.deserted.opened()
            let lines = try await gateway.ledger(1)
            #expect(lines.first.map { Array($0[0...2]) } == ["fake/fake-1", "fake/fake-1", "499"])
            #expect(lines.first?[4] != "0")
        }
    }

    @Test("goes on with the model that stands in, and says what became of both")
    func fallback() async throws {
        let configuration = """
            serve: { aliases: { claude-sonnet-4-5: fake/fake-1 } }
            """
        try await GatewayStage.with(
            configuration: configuration,
            decide: { call, number in
                number == 1 ? .status(529, headers: [], body: "{\"error\":{\"message\":\"busy\"}}") : .answer
            }
        ) { gateway in
            let answer = try await gateway.curl(
                "/v1/messages", GatewayStage.question("Alias question", model: "claude-sonnet-4-5"))
            #expect(answer.status == 200)
            #expect(gateway.stage.server.requestCount == 2)
            let metrics = try await gateway.curl("/metrics")
            #expect(metrics.body.contains("vencejo_retries_total{model=\"fake/fake-1\"} 1\n"))
        }
    }

    @Test("asks again by its own rules where a kept connection breaks, and counts what may have been bought")
    func brokenConnection() async throws {
        try await GatewayStage.with(decide: { _, number in number == 2 ? .drop : .answer }) { gateway in
            for name in ["First", "Second"] {
                let answer = try await gateway.curl(
                    "/v1/chat/completions", GatewayStage.question("\(name) question"))
                #expect(answer.status == 200, "\(answer.body)")
            }
            // curl's own retry would make them four.
            #expect(gateway.stage.server.requestCount == 3)
            let lines = try await gateway.ledger(2)
            let costs = lines.compactMap { Int($0[4]) }
            #expect(costs.count == 2 && costs[0] > costs[1], "\(lines)")
            let metrics = try await gateway.curl("/metrics")
            #expect(metrics.body.contains("vencejo_retries_total{model=\"fake/fake-1\"} 1\n"))
            let reason = "vencejo_attempt_failures_total{model=\"fake/fake-1\",code=\"streamCut\"} 1\n"
            #expect(metrics.body.contains(reason))
        }
    }

    @Test(
        "serves the real SDKs of Anthropic and OpenAI",
        .enabled(if: clients != nil, "the Python packages anthropic and openai are not installed: see scripts/clients"))
    func sdks() async throws {
        try await GatewayStage.with { gateway in
            let script =
                "\(#filePath)".split(separator: "/").dropLast(2).reduce("") { "\($0)/\($1)" }
                + "/Support/gateway_clients.py"
            let result = try await Subprocess.Command(
                "python3", [script, gateway.address, gateway.key],
                environment: Subprocess.Command.inheritedEnvironment(changes: ["PYTHONPATH": Self.clients]),
                directory: gateway.stage.folder, limits: .init(time: .seconds(180), output: 1 << 20)
            ).run()
            #expect(result.succeeded, "\(result.stdout.text)\n\(result.stderr.text)")
            #expect(result.stdout.text.hasSuffix("14 checks passed\n"))
        }
    }

    private static let clients = Subprocess.Command.inheritedEnvironment()["VENCEJO_TEST_CLIENTS"]

    /// Asks until a new key is known, which takes half a second at most.
    private func eventually(_ ask: () async throws -> GatewayStage.Answer) async throws -> GatewayStage.Answer {
        for _ in 0..<100 {
            let answer = try await ask()
            if answer.status != 401 { return answer }
        }
        return try await ask()
    }
}
