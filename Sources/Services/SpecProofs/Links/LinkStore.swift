package import Files
package import Specs

/// Reads and writes the `links.json` of features.
package struct LinkStore: Sendable {
    package let root: FilePath
    private static let largest = 64 << 20

    package init(root: FilePath) { self.root = root }

    package static func path(of feature: Feature) -> String { "\(feature.folder)/\(FeatureLinks.file)" }

    /// Nil where the feature has none.
    package func read(_ feature: Feature) throws(ProofError) -> LinkFile? {
        let path = Self.path(of: feature)
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try FileSystem.readBytes(
                try FileSystem.realPathInside(root, FilePath(path)), limit: Self.largest)
        } catch {
            guard error.code != .notFound, error.code != .notDirectory else { return nil }
            throw ProofError(
                .unreadable, "\(path): \(error.message) Make it a file that can be read, or remove it.")
        }
        return try LinkFile(parsing: bytes, path: path)
    }

    /// Writes the file as a whole; whether that changed it.
    @discardableResult
    package func write(_ file: LinkFile, of feature: Feature) throws(ProofError) -> Bool {
        let path = Self.path(of: feature)
        do throws(FileError) {
            let folder = try FileSystem.realPathInside(root, FilePath(feature.folder))
            guard FileSystem.isDirectory(folder) else {
                throw FileError(.notFound, folder, "The folder is gone.")
            }
            let place = try FileSystem.realPathInside(root, FilePath(path))
            let bytes = Array(file.text.utf8)
            // What cannot be read is written anew.
            if let before = try? FileSystem.readBytes(place, limit: Self.largest), before == bytes { return false }
            try FileSystem.write(bytes, to: place)
            return true
        } catch {
            guard error.code != .notFound else {
                throw ProofError(
                    .gone,
                    "The folder \(feature.folder) was removed meanwhile, so nothing was recorded: restore it from git, or ask again."
                )
            }
            throw ProofError(.unreadable, "\(path) cannot be written: \(error.message)")
        }
    }
}
