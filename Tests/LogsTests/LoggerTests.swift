import JSON
import Logs
import Secrets
import Testing
import Timekeeping

struct LoggerTests {
    private let sink = MemorySink()
    private let clock = ManualClock()

    private func logger(level: LogLevel = .info) -> Logger {
        Logger(
            "gateway", level: level, sink: sink, redactor: Redactor(secrets: [Secret("hunter22")]), clock: clock.wall)
    }

    @Test func `an entry has its time, level, label, message and values`() {
        let log = logger().with(["run": "r1", "step": "s1"])
        log.warning("The provider is slow.", ["milliseconds": 1200, "step": "s2"])
        clock.advance(by: .seconds(1))
        log.labelled("worker").error("It failed.")
        #expect(
            sink.entries == [
                LogEntry(
                    time: Timestamp(milliseconds: 1_767_225_600_000), level: .warning, label: "gateway",
                    message: "The provider is slow.", metadata: ["run": "r1", "step": "s2", "milliseconds": 1200]),
                LogEntry(
                    time: Timestamp(milliseconds: 1_767_225_601_000), level: .error, label: "worker",
                    message: "It failed.", metadata: ["run": "r1", "step": "s1"]),
            ])
        #expect(sink.entries[0].metadata.keys == ["run", "step", "milliseconds"])
    }

    @Test func `what is below the level is not even evaluated`() {
        func fail() -> String {
            Issue.record("evaluated")
            return ""
        }
        let log = logger(level: .notice)
        log.info(fail())
        Logger.disabled.critical(fail(), ["a": .string(fail())])
        log.trace("a")
        log.debug("b")
        log.notice("c")
        log.critical("d")
        #expect(sink.entries.map(\.message) == ["c", "d"])
        #expect(LogLevel.allCases == LogLevel.allCases.sorted())
    }

    @Test func `secrets are gone from messages and values at any depth`() {
        logger().info("with hunter22", ["list": ["hunter22", 1, ["deep hunter22": "sk-ant-0123456789abcdefghij"]]])
        #expect(sink.entries.map(\.message) == ["with [redacted]"])
        #expect(sink.entries.first?.metadata == ["list": ["[redacted]", 1, ["deep [redacted]": "[redacted]"]]])
    }

    @Test func `several sinks each have their level`() {
        let all = MemorySink()
        let errors = MemorySink()
        let sinks = SeveralSinks([(.trace, all), (.error, errors)])
        let log = Logger("x", level: .trace, sink: sinks, redactor: Redactor())
        log.debug("a")
        log.error("b")
        #expect(all.entries.map(\.message) == ["a", "b"])
        #expect(errors.entries.map(\.message) == ["b"])
    }
}
