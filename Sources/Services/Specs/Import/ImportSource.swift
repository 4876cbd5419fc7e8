package import Files

/// Where documents are taken over from: the tool, and the folder that holds the tool's own.
package struct ImportSource: Sendable, Hashable {
    package let kind: ImportKind
    /// Absolute and without links; never written to.
    package let place: FilePath
    /// The project that takes them over.
    let root: FilePath

    /// Finds out what there is.
    ///
    /// - Parameters:
    ///   - kind: nil where it is to be found out.
    ///   - path: A project, or the tool's folder in it; nil is the project that takes over.
    ///
    /// Throws `unknownSource` where there is nothing, and where there are several to choose from.
    package init(_ kind: ImportKind?, at path: FilePath?, root: FilePath) throws(SpecsError) {
        do throws(FileError) {
            self.root = try FileSystem.realPath(root)
            var place = try FileSystem.realPath(path ?? root)
            if [".kiro", "openspec", ".specify"].contains(place.name) { place = place.parent }
            self.place = place
        } catch {
            throw SpecsError(.unknownSource, error.message)
        }
        guard FileSystem.isDirectory(place) else {
            throw SpecsError(.unknownSource, "\(place) is no folder: name the project that holds the documents.")
        }
        let place = self.place
        let isOwn = place == self.root
        if let kind {
            guard Self.isThere(kind, in: place, isOwn: false) else {
                throw SpecsError(
                    .unknownSource,
                    "There is nothing of \(kind.name) in \(place): it would be in \(Self.wanted(kind)).")
            }
            self.kind = kind
            return
        }
        let found = ImportKind.allCases.filter { Self.isThere($0, in: place, isOwn: isOwn) }
        guard let only = found.first else {
            let places = ImportKind.allCases.map { "\(Self.wanted($0)) (\($0.name))" }.joined(separator: ", ")
            throw SpecsError(.unknownSource, "There is nothing to import in \(place): looked for \(places).")
        }
        guard found.count == 1 else {
            let names = found.map(\.name).joined(separator: " and ")
            throw SpecsError(
                .unknownSource,
                "\(place) has documents of \(names): say which with --from \(found.map(\.rawValue).joined(separator: "|"))."
            )
        }
        self.kind = only
    }

    /// Whether the documents lie where they are read anyway.
    var isOwn: Bool { place == root }

    /// The way from the project to the place: `.`, `../other`; what the record knows the source by.
    var label: String {
        let from = root.components
        let to = place.components
        let common = zip(from, to).prefix { $0 == $1 }.count
        let way = Array(repeating: "..", count: from.count - common) + to.dropFirst(common)
        return way.isEmpty ? "." : way.joined(separator: "/")
    }

    private static func isThere(_ kind: ImportKind, in place: FilePath, isOwn: Bool) -> Bool {
        switch kind {
        case .kiro: return FileSystem.isDirectory(place / ".kiro/specs")
        case .openspec:
            return FileSystem.isDirectory(place / "openspec/specs")
                || FileSystem.isDirectory(place / "openspec/changes")
        case .speckit:
            // What every project of ours has, too, is no sign of spec-kit in it.
            if isOwn {
                return ["scripts", "templates", "specs"].contains {
                    FileSystem.isDirectory(place / ".specify" / $0)
                }
            }
            return FileSystem.isDirectory(place / ".specify") || FileSystem.isDirectory(place / "specs")
        }
    }

    private static func wanted(_ kind: ImportKind) -> String {
        switch kind {
        case .kiro: ".kiro/specs"
        case .openspec: "openspec/"
        case .speckit: ".specify/ and specs/"
        }
    }
}
