import HTTPServer
import JSON
import Keys
import ServedCalls
import Serving
import WireFormats

/// Batches in the words of Anthropic's and OpenAI's APIs, and the files that the latter go by (G10).
extension GatewayAPI {
    func routeBatches(_ router: inout Router) {
        guard let batches else { return }
        router.post("/v1/messages/batches") { request in
            let key = try key(of: request)
            let found = try await batches.create(messages: try await json(of: request), for: key)
            return .json(BatchBodies.anthropic(found, address: address(of: request)).bytes())
        }
        router.get("/v1/messages/batches") { try await listMessages($0, batches) }
        router.get("/v1/messages/batches/{id}") { request in
            let found = try await batches.find(try id(of: request), .anthropic, for: try key(of: request))
            return .json(BatchBodies.anthropic(found, address: address(of: request)).bytes())
        }
        router.get("/v1/messages/batches/{id}/results") { try await messageResults($0, batches) }
        router.post("/v1/messages/batches/{id}/cancel") { request in
            let found = try await batches.cancel(try id(of: request), .anthropic, for: try key(of: request))
            return .json(BatchBodies.anthropic(found, address: address(of: request)).bytes())
        }
        router.delete("/v1/messages/batches/{id}") { request in
            let id = try id(of: request)
            try await batches.delete(id, .anthropic, for: try key(of: request))
            return .json(BatchBodies.anthropicDeleted(id).bytes())
        }
        routeFiles(&router, batches)
        router.post("/v1/batches") { request in
            let key = try key(of: request)
            return .json(
                BatchBodies.openAI(try await batches.create(batch: try await json(of: request), for: key)).bytes())
        }
        router.get("/v1/batches") { request in
            let key = try key(of: request)
            let (list, hasMore) = try await batches.list(
                .openai, after: try request.head.queryValue("after"), limit: try limit(of: request, most: 100), for: key
            )
            return .json(BatchBodies.openAIList(list, hasMore: hasMore).bytes())
        }
        router.get("/v1/batches/{id}") { request in
            let found = try await batches.find(try id(of: request), .openai, for: try key(of: request))
            return .json(BatchBodies.openAI(found).bytes())
        }
        router.post("/v1/batches/{id}/cancel") { request in
            let found = try await batches.cancel(try id(of: request), .openai, for: try key(of: request))
            return .json(BatchBodies.openAI(found).bytes())
        }
    }

    private func routeFiles(_ router: inout Router, _ batches: ServedBatchService) {
        router.post("/v1/files") { try await upload($0, batches) }
        router.get("/v1/files") { request in
            let key = try key(of: request)
            let limit = try limit(of: request, most: 10_000)
            let files = try await batches.files(
                after: try request.head.queryValue("after"), limit: limit + 1, for: key)
            return .json(
                BatchBodies.files(Array(files.prefix(limit)), hasMore: files.count > limit, keep: batches.keep).bytes())
        }
        router.get("/v1/files/{id}") { request in
            let file = try await batches.file(try id(of: request), for: try key(of: request))
            return .json(BatchBodies.file(file, keep: batches.keep).bytes())
        }
        router.get("/v1/files/{id}/content") { try await content($0, batches) }
        router.delete("/v1/files/{id}") { request in
            let id = try id(of: request)
            try await batches.deleteFile(id, for: try key(of: request))
            return .json(BatchBodies.fileDeleted(id).bytes())
        }
    }

    // MARK: - Anthropic

    private func listMessages(_ request: Request, _ batches: ServedBatchService) async throws -> Response {
        let key = try key(of: request)
        let (list, hasMore) = try await batches.list(
            .anthropic, after: try request.head.queryValue("after_id"),
            before: try request.head.queryValue("before_id"), limit: try limit(of: request, most: 1_000), for: key)
        return .json(
            BatchBodies.anthropicList(list, hasMore: hasMore, address: address(of: request)).bytes())
    }

    private func messageResults(_ request: Request, _ batches: ServedBatchService) async throws -> Response {
        let id = try id(of: request)
        let found = try await batches.find(id, .anthropic, for: try key(of: request))
        guard found.batch.endedAt != nil else {
            throw ServedFault(
                .invalidRequest, "the batch '\(id)' has not ended, so there are no results yet; see processing_status")
        }
        return lines(of: found.batch, [.succeeded, .errored, .canceled, .expired], batches) {
            BatchBodies.anthropicLine($0)
        }
    }

    /// Entries of a batch as lines of JSON, read a page at a time.
    private func lines(
        of batch: ServedBatch, _ states: [ServedBatchEntry.State], _ batches: ServedBatchService,
        _ line: @escaping @Sendable (ServedBatchEntry) -> [UInt8]
    ) -> Response {
        .stream(type: "application/x-jsonl") { writer in
            var last = 0
            while true {
                let page = try await batches.results(of: batch, states, after: last)
                guard let end = page.last else { return }
                last = end.number
                try await writer.write(page.flatMap(line))
            }
        }
    }

    // MARK: - Files

    private func upload(_ request: Request, _ batches: ServedBatchService) async throws -> Response {
        let key = try key(of: request)
        let bytes = try await request.body.collect(upTo: Self.largestBody)
        let form: MultipartForm
        do throws(WireFault) {
            form = try MultipartForm(bytes, type: request.headers["content-type"] ?? "")
        } catch {
            throw ServedFault(error)
        }
        guard form.text(of: "purpose") == "batch" else {
            throw ServedFault(
                .invalidRequest, "purpose: files are kept for batches only, so it has to be 'batch'", path: "purpose")
        }
        guard let part = form.part("file") else {
            throw ServedFault(.invalidRequest, "file: the form has no part of this name", path: "file")
        }
        let file = try await batches.add(part.content, named: part.fileName ?? "batch.jsonl", for: key)
        return .json(BatchBodies.file(file, keep: batches.keep).bytes())
    }

    private func content(_ request: Request, _ batches: ServedBatchService) async throws -> Response {
        let (id, key) = (try id(of: request), try key(of: request))
        if let content = try await batches.content(id, for: key) {
            return Response(type: "application/jsonl", content)
        }
        guard let batch = try await batches.batch(withFile: id, for: key), batch.endedAt != nil else {
            throw ServedFault(.notFound, "there is no file '\(id)'")
        }
        return lines(of: batch, batch.outputFile == id ? [.succeeded] : [.errored, .canceled, .expired], batches) {
            BatchBodies.openAILine($0)
        }
    }

    // MARK: - Parts

    private func id(of request: Request) throws -> String { try request.parameters.value("id", as: String.self) }

    private func limit(of request: Request, most: Int) throws -> Int {
        guard let text = try request.head.queryValue("limit") else { return 20 }
        guard let number = Int(text), (1...most).contains(number) else {
            throw ServedFault(.invalidRequest, "limit: expected a number from 1 to \(most)", path: "limit")
        }
        return number
    }

    /// This server as the client calls it.
    private func address(of request: Request) -> String {
        let host = request.headers["host"] ?? "localhost"
        return "\(request.connection.isEncrypted ? "https" : "http")://\(host)"
    }
}
