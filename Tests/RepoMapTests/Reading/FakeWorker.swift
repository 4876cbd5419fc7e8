import Files
import SourceTags
import Subprocess

@testable import RepoMap

/// A child that does with each file what the file's content says, and otherwise finds one definition in it.
struct FakeWorker {
    static let definition = SourceTags.Tag(
        name: "Found", role: .definition, kind: .type, line: 1, lastLine: 1, signature: "class Found")
    static let archive = TagArchive([definition])

    /// Contents that make the child die, besides those that it answers.
    enum Act: String, CaseIterable { case crash, hang, killed, early, garbage, cut, turn, huge }

    let worker: TagReaderFactory.Worker
    /// A line for each start of a child.
    let starts: FilePath

    init(in folder: FilePath, greeting: String = "vencejo tags 1") throws {
        let script = folder / "worker.py"
        starts = folder / "starts"
        try FileSystem.write(Self.script, to: script)
        let environment = Command.inheritedEnvironment()
        let python = FileSystem.which("python3", searchPath: environment["PATH", default: ""]) ?? "/usr/bin/python3"
        worker = TagReaderFactory.Worker(
            program: python, arguments: [script.string, greeting, starts.string, Self.hex(Self.archive.bytes)],
            environment: environment
        ) { path, _ in path.hasSuffix(".src") }
    }

    func startCount() throws -> Int {
        guard FileSystem.exists(starts) else { return 0 }
        return try FileSystem.readText(starts).split(separator: "\n").count
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    private static let script = """
        import os, signal, struct, sys
        greeting, starts, archive = sys.argv[1], sys.argv[2], bytes.fromhex(sys.argv[3])
        with open(starts, "a") as file:
            file.write("start\\n")
        def part():
            head = sys.stdin.buffer.read(4)
            if len(head) < 4:
                sys.exit(0)
            return sys.stdin.buffer.read(struct.unpack("<I", head)[0])
        def say(data):
            os.write(1, data)
        say(greeting.encode() + b"\\n")
        index = 0
        while True:
            path, source = part(), part()
            word = source.split()[0].decode()
            if word == "crash" or word == "late" and index > 0:
                os.kill(os.getpid(), signal.SIGABRT)
            if word == "hang":
                os.kill(os.getpid(), signal.SIGPROF)
            if word == "killed":
                os.kill(os.getpid(), signal.SIGKILL)
            if word == "early":
                sys.exit(0)
            if word == "garbage":
                say(b"\\xff" * 100)
                sys.exit(0)
            if word == "cut":
                say(struct.pack("<IBI", index, 1, 1000) + archive[:3])
                sys.exit(0)
            if word == "turn":
                say(struct.pack("<IBI", index + 7, 1, len(archive)) + archive)
                sys.exit(0)
            if word == "huge":
                say(struct.pack("<IBI", index, 1, 0xFFFFFFFF))
                sys.exit(0)
            if word == "unknown":
                say(struct.pack("<IBI", index, 2, 0))
            else:
                say(struct.pack("<IBI", index, 1, len(archive)) + archive)
            index += 1
        """
}
