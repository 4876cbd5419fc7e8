#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What a path is.
package enum FileKind: String, Sendable, Hashable, Codable {
    case regular, directory, symlink, other
}

/// One name in a directory.
package struct DirectoryEntry: Sendable, Hashable {
    package let name: String
    /// The kind of the entry itself: a symlink is a symlink wherever it leads.
    package let kind: FileKind

    package init(name: String, kind: FileKind) {
        self.name = name
        self.kind = kind
    }
}

/// What the file system says about a path.
package struct FileInfo: Sendable, Hashable {
    package let kind: FileKind
    /// In bytes.
    package let size: Int64
    /// Nanoseconds since 1970 UTC.
    package let modificationTime: Int64
    /// The permission bits, `0o7777` at most.
    package let mode: UInt32

    package init(kind: FileKind, size: Int64, modificationTime: Int64, mode: UInt32) {
        self.kind = kind
        self.size = size
        self.modificationTime = modificationTime
        self.mode = mode
    }
}

/// The room on a file system, in bytes.
package struct DiskSpace: Sendable, Hashable {
    package let total: Int64
    /// What a normal user can still write.
    package let available: Int64
}

/// Whether a path whose last component is a symlink means the link or what it leads to.
package enum Symlinks: Sendable {
    case followed, notFollowed
}

/// Whether a write must survive a power cut before the call returns.
package enum Durability: Sendable {
    /// In the system's cache: survives the process, not the machine.
    case cached
    /// On the disk: the file and its directory are synced.
    case durable
}

extension FileInfo {
    init(_ status: stat) {
        #if canImport(Darwin)
            let time = status.st_mtimespec
        #else
            let time = status.st_mtim
        #endif
        self.init(
            kind: FileKind(mode: UInt32(status.st_mode)), size: Int64(status.st_size),
            modificationTime: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec),
            mode: UInt32(status.st_mode) & 0o7777)
    }
}

extension FileKind {
    init(mode: UInt32) {
        self =
            switch mode & 0o170000 {
            case 0o100000: .regular
            case 0o040000: .directory
            case 0o120000: .symlink
            default: .other
            }
    }
}
