import Files
import JSON
import Subprocess
import Testing

/// A disk that is full, and a project that cannot be written: one sentence, nothing lost, and the run goes on afterwards.
@Suite("A disk that takes nothing more", .timeLimit(.minutes(15)))
struct FullDiskTests {
    private static let megabytes = 24

    /// Where the disk is full: under the state (worktrees, journal), or under the repository (objects, references).
    enum Place: String, Sendable, CaseIterable { case state, repository }

    @Test(
        "is told in one sentence, and the run ends the same once there is space",
        .enabled(if: SmallDisk.isPossible, "a small disk can be mounted by root only"),
        arguments: Place.allCases, [0, 160])
    func full(place: Place, kilobytesLeft: Int) async throws {
        let undisturbed = try await LossExperiment.undisturbed(.clean)
        try await Stage.with { stage in
            let mount = place == .state ? stage.home : stage.project / ".git"
            try await SmallDisk.with(at: mount, megabytes: Self.megabytes) {
                try await SmallDisk.fill(mount / "ballast", leavingKilobytes: kilobytesLeft)
                let before = try await stage.fingerprint()
                let first = try await stage.vencejo("run", Stage.request, "--yes")
                #expect(first.status != 0)
                let told = first.errors.split(separator: "\n").filter {
                    $0.contains("disk") || $0.contains("space") || $0.contains("full")
                }
                #expect(!told.isEmpty, "\(first.errors)")
                #expect(try await stage.fingerprint() == before)
                let stood = try stage.worktree().map { try stage.lines(below: $0) } ?? []
                try FileSystem.remove(mount / "ballast")

                let status = try await stage.status()
                let last =
                    status == nil
                    ? try await stage.vencejo("run", Stage.request, "--yes")
                    : try await stage.vencejo("runs", "resume", "latest", "--yes")
                #expect(last.status == 0, "\(last.errors)")
                #expect(try await stage.workTree() == undisturbed.tree)
                #expect(stood.subtracting(try await stage.restorableLines()) == [])
            }
        }
    }

    @Test("A project that cannot be written is refused in one sentence", .enabled(if: SmallDisk.isPossible))
    func readOnly() async throws {
        try await Stage.with { stage in
            try await stage.shell("mount --bind . . && mount -o remount,ro,bind .")
            defer { SmallDisk.unmount(stage.project) }
            let outcome = try await stage.vencejo("run", Stage.request, "--yes")
            #expect(outcome.status == 1)
            let sentences = outcome.errors.split(separator: "\n").filter { $0.contains("cannot be written") }
            #expect(sentences.count == 1, "\(outcome.errors)")
        }
    }
}

/// A file system of a few megabytes in memory.
enum SmallDisk {
    /// Whether this process may mount one.
    static let isPossible: Bool = {
        guard let id = try? FileSystem.readText("/proc/self/status") else { return false }
        let line = id.split(separator: "\n").first { $0.hasPrefix("CapEff:") } ?? ""
        // The bit of CAP_SYS_ADMIN.
        let bits = UInt64(line.drop { $0 != "\t" }.dropFirst(), radix: 16) ?? 0
        return bits & (1 << 21) != 0
    }()

    /// Lends the folder with its present content on a small disk.
    static func with(at folder: FilePath, megabytes: Int, _ body: () async throws -> Void) async throws {
        try FileSystem.createDirectory(folder)
        try await run(
            """
            cp -a "$0" "$0.copy"; mount -t tmpfs -o size=\(megabytes)m,mode=700 tmpfs "$0"; cp -a "$0.copy/." "$0"
            """, folder)
        do {
            try await body()
        } catch {
            unmount(folder)
            throw error
        }
        unmount(folder)
    }

    static func fill(_ file: FilePath, leavingKilobytes left: Int) async throws {
        let free = try FileSystem.diskSpace(at: file.parent).available / 1024
        try await run("head -c \(max(free - Int64(left), 0))K /dev/zero > \"$0\" || :", file)
    }

    private static func run(_ script: String, _ file: FilePath) async throws {
        let result = try await Subprocess.Command(
            "/bin/sh", ["-ec", script, file.string], environment: Subprocess.Command.inheritedEnvironment()
        ).run()
        guard result.succeeded else { throw StageError(message: "\(script): \(result.stderr.text)") }
    }
}

#if canImport(Glibc)
    import Glibc
#endif

extension SmallDisk {
    static func unmount(_ folder: FilePath) {
        #if canImport(Glibc)
            // A folder that is in use goes when nobody uses it any more.
            _ = umount2(folder.string, Int32(MNT_DETACH))
        #endif
    }
}
