import Policy
import Testing

struct IgnoreFileTests {
    static let rules = IgnoreFile(
        "# made\n*.log\n!keep.log\n/dist\nbuild/\ndocs/*.tmp\n**/cache\n\\#odd\n\\!bang\nspace\\ \ntrail  \r\n{{x}}\n{a,b}\n"
    )

    static let table: [(path: String, isFolder: Bool, verdict: IgnoreFile.Verdict?)] = [
        ("a.log", false, .ignored), ("deep/er/a.log", false, .ignored), ("keep.log", false, .kept),
        ("sub/keep.log", false, .kept), ("dist", true, .ignored), ("sub/dist", true, nil), ("build", true, .ignored),
        ("sub/build", true, .ignored), ("build", false, nil), ("docs/a.tmp", false, .ignored),
        ("docs/sub/a.tmp", false, nil), ("x/y/cache", true, .ignored), ("cache", false, .ignored),
        ("#odd", false, .ignored), ("!bang", false, .ignored), ("space ", false, .ignored), ("trail", false, .ignored),
        ("{{x}}", true, .ignored), ("{a,b}", false, .ignored), ("a", false, nil), ("# made", false, nil),
        ("a.logs", false, nil), ("src/main.swift", false, nil),
    ]

    @Test(arguments: table.indices)
    func `the last rule that matches decides`(index: Int) {
        let (path, isFolder, verdict) = Self.table[index]
        #expect(Self.rules.verdict(on: path, isFolder: isFolder) == verdict, "\(path)")
    }

    @Test func `an empty file, comments and lone slashes have no rules`() {
        #expect(IgnoreFile("").isEmpty)
        #expect(IgnoreFile("\n# x\n\n/\n!\n!/\n").isEmpty)
    }
}
