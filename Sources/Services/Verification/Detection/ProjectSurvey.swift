package import Files

/// Finds the parts of a project by their marker files, with bounds.
package enum ProjectSurvey {
    private static let levels = 3
    private static let mostParts = 24
    private static let mostFolders = 4000

    /// The parts, those further up first, each ecosystem of a folder by itself; the last one stands for any language.
    package static func parts(of project: FilePath) -> [ProjectPart] {
        var found: [ProjectPart] = []
        var seen = 0
        var level = [""]
        for _ in 0...levels {
            var next: [String] = []
            for folder in level where seen < mostFolders && found.count < mostParts {
                seen += 1
                let path = folder.isEmpty ? project : project / folder
                // A folder that cannot be read holds nothing that could be run.
                guard let entries = try? FileSystem.list(path) else { continue }
                let names = Set(entries.filter { $0.kind == .regular }.map(\.name))
                var ecosystems = ecosystems(of: names)
                // Tests in a folder of their own are run from the top, as their imports expect.
                if folder.isEmpty, !ecosystems.contains(.python), hasPythonTests(project) { ecosystems.append(.python) }
                for ecosystem in ecosystems where !isCovered(ecosystem, folder, by: found) {
                    found.append(ProjectPart(project: project, folder: folder, ecosystem: ecosystem))
                }
                next += entries.filter { $0.kind == .directory && !isForeign($0.name) }.map(\.name).sorted()
                    .map { folder.isEmpty ? $0 : "\(folder)/\($0)" }
            }
            level = next
        }
        return found.prefix(mostParts) + [ProjectPart(project: project, folder: "", ecosystem: .any)]
    }

    private static func ecosystems(of names: Set<String>) -> [Ecosystem] {
        var result: [Ecosystem] = []
        if !names.isDisjoint(with: pythonMarkers) || names.contains(where: isPythonTest) { result.append(.python) }
        if names.contains("package.json") { result.append(.node) }
        if names.contains("go.mod") { result.append(.go) }
        if names.contains("Cargo.toml") { result.append(.rust) }
        if names.contains("Package.swift") { result.append(.swift) }
        return result
    }

    private static func hasPythonTests(_ project: FilePath) -> Bool {
        Adapter.hasPythonTests(ProjectPart(project: project, folder: "", ecosystem: .python))
    }

    private static let pythonMarkers: Set<String> = [
        "pyproject.toml", "setup.py", "setup.cfg", "pytest.ini", "tox.ini", "requirements.txt", "Pipfile",
        "conftest.py",
    ]

    private static func isPythonTest(_ name: String) -> Bool {
        name.hasSuffix(".py") && (name.hasPrefix("test_") || name.hasSuffix("_test.py"))
    }

    /// Python's programs look below by themselves, and a Cargo workspace names its members.
    private static func isCovered(_ ecosystem: Ecosystem, _ folder: String, by found: [ProjectPart]) -> Bool {
        let above = found.filter { $0.ecosystem == ecosystem && isAbove($0.folder, folder) }
        switch ecosystem {
        case .python: return !above.isEmpty
        case .rust: return above.contains { $0.text("Cargo.toml")?.contains("[workspace]") ?? false }
        default: return false
        }
    }

    private static func isAbove(_ folder: String, _ other: String) -> Bool {
        folder.isEmpty || other.hasPrefix(folder + "/")
    }

    /// What others wrote, and what was built.
    static func isForeign(_ name: String) -> Bool { name.hasPrefix(".") || foreign.contains(name) }

    static let foreign: Set<String> = [
        "node_modules", "bower_components", "vendor", "third_party", "Pods", "Carthage", "venv", "env", "target",
        "build", "dist", "__pycache__", "site-packages", "testdata", "fixtures",
    ]
}
