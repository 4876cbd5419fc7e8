import Files
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

struct FileLockTests {
    @Test func `a second holder is refused with the first one's process id until it lets go`() throws {
        try FileSystem.withTemporaryDirectory { root in
            let path = root / "lock"
            let busy = FileError(.busy, path, "Cannot lock \(path): it is held by process \(getpid()).")
            let first = try FileLock(path)
            #expect(throws: busy) { try FileLock(path) }
            first.release()
            first.release()
            #expect(try withFileLock(path) { try FileSystem.readText(path) } == "\(getpid())\n")
            var second: FileLock? = try FileLock(path)
            #expect(throws: busy) { try withFileLock(path) {} }
            #expect(second?.path == path)
            second = nil
            #expect(try withFileLock(path) { 1 } == 1)
        }
    }

    @Test func `the lock is given back when the body throws`() async throws {
        try await FileSystem.withTemporaryDirectory { root async throws in
            struct Stop: Error {}
            await #expect(throws: Stop.self) {
                try await withFileLock(root / "lock") { () async throws in throw Stop() }
            }
            try withFileLock(root / "lock") {}
        }
    }

    @Test func `a lock is not taken through a symlink`() throws {
        try FileSystem.withTemporaryDirectory { root in
            try FileSystem.createSymlink(at: root / "lock", to: "victim")
            #expect(codes { try FileLock(root / "lock") } == .isSymlink)
            #expect(!FileSystem.exists(root / "victim"))
        }
    }
}
