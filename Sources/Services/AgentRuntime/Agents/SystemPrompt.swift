/// What an agent is told before anything else: its role, then what the project asks of everyone.
///
/// The order is fixed and holds nothing that changes between sessions, so that providers' prompt caches hit.
package struct SystemPrompt: Sendable, Hashable {
    package var instructions: String
    /// `.specify/memory/constitution.md`, where the project has one.
    package var constitution: String?
    /// `AGENTS.md` or `CLAUDE.md`, where the project has one.
    package var projectNotes: String?

    package init(instructions: String, constitution: String?, projectNotes: String?) {
        self.instructions = instructions
        self.constitution = constitution
        self.projectNotes = projectNotes
    }

    package var text: String {
        var sections = [instructions.trimmed]
        if let constitution {
            sections.append(
                "The project's constitution. It stands above every other wish:\n\n<constitution>\n\(constitution.trimmed)\n</constitution>"
            )
        }
        if let projectNotes {
            sections.append(
                "The project's notes for those who work on it:\n\n<project_notes>\n\(projectNotes.trimmed)\n</project_notes>"
            )
        }
        return sections.joined(separator: "\n\n")
    }
}

extension String {
    fileprivate var trimmed: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
