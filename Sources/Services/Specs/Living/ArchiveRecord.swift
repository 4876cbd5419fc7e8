import Crypto
import Files
import JSON

/// Which deltas of a feature stand in the living specifications already: `archived.json` in its folder.
///
/// Each is known by the hash of its file, so that one that was changed afterwards is noticed.
struct ArchiveRecord: Sendable, Hashable {
    static let file = "archived.json"
    static let version = 1

    /// By capability, the SHA-256 of the delta.
    var deltas: [String: String] = [:]

    init() {}

    /// Throws `broken` where the file is no such record, or of a later version.
    init(of feature: String, in root: FilePath) throws(SpecsError) {
        let path = "\(feature)/\(Self.file)"
        guard let bytes = try FileChanges.content(path, root) else { return }
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: bytes)
        } catch {
            let line = error.location?.line ?? 1
            throw SpecsError(
                .broken, "\(path):\(line): the record of what is archived is no JSON: restore it from git.")
        }
        guard let version = value["version"]?.intValue else {
            throw SpecsError(.broken, "\(path):1: the record of what is archived has no version: restore it from git.")
        }
        guard version <= Self.version else {
            throw SpecsError(
                .broken,
                "\(path):1: the record is of version \(version), and this program knows \(Self.version): update it.")
        }
        for (capability, hash) in value["deltas"]?.objectValue ?? JSONObject() {
            deltas[capability] = hash.stringValue
        }
    }

    var bytes: [UInt8] {
        let list = deltas.sorted { $0.key < $1.key }.map { ($0.key, JSONValue.string($0.value)) }
        let value = JSONValue.object(["version": .integer(Int64(Self.version)), "deltas": .object(JSONObject(list))])
        return Array((value.text(.pretty) + "\n").utf8)
    }

    static func hash(_ bytes: [UInt8]) -> String { SHA256.hash(bytes).hex }
}
