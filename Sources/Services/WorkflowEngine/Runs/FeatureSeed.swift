import Crypto
import Files
import JSON

/// What a run about one feature has taken over from the user's working tree, and what becomes of what it writes.
///
/// It lies in the run's folder, beside the bytes that were taken over.
struct FeatureSeed: Sendable, Hashable, Codable {
    /// `specs/003-json-flag`; nil for a run that makes a feature.
    var folder: String?
    /// Whether the documents go back into the user's working tree when the run has ended well.
    var delivers: Bool
    /// Whether documents that are there already are built on instead of written.
    var keepsDocuments: Bool
    /// The hash of each file of the folder as it was in the working tree when the run began.
    var taken: [String: String]
    /// Set once the documents have been put into the working tree.
    var isDelivered = false
}

/// Keeps a run's seed in its folder.
struct FeatureStore: Sendable {
    private let folder: FilePath

    /// More than this is no folder of documents.
    private static let mostFiles = 500
    private static let largestFile = 16 << 20
    private static let largestAll = 64 << 20

    /// - Parameter runFolder: the folder of the run's state, outside every project.
    init(runFolder: FilePath) { folder = runFolder / "feature" }

    private var manifest: FilePath { folder / "seed.json" }

    /// Nil where the run has none.
    func read() throws -> FeatureSeed? {
        guard FileSystem.exists(manifest) else { return nil }
        do {
            return try JSONCoding.decode(FeatureSeed.self, from: JSONValue(parsing: try FileSystem.readText(manifest)))
        } catch let error as JSONError {
            throw EngineError(.failed, "\(manifest) is damaged (\(error.message)): start the command anew")
        }
    }

    /// Writes it durably, before anything is recorded that rests on it.
    func save(_ seed: FeatureSeed) throws {
        try FileSystem.createDirectory(folder)
        try FileSystem.write(try JSONCoding.encode(seed).text(.pretty) + "\n", to: manifest, durability: .durable)
    }

    func bytes(of hash: String) throws -> [UInt8] { try FileSystem.readBytes(folder / hash) }

    /// Keeps every file of a feature's folder as it is in the user's working tree, and gives the hashes.
    func take(_ feature: String, of project: FilePath) throws -> [String: String] {
        // What cannot be found is told in one sentence below, whatever the reason.
        guard let place = try? FileSystem.realPathInside(project, FilePath(feature)), FileSystem.isDirectory(place)
        else {
            throw EngineError(
                .notFound,
                "the folder \(feature) is not there any more: restore it from git, or see vencejo specs list")
        }
        try FileSystem.createDirectory(folder)
        var taken: [String: String] = [:]
        var size = 0
        for name in try Self.files(below: place) {
            let bytes: [UInt8]
            do throws(FileError) {
                bytes = try FileSystem.readBytes(place.appending(name), limit: Self.largestFile)
            } catch {
                guard error.code != .notFound else { continue }
                throw EngineError(.usage, "\(feature)/\(name) cannot be taken over: \(error.message)")
            }
            size += bytes.count
            guard taken.count < Self.mostFiles, size <= Self.largestAll else {
                throw EngineError(
                    .usage,
                    "\(feature) holds more than \(Self.mostFiles) files or \(Self.largestAll >> 20) MB: keep only its documents there"
                )
            }
            let hash = SHA256.hash(bytes).hex
            if !FileSystem.exists(folder / hash) {
                try FileSystem.write(bytes, to: folder / hash, durability: .durable)
            }
            taken["\(feature)/\(name)"] = hash
        }
        return taken
    }

    /// The regular files below a folder, by their paths in it; links are left alone, and so is what begins with a full stop.
    static func files(below folder: FilePath) throws(FileError) -> [String] {
        var found: [String] = []
        var waiting = [""]
        while let next = waiting.popLast(), found.count <= mostFiles {
            let place = next.isEmpty ? folder : folder.appending(next)
            for entry in try FileSystem.list(place) where !entry.name.hasPrefix(".") {
                let name = next.isEmpty ? entry.name : "\(next)/\(entry.name)"
                switch entry.kind {
                case .directory: waiting.append(name)
                case .regular: found.append(name)
                default: break
                }
            }
        }
        return found.sorted()
    }
}
