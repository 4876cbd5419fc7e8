import HTTPServer
import ServerHarness
import Testing

/// The same expectations of a handler called directly and of a server on a socket.
struct RouterTests {
    private static func router() -> Handler {
        var router = Router(middleware: [
            { request, next in
                do {
                    var response = try await next(request)
                    response.headers["x-seen"] = "yes"
                    return response
                } catch let refusal as Refusal where refusal.status == .notFound {
                    return Response(.notFound, type: "application/json", Array("{\"none\":true}".utf8))
                }
            }
        ])
        router.get("/") { _ in .text("root") }
        router.get("/runs/{run}") { request in
            .text("run \(try request.parameters.value("run", as: Int.self))")
        }
        router.get("/runs/latest") { _ in .text("the latest run") }
        router.delete("/runs/{run}") { _ in Response(.noContent) }
        router.get("/runs/{run}/files/{path...}") { request in
            .text("\(request.parameters["run"] ?? "-") \(request.parameters["path"] ?? "-")")
        }
        router.get("/runs/latest/log") { _ in .text("log") }
        router.get("/search") { request in
            let items = try request.head.queryItems().map { "\($0.name)=\($0.value)" }
            return .text(items.joined(separator: "|"))
        }
        router.get("/stream") { _ in .stream(type: "text/plain") { try await $0.write("streamed") } }
        router.get("/broken") { _ async throws in
            .stream(type: "text/plain") { writer in
                try await writer.write("part")
                throw Refusal(.badRequest, "too late")
            }
        }
        router.group("/v1", middleware: [requireKey]) { v1 in
            v1.post("/echo") { request in .json(try await request.body.collect(upTo: 100)) }
            v1.group("/deep", middleware: [mark]) { deep in
                deep.put("/{name}") { request in .text(request[String.self] ?? "unmarked") }
            }
        }
        return router.handler()
    }

    private static let requireKey: Middleware = { request, next in
        guard request.headers["authorization"] == "Bearer good" else {
            throw Refusal(.unauthorized, "A key is missing.")
        }
        return try await next(request)
    }

    private static let mark: Middleware = { request, next in
        var request = request
        request[String.self] = "marked \(request.parameters["name"] ?? "before the route is found")"
        return try await next(request)
    }

    @Test(arguments: Depth.allCases)
    func `Paths lead to their handlers, the more exact one first`(_ depth: Depth) async throws {
        try await depth.withClient(Self.router()) { client async throws in
            func text(_ target: String) async throws -> String { try await client.send(.get, target).text }
            #expect(try await text("/") == "root")
            #expect(try await text("/runs/42") == "run 42")
            #expect(try await text("/runs/latest") == "the latest run")
            #expect(try await text("/runs/latest/log") == "log")
            #expect(try await text("/runs/latest/files/a.txt") == "latest a.txt")
            #expect(try await text("/runs/7/files/a%2Fb/c%20d") == "7 a/b/c d")
            #expect(try await text("/search?q=a+b%26c&empty=&flag&q=%E2%9C%93") == "q=a b&c|empty=|flag=|q=✓")
        }
    }

    @Test(arguments: Depth.allCases)
    func `What is not there, not allowed or malformed is refused`(_ depth: Depth) async throws {
        try await depth.withClient(Self.router()) { client async throws in
            for target in ["/none", "/runs", "/runs/", "/runs/1/", "//", "/runs/1/files", "/runs/1/files/"] {
                let missing = try await client.send(.get, target)
                #expect(missing.status == .notFound, "\(target)")
                #expect(missing.text == "{\"none\":true}")
            }
            let method = try await client.send(.post, "/runs/1")
            #expect(method.status == .methodNotAllowed)
            #expect(method.headers["allow"] == "DELETE, GET, HEAD, OPTIONS")
            #expect(method.text == "POST is not possible at /runs/1.\n")
            let number = try await client.send(.get, "/runs/abc")
            #expect(number.status == .badRequest)
            #expect(number.text == "'abc', the 'run' in the path, is not of the form of Int.\n")
            for target in ["/runs/%zz", "/runs/%", "/runs/%FF", "/search?a=%4"] {
                #expect(try await client.send(.get, target).status == .badRequest, "\(target)")
            }
        }
    }

    @Test(arguments: Depth.allCases)
    func `HEAD and OPTIONS need no routes of their own`(_ depth: Depth) async throws {
        try await depth.withClient(Self.router()) { client async throws in
            let head = try await client.send(.head, "/runs/5")
            #expect(
                head
                    == CollectedResponse(
                        status: .ok, headers: ["content-type": "text/plain; charset=utf-8", "x-seen": "yes"], body: [],
                        isComplete: true))
            let options = try await client.send(.options, "/v1/echo")
            #expect(options.status == .noContent && options.headers["allow"] == "OPTIONS, POST")
            #expect(try await client.send(.head, "/v1/echo").status == .methodNotAllowed)
            #expect(try await client.send(.head, "/stream").body == [])
        }
    }

    @Test(arguments: Depth.allCases)
    func `Middleware of a group stands before its routes only`(_ depth: Depth) async throws {
        try await depth.withClient(Self.router()) { client async throws in
            #expect(try await client.send(.post, "/v1/echo", text: "{}").status == .unauthorized)
            let key: HeaderFields = ["Authorization": "Bearer good"]
            #expect(try await client.send(.post, "/v1/echo", headers: key, text: "{}").text == "{}")
            #expect(try await client.send(.put, "/v1/deep/x", headers: key).text == "marked x")
            let long = try await client.send(
                .post, "/v1/echo", headers: key, text: String(repeating: "x", count: 101))
            #expect(long.status == .contentTooLarge)
        }
    }

    @Test(arguments: Depth.allCases)
    func `Streams are collected, and one that breaks is seen to be cut`(_ depth: Depth) async throws {
        try await depth.withClient(Self.router()) { client async throws in
            let whole = try await client.send(.get, "/stream")
            #expect(whole.text == "streamed" && whole.isComplete && whole.headers["x-seen"] == "yes")
            let broken = try await client.send(.get, "/broken")
            #expect(broken.status == .ok && broken.text == "part" && !broken.isComplete)
        }
    }

    @Test func `Observers hear how a response ended, at either depth`() async throws {
        for depth in Depth.allCases {
            let record = Record()
            let handler: Handler = { _ async throws in
                var response = Response.stream(type: "a/b") { try await $0.write("12345") }
                response.whenOver { record.add("\($0.status) \($0.bytes) \($0.ending)") }
                return response
            }
            try await depth.withClient(handler) { client async throws in
                _ = try await client.send(.get, "/")
                #expect(await record.entries(1) == ["200 OK 5 sent"])
            }
        }
    }
}
