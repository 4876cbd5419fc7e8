import QualityReports
import Testing

@Suite struct HostileReportTests {
    @Test(arguments: Fixtures.all.indices) func `every fixture is read, no mutation of it crashes`(place: Int) throws {
        let (name, text, read) = Fixtures.all[place]
        #expect(try read(Array(text.utf8)), "\(name)")
        var random = Seeded(state: UInt64(place))
        let pieces = [
            "\"", "{", "}", "[", "<", ">", ":", ",", "-1", "1e999", "99999999999999999999", "null", "\n", "\0", "(",
            "% (9/0)",
        ]
        for _ in 0..<150 {
            var bytes = Array(text.utf8)
            for _ in 0..<random.int(1...5) where bytes.count > 4 {
                let at = random.int(0...(bytes.count - 1))
                switch random.int(0...4) {
                case 0: bytes[at] = UInt8(random.int(0...255))
                case 1: bytes.insert(contentsOf: Array((pieces.randomElement(using: &random) ?? "").utf8), at: at)
                case 2: bytes.removeSubrange(at..<min(at + random.int(1...20), bytes.count))
                case 3: bytes = Array(bytes[..<at])
                default: bytes.insert(contentsOf: bytes[at..<min(at + 40, bytes.count)], at: at)
                }
            }
            do {
                _ = try read(bytes)
            } catch {
                let error = try #require(error as? ReportError)
                #expect(!error.message.isEmpty && !error.message.contains("\n") && error.message.count < 400)
            }
        }
    }

    @Test(arguments: Fixtures.all.indices) func `foreign texts are refused in one sentence or hold nothing`(place: Int)
    {
        let (name, _, read) = Fixtures.all[place]
        for text in ["Segmentation fault", "<html><body>502</body></html>", "{\"a\": 1}"] {
            do {
                #expect(try !read(Array(text.utf8)), "\(name) \(text)")
            } catch {
                #expect(error is ReportError, "\(name) \(text)")
            }
        }
    }

    @Test func `errors say the format, the line and what is wrong`() {
        func error(_ body: () throws(ReportError) -> some Any) -> ReportError? {
            do throws(ReportError) {
                _ = try body()
                return nil
            } catch { return error }
        }
        #expect(
            error { () throws(ReportError) in try TestFormat.junit.parse(Array("<html/>".utf8)) }
                == ReportError(.foreign, "JUnit XML", line: 1, "the root is <html>, not <testsuites> or <testsuite>"))
        #expect(
            error { () throws(ReportError) in try TestFormat.junit.parse(Array("<testsuite>\n<testcase".utf8)) }?.code
                == .truncated)
        #expect(
            error { () throws(ReportError) in try FindingsFormat.ruff.parse(Array("[\n{\"code\": \"F4".utf8)) }
                == ReportError(.truncated, "ruff JSON", line: 2, "the JSON ends too early"))
        #expect(
            error { () throws(ReportError) in try FindingsFormat.bandit.parse(Array("no".utf8)) }
                == ReportError(.foreign, "bandit JSON", line: 1, "the output is not JSON"))
        #expect(
            error { () throws(ReportError) in try CoverageFormat.lcov.parse(Array("SF:a\nDA:1,1\n".utf8)) }
                == ReportError(.truncated, "LCOV", "the last file has no end_of_record"))
        #expect(
            error { () throws(ReportError) in try CoverageFormat.lcov.parse(Array("SF:a\nDA:x\n".utf8)) }
                == ReportError(.malformed, "LCOV", line: 2, "DA needs a file, a line and a count"))
        #expect(
            error { () throws(ReportError) in
                try CoverageFormat.goCover.parse(Array("mode: set\na.go:1.1,999999999.1 1 1\n".utf8))
            } == ReportError(.malformed, "Go cover profile", line: 2, "a range of lines is too long"))
        #expect(
            error { () throws(ReportError) in
                try TestFormat.goTest.parse(Array("{\"Action\":\"start\",\"Package\":\"p\"}".utf8))
            } == ReportError(.truncated, "go test -json", "the package p has no result"))
        #expect(
            error { () throws(ReportError) in try TestFormat.tap.parse(Array("TAP version 13\nok 1\n1..2\n".utf8)) }
                == ReportError(.truncated, "TAP", "2 tests were planned, 1 have a result"))
    }
}
