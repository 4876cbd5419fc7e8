import Files
import LoopbackHTTP
import Subprocess
import Testing

/// The way out of a real sandbox, through the real program's forwarder and proxy.
@Suite("A sandbox with an allow-list", .timeLimit(.minutes(15)))
struct SandboxNetworkTests {
    private static let isConfined = FileSystem.which("bwrap", searchPath: path) != nil
    private static let path = Subprocess.Command.inheritedEnvironment()["PATH"] ?? "/usr/bin:/bin"
    private static let refusal =
        "example.invalid:80 is not among the hosts that commands may reach; if it should be, list it under sandbox.allow."

    /// A program that fetches; each line says what came of one address.
    enum Client: String, Sendable, CaseIterable {
        case curl, python3

        static let installed = allCases.filter { FileSystem.which($0.rawValue, searchPath: path) != nil }

        func script(port: Int) -> String {
            switch self {
            // What runs on the sandbox's own loopback is reached without the proxy, unless that is switched off.
            case .curl:
                """
                get() { echo "$1 $(curl -sS --max-time 60 --noproxy "$2" "$3" 2>/dev/null || echo "failed $?")"; }
                get literal "" http://127.0.0.1:\(port)/literal
                get name "" http://localhost:\(port)/name
                get other "" http://example.invalid/
                get direct "*" http://127.0.0.1:\(port)/direct
                exit 3
                """
            case .python3:
                """
                python3 - <<'END'
                import os, urllib.request, urllib.error
                way = {"http": os.environ["http_proxy"]}
                for name in ["no_proxy", "NO_PROXY"]: del os.environ[name]
                for what, proxies, url in [
                    ("literal", way, "http://127.0.0.1:\(port)/literal"), ("name", way, "http://localhost:\(port)/name"),
                    ("other", way, "http://example.invalid/"), ("direct", {}, "http://127.0.0.1:\(port)/direct")]:
                    try:
                        opener = urllib.request.build_opener(urllib.request.ProxyHandler(proxies))
                        said = opener.open(url, timeout=60).read().decode().strip()
                    except urllib.error.HTTPError as error: said = error.read().decode().strip()
                    except OSError: said = "failed 7"
                    print(what, said, flush=True)
                END
                exit 3
                """
            }
        }
    }

    @Test(
        "lets a command reach what is listed, says why not the rest, and has no other way",
        .enabled(if: isConfined, "bubblewrap is not installed"),
        .enabled(if: !Client.installed.isEmpty, "neither curl nor python3 is installed"),
        arguments: Client.installed.prefix(2))
    func allowList(client: Client) async throws {
        let server = try LoopbackServer { request, exchange in
            exchange.respond(200, [("Content-Type", "text/plain")], body: "served \(request.path)\n")
        }
        defer { server.stop() }
        let configuration = """
            verify: ["sh fetch.sh"]
            sandbox:
              network: allow-list
              allow: ["127.0.0.1:\(server.port)", "localhost:\(server.port)", "[::1]:\(server.port)"]
            """
        try await Stage.with(configuration: configuration) { stage in
            try FileSystem.write(client.script(port: server.port), to: stage.project / "fetch.sh")
            // A path too long for a socket: the proxy has to find a shorter one.
            let long = stage.folder / String(repeating: "long", count: 30)
            try FileSystem.createDirectory(long)
            let outcome = try await stage.vencejo("verify", "--json", changes: ["TMPDIR": long.string])
            #expect(outcome.status == 1, "\(outcome.errors)")
            for line in [
                "literal served /literal", "name served /name", "other vencejo: \(Self.refusal)", "direct failed 7",
                "[sandbox] \(Self.refusal)",
            ] { #expect(outcome.output.contains(line), "\(outcome.output)") }
            #expect(server.requests.map(\.path) == ["/literal", "/name"])
        }
    }
}
