import JSON
import Logs
import Testing
import Timekeeping

struct LogEntryTests {
    @Test func `an entry prints as a line for a reader`() {
        let entry = LogEntry(
            time: .epoch, level: .info, label: "a", message: "Done.",
            metadata: ["word": "x1", "text": "two words", "empty": "", "quote": "a\"b", "count": 3, "list": [1, "b"]])
        let expected =
            #"1970-01-01T00:00:00.000Z info a: Done. word=x1 text="two words" empty="" quote="a\"b" count=3 list=[1,"b"]"#
        #expect(entry.text == expected)
    }

    @Test func `an entry cannot forge another line or steer a terminal`() {
        let entry = LogEntry(
            time: .epoch, level: .info, label: "a", message: "x\n2026 fake\u{1B}[2J\r\u{85}\u{202E}\u{2028}é",
            metadata: ["k\n": "v\n\u{1B}"])
        #expect(
            entry.text
                == #"1970-01-01T00:00:00.000Z info a: x\n2026 fake\u{1b}[2J\r\u{85}\u{202e}\u{2028}é k\n="v\n\u001b""#)
    }

    @Test func `an entry prints as one JSON object that keeps its own fields`() {
        let entry = LogEntry(
            time: .epoch, level: .error, label: "a", message: "x\ny", metadata: ["run": "r", "time": 5, "tokens": 7])
        #expect(
            entry.json
                == #"{"time":"1970-01-01T00:00:00.000Z","level":"error","label":"a","message":"x\ny","run":"r","_time":5,"tokens":7}"#
        )
    }
}
