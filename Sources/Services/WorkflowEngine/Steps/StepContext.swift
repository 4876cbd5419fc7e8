import AgentRuntime
import Files
import Gateway
import Hooks
import Identity
import IntegrationRoles
import Runs
import Specs
import Timekeeping
import Tools
import Workbench

/// Everything that a step of one run works with.
struct StepContext: Sendable {
    var run: Run
    var settings: RunSettings
    var journal: any Journal
    var gateway: Gateway
    var agents: AgentLibrary
    var tools: ToolCatalogue
    var models: @Sendable (AgentDefinition, Mode) throws -> ModelName
    /// Decides between models; nil where there is nothing to decide.
    var router: Router?
    var prompts: StepPrompts
    var integrations: IntegrationDirectory
    var workspace: Workspace
    var workplace: RunWorkplace
    var verifier: @Sendable () throws -> Verifier
    var searchPath: String
    /// What the user gave the run to know, and where it is kept.
    var contextItems: [ContextItem]
    var given: ContextStore
    /// What was taken over of the feature that the run is about; nil where it makes its own.
    var seed: FeatureSeed?
    /// A map of the repository for the files in focus, within a number of characters; nil where there is none.
    var mapText: ProjectEnvironment.MapText?
    /// How many files of a worktree its map knows of.
    var countFiles: (@Sendable (_ root: FilePath) async throws -> Int)?
    /// Where state lives, outside every project.
    var home: FilePath
    var clock: WallClock
    var ids: IdentifierSource
    /// The user's own commands at certain moments; nil where there are none.
    var hooks: HookRunner?

    /// The same context for another worktree of the run.
    var enter: @Sendable (Workspace) async throws -> StepContext

    var worktree: FilePath { workspace.root }

    func record(_ changes: [JournalChange]) async throws {
        try await journal.record(changes, for: run.id, at: clock.now())
    }

    /// The run's feature folder; there is one from the first step on.
    func feature() throws -> FeatureFolder {
        guard let folder = run.feature else {
            throw EngineError(.state, "the run \(run.id.short) has no feature folder yet")
        }
        return FeatureFolder(root: worktree, folder: folder, templates: settings.templates)
    }

    /// The checks that judge the work: configured, or detected in the worktree.
    func checks() -> [Check] { settings.checks ?? CheckDetector.detect(in: worktree) }

    /// The checks as a sentence for a prompt.
    func checksInWords() -> String {
        let commands = checks().map { "`\($0.command)`" }
        return commands.isEmpty
            ? "nothing: no tests were found, so the work stays unproven" : commands.joined(separator: ", ")
    }

    func gates(_ kind: Gate.Kind, of step: StepKey) async throws -> [Gate] {
        try await journal.gates(of: run.id, openOnly: false).filter { $0.kind == kind && $0.step == step }
    }

    /// Opens a gate with its event.
    func open(_ kind: Gate.Kind, step: StepKey?, _ question: String, details: String, choices: [Gate.Choice])
        async throws
    {
        try await record(gate(kind, step: step, question, details: details, choices: choices))
    }

    /// The changes that open a gate, to go with others in one transaction.
    func gate(
        _ kind: Gate.Kind, step: StepKey?, _ question: String, details: String, choices: [Gate.Choice]
    ) -> [JournalChange] {
        let gate = Gate(
            id: ids.next(), run: run.id, step: step, kind: kind, question: question, details: details,
            choices: choices, openedAt: clock.now())
        return [.gate(gate), .event(.gateOpened(gate: gate.id, kind: kind, step: step, question: question))]
    }
}
