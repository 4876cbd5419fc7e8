import Examples
import FakeModelServer
import Files
import JSON
import Subprocess
import Synchronization
import Testing

#if os(Linux)
    /// The machine's clock is set while the program runs, forward and back: nothing is lost, paid for twice or done twice (E3).
    ///
    /// The clock is that of a small library put before the C library's, which adds the seconds that a file holds.
    @Suite("A clock that jumps", .timeLimit(.minutes(15)))
    struct ClockTests {
        /// A clock of its own for the programs that are started with its environment.
        private struct JumpingClock: Sendable {
            let file: FilePath
            let environment: [String: String?]

            init(in folder: FilePath) async throws {
                file = folder / "clock-offset"
                let (source, library) = (folder / "clock.c", folder / "clock.so")
                try FileSystem.write(Self.source, to: source)
                try FileSystem.write("0", to: file)
                let build = Subprocess.Command(
                    "cc", ["-shared", "-fPIC", "-O1", "-o", library.string, source.string, "-ldl"],
                    environment: Subprocess.Command.inheritedEnvironment(), directory: folder)
                let built = try await build.run()
                try #require(built.succeeded, "\(built.stderr.text)")
                environment = ["LD_PRELOAD": library.string, "CLOCK_OFFSET_FILE": file.string]
            }

            func jump(toOffset seconds: Int) {
                // The test fails by what it looks at where the file cannot be written.
                try? FileSystem.write("\(seconds)", to: file)
            }

            private static let source = """
                #define _GNU_SOURCE
                #include <dlfcn.h>
                #include <fcntl.h>
                #include <stdlib.h>
                #include <time.h>
                #include <unistd.h>

                int clock_gettime(clockid_t clock, struct timespec *time) {
                    static int (*real)(clockid_t, struct timespec *);
                    if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
                    int result = real(clock, time);
                    const char *path = getenv("CLOCK_OFFSET_FILE");
                    if (clock != CLOCK_REALTIME || !path) return result;
                    char text[32] = {0};
                    int file = open(path, O_RDONLY | O_CLOEXEC);
                    if (file < 0) return result;
                    if (read(file, text, sizeof text - 1) > 0) time->tv_sec += atol(text);
                    close(file);
                    return result;
                }
                """
        }

        private static let day = 86_400

        @Test("forward and back in the middle of a run changes nothing of its end", arguments: [1, -1])
        func midRun(sign: Int) async throws {
            let clock = Mutex<JumpingClock?>(nil)
            let calls = Mutex(0)
            try await Stage.with(decide: { _, _ in
                let count = calls.withLock { count in
                    count += 1
                    return count
                }
                // There and back at every third call: half a day, and then two days the other way.
                if count.isMultiple(of: 3) {
                    clock.withLock {
                        $0?.jump(toOffset: sign * (count.isMultiple(of: 2) ? Self.day / 2 : -Self.day * 2))
                    }
                }
                return .answer
            }) { stage in
                let jumping = try await JumpingClock(in: stage.folder)
                clock.withLock { $0 = jumping }
                var outcome = try await stage.vencejo(
                    "run", Stage.request, "--yes", "--json", changes: jumping.environment)
                // A day in the middle of a session is more than a session may take: that is asked about, and no more.
                while outcome.status == 3 {
                    let gates = try await stage.vencejo("gates", "list", "--json", changes: jumping.environment).json
                    let gate = try #require(gates.arrayValue?.first)
                    #expect(gate["kind"] == "limit" && gate["question"]?.stringValue?.contains("session_time") == true)
                    let id = try #require(gate["id"]?.stringValue)
                    #expect(try await stage.vencejo("gates", "approve", id, changes: jumping.environment).status == 0)
                    outcome = try await stage.vencejo(
                        "runs", "resume", "latest", "--yes", "--json", changes: jumping.environment)
                }
                #expect(outcome.status == 0, "\(outcome.errors)")
                #expect(calls.withLock { $0 } > 6)
                try await SameEnd.expect(stage, outcome.json, script: ExampleProject.session, interrupted: 0)
                #expect(stage.server.purchases.values.allSatisfy { $0 == 1 })
                // Times that a later moment is taken from are never below zero, and order goes by number.
                let charges = try outcome.json["report"]?["receipts"]?.arrayValue ?? []
                #expect(charges.allSatisfy { ($0["milliseconds"]?.intValue ?? 0) >= 0 })
                let list = try await stage.vencejo("costs", "show", "--json", changes: jumping.environment)
                #expect(list.status == 0, "\(list.errors)")
            }
        }

        private static let asking = """
            name: own
            steps:
              - id: ask
                gate: Go on?
                choices: {yes: Yes, no: No}
                default: yes
                expires: 2h
              - id: note
                shell: echo ${steps.ask.outputs.answer} > answer.txt
              - id: keep
                engine: commit
            """

        @Test("back keeps a gate open, and forward closes it once with its default answer")
        func gate() async throws {
            try await Stage.with { stage in
                try FileSystem.createDirectory(stage.project / ".vencejo/workflows")
                try FileSystem.write(Self.asking, to: stage.project / ".vencejo/workflows/own.yaml")
                let clock = try await JumpingClock(in: stage.folder)
                let parked = try await stage.vencejo("run", "--workflow", "own", changes: clock.environment)
                #expect(parked.status == 3, "\(parked.errors)")

                clock.jump(toOffset: -Self.day)
                let early = try await stage.vencejo("runs", "resume", "latest", changes: clock.environment)
                #expect(early.status == 3, "\(early.errors)")

                clock.jump(toOffset: Self.day)
                let done = try await stage.vencejo("runs", "resume", "latest", "--json", changes: clock.environment)
                #expect(done.status == 0, "\(done.errors)")
                clock.jump(toOffset: -Self.day)
                let late = try await stage.vencejo("gates", "list", "--all", "--json", changes: clock.environment).json
                #expect(late.arrayValue?.count == 1)
                #expect(late[0]?["answer"]?["value"] == "yes")
                let branch = try await stage.branch()
                #expect(try await stage.git("show", "\(branch):answer.txt") == "yes")
            }
        }
    }
#endif
