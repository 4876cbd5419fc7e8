import Conversation
import HTTPServer
import Identity
import JSON
import Keys
import ResponseCache
import ServerSentEvents
import Serving
import Timekeeping
import WireFormats

extension GatewayAPI {
    /// After so long without a word of a model, the head of a stream goes out and comments keep the connection alive.
    private static let quietStart = Duration.seconds(10)

    /// Answers a call in the format that it came in, whole or as a stream.
    func answer<Format: ServedFormat>(_ format: Format.Type, _ request: Request) async throws -> Response {
        let key = try key(of: request)
        let served = try await read(format, request)
        let id = requestID()
        let question = question(served, id: id, key, request, format)
        let answer = ServedAnswer(to: served, created: Int(clock.now().milliseconds / 1000))
        var response =
            served.stream
            ? stream(format, question, answer) : try await whole(format, question, answer)
        response.headers["x-request-id"] = id
        response.headers["request-id"] = id
        return response
    }

    /// Vectors of texts, in OpenAI's form.
    func embeddings(_ request: Request) async throws -> Response {
        let key = try key(of: request)
        let body = try await json(of: request)
        let served: OpenAIEmbeddings.Served
        do throws(WireFault) {
            served = try OpenAIEmbeddings.request(from: body)
        } catch {
            throw ServedFault(error)
        }
        let id = requestID()
        let reply = try await service.embed(
            EmbeddingQuestion(id: id, key: key, model: served.request.model, request: served.request))
        var response = Response.json(OpenAIEmbeddings.body(of: reply, encoding: served.encoding).bytes())
        response.headers["x-request-id"] = id
        return response
    }

    // MARK: - Reading

    private func read<Format: ServedFormat>(_ format: Format.Type, _ request: Request) async throws -> ServedRequest {
        let body = try await json(of: request)
        do throws(WireFault) {
            return try Format.request(from: body)
        } catch {
            throw ServedFault(error)
        }
    }

    func json(of request: Request) async throws -> JSONValue {
        let bytes = try await request.body.collect(upTo: Self.largestBody)
        do throws(JSONError) {
            return try JSONValue(parsing: bytes)
        } catch {
            throw ServedFault(.invalidRequest, "the body is not JSON: \(error.message)")
        }
    }

    private func question<Format: ServedFormat>(
        _ served: ServedRequest, id: String, _ key: KnownKey, _ request: Request, _ format: Format.Type
    ) -> ServedQuestion {
        var asked = served.request
        for name in Format.passedHeaders {
            if let value = request.headers[name] { asked.passthroughHeaders[name] = value }
        }
        return ServedQuestion(
            id: id, key: key, model: served.request.model, request: asked,
            kind: request.headers["x-vencejo-kind"] ?? "", isStreamed: served.stream,
            canWait: request.headers["x-vencejo-priority"] == "low",
            wish: wish(of: request))
    }

    private func wish(of request: Request) -> CacheQuestion.Wish {
        guard let control = request.headers["cache-control"]?.lowercased() else { return .any }
        return control.contains("no-store") ? .unkept : control.contains("no-cache") ? .fresh : .any
    }

    // MARK: - Answering

    private func whole<Format: ServedFormat>(
        _ format: Format.Type, _ question: ServedQuestion, _ answer: ServedAnswer
    ) async throws -> Response {
        var assembler = ReplyAssembler()
        try await service.answer(question) { assembler.receive($0) }
        guard let reply = assembler.finish() else {
            throw ServedFault(.upstream, "the model's answer ended without saying why it stopped")
        }
        return .json(Format.body(of: reply, answer: answer).bytes())
    }

    private func stream<Format: ServedFormat>(
        _ format: Format.Type, _ question: ServedQuestion, _ answer: ServedAnswer
    ) -> Response {
        .events(begins: .withFirstEvent) { events in
            try await withThrowingTaskGroup(of: Void.self) { group in
                // Both end with the group; the answer's end is the group's.
                group.addTask {
                    try await Task.sleep(for: Self.quietStart)
                    try events.start()
                    try await Task.sleep(for: .seconds(86_400))
                }
                group.addTask { try await send(format, question, answer, to: events) }
                defer { group.cancelAll() }
                try await group.next()
            }
        }
    }

    private func send<Format: ServedFormat>(
        _ format: Format.Type, _ question: ServedQuestion, _ answer: ServedAnswer, to events: EventWriter
    ) async throws {
        var writer = Format.Writer(answer: answer)
        do {
            try await service.answer(question) { event in
                let bytes = writer.write(event).flatMap(\.encoded)
                if !bytes.isEmpty { try await events.send(bytes) }
            }
        } catch let fault as ServedFault {
            // Before the first word it is an answer of its own; after it the stream says so.
            if events.replace(with: fault.response(format, requestID: question.id)) { return }
            try await events.send(writer.fault(fault).flatMap(\.encoded))
        }
    }
}
