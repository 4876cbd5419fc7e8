import Edits
package import Files
package import SpecDocuments

/// Applies the deltas of a feature to the living specifications, all or nothing.
///
/// What is applied is written down in the feature's folder by hash: a second time changes nothing.
///
/// ```swift
/// let archive = try SpecArchive(of: "specs/003-json-flag", in: root)
/// if archive.faults.isEmpty { try archive.perform() }
/// ```
package struct SpecArchive: Sendable, Hashable {
    /// What becomes of one capability.
    package struct Change: Sendable, Hashable {
        package var capability: String
        /// Of the living specification.
        package var path: String
        package var isNew: Bool
        package var added: [String]
        package var modified: [String]
        package var removed: [String]
        /// As `Old → New`.
        package var renamed: [String]
        /// Scenarios that go although nothing says that they may, as `Requirement / Scenario`.
        package var vanished: [String]
    }

    /// The name of the file in a feature's folder that says what was applied.
    package static let recordFile = ArchiveRecord.file

    package let feature: String
    /// By capability.
    package let changes: [Change]
    /// Capabilities whose delta was applied before.
    package let applied: [String]
    /// What keeps the deltas from being applied; lines are those of the deltas.
    package let faults: [SpecFault]
    private let files: FileChanges

    /// What would stand where, by path.
    package var results: [String: [UInt8]] {
        Dictionary(files.edits.map { ($0.path, $0.after?.bytes ?? []) }) { _, last in last }
    }

    package var isEmpty: Bool { changes.isEmpty && applied.isEmpty && faults.isEmpty }

    /// Finds out what is to be done, and writes nothing but what a killed process had begun.
    ///
    /// - Parameters:
    ///   - feature: Its folder, such as `specs/003-json-flag`.
    ///   - made: What others would have made of files by then, where nothing is written.
    package init(
        of feature: String, in root: FilePath, vanishing: LivingSpec.VanishingScenarios = .refuse,
        over made: [String: [UInt8]] = [:]
    ) throws(SpecsError) {
        try FileChanges.recover(in: root)
        self.feature = feature
        let living = LivingSpecs(root: root)
        var record = try ArchiveRecord(of: feature, in: root)
        let recorded = record
        var files = FileChanges(root: root)
        var changes: [Change] = []
        var applied: [String] = []
        var faults: [SpecFault] = []
        for delta in try FeatureDeltas(of: feature, in: root).deltas {
            let hash = ArchiveRecord.hash(delta.bytes)
            if let known = recorded.deltas[delta.capability] {
                if known != hash {
                    faults.append(
                        SpecFault(
                            delta.path, line: 1, "The delta was changed after it had been applied.",
                            fix: "Take the change back, and write it as the delta of a new feature."))
                } else {
                    applied.append(delta.capability)
                }
                continue
            }
            guard let document = delta.document else {
                faults += delta.diagnostics.map { SpecFault(delta.path, $0) }
                continue
            }
            let path = LivingSpecs.path(of: delta.capability)
            let before: [UInt8]?
            let current: LivingSpec
            if let bytes = made[path] {
                before = bytes
                current = LivingSpec(parsing: String(decoding: bytes, as: UTF8.self))
            } else {
                before = try FileChanges.content(path, root)
                current = try living.read(delta.capability) ?? LivingSpecs.blank(delta.capability)
            }
            let own = current.diagnostics.filter { $0.severity == .error }
            guard own.isEmpty else {
                faults += own.map { SpecFault(path, $0) }
                continue
            }
            let result = current.applying(document, vanishing: vanishing)
            guard let made = result.result else {
                faults += result.conflicts.map { SpecFault(delta.path, $0) }
                continue
            }
            files.put(Array(made.text.utf8), at: path, insteadOf: before)
            record.deltas[delta.capability] = hash
            changes.append(
                Change(
                    capability: delta.capability, path: path, isNew: before == nil,
                    added: document.added.map(\.name), modified: document.modified.map(\.name),
                    removed: document.removed.map(\.name),
                    renamed: document.renamed.map { "\($0.from) → \($0.to)" }, vanished: result.vanished))
        }
        if record != recorded {
            let path = "\(feature)/\(ArchiveRecord.file)"
            files.put(record.bytes, at: path, insteadOf: try FileChanges.content(path, root))
        }
        self.changes = changes
        self.applied = applied
        self.faults = faults
        self.files = files
    }

    /// Writes the living specifications and the record; throws `broken` with the first fault where there is one.
    package func perform() throws(SpecsError) {
        if let fault = faults.first { throw SpecsError(.broken, "Nothing was changed: \(fault)") }
        try files.perform()
    }
}
