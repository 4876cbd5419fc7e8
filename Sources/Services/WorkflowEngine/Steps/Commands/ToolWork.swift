import AgentRuntime
import Conversation
import Files
import JSON
import Policy
import Runs
import Tools
import Workbench
import Workflows

/// Calls a tool of the catalogue: checked by its schema and the policy, journaled like an agent's own calls.
struct ToolWork: Sendable {
    var context: StepContext
    var call: StepCall
    var step: ToolStep

    /// Tools that only mean something in an agent's conversation.
    private static let conversational: Set<String> = ["ask_user", "finish", "spawn_agent"]

    func perform() async throws -> StepResult {
        guard let definition = context.tools.definitions(of: [step.tool]).first,
            !Self.conversational.contains(step.tool)
        else {
            let known = context.tools.names.filter { !Self.conversational.contains($0) }.joined(separator: ", ")
            return .failed(.invalid, "step \(call.key): no step can use a tool '\(step.tool)'; the tools are \(known)")
        }
        let arguments = try step.arguments.value(in: call.scope)
        let actions = StepActions(context: context, call: call)
        let session = try await actions.session(offering: [definition])
        let begun = try await actions.begun(in: session)
        if let result = begun?.result { return try await self.result(of: result) }
        let runner = ActionRunner(
            session: session, tools: context.tools,
            context: ToolContext(
                root: context.worktree, paths: context.settings.paths, searchPath: context.searchPath),
            permissions: context.settings.permissions, writes: PathRules(allow: [], deny: []),
            workplace: context.workplace, journal: context.journal, clock: context.clock, ids: context.ids)
        let pending = Transcript.PendingCall(
            index: 0,
            call: ToolCall(id: "\(call.key)#\(call.attempt)", name: step.tool, arguments: .json(arguments)),
            begun: begun)
        switch try await runner.perform(pending, turn: call.attempt) {
        case .waiting:
            return .parked
        case .stopped:
            return .failed(.failed, "step \(call.key): the tool '\(step.tool)' was stopped")
        case .done(let action):
            try await runner.takeSnapshot()
            guard let result = action.result else { return .failed(.failed, "step \(call.key) gave no result") }
            return try await self.result(of: result)
        }
    }

    private func result(of result: ToolResult) async throws -> StepResult {
        guard result.outcome == .ok else {
            let isRefused = result.text.hasPrefix("refused by ")
            return .failed(isRefused ? .refused : .failed, "step \(call.key): \(result.text.firstLine)")
        }
        let changed = try await context.workspace.tree() != context.workspace.headTree()
        return .succeeded(
            StepSuccess(["text": .string(result.text), "changed": .bool(changed)], summary: result.text.firstLine))
    }
}
