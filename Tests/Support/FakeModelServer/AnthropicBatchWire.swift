import JSON
import LoopbackHTTP
import Synchronization

/// `/v1/messages/batches`.
struct AnthropicBatchWire {
    let server: FakeBatchServer

    func handle(_ request: LoopbackRequest, _ exchange: LoopbackExchange) {
        if request.headers["anthropic-version"] != "2023-06-01" { server.violate("no version") }
        let parts = request.path.split(separator: "/").dropFirst(3).map(String.init)
        switch (request.method, parts.count, parts.last) {
        case ("POST", 0, _): create(request, exchange)
        case ("GET", 0, _): list(request, exchange)
        case ("GET", 2, "results"): with(parts[0], exchange) { results($0, exchange) }
        case ("POST", 2, "cancel"):
            server.state.withLock { state in
                for place in state.batches.indices where state.batches[place].id == parts[0] {
                    state.batches[place].isCancelled = true
                }
            }
            with(parts[0], exchange) { respond($0, exchange) }
        case ("GET", 1, _): with(parts[0], exchange) { respond($0, exchange) }
        case ("DELETE", 1, _):
            exchange.respond(200, FakeBatchServer.json, body: #"{"id":"\#(parts[0])","type":"message_batch_deleted"}"#)
        default: exchange.respond(404, [], body: #"{"error":{"type":"not_found_error","message":"no such path"}}"#)
        }
    }

    private func create(_ request: LoopbackRequest, _ exchange: LoopbackExchange) {
        let body = (try? JSONValue(parsing: request.body)) ?? nil
        let calls = (body["requests"]?.arrayValue ?? []).map { call -> (String, JSONValue) in
            if call["params"]?["stream"] == true { server.violate("a call of a batch wants a stream") }
            if call["params"]?["max_tokens"] == nil { server.violate("a call without max_tokens") }
            let id = call["custom_id"]?.stringValue ?? ""
            if id.isEmpty || id.count > 64 { server.violate("the custom id \(id)") }
            return (id, call["params"] ?? nil)
        }
        switch server.keep({ FakeBatchServer.Batch(id: "msgbatch_\($0)", calls: calls) }) {
        case .kept(let batch): respond(batch, exchange)
        case .dropped: exchange.abort(.close)
        case .refused(let status, let body): exchange.respond(status, FakeBatchServer.json, body: body)
        }
    }

    private func with(_ id: String, _ exchange: LoopbackExchange, _ body: (FakeBatchServer.Batch) -> Void) {
        guard let batch = server.state.withLock({ $0.batches.first { $0.id == id } }) else {
            exchange.respond(404, [], body: #"{"error":{"type":"not_found_error","message":"no batch \#(id)"}}"#)
            return
        }
        body(batch)
    }

    private func isOver(_ batch: FakeBatchServer.Batch) -> Bool {
        batch.isCancelled || server.state.withLock { $0.isFinished }
    }

    private func respond(_ batch: FakeBatchServer.Batch, _ exchange: LoopbackExchange) {
        exchange.respond(200, FakeBatchServer.json, body: json(batch).text())
    }

    private func json(_ batch: FakeBatchServer.Batch) -> JSONValue {
        let count = JSONValue.integer(Int64(batch.calls.count))
        let isOver = isOver(batch)
        return [
            "id": .string(batch.id), "type": "message_batch", "processing_status": isOver ? "ended" : "in_progress",
            "request_counts": [
                "processing": isOver ? 0 : count, "succeeded": isOver ? count : 0, "errored": 0, "canceled": 0,
                "expired": 0,
            ], "created_at": "2026-01-01T00:05:00Z",
        ]
    }

    private func list(_ request: LoopbackRequest, _ exchange: LoopbackExchange) {
        let (all, size) = server.state.withLock { ($0.listsNothing ? [] : Array($0.batches.reversed()), $0.pageSize) }
        var rest = all[...]
        for part in request.query.split(separator: "&") where part.hasPrefix("after_id=") {
            rest = all.drop { $0.id != String(part.dropFirst(9)) }.dropFirst()
        }
        let page = rest.prefix(size)
        let body: JSONValue = [
            "data": .array(page.map(json)), "has_more": .bool(rest.count > page.count),
            "last_id": page.last.map { .string($0.id) } ?? .null,
        ]
        exchange.respond(200, FakeBatchServer.json, body: body.text())
    }

    private func results(_ batch: FakeBatchServer.Batch, _ exchange: LoopbackExchange) {
        guard isOver(batch) else {
            server.violate("results were asked for before the end")
            exchange.respond(400, [], body: #"{"error":{"type":"invalid_request_error","message":"not yet"}}"#)
            return
        }
        let lines = batch.calls.reversed().compactMap { id, body -> JSONValue? in
            let (word, text) = FakeBatchServer.fate(of: body)
            if word == "lose" { return nil }
            return ["custom_id": .string(id), "result": batch.isCancelled ? ["type": "canceled"] : result(word, text)]
        }
        server.send(lines, exchange)
    }

    private func result(_ word: String, _ text: String) -> JSONValue {
        switch word {
        case "expire": ["type": "expired"]
        case "fail":
            [
                "type": "errored",
                "error": ["type": "error", "error": ["type": "api_error", "message": "something broke"]],
            ]
        case "refuse":
            [
                "type": "errored",
                "error": ["type": "error", "error": ["type": "invalid_request_error", "message": "bad tool"]],
            ]
        case "garble": ["type": "succeeded", "message": ["id": "m"]]
        default:
            [
                "type": "succeeded",
                "message": [
                    "id": "msg_1", "type": "message", "role": "assistant", "model": "fake-1",
                    "content": [["type": "text", "text": .string("re: \(text)")]], "stop_reason": "end_turn",
                    "stop_sequence": nil, "usage": ["input_tokens": 3, "output_tokens": 2],
                ],
            ]
        }
    }
}
