import Files
import HTTPServer
import ServerHarness
import Subprocess
import Testing

/// The programs that these tests run.
private enum ForeignPrograms {
    static let environment = Command.inheritedEnvironment(changes: ["http_proxy": nil, "https_proxy": nil])

    static var areAvailable: Bool {
        ["curl", "openssl"].allSatisfy { FileSystem.which($0, searchPath: environment["PATH"] ?? "") != nil }
    }
}

/// curl and openssl, which know nothing of this server.
@Suite(.enabled(if: ForeignPrograms.areAvailable))
struct ForeignClientTests {
    private func curl(_ arguments: String...) async throws -> String {
        let fixed = ["--silent", "--show-error", "--noproxy", "*", "--max-time", "60"]
        let result = try await Command("curl", fixed + arguments, environment: ForeignPrograms.environment).run()
        return result.succeeded ? result.stdout.text : "curl: \(result.status) \(result.stderr.text)"
    }

    /// Makes a self-signed certificate for this machine.
    private func certificate(in root: FilePath) async throws -> Listener.TLS {
        let files = Listener.TLS(certificate: root / "cert.pem", key: root / "key.pem")
        let made = try await Command(
            "openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                "-keyout", files.key.string, "-out", files.certificate.string,
            ], environment: ForeignPrograms.environment
        ).run()
        #expect(made.succeeded, "\(made.stderr.text)")
        return files
    }

    private func withTLS(
        limits: (inout ServerConfiguration.Limits) -> Void = { _ in },
        _ body: (RunningServer, FilePath) async throws -> Void
    ) async throws {
        try await FileSystem.withTemporaryDirectory { root async throws in
            var configuration = hasty(limits)
            configuration.listeners = [Listener(.tcp(port: 0), tls: try await certificate(in: root))]
            let handler: Handler = { request in
                guard request.path == "/big" else {
                    let size = try await request.body.collect(upTo: .max).count
                    return .text("\(request.method) \(size) \(request.connection.isEncrypted)")
                }
                return .stream(type: "a/b") { writer in
                    for _ in 0..<100 { try await writer.write([UInt8](repeating: 120, count: 50_000)) }
                }
            }
            try await withServer(handler, configuration: configuration) { server async throws in
                try await body(server, root)
            }
        }
    }

    @Test func `curl reuses its connection`() async throws {
        try await withServer(readBody) { server async throws in
            let url = "http://127.0.0.1:\(server.port)"
            #expect(try await curl("\(url)/a", "\(url)/b", "\(url)/c") == "GET /a 0GET /b 0GET /c 0")
            #expect(server.server.statistics.acceptedConnections == 1)
        }
    }

    @Test func `curl uploads by length, in chunks, and after asking`() async throws {
        try await FileSystem.withTemporaryDirectory { root async throws in
            let file = root / "upload"
            try FileSystem.write([UInt8](repeating: 7, count: 3_000_000), to: file)
            try await withServer(readBody) { server async throws in
                let url = "http://127.0.0.1:\(server.port)/up"
                let put = "PUT /up 3000000"
                #expect(try await curl("--upload-file", file.string, url) == put)
                #expect(try await curl("-H", "Transfer-Encoding: chunked", "--upload-file", file.string, url) == put)
                #expect(try await curl("-H", "Expect: 100-continue", "--upload-file", file.string, url) == put)
            }
        }
    }

    @Test func `curl speaks to a socket file`() async throws {
        try await FileSystem.withTemporaryDirectory { root async throws in
            let path = root / "v.sock"
            try await withServer(readBody, configuration: ServerConfiguration([Listener(.unix(path))])) {
                _ async throws in
                #expect(try await curl("--unix-socket", path.string, "http://localhost/x") == "GET /x 0")
            }
        }
    }

    @Test(arguments: ["--tlsv1.3", "--tls-max=1.2"])
    func `curl trusts the certificate, uploads and downloads through TLS`(_ version: String) async throws {
        try await withTLS { server, root async throws in
            let url = "https://127.0.0.1:\(server.port)"
            let trust = "--cacert=\((root / "cert.pem").string)".split(separator: "=").map(String.init)
            let choice = version.split(separator: "=").map(String.init)
            func get(_ more: String...) async throws -> String {
                let fixed = ["--silent", "--show-error", "--noproxy", "*", "--max-time", "60"]
                let result = try await Command(
                    "curl", fixed + trust + choice + more, environment: ForeignPrograms.environment
                ).run()
                return result.succeeded ? result.stdout.text : "curl: \(result.status) \(result.stderr.text)"
            }
            #expect(try await get("\(url)/a", "\(url)/b") == "GET 0 trueGET 0 true")
            #expect(server.server.statistics.acceptedConnections == 1)
            let file = root / "upload"
            try FileSystem.write([UInt8](repeating: 7, count: 2_000_000), to: file)
            #expect(try await get("--upload-file", file.string, url) == "PUT 2000000 true")
            #expect(try await get("-o", "/dev/null", "-w", "%{size_download}", "\(url)/big") == "5000000")
        }
    }

    @Test func `A client that trusts nobody, or speaks TLS of old, or none, gets nothing`() async throws {
        try await withTLS { server, root async throws in
            let url = "https://127.0.0.1:\(server.port)"
            #expect(try await curl(url).hasPrefix("curl: "))
            #expect(try await curl("--insecure", "--tls-max", "1.1", url).hasPrefix("curl: "))
            #expect(try await curl("http://127.0.0.1:\(server.port)").hasPrefix("curl: "))
            #expect(try await curl("--insecure", url) == "GET 0 true")
        }
    }

    @Test func `A handshake that is not gone on with ends in time`() async throws {
        try await withTLS(limits: { $0.handshakeTime = .milliseconds(100) }) { server, _ async throws in
            let socket = try await server.connect()
            try await socket.send([0x16, 0x03, 0x01])
            #expect(try await socket.receiveAll() == "")
        }
    }

    @Test func `Certificates and keys that cannot be used are refused with their path`() async throws {
        try await FileSystem.withTemporaryDirectory { root async throws in
            let good = try await certificate(in: root)
            try FileSystem.createDirectory(root / "other")
            let other = try await certificate(in: root / "other")
            try FileSystem.write("nonsense", to: root / "bad.pem")
            let locked = try await Command(
                "openssl",
                [
                    "pkcs8", "-topk8", "-in", good.key.string, "-passout", "pass:secret", "-out",
                    (root / "locked.pem").string,
                ], environment: ForeignPrograms.environment
            ).run()
            #expect(locked.succeeded)
            func message(_ certificate: FilePath, _ key: FilePath) -> String {
                let listener = Listener(.tcp(port: 0), tls: Listener.TLS(certificate: certificate, key: key))
                do throws(ServerError) {
                    _ = try Server(ServerConfiguration([listener]), handler: readBody)
                    return "accepted"
                } catch {
                    #expect(error.code == .tls)
                    return error.message
                }
            }
            #expect(message(good.certificate, good.key) == "accepted")
            #expect(
                message(root / "none.pem", good.key)
                    == "The TLS certificate \((root / "none.pem").string) cannot be read (No such file or directory); check its path and mode."
            )
            #expect(
                message(root / "bad.pem", good.key).hasPrefix(
                    "\((root / "bad.pem").string) is not a certificate in PEM"))
            let key = "is not a private key in PEM, without a password, that belongs to \(good.certificate.string)"
            #expect(message(good.certificate, root / "bad.pem").hasPrefix("\((root / "bad.pem").string) \(key)"))
            #expect(message(good.certificate, root / "locked.pem").contains(key))
            #expect(message(good.certificate, other.key).hasPrefix("\(other.key.string) \(key)"))
        }
    }
}
