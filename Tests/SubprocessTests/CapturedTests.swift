import Testing

@testable import Subprocess

struct CapturedTests {
    @Test(arguments: [1, 2, 3, 7, 64], [0, 1, 2, 9, 10, 50, 99, 100, 101])
    func `head and tail are kept whatever the pieces`(_ piece: Int, _ limit: Int) {
        let bytes = (0..<100).map { UInt8($0) }
        let expected =
            limit >= 100
            ? Captured(bytes)
            : Captured(
                head: Array(bytes.prefix(limit - limit / 2)), tail: Array(bytes.suffix(limit / 2)), totalBytes: 100)
        let captured = feed(bytes, piece, limit, .keepHeadAndTail)
        #expect(captured == expected)
        #expect(captured.droppedBytes == max(0, 100 - limit))
    }

    @Test func `a stream that is to stop keeps its head`() {
        let captured = feed(Array(0..<100), 7, 10, .stop)
        #expect(captured == Captured(head: Array(0..<10), tail: [], totalBytes: 100))
    }

    @Test func `text tells what is missing where, and cuts no character in two`() {
        #expect(Captured([0x61, 0xFF]).text == "a\u{FFFD}")
        let euro = Array("€".utf8)
        let cut = Captured(head: [0x61] + euro.prefix(2), tail: euro.suffix(1) + [0x62], totalBytes: 20)
        #expect(cut.droppedBytes == 15)
        #expect(cut.text == "a\n[… 18 bytes left out …]\nb")
        let lines = Captured(head: Array("one\n".utf8), tail: euro, totalBytes: 10)
        #expect(lines.text == "one\n[… 3 bytes left out …]\n€")
    }

    private func feed(_ bytes: [UInt8], _ piece: Int, _ limit: Int, _ policy: Command.OutputPolicy) -> Captured {
        var window = OutputWindow(limit: limit, policy: policy)
        for start in stride(from: 0, to: bytes.count, by: piece) {
            Array(bytes[start..<min(start + piece, bytes.count)]).withUnsafeBufferPointer { window.append($0) }
        }
        return window.captured
    }
}
