import Crypto
import Files
import SpecDocuments

/// What an import does: decided as a whole, then carried out as a whole.
///
/// A file is written where nothing is, and where what stands there is what an earlier import wrote and its source has changed
/// since. Whatever the user has changed stays, and is told.
///
/// ```swift
/// let plan = try SpecImport(of: try ImportSource(nil, at: nil, root: root))
/// try plan.perform()
/// ```
package struct SpecImport: Sendable, Hashable {
    /// One feature, or the living specifications as a whole.
    package struct Unit: Sendable, Hashable {
        package enum State: String, Sendable, Hashable {
            case new, updated, unchanged
            /// It lies where it is read anyway.
            case inPlace = "in-place"
            /// Something of it stands in the way of something of ours.
            case conflict
            /// It could not be read, so nothing of it was taken.
            case refused
        }

        /// Below the source's place.
        package var source: String
        /// Below the project's root.
        package var folder: String
        package var state: State
        package var requirements: Int
        package var tasks: Int
        package var done: Int

        package init(source: String, folder: String, state: State, requirements: Int = 0, tasks: Int = 0, done: Int = 0)
        {
            self.source = source
            self.folder = folder
            self.state = state
            self.requirements = requirements
            self.tasks = tasks
            self.done = done
        }
    }

    /// A file that is not written because both sides have changed.
    package struct Conflict: Sendable, Hashable {
        package var target: String
        /// As the user would open it.
        package var source: String
        package var reason: String

        package init(target: String, source: String, reason: String) {
            self.target = target
            self.source = source
            self.reason = reason
        }
    }

    /// What becomes of files that were changed here and at their source.
    package enum Resolution: String, Sendable, Hashable, CaseIterable {
        /// Nothing is decided: they are told, and stay as they are.
        case tell
        /// They stay as they are here, and that is settled.
        case mine
        /// They become what the source makes of them.
        case source
    }

    /// Where it is written down what was taken over.
    package static let recordPath = ImportRecord.path

    package let source: ImportSource
    private let resolution: Resolution
    /// In the order of their numbers.
    package internal(set) var units: [Unit] = []
    package internal(set) var created: [String] = []
    package internal(set) var updated: [String] = []
    package internal(set) var conflicts: [Conflict] = []
    /// Files that are gone at their source or were removed here, and stay so.
    package internal(set) var gone: [String] = []
    /// Ids and numbers that were taken, as sentences.
    package internal(set) var renumbered: [String] = []
    /// What was refused, one sentence each.
    package internal(set) var refusals: [String] = []
    /// What is odd and was taken over all the same.
    package internal(set) var notes: [SpecFault] = []
    var files: FileChanges

    /// Whether there is nothing to write.
    package var changesNothing: Bool { files.isEmpty }

    package init(of source: ImportSource, resolving resolution: Resolution = .tell) throws(SpecsError) {
        try FileChanges.recover(in: source.root)
        self.source = source
        self.resolution = resolution
        files = FileChanges(root: source.root)
        let before = try FileChanges.content(ImportRecord.path, source.root)
        var record = try before.map { bytes throws(SpecsError) in try ImportRecord(reading: bytes) } ?? ImportRecord()
        var origin = record[source.kind, source.label]
        let reader = source.reader
        let units = try reader.units()
        let folders = try ImportFolders(units, origin, source)
        renumbered = folders.renumbered
        for unit in units {
            if unit.kind == .inPlace {
                if let refusal = unit.refusal { refusals.append(refusal) }
                add(unit, folder: unit.folder, state: unit.refusal == nil ? .inPlace : .refused)
                continue
            }
            let known = origin.units[unit.key]
            let folder = folders[unit]
            let made: ImportedUnit
            do throws(SpecsError) {
                if let refusal = unit.refusal { throw SpecsError(.broken, refusal) }
                made = try reader.make(unit, in: folder, ids: ImportedIDs(known: known?.ids ?? []))
            } catch {
                refusals.append(error.message)
                add(unit, folder: folder, state: .refused)
                continue
            }
            notes += made.notes
            renumbered +=
                known != nil
                ? []
                : made.ids.doubles.map {
                    "\(unit.folder): the \($0.kind.rawValue) \($0.old) stood twice; the second is \($0.new)."
                }
            origin.units[unit.key] = try decide(made, unit, folder, known)
        }
        record[source.kind, source.label] = origin
        if !origin.units.isEmpty { files.put(record.bytes, at: ImportRecord.path, insteadOf: before) }
    }

    /// Writes everything, or throws and has written nothing.
    package func perform() throws(SpecsError) { try files.perform() }

    /// Compares what a unit would be with what stands here and with what was written before.
    private mutating func decide(
        _ made: ImportedUnit, _ unit: ImportUnit, _ folder: String, _ known: ImportRecord.Unit?
    ) throws(SpecsError) -> ImportRecord.Unit {
        var next = ImportRecord.Unit(folder: unit.kind == .files ? "." : folder, ids: made.ids.entries)
        var state = Unit.State.unchanged
        for file in made.files {
            let now = try FileChanges.content(file.target, source.root)
            let hash = SHA256.hash(file.bytes).hex
            var entry = ImportRecord.File(
                source: file.sources[0], sourceHash: file.sourceHash, writtenHash: hash)
            if now == file.bytes {
                // It stands there already.
            } else if let before = known?.files[file.target] {
                entry = try follow(file, now, before, entry, &state)
            } else if now == nil {
                files.put(file.bytes, at: file.target, insteadOf: nil)
                created.append(file.target)
                if state != .conflict { state = known == nil ? .new : .updated }
            } else {
                guard let settled = settle(file, now, "it was there before the import", entry, &state) else { continue }
                entry = settled
            }
            next.files[file.target] = entry
        }
        for (target, before) in known?.files ?? [:] where next.files[target] == nil {
            next.files[target] = before
            gone.append("\(before.source) is gone; \(target) stays.")
        }
        gone.sort()
        add(unit, folder: unit.kind == .files ? "." : folder, state: state, made)
        return next
    }

    /// A file that an earlier import wrote and that is not what it would be now.
    private mutating func follow(
        _ file: ImportedFile, _ now: [UInt8]?, _ before: ImportRecord.File, _ entry: ImportRecord.File,
        _ state: inout Unit.State
    ) throws(SpecsError) -> ImportRecord.File {
        // Where the source stayed as it was, everything that is different was done here.
        guard before.sourceHash != file.sourceHash || before.source != file.sources[0] else { return before }
        guard let now else {
            gone.append("\(file.target) was removed here; its source has changed, and it stays removed.")
            return before
        }
        // Not every change of the source is one of what is made of it.
        if entry.writtenHash == before.writtenHash { return entry }
        guard SHA256.hash(now).hex == before.writtenHash else {
            return settle(file, now, "it was changed here and at its source", entry, &state) ?? before
        }
        files.put(file.bytes, at: file.target, insteadOf: now)
        updated.append(file.target)
        if state != .conflict { state = .updated }
        return entry
    }

    /// What to keep in mind of a file that both sides have; nil where nothing is decided.
    private mutating func settle(
        _ file: ImportedFile, _ now: [UInt8]?, _ reason: String, _ entry: ImportRecord.File, _ state: inout Unit.State
    ) -> ImportRecord.File? {
        switch resolution {
        case .mine: return entry
        case .source:
            files.put(file.bytes, at: file.target, insteadOf: now)
            updated.append(file.target)
            if state != .conflict { state = .updated }
            return entry
        case .tell: break
        }
        let place = source.label == "." ? "" : "\(source.label)/"
        conflicts.append(Conflict(target: file.target, source: place + file.sources[0], reason: reason))
        state = .conflict
        return nil
    }

    private mutating func add(
        _ unit: ImportUnit, folder: String, state: Unit.State, _ made: ImportedUnit = ImportedUnit()
    ) {
        func text(_ name: String) -> String? {
            made.files.first { $0.target == "\(folder)/\(name)" }.map { String(decoding: $0.bytes, as: UTF8.self) }
        }
        let tasks = text("tasks.md").map { TasksDocument(parsing: $0).tasks } ?? []
        units.append(
            Unit(
                source: unit.folder, folder: folder, state: state,
                requirements: text("spec.md").map { SpecDocument(parsing: $0).requirements.count } ?? 0,
                tasks: tasks.count, done: tasks.count(where: \.isDone)))
    }
}
