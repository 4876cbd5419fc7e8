import Crypto
import Files
import Runs
import Tools

/// Makes a change to several files, all or nothing, also over a crash between two of them.
struct ChangeSet {
    var root: FilePath
    var changes: [PlannedChange]

    struct Failure: Error, Hashable {
        var message: String
    }

    init(root: FilePath, changes: [PlannedChange]) {
        self.root = root
        self.changes = changes
    }

    /// What is to be written down before anything is done; fails where a file is not as it was decided upon.
    init(root: FilePath, _ decided: [FileChange]) throws(Failure) {
        var planned: [PlannedChange] = []
        for change in decided {
            do {
                let path = try FileSystem.realPathInside(root, FilePath(change.path))
                let info = try FileSystem.info(path)
                let mode = info.map { $0.mode & 0o7777 }
                guard try Self.content(path) == change.before else {
                    throw Failure(message: "\(change.path) has changed meanwhile: read it again")
                }
                var wanted = mode ?? 0o644
                if let isExecutable = change.isExecutable {
                    wanted = isExecutable ? wanted | 0o111 : wanted & ~0o111
                }
                planned.append(
                    PlannedChange(
                        path: change.path, before: change.before, after: change.after, modeBefore: mode,
                        modeAfter: change.after == nil ? nil : wanted, hash: { SHA256.hash($0).hex }))
            } catch let error as FileError {
                throw Failure(message: error.message)
            } catch let error as Failure {
                throw error
            } catch {
                throw Failure(message: "\(error)")
            }
        }
        self.init(root: root, changes: planned)
    }

    /// Makes what is not yet made; where one file cannot be made, those that are made are taken back.
    ///
    /// New contents come first and removals last, so that at no moment a moved file is nowhere.
    func perform() throws(Failure) {
        var problem: String?
        for change in changes.filter({ $0.after != nil }) + changes.filter({ $0.after == nil }) {
            do throws(FileError) {
                let path = try FileSystem.realPathInside(root, FilePath(change.path))
                let now = try Self.content(path)
                let hash = now.map { SHA256.hash($0).hex }
                if hash == change.after {
                    if let mode = change.modeAfter { try FileSystem.setMode(mode, of: path) }
                } else if hash == change.before {
                    try Self.put(change.made(from: now), mode: change.modeAfter, at: path)
                } else {
                    problem = "\(change.path) was changed by someone else meanwhile: read it again"
                    break
                }
            } catch {
                problem = error.message
                break
            }
            if problem != nil { break }
        }
        guard let problem else { return }
        // A file that was made before a crash stands behind the one that cannot be, so all are looked at.
        let stuck = changes.compactMap { takeBack($0) }
        let rest = stuck.isEmpty ? "Nothing was changed." : "Could not be taken back: \(stuck.joined(separator: ", "))."
        throw Failure(message: "\(rest) \(problem)")
    }

    /// Nil, or the path that could not be taken back.
    private func takeBack(_ change: PlannedChange) -> String? {
        do {
            let path = try FileSystem.realPathInside(root, FilePath(change.path))
            let now = try Self.content(path)
            guard now.map({ SHA256.hash($0).hex }) == change.after else { return nil }
            guard change.after != change.before else {
                if let mode = change.modeBefore { try FileSystem.setMode(mode, of: path) }
                return nil
            }
            try Self.put(change.unmade(from: now), mode: change.modeBefore, at: path)
            return nil
        } catch {
            // Where nothing could be looked at, nothing was made.
            return change.after == nil ? nil : change.path
        }
    }

    private static func content(_ path: FilePath) throws(FileError) -> [UInt8]? {
        do {
            guard try FileSystem.info(path) != nil else { return nil }
        } catch {
            // Below what is no folder there is no file.
            guard error.code == .notDirectory else { throw error }
            return nil
        }
        return try FileSystem.readBytes(path)
    }

    private static func put(_ bytes: [UInt8]?, mode: UInt32?, at path: FilePath) throws(FileError) {
        guard let bytes else { return try FileSystem.remove(path) }
        try FileSystem.createDirectory(path.parent)
        try FileSystem.write(bytes, to: path, newMode: mode ?? 0o644, durability: .durable)
        if let mode { try FileSystem.setMode(mode, of: path) }
    }
}
