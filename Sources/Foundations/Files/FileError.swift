#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What went wrong with which path.
package struct FileError: Error, Hashable, CustomStringConvertible {
    /// The kinds of failure a caller may want to tell apart.
    package enum Code: Hashable, Sendable {
        case notFound
        case alreadyExists
        case permission
        case noSpace
        case readOnly
        case isDirectory
        case notDirectory
        case notRegular
        case tooLarge
        case notText
        case invalidPath
        /// The last component is a symlink and was not to be followed.
        case isSymlink
        /// A symlink on the way leads out of the allowed root.
        case symlinkEscape
        /// The path leads out of the allowed root without the help of a symlink.
        case outsideRoot
        /// The lock is held by another process, or the file is in use.
        case busy
        case tooManyOpenFiles
        /// Any other `errno`.
        case other(Int32)
    }

    package let code: Code
    package let path: FilePath
    /// One sentence: what failed, why, and where it helps what to do.
    package let message: String

    package var description: String { message }

    package init(_ code: Code, _ path: FilePath, _ message: String) {
        self.code = code
        self.path = path
        self.message = message
    }

    /// The error of a failed call: `action` is what could not be done, as in `cannot ACTION PATH`.
    package init(errno code: Int32, _ action: String, _ path: FilePath) {
        let (kind, reason) = Self.kind(of: code)
        self.init(kind, path, "Cannot \(action) \(path): \(reason).")
    }

    private static func kind(of code: Int32) -> (Code, String) {
        switch code {
        case ENOENT: (.notFound, "it does not exist")
        case EEXIST, ENOTEMPTY: (.alreadyExists, "something is already there")
        case EACCES, EPERM: (.permission, "this user is not permitted to")
        case ENOSPC, EDQUOT: (.noSpace, "the disk or the quota is full; free some space")
        case EROFS: (.readOnly, "the file system is read-only")
        case EISDIR: (.isDirectory, "it is a directory")
        case ENOTDIR: (.notDirectory, "a part of the path is not a directory")
        case ELOOP: (.isSymlink, "it is a symbolic link that is not followed, or a loop of them")
        case ENAMETOOLONG: (.invalidPath, "the name is too long")
        case EFBIG: (.tooLarge, "the file would be too large")
        case EBUSY, ETXTBSY: (.busy, "it is in use")
        case EMFILE, ENFILE: (.tooManyOpenFiles, "too many files are open; raise the limit with `ulimit -n`")
        case EXDEV: (.other(EXDEV), "the two paths are on different file systems")
        default: (.other(code), systemMessage(code))
        }
    }

    private static func systemMessage(_ code: Int32) -> String {
        guard let text = strerror(code) else { return "error \(code)" }
        return String(cString: text)
    }
}
