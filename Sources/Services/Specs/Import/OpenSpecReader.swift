import Files
import SpecDocuments

/// Reads `openspec/`: `specs/` as living specifications, `changes/` as features, `changes/archive/` as features that are done.
struct OpenSpecReader: ImportReading {
    let files: SourceFiles

    private static let changes = "openspec/changes"
    private static let archive = "openspec/changes/archive"

    func units() throws(SpecsError) -> [ImportUnit] {
        var units: [ImportUnit] = []
        let (living, refusal) = files.list("openspec/specs")
        if !living.isEmpty || refusal != nil {
            units.append(
                ImportUnit(
                    kind: .files, key: "openspec/specs", folder: "openspec/specs", slug: "", files: living,
                    refusal: refusal))
        }
        if FileSystem.exists(files.place / "openspec/project.md") {
            units.append(
                ImportUnit(
                    kind: .files, key: "openspec/project.md", folder: "openspec", slug: "",
                    files: ["openspec/project.md"]))
        }
        // Names begin with the day, so this is the order in which the changes were archived.
        var keys: Set<String> = []
        for name in try files.folders(in: Self.archive) {
            units.append(unit(name, in: Self.archive, Self.undated(name), isArchived: true, &keys))
        }
        for name in try files.folders(in: Self.changes) where name != "archive" {
            units.append(unit(name, in: Self.changes, name, isArchived: false, &keys))
        }
        return units
    }

    /// A change keeps its key when it is archived; where two have one name, the second goes by its whole name.
    private func unit(
        _ name: String, in folder: String, _ short: String, isArchived: Bool, _ keys: inout Set<String>
    ) -> ImportUnit {
        var key = "\(Self.changes)/\(short)"
        if !keys.insert(key).inserted { key = "\(folder)/\(name)" }
        keys.insert(key)
        let place = "\(folder)/\(name)"
        let (found, refusal) = files.list(place)
        return ImportUnit(
            kind: .feature(isArchived: isArchived), key: key, folder: place, slug: ImportUnit.slug(short),
            files: found, refusal: refusal)
    }

    /// Without the day in front: `2025-08-19-add-login`.
    private static func undated(_ name: String) -> String {
        let parts = name.split(separator: "-", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4, !parts[3].isEmpty, parts[0].count == 4, parts[1].count == 2, parts[2].count == 2,
            parts[0...2].allSatisfy({ $0.allSatisfy { $0.isASCII && $0.isNumber } })
        else { return name }
        return String(parts[3])
    }

    func make(_ unit: ImportUnit, in folder: String, ids: ImportedIDs) throws(SpecsError) -> ImportedUnit {
        var maker = UnitMaker(unit, folder, ids, files)
        guard case .feature(let isArchived) = unit.kind else {
            try copy(unit, &maker)
            return maker.made
        }
        guard maker.has("proposal.md") || maker.has("tasks.md") else {
            throw SpecsError(
                .broken,
                "\(unit.folder): the folder has neither proposal.md nor tasks.md: finish copying it, or remove it.")
        }
        let deltas = unit.files.filter { $0.hasPrefix("\(unit.folder)/specs/") && $0.hasSuffix("/spec.md") }
        var read: [ImportedProposal.Delta] = []
        for path in deltas {
            let capability = String(path.dropFirst(unit.folder.count + "/specs/".count).dropLast("/spec.md".count))
            read.append(.init(capability: capability, text: try files.document(path, &maker.made.notes)))
        }
        var taken: Set<String> = ["proposal.md", "design.md", "tasks.md"]
        if maker.has("proposal.md") {
            let spec = ImportedProposal(
                try maker.text("proposal.md"), deltas: read, title: unit.title,
                head: maker.head(status: isArchived ? "Archived" : "Draft"), ids: &maker.made.ids)
            try maker.put(
                Array(spec.text.utf8), at: "\(folder)/spec.md", of: ["\(unit.folder)/proposal.md"] + deltas)
        } else {
            maker.note("", "There is no proposal.md.", fix: "Finish copying the folder and import again.")
        }
        if maker.has("design.md") {
            let plan = ImportedPlan(try maker.text("design.md"), title: unit.title, ids: maker.made.ids)
            try maker.put(plan.text, at: "plan.md", of: ["design.md"])
        }
        if maker.has("tasks.md") {
            let tasks = ImportedTasks(try maker.text("tasks.md"), title: unit.title, ids: &maker.made.ids)
            try maker.put(tasks.text, at: "tasks.md", of: ["tasks.md"])
            maker.noteTasks(tasks, "tasks.md")
        }
        var record = ArchiveRecord()
        for (path, delta) in zip(deltas, read) {
            taken.insert(String(path.dropFirst(unit.folder.count + 1)))
            let bytes = Array(delta.text.utf8)
            record.deltas[delta.capability] = ArchiveRecord.hash(bytes)
            try maker.put(bytes, at: "\(folder)/\(FeatureDeltas.folder)/\(delta.capability).md", of: [path])
        }
        if isArchived, !deltas.isEmpty {
            // What was archived there stands in the living specifications already.
            try maker.put(record.bytes, at: "\(folder)/\(ArchiveRecord.file)", of: deltas)
        }
        try maker.copyOthers(than: taken)
        return maker.made
    }

    /// Living specifications keep every byte.
    private func copy(_ unit: ImportUnit, _ maker: inout UnitMaker) throws(SpecsError) {
        for path in unit.files {
            let target =
                path == "openspec/project.md"
                ? ".specify/memory/project.md" : "\(LivingSpecs.folder)/\(path.dropFirst(unit.folder.count + 1))"
            let text = try files.document(path, &maker.made.notes)
            if path.hasSuffix("/spec.md") {
                maker.made.notes += LivingSpec(parsing: text).diagnostics.filter { $0.severity == .error }.map {
                    SpecFault(path, $0)
                }
            }
            try maker.put(Array(text.utf8), at: target, of: [path])
        }
    }
}
