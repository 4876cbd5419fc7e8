import Files

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What tells, without reading it, that a file is the one that was read before.
struct FileStamp: Sendable, Hashable {
    var size: Int64
    /// Nanoseconds since 1970 UTC.
    var modified: Int64
    /// Nanoseconds since 1970 UTC; a change of the times themselves shows here.
    var changed: Int64
    var inode: Int64

    /// The stamp of a regular file, nil for anything else and for nothing.
    init?(of path: FilePath) { self.init(of: path.string, in: AT_FDCWD) }

    /// The same of a path below an open folder.
    init?(of path: String, in folder: Int32) {
        var status = stat()
        guard path.withCString({ fstatat(folder, $0, &status, AT_SYMLINK_NOFOLLOW) }) == 0,
            status.st_mode & S_IFMT == S_IFREG
        else { return nil }
        #if canImport(Darwin)
            let (modification, change) = (status.st_mtimespec, status.st_ctimespec)
        #else
            let (modification, change) = (status.st_mtim, status.st_ctim)
        #endif
        size = Int64(status.st_size)
        modified = Int64(modification.tv_sec) * 1_000_000_000 + Int64(modification.tv_nsec)
        changed = Int64(change.tv_sec) * 1_000_000_000 + Int64(change.tv_nsec)
        inode = Int64(bitPattern: UInt64(status.st_ino))
    }

    init(size: Int64, modified: Int64, changed: Int64, inode: Int64) {
        self.size = size
        self.modified = modified
        self.changed = changed
        self.inode = inode
    }

    /// Whether the file may still change without a trace: file systems keep times in ticks of up to two seconds.
    func isFresh(at now: Int64) -> Bool { max(modified, changed) > now - 2_000_000_000 }

    static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
