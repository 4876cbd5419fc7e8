import Gateway
package import HTTPServer
package import Identity
import JSON
package import Keys
package import Metrics
import ResponseCache
import ServedCalls
package import Serving
package import Timekeeping
import WireFormats

/// The gateway as an HTTP API: the wire formats of Anthropic and OpenAI, and what there is to see of it.
///
/// Every route but `/health`, `/ready` and `/api/hello` wants a key. Keys are taken from headers only.
package struct GatewayAPI: Sendable {
    let service: ServingService
    let keys: KeyTable
    let registry: MetricRegistry
    let clock: WallClock
    let ids: IdentifierSource
    let batches: ServedBatchService?
    private let door: Door
    /// Why no calls can be taken right now, or nil.
    private let unready: @Sendable () -> String?

    package init(
        service: ServingService, keys: KeyTable, registry: MetricRegistry, door: Door, clock: WallClock,
        ids: IdentifierSource, batches: ServedBatchService? = nil, unready: @escaping @Sendable () -> String?
    ) {
        self.batches = batches
        self.service = service
        self.keys = keys
        self.registry = registry
        self.door = door
        self.clock = clock
        self.ids = ids
        self.unready = unready
    }

    /// The largest body of a request.
    package static let largestBody = 32 << 20

    package func handler() -> Handler {
        var router = Router(middleware: [answeringFaults, door.guarding])
        router.get("/health") { _ in .json(JSONValue.object(["status": "ok"]).bytes()) }
        // What Claude Code asks first, to see whether anybody is there.
        router.get("/api/hello") { _ in .json(JSONValue.object(["message": "hello"]).bytes()) }
        router.get("/ready") { _ in
            guard let why = unready() else { return .json(JSONValue.object(["status": "ready"]).bytes()) }
            return .json(
                JSONValue.object(["status": "not ready", "reason": .string(why)]).bytes(), status: .serviceUnavailable)
        }
        router.post("/v1/messages") { try await answer(AnthropicMessages.self, $0) }
        router.post("/v1/messages/count_tokens") { try await countTokens($0) }
        router.post("/v1/chat/completions") { try await answer(OpenAIChat.self, $0) }
        router.post("/v1/responses") { try await answer(OpenAIResponses.self, $0) }
        router.post("/v1/embeddings") { try await embeddings($0) }
        router.get("/v1/models") { try models($0) }
        router.get("/v1/models/{model...}") { try model($0) }
        router.get("/metrics") { request in
            _ = try operatorKey(of: request)
            return Response(type: MetricRegistry.contentType, Array(registry.text().utf8))
        }
        routeBatches(&router)
        router.get("/api/v1/cache/stats") { try await cacheStatistics($0) }
        return router.handler()
    }

    // MARK: - Who asks

    /// The key that a request shows.
    func key(of request: Request) throws(ServedFault) -> KnownKey {
        guard let text = request.headers["authorization"].flatMap(Self.bearer) ?? request.headers["x-api-key"] else {
            throw ServedFault(
                .authentication,
                "no key was given: send 'Authorization: Bearer vj-…' or 'x-api-key: vj-…' with a key from vencejo keys create"
            )
        }
        switch keys.recognise(text) {
        case .valid(let key): return key
        case .expired(let key):
            throw ServedFault(
                .authentication,
                "the key \(key.key.name) has expired; make another with vencejo keys rotate \(key.key.name)")
        case .revoked(let key): throw ServedFault(.authentication, "the key \(key.key.name) was revoked")
        case .unknown:
            throw ServedFault(.authentication, "the key is not known here; vencejo keys list shows the ones that are")
        }
    }

    /// What stands behind the word `Bearer` and one or more spaces.
    private static func bearer(_ value: String) -> String? {
        let words = value.utf8.split(separator: UInt8(ascii: " "), maxSplits: 1)
        guard words.count == 2, words[0].count == 6, Substring(words[0]).lowercased() == "bearer" else { return nil }
        return String(Substring(words[1]))
    }

    /// The key that a request shows, where it may see what all keys do.
    func operatorKey(of request: Request) throws(ServedFault) -> KnownKey {
        let key = try key(of: request)
        guard key.key.isOperator == true else {
            throw ServedFault(
                .permission,
                "the key \(key.key.name) may not see what all keys do: make one that may with vencejo keys create NAME --operator"
            )
        }
        return key
    }

    // MARK: - What there is to see

    private func models(_ request: Request) throws -> Response {
        let key = try key(of: request)
        let listed = service.models.listed().filter { key.allows("\($0.name)") }.map { name, entry in
            ListedModel(
                id: "\(name)", created: 0, owner: name.provider, displayName: nil,
                contextWindow: entry?.card.contextTokens, outputLimit: entry?.card.maxOutputTokens)
        }
        guard request.headers["anthropic-version"] != nil else {
            return .json(ModelLists.openAI(listed).bytes())
        }
        var query: [String: String] = [:]
        for item in try request.head.queryItems() { query[item.name] = item.value }
        do throws(WireFault) {
            return .json(ModelLists.anthropic(listed, page: try ModelLists.Page(query: query)).bytes())
        } catch {
            throw ServedFault(error)
        }
    }

    private func model(_ request: Request) throws -> Response {
        let key = try key(of: request)
        let name = try request.parameters.value("model", as: String.self)
        guard let found = service.models.listed().first(where: { "\($0.name)" == name || $0.name.model == name }),
            key.allows("\(found.name)")
        else { throw ServedFault(.notFound, "there is no model '\(name)' here", code: "model_not_found") }
        let listed = ListedModel(
            id: "\(found.name)", created: 0, owner: found.name.provider, displayName: nil,
            contextWindow: found.entry?.card.contextTokens, outputLimit: found.entry?.card.maxOutputTokens)
        let isAnthropic = request.headers["anthropic-version"] != nil
        return .json((isAnthropic ? ModelLists.anthropic(listed) : ModelLists.openAI(listed)).bytes())
    }

    private func cacheStatistics(_ request: Request) async throws -> Response {
        _ = try operatorKey(of: request)
        guard let cache = service.cache else {
            return .json(JSONValue.object(["enabled": false]).bytes())
        }
        return .json(try await cache.statistics().json.bytes())
    }

    // MARK: - Faults

    /// Gives each API's clients faults in that API's own shape.
    private var answeringFaults: Middleware {
        { request, next in
            do {
                return try await next(request)
            } catch let fault as ServedFault {
                return response(to: fault, request.head)
            } catch let refusal as Refusal {
                return response(to: refusal, request.head)
            }
        }
    }

    /// What the server refuses by itself, such as a body that is too large, in the shape of the API that was called.
    package func response(to refusal: Refusal, _ head: RequestHead?) -> Response {
        guard let head, head.path.hasPrefix("/v1/") else {
            return ServerConfiguration.plainResponse(refusal, head)
        }
        var response = response(to: ServedFault(refusal), head)
        response.status = refusal.status
        response.headers.add(refusal.headers)
        return response
    }

    private func response(to fault: ServedFault, _ head: RequestHead) -> Response {
        let id = requestID()
        var response =
            head.path.hasPrefix("/v1/messages") || head.headers["anthropic-version"] != nil
            ? fault.response(AnthropicMessages.self, requestID: id) : fault.response(OpenAIChat.self, requestID: id)
        response.headers["x-request-id"] = id
        response.headers["request-id"] = id
        return response
    }

    /// What a request is called, so that a report of it can be found again.
    func requestID() -> String { "req_" + ids.nextUUID().digits }
}
