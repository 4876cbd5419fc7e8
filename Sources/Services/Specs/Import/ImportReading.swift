import Files
import SpecDocuments

/// Finds the units of a source and makes our documents of theirs.
protocol ImportReading: Sendable {
    /// In the order in which they get their numbers.
    func units() throws(SpecsError) -> [ImportUnit]

    /// - Parameters:
    ///   - folder: Where a feature goes, such as `specs/004-login`.
    ///   - ids: With the names that an earlier import gave.
    func make(_ unit: ImportUnit, in folder: String, ids: ImportedIDs) throws(SpecsError) -> ImportedUnit
}

extension ImportSource {
    var reader: any ImportReading {
        let files = SourceFiles(place: place)
        return switch kind {
        case .kiro: KiroReader(files: files)
        case .openspec: OpenSpecReader(files: files)
        case .speckit: SpecKitReader(files: files, isOwn: isOwn)
        }
    }
}

/// Puts a unit together, file by file.
struct UnitMaker {
    let files: SourceFiles
    let unit: ImportUnit
    let folder: String
    var made: ImportedUnit

    init(_ unit: ImportUnit, _ folder: String, _ ids: ImportedIDs, _ files: SourceFiles) {
        self.files = files
        self.unit = unit
        self.folder = folder
        made = ImportedUnit(ids: ids)
    }

    /// Whether the unit has a file of this name at its top.
    func has(_ name: String) -> Bool { unit.files.contains("\(unit.folder)/\(name)") }

    mutating func text(_ name: String) throws(SpecsError) -> String {
        try files.document("\(unit.folder)/\(name)", &made.notes)
    }

    mutating func put(_ text: String, at name: String, of sources: [String]) throws(SpecsError) {
        try put(Array(text.utf8), at: "\(folder)/\(name)", of: sources.map { "\(unit.folder)/\($0)" })
    }

    mutating func put(_ bytes: [UInt8], at target: String, of sources: [String]) throws(SpecsError) {
        made.files.append(
            ImportedFile(target: target, sources: sources, sourceHash: try files.hash(sources), bytes: bytes))
    }

    /// Takes over all other files of the unit as they are.
    mutating func copyOthers(than taken: Set<String>) throws(SpecsError) {
        let used = Set(made.files.map(\.target))
        for path in unit.files {
            let name = String(path.dropFirst(unit.folder.count + 1))
            guard !taken.contains(name) else { continue }
            var target = "\(folder)/\(name)"
            if used.contains(target) || name == ArchiveRecord.file { target = "\(folder)/source-\(name)" }
            try put(try files.bytes(path), at: target, of: [path])
        }
    }

    /// What stands below the title of a document that is made.
    func head(status: String) -> [String] {
        let name = folder.split(separator: "/").last.map(String.init) ?? folder
        return ["**Feature Branch**: `\(name)`", "**Status**: \(status)", "**Input**: Imported from `\(unit.folder)`"]
    }

    mutating func note(_ name: String, _ message: String, fix: String) {
        made.notes.append(
            SpecFault(
                "\(unit.folder)\(name.isEmpty ? "" : "/\(name)")", Diagnostic(.warning, message: message, fix: fix)))
    }

    mutating func noteTasks(_ tasks: ImportedTasks, _ name: String) {
        guard tasks.halfDone > 0 else { return }
        let count = tasks.halfDone == 1 ? "1 task was" : "\(tasks.halfDone) tasks were"
        note(name, "\(count) begun and not done.", fix: "They are open here.")
    }
}
