import Files

/// What a project says to everyone who works on it.
enum ProjectTexts {
    /// Longer notes are cut: they would be sent with every call.
    private static let longest = 24_000

    static func constitution(in root: FilePath) -> String? { text(root, ".specify/memory/constitution.md") }

    static func notes(in root: FilePath) -> String? { text(root, "AGENTS.md") ?? text(root, "CLAUDE.md") }

    /// Nil where there is no such file, or where it is no text: notes are welcome, not needed.
    private static func text(_ root: FilePath, _ name: String) -> String? {
        guard let path = try? FileSystem.realPathInside(root, FilePath(name)), let text = try? FileSystem.readText(path)
        else {
            return nil
        }
        return String(text.prefix(longest))
    }
}
