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
/// Every route but `/health` and `/ready` wants a key. Keys are taken from headers only.
package struct GatewayAPI: Sendable {
    let service: ServingService
    let keys: KeyTable
    let registry: MetricRegistry
    let clock: WallClock
    let ids: IdentifierSource
    private let door: Door
    /// Why no calls can be taken right now, or nil.
    private let unready: @Sendable () -> String?

    package init(
        service: ServingService, keys: KeyTable, registry: MetricRegistry, door: Door, clock: WallClock,
        ids: IdentifierSource, unready: @escaping @Sendable () -> String?
    ) {
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
        var router = Router(middleware: [door.guarding, answeringFaults])
        router.get("/health") { _ in .json(JSONValue.object(["status": "ok"]).bytes()) }
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
            _ = try key(of: request)
            return Response(type: MetricRegistry.contentType, Array(registry.text().utf8))
        }
        router.get("/api/v1/cache/stats") { try await cacheStatistics($0) }
        return router.handler()
    }

    // MARK: - Who asks

    /// The key that a request shows.
    func key(of request: Request) throws(ServedFault) -> KnownKey {
        let bearer = request.headers["authorization"].flatMap { value -> Substring? in
            let words = value.split(separator: " ", maxSplits: 1)
            return words.count == 2 && words[0].lowercased() == "bearer" ? words[1] : nil
        }
        guard let text = bearer.map(String.init) ?? request.headers["x-api-key"] else {
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
        _ = try key(of: request)
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
                return response(to: fault, request)
            } catch let refusal as Refusal where request.path.hasPrefix("/v1/") {
                var response = response(to: ServedFault(refusal), request)
                response.headers.add(refusal.headers)
                return response
            }
        }
    }

    private func response(to fault: ServedFault, _ request: Request) -> Response {
        let id = requestID(of: request)
        return request.path.hasPrefix("/v1/messages") || request.headers["anthropic-version"] != nil
            ? fault.response(AnthropicMessages.self, requestID: id) : fault.response(OpenAIChat.self, requestID: id)
    }

    /// What a refused request is called, so that a report of it can be found in the log.
    func requestID(of request: Request) -> String { "req_\(ids.nextUUID().description.replacing("-", with: ""))" }
}
