import Files
import Subprocess
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

#if os(Linux)
    /// Each in a process of its own, where no other test opens or starts anything.
    struct DescriptorTests {
        @Test func `200 runs leave no descriptor and no zombie`() async {
            await #expect(processExitsWith: .success) {
                let command = greeting
                let broken = [
                    Command("no-such-tool", environment: testEnvironment), Command("/etc/passwd", environment: [:]),
                ]
                // The first run opens what Dispatch keeps for good.
                _ = try await command.run()
                let before = try openDescriptors()
                for _ in 0..<25 {
                    try await withThrowingTaskGroup(of: Bool.self) { group in
                        for _ in 0..<8 { group.addTask { try await isGreeted() } }
                        for try await greeted in group where !greeted { fatalError("output was lost") }
                    }
                    for command in broken {
                        // The error is what is wanted here; others tests say which.
                        if (try? await command.run()) != nil { fatalError("\(command.executable) ran") }
                    }
                }
                expectSame(before, try openDescriptors())
                expectNoChild()
            }
        }

        @Test func `without descriptors the error says so, and nothing is left behind`() async {
            await #expect(processExitsWith: .success) {
                _ = try await greeting.run()
                let before = try openDescriptors()
                let expected = SubprocessError(
                    .tooManyOpenFiles, "Cannot start sh: too many files are open; raise the limit with ulimit -n.")
                var failures = 0
                // From no room at all to room enough, so that every descriptor is once the one too many.
                let limits = 3...(before.compactMap { Int($0) }.max() ?? 0) + 12
                for limit in limits {
                    try limitDescriptors(limit)
                    do throws(SubprocessError) {
                        _ = try await greeting.run()
                    } catch {
                        guard error == expected else { fatalError("\(error)") }
                        failures += 1
                    }
                    try limitDescriptors(1000)
                }
                guard failures > 7, failures < limits.count else { fatalError("\(failures) failures") }
                expectSame(before, try openDescriptors())
                expectNoChild()
            }
        }

        @Test func `a process without standard streams starts children with theirs`() async {
            await #expect(processExitsWith: .success) {
                for file: Int32 in 0...2 { close(file) }
                guard try await isGreeted() else { exit(1) }
            }
        }
    }

    private let greeting = Command(
        "sh", ["-c", "cat; echo err >&2"], environment: testEnvironment, input: .bytes(Array("hello".utf8)),
        limits: .init(time: .seconds(600)))

    private func isGreeted() async throws -> Bool {
        let result = try await greeting.run()
        return result.stdout.text == "hello" && result.stderr.text == "err\n" && result.succeeded
    }

    private func openDescriptors() throws -> [String] {
        try FileSystem.list("/proc/self/fd").map(\.name)
    }

    private func limitDescriptors(_ count: Int) throws {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = rlim_t(count)
        guard setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { fatalError("setrlimit") }
    }

    private func expectSame(_ before: [String], _ after: [String]) {
        guard before == after else { fatalError("descriptors \(before) became \(after)") }
    }

    private func expectNoChild() {
        guard waitpid(-1, nil, WNOHANG) == -1, errno == ECHILD else { fatalError("a child was not reaped") }
    }
#endif
