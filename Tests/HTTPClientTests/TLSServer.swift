import Files
import Subprocess

/// An HTTPS server of Node's, for what the loopback server cannot speak: TLS and HTTP/2.
struct TLSServer {
    let baseURL: String
    /// The self-signed certificate, its own authority.
    let certificate: FilePath

    private static let environment = Command.inheritedEnvironment()

    /// Whether this machine has what it takes.
    static var isAvailable: Bool {
        ["node", "openssl"].allSatisfy {
            FileSystem.which($0, searchPath: environment["PATH"] ?? "") != nil
        }
    }

    /// Runs the server for as long as `body` runs.
    static func with(_ body: (TLSServer) async throws -> Void) async throws {
        try await FileSystem.withTemporaryDirectory { root async throws in
            let certificate = root / "cert.pem"
            let made = try await Command(
                "openssl",
                [
                    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                    "-keyout", (root / "key.pem").string, "-out", certificate.string,
                ], environment: environment
            ).run()
            guard made.succeeded else { throw Failure(description: "openssl: \(made.stderr.text)") }
            let node = Command("node", ["-e", script], environment: environment, directory: root)
            let (lines, output) = AsyncStream.makeStream(of: String.self)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    let result = try await node.run { output.yield("\($0) \(String(decoding: $1, as: UTF8.self))") }
                    output.yield("ended \(result.status) \(result.stderr.text)")
                    output.finish()
                }
                var iterator = lines.makeAsyncIterator()
                let first = await iterator.next() ?? "no output"
                guard first.hasPrefix("stdout "), let port = Int(first.dropFirst(7).prefix { $0.isNumber }) else {
                    throw Failure(description: "node: \(first)")
                }
                try await body(TLSServer(baseURL: "https://127.0.0.1:\(port)", certificate: certificate))
                group.cancelAll()
            }
        }
    }

    private struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private static let script = """
        const fs = require('fs');
        let connections = 0;
        const options = { key: fs.readFileSync('key.pem'), cert: fs.readFileSync('cert.pem'), allowHTTP1: true };
        const server = require('http2').createSecureServer(options, (request, response) => {
            if (request.url === '/big') response.end(Buffer.alloc(8 << 20, 7));
            else if (request.url === '/connections') response.end(String(connections));
            else if (request.url === '/cut') { response.write('part'); setImmediate(() => response.stream.close(2)); }
            else request.on('data', () => {}).on('end', () => response.end(request.method + ' ' + request.httpVersion));
        });
        server.on('secureConnection', () => connections++);
        server.listen(0, '127.0.0.1', () => process.stdout.write(server.address().port + '\\n'));
        """
}
