import Files
import JSON
import SpecDocuments

/// What was taken over from where, and what its ids are called here: `specs/import.json`.
struct ImportRecord: Sendable, Hashable {
    static let path = "specs/import.json"
    static let version = 1

    struct Origin: Sendable, Hashable {
        var kind: ImportKind
        /// The way from the project to it.
        var label: String
        /// By what the source calls them.
        var units: [String: Unit] = [:]
    }

    struct Unit: Sendable, Hashable {
        /// Below the project's root; for files that go to several places, `.`.
        var folder: String
        /// By target.
        var files: [String: File] = [:]
        var ids: [ImportedIDs.Entry] = []
    }

    struct File: Sendable, Hashable {
        var source: String
        /// SHA-256 of what it was made of, and of what was written.
        var sourceHash: String
        var writtenHash: String
    }

    var origins: [Origin] = []

    init() {}

    subscript(_ kind: ImportKind, _ label: String) -> Origin {
        get { origins.first { $0.kind == kind && $0.label == label } ?? Origin(kind: kind, label: label) }
        set {
            origins.removeAll { $0.kind == kind && $0.label == label }
            if !newValue.units.isEmpty { origins.append(newValue) }
            origins.sort { ($0.kind.rawValue, $0.label) < ($1.kind.rawValue, $1.label) }
        }
    }

    /// Throws `broken` with the line where the file is no record, or of a later version.
    init(reading bytes: [UInt8]) throws(SpecsError) {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: bytes)
        } catch {
            throw SpecsError(
                .broken,
                "\(Self.path):\(error.location?.line ?? 1): the record of imports is no JSON: restore it from git, or mend the line."
            )
        }
        guard let version = value["version"]?.intValue, let list = value["imports"]?.arrayValue else {
            throw SpecsError(.broken, "\(Self.path):1: the record of imports has no version: restore it from git.")
        }
        guard version <= Self.version else {
            throw SpecsError(
                .broken,
                "\(Self.path):1: the record is of version \(version), and this program knows \(Self.version): update it."
            )
        }
        for entry in list {
            guard let kind = entry["from"]?.stringValue.flatMap(ImportKind.init),
                let label = entry["place"]?.stringValue
            else { continue }
            var origin = Origin(kind: kind, label: label)
            for (key, value) in entry["units"]?.objectValue ?? JSONObject() {
                let unit = Self.unit(value)
                guard Self.isFeature(unit.folder) else {
                    throw SpecsError(
                        .broken,
                        "\(Self.path):1: \(key) goes to '\(unit.folder)', which is no feature's folder: restore the file from git."
                    )
                }
                origin.units[key] = unit
            }
            origins.append(origin)
        }
    }

    /// `specs/NAME`, or `.` for what belongs to no feature; the record may have come with the repository.
    private static func isFeature(_ folder: String) -> Bool {
        let parts = folder.split(separator: "/", omittingEmptySubsequences: false)
        return folder == "." || (parts.count == 2 && parts[0] == "specs" && !parts[1].isEmpty && parts[1].first != ".")
    }

    private static func unit(_ value: JSONValue) -> Unit {
        var unit = Unit(folder: value["folder"]?.stringValue ?? ".")
        for (target, file) in value["files"]?.objectValue ?? JSONObject() {
            unit.files[target] = File(
                source: file["source"]?.stringValue ?? "", sourceHash: file["hash"]?.stringValue ?? "",
                writtenHash: file["written"]?.stringValue ?? "")
        }
        for kind in ImportedIDs.Kind.allCases {
            for (old, new) in value["ids"]?[kind.rawValue]?.objectValue ?? JSONObject() {
                unit.ids.append(.init(kind, old: old, new: new.stringValue ?? ""))
            }
        }
        return unit
    }

    /// The same record gives the same bytes.
    var bytes: [UInt8] {
        let list = origins.map { origin -> JSONValue in
            let units = origin.units.sorted { $0.key < $1.key }.map { ($0.key, Self.json($0.value)) }
            return [
                "from": .string(origin.kind.rawValue), "place": .string(origin.label),
                "units": .object(JSONObject(units)),
            ]
        }
        let value = JSONValue.object(["version": .integer(Int64(Self.version)), "imports": .array(list)])
        return Array((value.text(.pretty) + "\n").utf8)
    }

    private static func json(_ unit: Unit) -> JSONValue {
        let files = unit.files.sorted { $0.key < $1.key }.map { target, file -> (String, JSONValue) in
            (
                target,
                [
                    "source": .string(file.source), "hash": .string(file.sourceHash),
                    "written": .string(file.writtenHash),
                ]
            )
        }
        var ids = JSONObject()
        for kind in ImportedIDs.Kind.allCases {
            let entries = unit.ids.filter { $0.kind == kind }.sorted { ($0.new, $0.old) < ($1.new, $1.old) }
            guard !entries.isEmpty else { continue }
            ids.set(.object(JSONObject(entries.map { ($0.old, .string($0.new)) })), for: kind.rawValue)
        }
        return ["folder": .string(unit.folder), "files": .object(JSONObject(files)), "ids": .object(ids)]
    }
}
