package import AgentRuntime
package import Money
package import Policy
package import Runs
package import Specs
package import Workbench

/// What a run is held to, as read from configuration once.
package struct RunSettings: Sendable {
    package var budget: USD
    package var mode: Mode
    package var session: SessionLimits
    package var context: ContextLimits
    /// How often a task may be verified before a human is asked.
    package var maxAttempts: Int
    package var commandTimeLimit: Duration
    package var checkTimeLimit: Duration
    /// How complex a function may be; nil where nothing is held to it.
    package var complexityLimit: Int?
    /// The checks to verify with; nil where they are to be detected.
    package var checks: [Check]?
    package var paths: PathRules
    package var permissions: Permissions
    package var confinement: Confinement
    /// How many tasks that touch different files are carried out at the same time, each in a worktree of its own.
    package var parallelTasks = 1
    /// Which forms documents are written from.
    package var templates = TemplateChoice()
    /// Whether the calls of a new run may wait.
    package var priority = Priority.normal

    package init(
        budget: USD, mode: Mode, session: SessionLimits, context: ContextLimits = .standard,
        maxAttempts: Int, commandTimeLimit: Duration,
        checkTimeLimit: Duration, checks: [Check]?, paths: PathRules, permissions: Permissions,
        confinement: Confinement
    ) {
        self.budget = budget
        self.mode = mode
        self.session = session
        self.context = context
        self.maxAttempts = maxAttempts
        self.commandTimeLimit = commandTimeLimit
        self.checkTimeLimit = checkTimeLimit
        self.checks = checks
        self.paths = paths
        self.permissions = permissions
        self.confinement = confinement
    }

    /// How commands are held to the workspace.
    package struct Confinement: Sendable, Hashable {
        package var sandbox: SandboxChoice
        package var network: SandboxPolicy.Network
        /// Further paths that commands may write to, such as a tool's cache.
        package var writable: [String]
        package var readable: [String]
        /// Further environment variables that commands see.
        package var environment: [String]
        /// Folders of tools that the project has copies of.
        package var caches: [String]
        package var limits: SandboxPolicy.Limits

        package init(
            sandbox: SandboxChoice, network: SandboxPolicy.Network, writable: [String], readable: [String],
            environment: [String], caches: [String] = [],
            limits: SandboxPolicy.Limits = .init(time: .seconds(366 * 86_400))
        ) {
            self.sandbox = sandbox
            self.network = network
            self.writable = writable
            self.readable = readable
            self.environment = environment
            self.caches = caches
            self.limits = limits
        }
    }

    package enum SandboxChoice: String, Sendable, Hashable, CaseIterable { case required, off }
}
