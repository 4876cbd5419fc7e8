import Files
import InternetAddresses
import Policy
import Subprocess
import Synchronization
import Testing

@testable import Workbench

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A server on the loopback that answers each connection with `served` and what it was told, then ends.
struct EchoServer {
    let server: SocketServer
    let port: UInt16
    let heads: SharedTexts

    final class SharedTexts: Sendable {
        private let texts = Mutex<[String]>([])
        func append(_ text: String) { texts.withLock { $0.append(text) } }
        var all: [String] { texts.withLock(\.self) }
    }

    init() throws {
        let (listener, port) = try Sockets.listen(onLoopback: 0)
        let heads = SharedTexts()
        self.port = port
        self.heads = heads
        server = try #require(
            SocketServer(listener: listener) { connection in
                let head = RawClient.read(connection.file, until: "\r\n\r\n")
                heads.append(head)
                RawClient.write(
                    connection.file, "HTTP/1.1 200 OK\r\nContent-Length: 7\r\nConnection: close\r\n\r\nserved\n")
            })
    }
}

/// A client that says a text and reads to the end.
enum RawClient {
    static func ask(_ place: FilePath, _ text: String) throws -> String {
        let file = try Sockets.connect(to: place)
        defer { close(file) }
        write(file, text)
        return read(file, until: nil)
    }

    static func write(_ file: Int32, _ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = Sockets.write(file, rest) ?? 0
            if count < 0 { return }
            rest = rest.dropFirst(count)
        }
    }

    static func read(_ file: Int32, until mark: String?) -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            var polled = [pollfd(fd: file, events: Int16(POLLIN), revents: 0)]
            poll(&polled, 1, -1)
            guard let count = Sockets.read(file, into: &buffer) else { continue }
            if count > 0 { bytes += buffer[..<count] }
            let text = String(decoding: bytes, as: UTF8.self)
            if count <= 0 || mark.map({ text.contains($0) }) == true { return text }
        }
    }
}

@Suite struct HostAllowListTests {
    private func decide(
        _ host: String, _ port: UInt16 = 443, list: [String], _ addresses: [String] = ["93.184.216.34"]
    ) throws -> HostAllowList.Decision {
        HostAllowList(try list.map { try HostPattern($0) }).decide(host: host, port: port) { _ in
            addresses.compactMap { IPAddress($0) }
        }
    }

    @Test(
        arguments: [
            ("example.org", 443, ["example.org"]), ("example.org", 80, ["example.org"]),
            ("a.b.example.org", 443, ["*.example.org"]), ("example.org", 8443, ["example.org:8443"]),
            ("example.org", 443, ["other.org", "EXAMPLE.org."]),
        ] as [(String, UInt16, [String])])
    func `A listed host is reached at the address it has`(host: String, port: UInt16, list: [String]) throws {
        #expect(try decide(host, port, list: list) == .allow([try #require(IPAddress("93.184.216.34"))]))
    }

    @Test(
        arguments: [
            ("example.org", 443, []), ("example.org", 22, ["example.org"]), ("example.org", 443, ["*.example.org"]),
            ("badexample.org", 443, ["*.example.org", "example.org"]), ("example.org.evil.net", 443, ["example.org"]),
            ("example.org", 443, ["example.org:8443"]), ("93.184.216.34", 443, ["example.org"]),
            ("169.254.169.254", 80, ["*.example.org"]), ("127.0.0.1", 80, ["localhost"]),
        ] as [(String, UInt16, [String])])
    func `A host that is not listed is refused before its name is looked up`(
        host: String, port: UInt16, list: [String]
    ) throws {
        let decision = HostAllowList(try list.map { try HostPattern($0) }).decide(host: host, port: port) { name in
            Issue.record("\(name) was looked up")
            return []
        }
        let reason =
            "\(host):\(port) is not among the hosts that commands may reach; if it should be, list it under sandbox.allow."
        #expect(decision == .refuse(reason))
    }

    @Test(arguments: [
        "127.0.0.1", "127.9.9.9", "10.1.2.3", "172.16.0.1", "172.31.255.1", "192.168.1.1", "169.254.169.254", "0.0.0.0",
        "100.64.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "fd12::1", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:10.0.0.1", "64:ff9b::10.0.0.1", "2002:7f00:1::",
        "::127.0.0.1", "2001:db8::1", "2001::1", "fec0::1",
    ])
    func `A listed name that leads within is refused, whatever else it leads to`(address: String) throws {
        #expect(try #require(IPAddress(address)).isPublic == false)
        guard case .refuse(let reason) = try decide("example.org", list: ["example.org"], ["93.184.216.34", address])
        else {
            Issue.record("\(address) was allowed")
            return
        }
        #expect(reason.contains("which is in a private network or this machine"))
    }

    @Test func `An inner address is reached where it is listed itself`() throws {
        let inner = try #require(IPAddress("10.0.0.7"))
        #expect(try decide("10.0.0.7", 8080, list: ["10.0.0.7:8080"]) == .allow([inner]))
        #expect(
            try decide("build.example.org", 8080, list: ["build.example.org:8080", "10.0.0.7:8080"], ["10.0.0.7"])
                == .allow([inner]))
        #expect(try decide("::1", 8080, list: ["[0:0:0:0:0:0:0:1]:8080"]) == .allow([try #require(IPAddress("::1"))]))
    }

    @Test(arguments: ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "172.32.0.1", "100.128.0.1", "2a00:1450::1"])
    func `Addresses of the open internet are told from inner ones`(address: String) throws {
        #expect(try #require(IPAddress(address)).isPublic)
    }

    @Test(arguments: [
        "", "http://example.org", "example.org/path", "example.org:0", "example.org:99999", "exa mple.org", "*",
        "*.org:x", "a.*.org", "-a.org", "127.1", "0x7f000001", "2130706433", "user@example.org",
        "*.10.0.0.1", "[::1", "::1:80x", "example.org:80:80",
    ])
    func `What is no host is refused when the list is read`(text: String) {
        #expect(throws: PolicyError.self) { try HostPattern(text) }
    }
}

@Suite struct ProxyRequestTests {
    private func read(_ text: String) throws -> ProxyRequest { try ProxyRequest(head: Array(text.utf8)) }

    @Test func `A tunnel says its host and port`() throws {
        let request = try read("CONNECT Example.ORG:443 HTTP/1.1\r\nHost: other.org\r\n\r\n")
        #expect(request.host == "example.org")
        #expect(request.port == 443)
        #expect(request.forwarded == nil)
    }

    @Test func `Plain HTTP is passed on for the host in its address alone`() throws {
        let request = try read(
            "GET http://example.org:8080/a?b HTTP/1.1\r\nHost: evil.net\r\nProxy-Authorization: x\r\nAccept: */*\r\nConnection: keep-alive\r\n\r\n"
        )
        #expect(request.host == "example.org")
        #expect(request.port == 8080)
        #expect(
            request.forwarded.map { String(decoding: $0, as: UTF8.self) }
                == "GET /a?b HTTP/1.1\r\nHost: example.org:8080\r\nAccept: */*\r\nConnection: close\r\n\r\n")
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\n\r\n", "GET /x\r\n\r\n", "\r\n\r\n", "CONNECT example.org HTTP/1.1\r\n\r\n",
        "CONNECT example.org:0 HTTP/1.1\r\n\r\n", "CONNECT 127.1:80 HTTP/1.1\r\n\r\n",
        "CONNECT 0x7f.1:80 HTTP/1.1\r\n\r\n", "CONNECT 2130706433:80 HTTP/1.1\r\n\r\n",
        "GET http://user@example.org/ HTTP/1.1\r\n\r\n", "GET https://example.org/ HTTP/1.1\r\n\r\n",
        "GET http://example.org/\nX: y HTTP/1.1\r\n\r\n", "GET http://a.org/ HTTP/1.1\r\nA : b\r\n\r\n",
        "GET http://a.org/ HTTP/1.1\r\n folded\r\n\r\n", "GET http://a.org/ HTTP/2\r\n\r\n",
        "POST http://a.org/ HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "GET http://a.org/ HTTP/1.1\r\nA: b\rc\r\n\r\n", "GET http://a.org\0.b/ HTTP/1.1\r\n\r\n",
        "GET http://a.org#@b.org/ HTTP/1.1\r\n\r\n", "G T http://a.org/ HTTP/1.1\r\n\r\n",
    ])
    func `What is not plain is refused`(text: String) {
        #expect(throws: ProxyRequest.Fault.self) { try read(text) }
    }
}

@Suite struct AllowListProxyTests {
    private func with(
        _ list: (UInt16) -> [String], resolve: @escaping AllowListProxy.Resolver = { _ in [] },
        _ body: (FilePath, EchoServer, AllowListProxy) throws -> Void
    ) throws {
        let echo = try EchoServer()
        defer { echo.server.close() }
        try FileSystem.withTemporaryDirectory { folder in
            let patterns = try list(echo.port).map { try HostPattern($0) }
            let proxy = try AllowListProxy.start(at: folder / "s", allowing: HostAllowList(patterns), resolve: resolve)
            defer { _ = proxy.close() }
            try body(folder / "s", echo, proxy)
        }
    }

    @Test func `A listed address is reached by plain HTTP and by a tunnel`() throws {
        try with {
            ["127.0.0.1:\($0)"]
        } _: { socket, echo, proxy in
            let plain = try RawClient.ask(socket, "GET http://127.0.0.1:\(echo.port)/x HTTP/1.1\r\nHost: y\r\n\r\n")
            #expect(plain.hasSuffix("\r\n\r\nserved\n"))
            let tunnel = try RawClient.ask(
                socket, "CONNECT 127.0.0.1:\(echo.port) HTTP/1.1\r\n\r\nGET /t HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(tunnel.hasPrefix("HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 200 OK"))
            #expect(
                echo.heads.all == [
                    "GET /x HTTP/1.1\r\nHost: 127.0.0.1:\(echo.port)\r\nConnection: close\r\n\r\n",
                    "GET /t HTTP/1.1\r\nHost: a\r\n\r\n",
                ])
            #expect(proxy.close() == [])
        }
    }

    @Test func `A refusal is answered in words and kept`() throws {
        try with { _ in
            ["example.org"]
        } _: { socket, echo, proxy in
            let reason =
                "127.0.0.1:\(echo.port) is not among the hosts that commands may reach; if it should be, list it under sandbox.allow."
            for _ in 0..<2 {
                let answer = try RawClient.ask(socket, "CONNECT 127.0.0.1:\(echo.port) HTTP/1.1\r\n\r\n")
                #expect(answer.hasPrefix("HTTP/1.1 403 Forbidden\r\n"))
                #expect(answer.hasSuffix("\r\n\r\nvencejo: \(reason)\n"))
            }
            #expect(try RawClient.ask(socket, "nonsense\r\n\r\n").hasPrefix("HTTP/1.1 400 "))
            #expect(proxy.close() == [reason])
            #expect(echo.heads.all == [])
        }
    }

    @Test func `A name is looked up once, and what it leads to later does not matter`() throws {
        let lookups = Mutex(0)
        let inner = try #require(IPAddress("127.0.0.1"))
        try with {
            ["rebinding.test:\($0)", "127.0.0.1:\($0)"]
        } resolve: { _ in
            lookups.withLock { $0 += 1 }
            return [inner]
        } _: { socket, echo, _ in
            let answer = try RawClient.ask(socket, "GET http://rebinding.test:\(echo.port)/ HTTP/1.1\r\n\r\n")
            #expect(answer.hasSuffix("served\n"))
            #expect(lookups.withLock(\.self) == 1)
        }
    }

    @Test func `A listed name that leads to this machine is refused`() throws {
        let inner = try #require(IPAddress("127.0.0.1"))
        try with {
            ["rebinding.test:\($0)"]
        } resolve: { _ in
            [inner]
        } _: { socket, echo, _ in
            let answer = try RawClient.ask(socket, "CONNECT rebinding.test:\(echo.port) HTTP/1.1\r\n\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 403 "))
            #expect(echo.heads.all == [])
        }
    }

    @Test func `A folder with too long a path gives its place to a short one`() throws {
        try FileSystem.withTemporaryDirectory { folder in
            let long = folder / String(repeating: "long", count: 30)
            try FileSystem.createDirectory(long)
            let found = try WayOut.folder { base throws(FileError) in
                try FileSystem.temporaryDirectory(prefix: "vencejo-proxy", in: base ?? long)
            }
            defer { rmdir(found.string) }
            var status = stat()
            #expect(stat(found.string, &status) == 0)
            #expect(status.st_mode & 0o777 == 0o700)
            #expect(found.parent == (try FileSystem.realPath("/tmp")))
            #expect(try FileSystem.list(long).isEmpty)
            _ = try AllowListProxy.start(at: found / "s", allowing: HostAllowList([])).close()
            unlink((found / "s").string)
        }
    }

    @Test func `Closing the proxy ends the connections that are open`() throws {
        let (listener, port) = try Sockets.listen(onLoopback: 0)
        // It takes connections and never says a word.
        let silent = try #require(
            SocketServer(listener: listener) { _ = RawClient.read($0.file, until: nil) })
        defer { silent.close() }
        try FileSystem.withTemporaryDirectory { folder in
            let list = HostAllowList([try HostPattern("127.0.0.1:\(port)")])
            let proxy = try AllowListProxy.start(at: folder / "s", allowing: list)
            let file = try Sockets.connect(to: folder / "s")
            defer { close(file) }
            RawClient.write(file, "CONNECT 127.0.0.1:\(port) HTTP/1.1\r\n\r\n")
            #expect(RawClient.read(file, until: "\r\n\r\n").hasPrefix("HTTP/1.1 200 "))
            _ = proxy.close()
            #expect(RawClient.read(file, until: nil) == "")
        }
    }

    @Test func `The forwarder carries a port of the loopback to the proxy's socket`() throws {
        try with {
            ["127.0.0.1:\($0)"]
        } _: { socket, echo, _ in
            let (listener, port) = try Sockets.listen(onLoopback: 0)
            let forwarder = try #require(SandboxForwarder.forward(listener, to: socket))
            defer { forwarder.close() }
            let file = try Sockets.connect(to: try #require(IPAddress("127.0.0.1")), port: port)
            defer { close(file) }
            var polled = [pollfd(fd: file, events: Int16(POLLOUT), revents: 0)]
            poll(&polled, 1, -1)
            RawClient.write(file, "GET http://127.0.0.1:\(echo.port)/f HTTP/1.1\r\n\r\n")
            #expect(RawClient.read(file, until: nil).hasSuffix("served\n"))
        }
    }

    @Test func `The forwarder runs its command and ends as that does`() {
        #expect(SandboxForwarder.run(["/nowhere"]) == 125)
        #expect(SandboxForwarder.run(["/nowhere", "0", "/bin/sh", "-c", "exit 7"]) == 7)
        #expect(SandboxForwarder.run(["/nowhere", "0", "/bin/sh", "-c", "kill -9 $$"]) == 137)
    }
}
