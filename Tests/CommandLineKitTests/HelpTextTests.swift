import CommandLineKit
import Testing

@Suite struct HelpTextTests {
    @Test func `a command shows all its sections, aligned and wrapped`() {
        var parser = Sample.parser
        parser.width = 64
        #expect(
            parser.parse(["fly", "--help"])
                == .help(
                    """
                    Usage: falcon fly [OPTIONS] PLACE [VIA...]

                    Fly somewhere.

                    Takes off, flies and lands. It asks before it crosses water,
                    unless it was told not to.

                    Arguments:
                      PLACE  Where to.
                      VIA    Places on the way.

                    Options:
                      -y, --yes          Ask nothing.
                      -s, --speed SPEED  How fast. (one of slow, fast; default slow)
                          --with NAME    A companion. (may be repeated)

                    Global options:
                      -q, --quiet           Print less.
                          --home DIRECTORY  Where things are kept. (default
                                            ~/.falcon)
                      -h, --help            Show this help.
                          --version         Show the version.

                    Examples:
                      falcon fly north --speed fast

                    """))
    }

    @Test func `a group lists its commands but not the hidden ones`() throws {
        guard case .help(let text) = Sample.parser.parse(["help"]) else {
            Issue.record("no help")
            return
        }
        #expect(text.contains("Commands:\n  fly    Fly somewhere.\n  nests  Look after nests.\n\n"))
        #expect(!text.contains("molt"))
    }

    @Test func `no line is wider than the width asked for`() {
        var parser = Sample.parser
        parser.width = 44
        guard case .help(let text) = parser.parse(["help", "fly"]) else {
            Issue.record("no help")
            return
        }
        #expect(text.split(separator: "\n").filter { $0.count > 44 } == [])
    }
}
