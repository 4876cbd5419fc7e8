import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Takes the entries of loggers, from any thread; what cannot be written is dropped, never thrown.
package protocol LogSink: Sendable {
    func write(_ entry: LogEntry)
}

/// Writes lines for a reader, or JSON lines, to the standard error stream.
package struct StderrSink: LogSink {
    package enum Format: Sendable {
        case text
        case json
    }

    private let format: Format

    package init(_ format: Format = .text) {
        self.format = format
    }

    package func write(_ entry: LogEntry) {
        let line = (format == .text ? entry.text : entry.json) + "\n"
        // One write a line: lines of several threads do not mix. Whether it worked nobody could be told.
        _ = writeAll(Array(line.utf8), to: STDERR_FILENO)
    }
}

/// Keeps the entries, for tests.
package final class MemorySink: LogSink {
    private let kept = Mutex<[LogEntry]>([])

    package init() {}

    package var entries: [LogEntry] { kept.withLock { $0 } }

    package func write(_ entry: LogEntry) {
        kept.withLock { $0.append(entry) }
    }
}

/// Passes every entry on to several sinks, each from its own level on.
package struct SeveralSinks: LogSink {
    private let sinks: [(level: LogLevel, sink: any LogSink)]

    package init(_ sinks: [(level: LogLevel, sink: any LogSink)]) {
        self.sinks = sinks
    }

    package func write(_ entry: LogEntry) {
        for (level, sink) in sinks where entry.level >= level { sink.write(entry) }
    }
}

/// Writes all the bytes, going on after interruptions; false where that is not possible.
func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { systemWrite(descriptor, $0) }
        if count >= 0 {
            rest = rest.dropFirst(count)
        } else if errno != EINTR {
            return false
        }
    }
    return true
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    write(descriptor, bytes.baseAddress, bytes.count)
}
