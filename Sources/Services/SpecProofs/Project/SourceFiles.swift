import Files

/// Reads source files below one root, several at a time.
struct SourceFiles: Sendable {
    let root: FilePath
    /// Longer files are generated, or no source at all.
    private static let largest = 4 << 20

    struct Read: Sendable {
        var outlines: [String: SourceOutline] = [:]
        /// Of files that are no source code.
        var digests: [String: String] = [:]

        mutating func merge(_ other: Read) {
            outlines.merge(other.outlines) { $1 }
            digests.merge(other.digests) { $1 }
        }
    }

    /// What there is of these paths; files that are gone, and what leads out of the root, are left out.
    @concurrent
    func read(_ paths: some Collection<String> & Sendable) async throws -> Read {
        let ordered = paths.sorted()
        return try await withThrowingTaskGroup(of: Read.self) { group in
            for start in stride(from: 0, to: ordered.count, by: 16) {
                let part = ordered[start..<min(start + 16, ordered.count)]
                group.addTask {
                    var read = Read()
                    for path in part {
                        try Task.checkCancellation()
                        load(path, into: &read)
                    }
                    return read
                }
            }
            return try await group.reduce(into: Read()) { $0.merge($1) }
        }
    }

    private func load(_ path: String, into read: inout Read) {
        // What cannot be read is as good as gone: its links say so.
        guard let place = try? FileSystem.realPathInside(root, FilePath(path)),
            let bytes = try? FileSystem.readBytes(place, limit: Self.largest)
        else { return }
        if let outline = SourceOutline(bytes, path: path) {
            read.outlines[path] = outline
        } else {
            read.digests[path] = SourceHash.digest(bytes.filter { $0 != 13 })
        }
    }
}
