package import Files
import Workflows

/// The workflows that can be named: a project's own, those that spec-kit installed in it, the user's, and the built-in ones.
///
/// A name that stands twice means the first of these. Files are read when they are asked for, each time anew.
package struct WorkflowCollection: Sendable {
    package enum Origin: String, Sendable, Hashable {
        case project
        /// `.specify/workflows/ID/workflow.yml` with its overlays.
        case specKit = "spec-kit"
        case user
        case builtIn = "built-in"
    }

    /// A workflow with where it comes from.
    package struct Entry: Sendable, Hashable {
        package var name: String
        package var origin: Origin
        /// The file; for a built-in one its name alone.
        package var file: String
        /// The files that change it, in the order in which they are applied; spec-kit's alone.
        package var overlays: [String] = []
    }

    private let project: FilePath?
    private let user: FilePath?

    package static let projectFolder = ".vencejo/workflows"
    static let specKitFolder = ".specify/workflows"

    /// - Parameters:
    ///   - project: the project's root.
    ///   - user: the folder of the user's own workflows; it need not exist.
    package init(project: FilePath?, user: FilePath?) {
        self.project = project
        self.user = user
    }

    /// Every workflow, by name; one that is hidden by another of its name is left out.
    package func list() throws(WorkflowLibraryError) -> [Entry] {
        var found: [Entry] = []
        if let project { found += try files(in: project / Self.projectFolder, .project) }
        found += try specKitEntries()
        if let user { found += try files(in: user, .user) }
        found += Self.builtIn.map(\.entry)
        var entries: [String: Entry] = [:]
        for entry in found where entries[entry.name] == nil { entries[entry.name] = entry }
        return entries.values.sorted { $0.name < $1.name }
    }

    /// The entry of that name, or of the file at that path where it has a slash or ends in `.yaml` or `.yml`.
    package func entry(_ name: String, from directory: FilePath) throws(WorkflowLibraryError) -> Entry {
        if name.contains("/") || Self.isWorkflowFile(name) {
            let path = FilePath(name).resolved(from: directory)
            guard FileSystem.exists(path) else { throw WorkflowLibraryError(.notFound, "there is no file \(name)") }
            return Entry(name: path.stem, origin: .project, file: path.string)
        }
        let entries = try list()
        guard let entry = entries.first(where: { $0.name == name }) else {
            let names = entries.map(\.name).joined(separator: ", ")
            throw WorkflowLibraryError(.notFound, "there is no workflow '\(name)'; there are \(names)")
        }
        return entry
    }

    /// The text of an entry's file.
    package func text(of entry: Entry) throws(WorkflowLibraryError) -> String {
        if entry.origin == .builtIn, let builtIn = Self.builtIn.first(where: { $0.entry == entry }) {
            return String(decoding: builtIn.bytes, as: UTF8.self)
        }
        return try Self.read(entry.file)
    }

    static func read(_ file: String) throws(WorkflowLibraryError) -> String {
        do throws(FileError) {
            return try FileSystem.readText(FilePath(file), limit: WorkflowParser.largestText + 1)
        } catch {
            throw WorkflowLibraryError(.unreadable, "the workflow cannot be read: \(error.message)")
        }
    }

    // MARK: Places

    static func isWorkflowFile(_ name: String) -> Bool { name.hasSuffix(".yaml") || name.hasSuffix(".yml") }

    private func files(in folder: FilePath, _ origin: Origin) throws(WorkflowLibraryError) -> [Entry] {
        try Self.names(in: folder).filter(Self.isWorkflowFile).map { name in
            Entry(name: FilePath(name).stem, origin: origin, file: (folder / name).string)
        }
    }

    private func specKitEntries() throws(WorkflowLibraryError) -> [Entry] {
        guard let folder = project.map({ $0 / Self.specKitFolder }) else { return [] }
        var entries: [Entry] = []
        for name in try Self.names(in: folder) where !["overlays", "runs", "steps"].contains(name) {
            let file = folder / name / "workflow.yml"
            guard FileSystem.exists(file) else { continue }
            let changes = folder / "overlays" / name
            let overlays = try Self.names(in: changes).filter(Self.isWorkflowFile).map { (changes / $0).string }
            entries.append(Entry(name: name, origin: .specKit, file: file.string, overlays: overlays))
        }
        return entries
    }

    private static func names(in folder: FilePath) throws(WorkflowLibraryError) -> [String] {
        guard FileSystem.isDirectory(folder) else { return [] }
        do throws(FileError) { return try FileSystem.list(folder).map(\.name) } catch {
            throw WorkflowLibraryError(.unreadable, "the workflows cannot be listed: \(error.message)")
        }
    }

    private static let builtIn: [(entry: Entry, bytes: [UInt8])] = [
        ("bug", PackageResources.bug_yaml), ("documentation-only", PackageResources.documentation_only_yaml),
        ("hotfix", PackageResources.hotfix_yaml), ("review", PackageResources.review_yaml),
        ("spec-driven", PackageResources.spec_driven_yaml),
        ("specs-checklist", PackageResources.specs_checklist_yaml),
        ("specs-clarify", PackageResources.specs_clarify_yaml),
        ("specs-converge", PackageResources.specs_converge_yaml),
        ("specs-meaning", PackageResources.specs_meaning_yaml), ("specs-new", PackageResources.specs_new_yaml),
        ("specs-plan", PackageResources.specs_plan_yaml), ("specs-tasks", PackageResources.specs_tasks_yaml),
        ("standard-dev", PackageResources.standard_dev_yaml),
    ].map { (Entry(name: $0.0, origin: .builtIn, file: "\($0.0).yaml"), $0.1) }
}
