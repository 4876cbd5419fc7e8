import SpecDocuments

/// The part of a long specification that one task needs; pure.
struct SpecExcerpt: Sendable, Hashable {
    /// Up to this size a specification is given whole: being the same for all tasks, it is cached for all.
    static let wholeUpTo = 24_000

    let specification: String

    var isWhole: Bool { specification.utf8.count <= Self.wholeUpTo }

    /// What the task's requirements and story say, with the success criteria, word for word.
    ///
    /// A task that names none gets everything.
    func text(for task: TaskItem) -> String {
        let document = SpecDocument(parsing: specification)
        let requirements = document.requirements.filter { task.requirements.contains($0.id) }
        let stories = document.stories.filter { $0.id == task.story }
        guard !requirements.isEmpty || !stories.isEmpty else { return specification }
        let criteria = document.successCriteria
        var parts = ["# \(document.title)"]
        parts += stories.map { story in
            "## \(story.id): \(story.title)\n\n\(story.text)"
        }
        if !requirements.isEmpty {
            parts.append("## Requirements\n\n" + requirements.map(Self.line).joined(separator: "\n"))
        }
        if !criteria.isEmpty {
            parts.append("## Success criteria\n\n" + criteria.map(Self.line).joined(separator: "\n"))
        }
        return parts.joined(separator: "\n\n")
    }

    private static func line(_ statement: SpecDocument.Statement) -> String {
        "- **\(statement.id)**: \(statement.text)"
    }
}
