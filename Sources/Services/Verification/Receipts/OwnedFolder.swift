package import Files

/// A folder for the time of one piece of work, which others can tell from one whose process is gone.
///
/// The owner holds a lock on `NAME.lock` beside it; the system releases that when the process ends, however it ends.
package struct OwnedFolder: Sendable {
    package let path: FilePath
    private let lock: FileLock

    /// Makes the folder; its name must never have been used there.
    package init(_ name: String, in parent: FilePath) throws {
        try FileSystem.createDirectory(parent)
        path = parent / name
        lock = try Self.lock(Self.lockFile(of: name, in: parent))
        try FileSystem.createDirectory(path)
    }

    /// A sweep may look at the lock's file just when it is new, and hold or remove it: then it is made again.
    private static func lock(_ file: FilePath) throws -> FileLock {
        for _ in 0..<100 {
            // Where it stays locked the last attempt says so.
            guard let lock = try? FileLock(file), FileSystem.exists(file) else { continue }
            return lock
        }
        return try FileLock(file)
    }

    /// Removes the folder with all in it; what cannot be removed is left for the next sweep.
    package func remove() {
        // As said.
        try? FileSystem.removeTree(path)
        // The lock's file goes last, and only if nothing is left that it stands for.
        if !FileSystem.exists(path) { try? FileSystem.remove(lock.path) }
        lock.release()
    }

    /// Whether a process that is alive works in the folder of this name.
    static func isOwned(_ name: String, in parent: FilePath) -> Bool {
        let file = lockFile(of: name, in: parent)
        guard FileSystem.exists(file) else { return false }
        do {
            try FileLock(file).release()
            return false
        } catch {
            return true
        }
    }

    /// A folder without a lock is none of ours unless it is older than this; then an earlier version left it.
    private static let unlockedAge: Int64 = 24 * 3_600 * 1_000

    /// Removes what processes that are gone have left below `parent`; the names of the folders.
    ///
    /// Folders in use stay. What cannot be removed is left, as it is of no use to anybody but harms nobody.
    @discardableResult
    package static func sweep(_ parent: FilePath, now milliseconds: Int64) -> [String] {
        // As said: a folder that is not there or cannot be read has nothing to sweep.
        guard let entries = try? FileSystem.list(parent) else { return [] }
        var swept: [String] = []
        for entry in entries {
            if entry.name.hasSuffix(".lock") {
                let name = String(entry.name.dropLast(5))
                guard let lock = try? FileLock(parent / entry.name) else { continue }
                if FileSystem.exists(parent / name) { swept.append(name) }
                try? FileSystem.removeTree(parent / name)
                if !FileSystem.exists(parent / name) { try? FileSystem.remove(lock.path) }
                lock.release()
            } else if entry.kind == .directory, !FileSystem.exists(lockFile(of: entry.name, in: parent)),
                let info = try? FileSystem.info(parent / entry.name),
                info.modificationTime / 1_000_000 < milliseconds - unlockedAge
            {
                try? FileSystem.removeTree(parent / entry.name)
                if !FileSystem.exists(parent / entry.name) { swept.append(entry.name) }
            }
        }
        return swept.sorted()
    }

    private static func lockFile(of name: String, in parent: FilePath) -> FilePath { parent / "\(name).lock" }
}
