import CommandLineKit
import Commands
import Files
import Gateway
import Identity
import RepoMap
import ResponseCache
import Settings
import SourceTags
import Storage
import Terminal
import Timekeeping
import WorkflowEngine

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The one place where implementations are picked and put together.
struct Composition: Sendable {
    let variables: [String: String]
    let terminal: TerminalInfo
    let arguments: ParsedArguments
    let version: String

    func run(_ path: [String], _ arguments: ParsedArguments) async -> ExitStatus {
        let opened = OpenedStores()
        let status = await CommandRunner(context: context(opened)).run(path, arguments)
        await opened.close()
        return status
    }

    private func context(_ opened: OpenedStores) -> CommandContext {
        let home = ProcessEnvironment.home(variables)
        let assembly = ModelAssembly(
            variables: variables, model: arguments.value("--model"), recordTo: arguments.value("--record"))
        let clock = WallClock.system
        let ids = IdentifierSource.system(clock: clock)
        let reader = SettingsReader(environment: variables, trust: SettingsTrust(home: home))
        return CommandContext(
            output: output(), terminal: terminal, isInteractive: terminal.isTerminal && isatty(STDIN_FILENO) == 1,
            variables: variables, workingDirectory: ProcessEnvironment.absolute(".").normalized(),
            directory: directory, home: home, version: version, program: program,
            process: getpid(), user: ProcessEnvironment.user(variables),
            writeNotice: { StandardStreams.write($0, to: STDERR_FILENO) },
            service: {
                let journal = try await opened.journal(in: home)
                let projects = ProjectAssembly(
                    reader: reader, models: assembly, journal: journal, clock: clock, ids: ids,
                    searchPath: ProcessEnvironment.searchPath(variables), home: home, directory: directory,
                    variables: variables,
                    grammarFolders: GrammarLibrary.standardFolders(
                        program: program, home: home, environment: variables),
                    health: { await opened.health($0, clock: clock) },
                    cache: { settings, setup in
                        try await opened.cache(settings.cache, setup, home: home, clock: clock)
                    })
                return RunService(
                    journal: journal, home: home, clock: clock, ids: ids, version: version,
                    environment: { try await projects.environment(of: $0) })
            },
            gateway: { try await opened.journal(in: home) },
            settings: { try reader.read(project: $0) },
            models: { try await assembly.setup(for: $0, project: directory) })
    }

    private var directory: FilePath { ProcessEnvironment.absolute(arguments.value("--directory") ?? ".").normalized() }

    /// `vencejo` where it was found on the path, otherwise the path it was called by.
    private var program: String {
        let called = Swift.CommandLine.arguments.first ?? "vencejo"
        return called.contains("/") ? ProcessEnvironment.absolute(called).normalized().string : called
    }

    private func output() -> Output {
        let isJSON = arguments.flag("--json")
        let out = TerminalInfo.detect(descriptor: STDOUT_FILENO, environment: variables)
        return Output(
            form: isJSON ? .json : .text,
            style: TextStyle(colours: out.colours && !isJSON && !arguments.flag("--no-color")),
            width: out.width, isTerminal: out.isTerminal
        ) { stream, text in
            StandardStreams.write(text, to: stream == .result ? STDOUT_FILENO : STDERR_FILENO)
        }
    }
}

/// Opens the journal and the response cache when the first command asks for them.
private actor OpenedStores {
    private var journal: SQLiteJournal?
    private var healths: [Settings.Breaker: DeploymentHealth] = [:]
    private var caches: [Settings.Cache: ResponseCache] = [:]

    func journal(in home: FilePath) async throws -> SQLiteJournal {
        if let journal { return journal }
        try FileSystem.createDirectory(home, mode: 0o700)
        let opened = try await SQLiteJournal(path: (home / "vencejo.db").string)
        journal = opened
        return opened
    }

    /// One for each way that projects configure it, as the figures are the cache's own.
    func cache(
        _ settings: Settings.Cache, _ setup: ModelSetup, home: FilePath, clock: WallClock
    ) async throws -> ResponseCache? {
        if let cache = caches[settings] { return cache }
        let opened = try await ResponseCache.configured(
            settings, home: home, embedders: setup.embedders, clock: clock)
        // Another may have been quicker while it was opened.
        if let cache = caches[settings] {
            await opened?.close()
            return cache
        }
        caches[settings] = opened
        return opened
    }

    /// One for each way that projects configure breakers.
    func health(_ settings: Settings.Breaker, clock: WallClock) -> DeploymentHealth {
        if let health = healths[settings] { return health }
        let health = DeploymentHealth(settings, clock: clock)
        healths[settings] = health
        return health
    }

    func close() async {
        for cache in caches.values { await cache.close() }
        await journal?.close()
    }
}
