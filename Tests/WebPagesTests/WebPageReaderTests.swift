import HTTPClient
import LoopbackHTTP
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
