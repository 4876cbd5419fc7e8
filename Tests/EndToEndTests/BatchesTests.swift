import FakeModelServer
import Files
import JSON
import Subprocess
import Synchronization
import Testing

/// Batches that clients hand to the gateway (G2, G10): a process, real HTTP on both sides, the real SDKs.
@Suite("Batches of clients", .timeLimit(.minutes(20)))
struct BatchesTests {
    private static let batches = "batches: { gathering: 1s, poll: 1s, handover: 3s, arrival: 2s, entries: 5 }"
    private static let price = "{ input: 3.00, output: 15.00, batch_input: 1.50, batch_output: 7.50 }"
    /// An answer of 1000 tokens in and 100 out, at once and in a batch.
    private static let (full, half) = (4_500, 2_250)

    private func with(
        _ provider: String, wire: Stage.Wire = .openai,
        decide: @escaping @Sendable (ModelCall, Int) -> ModelBehaviour = { _, _ in .answer },
        _ body: @escaping @Sendable (GatewayStage) async throws -> Void
    ) async throws {
        try await GatewayStage.with(
            wire: wire, configuration: Self.batches, provider: provider, price: Self.price, decide: decide, body)
    }

    private static func entries(_ count: Int, model: String = "fake/fake-1") -> JSONValue {
        [
            "requests": .array(
                (0..<count).map { number in
                    [
                        "custom_id": .string("c\(number)"),
                        "params": GatewayStage.question("Entry number \(number)", model: model),
                    ]
                })
        ]
    }

    private func ended(_ gateway: GatewayStage, _ id: String, key: String? = nil) async throws -> JSONValue {
        while true {
            let found = try await gateway.curl("/v1/messages/batches/\(id)", nil, key: key)
            if try found.status != 200 || found.json["processing_status"] == "ended" { return try found.json }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    @Test(
        "serve the real SDKs, through the provider's batches and without",
        .enabled(if: clients != nil, "the Python packages anthropic and openai are not installed: see scripts/clients"),
        arguments: [", batches: on", ""], Stage.Wire.allCases)
    func sdks(provider: String, wire: Stage.Wire) async throws {
        try await with(provider, wire: wire) { gateway in
            let made = try await gateway.stage.vencejo("keys", "create", "other", "--json")
            let other = try #require(try made.json["key"]?.stringValue)
            while try await gateway.curl("/v1/models", nil, key: other).status != 200 {}
            let script =
                "\(#filePath)".split(separator: "/").dropLast(2).reduce("") { "\($0)/\($1)" }
                + "/Support/batch_clients.py"
            let result = try await Subprocess.Command(
                "python3", [script, gateway.address, gateway.key, other],
                environment: Subprocess.Command.inheritedEnvironment(changes: ["PYTHONPATH": Self.clients]),
                directory: gateway.stage.folder, limits: .init(time: .seconds(240), output: 1 << 20)
            ).run()
            #expect(result.succeeded, "\(result.stdout.text)\n\(result.stderr.text)")
            #expect(result.stdout.text.hasSuffix("33 checks passed\n"), "\(result.stdout.text)")
            #expect(gateway.stage.server.violations == [])
            #expect(gateway.stage.server.batchSizes.isEmpty == provider.isEmpty)
        }
    }

    @Test("cost a batch's price where they go into one, and are in the ledger", arguments: [", batches: on", ""])
    func money(provider: String) async throws {
        try await with(provider) { gateway in
            let made = try await gateway.curl("/v1/messages/batches", Self.entries(5))
            #expect(made.status == 200, "\(made.body)")
            _ = try await ended(gateway, try made.json["id"]?.stringValue ?? "")
            let lines = try await gateway.ledger(5)
            let cost = provider.isEmpty ? Self.full : Self.half
            #expect(lines.map { $0[4] } == Array(repeating: "\(cost)", count: 5))
            let report = try await gateway.stage.vencejo("costs", "report", "--json").json
            #expect(report["lines"]?[0]?["batch_calls"] == (provider.isEmpty ? 0 : 5))
            let hints = try await gateway.stage.vencejo("costs", "hints", "--json").json
            let saves = hints["hints"]?.arrayValue?.first { $0["reason"] == "batch" }?["saves_usd_micros"]
            // What went at once could have waited, and cost half in a batch.
            #expect(saves == (provider.isEmpty ? .integer(Int64(5 * (Self.full - Self.half))) : nil))
        }
    }

    @Test("are held to the budget and the models of their key", arguments: [", batches: on", ""])
    func limits(provider: String) async throws {
        try await with(provider) { gateway in
            let poor = try await key(gateway, "--budget", "0.001")
            let other = try await key(gateway, "--models", "other/*")
            for (key, type) in [(poor, "billing_error"), (other, "permission_error")] {
                let made = try await gateway.curl("/v1/messages/batches", Self.entries(4), key: key)
                let id = try made.json["id"]?.stringValue ?? ""
                let batch = try await ended(gateway, id, key: key)
                let results = try await gateway.curl("/v1/messages/batches/\(id)/results", nil, key: key)
                #expect(batch["request_counts"]?["errored"]?.intValue ?? 0 >= 1, "\(batch)")
                #expect(results.body.contains("\"type\":\"\(type)\""), "\(results.body)")
            }
        }
    }

    @Test("refuse what cannot be a batch, each in its API's shape")
    func refusals() async throws {
        try await with("") { gateway in
            let empty = try await gateway.curl("/v1/messages/batches", ["requests": []])
            #expect(empty.status == 400)
            #expect(
                try empty.json["error"]?["message"] == "requests: expected a list of requests that is not empty")
            let many = try await gateway.curl("/v1/messages/batches", Self.entries(6))
            #expect(
                try many.json["error"]?["message"]
                    == "requests: 6 requests are more than the 5 that one batch takes")
            var twice = Self.entries(1)
            twice = ["requests": .array((twice["requests"]?.arrayValue ?? []) + (twice["requests"]?.arrayValue ?? []))]
            let same = try await gateway.curl("/v1/messages/batches", twice)
            #expect(
                try same.json["error"]?["message"]
                    == "requests[1].custom_id: 'c0' is the id of an earlier request, too")
            let streamed: JSONValue = [
                "requests": [["custom_id": "s", "params": GatewayStage.question("x", stream: true)]]
            ]
            let stream = try await gateway.curl("/v1/messages/batches", streamed)
            #expect(
                try stream.json["error"]?["message"]?.stringValue?.hasPrefix("requests[0].params.stream: ") == true)
            let window = try await gateway.curl(
                "/v1/batches", ["input_file_id": "f", "endpoint": "/v1/responses", "completion_window": "1h"])
            #expect(window.status == 400)
            #expect(try window.json["error"]?["message"] == "completion_window: expected 24h")
            let nobody = try await gateway.curl("/v1/batches", nil, key: "vj-nobody")
            #expect(nobody.status == 401)
            let form = try await gateway.curl("/v1/files", nil, key: nil, "-F", "purpose=fine-tune", "-F", "file=abc")
            #expect(form.status == 400)
            let early = try await gateway.curl("/v1/messages/batches/msgbatch_1/results")
            #expect(early.status == 404)
        }
    }

    @Test(
        "that a killed server had in hand are answered once and paid once",
        arguments: [
            "served-batch.claimed", "served-batch.queued", "batch.submit.before", "batch.submit.after",
            "batch.poll.before", "batch.results.read", "batch.results.recorded", "served-batch.finish.before",
            "served-batch.finish.after",
        ])
    func killed(place: String) async throws {
        try await restart(at: place, provider: ", batches: on") { batch, gateway in
            #expect(batch["request_counts"]?["succeeded"] == 3, "\(batch)")
            #expect(gateway.stage.server.batchSizes.reduce(0, +) == 3)
            #expect(gateway.stage.server.purchases.values.reduce(0, +) == 3)
            let lines = try await gateway.ledger(3)
            #expect(lines.map { $0[4] } == Array(repeating: "\(Self.half)", count: 3))
        }
    }

    @Test("of which one was being asked when its server was killed do not ask for it again")
    func lost() async throws {
        try await restart(at: "served-batch.asked", provider: "") { batch, gateway in
            #expect(batch["request_counts"]?["succeeded"] == 2 && batch["request_counts"]?["errored"] == 1, "\(batch)")
            #expect(gateway.stage.server.purchases.values.reduce(0, +) == 2)
        }
    }

    /// Hands three entries to a server that dies at the place, and waits for their end at the next one.
    private func restart(
        at place: String, provider: String,
        _ body: @escaping @Sendable (JSONValue, GatewayStage) async throws -> Void
    ) async throws {
        try await Stage.with(
            wire: .openai, configuration: Self.batches, price: Self.price, provider: provider,
            decide: { _, _ in .reply(FakeReply(text: "Forty-two.")) }
        ) { stage in
            let known = Mutex("")
            try await GatewayStage.serve(on: stage, fault: "kill:\(place)") { gateway in
                known.withLock { $0 = gateway.key }
                // The server may die before it has answered this.
                _ = try await gateway.curl("/v1/messages/batches", Self.entries(3))
            }
            try await GatewayStage.serve(on: stage, key: known.withLock { $0 }) { gateway in
                let list = try await gateway.curl("/v1/messages/batches").json
                let id = try #require(list["data"]?[0]?["id"]?.stringValue)
                try await body(try await ended(gateway, id), gateway)
                #expect(gateway.stage.server.violations == [])
                #expect(gateway.stage.server.boughtTwice == [])
                // What was set aside for entries is given back.
                let held = try await Subprocess.Command(
                    "python3",
                    [
                        "-c",
                        "import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute('select count(*) from slices where server in (select call from served_batch_entries)').fetchone()[0])",
                        (stage.home / "vencejo.db").string,
                    ], environment: Subprocess.Command.inheritedEnvironment(), directory: stage.folder
                ).run()
                #expect(held.stdout.text == "0\n")
            }
        }
    }

    private func key(_ gateway: GatewayStage, _ options: String...) async throws -> String {
        let made = try await gateway.stage.command(
            ["keys", "create", "k\(UInt32.random(in: 0 ... .max))", "--json"] + options
        ).run()
        let key = try #require(try JSONValue(parsing: made.stdout.text)["key"]?.stringValue)
        while try await gateway.curl("/v1/messages/batches", nil, key: key).status == 401 {}
        return key
    }

    private static let clients = Subprocess.Command.inheritedEnvironment()["VENCEJO_TEST_CLIENTS"]
}
