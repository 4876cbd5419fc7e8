package import Files
import SpecDocuments
import Templates

/// Which set of forms is chosen, and where a user's own sets lie.
package struct TemplateChoice: Sendable, Hashable {
    /// `specs.preset:` of the settings; nil is none.
    package var preset: String?
    /// Holds a folder for each of the user's own sets.
    package var userPresets: FilePath?

    package init(preset: String? = nil, userPresets: FilePath? = nil) {
        self.preset = preset
        self.userPresets = userPresets
    }
}

/// The forms that documents are written from: the project's own, above those of the chosen set, above the built-in ones.
///
/// Each file is looked for by itself, so that a project may have one form of its own and the others as they are.
package struct TemplateStack: Sendable, Hashable {
    /// Where a form can come from, the strongest first.
    package enum Layer: Sendable, Hashable {
        case project(path: String)
        case preset(name: String, path: String)
        case shippedPreset(ShippedPreset)
        case builtIn

        /// `.vencejo/templates/spec-template.md`, `preset minimal`, `built-in`.
        package var description: String {
            switch self {
            case .project(let path): path
            case .preset(let name, let path): "preset \(name) (\(path))"
            case .shippedPreset(let preset): "preset \(preset.rawValue)"
            case .builtIn: "built-in"
            }
        }
    }

    /// Where a project's forms lie: its own, and those of spec-kit.
    package static let projectFolders = [".vencejo/templates", ".specify/templates/overrides", ".specify/templates"]
    private static let projectPresets = ".vencejo/presets"
    /// No form is longer.
    private static let largest = 1 << 20

    package let root: FilePath
    package let choice: TemplateChoice

    package init(root: FilePath, choice: TemplateChoice = TemplateChoice()) {
        self.root = root
        self.choice = choice
    }

    /// Where a form is, the one that holds first; those behind it are hidden by it.
    package func layers(of name: TemplateName) throws(SpecsError) -> [Layer] {
        var found: [Layer] = []
        for folder in Self.projectFolders where FileSystem.exists(root / folder / name.file) {
            found.append(.project(path: "\(folder)/\(name.file)"))
        }
        if let preset = choice.preset { found += try layers(of: name, preset: preset) }
        return found + [.builtIn]
    }

    /// The form with its fields filled in, as a model gets it.
    ///
    /// - Parameter folder: The feature's, such as `specs/003-json-flag`.
    ///
    /// Throws `broken` with file, line and what mends it.
    package func text(of name: TemplateName, folder: String) throws(SpecsError) -> String {
        let layer = try layers(of: name)[0]
        let text = try text(of: name, in: layer)
        let faults = TemplateCheck.faults(in: text, of: name, called: layer.description)
        if let fault = faults.first { throw SpecsError(.broken, "\(fault)") }
        do throws(TemplateError) {
            return try Template(text, name: layer.description).render(TemplateCheck.values(folder: folder))
        } catch {
            throw SpecsError(.broken, error.message)
        }
    }

    /// What is wrong with the form that holds; nothing for those that the program brings.
    package func faults(of name: TemplateName) throws(SpecsError) -> [SpecFault] {
        let layer = try layers(of: name)[0]
        let text: String
        do throws(SpecsError) {
            text = try self.text(of: name, in: layer)
        } catch {
            return [SpecFault(layer.description, error.message, fix: "Make it a file of UTF-8 text, or remove it.")]
        }
        return TemplateCheck.faults(in: text, of: name, called: layer.description)
    }

    /// The form as it stands there.
    package func text(of name: TemplateName, in layer: Layer) throws(SpecsError) -> String {
        let bytes: [UInt8]
        switch layer {
        case .builtIn: bytes = name.builtIn
        case .shippedPreset(let preset): bytes = preset.bytes(of: name) ?? name.builtIn
        case .project(let path):
            return try read { () throws(FileError) in try FileSystem.realPathInside(root, FilePath(path)) }
        case .preset(_, let path):
            // The user's own sets may lie anywhere; what the project brings stays in it.
            return try read { () throws(FileError) in
                FilePath(path).isAbsolute ? FilePath(path) : try FileSystem.realPathInside(root, FilePath(path))
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Writes forms into the project for the user to change: those of the chosen set, else the built-in ones.
    ///
    /// Nothing is written where one of the files exists already, unless they are to be replaced. Returns the paths.
    package func eject(_ names: [TemplateName], replacing: Bool) throws(SpecsError) -> [String] {
        var changes = FileChanges(root: root)
        var paths: [String] = []
        for name in names {
            let path = "\(Self.projectFolders[0])/\(name.file)"
            let before = try FileChanges.content(path, root)
            guard before == nil || replacing else {
                throw SpecsError(
                    .changed, "\(path) exists already, so nothing was written: say --force to replace it.")
            }
            let layers = try layers(of: name).filter { if case .project = $0 { false } else { true } }
            changes.put(Array(try text(of: name, in: layers[0]).utf8), at: path, insteadOf: before)
            paths.append(path)
        }
        try changes.perform()
        return paths
    }

    /// The sets that can be chosen, by name: the project's, the user's and those of the program.
    package func presets() -> [String] {
        var names = Set(ShippedPreset.allCases.map(\.rawValue))
        for folder in presetFolders where FileSystem.isDirectory(folder) {
            // A folder that cannot be listed has none.
            let entries = (try? FileSystem.list(folder)) ?? []
            names.formUnion(entries.filter { FileSystem.isDirectory(folder / $0.name) }.map(\.name))
        }
        return names.sorted()
    }

    private var presetFolders: [FilePath] { [root / Self.projectPresets] + (choice.userPresets.map { [$0] } ?? []) }

    private func layers(of name: TemplateName, preset: String) throws(SpecsError) -> [Layer] {
        let known = presets()
        guard known.contains(preset) else {
            let near = ProjectFeatures.nearest(to: preset, among: known).map { "did you mean '\($0)'" }
            throw SpecsError(
                .broken,
                "There is no preset '\(preset)', which specs.preset names: \(near ?? "there are \(known.joined(separator: ", "))")."
            )
        }
        var found: [Layer] = []
        for folder in presetFolders {
            // A set of spec-kit's has its forms in a folder of their own.
            for path in [folder / preset / name.file, folder / preset / "templates" / name.file]
            where FileSystem.exists(path) {
                found.append(.preset(name: preset, path: path.relative(to: root) ?? path.string))
            }
        }
        if let shipped = ShippedPreset(rawValue: preset), shipped.bytes(of: name) != nil {
            found.append(.shippedPreset(shipped))
        }
        return found
    }

    private func read(_ place: () throws(FileError) -> FilePath) throws(SpecsError) -> String {
        do throws(FileError) {
            return try FileSystem.readText(try place(), limit: Self.largest)
        } catch {
            throw SpecsError(.broken, error.message)
        }
    }
}
