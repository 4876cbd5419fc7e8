import SpecDocuments

/// Reads `.kiro/specs/NAME/` with `requirements.md` (or `bugfix.md`), `design.md` and `tasks.md`.
struct KiroReader: ImportReading {
    let files: SourceFiles

    private static let folder = ".kiro/specs"

    func units() throws(SpecsError) -> [ImportUnit] {
        var units: [ImportUnit] = []
        for name in try files.folders(in: Self.folder) {
            let key = "\(Self.folder)/\(name)"
            let (found, refusal) = files.list(key)
            units.append(
                ImportUnit(
                    kind: .feature(isArchived: false), key: key, folder: key, slug: ImportUnit.slug(name),
                    files: found, refusal: refusal))
        }
        return units
    }

    func make(_ unit: ImportUnit, in folder: String, ids: ImportedIDs) throws(SpecsError) -> ImportedUnit {
        var maker = UnitMaker(unit, folder, ids, files)
        let names = ["requirements.md", "bugfix.md"]
        let first = names.first { maker.has($0) }
        guard first != nil || maker.has("tasks.md") || maker.has("design.md") else {
            throw SpecsError(
                .broken,
                "\(unit.folder): the folder has none of requirements.md, design.md and tasks.md: finish copying it, or remove it."
            )
        }
        var taken: Set<String> = ["design.md", "tasks.md"]
        if let first {
            taken.insert(first)
            let spec = ImportedRequirements(
                try maker.text(first), title: unit.title, head: maker.head(status: "Draft"), ids: &maker.made.ids)
            try maker.put(spec.text, at: "spec.md", of: [first])
        } else {
            maker.note("", "There is no requirements.md.", fix: "Finish copying the folder and import again.")
        }
        if maker.has("design.md") {
            let plan = ImportedPlan(try maker.text("design.md"), title: unit.title, ids: maker.made.ids)
            try maker.put(plan.text, at: "plan.md", of: ["design.md"])
        }
        if maker.has("tasks.md") {
            let tasks = ImportedTasks(try maker.text("tasks.md"), title: unit.title, ids: &maker.made.ids)
            // The requirements are among what the tasks were made of: their ids stand in both.
            try maker.put(tasks.text, at: "tasks.md", of: ["tasks.md"])
            maker.noteTasks(tasks, "tasks.md")
        }
        try maker.copyOthers(than: taken)
        return maker.made
    }
}
