import Files
import Subprocess
import Synchronization
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

let testEnvironment = ["PATH": "/usr/local/bin:/usr/bin:/bin"]

func shell(_ script: String, output: Command.Output = .separate, limits: Command.Limits = .init()) -> Command {
    Command("sh", ["-c", script], environment: testEnvironment, output: output, limits: limits)
}

struct CommandRunTests {
    @Test func `output, errors and exit status come back`() async throws {
        let result = try await shell("echo out; echo err >&2; exit 3").run()
        #expect(result.status == .exited(3))
        #expect(result.ended == .normally)
        #expect(!result.succeeded)
        #expect(result.stdout == Captured(Array("out\n".utf8)))
        #expect(result.stderr.text == "err\n")
        #expect(!result.leftChildren)
        #expect(result.pid > 1)
    }

    @Test func `a signal is told from an exit`() async throws {
        #expect(try await shell("kill -SEGV $$").run().status == .signaled(SIGSEGV))
        #expect(try await Command("true", environment: testEnvironment).run().succeeded)
    }

    @Test func `arguments and environment arrive as they are and nothing else does`() async throws {
        let odd = ["", "a b", "$HOME", "'\"", "ü\n", "*"]
        let result = try await Command("printf", ["%s|"] + odd, environment: testEnvironment).run()
        #expect(result.stdout.text == odd.map { $0 + "|" }.joined())
        let environment = try await Command("/usr/bin/env", environment: ["A": "1=2", "B": ""]).run()
        #expect(environment.stdout.text.split(separator: "\n").sorted() == ["A=1=2", "B="])
    }

    @Test func `the environment of this process is a value that can be changed`() {
        #expect(Command.inheritedEnvironment()["PATH"] == getenv("PATH").map { String(cString: $0) })
        let changed = Command.inheritedEnvironment(changes: ["PATH": nil, "VENCEJO_X": "y"])
        #expect(changed["PATH"] == nil)
        #expect(changed["VENCEJO_X"] == "y")
    }

    @Test func `input reaches the child, and none is the end at once`() async throws {
        let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0) }
        var command = Command("cat", environment: testEnvironment, input: .bytes(bytes))
        #expect(try await command.run().stdout.bytes == bytes)
        command.input = .none
        #expect(try await command.run().stdout.totalBytes == 0)
        // A child that does not read its input is none the worse.
        command.executable = "true"
        command.input = .bytes(bytes)
        #expect(try await command.run().succeeded)
    }

    @Test func `the child works in its directory, also when found by a relative path`() async throws {
        try await FileSystem.withTemporaryDirectory { root async throws in
            try FileSystem.createDirectory(root / "bin")
            try FileSystem.write("#!/bin/sh\npwd\n", to: root / "bin/where", newMode: 0o755)
            let command = Command("./bin/where", environment: testEnvironment, directory: root)
            #expect(try await command.run().stdout.text == "\(root)\n")
        }
    }

    @Test func `merged output keeps the order`() async throws {
        let script = "i=0; while [ $i -lt 50 ]; do echo out$i; echo err$i >&2; i=$((i+1)); done"
        let result = try await shell(script, output: .merged).run()
        #expect(result.stdout.text == (0..<50).map { "out\($0)\nerr\($0)\n" }.joined())
        #expect(result.stderr == Captured())
    }

    @Test(.enabled(if: FileSystem.exists("/proc/self/stat")))
    func `the child leads a session and a process group of its own`() async throws {
        let result = try await Command("cat", ["/proc/self/stat"], environment: testEnvironment).run()
        let fields = result.stdout.text.split(separator: " ")
        #expect(fields[4...5] == ["\(result.pid)", "\(result.pid)"])
    }

    @Test(.enabled(if: FileSystem.exists("/proc/self/fd")))
    func `no descriptor and no signal setting is inherited`() async throws {
        let inheritable = open("/dev/null", O_RDONLY)
        defer { close(inheritable) }
        let listed = try await Command("ls", ["/proc/self/fd"], environment: testEnvironment).run()
        // The fourth is the directory that `ls` reads.
        #expect(listed.stdout.text.split(separator: "\n") == ["0", "1", "2", "3"])
        let status = try await Command("cat", ["/proc/self/status"], environment: testEnvironment).run().stdout.text
        let masks = status.split(separator: "\n").filter { $0.hasPrefix("SigBlk") || $0.hasPrefix("SigIgn") }
        // Above the 31 that POSIX names, glibc ignores two that it uses itself.
        let named = masks.compactMap { UInt64($0.suffix(16), radix: 16) }.map { $0 & 0x7FFF_FFFF }
        #expect(named == [0, 0])
    }

    @Test func `100 MB arrive whole while only the limit is kept`() async throws {
        let counts = Mutex((bytes: 0, newlines: 0))
        let result = try await shell("yes 012345678 | head -c 100000000").run { _, bytes in
            let newlines = bytes.withUnsafeBufferPointer { buffer in buffer.count { $0 == 10 } }
            counts.withLock { $0 = ($0.bytes + bytes.count, $0.newlines + newlines) }
        }
        #expect(result.succeeded)
        #expect(counts.withLock { $0 } == (100_000_000, 10_000_000))
        #expect(result.stdout.totalBytes == 100_000_000)
        #expect(result.stdout.bytes.count == 1 << 20)
        #expect(result.stdout.droppedBytes == 100_000_000 - 1 << 20)
        #expect(Array(result.stdout.head.prefix(10)) == Array("012345678\n".utf8))
        #expect(Array(result.stdout.tail.suffix(10)) == Array("012345678\n".utf8))
    }

    @Test func `pieces come in order`() async throws {
        let pieces = Mutex<[UInt8]>([])
        let result = try await Command("seq", ["1", "50000"], environment: testEnvironment).run { _, bytes in
            pieces.withLock { $0 += bytes }
        }
        #expect(result.stdout.bytes == Array((1...50000).map { "\($0)\n" }.joined().utf8))
        #expect(pieces.withLock { $0 } == result.stdout.bytes)
    }

    @Test func `64 at once all come to their end with all of their output`() async throws {
        try await withThrowingTaskGroup(of: (Int, ProcessResult).self) { group in
            for number in 0..<64 {
                group.addTask {
                    (number, try await shell("echo \(number); head -c 200000 /dev/zero; echo \(number) >&2").run())
                }
            }
            for try await (number, result) in group {
                #expect(result.succeeded)
                #expect(result.stdout.totalBytes == "\(number)\n".utf8.count + 200_000)
                #expect(result.stderr.text == "\(number)\n")
            }
        }
    }
}
