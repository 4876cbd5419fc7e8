import Files
import SpecDocuments

/// Which folder each feature gets: the one it had, else its own number where that is free, else the next.
struct ImportFolders {
    private var folders: [String: String] = [:]
    /// Numbers that were taken, as sentences.
    private(set) var renumbered: [String] = []

    init(_ units: [ImportUnit], _ origin: ImportRecord.Origin, _ source: ImportSource) throws(SpecsError) {
        var names: Set<String> = []
        do {
            names.formUnion(try ProjectFeatures.names(in: source.root))
        } catch {
            throw SpecsError(.unreadable, "\(error)")
        }
        for unit in origin.units.values where unit.folder != "." { names.insert(FilePath(unit.folder).name) }
        for unit in units {
            guard case .feature = unit.kind else {
                folders[unit.key] = "."
                continue
            }
            if let known = origin.units[unit.key] {
                folders[unit.key] = known.folder
                continue
            }
            let name = try Self.name(of: unit, names, source)
            let own = FilePath(unit.folder).name
            if unit.number != nil, name != own {
                let holder = names.sorted().first { Feature.number(of: $0) == unit.number } ?? own
                renumbered.append(
                    "\(unit.folder) is \(name) here, as \(holder) has its number; where its documents name it, they follow."
                )
            }
            names.insert(name)
            folders[unit.key] = "specs/\(name)"
        }
    }

    subscript(_ unit: ImportUnit) -> String { folders[unit.key] ?? "." }

    private static func name(
        of unit: ImportUnit, _ names: Set<String>, _ source: ImportSource
    ) throws(SpecsError) -> String {
        let own = FilePath(unit.folder).name
        if let number = unit.number {
            if names.contains(own), try isSame(unit, "specs/\(own)", source) { return own }
            if !names.contains(where: { Feature.number(of: $0) == number }) { return own }
        } else if source.kind == .speckit {
            // A name with a day or none in front is a name of its own.
            if !names.contains(own) { return own }
            if try isSame(unit, "specs/\(own)", source) { return own }
        }
        let next = FeatureName.nextNumber(after: names)
        let digits = String(next)
        return String(repeating: "0", count: max(0, 3 - digits.count)) + digits + "-" + unit.slug
    }

    /// Whether a folder holds the same files already.
    private static func isSame(_ unit: ImportUnit, _ folder: String, _ source: ImportSource) throws(SpecsError) -> Bool
    {
        let files = SourceFiles(place: source.place)
        for path in unit.files {
            let target = folder + path.dropFirst(unit.folder.count)
            // What cannot be read is told when the unit is made.
            guard let bytes = try? files.bytes(path) else { return false }
            guard try FileChanges.content(target, source.root) == bytes else { return false }
        }
        return !unit.files.isEmpty
    }
}
