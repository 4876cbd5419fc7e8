import AgentRuntime
import Gateway
import JSON
import JSONSchema
import Runs
import Workflows

/// Asks a model once, without tools; where a schema is given, until the answer fits it.
struct PromptWork: Sendable {
    var context: StepContext
    var call: StepCall
    var step: PromptStep

    /// How often a model may try to fit the schema.
    private static let attempts = 3

    func perform() async throws -> StepResult {
        let prompt = try step.prompt.text(in: call.scope)
        let agent = try step.agent?.text(in: call.scope) ?? "planner"
        let schema: Schema?
        do {
            schema = try step.schema.map { try Schema($0) }
        } catch {
            return .failed(.invalid, "step \(call.key): its schema is none: \(error)")
        }
        var word: String?
        for attempt in 1...Self.attempts {
            let runner = SessionRunner(
                context: context, step: call.key, agentName: agent,
                model: try ModelName.named(by: step.model, in: call.scope), tools: [],
                word: word)
            let opening = step.schema.map {
                "\(prompt)\n\nAnswer with JSON that fits this schema, and nothing else:\n\($0)"
            }
            switch try await runner.run(opening: { SessionOpening(parts: [opening ?? prompt]) }) {
            case .stopped(let result):
                return result
            case .finished(let text, _):
                guard let schema else {
                    return .succeeded(StepSuccess(["text": .string(text)], summary: text.firstLine))
                }
                switch JSONAnswer.read(text, schema) {
                case .success(let data):
                    return .succeeded(
                        StepSuccess(["text": .string(text), "data": data], summary: "an answer that fits its schema"))
                case .failure(let fault):
                    guard attempt < Self.attempts else {
                        return .failed(
                            .invalid, "step \(call.key): the answer does not fit its schema: \(fault.message)")
                    }
                    word = "Answer \(attempt) does not fit the schema: \(fault.message). Answer again, with JSON only."
                }
            }
        }
        return .failed(.invalid, "step \(call.key) has no answer")
    }
}
