/// The name of a step within its run: `specify`, `plan`, `tasks`, `task/T001`, `final-check`.
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

    /// The task's id where the step is a task.
    package var task: String? { rawValue.hasPrefix("task/") ? String(rawValue.dropFirst(5)) : nil }
    package var description: String { rawValue }
}
