import HTTPServer
import Testing

@testable import ServerAPI

@Suite("Who may come in (X1)")
struct DoorTests {
    private func status(_ headers: HeaderFields) async -> Int {
        var router = Router(middleware: [Door(hosts: ["gateway.example.org"]).guarding])
        router.get("/") { _ in .text("in") }
        return await Request(.get, "/", headers: headers).answer(by: router.handler()).status.rawValue
    }

    @Test(
        "is decided by the names of host and origin",
        arguments: [
            (["host": "127.0.0.1:8790"], 200), (["host": "LOCALHOST"], 200), (["host": "[::1]:8790"], 200),
            (["host": "gateway.example.org:443"], 200), (["host": "evil.example"], 403),
            (["host": "127.0.0.1.evil.example"], 403), (["host": "localhost.evil.example:8790"], 403),
            (["host": "localhost:8790", "origin": "http://localhost:8790"], 200),
            (["host": "localhost:8790", "origin": "http://localhost:3000"], 403),
            (["host": "localhost:8790", "origin": "http://evil.example"], 403),
            (["host": "localhost:8790", "origin": "null"], 403),
        ] as [(HeaderFields, Int)])
    func decided(headers: HeaderFields, expected: Int) async {
        #expect(await status(headers) == expected)
    }
}
