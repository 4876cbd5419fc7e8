import Batches
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
        let project = try await Repository.root(around: context.directory)
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
        let watch = BudgetWatch(context: context)
        let ledger = ServedLedger(
            store: store, server: service.ids.next(), limits: settings.budgets, clock: service.clock, tell: watch.tell)
        let registry = MetricRegistry()
        let metrics = GatewayMetrics(registry: registry)
        let resilience = settings.resilience
        let health = DeploymentHealth(resilience.breaker, clock: service.clock)
        metrics.show(ledger) { keys.name(of: $0) }
        metrics.showBreakers {
            health.snapshot().deployments.map { ("\($0.deployment)", GatewayMetrics.BreakerState($0.breaker)) }
        }
        let cache = try await ResponseCache.configured(
            settings.cache, home: context.home, embedders: setup.embedders, clock: service.clock)
        let serving = ServingService(
            models: try models(settings, setup), ledger: ledger, cache: cache,
            caller: ModelCaller(
                health: health, retries: RetryPolicy(resilience.served),
                times: CallTimes(hedgeAfter: settings.models.hedgeAfter, total: resilience.servedTime),
                clock: service.clock),
            metrics: metrics, clock: service.clock)
        let batches = try await batches(settings, setup, serving, keys, service)
        let api = GatewayAPI(
            service: serving, keys: keys, registry: registry, door: Door(hosts: settings.serve.hosts),
            clock: service.clock, ids: service.ids, batches: batches,
            unready: { ledger.isWritable ? nil : "the ledger cannot be written" })
        var configuration = ServerConfiguration([listener])
        configuration.limits.body = GatewayAPI.largestBody
        configuration.refusalResponse = { api.response(to: $0, $1) }
        let server = try Server(configuration, handler: api.handler())
        let firstKey = keys.count == 0 ? try await firstKey(store, service) : nil
        if firstKey != nil { try await keys.refresh() }
        tell(server, settings.serve, firstKey)

        // Owned by this function, which waits for it: a stop drains the server instead of cancelling calls under way.
        let running = ServeWork(
            server: server, keys: keys, ledger: ledger, cache: cache, batches: batches,
            keeping: settings.serve.daysOfCalls.map { LedgerKeeping(store: store, days: $0) }, watch: watch,
            metrics: metrics, lockFile: context.home / "batches.lock", output: context.output)
        let work = Task { try await running.run() }
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

    /// The batches of clients, and the ways to those of providers.
    private func batches(
        _ settings: Settings, _ setup: ModelSetup, _ serving: ServingService, _ keys: KeyTable, _ service: RunService
    ) async throws -> ServedBatchService {
        let store = try await context.gateway()
        let books = BatchBooks(
            journal: service.journal, catalogue: setup.catalogue, clock: service.clock, ids: service.ids)
        let upstream = BatchService(
            store: store, providers: setup.batchProviders.map(\.batches), policy: BatchPolicy(settings.batches),
            clock: service.clock, ids: service.ids, look: settings.batches.look, settle: { try await books.settle($0) })
        return ServedBatchService(
            serving: serving, store: store, keys: keys, upstream: upstream,
            accounts: Dictionary(setup.batchProviders.map { ($0.provider, $0.batches.name) }) { first, _ in first },
            rules: .init(
                entries: settings.batches.entries, waiting: settings.batches.waiting, keep: settings.batches.keep,
                look: min(.seconds(1), settings.batches.look)), clock: service.clock, ids: service.ids)
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
            .create(KeyOrder(name: "local", user: context.user, isOperator: true))
    }

    private func tell(_ server: Server, _ serve: Settings.Serve, _ key: KeyRing.NewKey?) {
        guard let address = server.addresses.first else { return }
        let notice = ServeNotice(address: address, isEncrypted: serve.certificate != nil, key: key?.text)
        if context.output.form == .json { context.output.event(notice.json) }
        context.output.notice(notice.text)
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
