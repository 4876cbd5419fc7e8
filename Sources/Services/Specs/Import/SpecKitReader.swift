import Files
import SpecDocuments

/// Reads `specs/NNN-name/`, `.specify/specs/`, and of another project its constitution and templates.
///
/// These are documents as ours are: they keep every byte, but for the folder's name where it gets another number.
struct SpecKitReader: ImportReading {
    let files: SourceFiles
    /// Whether the source is the project itself, whose `specs/` need not be moved.
    let isOwn: Bool

    func units() throws(SpecsError) -> [ImportUnit] {
        var units: [ImportUnit] = []
        for folder in ["specs", ".specify/specs"] {
            for name in try files.folders(in: folder) {
                let place = "\(folder)/\(name)"
                let (found, refusal) = files.list(place)
                let isFeature =
                    Feature.number(of: name) != nil
                    || ["spec.md", "plan.md", "tasks.md"].contains { found.contains("\(place)/\($0)") }
                guard isFeature, place != LivingSpecs.folder else { continue }
                let number = Feature.number(of: name)
                units.append(
                    ImportUnit(
                        kind: isOwn && folder == "specs" ? .inPlace : .feature(isArchived: false), key: place,
                        folder: place,
                        slug: number == nil ? name : String(name.drop { $0.isNumber }.dropFirst()), number: number,
                        files: found, refusal: refusal))
            }
        }
        guard !isOwn else { return units }
        for (folder, wanted) in [
            (".specify/memory", ["constitution.md"]), (".specify/templates", TemplateName.allCases.map(\.file)),
        ] {
            let (all, refusal) = files.list(folder)
            let found = all.filter { path in wanted.contains { path == "\(folder)/\($0)" } }
            guard !found.isEmpty || refusal != nil else { continue }
            units.append(
                ImportUnit(kind: .files, key: folder, folder: folder, slug: "", files: found, refusal: refusal))
        }
        return units
    }

    func make(_ unit: ImportUnit, in folder: String, ids: ImportedIDs) throws(SpecsError) -> ImportedUnit {
        var maker = UnitMaker(unit, folder, ids, files)
        if unit.kind == .files {
            for path in unit.files {
                try maker.put(Array(try files.document(path, &maker.made.notes).utf8), at: path, of: [path])
            }
            return maker.made
        }
        guard !unit.files.isEmpty else {
            throw SpecsError(.broken, "\(unit.folder): the folder is empty: finish copying it, or remove it.")
        }
        let old = FilePath(unit.folder).name
        let new = FilePath(folder).name
        for path in unit.files {
            let name = String(path.dropFirst(unit.folder.count + 1))
            if name.hasSuffix(".md") {
                let text = try files.document(path, &maker.made.notes)
                try maker.put(old == new ? text : Mention(of: old, as: new).applied(to: text), at: name, of: [name])
            } else {
                try maker.put(try files.bytes(path), at: "\(folder)/\(name)", of: [path])
            }
        }
        if !maker.has("spec.md") {
            maker.note("", "There is no spec.md.", fix: "Finish copying the folder and import again.")
        }
        return maker.made
    }

    /// A folder's name where it stands by itself in a text.
    private struct Mention {
        let old: [UInt8]
        let new: [UInt8]

        init(of old: String, as new: String) {
            self.old = Array(old.utf8)
            self.new = Array(new.utf8)
        }

        func applied(to text: String) -> String {
            let bytes = Array(text.utf8)
            var result: [UInt8] = []
            result.reserveCapacity(bytes.count)
            var index = 0
            while index < bytes.count {
                let end = index + old.count
                guard bytes[index] == old[0], end <= bytes.count, bytes[index..<end].elementsEqual(old),
                    index == 0 || !Self.isName(bytes[index - 1]), end == bytes.count || !Self.isName(bytes[end])
                else {
                    result.append(bytes[index])
                    index += 1
                    continue
                }
                result += new
                index = end
            }
            return String(decoding: result, as: UTF8.self)
        }

        private static func isName(_ byte: UInt8) -> Bool {
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 45
                || byte == 95 || byte >= 128
        }
    }
}
