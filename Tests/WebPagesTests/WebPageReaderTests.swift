import HTTPClient
import InternetAddresses
import LoopbackHTTP
import Synchronization
import Testing
import WebPages

@Suite("Reading a page")
struct WebPageReaderTests {
    private static let html = [("Content-Type", "text/html; charset=utf-8")]

    @discardableResult
    private static func with<Result>(
        _ handler: @escaping LoopbackServer.Handler, policy change: (inout WebPolicy) -> Void = { _ in },
        _ body: (LoopbackServer, WebPageReader) async throws -> Result
    ) async throws -> Result {
        let server = try LoopbackServer(handler: handler)
        defer { server.stop() }
        var policy = WebPolicy(allowedHosts: ["127.0.0.1:\(server.port)"])
        change(&policy)
        let client = try HTTPClient(configuration: .init(proxy: .direct))
        return try await body(server, WebPageReader(policy: policy, client: client))
    }

    @Test("a page is reduced to its title and Markdown, after redirects")
    func page() async throws {
        let page = try await Self.with({ request, exchange in
            switch request.path {
            case "/old": exchange.respond(302, [("Location", "/docs/new")])
            default:
                exchange.respond(
                    200, Self.html,
                    body: "<html><head><title>The \n Guide</title></head><body><nav>Menu</nav><h1>Guide</h1>"
                        + "<p>See <a href=more>more</a>.</p></body></html>")
            }
        }) { server, reader in
            let page = try await reader.read(server.baseURL + "/old")
            return (server.baseURL, page)
        }
        #expect(
            page.1
                == WebPage(
                    url: "\(page.0)/docs/new", title: "The Guide",
                    markdown: "# Guide\n\nSee more (\(page.0)/docs/more).", isCut: false))
    }

    @Test(
        "text and JSON are taken as they are",
        arguments: [
            ("text/plain", "a  b\n c"), ("application/json", "{\"a\": 1}"), ("application/problem+json", "{}"),
        ])
    func text(type: String, body: String) async throws {
        let page = try await Self.with({ _, exchange in exchange.respond(200, [("Content-Type", type)], body: body) }) {
            server, reader in try await reader.read(server.baseURL + "/x")
        }
        #expect(page.markdown == body)
    }

    @Test(
        "what is no text is refused in a sentence",
        arguments: [
            (
                "application/pdf",
                "is a PDF, which is not read; convert it to text, such as with pdftotext, and give that file"
            ),
            ("image/png", "is of the type image/png, which is no text; give a page, text or JSON"),
        ])
    func types(type: String, reason: String) async throws {
        try await Self.with({ _, exchange in exchange.respond(200, [("Content-Type", type)], body: "%PDF") }) {
            server, reader in
            await #expect(throws: WebPageError(.unusable, "\(server.baseURL)/x \(reason)")) {
                try await reader.read(server.baseURL + "/x")
            }
        }
    }

    @Test("each redirect is checked: one that leads to a closed place is not followed")
    func redirectToPrivate() async throws {
        try await Self.with({ request, exchange in
            exchange.respond(302, [("Location", "http://localhost:\(request.query)/inner")])
        }) { server, reader in
            let url = "\(server.baseURL)/x?\(server.port)"
            let target = "localhost:\(server.port)"
            await #expect(
                throws: WebPageError(
                    .refused,
                    "http://\(target)/inner leads to this machine, which is not fetched; "
                        + "to allow it, add \(target) to policy.web_hosts")
            ) { try await reader.read(url) }
            #expect(server.requests.count == 1)
        }
    }

    /// Answers each question for a name with the next of these, and the last for ever.
    private final class Names: Sendable {
        private let answers: Mutex<[String: [[IPAddress]]]>
        private let asked = Mutex<[String]>([])

        init(_ answers: [String: [[IPAddress]]]) { self.answers = Mutex(answers) }

        var questions: [String] { asked.withLock { $0 } }

        @Sendable func look(up host: String) async -> [IPAddress] {
            asked.withLock { $0.append(host) }
            return answers.withLock { answers in
                guard let next = answers[host]?.first else { return [] }
                if answers[host]?.count ?? 0 > 1 { answers[host]?.removeFirst() }
                return next
            }
        }
    }

    private static let here = IPAddress(bytes: [127, 0, 0, 1])
    private static let away = IPAddress(bytes: [203, 0, 113, 7])

    @Test("a name is looked up once for each request, and connected to where that said")
    func lookedUpOnce() async throws {
        let names = Names(["a.test": [[Self.here], []], "b.test": [[Self.here], []]])
        try await Self.with(
            { request, exchange in
                let host = request.headers["Host"] ?? ""
                if host.hasPrefix("a.test") {
                    exchange.respond(302, [("Location", "http://b.test:\(host.split(separator: ":").last ?? "")/end")])
                } else {
                    exchange.respond(200, Self.html, body: "<html><body><p>There.</p></body></html>")
                }
            }, policy: { $0 = WebPolicy(addresses: names.look, closedPlace: { _ in nil }) }
        ) { server, reader in
            let page = try await reader.read("http://a.test:\(server.port)/start")
            #expect(page.url == "http://b.test:\(server.port)/end")
            #expect(page.markdown == "There.")
            #expect(names.questions == ["a.test", "b.test"])
            #expect(server.requests.map { $0.headers["Host"] } == ["a.test:\(server.port)", "b.test:\(server.port)"])
        }
    }

    @Test(
        "a name that leads to this machine after it was checked is not followed there",
        arguments: ["localhost", "rebind.test"])
    func rebinding(host: String) async throws {
        // The second answer is what the connection would be given, were the name asked for again.
        let names = Names([host: [[Self.away], [Self.here]]])
        try await Self.with(
            { _, exchange in exchange.respond(200, Self.html, body: "<p>secret</p>") },
            policy: {
                $0 = WebPolicy(
                    time: .seconds(2), addresses: names.look, closedPlace: { $0 == Self.away ? nil : $0.closedPlace })
            }
        ) { server, reader in
            await #expect { try await reader.read("http://\(host):\(server.port)/") } throws: {
                ($0 as? WebPageError)?.code == .failed
            }
            #expect(names.questions == [host])
            #expect(server.requests.isEmpty)
        }
    }

    @Test("one closed address among several is enough to refuse, also behind a redirect")
    func mixed() async throws {
        let names = Names(["mixed.test": [[Self.away, Self.here]]])
        try await Self.with(
            { request, exchange in exchange.respond(302, [("Location", "http://mixed.test:\(request.query)/in")]) },
            policy: { policy in
                policy = WebPolicy(allowedHosts: policy.allowedHosts, addresses: names.look)
            }
        ) { server, reader in
            await #expect { try await reader.read("\(server.baseURL)/x?\(server.port)") } throws: {
                ($0 as? WebPageError)?.code == .refused
            }
            #expect(server.requests.count == 1)
        }
    }

    @Test("a name without an address is not left to the system to find")
    func unknown() async throws {
        let names = Names([:])
        try await Self.with({ _, exchange in exchange.respond() }, policy: { $0 = WebPolicy(addresses: names.look) }) {
            server, reader in
            await #expect(
                throws: WebPageError(
                    .failed,
                    "http://localhost:\(server.port)/ could not be fetched: Could not find localhost:\(server.port): "
                        + "its name does not resolve; check its spelling and the network.")
            ) { try await reader.read("http://localhost:\(server.port)/") }
            #expect(server.requests.isEmpty)
        }
    }

    @Test("this machine is refused without a request")
    func loopback() async throws {
        try await Self.with({ _, exchange in exchange.respond() }, policy: { $0.allowedHosts = [] }) { server, reader in
            await #expect(throws: WebPageError.self) { try await reader.read(server.baseURL) }
            #expect(server.requests.isEmpty)
        }
    }

    @Test("redirects without end, pages beyond the limit and failures are sentences")
    func limits() async throws {
        try await Self.with(
            { request, exchange in
                switch request.path {
                case "/large": exchange.respond(200, Self.html, body: String(repeating: "x", count: 3_000))
                case "/gone": exchange.respond(404)
                case "/empty": exchange.respond(200, Self.html, body: "<html><body><script>x</script></body></html>")
                case "/login": exchange.respond(403)
                default: exchange.respond(302, [("Location", "/loop")])
                }
            }, policy: { $0.bytes = 2_000 }
        ) { server, reader in
            let base = server.baseURL
            await #expect(throws: WebPageError(.failed, "\(base)/loop redirects more than 5 times")) {
                try await reader.read(base + "/loop")
            }
            #expect(server.requests.count == 6)
            await #expect(throws: WebPageError(.failed, "\(base)/gone answered with HTTP 404")) {
                try await reader.read(base + "/gone")
            }
            for (path, code) in [("/large", WebPageError.Code.tooLarge), ("/empty", .unusable), ("/login", .failed)] {
                await #expect { try await reader.read(base + path) } throws: { ($0 as? WebPageError)?.code == code }
            }
        }
    }
}
