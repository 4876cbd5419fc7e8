package import Files
package import SpecDocuments

/// The living specifications of a project: what each capability does today, in `specs/living/NAME/spec.md`.
package struct LivingSpecs: Sendable, Hashable {
    package static let folder = "specs/living"

    package let root: FilePath

    package init(root: FilePath) { self.root = root }

    package static func path(of capability: String) -> String { "\(folder)/\(capability)/spec.md" }

    /// By name; one in a folder of another is `outer/inner`.
    package func capabilities() throws(SpecsError) -> [String] {
        try SpecTree.files(below: Self.folder, in: root).compactMap { path in
            path.hasSuffix("/spec.md") ? String(path.dropFirst(Self.folder.count + 1).dropLast("/spec.md".count)) : nil
        }
    }

    /// Nil where there is none yet.
    ///
    /// Throws `broken` for a file that is no text.
    package func read(_ capability: String) throws(SpecsError) -> LivingSpec? {
        let path = Self.path(of: capability)
        guard let bytes = try FileChanges.content(path, root) else { return nil }
        let file = DocumentFile<LivingSpec>(bytes: bytes)
        guard let document = file.document else {
            throw SpecsError(.broken, file.diagnostics.map { "\(SpecFault(path, $0))" }.joined(separator: " "))
        }
        return document
    }

    /// What a capability begins with, before its first requirement.
    package static func blank(_ capability: String) -> LivingSpec {
        let words = capability.split(separator: "/").last.map(String.init) ?? capability
        let title = words.replacing("-", with: " ").replacing("_", with: " ")
        return LivingSpec(
            parsing: "# \(title.prefix(1).uppercased() + title.dropFirst()) Specification\n\n## Requirements\n")
    }
}

/// What a feature changes of the living specifications: one delta a capability, in `deltas/NAME.md` of its folder.
package struct FeatureDeltas: Sendable, Hashable {
    package struct Delta: Sendable, Hashable {
        package var capability: String
        /// Below the project's root.
        package var path: String
        /// Nil where the file is no text.
        package var document: DeltaSpec?
        package var bytes: [UInt8]
        package var diagnostics: [Diagnostic]
    }

    package static let folder = "deltas"

    /// By capability.
    package let deltas: [Delta]

    /// - Parameter feature: Its folder, such as `specs/003-json-flag`.
    package init(of feature: String, in root: FilePath) throws(SpecsError) {
        let place = "\(feature)/\(Self.folder)"
        var deltas: [Delta] = []
        for path in try SpecTree.files(below: place, in: root) where path.hasSuffix(".md") {
            guard let bytes = try FileChanges.content(path, root) else { continue }
            let file = DocumentFile<DeltaSpec>(bytes: bytes)
            deltas.append(
                Delta(
                    capability: String(path.dropFirst(place.count + 1).dropLast(3)), path: path,
                    document: file.document, bytes: bytes, diagnostics: file.diagnostics))
        }
        self.deltas = deltas
    }
}

/// Lists the files of a folder of a project with those of the folders in it.
enum SpecTree {
    /// More than anybody writes; a folder that holds more is not meant.
    private static let most = 20_000

    /// By path, below the root; nothing where there is no such folder.
    ///
    /// Hidden names are passed over. A link counts as what it leads to; one that leads out of the root is an error.
    static func files(below folder: String, in root: FilePath) throws(SpecsError) -> [String] {
        var found: [String] = []
        try add(folder, root, &found, depth: 0)
        return found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private static func add(
        _ folder: String, _ root: FilePath, _ found: inout [String], depth: Int
    ) throws(SpecsError) {
        do throws(FileError) {
            let place = try FileSystem.realPathInside(root, FilePath(folder))
            guard try FileSystem.info(place)?.kind == .directory else { return }
            for entry in try FileSystem.list(place) where !entry.name.hasPrefix(".") {
                let path = "\(folder)/\(entry.name)"
                let target = try FileSystem.realPathInside(root, FilePath(path))
                switch try FileSystem.info(target)?.kind {
                case .regular:
                    guard found.count < most else {
                        throw FileError(.tooLarge, place, "\(folder) holds more than \(most) files.")
                    }
                    found.append(path)
                case .directory:
                    // A link to a folder above would never end.
                    guard depth < 16 else { continue }
                    do throws(SpecsError) {
                        try add(path, root, &found, depth: depth + 1)
                    } catch {
                        throw FileError(.invalidPath, target, error.message)
                    }
                default: continue
                }
            }
        } catch {
            throw SpecsError(.unreadable, error.message)
        }
    }
}
