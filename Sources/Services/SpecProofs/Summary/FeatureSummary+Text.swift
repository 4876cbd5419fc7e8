import SpecDocuments
import Specs

extension FeatureSummary {
    /// The feature in plain lines, for readers without a screen.
    package var text: String {
        var lines = ["\(feature.name): \(feature.title)"]
        if errors > 0 { lines.append("\(errors) errors in the documents") }
        if !stories.isEmpty {
            lines += ["", "Stories"]
            lines += stories.map { story in
                "- \(story.id)\(story.priority.map { " (\($0))" } ?? ""): \(story.title); \(story.scenarios) scenarios, tasks \(story.tasksDone)/\(story.tasks)"
            }
        }
        for (title, all) in [("Requirements", proof.requirements), ("Success criteria", proof.criteria)]
        where !all.isEmpty {
            lines += ["", title]
            lines += all.map { proof in
                let tests = proof.tests.filter { $0.outcome == .passed }.map(\.test.place).joined(separator: ", ")
                let why = proof.state == .proven ? "by \(tests)" : proof.reason
                return "- \(proof.statement.id) \(proof.state.rawValue) (\(why)): \(proof.statement.text)"
            }
        }
        if !tasks.isEmpty {
            lines += ["", "Tasks"]
            lines += tasks.map { task in
                "- [\(task.item.isDone ? "x" : " ")] \(task.item.id)\(task.item.isParallel ? " [P]" : "") \(task.item.title)"
            }
        }
        if batches.count > 1 {
            lines += ["", "Order: " + batches.map { $0.joined(separator: "+") }.joined(separator: " → ")]
        }
        return (lines + ["", "Next: \(next)"]).joined(separator: "\n")
    }
}
