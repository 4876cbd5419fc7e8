import Files
import Subprocess
import Synchronization
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

struct EndingTests {
    @Test func `a child over its time is ended`() async throws {
        let limits = Command.Limits(time: .milliseconds(50))
        let result = try await Command("sleep", ["1000"], environment: testEnvironment, limits: limits).run()
        #expect(result.ended == .timedOut)
        #expect(result.status == .signaled(SIGTERM))
        #expect(!result.succeeded)
    }

    @Test func `a child that is told to end may say its last words`() async throws {
        let script = "trap 'echo bye; exit 7' TERM; echo ready; while :; do sleep 0.05; done"
        let (result, _) = try await cancelledAfterALine(shell(script, limits: .init(grace: .seconds(600))))
        #expect(result.ended == .cancelled)
        #expect(result.status == .exited(7))
        #expect(result.stdout.text == "ready\nbye\n")
    }

    @Test func `cancelling ends all processes of a child that ignores SIGTERM`() async throws {
        let script = "trap '' TERM; sleep 1000 & echo $$ $!; while :; do sleep 0.05; done"
        let (result, line) = try await cancelledAfterALine(shell(script, limits: .init(grace: .milliseconds(50))))
        #expect(result.ended == .cancelled)
        #expect(result.status == .signaled(SIGKILL))
        expectGone(line)
    }

    @Test func `cancelling ends jobs in process groups of their own`() async throws {
        let command = Command(
            "bash", ["-c", "set -m; sleep 1000 & echo $!; wait"], environment: testEnvironment)
        let (result, line) = try await cancelledAfterALine(command)
        #expect(result.ended == .cancelled)
        expectGone(line)
    }

    @Test func `a stopped child is ended too`() async throws {
        let (result, _) = try await cancelledAfterALine(shell("echo ready; kill -STOP $$"))
        #expect(result.status == .signaled(SIGTERM))
    }

    @Test func `a cancelled task starts nothing`() async throws {
        try await FileSystem.withTemporaryDirectory { root async throws in
            let mark = root / "mark"
            // Owned and cancelled by this test: it cancels itself.
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await shell("touch \(mark)").run()
            }
            await #expect(throws: SubprocessError(.cancelled, "sh was not started: its task was cancelled.")) {
                _ = try await task.value
            }
            #expect(!FileSystem.exists(mark))
        }
    }

    @Test func `a stream over its limit ends the child when told so`() async throws {
        let limits = Command.Limits(output: 1000, outputPolicy: .stop)
        let result = try await Command("yes", environment: testEnvironment, limits: limits).run()
        #expect(result.ended == .outputLimit)
        #expect(result.status == .signaled(SIGTERM))
        #expect(result.stdout.head.count == 1000)
        #expect(result.stdout.totalBytes > 1000)
    }

    @Test func `a descendant that holds the output does not hang the run and is killed`() async throws {
        let limits = Command.Limits(linger: .milliseconds(50))
        let result = try await shell("sleep 1000 & echo $!; exit 4", limits: limits).run()
        #expect(result.status == .exited(4))
        #expect(result.ended == .normally)
        #expect(result.leftChildren)
        expectGone(result.stdout.text)
    }

    @Test func `a descendant that floods the output does not hang the run`() async throws {
        let result = try await shell("yes & exit 0", limits: .init(linger: .milliseconds(50))).run()
        #expect(result.status == .exited(0))
        #expect(result.leftChildren)
    }

    @Test func `a descendant in a session of its own that floods the output does not hang the run`() async throws {
        // It ends by SIGPIPE once the pipe is closed.
        let limits = Command.Limits(linger: .milliseconds(50))
        let result = try await shell("setsid yes & echo $!; sleep 0.1; exit 0", limits: limits).run()
        #expect(result.status == .exited(0))
        #expect(result.leftChildren)
        expectGone(result.stdout.text.split(separator: "\n").first { $0 != "y" }.map(String.init) ?? "")
    }

    @Test func `a descendant without the output ends with the child`() async throws {
        let result = try await shell("sleep 1000 >/dev/null 2>&1 & echo $!").run()
        #expect(result.succeeded)
        #expect(result.leftChildren)
        expectGone(result.stdout.text)
    }

    @Test func `the last output of a descendant that ends by itself is not lost`() async throws {
        let limits = Command.Limits(linger: .seconds(600))
        let result = try await shell("(sleep 0.1; echo late) & echo early", limits: limits).run()
        #expect(result.stdout.text == "early\nlate\n")
    }

    @Test func `a child that closes its output early is waited for`() async throws {
        let result = try await shell("exec >&- 2>&-; sleep 0.1; exit 5").run()
        #expect(result.status == .exited(5))
    }

    @Test func `a slow receiver slows the child and loses nothing`() async throws {
        let count = Mutex(0)
        let limits = Command.Limits(linger: .zero)
        let result = try await shell("head -c 3000000 /dev/zero", limits: limits).run { _, bytes in
            // Work that takes longer than the child needs to write the next piece.
            let sum = (0..<20).reduce(0) { sum, _ in bytes.reduce(sum) { $0 &+ Int($1) } }
            count.withLock { $0 += bytes.count + sum }
        }
        #expect(result.stdout.totalBytes == 3_000_000)
        #expect(count.withLock { $0 } == 3_000_000)
    }

    /// Runs the command, cancels it once it has written a line, and returns what it had written by then.
    private func cancelledAfterALine(_ command: Command) async throws -> (ProcessResult, String) {
        let (pieces, sender) = AsyncStream.makeStream(of: String.self)
        // Owned and cancelled by this function.
        let task = Task {
            defer { sender.finish() }
            return try await command.run { _, bytes in sender.yield(String(decoding: bytes, as: UTF8.self)) }
        }
        var seen = ""
        for await piece in pieces {
            seen += piece
            if seen.contains("\n") { break }
        }
        task.cancel()
        return (try await task.value, seen)
    }

    /// Waits until no process id in `text` is of a live process; the dead may wait for their parent to reap them.
    private func expectGone(_ text: String) {
        let ids = text.split(whereSeparator: \.isWhitespace).compactMap { pid_t($0) }
        #expect(!ids.isEmpty)
        for id in ids {
            // Killed, but the end of a process takes the system a moment that no event tells of.
            while isAlive(id) { sched_yield() }
        }
    }

    private func isAlive(_ id: pid_t) -> Bool {
        guard kill(id, 0) == 0 else { return false }
        // Gone between the two calls: not alive.
        guard let status = try? FileSystem.readText(FilePath("/proc/\(id)/stat")) else { return false }
        return status.split(separator: ")").last?.dropFirst().first != "Z"
    }
}
