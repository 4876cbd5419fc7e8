import Files
import Policy

/// The content of the files that a task names, as they are when it begins.
struct TaskFiles: Sendable {
    var root: FilePath
    var paths: PathRules

    private static let mostFiles = 8
    private static let longestFile = 12_000
    private static let longestAll = 36_000

    /// The files with line numbers, as `read_file` gives them; nil where none of them exists yet.
    func text(of names: [String]) -> String? {
        var sections: [String] = []
        var room = Self.longestAll
        var left: [String] = []
        for name in names {
            guard let text = read(name) else { continue }
            let (numbered, isCut) = Self.numbered(text, limit: min(Self.longestFile, room))
            guard sections.count < Self.mostFiles, !numbered.isEmpty else {
                left.append(name)
                continue
            }
            room -= numbered.utf8.count
            sections.append(
                "<file path=\"\(name)\">\n\(numbered)\(isCut ? "(cut; read on with read_file)\n" : "")</file>")
        }
        if !left.isEmpty { sections.append("Not shown here, read them yourself: \(left.joined(separator: ", ")).") }
        return sections.isEmpty ? nil : sections.joined(separator: "\n")
    }

    /// Nil for what is no text file in the workspace that may be read: the agent finds out with its tools.
    private func read(_ name: String) -> String? {
        guard case .allow = paths.decide(name, for: .read),
            let path = try? FileSystem.realPathInside(root, FilePath(name)),
            let top = try? FileSystem.realPath(root), let real = path.relative(to: top),
            case .allow = paths.decide(real, for: .read),
            let text = try? FileSystem.readText(path, limit: 1 << 20)
        else { return nil }
        return text
    }

    private static func numbered(_ text: String, limit: Int) -> (String, Bool) {
        var result = ""
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        for (index, line) in lines.enumerated() {
            let next = "\(index + 1)\t\(line)\n"
            guard result.utf8.count + next.utf8.count <= limit else { return (result, true) }
            result += next
        }
        return (result, false)
    }
}
