import FakeModelServer
import Files
import JSON
import Subprocess
import Synchronization
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A `vencejo serve` in a process of its own, in front of the fake model server, and clients for it.
struct GatewayStage: Sendable {
    let stage: Stage
    /// `http://127.0.0.1:PORT`.
    let address: String
    /// The first key, which the server made for itself.
    let key: String
    private let pidFile: FilePath

    struct Answer: Sendable {
        var status: Int
        var headers: String
        var body: String

        var json: JSONValue {
            get throws { try JSONValue(parsing: body) }
        }
    }

    /// Lends a server that is ready; it is ended with SIGTERM behind the body, and has to end well.
    static func with(
        wire: Stage.Wire = .openai, configuration: String = "", provider: String = "",
        price: String = "{ input: 3.00, output: 15.00 }", reply: FakeReply = FakeReply(text: "Forty-two."),
        decide: @escaping @Sendable (ModelCall, Int) -> ModelBehaviour = { _, _ in .answer },
        _ body: @escaping @Sendable (GatewayStage) async throws -> Void
    ) async throws {
        try await Stage.with(
            wire: wire, configuration: configuration, price: price, provider: provider,
            decide: { call, number in
                let behaviour = decide(call, number)
                if case .answer = behaviour { return .reply(reply) }
                return behaviour
            }
        ) { stage in try await serve(on: stage, body) }
    }

    /// Lends a server on a stage.
    ///
    /// - Parameters:
    ///   - fault: where it dies; then the body is not waited for longer than that, and it need not end well.
    ///   - key: of a server that was there before, as only the first one makes a key.
    static func serve(
        on stage: Stage, fault: String? = nil, key: String? = nil,
        _ body: @escaping @Sendable (GatewayStage) async throws -> Void
    ) async throws {
        let pidFile = stage.folder / "serve-\(UInt64.random(in: 0 ... .max)).pid"
        let told = AsyncStream<JSONValue>.makeStream()
        let first = FirstLine()
        var command = stage.command(["serve", "--port", "0", "--json"], changes: ["VENCEJO_FAULT": fault])
        command.arguments =
            ["-c", "echo $$ > \"$0\"; exec \"$@\"", pidFile.string, command.executable] + command.arguments
        command.executable = "/bin/sh"
        let served = command
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                let result = try await served.run { stream, bytes in
                    guard stream == .stdout else { return }
                    let line = first.line(with: bytes)
                    if let line, let object = try? JSONValue(parsing: line) { told.continuation.yield(object) }
                }
                told.continuation.finish()
                #expect(result.status == (fault == nil ? .exited(0) : .signaled(9)), "\(result.stderr.text)")
            }
            group.addTask {
                var found: JSONValue?
                for await object in told.stream {
                    found = object
                    break
                }
                let ready = try #require(found, "the server did not say where it is")
                let gateway = GatewayStage(
                    stage: stage, address: try #require(ready["address"]?.stringValue),
                    key: key ?? ready["key"]?.stringValue ?? "", pidFile: pidFile)
                do {
                    try await body(gateway)
                } catch {
                    gateway.stop()
                    throw error
                }
                if fault == nil { gateway.stop() }
            }
            try await group.waitForAll()
        }
    }

    /// The same server by another address.
    init(_ other: GatewayStage, address: String) {
        self.init(stage: other.stage, address: address, key: other.key, pidFile: other.pidFile)
    }

    private init(stage: Stage, address: String, key: String, pidFile: FilePath) {
        self.stage = stage
        self.address = address
        self.key = key
        self.pidFile = pidFile
    }

    private func stop() {
        guard let text = try? FileSystem.readText(pidFile), let pid = Int32(text.prefix { $0.isNumber }) else { return }
        kill(pid, SIGTERM)
    }

    // MARK: - Clients

    /// One request by curl.
    func curl(_ path: String, _ body: JSONValue? = nil, key: String? = nil, _ more: String...) async throws -> Answer {
        var arguments = [
            "-sS", "-i", "-N", "--http1.1", address + path, "-H", "Authorization: Bearer \(key ?? self.key)",
        ]
        if body != nil { arguments += ["--data-binary", "@-", "-H", "Expect:"] }
        var command = Subprocess.Command(
            "curl", arguments + more, environment: Subprocess.Command.inheritedEnvironment(), directory: stage.folder,
            limits: .init(time: .seconds(120), output: 8 << 20))
        if let body { command.input = .bytes(body.bytes()) }
        let result = try await command.run()
        let text = result.stdout.text.replacing("\r\n", with: "\n")
        guard let end = text.firstRange(of: "\n\n") else { return Answer(status: 0, headers: "", body: text) }
        let head = String(text[..<end.lowerBound])
        let status = head.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return Answer(status: status, headers: head.lowercased(), body: String(text[end.upperBound...]))
    }

    /// A chat with one question.
    static func question(_ text: String, model: String = "fake/fake-1", stream: Bool = false) -> JSONValue {
        [
            "model": .string(model), "max_tokens": 50, "temperature": 0, "stream": .bool(stream),
            "messages": [["role": "user", "content": .string(text)]],
        ]
    }

    /// The lines of the ledger, the last first, once there are so many; they are written within a tenth of a second.
    func ledger(_ count: Int) async throws -> [[String]] {
        let script = """
            import sqlite3, sys, time
            for _ in range(200):
                rows = sqlite3.connect(sys.argv[1]).execute(
                    "select asked, model, status, cache, amount from served_calls order by position desc").fetchall()
                if len(rows) >= int(sys.argv[2]): break
                time.sleep(0.05)
            for row in rows: print("|".join(str(value) for value in row))
            """
        let result = try await Subprocess.Command(
            "python3", ["-c", script, (stage.home / "vencejo.db").string, "\(count)"],
            environment: Subprocess.Command.inheritedEnvironment(), directory: stage.folder
        ).run()
        return result.stdout.text.split(separator: "\n").map { line in
            line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        }
    }
}

/// Gathers output until its first line is whole.
private final class FirstLine: Sendable {
    private let pending = Mutex<[UInt8]>([])

    func line(with bytes: [UInt8]) -> String? {
        pending.withLock { pending in
            pending += bytes
            return pending.contains(10) ? String(decoding: pending, as: UTF8.self) : nil
        }
    }
}
