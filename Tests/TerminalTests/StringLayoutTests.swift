import Terminal
import Testing

@Suite struct StringLayoutTests {
    @Test(arguments: [
        ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("日本", 4), ("한", 2), ("ｱ", 1), ("Ａ", 2), ("👍🏽", 2),
        ("👩‍👩‍👧‍👦", 2), ("🇪🇸", 2), ("❤️", 2), ("❤", 1), ("1️⃣", 2), ("a\u{200B}b", 2), ("\u{1B}[1;31mred\u{1B}[0m", 3),
        ("…", 1), ("─│", 2), ("✓", 1), ("\u{301}", 0), ("a\tb", 2), ("한", 2),
    ])
    func `width counts cells`(text: String, width: Int) {
        #expect(text.displayWidth == width)
    }

    @Test(arguments: [
        ("hello", 5, "hello"), ("hello", 4, "hel…"), ("hello", 1, "…"), ("hello", 0, ""), ("日本語", 6, "日本語"),
        ("日本語", 5, "日本…"), ("日本語", 4, "日…"),
        ("\u{1B}[31mhello\u{1B}[39m", 3, "\u{1B}[31mhe…\u{1B}[0m"),
        ("\u{1B}[31mhello\u{1B}[39m", 5, "\u{1B}[31mhello\u{1B}[39m"),
    ])
    func `truncated text fits`(text: String, width: Int, expected: String) {
        #expect(text.truncated(toWidth: width) == expected)
        #expect(expected.displayWidth <= width)
    }

    @Test func `padding counts cells and never cuts`() {
        #expect("日".padded(toWidth: 4) == "日  ")
        #expect("long".padded(toWidth: 2) == "long")
    }

    @Test(arguments: [
        ("one two three", 7, ["one two", "three"]), ("one two", 80, ["one two"]), ("", 5, [""]),
        ("abcdefgh", 3, ["abc", "def", "gh"]), ("a abcdefgh", 4, ["a", "abcd", "efgh"]),
        ("one\n\ntwo", 5, ["one", "", "two"]), ("  in dent", 6, ["  in", "dent"]), ("日本語", 4, ["日本", "語"]),
        ("a  b", 5, ["a b"]), ("日", 1, ["日"]),
    ])
    func `wrapping breaks at spaces`(text: String, width: Int, expected: [String]) {
        #expect(text.wrapped(toWidth: width) == expected)
    }

    @Test(arguments: [
        ("plain ünï\n\t✓", "plain ünï\n\t✓"), ("\u{1B}[2J", "␛[2J"), ("a\u{0}\u{7}\u{8}\u{7F}", "a␀␇␈␡"),
        ("x\r\ny\rz\r", "x\ny␍z␍"), ("\u{9B}31m", "<U+009B>31m"),
        ("if \u{202E}resu\u{2066}", "if <U+202E>resu<U+2066>"), ("\u{200F}", "<U+200F>"), ("\u{E0041}", "<U+E0041>"),
        ("👩‍👧", "👩‍👧"),
    ])
    func `sanitised text cannot steer the terminal`(text: String, expected: String) {
        #expect(Array(text.sanitized.unicodeScalars) == Array(expected.unicodeScalars))
    }
}
