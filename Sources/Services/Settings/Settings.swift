package import Money
package import Policy
package import Runs
package import Secrets

/// Everything that configuration can say, validated, with defaults filled in.
package struct Settings: Sendable {
    package var models = Models()
    package var mode: Mode = .balanced
    package var limits = Limits()
    /// What may be spent beside a run's own budget.
    package var budgets = BudgetLimits()
    package var policy = PolicyRules()
    package var sandbox = Sandbox()
    /// Answers of models that are given again.
    package var cache = Cache()
    /// What is done where a model does not answer.
    package var resilience = Resilience()
    /// How the gateway is served to others.
    package var serve = Serve()
    /// How documents of features are written.
    package var specs = Specs()
    /// Whether calls may wait for a batch, or for the hour that is meant for them.
    package var priority = Priority.normal
    package var batches = Batches()
    /// The checks to verify with, in order; nil where they are to be detected.
    package var verify: [Check]?
    /// The files that were read, the weakest first.
    package var sources: [String] = []

    package init() {}

    package struct Models: Sendable {
        /// `provider/model` for every agent that has none of its own.
        package var standard: String?
        /// By agent, a model or a tier.
        package var roles: [String: String] = [:]
        /// By mode, a model or a tier.
        package var modes: [Mode: String] = [:]
        package var providers: [String: Provider] = [:]
        package var prices: [String: Price] = [:]
        /// By `provider/model`, the name of the format it writes changes in.
        package var editFormats: [String: String] = [:]
        /// `small`, `medium`, `large` and `frontier`, each with its models, the first choice first.
        package var tiers: [String: [String]] = [:]
        /// A tier or a model by the kind of work.
        package var kinds: [String: String] = [:]
        package var environment = Environment.production
        /// How many tiers up a step may go after failed verifications.
        package var escalations = 2
        package var escalatesInFrugal = false
        package var unknownPrices = UnknownPrices.refuse
        /// Catalogues of models over the built-in one, the weakest first.
        package var catalogues: [String] = []
        /// By `provider/model`, the models that stand in for it, in this order.
        package var fallbacks: [String: [String]] = [:]
        /// How long a model may say nothing while another can stand in for it.
        package var patience: Duration = .seconds(60)
        /// After how long another model is asked as well; nil is never.
        package var hedgeAfter: Duration?

        package init() {}
    }

    package struct Provider: Sendable {
        package var api: API
        package var baseURL: String?
        package var key: Secret?
        /// Where the key comes from, for messages: `$ANTHROPIC_API_KEY` or a file's path.
        package var keySource: String?
        /// Further keys, among which calls are shared out.
        package var moreKeys: [Key] = []
        /// Calls cost nothing, as with a model on this machine.
        package var isFree = false
        /// Whether it takes batches; nil where that is as usual for its address.
        package var takesBatches: Bool?
        /// Whether requests have a `prompt_cache_key`; nil leaves it to what is known of the provider.
        package var sendsCacheKey: Bool?
        /// For `rehearsal`: the file to replay.
        package var file: String?

        /// All keys that are set, in their order.
        package var givenKeys: [Key] {
            let first = keySource.map { [Key(secret: key, source: $0)] } ?? []
            return (first + moreKeys).filter { $0.secret != nil }
        }

        package init(api: API) { self.api = api }
    }

    /// Where work is done: in development, models that cost nothing go first.
    package enum Environment: String, Sendable, Hashable, CaseIterable { case development, production }

    /// Whether models may be called whose price nobody knows.
    package enum UnknownPrices: String, Sendable, Hashable, CaseIterable { case allow, refuse }

    /// A key, nil where it is not set, and where it comes from.
    package struct Key: Sendable {
        package var secret: Secret?
        package var source: String
    }

    package enum API: String, Sendable, Hashable, CaseIterable {
        case anthropic, openai
        case responses = "openai-responses"
        case ollama, rehearsal
    }

    /// Dollars a million tokens, and how much fits.
    package struct Price: Sendable, Hashable {
        package var input: USD
        package var output: USD
        package var cacheRead: USD?
        package var cacheWrite: USD?
        /// Writing the cache for an hour.
        package var cacheWriteHour: USD?
        /// What calls cost that wait for a batch; both or none.
        package var batchInput: USD?
        package var batchOutput: USD?
        package var context: Int?
        package var maxOutput: Int?
        /// Whether the model looks at images.
        package var takesImages = false

        package init(input: USD, output: USD) {
            self.input = input
            self.output = output
        }
    }

    package struct Limits: Sendable, Hashable {
        package var budget = USD(micros: 5_000_000)
        package var turns = 60
        package var tokens = 4_000_000
        /// The size at which a session's older turns are shortened; nil leaves it to the model's window.
        package var contextTokens: Int?
        package var sessionTime: Duration = .seconds(3600)
        package var maxAttempts = 3
        /// How many tasks that touch different files are carried out at the same time.
        package var parallelTasks = 1
        package var commandTime: Duration = .seconds(300)
        package var checkTime: Duration = .seconds(1800)
        /// How complex a function may be; nil where nothing is held to it.
        package var complexity: Int?

        package init() {}
    }

    package struct PolicyRules: Sendable, Hashable {
        package var allowPaths: [String] = []
        package var denyPaths: [String] = []
        package var allow: [String] = []
        package var ask: [String] = []
        package var deny: [String] = []
        /// Hosts off the public web whose pages may be given as context.
        package var webHosts: [String] = []

        package init() {}
    }

    package struct Sandbox: Sendable, Hashable {
        package var isRequired = true
        package var network = Network.off
        /// The hosts of `network: allow-list`.
        package var allow: [HostPattern] = []
        package var writable: [String] = []
        package var readable: [String] = []
        /// Folders of tools that each project gets a copy of.
        package var caches: [String] = []
        package var environment: [String] = []
        package var limits = SandboxLimits()

        package init() {}
    }

    package enum Network: String, Sendable, Hashable, CaseIterable {
        case off
        case allowList = "allow-list"
        case on
    }

    /// What one command may use; nil is the sandbox's own default.
    package struct SandboxLimits: Sendable, Hashable {
        package var time: Duration?
        /// Cores' worth of time.
        package var cpus: Double?
        /// In bytes.
        package var memory: Int?
        package var processes: Int?
        /// In bytes.
        package var fileSize: Int?
        /// Bytes of output that a log keeps.
        package var output: Int?

        package init() {}
    }

    package struct Check: Sendable, Hashable {
        package var name: String
        package var command: String

        package init(name: String, command: String) {
            self.name = name
            self.command = command
        }
    }
}
