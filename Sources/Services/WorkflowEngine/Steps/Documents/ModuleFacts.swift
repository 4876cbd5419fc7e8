import Files
import Runs
import Templates
import Workbench

/// What is known of a module without asking anybody: its files and definitions, the tests that name it, its history.
struct ModuleFacts: Sendable {
    private(set) var values: [String: TemplateValue]

    private static let mostFiles = 80
    private static let mostLines = 60

    init(of path: String, _ context: StepContext) async throws {
        let root = context.worktree
        let place = try FileSystem.realPathInside(root, FilePath(path))
        let isFolder = FileSystem.isDirectory(place)
        var trimmed = path[...]
        while trimmed.hasSuffix("/") { trimmed.removeLast() }
        let files = isFolder ? try FeatureStore.files(below: place).map { "\(trimmed)/\($0)" } : [String(trimmed)]
        let more = files.count > Self.mostFiles ? ["… and \(files.count - Self.mostFiles) more"] : []
        let map = try await context.mapText?(
            root, .init(files: Array(files.prefix(Self.mostFiles)), words: path, characters: 16_000))
        let stems = Set(files.map { FilePath($0).stem }.filter { $0.count > 2 })
        let history = try await context.workspace.history(of: String(trimmed), limit: 40)
        values = [
            "from": .string(path), "files": .string((files.prefix(Self.mostFiles) + more).joined(separator: "\n")),
            "map": .string(map ?? ""),
            "tests": .string(Self.tests(naming: stems, besides: Set(files), in: root)),
            "history": .string(history.isEmpty ? "nothing is recorded" : history.joined(separator: "\n")),
        ]
    }

    /// Lines of test files that name one of the words, with their places.
    private static func tests(naming stems: Set<String>, besides own: Set<String>, in root: FilePath) -> String {
        var found: [String] = []
        for file in ProjectFigures(of: root).files.sorted()
        where Citations.Place(path: file, line: 1).isTest && !own.contains(file) {
            // What is no text is no test of anything.
            guard let text = try? FileSystem.readText(root.appending(file), limit: 1 << 20) else { continue }
            for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                guard found.count < mostLines else { return found.joined(separator: "\n") }
                if stems.contains(where: { line.contains($0) }) {
                    found.append("\(file):\(index + 1): \(line.prefix(160))")
                }
            }
        }
        return found.isEmpty ? "no test names it" : found.joined(separator: "\n")
    }
}
