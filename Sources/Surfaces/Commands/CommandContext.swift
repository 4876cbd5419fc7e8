package import Batches
package import Conversation
package import Files
package import Gateway
package import ServedCalls
package import Settings
package import Terminal
package import WorkflowEngine

/// What a command works with, put together once by the composition root.
package struct CommandContext: Sendable {
    package var output: Output
    package var terminal: TerminalInfo
    /// Whether somebody can be asked: input and notices are both a terminal.
    package var isInteractive: Bool
    package var variables: [String: String]
    /// Where the process was started; file arguments are relative to it.
    package var workingDirectory: FilePath
    /// Where the command works: the same, or `-C DIR`.
    package var directory: FilePath
    package var home: FilePath
    package var version: String
    /// How the program was called, for commands that a user may copy.
    package var program: String
    /// This process's number.
    package var process: Int32
    /// Who spends: what `VENCEJO_USER`, `USER` or `LOGNAME` says, or the name of the process's user.
    package var user: String
    /// Writes to the terminal as it is, for the live region.
    package var writeNotice: @Sendable (String) -> Void
    /// Opens the journal; commands that need none do not pay for it.
    package var service: @Sendable () async throws -> RunService
    /// The same journal, for the gateway's keys and ledger.
    package var gateway: @Sendable () async throws -> any GatewayStore
    package var settings: @Sendable (FilePath?) throws -> Settings
    package var models: @Sendable (Settings) async throws -> ModelSetup

    package init(
        output: Output, terminal: TerminalInfo, isInteractive: Bool, variables: [String: String],
        workingDirectory: FilePath,
        directory: FilePath,
        home: FilePath, version: String, program: String, process: Int32, user: String,
        writeNotice: @escaping @Sendable (String) -> Void,
        service: @escaping @Sendable () async throws -> RunService,
        gateway: @escaping @Sendable () async throws -> any GatewayStore,
        settings: @escaping @Sendable (FilePath?) throws -> Settings,
        models: @escaping @Sendable (Settings) async throws -> ModelSetup
    ) {
        self.output = output
        self.terminal = terminal
        self.isInteractive = isInteractive
        self.variables = variables
        self.workingDirectory = workingDirectory
        self.directory = directory
        self.home = home
        self.version = version
        self.program = program
        self.process = process
        self.user = user
        self.writeNotice = writeNotice
        self.service = service
        self.gateway = gateway
        self.settings = settings
        self.models = models
    }
}

/// The models that a configuration leads to.
package struct ModelSetup: Sendable {
    package var providers: [any ModelProvider]
    package var catalogue: ModelCatalogue
    package var router: Router
    /// The model for each role and mode, or why there is none.
    package var choose: @Sendable (_ role: String, _ own: String?, _ mode: String) throws -> ModelName
    /// How each provider came to be configured, such as `$ANTHROPIC_API_KEY`.
    package var origins: [String: String]
    /// What each provider says it has; for providers that can be asked.
    package var list: @Sendable (_ provider: String) async throws -> [String]
    /// Every model that is configured, or usual for a provider that is.
    package var models: [ModelName]
    /// The ways to models that give vectors, by provider.
    package var embedders: [any EmbeddingProvider]
    /// The ways to batches, with the names of their providers.
    package var batchProviders: [BatchAccount] = []

    /// A provider's way to batches; its own name is that of the account, which is the key and the address.
    package struct BatchAccount: Sendable {
        package var provider: String
        package var batches: any BatchProvider

        package init(provider: String, batches: any BatchProvider) {
            self.provider = provider
            self.batches = batches
        }
    }

    package init(
        providers: [any ModelProvider], catalogue: ModelCatalogue, router: Router,
        choose: @escaping @Sendable (_ role: String, _ own: String?, _ mode: String) throws -> ModelName,
        origins: [String: String], list: @escaping @Sendable (_ provider: String) async throws -> [String],
        models: [ModelName] = [], embedders: [any EmbeddingProvider] = []
    ) {
        self.providers = providers
        self.catalogue = catalogue
        self.router = router
        self.choose = choose
        self.origins = origins
        self.list = list
        self.models = models
        self.embedders = embedders
    }
}
