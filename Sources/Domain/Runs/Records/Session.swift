package import Conversation
package import Identity
package import Timekeeping

/// One agent's conversation in a run, opened once; its prompt is kept so that a resumed session sends the same bytes.
package struct Session: Sendable, Hashable, Codable {
    package var id: SessionID
    package var run: RunID
    /// A run has one session a step.
    package var step: StepKey
    package var agent: String
    /// `provider/model`.
    package var model: String
    package var system: String
    package var tools: [ToolDefinition]
    package var openedAt: Timestamp

    package init(
        id: SessionID, run: RunID, step: StepKey, agent: String, model: String, system: String,
        tools: [ToolDefinition], openedAt: Timestamp
    ) {
        self.id = id
        self.run = run
        self.step = step
        self.agent = agent
        self.model = model
        self.system = system
        self.tools = tools
        self.openedAt = openedAt
    }
}

/// One model call whose answer is recorded: bought once, replayed ever after.
package struct Turn: Sendable, Hashable, Codable {
    package var id: TurnID
    package var session: SessionID
    /// From 1, without gaps.
    package var number: Int
    package var reply: ModelReply
    package var finishedAt: Timestamp

    package init(id: TurnID, session: SessionID, number: Int, reply: ModelReply, finishedAt: Timestamp) {
        self.id = id
        self.session = session
        self.number = number
        self.reply = reply
        self.finishedAt = finishedAt
    }
}

/// One tool call of a turn.
///
/// Written before the world is touched and again when its result is known.
package struct Action: Sendable, Hashable, Codable {
    package var id: ActionID
    package var session: SessionID
    package var turn: Int
    /// The place among the turn's tool calls, from 0.
    package var index: Int
    package var tool: String
    package var callID: String
    /// What it is about to do, enough to find out after a crash whether it was done.
    package var intent: ActionIntent
    package var result: ToolResult?

    package init(
        id: ActionID, session: SessionID, turn: Int, index: Int, tool: String, callID: String, intent: ActionIntent,
        result: ToolResult? = nil
    ) {
        self.id = id
        self.session = session
        self.turn = turn
        self.index = index
        self.tool = tool
        self.callID = callID
        self.intent = intent
        self.result = result
    }
}

/// The effect that an action is about to have.
package enum ActionIntent: Sendable, Hashable, Codable {
    /// None outside the process: done again freely.
    case none
    /// One file's content goes from one hash to another by an atomic rename; nil stands for no such file. The report is what
    /// the model is told once that has happened.
    case change(path: String, before: String?, after: String, report: String)
    /// Several files that change together; each holds what is needed to go on with it or to take it back.
    case changes([PlannedChange], report: String)
    /// A command that can only write in the workspace; the tree before it allows it to be done again from there.
    case confined(command: String, tree: String)
    /// A command whose effects reach beyond the workspace: never repeated without being asked.
    case unconfined(command: String)
    /// A question to a human.
    case ask(gate: GateID)
}
