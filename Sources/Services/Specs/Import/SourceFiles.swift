import Crypto
import Files
import SpecDocuments

/// Reads what is to be taken over; a link that leads out of the source's folder is refused.
struct SourceFiles {
    /// What a document may have, and more than any other file should.
    private static let largest = 16 << 20

    let place: FilePath

    func bytes(_ path: String) throws(SpecsError) -> [UInt8] {
        do throws(FileError) {
            return try FileSystem.readBytes(
                try FileSystem.realPathInside(place, FilePath(path)), limit: Self.largest)
        } catch {
            let fix =
                switch error.code {
                case .tooLarge: "split it, or take out what does not belong to it."
                case .symlinkEscape: "put a copy in its place."
                default: "make it a file that can be read."
                }
            throw SpecsError(.broken, "\(path): \(error.message) Nothing of this folder is imported: \(fix)")
        }
    }

    /// A document's text, with what is odd about it.
    ///
    /// Throws `broken` with the line where it is no text or holds a conflict.
    func document(_ path: String, _ notes: inout [SpecFault]) throws(SpecsError) -> String {
        let bytes = try bytes(path)
        let faults = DocumentHealth.faults(of: bytes)
        if let fault = faults.first(where: { $0.severity == .error }) {
            throw SpecsError(.broken, "\(SpecFault(path, fault)) Nothing of this folder is imported until then.")
        }
        notes += faults.map { SpecFault(path, $0) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// One hash for several files, with their names.
    func hash(_ paths: [String]) throws(SpecsError) -> String {
        guard paths.count > 1 else { return SHA256.hash(try bytes(paths[0])).hex }
        var text = ""
        for path in paths { text += "\(path) \(SHA256.hash(try bytes(path)).hex)\n" }
        return SHA256.hash(text).hex
    }

    /// The files of a unit; where they cannot be listed, as with a link that leads out, none and why.
    func list(_ folder: String) -> (files: [String], refusal: String?) {
        do throws(SpecsError) {
            return (try SpecTree.files(below: folder, in: place), nil)
        } catch {
            return (
                [],
                "\(folder): \(error.message) Nothing of this folder is imported: put a copy in the place of the link."
            )
        }
    }

    /// The names in a folder that are folders themselves, in the order of their bytes; none where there is no such folder.
    func folders(in path: String) throws(SpecsError) -> [String] {
        do throws(FileError) {
            let folder = try FileSystem.realPathInside(place, FilePath(path))
            guard FileSystem.isDirectory(folder) else { return [] }
            // A link is one of them wherever it leads: what it leads to is looked at when it is listed.
            return try FileSystem.list(folder).filter {
                !$0.name.hasPrefix(".") && FileSystem.isDirectory(folder / $0.name)
            }.map(\.name)
        } catch {
            throw SpecsError(.broken, "\(path): \(error.message)")
        }
    }
}
