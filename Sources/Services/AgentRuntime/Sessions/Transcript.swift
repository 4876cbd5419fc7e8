package import Conversation
import JSON
package import Runs
import Tools

/// A session as recorded, and the conversation it makes; pure.
package struct Transcript: Sendable, Hashable {
    package private(set) var inputs: [SessionInput]
    package private(set) var turns: [Turn]
    private(set) var actions: [Place: Action]

    struct Place: Hashable, Sendable {
        var turn: Int
        var index: Int
    }

    package init(inputs: [SessionInput], turns: [Turn], actions: [Action]) {
        self.inputs = inputs
        self.turns = turns
        self.actions = Dictionary(
            actions.map { (Place(turn: $0.turn, index: $0.index), $0) }, uniquingKeysWith: { _, last in last })
    }

    package mutating func add(_ input: SessionInput) { inputs.append(input) }
    package mutating func add(_ turn: Turn) { turns.append(turn) }
    package mutating func add(_ action: Action) { actions[Place(turn: action.turn, index: action.index)] = action }

    /// A tool call of the last turn that has no result yet.
    package struct PendingCall: Sendable, Hashable {
        package var index: Int
        package var call: ToolCall
        /// What was written before it was begun, where a crash or a gate came between.
        package var begun: Action?

        package init(index: Int, call: ToolCall, begun: Action?) {
            self.index = index
            self.call = call
            self.begun = begun
        }
    }

    package var pendingCalls: [PendingCall] {
        guard let last = turns.last else { return [] }
        return last.reply.message.toolCalls.enumerated().compactMap { index, call in
            let action = actions[Place(turn: last.number, index: index)]
            return action?.result == nil ? PendingCall(index: index, call: call, begun: action) : nil
        }
    }

    /// Which of the session's starts of other agents a tool call is, from 1; the same in every process.
    func spawnNumber(of call: PendingCall) -> Int {
        let earlier = turns.dropLast().reduce(0) { sum, turn in
            sum + turn.reply.message.toolCalls.count { $0.name == SpawnAgentTool.name }
        }
        let here = turns.last?.reply.message.toolCalls.prefix(call.index).count { $0.name == SpawnAgentTool.name } ?? 0
        return earlier + here + 1
    }

    var hasSpawned: Bool { turns.contains { $0.reply.message.toolCalls.contains { $0.name == SpawnAgentTool.name } } }

    /// Whether the last turn may have changed files.
    package var lastTurnChangedFiles: Bool {
        actions.values.contains { action in
            guard action.turn == turns.last?.number else { return false }
            switch action.intent {
            case .change, .changes, .confined, .unconfined: return true
            case .none, .ask: return false
            }
        }
    }

    /// How the agent ended its attempt, or nil while it is at work or has been spoken to since.
    package var ending: Ending? {
        guard let last = turns.last, pendingCalls.isEmpty, !hasInput(after: last.number) else { return nil }
        let calls = last.reply.message.toolCalls
        for (index, call) in calls.enumerated() where call.name == "finish" {
            guard actions[Place(turn: last.number, index: index)]?.result?.outcome == .ok else { continue }
            guard case .json(let arguments) = call.arguments else { continue }
            return .finished(summary: arguments["summary"]?.stringValue ?? "")
        }
        guard calls.isEmpty else { return nil }
        switch last.reply.stopReason {
        case .maxTokens: return .cut
        case .refused: return .refused(last.reply.message.text)
        default: return .finished(summary: last.reply.message.text)
        }
    }

    package enum Ending: Sendable, Hashable {
        case finished(summary: String)
        /// The output limit came in the middle of a sentence.
        case cut
        case refused(String)
    }

    package var usage: Usage { turns.reduce(.zero) { $0 + $1.reply.usage } }

    /// The turns since the engine last spoke, which is where an attempt begins.
    package var turnsOfAttempt: Int {
        turns.count - (inputs.filter { $0.kind != .compaction }.map(\.afterTurn).max() ?? 0)
    }

    private func hasInput(after turn: Int) -> Bool {
        inputs.contains { $0.afterTurn == turn && $0.kind != .compaction }
    }
}
