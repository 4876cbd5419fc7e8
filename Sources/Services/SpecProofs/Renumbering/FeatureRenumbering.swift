import Files
import SpecDocuments
package import Specs
package import Workbench

/// New numbers for what collides, and the edits that carry them into every text that speaks of it.
///
/// Nothing is changed before ``apply()``.
package struct FeatureRenumbering: Sendable {
    package struct FolderChange: Sendable, Hashable {
        package var from: String
        package var to: String
    }

    package struct IDChange: Sendable, Hashable {
        /// The document that gives the id.
        package var document: String
        package var from: String
        package var to: String
        /// Only for the second of two.
        package var line: Int?
    }

    package struct Ambiguous: Sendable, Hashable {
        package var document: String
        package var id: String
    }

    package struct Edit: Sendable, Hashable {
        package var path: String
        fileprivate var bytes: [UInt8]
    }

    package private(set) var folders: [FolderChange] = []
    package private(set) var ids: [IDChange] = []
    package private(set) var ambiguous: [Ambiguous] = []
    /// Files with their new texts, by path as it was.
    package private(set) var edits: [Edit] = []
    private let root: FilePath
    private var texts: [String: [UInt8]] = [:]

    /// Where the changed files are once all is done.
    package var changedPaths: [String] {
        edits.map { edit in
            guard let move = folders.first(where: { edit.path.hasPrefix($0.from + "/") }) else { return edit.path }
            return move.to + edit.path.dropFirst(move.from.count)
        }.sorted()
    }

    package var isEmpty: Bool { folders.isEmpty && ids.isEmpty }

    /// - Parameter isWhole: Whether all ids are numbered from 1 in the order in which they stand.
    package init(
        _ project: ProjectFeatures, of wanted: [Feature], in repository: Repository?, isWhole: Bool
    ) async throws {
        root = project.root
        let sources: [String] =
            try await repository?.files(
                containing: ProjectProofs.pattern, outside: [ProjectFeatures.folder, ".specify"]) ?? []
        let owner = MentionOwner(project.features)
        for feature in wanted {
            try Task.checkCancellation()
            try renumber(feature, isWhole ? .all : .collisions, sources, owner)
        }
        try await moveFolders(project, wanted, repository)
        edits = texts.sorted { $0.key < $1.key }.map { Edit(path: $0.key, bytes: $0.value) }
    }

    /// Writes the texts, then moves the folders; each file as a whole.
    package func apply() throws {
        // Before anything is written: names that lead to a folder which could not be moved would lead nowhere.
        for change in folders where FileSystem.exists(root.appending(change.to)) {
            throw ProofError(
                .refused,
                "\(change.from) cannot become \(change.to), which is there already: remove or rename that one.")
        }
        for edit in edits {
            try FileSystem.write(edit.bytes, to: try FileSystem.realPathInside(root, FilePath(edit.path)))
        }
        for change in folders {
            try FileSystem.move(root.appending(change.from), to: root.appending(change.to))
        }
    }

    // MARK: - Ids

    private mutating func renumber(
        _ feature: Feature, _ extent: Renumbering.Extent, _ sources: [String], _ owner: MentionOwner
    ) throws {
        for (name, fault) in [("spec.md", feature.spec?.readingFault), ("tasks.md", feature.tasks?.readingFault)] {
            guard let fault else { continue }
            let line = fault.line.map { ", line \($0)" } ?? ""
            throw ProofError(
                .refused, "\(feature.folder)/\(name)\(line): \(fault.message) \(fault.fix)", line: fault.line)
        }
        var steps: [(origin: String, numbering: Renumbering)] = []
        if let spec = feature.spec?.document {
            let prefixes = Set((spec.requirements + spec.successCriteria).compactMap { StatementKey($0.id)?.prefix })
            for prefix in prefixes.sorted() {
                steps.append(("spec.md", Renumbering(statementsOf: spec, prefix: prefix, extent)))
            }
        }
        if let tasks = feature.tasks?.document { steps.append(("tasks.md", Renumbering(tasksOf: tasks, extent))) }
        steps.removeAll { $0.numbering.changes.isEmpty }
        guard !steps.isEmpty else { return }
        for (origin, numbering) in steps {
            let document = "\(feature.folder)/\(origin)"
            ids += numbering.changes.map { IDChange(document: document, from: $0.from, to: $0.to, line: $0.line) }
            ambiguous += numbering.ambiguous.map { Ambiguous(document: document, id: $0) }
        }
        for name in documents(of: feature) {
            let path = "\(feature.folder)/\(name)"
            guard let bytes = read(path), let before = String(validating: bytes, as: UTF8.self) else { continue }
            let after = steps.reduce(before) { text, step in
                step.numbering.applied(to: text, isOrigin: step.origin == name)
            }
            change(path, before: bytes, after: Array(after.utf8))
        }
        for path in sources { renumberSource(path, steps.map(\.numbering), feature, owner) }
        try carryLinks(of: feature, steps.map(\.numbering))
    }

    /// Markdown files in the feature's folder and in the folders in it.
    private func documents(of feature: Feature) -> [String] {
        let place = root.appending(feature.folder)
        var found: [String] = []
        // A folder that is gone has no documents.
        for entry in (try? FileSystem.list(place)) ?? [] {
            if entry.kind == .regular, entry.name.hasSuffix(".md") { found.append(entry.name) }
            guard entry.kind == .directory else { continue }
            // As above.
            for inner in (try? FileSystem.list(place / entry.name)) ?? []
            where inner.kind == .regular && inner.name.hasSuffix(".md") {
                found.append("\(entry.name)/\(inner.name)")
            }
        }
        return found
    }

    private mutating func renumberSource(
        _ path: String, _ numberings: [Renumbering], _ feature: Feature, _ owner: MentionOwner
    ) {
        guard let bytes = read(path), let outline = SourceOutline(bytes, path: path) else { return }
        let top = outline.featureAtTop
        var result: [UInt8] = []
        var place = 0
        for mention in StatementMentions.find(in: bytes)
        where owner.feature(of: mention, in: path, top: top) == feature.name {
            guard let name = numberings.lazy.compactMap({ $0.name(of: "\(mention.key)") }).first,
                let key = StatementKey(name), key != mention.key
            else { continue }
            result += bytes[place..<mention.range.lowerBound]
            result += Self.respelt(bytes[mention.range], as: key)
            place = mention.range.upperBound
        }
        guard place > 0 else { return }
        change(path, before: bytes, after: result + bytes[place...])
    }

    /// Another number in the same spelling: `fr_003` becomes `fr_004`.
    private static func respelt(_ written: ArraySlice<UInt8>, as key: StatementKey) -> [UInt8] {
        var head = Array(written)
        if head.last.map({ !$0.isDigit }) == true { head.removeLast() }
        var width = 0
        while let last = head.last, last.isDigit {
            head.removeLast()
            width += 1
        }
        let digits = Array(String(key.number).utf8)
        return head + Array(repeating: 48, count: max(0, width - digits.count)) + digits + Array(key.suffix.utf8)
    }

    // MARK: - Links

    /// Links go on with the new ids; a digest that was right stays right where only numbers changed.
    private mutating func carryLinks(of feature: Feature, _ numberings: [Renumbering]) throws {
        let path = LinkStore.path(of: feature)
        guard let file = try LinkStore(root: root).read(feature) else { return }
        func name(_ id: String) -> String { numberings.lazy.compactMap { $0.name(of: id) }.first ?? id }
        var links = file.links
        var words: [String: String] = [:]
        pair(feature.spec?.document?.statements, texts["\(feature.folder)/spec.md"].map { Self.spec($0).statements }) {
            words["\($0.id) \(SourceHash.words($0.text))"] = SourceHash.words($1.text)
        }
        pair(feature.tasks?.document?.tasks, texts["\(feature.folder)/tasks.md"].map { Self.tasks($0).tasks }) {
            words["\($0.id) \($0.contentHash)"] = $1.contentHash
        }
        for index in links.requirements.indices {
            let link = links.requirements[index]
            links.requirements[index].hash = words["\(link.id) \(link.hash)"] ?? link.hash
            links.requirements[index].id = name(link.id)
        }
        for index in links.tasks.indices {
            let link = links.tasks[index]
            links.tasks[index].hash = words["\(link.id) \(link.hash)"] ?? link.hash
            links.tasks[index].id = name(link.id)
        }
        for index in links.services.indices {
            links.services[index].requirement = name(links.services[index].requirement)
            links.services[index].task = name(links.services[index].task)
        }
        for index in links.commits.indices { links.commits[index].task = name(links.commits[index].task) }
        for index in links.symbols.indices { links.symbols[index].task = name(links.symbols[index].task) }
        for index in links.tests.indices {
            links.tests[index] = test(links.tests[index])
            links.tests[index].requirement = name(links.tests[index].requirement)
        }
        guard links != file.links else { return }
        change(path, before: Array(file.text.utf8), after: Array(LinkFile(links).text.utf8))
    }

    /// The same test under the name, and with the digest, that it has after its file was changed.
    private func test(_ link: FeatureLinks.Test) -> FeatureLinks.Test {
        let path = FeatureLinks.path(of: link.place)
        guard let after = texts[path], let before = original(path),
            let old = SourceOutline(before, path: path), let new = SourceOutline(after, path: path),
            let place = old.entries.firstIndex(where: { $0.path == FeatureLinks.name(of: link.place) }),
            old.entries.count == new.entries.count, old.hash(of: old.entries[place]) == link.hash
        else { return link }
        var link = link
        link.place = "\(path)#\(new.entries[place].path)"
        link.hash = new.hash(of: new.entries[place])
        return link
    }

    private func pair<Element>(_ old: [Element]?, _ new: [Element]?, _ body: (Element, Element) -> Void) {
        guard let old, let new else { return }
        for (one, other) in zip(old, new) { body(one, other) }
    }

    private static func spec(_ bytes: [UInt8]) -> SpecDocument {
        SpecDocument(parsing: String(decoding: bytes, as: UTF8.self))
    }

    private static func tasks(_ bytes: [UInt8]) -> TasksDocument {
        TasksDocument(parsing: String(decoding: bytes, as: UTF8.self))
    }

    // MARK: - Folders

    private mutating func moveFolders(
        _ project: ProjectFeatures, _ wanted: [Feature], _ repository: Repository?
    ) async throws {
        let names = Set(wanted.map(\.name))
        var taken = project.features.map(\.name)
        for group in project.collisions {
            var times: [String: Int] = [:]
            for feature in group {
                for document in FeatureFolder.Document.allCases where times[feature.name] == nil {
                    times[feature.name] = try await repository?.firstCommitTime(of: feature.path(of: document))
                }
            }
            let ordered = group.sorted {
                (times[$0.name] ?? .max, $0.name) < (times[$1.name] ?? .max, $1.name)
            }
            for feature in ordered.dropFirst() where names.contains(feature.name) || names.isEmpty {
                let number = String(FeatureName.nextNumber(after: taken))
                let width = max(3, feature.label.count)
                let name = String(repeating: "0", count: max(0, width - number.count)) + number + "-" + feature.slug
                taken.append(name)
                folders.append(FolderChange(from: feature.folder, to: "\(ProjectFeatures.folder)/\(name)"))
                try await rename(feature.name, name, repository)
            }
        }
    }

    /// Writes the new name of a folder into every file that has the old one.
    private mutating func rename(_ old: String, _ new: String, _ repository: Repository?) async throws {
        let escaped = old.replacing(".", with: "\\.")
        for path in try await repository?.files(containing: escaped) ?? [] {
            guard let bytes = read(path), bytes.count < 16 << 20 else { continue }
            var result: [UInt8] = []
            var place = 0
            let wanted = Array(old.utf8)
            while place < bytes.count {
                let isWhole =
                    bytes[place...].starts(with: wanted)
                    && (place == 0 || !(bytes[place - 1].isWord || bytes[place - 1] == 45))
                    && (place + wanted.count == bytes.count
                        || !(bytes[place + wanted.count].isWord || bytes[place + wanted.count] == 45))
                if isWhole {
                    result += Array(new.utf8)
                    place += wanted.count
                } else {
                    result.append(bytes[place])
                    place += 1
                }
            }
            change(path, before: bytes, after: result)
        }
    }

    // MARK: - Texts

    /// The file as it will be.
    private func read(_ path: String) -> [UInt8]? { texts[path] ?? original(path) }

    private func original(_ path: String) -> [UInt8]? {
        // What cannot be read is not changed.
        guard let place = try? FileSystem.realPathInside(root, FilePath(path)) else { return nil }
        return try? FileSystem.readBytes(place, limit: 16 << 20)
    }

    private mutating func change(_ path: String, before: [UInt8], after: [UInt8]) {
        if before != after { texts[path] = after }
    }
}

extension SpecDocument {
    fileprivate var statements: [Statement] { (requirements + successCriteria).sorted { $0.line < $1.line } }
}
