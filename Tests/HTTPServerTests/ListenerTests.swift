import Files
import HTTPServer
import ServerHarness
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

struct ListenerTests {
    private func failure(_ listener: Listener) -> ServerError? {
        do throws(ServerError) {
            _ = try Server(ServerConfiguration([listener]), handler: readBody)
            return nil
        } catch {
            return error
        }
    }

    @Test func `A port that is taken is said to be`() async throws {
        try await withServer(readBody) { server async throws in
            let error = failure(Listener(.tcp(port: server.port)))
            #expect(error?.code == .addressInUse)
            #expect(
                error?.message
                    == "Cannot listen on 127.0.0.1:\(server.port): another program does; stop it or choose another address."
            )
        }
    }

    @Test(arguments: [
        (
            Listener.Address.tcp(host: "example.com", port: 0), ServerError.Code.invalidAddress,
            "'example.com' is not an IP"
        ),
        (.tcp(port: 70000), .invalidAddress, "Port 70000 is not"),
        (.tcp(host: "192.0.2.1", port: 0), .invalidAddress, "Cannot listen on 192.0.2.1:0: this machine does not"),
        (.unix("/nowhere/at/all.sock"), .invalidAddress, "Cannot listen on /nowhere/at/all.sock: its folder does not"),
        (
            .unix(FilePath("/tmp/" + String(repeating: "x", count: 120))), .invalidAddress,
            "The path of the socket /tmp/xxx"
        ),
    ])
    func `An address that is none is refused in one sentence`(
        _ address: Listener.Address, _ code: ServerError.Code, _ message: String
    ) {
        let error = failure(Listener(address))
        #expect(error?.code == code)
        #expect(error?.message.hasPrefix(message) == true)
    }

    @Test(.enabled(if: getuid() != 0)) func `A port that the user may not have is said to be`() {
        // Where the system lets everybody have it, there is nothing to test.
        guard let error = failure(Listener(.tcp(port: 1))) else { return }
        #expect(error.code == .notPermitted)
    }

    @Test func `localhost and the address of version 6 can be listened on`() async throws {
        var configuration = ServerConfiguration([Listener(.tcp(host: "localhost", port: 0))])
        try await withServer(readBody, configuration: configuration) { server async throws in
            #expect(server.server.addresses.map(\.description) == ["127.0.0.1:\(server.port)"])
        }
        configuration.listeners = [Listener(.tcp(host: "::1", port: 0))]
        do {
            let server = try Server(configuration, handler: readBody)
            #expect(server.addresses[0].description == "[::1]:\(server.addresses[0].port ?? 0)")
        } catch {
            #expect(error.code == .invalidAddress, "only a machine without version 6 may say no")
        }
    }

    @Test func `A socket file is served, private, and gone at the end`() async throws {
        try await FileSystem.withTemporaryDirectory { root async throws in
            let path = root / "v.sock"
            let configuration = ServerConfiguration([Listener(.unix(path))])
            let handler: Handler = { .text("from \($0.connection.peer)") }
            try await withServer(handler, configuration: configuration) { server async throws in
                #expect(server.server.addresses == [.unix(path.string)])
                var found = stat()
                #expect(lstat(path.string, &found) == 0 && found.st_mode & 0o777 == 0o600)
                let socket = try await RawSocket.connect(path: path.string)
                try await socket.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                #expect(try await socket.receiveAll().hasSuffix("from unix"))
                let second = failure(Listener(.unix(path)))
                #expect(second?.code == .addressInUse)
                #expect(second?.message.hasSuffix("another program does; stop it or choose another path.") == true)
            }
            #expect(!FileSystem.exists(path))
        }
    }

    @Test func `A socket file that nobody listens on is replaced, and another file is not`() async throws {
        try await FileSystem.withTemporaryDirectory { root async throws in
            let path = root / "v.sock"
            leaveStaleSocket(path)
            try await withServer(readBody, configuration: ServerConfiguration([Listener(.unix(path))])) {
                _ async throws in
                let socket = try await RawSocket.connect(path: path.string)
                try await socket.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                #expect(try await socket.receiveAll().hasSuffix("GET / 0"))
            }
            try FileSystem.write("precious", to: path)
            let error = failure(Listener(.unix(path)))
            #expect(error?.message.hasSuffix("it is a file and no socket; remove it or choose another.") == true)
            #expect(try FileSystem.readText(path) == "precious")
        }
    }

    /// What a server that was killed leaves.
    private func leaveStaleSocket(_ path: FilePath) {
        #if canImport(Glibc)
            let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        #else
            let descriptor = socket(AF_UNIX, SOCK_STREAM, 0)
        #endif
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.string.utf8) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        #expect(result == 0)
        close(descriptor)
    }
}
