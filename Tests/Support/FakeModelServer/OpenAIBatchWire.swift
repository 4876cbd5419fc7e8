import JSON
import LoopbackHTTP
import Synchronization

/// `/v1/files` and `/v1/batches`.
struct OpenAIBatchWire {
    let server: FakeBatchServer

    func handle(_ request: LoopbackRequest, _ exchange: LoopbackExchange) {
        let parts = request.path.split(separator: "/").dropFirst().map(String.init)
        switch (request.method, parts.first, parts.count) {
        case ("POST", "files", 1): upload(request, exchange)
        case ("GET", "files", 3): download(parts[1], exchange)
        case ("DELETE", "files", 2):
            server.state.withLock { _ = $0.files.removeValue(forKey: parts[1]) }
            respond(["id": .string(parts[1]), "deleted": true], exchange)
        case ("POST", "batches", 1): create(request, exchange)
        case ("GET", "batches", 1): list(request, exchange)
        case ("POST", "batches", 3):
            server.state.withLock { state in
                for place in state.batches.indices where state.batches[place].id == parts[1] {
                    state.batches[place].isCancelled = true
                }
            }
            show(parts[1], exchange)
        case ("GET", "batches", 2): show(parts[1], exchange)
        default: exchange.respond(404, [], body: #"{"error":{"message":"no such path"}}"#)
        }
    }

    private func respond(_ body: JSONValue, _ exchange: LoopbackExchange) {
        exchange.respond(200, FakeBatchServer.json, body: body.text())
    }

    /// Reads the form by the rules: a boundary, parts with their names, the file as it is.
    private func upload(_ request: LoopbackRequest, _ exchange: LoopbackExchange) {
        let type = request.headers["Content-Type"] ?? ""
        let text = request.text
        guard type.hasPrefix("multipart/form-data; boundary="), text.hasSuffix("--\r\n") else {
            server.violate("a file that is no form")
            exchange.respond(400, [], body: #"{"error":{"message":"no form"}}"#)
            return
        }
        let boundary = "--" + type.dropFirst("multipart/form-data; boundary=".count)
        var file: String?
        var purpose: String?
        for part in split(text, by: boundary) {
            guard let body = split(part, by: "\r\n\r\n").dropFirst().first else { continue }
            if part.contains("name=\"file\"") { file = String(body.dropLast(2)) }
            if part.contains("name=\"purpose\"") { purpose = String(body.prefix(5)) }
        }
        guard let file, purpose == "batch" else {
            server.violate("a file without bytes or purpose")
            exchange.respond(400, [], body: #"{"error":{"message":"no file"}}"#)
            return
        }
        let id = server.state.withLock { state in
            let id = "file-\(state.files.count + 1)"
            state.files[id] = Array(file.utf8)
            return id
        }
        respond(["id": .string(id), "object": "file", "purpose": "batch"], exchange)
    }

    private func split(_ text: String, by mark: String) -> [String] {
        var parts: [String] = []
        var rest = Array(text.utf8)[...]
        let mark = Array(mark.utf8)
        var part: [UInt8] = []
        while let byte = rest.first {
            if rest.starts(with: mark) {
                parts.append(String(decoding: part, as: UTF8.self))
                part = []
                rest = rest.dropFirst(mark.count)
            } else {
                part.append(byte)
                rest = rest.dropFirst()
            }
        }
        return parts + [String(decoding: part, as: UTF8.self)]
    }

    private func create(_ request: LoopbackRequest, _ exchange: LoopbackExchange) {
        let body = (try? JSONValue(parsing: request.body)) ?? nil
        let inputFile = body["input_file_id"]?.stringValue ?? ""
        let endpoint = body["endpoint"]?.stringValue ?? ""
        guard let file = server.state.withLock({ $0.files[inputFile] }) else {
            server.violate("a batch of a file that is not there")
            exchange.respond(400, [], body: #"{"error":{"message":"no such file"}}"#)
            return
        }
        if body["completion_window"] != "24h" { server.violate("the window \(body["completion_window"] ?? nil)") }
        var models: Set<String> = []
        let calls = file.split(separator: UInt8(ascii: "\n")).map { line -> (String, JSONValue) in
            let call = (try? JSONValue(parsing: line)) ?? nil
            if call["url"]?.stringValue != endpoint || call["method"] != "POST" { server.violate("a call elsewhere") }
            if call["body"]?["stream"] == true { server.violate("a call of a batch wants a stream") }
            models.insert(call["body"]?["model"]?.stringValue ?? "")
            return (call["custom_id"]?.stringValue ?? "", call["body"] ?? nil)
        }
        if models.count != 1 { server.violate("a batch of several models") }
        let kept = server.keep {
            FakeBatchServer.Batch(
                id: "batch_\($0)", calls: calls, metadata: body["metadata"] ?? nil, endpoint: endpoint,
                inputFile: inputFile)
        }
        switch kept {
        case .kept(let batch): respond(json(batch), exchange)
        case .dropped: exchange.abort(.close)
        case .refused(let status, let body): exchange.respond(status, FakeBatchServer.json, body: body)
        }
    }

    private func show(_ id: String, _ exchange: LoopbackExchange) {
        guard let batch = server.state.withLock({ $0.batches.first { $0.id == id } }) else {
            exchange.respond(404, [], body: #"{"error":{"message":"no batch \#(id)"}}"#)
            return
        }
        respond(json(batch), exchange)
    }

    private func json(_ batch: FakeBatchServer.Batch) -> JSONValue {
        let (isFinished, refusesWhole) = server.state.withLock { ($0.isFinished, $0.refusesWhole) }
        let isOver = isFinished || batch.isCancelled
        let status = refusesWhole ? "failed" : batch.isCancelled ? "cancelled" : isOver ? "completed" : "in_progress"
        var body: JSONObject = [
            "id": .string(batch.id), "object": "batch", "endpoint": .string(batch.endpoint),
            "input_file_id": .string(batch.inputFile), "completion_window": "24h", "status": .string(status),
            "created_at": 1_767_225_900, "metadata": batch.metadata,
            "request_counts": ["total": .integer(Int64(batch.calls.count)), "completed": 0, "failed": 0],
        ]
        if refusesWhole {
            body.set(
                ["data": [["code": "invalid_json_line", "line": 2, "message": "This line is not parseable."]]],
                for: "errors")
        } else if isOver {
            body.set(.string("out-\(batch.id)"), for: "output_file_id")
            body.set(.string("err-\(batch.id)"), for: "error_file_id")
        }
        return .object(body)
    }

    private func list(_ request: LoopbackRequest, _ exchange: LoopbackExchange) {
        let (all, size) = server.state.withLock { ($0.listsNothing ? [] : Array($0.batches.reversed()), $0.pageSize) }
        var rest = all[...]
        for part in request.query.split(separator: "&") where part.hasPrefix("after=") {
            rest = all.drop { $0.id != String(part.dropFirst(6)) }.dropFirst()
        }
        let page = rest.prefix(size)
        respond(["data": .array(page.map(json)), "has_more": .bool(rest.count > page.count)], exchange)
    }

    private func download(_ file: String, _ exchange: LoopbackExchange) {
        let id = String(file.dropFirst(4))
        guard let batch = server.state.withLock({ $0.batches.first { $0.id == id } }) else {
            exchange.respond(404, [], body: #"{"error":{"message":"no file \#(file)"}}"#)
            return
        }
        let isOutput = file.hasPrefix("out-")
        let lines = batch.calls.reversed().compactMap { custom, body -> JSONValue? in
            let (word, text) = FakeBatchServer.fate(of: body)
            if word == "lose" { return nil }
            let line = batch.isCancelled ? (false, cancelled) : line(word, text, batch.endpoint)
            guard line.0 == isOutput, var object = line.1.objectValue else { return nil }
            object.set(.string(custom), for: "custom_id")
            return .object(object)
        }
        server.send(lines, exchange)
    }

    private var cancelled: JSONValue {
        ["response": nil, "error": ["code": "batch_cancelled", "message": "This request was cancelled."]]
    }

    /// Whether the line is in the file of answers, and what it says.
    private func line(_ word: String, _ text: String, _ endpoint: String) -> (Bool, JSONValue) {
        switch word {
        case "expire":
            (false, ["response": nil, "error": ["code": "batch_expired", "message": "The window is over."]])
        case "fail":
            (
                true,
                ["response": ["status_code": 500, "body": ["error": ["message": "something broke"]]], "error": nil]
            )
        case "refuse":
            (
                false,
                [
                    "response": [
                        "status_code": 400,
                        "body": ["error": ["type": "invalid_request_error", "message": "bad tool"]],
                    ], "error": nil,
                ]
            )
        case "garble": (true, ["response": ["status_code": 200, "body": ["id": "r"]], "error": nil])
        default: (true, ["response": ["status_code": 200, "body": answer(text, endpoint)], "error": nil])
        }
    }

    private func answer(_ text: String, _ endpoint: String) -> JSONValue {
        endpoint == "/v1/chat/completions"
            ? [
                "id": "chatcmpl-1", "object": "chat.completion", "model": "fake-1",
                "choices": [
                    [
                        "index": 0, "message": ["role": "assistant", "content": .string("re: \(text)")],
                        "finish_reason": "stop",
                    ]
                ], "usage": ["prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5],
            ]
            : [
                "id": "resp_1", "object": "response", "model": "fake-1", "status": "completed",
                "output": [
                    [
                        "type": "message", "id": "m", "status": "completed", "role": "assistant",
                        "content": [["type": "output_text", "text": .string("re: \(text)"), "annotations": []]],
                    ]
                ], "usage": ["input_tokens": 3, "output_tokens": 2],
            ]
    }
}
