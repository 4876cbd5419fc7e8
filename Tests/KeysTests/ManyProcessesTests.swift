import Files
import Identity
import Keys
import Money
import ServedCalls
import Storage
import Subprocess
import Synchronization
import Testing
import Timekeeping

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Several servers as processes of their own, some of them killed (G8).
@Suite("The ledger over several processes", .timeLimit(.minutes(5)))
struct ManyProcessesTests {
    /// What a worker has spent and heard, as it said itself.
    private final class Account: Sendable {
        struct Said {
            var rest: [UInt8] = []
            var spent: Int64 = 0
            var admitted = 0
            var refused = 0
            var pid: Int32?
        }

        let said = Mutex(Said())
        private let killAfter: Int?

        init(killAfter: Int? = nil) { self.killAfter = killAfter }

        func read(_ bytes: [UInt8]) {
            said.withLock { said in
                said.rest += bytes
                while let end = said.rest.firstIndex(of: 0x0A) {
                    let line = String(decoding: said.rest[..<end], as: UTF8.self)
                    said.rest.removeSubrange(...end)
                    if line.hasPrefix("A "), let cost = Int64(line.dropFirst(2)) {
                        said.admitted += 1
                        said.spent += cost
                        if said.admitted == killAfter, let pid = said.pid { kill(pid, SIGKILL) }
                    } else if line == "R" {
                        said.refused += 1
                    } else if let pid = Int32(line) {
                        said.pid = pid
                    }
                }
            }
        }
    }

    private static var worker: String {
        // The test bundle and the worker lie in the same folder.
        let own = (try? FileSystem.readSymlink("/proc/self/exe")) ?? ""
        let beside = FilePath(CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? own).parent / "LedgerWorker"
        return FileSystem.exists(beside) ? beside.string : ".build/debug/LedgerWorker"
    }

    /// Runs a worker to its end; its shell says its number and becomes it.
    private static func work(
        _ fixture: KeysFixture, _ key: String, calls: Int, micros: Int64, callers: Int = 8, ahead: Int = 0,
        fault: String? = nil, into account: Account
    ) async throws -> ProcessResult {
        let command = Command(
            "/bin/sh",
            [
                "-c", "echo $$; exec \"$0\" \"$@\"", worker, fixture.path, key, "\(calls)", "\(micros)", "\(callers)",
                "\(ahead)",
            ],
            environment: Command.inheritedEnvironment(changes: ["VENCEJO_FAULT": fault]))
        return try await command.run { stream, bytes in if stream == .stdout { account.read(bytes) } }
    }

    @Test("two admit exactly what the budget bears, and write down every call")
    func twoProcesses() async throws {
        try await KeysFixture.with { fixture in
            let key = try await fixture.key(budgets: .init(total: USD(micros: 100_000)))
            let accounts = [Account(), Account()]
            try await withThrowingTaskGroup(of: ProcessResult.self) { group in
                for account in accounts {
                    group.addTask {
                        try await Self.work(fixture, "ci", calls: 200, micros: 1_000, callers: 200, into: account)
                    }
                }
                for try await result in group { #expect(result.succeeded, "\(result.stderr.text)") }
            }
            let spent = accounts.reduce(0) { $0 + $1.said.withLock { $0.spent } }
            let admitted = accounts.reduce(0) { $0 + $1.said.withLock { $0.admitted } }
            let standing = try await fixture.standing(.virtualKey, key.key.id.string)
            #expect(standing?.spent == USD(micros: spent))
            #expect(standing?.reserved == .zero)
            #expect(spent <= 100_000)
            // Calls cost at least half of their estimate, so that none was refused while money for it was left.
            #expect(admitted >= 100)
            let line = try await fixture.journal.report(by: .key, since: nil).first
            #expect(line?.served == admitted)
            #expect(line?.cost == USD(micros: spent))
        }
    }

    @Test(
        "one that is killed leaves no budget exceeded, and at most its slice is lost",
        arguments: ["kill:served.keep.before", "kill:served.keep.after", "kill:3", "kill:6", "at:5", "at:60", "at:150"])
    func killed(how: String) async throws {
        try await KeysFixture.with { fixture in
            let budget: Int64 = 200_000
            let key = try await fixture.key(budgets: .init(total: USD(micros: budget)))
            let count = how.hasPrefix("at:") ? Int(how.dropFirst(3)) : nil
            let victim = Account(killAfter: count)
            let first = try await Self.work(
                fixture, "ci", calls: 400, micros: 1_000, ahead: count == nil ? 0 : -1,
                fault: count == nil ? how : nil, into: victim)
            #expect(first.status == .signaled(SIGKILL), "\(first.stderr.text)")
            // Another server, when the lease of the first has ended.
            let heir = Account()
            let second = try await Self.work(
                fixture, "ci", calls: 800, micros: 1_000, ahead: 60_000, into: heir)
            #expect(second.succeeded, "\(second.stderr.text)")
            // The heir may have ended before it looked.
            _ = try await fixture.journal.reclaim(at: Timestamp.now() + .seconds(3_600))
            let gone = victim.said.withLock { $0.spent } + heir.said.withLock { $0.spent }
            let standing = try await fixture.standing(.virtualKey, key.key.id.string)
            let lost = try await fixture.journal.slicesLost(since: nil)
            let line = try await fixture.journal.report(by: .key, since: nil).first
            #expect(gone <= budget)
            #expect(heir.said.withLock { $0.refused } > 0)
            let written = (line?.cost ?? .zero) + lost
            #expect(standing?.spent == written)
            #expect(standing?.reserved == .zero)
            // All that really went is counted: in a record, or in what was lost with its server.
            #expect(written >= USD(micros: gone))
            #expect(written <= USD(micros: budget))
        }
    }
}
