import Files

/// Reads the definitions that tasks are linked to, each file and each digest once.
struct SymbolReader {
    private let files: SourceFiles
    private var read = SourceFiles.Read()
    private var asked: Set<String> = []
    private var hashes: [String: String] = [:]

    init(root: FilePath) { files = SourceFiles(root: root) }

    mutating func load(_ paths: some Sequence<String>) async throws {
        let new = Set(paths).subtracting(asked)
        guard !new.isEmpty else { return }
        asked.formUnion(new)
        read.merge(try await files.read(new))
    }

    /// All that files define, by path; the empty name stands for a file that defines nothing.
    ///
    /// The files have to be loaded.
    func places(in paths: [String]) -> [String: Set<String>] {
        var places: [String: Set<String>] = [:]
        for path in paths {
            let entries = read.outlines[path]?.entries.filter { !$0.isTest && $0.kind != .suite } ?? []
            places[path] = entries.isEmpty ? [""] : Set(entries.map(\.path))
        }
        return places
    }

    /// The symbols as they are now; what is gone by now is no part of what is proven.
    mutating func symbols(of task: String, _ places: [String: Set<String>]) async throws -> [FeatureLinks.Symbol] {
        try await load(places.keys)
        var symbols: [FeatureLinks.Symbol] = []
        for (path, names) in places {
            for name in names {
                let place = name.isEmpty ? path : "\(path)#\(name)"
                guard let hash = hashes[place] ?? digest(path, name) else { continue }
                hashes[place] = hash
                symbols.append(.init(task: task, place: place, hash: hash))
            }
        }
        return symbols
    }

    private func digest(_ path: String, _ name: String) -> String? {
        if name.isEmpty { return read.outlines[path]?.wholeHash ?? read.digests[path] }
        guard let outline = read.outlines[path], let entry = outline.entry(name) else { return nil }
        return outline.hash(of: entry)
    }
}
