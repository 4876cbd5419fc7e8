import JSON
import Logs
import Testing
import Timekeeping

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A directory of its own for each test.
final class FileSinkTests {
    private let directory: String

    init() throws {
        var template = Array("/tmp/vencejo-logs-XXXXXX".utf8CString)
        directory = String(cString: try #require(mkdtemp(&template)))
    }

    deinit {
        for name in ["log", "log.1", "log.2", "log.3", "log.4"] { unlink("\(directory)/\(name)") }
        rmdir(directory)
    }

    private func messages(_ name: String) throws -> [String]? {
        guard let file = fopen("\(directory)/\(name)", "r") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = fread(&bytes, 1, bytes.count, file)
        let lines = String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n")
        return try lines.map { try JSONValue(parsing: String($0))["message"]?.stringValue ?? "none" }
    }

    private func entry(_ message: String) -> LogEntry {
        LogEntry(time: .epoch, level: .info, label: "a", message: message)
    }

    @Test func `lines are appended to what is there`() throws {
        FileSink(path: directory + "/log").write(entry("one"))
        let sink = FileSink(path: directory + "/log")
        sink.write(entry("two"))
        sink.write(entry("three"))
        #expect(try messages("log") == ["one", "two", "three"])
        #expect(sink.dropped == 0)
        var status = stat()
        #expect(stat(directory + "/log", &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
    }

    @Test func `a full file is moved away and only so many are kept`() throws {
        let line = entry("0").json.utf8.count + 1
        let sink = FileSink(path: directory + "/log", rotateAt: line * 2, keep: 2)
        for number in 0..<9 { sink.write(entry("\(number)")) }
        #expect(try messages("log") == ["8"])
        #expect(try messages("log.1") == ["6", "7"])
        #expect(try messages("log.2") == ["4", "5"])
        #expect(try messages("log.3") == nil)
    }

    @Test func `two sinks on one file share it through rotations`() throws {
        let line = entry("00").json.utf8.count + 1
        let sinks = (0..<2).map { _ in FileSink(path: directory + "/log", rotateAt: line * 10, keep: 4) }
        for number in 10..<40 { sinks[number % 2].write(entry("\(number)")) }
        let all = try ["log.2", "log.1", "log"].flatMap { try messages($0) ?? [] }
        #expect(all == (10..<40).map(String.init))
    }

    @Test func `a line larger than the limit is written whole`() throws {
        let sink = FileSink(path: directory + "/log", rotateAt: 10, keep: 1)
        sink.write(entry("one"))
        sink.write(entry("two"))
        #expect(try messages("log.1") == ["one"])
        #expect(try messages("log") == ["two"])
    }

    @Test func `what cannot be written is counted, and tried anew`() throws {
        let sink = FileSink(path: directory + "/missing/log")
        sink.write(entry("one"))
        #expect(sink.dropped == 1)
        #expect(mkdir(directory + "/missing", 0o700) == 0)
        sink.write(entry("two"))
        #expect(sink.dropped == 1)
        #expect(try messages("missing/log") == ["two"])
        unlink(directory + "/missing/log")
        rmdir(directory + "/missing")
    }
}
