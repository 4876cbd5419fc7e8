import Synchronization
import Terminal
import Testing

@Suite struct LiveRegionTests {
    private static let erase = "\r\u{1B}[2K"

    @Test func `lines go above the live line`() {
        var renderer = LiveRegionRenderer(width: 10)
        #expect(renderer.print(["a"]) == "a\n")
        #expect(renderer.show("working") == "working")
        #expect(renderer.show("working") == "")
        #expect(renderer.print(["b", "c"]) == "\(Self.erase)b\nc\nworking")
        #expect(renderer.print([]) == "")
        #expect(renderer.show("a line that is\ntoo long") == "\(Self.erase)a line t…")
        #expect(renderer.finish() == Self.erase)
        #expect(renderer.finish() == "")
        #expect(renderer.print(["d"]) == "d\n")
    }

    @Test func `a window that became narrower is cleared of the wrapped line, and one that grew shows more`() {
        var renderer = LiveRegionRenderer(width: 30)
        #expect(renderer.show("a line of just 25 columns") == "a line of just 25 columns")
        renderer.width = 10
        #expect(renderer.print(["x"]) == "\r\u{1B}[2A\u{1B}[Jx\na line o…")
        renderer.width = 20
        #expect(renderer.print(["y"]) == "\(Self.erase)y\na line of just 25 …")
        renderer.width = 10
        #expect(renderer.finish() == "\r\u{1B}[1A\u{1B}[J")
    }

    @Test func `without a terminal only the lines are written`() {
        let output = Output()
        let region = LiveRegion(info: TerminalInfo(isTerminal: false, width: 80, height: 24, colours: false)) {
            output.append($0)
        }
        region.show("working")
        region.print(["a", "b"])
        region.show(nil)
        region.finish()
        #expect(output.text == "a\nb\n")
    }

    @Test func `tasks do not write into each other's lines`() async {
        let output = Output()
        let region = LiveRegion(info: TerminalInfo(isTerminal: true, width: 80, height: 24, colours: false)) {
            output.append($0)
        }
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<50 {
                group.addTask {
                    region.show("live \(number)")
                    region.print(["\(number)"])
                }
            }
        }
        region.finish()
        let screen = output.text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            // What is left on a line is what follows the last erasure.
            line.split(separator: "\u{1B}[2K", omittingEmptySubsequences: false).last.map(String.init) ?? ""
        }
        #expect(Set(screen) == Set((0..<50).map(String.init) + [""]))
        #expect(screen.count == 51)
    }

    private final class Output: Sendable {
        private let parts = Mutex("")

        var text: String { parts.withLock { $0 } }

        func append(_ text: String) { parts.withLock { $0 += text } }
    }
}
