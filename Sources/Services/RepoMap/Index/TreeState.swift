import Files

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What tells, without reading any file, that a tree is the one that was read before.
struct TreeState: Sendable, Hashable {
    /// Of the paths and stamps of all files.
    let key: ContentKey
    /// Whether no file may still change without a trace: only then does an equal key mean an equal tree.
    ///
    /// See ``FileStamp/isFresh(at:)``.
    let isSettled: Bool

    /// Looks at the files of the list, to be called before any of them is read; nil where the folder cannot be opened.
    init?(_ paths: [String], in root: FilePath, now: Int64) {
        let folder = open(root.string, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return nil }
        defer { close(folder) }
        var isSettled = true
        var bytes: [UInt8] = []
        bytes.reserveCapacity(paths.count * 100)
        for path in paths {
            bytes += path.utf8
            guard let stamp = FileStamp(of: path, in: folder) else {
                bytes += [0, 0]
                continue
            }
            bytes += [0, 1]
            if stamp.isFresh(at: now) { isSettled = false }
            for number in [stamp.size, stamp.modified, stamp.changed, stamp.inode] {
                withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
            }
        }
        key = ContentKey(content: bytes)
        self.isSettled = isSettled
    }
}
