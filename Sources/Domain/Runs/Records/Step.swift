/// The name of one instance of a step within its run: `specify`, `task/T001`, `final-check`.
///
/// The step's id, then a part for each enclosing loop's iteration, outermost first. What takes an instance back has that
/// instance's key, `/undo/`, and the same again: `deploy/undo/remove`. As a step's id contains no `/` and always stands in
/// equally many loops, no two instances share a key.
package struct StepKey: Sendable, Hashable, Codable, RawRepresentable, CustomStringConvertible {
    package var rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }
    package init(from decoder: any Decoder) throws { rawValue = try decoder.singleValueContainer().decode(String.self) }
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }

    package static let specify = StepKey(rawValue: "specify")
    package static let plan = StepKey(rawValue: "plan")
    package static let tasks = StepKey(rawValue: "tasks")
    package static let finalCheck = StepKey(rawValue: "final-check")
    package static func task(_ id: String) -> StepKey { StepKey(rawValue: "task/\(id)") }

    /// The work of the N-th agent that this step's agent started, from 1.
    package func agent(_ number: Int) -> StepKey { StepKey(rawValue: "\(rawValue)\(Self.agentMark)\(number)") }
    private static let agentMark = "/agent/"

    /// How many agents stand between this one and the step's own: 0 for the step's own.
    package var depth: Int { rawValue.split(separator: "/").count { $0 == "agent" } }

    /// Whether it is the work of an agent that this step's agent started, or of one further below.
    package func isBelow(_ other: StepKey) -> Bool { rawValue.hasPrefix(other.rawValue + Self.agentMark) }

    /// The task's id where the step is a task, or the work of an agent started for one.
    package var task: String? {
        guard rawValue.hasPrefix("task/") else { return nil }
        let parts = rawValue.dropFirst(5).split(separator: "/")
        // In a loop of its own the number of the round comes first.
        let named = parts.first { $0.first == "T" && $0.dropFirst().first?.isNumber == true }
        return (named ?? parts.first).map(String.init)
    }
    package var description: String { rawValue }
}
