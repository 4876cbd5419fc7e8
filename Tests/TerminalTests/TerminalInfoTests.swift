import Terminal
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct TerminalInfoTests {
    @Test(arguments: [
        ([:], 80, 24, false), (["COLUMNS": "120", "LINES": "50"], 120, 50, false),
        (["COLUMNS": "wide", "LINES": "-1"], 80, 24, false), (["CLICOLOR_FORCE": "1"], 80, 24, true),
        (["CLICOLOR_FORCE": "0"], 80, 24, false), (["CLICOLOR_FORCE": "1", "NO_COLOR": "1"], 80, 24, false),
        (["TERM": "xterm"], 80, 24, false),
    ])
    func `a pipe is described by the environment`(
        environment: [String: String], width: Int, height: Int, colours: Bool
    ) {
        var ends: [Int32] = [-1, -1]
        #expect(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        #expect(
            TerminalInfo.detect(descriptor: ends[1], environment: environment)
                == TerminalInfo(
                    isTerminal: false, width: width, height: height, colours: colours, descriptor: ends[1]))
    }

    #if os(Linux)
        @Test(arguments: [
            (["TERM": "xterm"], true, true), (["TERM": "dumb"], false, false), ([:], false, false),
            (["TERM": "xterm", "NO_COLOR": "1"], false, true), (["TERM": "xterm", "NO_COLOR": ""], true, true),
        ])
        func `a terminal without a size has the default one`(
            environment: [String: String], colours: Bool, canRedraw: Bool
        ) throws {
            let file = open("/dev/ptmx", O_RDWR | O_NOCTTY)
            try #require(file >= 0)
            defer { close(file) }
            #expect(
                TerminalInfo.detect(descriptor: file, environment: environment)
                    == TerminalInfo(
                        isTerminal: true, width: 80, height: 24, colours: colours, canRedraw: canRedraw,
                        descriptor: file))
        }

        @Test func `the size of a terminal wins over the environment`() throws {
            let file = open("/dev/ptmx", O_RDWR | O_NOCTTY)
            try #require(file >= 0)
            defer { close(file) }
            var size = winsize(ws_row: 33, ws_col: 101, ws_xpixel: 0, ws_ypixel: 0)
            try #require(ioctl(file, UInt(TIOCSWINSZ), &size) == 0)
            let info = TerminalInfo.detect(descriptor: file, environment: ["COLUMNS": "7", "TERM": "xterm"])
            #expect(
                info == TerminalInfo(isTerminal: true, width: 101, height: 33, colours: true, descriptor: file))
            #expect(info.currentWidth == 101)
            size.ws_col = 40
            try #require(ioctl(file, UInt(TIOCSWINSZ), &size) == 0)
            #expect(info.currentWidth == 40)
            #expect(info.width == 101)
        }
    #endif

    @Test func `styles nest and vanish without colours`() {
        let style = TextStyle(colours: true)
        #expect(style.bold("a\(style.red("b"))c") == "\u{1B}[1ma\u{1B}[31mb\u{1B}[39mc\u{1B}[22m")
        #expect(style.green("") == "")
        let plain = TextStyle(colours: false)
        #expect([plain.bold("a"), plain.dim("b"), plain.yellow("c"), plain.cyan("d")] == ["a", "b", "c", "d"])
    }
}
