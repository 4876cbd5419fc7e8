package import JSON
package import Secrets
package import Timekeeping

/// Where code says what it does: a value that is passed on, narrowed by ``with(_:)`` and costs nothing where it is off.
///
/// ```swift
/// let log = Logger("gateway", sink: StderrSink(), redactor: redactor).with(["run": "\(run)"])
/// log.warning("The provider is slow.", ["milliseconds": 1200])
/// ```
///
/// Every text passes the redactor before a sink sees it, and no failure to write reaches the caller. Levels and methods
/// have the shape of swift-log, so that this type can be put before it.
package struct Logger: Sendable {
    /// Named values in order; where a name comes twice, the later value counts.
    package typealias Metadata = JSONObject

    package let label: String
    /// The lowest level that is written.
    package var level: LogLevel
    /// What is written with every entry.
    package var metadata: Metadata

    private let sink: (any LogSink)?
    private let redactor: Redactor
    private let clock: WallClock

    package init(
        _ label: String, level: LogLevel = .info, metadata: Metadata = [:], sink: any LogSink, redactor: Redactor,
        clock: WallClock = .system
    ) {
        self.init(label, level, metadata, sink, redactor, clock)
    }

    private init(
        _ label: String, _ level: LogLevel, _ metadata: Metadata, _ sink: (any LogSink)?, _ redactor: Redactor,
        _ clock: WallClock
    ) {
        self.label = label
        self.level = level
        self.metadata = metadata
        self.sink = sink
        self.redactor = redactor
        self.clock = clock
    }

    /// Writes nothing.
    package static let disabled = Logger("disabled", .critical, [:], nil, Redactor(), .system)

    package func isEnabled(_ level: LogLevel) -> Bool {
        sink != nil && level >= self.level
    }

    /// The logger of a part of the program, with the same sink.
    package func labelled(_ label: String) -> Logger {
        Logger(label, level, metadata, sink, redactor, clock)
    }

    /// The logger that adds these values to every entry.
    package func with(_ metadata: Metadata) -> Logger {
        var logger = self
        for (key, value) in metadata { logger.metadata[key] = value }
        return logger
    }

    /// Writes an entry; the message and the values are evaluated only if the level is written.
    package func log(
        _ level: LogLevel, _ message: @autoclosure () -> String, _ metadata: @autoclosure () -> Metadata = [:]
    ) {
        guard isEnabled(level), let sink else { return }
        let entry = LogEntry(
            time: clock.now(), level: level, label: label, message: redactor.redact(message()),
            metadata: redacted(with(metadata()).metadata))
        sink.write(entry)
    }

    private func redacted(_ object: JSONObject) -> JSONObject {
        JSONObject(object.map { (redactor.redact($0.key), redacted($0.value)) })
    }

    private func redacted(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text): .string(redactor.redact(text))
        case .array(let elements): .array(elements.map(redacted))
        case .object(let object): .object(redacted(object))
        case .null, .bool, .integer, .number: value
        }
    }
}

extension Logger {
    package func trace(_ message: @autoclosure () -> String, _ metadata: @autoclosure () -> Metadata = [:]) {
        log(.trace, message(), metadata())
    }

    package func debug(_ message: @autoclosure () -> String, _ metadata: @autoclosure () -> Metadata = [:]) {
        log(.debug, message(), metadata())
    }

    package func info(_ message: @autoclosure () -> String, _ metadata: @autoclosure () -> Metadata = [:]) {
        log(.info, message(), metadata())
    }

    package func notice(_ message: @autoclosure () -> String, _ metadata: @autoclosure () -> Metadata = [:]) {
        log(.notice, message(), metadata())
    }

    package func warning(_ message: @autoclosure () -> String, _ metadata: @autoclosure () -> Metadata = [:]) {
        log(.warning, message(), metadata())
    }

    package func error(_ message: @autoclosure () -> String, _ metadata: @autoclosure () -> Metadata = [:]) {
        log(.error, message(), metadata())
    }

    package func critical(_ message: @autoclosure () -> String, _ metadata: @autoclosure () -> Metadata = [:]) {
        log(.critical, message(), metadata())
    }
}
