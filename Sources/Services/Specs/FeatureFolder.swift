package import Files
package import SpecDocuments

/// A feature's folder `specs/NNN-name/` in a worktree, as spec-kit has it.
package struct FeatureFolder: Sendable, Hashable {
    private let root: FilePath
    /// Relative to the worktree, such as `specs/001-json-flag`.
    package let folder: String

    /// Which forms its documents are written from.
    private let templates: TemplateChoice

    package init(root: FilePath, folder: String, templates: TemplateChoice = TemplateChoice()) {
        self.root = root
        self.folder = folder
        self.templates = templates
    }

    package var name: String { folder.split(separator: "/").last.map(String.init) ?? folder }

    package enum Document: String, Sendable, Hashable, CaseIterable {
        case spec, plan, tasks

        package var file: String { "\(rawValue).md" }

        /// What a commit that brings it does.
        package var verb: String {
            switch self {
            case .spec: "Specify"
            case .plan: "Plan"
            case .tasks: "Cut into tasks:"
            }
        }
    }

    package func path(of document: Document) -> String { "\(folder)/\(document.file)" }

    package func read(_ document: Document) throws(FileError) -> String {
        try FileSystem.readText(try location(of: document))
    }

    package func write(_ text: String, to document: Document) throws(FileError) {
        try FileSystem.write(text, to: try location(of: document))
    }

    package func tasks() throws -> TasksDocument { TasksDocument(parsing: try read(.tasks)) }

    /// Ticks one task in `tasks.md`, changing nothing else.
    package func tick(_ task: String) throws {
        var document = try tasks()
        try document.tick(task)
        try write(document.text, to: .tasks)
    }

    /// Takes every tick back: an agent that plans tasks has done none of them.
    package func untickAll() throws {
        var document = try tasks()
        for task in document.tasks where task.isDone { try document.untick(task.id) }
        try write(document.text, to: .tasks)
    }

    /// Writes a document in its place, also where its folder was removed or a link was put there meanwhile.
    package func restore(_ text: String, to document: Document) throws(FileError) {
        var place = root
        for name in FilePath(path(of: document)).components {
            place = place / name
            if try FileSystem.info(place)?.kind == .symlink { try FileSystem.remove(place) }
        }
        try FileSystem.createDirectory(place.parent)
        try FileSystem.write(text, to: place)
    }

    /// What has to be mended before the document can be built on, each in one sentence; empty where it is sound.
    package func faults(of document: Document) -> [String] {
        let text: String
        do throws(FileError) {
            text = try read(document)
        } catch {
            return ["the document has not been written: \(error.message)"]
        }
        let diagnostics =
            switch document {
            case .spec: SpecDocument(parsing: text).diagnostics
            case .plan: PlanDocument(parsing: text).diagnostics
            case .tasks: TasksDocument(parsing: text).diagnostics
            }
        // A form that is broken was refused before anything was written from it.
        let remains = (try? template(for: document)).map { TemplateRemains(template: $0).find(in: text) } ?? []
        return diagnostics.filter { $0.severity == .error }.map(Self.sentence) + remains
            + (document == .spec ? deltaFaults() : [])
    }

    /// What keeps the feature's deltas from being applied to the living specifications.
    private func deltaFaults() -> [String] {
        do throws(SpecsError) {
            return try SpecArchive(of: folder, in: root).faults.map(\.description)
        } catch {
            return [error.message]
        }
    }

    /// The living specifications there are, by path.
    package func livingSpecs() throws(SpecsError) -> [String] {
        try LivingSpecs(root: root).capabilities().map { LivingSpecs.path(of: $0) }
    }

    /// The form that an agent is to fill in: the project's own, that of the chosen preset, or the built-in one.
    package func template(for document: Document) throws(SpecsError) -> String {
        switch document {
        case .spec: try template(named: .spec)
        case .plan: try template(named: .plan)
        case .tasks: try template(named: .tasks)
        }
    }

    /// The same for every form there is.
    package func template(named name: TemplateName) throws(SpecsError) -> String {
        try TemplateStack(root: root, choice: templates).text(of: name, folder: folder)
    }

    private static func sentence(_ fault: Diagnostic) -> String {
        let place = fault.line.map { "line \($0): " } ?? ""
        return "\(place)\(fault.message) \(fault.fix)"
    }

    private func location(of document: Document) throws(FileError) -> FilePath {
        try FileSystem.realPathInside(root, FilePath(path(of: document)))
    }
}
