package import Files
import SpecDocuments

extension Feature {
    /// Larger files are not read at all; those a document may have are refused by its own parser.
    private static let largestFile = 64 << 20

    /// What the folder holds now.
    ///
    /// - Parameter folder: Below `root`, such as `specs/003-json-flag`.
    package static func read(_ folder: String, in root: FilePath) -> Feature {
        let name = FilePath(folder).name
        var feature = Feature(folder: folder, name: name)
        let place: FilePath
        let entries: [DirectoryEntry]
        do throws(FileError) {
            place = try FileSystem.realPathInside(root, FilePath(folder))
            entries = try FileSystem.list(place)
        } catch {
            feature.diagnostics = [gone(folder, error)]
            return feature
        }
        for entry in entries where entry.kind == .regular || entry.kind == .symlink {
            switch entry.name {
            case "spec.md": feature.spec = page(entry.name, in: folder, root)
            case "plan.md": feature.plan = page(entry.name, in: folder, root)
            case "tasks.md": feature.tasks = page(entry.name, in: folder, root)
            default: break
            }
        }
        if entries.contains(where: { $0.name == "checklists" }) {
            // A folder that cannot be listed has none.
            let lists = (try? FileSystem.list(place / "checklists")) ?? []
            feature.checklists = lists.filter { $0.kind == .regular && $0.name.hasSuffix(".md") }.compactMap {
                page("checklists/\($0.name)", in: folder, root)
            }
        }
        // The folder may have gone while it was read: what little was found is not the feature.
        if !entries.isEmpty, !FileSystem.exists(place) {
            feature = Feature(folder: folder, name: name)
            feature.diagnostics = [
                Diagnostic(
                    .error, message: "The folder \(folder) was removed while it was read.",
                    fix: "Restore it from git, or ask again for what there is now.")
            ]
        }
        return feature
    }

    private static func gone(_ folder: String, _ error: FileError) -> Diagnostic {
        switch error.code {
        case .notFound, .notDirectory:
            Diagnostic(
                .error, message: "There is no folder \(folder).",
                fix: "Restore it from git, or ask again for what there is now.")
        default: Diagnostic(.error, message: error.message, fix: "Put a folder of documents there.")
        }
    }

    /// Nil where the file is gone by now.
    private static func page<Document: MarkdownDocument>(
        _ name: String, in folder: String, _ root: FilePath
    ) -> FeaturePage<Document>? {
        let path = "\(folder)/\(name)"
        do throws(FileError) {
            let place = try FileSystem.realPathInside(root, FilePath(path))
            return FeaturePage(
                name: name, path: path, bytes: try FileSystem.readBytes(place, limit: largestFile))
        } catch {
            guard error.code != .notFound else { return nil }
            let fix =
                error.code == .tooLarge
                ? "Split it, or take out what does not belong to it." : "Make it a file that can be read."
            return FeaturePage(
                name: name, path: path, refusal: Diagnostic(.error, message: error.message, fix: fix))
        }
    }
}
