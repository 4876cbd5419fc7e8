import AgentRuntime
import Conversation
import Gateway
import JSON
import JSONSchema
import Runs
import Templates

/// Asks a model for an answer in JSON, and hands its faults back until the answer can be used.
struct StructuredAnswer: Sendable {
    var context: StepContext
    var step: StepKey
    var agent: String
    var model: ModelName?
    /// The agent's tools that it may use; none where the answer is to be given at once.
    var tools: [String]
    var schema: JSONValue
    /// What is wrong with an answer that fits the schema, each in one sentence.
    var faults: @Sendable (JSONValue) throws -> [String]

    private static let attempts = 3

    enum Result: Sendable {
        case answer(JSONValue)
        /// After several attempts nothing was given that could be used; the last fault.
        case unfit(String)
        case stopped(StepResult)
    }

    /// - Parameter word: What to say to a session that has given another answer before.
    func ask(
        word first: String? = nil, opening: @Sendable () async throws -> String
    ) async throws -> Result {
        let schema = try Schema(schema)
        var word = first
        var fault = "there is none"
        for _ in 1...Self.attempts {
            let runner = SessionRunner(
                context: context, step: step, agentName: agent, model: model, tools: tools, word: word)
            let result = try await runner.run {
                try await context.opening(
                    "\(try await opening())\nThe answer is one JSON value that fits this schema, and nothing else:\n\(self.schema)"
                )
            }
            guard case .finished(let text, let session) = result else {
                guard case .stopped(let stopped) = result else { return .stopped(.parked) }
                return .stopped(stopped)
            }
            let found: [String]
            switch JSONAnswer.read(text, schema) {
            case .failure(let violation): found = [violation.message]
            case .success(let value):
                found = try faults(value)
                if found.isEmpty { return .answer(value) }
            }
            fault = found[0]
            // With the number of turns in it, each word is said once, also where two answers have the same fault.
            let turns = try await context.journal.turns(of: session.session.id).count
            word =
                "(\(turns)) " + (try context.prompts.text(.unfitAnswer, ["faults": .list(found.map { .string($0) })]))
        }
        return .unfit(fault)
    }

    /// The last answer that was given already and can be used, without asking anybody.
    func known() async throws -> JSONValue? {
        guard let session = try await context.journal.session(of: context.run.id, step: step) else { return nil }
        let schema = try Schema(schema)
        for turn in try await context.journal.turns(of: session.id).reversed() {
            if case .success(let value) = JSONAnswer.read(turn.reply.message.text, schema), try faults(value).isEmpty {
                return value
            }
        }
        return nil
    }
}

/// The JSON of a model's answer, also where it stands in a fenced block.
enum JSONAnswer {
    struct Fault: Error, Sendable { var message: String }

    static func read(_ text: String, _ schema: Schema) -> Result<JSONValue, Fault> {
        do {
            let value = try JSONValue(parsing: unfenced(text))
            guard let first = schema.violations(of: value).first else { return .success(value) }
            return .failure(Fault(message: "\(first)"))
        } catch {
            return .failure(Fault(message: "it is no JSON: \(error)"))
        }
    }

    static func unfenced(_ text: String) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        while lines.first?.allSatisfy(\.isWhitespace) == true { lines.removeFirst() }
        while lines.last?.allSatisfy(\.isWhitespace) == true { lines.removeLast() }
        guard lines.count > 2, lines.first?.hasPrefix("```") == true, lines.last == "```" else { return text }
        return lines.dropFirst().dropLast().joined(separator: "\n")
    }
}
