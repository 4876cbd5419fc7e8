import Files
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

struct FileSystemTests {
    @Test func `what is written is read back, and a new file has the default mode`() throws {
        try FileSystem.withTemporaryDirectory { root in
            let path = root / "a.txt"
            try FileSystem.write("één", to: path, durability: .durable)
            #expect(try FileSystem.readText(path) == "één")
            #expect(try FileSystem.readBytes(path) == Array("één".utf8))
            let info = try #require(try FileSystem.info(path))
            #expect(info.kind == .regular)
            #expect(info.size == 5)
            #expect(info.mode == 0o644)
            #expect(info.modificationTime > 1_600_000_000_000_000_000)
            #expect(try FileSystem.list(root) == [DirectoryEntry(name: "a.txt", kind: .regular)])
        }
    }

    @Test func `a large file is read whole`() throws {
        try FileSystem.withTemporaryDirectory { root in
            let bytes = (0..<1_000_003).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
            try FileSystem.write(bytes, to: root / "big")
            #expect(try FileSystem.readBytes(root / "big") == bytes)
            #expect(try FileSystem.readBytes(root / "big", limit: 1_000_003) == bytes)
        }
    }

    @Test func `replacing a file keeps its mode, and a given mode counts for new files only`() throws {
        try FileSystem.withTemporaryDirectory { root in
            let path = root / "run.sh"
            try FileSystem.write("1", to: path, newMode: 0o750)
            try FileSystem.write("2", to: path)
            #expect(try FileSystem.info(path)?.mode == 0o750)
            #expect(try FileSystem.readText(path) == "2")
            #expect(FileSystem.isExecutable(path))
        }
    }

    @Test func `a failed write names the file asked for and leaves nothing behind`() throws {
        try FileSystem.withTemporaryDirectory { root in
            let missing = root / "no/file"
            #expect(
                throws: FileError(
                    .notFound, missing, "Cannot write \(missing): its directory \(missing.parent) does not exist.")
            ) { try FileSystem.write("x", to: missing) }
            try FileSystem.createDirectory(root / "d")
            #expect(throws: FileError(.isDirectory, root / "d", "Cannot write \(root)/d: it is a directory.")) {
                try FileSystem.write("x", to: root / "d")
            }
            #expect(try FileSystem.list(root).map(\.name) == ["d"])
        }
    }

    @Test func `a symlink is not written through unless asked`() throws {
        try FileSystem.withTemporaryDirectory { root in
            try FileSystem.write("old", to: root / "real")
            try FileSystem.createSymlink(at: root / "link", to: "real")
            #expect(codes { try FileSystem.write("new", to: root / "link") } == .isSymlink)
            #expect(codes { try FileSystem.append("new", to: root / "link") } == .isSymlink)
            #expect(try FileSystem.readText(root / "real") == "old")
            try FileSystem.write("new", to: root / "link", symlinks: .followed)
            try FileSystem.append("er", to: root / "link", symlinks: .followed)
            #expect(try FileSystem.readText(root / "real") == "newer")
            #expect(try FileSystem.info(root / "link")?.kind == .symlink)
            #expect(try FileSystem.info(root / "link", symlinks: .followed)?.kind == .regular)
            try FileSystem.createSymlink(at: root / "loop", to: "loop")
            #expect(codes { try FileSystem.write("x", to: root / "loop", symlinks: .followed) } == .isSymlink)
            try FileSystem.createSymlink(at: root / "dangling", to: "later")
            try FileSystem.write("x", to: root / "dangling", symlinks: .followed)
            #expect(try FileSystem.readText(root / "later") == "x")
        }
    }

    @Test func `appending creates and extends`() throws {
        try FileSystem.withTemporaryDirectory { root in
            try FileSystem.append("a\n", to: root / "log")
            try FileSystem.append("b\n", to: root / "log", durability: .durable)
            #expect(try FileSystem.readText(root / "log") == "a\nb\n")
        }
    }

    @Test func `what cannot be read as asked is told apart`() throws {
        try FileSystem.withTemporaryDirectory { root in
            let path = root / "f"
            try FileSystem.write([65, 0, 66], to: path)
            #expect(throws: FileError(.notText, path, "\(path) is a binary file: byte 1 is NUL.")) {
                try FileSystem.readText(path)
            }
            #expect(throws: FileError(.tooLarge, path, "\(path) is larger than the limit of 2 bytes.")) {
                try FileSystem.readBytes(path, limit: 2)
            }
            try FileSystem.write([0xC3, 0x28], to: path)
            #expect(codes { try FileSystem.readText(path) } == .notText)
            #expect(throws: FileError(.notFound, root / "no", "Cannot read \(root)/no: it does not exist.")) {
                try FileSystem.readBytes(root / "no")
            }
            #expect(codes { try FileSystem.readBytes(root) } == .isDirectory)
            #expect(codes { try FileSystem.readBytes(path / "x") } == .notDirectory)
            #expect(codes { try FileSystem.readBytes(FilePath("\(path)\0x")) } == .invalidPath)
            #expect(mkfifo((root / "pipe").string, 0o600) == 0)
            #expect(codes { try FileSystem.readBytes(root / "pipe") } == .notRegular)
            #expect(codes { try FileSystem.readBytes("/dev/zero", limit: 10) } == .notRegular)
        }
    }

    @Test(.enabled(if: FileSystem.exists("/proc/self/status")))
    func `files that claim a size of zero are read to the end`() throws {
        #expect(try FileSystem.readText("/proc/self/status").contains("Pid:"))
        #expect(codes { try FileSystem.readBytes("/proc/self/status", limit: 10) } == .tooLarge)
    }

    @Test(.enabled(if: geteuid() != 0, "root may do all"))
    func `a missing permission is its own error`() throws {
        try FileSystem.withTemporaryDirectory { root in
            try FileSystem.write("x", to: root / "f", newMode: 0)
            #expect(codes { try FileSystem.readBytes(root / "f") } == .permission)
        }
    }

    @Test func `directories are created with parents, listed in order and removed as a tree`() throws {
        try FileSystem.withTemporaryDirectory { root in
            try FileSystem.createDirectory(root / "t/a/b")
            try FileSystem.createDirectory(root / "t/a/b")
            #expect(codes { try FileSystem.createDirectory(root / "x/y", parents: .refuse) } == .notFound)
            #expect(codes { try FileSystem.createDirectory(root / "t", parents: .refuse) } == .alreadyExists)
            try FileSystem.write("kept", to: root / "kept.txt")
            try FileSystem.createSymlink(at: root / "t/link", to: "../kept.txt")
            try FileSystem.createSymlink(at: root / "t/a/up", to: "..")
            try FileSystem.write("x", to: root / "t/Z")
            #expect(
                try FileSystem.list(root / "t") == [
                    DirectoryEntry(name: "Z", kind: .regular), DirectoryEntry(name: "a", kind: .directory),
                    DirectoryEntry(name: "link", kind: .symlink),
                ])
            #expect(codes { try FileSystem.remove(root / "t") } == .alreadyExists)
            // Not UTF-8, and a directory that may not be written: caches of packages have them.
            let odd = Array((root / "t/a/b").string.utf8) + [UInt8(ascii: "/"), 0xFF, 0]
            #expect(
                odd.withUnsafeBufferPointer {
                    mkdir(UnsafeRawPointer($0.baseAddress!).assumingMemoryBound(to: CChar.self), 0o755)
                } == 0)
            try FileSystem.setMode(0o555, of: root / "t/a/b")
            try FileSystem.setMode(0o000, of: root / "t/a/b")
            try FileSystem.removeTree(root / "t")
            try FileSystem.removeTree(root / "t")
            #expect(!FileSystem.exists(root / "t"))
            #expect(try FileSystem.list(root).map(\.name) == ["kept.txt"])
        }
    }

    @Test func `moving replaces a file, and removing a link leaves its target`() throws {
        try FileSystem.withTemporaryDirectory { root in
            try FileSystem.write("1", to: root / "a")
            try FileSystem.write("2", to: root / "b")
            try FileSystem.move(root / "a", to: root / "b")
            #expect(!FileSystem.exists(root / "a"))
            try FileSystem.createSymlink(at: root / "l", to: "b")
            #expect(try FileSystem.readSymlink(root / "l") == "b")
            try FileSystem.remove(root / "l")
            #expect(try FileSystem.readText(root / "b") == "1")
            #expect(codes { try FileSystem.move(root / "a", to: root / "c") } == .notFound)
        }
    }

    @Test func `a program is found on the search path only where it is executable and the directory absolute`() throws {
        try FileSystem.withTemporaryDirectory { root in
            try FileSystem.createDirectory(root / "one/tool")
            try FileSystem.createDirectory(root / "two")
            try FileSystem.createDirectory(root / "three")
            try FileSystem.write("", to: root / "two/tool")
            try FileSystem.write("", to: root / "three/tool", newMode: 0o755)
            let searchPath = ":relative:\(root)/one:\(root)/two:\(root)/three"
            #expect(FileSystem.which("tool", searchPath: searchPath) == root / "three/tool")
            #expect(FileSystem.which("other", searchPath: searchPath) == nil)
            #expect(FileSystem.which("\(root)/three/tool", searchPath: "") == root / "three/tool")
            #expect(FileSystem.which("\(root)/two/tool", searchPath: "") == nil)
        }
    }

    @Test func `the disk has room`() throws {
        let space = try FileSystem.diskSpace(at: "/")
        #expect(space.total > 0)
        #expect(space.available >= 0 && space.available <= space.total)
        #expect(codes { try FileSystem.diskSpace(at: "/no/such/place") } == .notFound)
    }

    @Test func `a temporary directory is private, lent and gone afterwards`() async throws {
        let path = try await FileSystem.withTemporaryDirectory(prefix: "lent-") { path async throws in
            #expect(try FileSystem.info(path)?.mode == 0o700)
            #expect(path.name.hasPrefix("lent-"))
            try FileSystem.write("x", to: path / "x")
            return path
        }
        #expect(!FileSystem.exists(path))
    }
}

/// The code of the error that `body` throws, nil when it throws none.
func codes<Result>(_ body: () throws -> Result) -> FileError.Code? {
    do {
        _ = try body()
        return nil
    } catch {
        return (error as? FileError)?.code
    }
}
