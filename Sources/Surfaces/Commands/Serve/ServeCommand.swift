import CommandLineKit
import Conversation
import Files
import Gateway
import HTTPServer
import Identity
import JSON
import Keys
import Metrics
import ResponseCache
import Secrets
import ServedCalls
import ServerAPI
import Serving
import Settings
import Workbench
import WorkflowEngine

/// Carries out `vencejo serve`: the gateway behind a listener, until it is told to end.
struct ServeCommand: Sendable {
    let context: CommandContext

    func run(_ arguments: ParsedArguments) async throws -> ExitStatus {
        // Outside a repository there is no project, and the user's own settings are all there is.
        let project = try? await Repository.open(at: context.directory).root
        let settings = try context.settings(project)
        let listener = try listener(settings.serve, arguments)
        let setup = try await context.models(settings)
        guard !setup.providers.isEmpty else {
            throw Failure(
                .usage,
                "no model is configured, so there is nothing to serve: export ANTHROPIC_API_KEY or OPENAI_API_KEY, or name a provider under models.providers"
            )
        }
        let service = try await context.service()
        let store = try await context.gateway()
        let keys = try await KeyTable(store: store, clock: service.clock)
        let ledger = ServedLedger(
            store: store, server: service.ids.next(), limits: settings.budgets, clock: service.clock)
        let registry = MetricRegistry()
        let metrics = GatewayMetrics(registry: registry)
        let health = DeploymentHealth(clock: service.clock)
        metrics.show(ledger) { keys.name(of: $0) }
        metrics.showBreakers {
            health.snapshot().deployments.map { ("\($0.deployment)", GatewayMetrics.BreakerState($0.breaker)) }
        }
        let cache =
            settings.cache.isEnabled
            ? try await ResponseCache.open(
                at: context.home / ResponseCache.fileName, policy: CachePolicy(settings.cache),
                embedder: try embedder(settings, setup), clock: service.clock)
            : nil
        let serving = ServingService(
            models: try models(settings, setup), ledger: ledger, cache: cache,
            caller: ModelCaller(
                health: health, retries: Self.retries, times: CallTimes(hedgeAfter: settings.models.hedgeAfter),
                clock: service.clock),
            metrics: metrics, clock: service.clock)
        let api = GatewayAPI(
            service: serving, keys: keys, registry: registry, door: Door(hosts: settings.serve.hosts),
            clock: service.clock, ids: service.ids,
            unready: { ledger.isWritable ? nil : "the ledger cannot be written" })
        var configuration = ServerConfiguration([listener])
        configuration.limits.body = GatewayAPI.largestBody
        let server = try Server(configuration, handler: api.handler())
        let firstKey = keys.count == 0 ? try await firstKey(store, service) : nil
        if firstKey != nil { try await keys.refresh() }
        tell(server, settings.serve, firstKey)

        // Owned by this function, which waits for it: a stop drains the server instead of cancelling calls under way.
        let work = Task { try await serve(server, keys, ledger, cache) }
        let end = try await withTaskCancellationHandler {
            try await work.value
        } onCancel: {
            server.drain()
        }
        context.output.notice(
            end.abandonedHandlers + end.cutConnections == 0
                ? "Stopped; every call had ended." : "Stopped; \(end.cutConnections) connections were cut.")
        return .done
    }

    /// Clients try again by themselves, so that long waits are theirs: they are told how long.
    private static let retries = RetryPolicy(attempts: 3, base: .milliseconds(250), longest: .seconds(5))

    /// Serves until the server has been drained; then the ledger is written and closed.
    private func serve(
        _ server: Server, _ keys: KeyTable, _ ledger: ServedLedger, _ cache: ResponseCache?
    ) async throws -> ServerEnd {
        let end = try await withThrowingTaskGroup(of: ServerEnd?.self, returning: ServerEnd?.self) { group in
            group.addTask {
                try await keys.run()
                return nil
            }
            group.addTask {
                try await ledger.run()
                return nil
            }
            group.addTask { try await server.run() }
            defer { group.cancelAll() }
            for try await end in group { if let end { return end } }
            return nil
        }
        try await ledger.drain()
        await cache?.close()
        guard let end else {
            throw Failure(.failed, "the server ended without being told to; this is a fault of the program")
        }
        return end
    }

    /// What the semantic cache compares questions by; nil where it is off.
    private func embedder(_ settings: Settings, _ setup: ModelSetup) throws -> TextEmbedder? {
        guard settings.cache.isSemantic, let text = settings.cache.embedder, let name = ModelName(text) else {
            return nil
        }
        guard let provider = setup.embedders.first(where: { $0.name == name.provider }) else {
            throw Failure(
                .usage,
                "cache.semantic.embedder names \(text), and there is no provider '\(name.provider)' that gives vectors: configure one under models.providers"
            )
        }
        return TextEmbedder(name: text) { words in
            try await provider.embed(EmbeddingRequest(model: name.model, input: .texts([words]))).vectors.first ?? []
        }
    }

    private func models(_ settings: Settings, _ setup: ModelSetup) throws -> ServedModels {
        var fallbacks: [ModelName: [ModelName]] = [:]
        for (name, others) in settings.models.fallbacks {
            if let name = ModelName(name) { fallbacks[name] = others.compactMap { ModelName($0) } }
        }
        return ServedModels(
            providers: setup.providers, catalogue: setup.catalogue, router: setup.router, names: setup.models,
            fallbacks: fallbacks, patience: settings.models.patience, aliases: settings.serve.aliases,
            embedders: setup.embedders)
    }

    private func listener(_ serve: Settings.Serve, _ arguments: ParsedArguments) throws -> Listener {
        var tls: Listener.TLS?
        if let certificate = serve.certificate, let key = serve.key {
            tls = Listener.TLS(
                certificate: FilePath(certificate).resolved(from: context.directory),
                key: FilePath(key).resolved(from: context.directory))
        }
        if let socket = arguments.value("--socket") ?? serve.socket {
            return Listener(.unix(FilePath(socket).resolved(from: context.workingDirectory)), tls: tls)
        }
        var port = serve.port
        if let typed = arguments.value("--port") {
            guard let number = Int(typed), (0...65_535).contains(number) else {
                throw Failure(.usage, "--port takes a number from 0 to 65535, not '\(typed)'")
            }
            port = number
        }
        return Listener(.tcp(host: arguments.value("--host") ?? serve.host, port: port), tls: tls)
    }

    /// A key for whoever starts the server first, as nothing is open without one.
    private func firstKey(_ store: any GatewayStore, _ service: RunService) async throws -> KeyRing.NewKey {
        try await KeyRing(store: store, clock: service.clock, ids: service.ids)
            .create(KeyOrder(name: "local", user: context.user))
    }

    private func tell(_ server: Server, _ serve: Settings.Serve, _ key: KeyRing.NewKey?) {
        let address =
            server.addresses.first.map { address in
                if case .unix(let path) = address { return path }
                return "\(serve.certificate == nil ? "http" : "https")://\(address)"
            } ?? ""
        let text = key?.text.withValue { $0 }
        var object: JSONObject = ["address": .string(address)]
        if let text { object.set(.string(text), for: "key") }
        if context.output.form == .json { context.output.event(.object(object)) }
        let shown = text ?? "vj-…"
        var lines = ["Serving on \(address)"]
        if let text {
            lines += ["", "The first key, shown this once: \(text)"]
        } else {
            lines += ["", "Keys: vencejo keys list, vencejo keys create NAME"]
        }
        lines += [
            "", "Claude Code   ANTHROPIC_BASE_URL=\(address) ANTHROPIC_AUTH_TOKEN=\(shown) claude",
            "OpenAI SDKs   OPENAI_BASE_URL=\(address)/v1 OPENAI_API_KEY=\(shown)",
            "Metrics       curl -H 'Authorization: Bearer \(shown)' \(address)/metrics",
        ]
        context.output.notice(lines.joined(separator: "\n"))
    }
}

extension GatewayMetrics.BreakerState {
    init(_ state: CircuitBreaker.State) {
        switch state {
        case .closed: self = .closed
        case .open: self = .open
        case .halfOpen: self = .halfOpen
        }
    }
}
