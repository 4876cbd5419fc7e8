import Files
import Policy
import RepoMap
import SourceTags
import Tools
import WorkflowEngine

/// The map of a project for its agents: as a text to begin with, and as an index of symbols to ask.
struct ProjectMap: SymbolSource {
    /// More places than these are more than anybody reads; the tool hands them out in pages.
    private static let mostPlaces = 2000

    private let mapper: RepoMapper

    init(mapper: RepoMapper) {
        self.mapper = mapper
    }

    /// The map of a worktree, what is in focus before the rest; nil where there is nothing to show.
    ///
    /// A run does not fail for want of a map: without one its agents look for themselves.
    func text(of root: FilePath, _ view: ProjectEnvironment.MapView) async throws -> String? {
        let options = RepoMapOptions(budget: max(1, view.characters * 2 / 7), focus: view.files, task: view.words)
        do {
            let map = try await mapper.map(of: root, options)
            return map.text.isEmpty ? nil : map.text
        } catch is RepoMapError {
            try Task.checkCancellation()
            return nil
        }
    }

    /// How many files a worktree has that a map is made of; 0 where none can be made.
    func fileCount(of root: FilePath) async throws -> Int {
        do {
            return try await mapper.fileCount(of: root)
        } catch is RepoMapError {
            try Task.checkCancellation()
            return 0
        }
    }

    func places(of name: String, _ role: SymbolPlace.Role, in root: FilePath, paths: PathRules) async throws
        -> [SymbolPlace]
    {
        let index = try await mapper.symbols(of: root)
        let places =
            switch role {
            case .definitions: index.find(name, limit: Self.mostPlaces).symbols.map(Self.place)
            case .references:
                index.references(to: name, limit: Self.mostPlaces).map { found in
                    SymbolPlace(
                        path: found.path, line: found.line, lastLine: found.line,
                        name: (found.containers + [name]).joined(separator: "."), kind: found.kind.rawValue,
                        signature: "")
                }
            }
        return places.filter { place in
            if case .deny = paths.decide(place.path, for: .read) { return false }
            return true
        }
    }

    private static func place(_ symbol: SymbolIndex.Symbol) -> SymbolPlace {
        SymbolPlace(
            path: symbol.path, line: symbol.line, lastLine: symbol.lastLine,
            name: (symbol.containers + [symbol.name]).joined(separator: "."), kind: symbol.kind.rawValue,
            signature: symbol.signature)
    }
}
