import JSON
import LoopbackHTTP
import Synchronization

/// Batches of both APIs beside the calls at once: what is handed over is bought, and answered by the script.
///
/// A batch has ended after `pollsUntilEnd` looks at it. Results come in reverse. A call that was handed over twice, results
/// that are asked for too early and batches of several models are violations.
final class FakeBatches: Sendable {
    struct Batch {
        var id: String
        /// The custom id, the body and the answer of each call.
        var calls: [(id: String, body: JSONValue, answer: JSONValue)]
        var isOpenAI: Bool
        var endpoint = ""
        var inputFile = ""
        var metadata: JSONValue = nil
        var polls = 0
        var isCancelled = false
        var created: Int
    }

    struct State {
        var batches: [Batch] = []
        var files: [String: [UInt8]] = [:]
        var pollsUntilEnd = 1
        var deleted: [String] = []
        var dropsAnswers = 0
    }

    let state = Mutex(State())
}

extension FakeModelServer {
    /// How many calls each batch had that was handed over, in order.
    package var batchSizes: [Int] { batches.state.withLock { $0.batches.map(\.calls.count) } }
    /// How often each batch was looked at.
    package var batchPolls: [Int] { batches.state.withLock { $0.batches.map(\.polls) } }
    package var cancelledBatches: Int { batches.state.withLock { $0.batches.count { $0.isCancelled } } }

    /// From now on batches end at the n-th look.
    package func endBatches(afterPolls count: Int) { batches.state.withLock { $0.pollsUntilEnd = count } }

    /// The answers to the next so many batches that are handed over never come, although the batches are kept.
    package func dropAnswers(_ count: Int) { batches.state.withLock { $0.dropsAnswers = count } }

    /// Answers a request about batches or files; false where it is about something else.
    func handleBatches(_ request: LoopbackRequest, _ exchange: LoopbackExchange) -> Bool {
        let parts = request.path.split(separator: "/").map(String.init)
        guard parts.first == "v1", parts.count > 1 else { return false }
        let isAnthropic = parts.starts(with: ["v1", "messages", "batches"])
        guard isAnthropic || ["files", "batches"].contains(parts[1]) else { return false }
        let sent = isAnthropic ? request.headers["x-api-key"] : request.headers["authorization"]
        if sent != (isAnthropic ? Self.key : "Bearer \(Self.key)") { note("\(request.path): the key is missing") }
        if isAnthropic {
            anthropic(request, Array(parts.dropFirst(3)), exchange)
        } else if parts[1] == "files" {
            files(request, Array(parts.dropFirst(2)), exchange)
        } else {
            openAI(request, Array(parts.dropFirst(2)), exchange)
        }
        return true
    }

    private func give(_ body: JSONValue, _ exchange: LoopbackExchange, status: Int = 200) {
        exchange.respond(status, [("Content-Type", "application/json")], body: body.text())
    }

    private func fault(_ status: Int, _ message: String, _ exchange: LoopbackExchange) {
        give(
            ["type": "error", "error": ["type": "invalid_request_error", "message": .string(message)]], exchange,
            status: status)
    }

    // MARK: - Both

    private func keep(
        _ batch: FakeBatches.Batch, _ exchange: LoopbackExchange, _ show: (FakeBatches.Batch) -> JSONValue
    ) {
        let (kept, drops, faults) = batches.state.withLock { state -> (FakeBatches.Batch, Bool, [String]) in
            var batch = batch
            batch.id += "\(state.batches.count + 1)"
            var faults: [String] = []
            let ids = batch.calls.map(\.id)
            if Set(ids).count != ids.count { faults.append("two calls of one custom id") }
            let known = Set(state.batches.flatMap { $0.calls.map(\.id) })
            if ids.contains(where: known.contains) { faults.append("a call was handed over twice") }
            if ids.isEmpty { faults.append("a batch of nothing") }
            if ids.contains(where: { $0.isEmpty || $0.count > 64 }) { faults.append("a custom id that is none") }
            if Set(batch.calls.map { $0.body["model"]?.stringValue ?? "" }).count > 1 {
                faults.append("a batch of several models")
            }
            state.batches.append(batch)
            let drops = state.dropsAnswers > 0
            if drops { state.dropsAnswers -= 1 }
            return (batch, drops, faults)
        }
        for fault in faults { note(fault) }
        if drops { exchange.abort(.close) } else { give(show(kept), exchange) }
    }

    /// Looks at a batch, which counts.
    private func look(_ id: String, _ exchange: LoopbackExchange, _ show: (FakeBatches.Batch) -> JSONValue) {
        let found = batches.state.withLock { state -> FakeBatches.Batch? in
            guard let place = state.batches.firstIndex(where: { $0.id == id }) else { return nil }
            state.batches[place].polls += 1
            return state.batches[place]
        }
        guard let found else { return fault(404, "there is no batch \(id)", exchange) }
        give(show(found), exchange)
    }

    private func isOver(_ batch: FakeBatches.Batch) -> Bool {
        batch.isCancelled || batches.state.withLock { batch.polls >= $0.pollsUntilEnd }
    }

    private func cancel(_ id: String, _ exchange: LoopbackExchange, _ show: (FakeBatches.Batch) -> JSONValue) {
        batches.state.withLock { state in
            for place in state.batches.indices where state.batches[place].id == id {
                state.batches[place].isCancelled = true
            }
        }
        look(id, exchange, show)
    }

    private func page(_ after: String, of request: LoopbackRequest) -> (page: [FakeBatches.Batch], hasMore: Bool) {
        let all = batches.state.withLock { state in
            for place in state.batches.indices { state.batches[place].polls += 1 }
            return Array(state.batches.reversed())
        }
        var rest = all[...]
        var limit = 20
        for part in request.query.split(separator: "&") {
            if part.hasPrefix("\(after)=") {
                rest = all.drop { $0.id != String(part.dropFirst(after.count + 1)) }.dropFirst()
            }
            if part.hasPrefix("limit=") { limit = Int(part.dropFirst(6)) ?? limit }
        }
        return (Array(rest.prefix(limit)), rest.count > limit)
    }

    private func send(_ lines: [JSONValue], _ exchange: LoopbackExchange) {
        exchange.startStream(200, [("Content-Type", "application/x-jsonl")])
        for line in lines { exchange.write(line.bytes() + [UInt8(ascii: "\n")]) }
        exchange.finishStream()
    }

    // MARK: - Anthropic

    private func anthropic(_ request: LoopbackRequest, _ parts: [String], _ exchange: LoopbackExchange) {
        if request.headers["anthropic-version"] == nil { note("\(request.path): there is no anthropic-version") }
        switch (request.method, parts.count, parts.last) {
        case ("POST", 0, _):
            let body = (try? JSONValue(parsing: request.body)) ?? nil
            let calls = (body["requests"]?.arrayValue ?? []).map { entry in
                let params = entry["params"] ?? nil
                return (entry["custom_id"]?.stringValue ?? "", params, buy(params, .anthropic))
            }
            keep(.init(id: "msgbatch_", calls: calls, isOpenAI: false, created: Self.now), exchange, anthropicJSON)
        case ("GET", 0, _):
            let (page, hasMore) = page("after_id", of: request)
            give(
                [
                    "data": .array(page.map(anthropicJSON)), "has_more": .bool(hasMore),
                    "first_id": page.first.map { .string($0.id) } ?? .null,
                    "last_id": page.last.map { .string($0.id) } ?? .null,
                ], exchange)
        case ("GET", 1, _): look(parts[0], exchange, anthropicJSON)
        case ("POST", 2, "cancel"): cancel(parts[0], exchange, anthropicJSON)
        case ("GET", 2, "results"):
            guard let batch = batches.state.withLock({ $0.batches.first { $0.id == parts[0] } }), isOver(batch) else {
                note("results were asked for before the end")
                return fault(400, "there are no results yet", exchange)
            }
            send(
                batch.calls.reversed().map { id, _, answer in
                    [
                        "custom_id": .string(id),
                        "result": batch.isCancelled
                            ? ["type": "canceled"] : ["type": "succeeded", "message": answer],
                    ]
                }, exchange)
        case ("DELETE", 1, _):
            batches.state.withLock { $0.deleted.append(parts[0]) }
            give(["id": .string(parts[0]), "type": "message_batch_deleted"], exchange)
        default: fault(404, "no such path", exchange)
        }
    }

    private func anthropicJSON(_ batch: FakeBatches.Batch) -> JSONValue {
        let count = JSONValue.integer(Int64(batch.calls.count))
        let isOver = isOver(batch)
        return [
            "id": .string(batch.id), "type": "message_batch", "processing_status": isOver ? "ended" : "in_progress",
            "request_counts": [
                "processing": isOver ? 0 : count, "succeeded": isOver && !batch.isCancelled ? count : 0, "errored": 0,
                "canceled": batch.isCancelled ? count : 0, "expired": 0,
            ], "created_at": .string(Self.text(batch.created)),
        ]
    }

    // MARK: - OpenAI

    private func files(_ request: LoopbackRequest, _ parts: [String], _ exchange: LoopbackExchange) {
        switch (request.method, parts.count) {
        case ("POST", 0):
            let pieces = request.text.split(separator: "\r\n\r\n", maxSplits: 2).map(String.init)
            let type = request.headers["Content-Type"] ?? ""
            guard type.hasPrefix("multipart/form-data; boundary="), pieces.count == 3,
                pieces[0].contains("name=\"purpose\""), pieces[1].hasPrefix("batch\r\n"),
                pieces[1].contains("name=\"file\"")
            else {
                note("a file that is no form")
                return fault(400, "no form", exchange)
            }
            let boundary = "\r\n--" + type.dropFirst("multipart/form-data; boundary=".count)
            let content = pieces[2].split(separator: boundary).first.map(String.init) ?? ""
            let id = batches.state.withLock { state in
                let id = "file-\(state.files.count + 1)"
                state.files[id] = Array(content.utf8)
                return id
            }
            give(["id": .string(id), "object": "file", "purpose": "batch"], exchange)
        case ("GET", 2):
            let (batch, isOutput) = batches.state.withLock { state in
                (state.batches.first { parts[0].hasSuffix("-\($0.id)") }, parts[0].hasPrefix("out-"))
            }
            guard let batch, isOver(batch) else {
                note("results were asked for before the end")
                return fault(404, "no such file", exchange)
            }
            send(
                (isOutput == batch.isCancelled ? [] : batch.calls).reversed().map { id, _, answer in
                    batch.isCancelled
                        ? [
                            "id": "x", "custom_id": .string(id), "response": nil,
                            "error": ["code": "batch_cancelled", "message": "It was cancelled."],
                        ]
                        : [
                            "id": "x", "custom_id": .string(id), "error": nil,
                            "response": ["status_code": 200, "request_id": "r", "body": answer],
                        ]
                }, exchange)
        case ("DELETE", 1):
            batches.state.withLock { $0.deleted.append(parts[0]) }
            give(["id": .string(parts[0]), "object": "file", "deleted": true], exchange)
        default: fault(404, "no such path", exchange)
        }
    }

    private func openAI(_ request: LoopbackRequest, _ parts: [String], _ exchange: LoopbackExchange) {
        switch (request.method, parts.count) {
        case ("POST", 0):
            let body = (try? JSONValue(parsing: request.body)) ?? nil
            let input = body["input_file_id"]?.stringValue ?? ""
            guard let file = batches.state.withLock({ $0.files[input] }) else {
                return fault(400, "no such file", exchange)
            }
            let endpoint = body["endpoint"]?.stringValue ?? ""
            if endpoint != "/v1/chat/completions" { note("a batch for \(endpoint)") }
            let calls = file.split(separator: UInt8(ascii: "\n")).map { bytes in
                let line = (try? JSONValue(parsing: Array(bytes))) ?? nil
                if line["url"]?.stringValue != endpoint || line["method"] != "POST" { note("a call elsewhere") }
                let call = line["body"] ?? nil
                return (line["custom_id"]?.stringValue ?? "", call, buy(call, .openAI))
            }
            keep(
                .init(
                    id: "batch_", calls: calls, isOpenAI: true, endpoint: endpoint, inputFile: input,
                    metadata: body["metadata"] ?? nil, created: Self.now), exchange, openAIJSON)
        case ("GET", 0):
            let (page, hasMore) = page("after", of: request)
            give(["object": "list", "data": .array(page.map(openAIJSON)), "has_more": .bool(hasMore)], exchange)
        case ("GET", 1): look(parts[0], exchange, openAIJSON)
        case ("POST", 2): cancel(parts[0], exchange, openAIJSON)
        default: fault(404, "no such path", exchange)
        }
    }

    private func openAIJSON(_ batch: FakeBatches.Batch) -> JSONValue {
        let isOver = isOver(batch)
        var body: JSONObject = [
            "id": .string(batch.id), "object": "batch", "endpoint": .string(batch.endpoint),
            "input_file_id": .string(batch.inputFile), "completion_window": "24h",
            "status": batch.isCancelled ? "cancelled" : isOver ? "completed" : "in_progress",
            "created_at": .integer(Int64(batch.created)), "metadata": batch.metadata,
            "request_counts": [
                "total": .integer(Int64(batch.calls.count)),
                "completed": .integer(Int64(isOver && !batch.isCancelled ? batch.calls.count : 0)), "failed": 0,
            ],
        ]
        if isOver {
            body.set(.string("out-\(batch.id)"), for: "output_file_id")
            body.set(.string("err-\(batch.id)"), for: "error_file_id")
        }
        return .object(body)
    }
}
