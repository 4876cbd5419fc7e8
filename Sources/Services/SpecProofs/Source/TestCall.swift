/// A test or a group of tests that is written as a call with its name in words: `test("…", () => {`, `describe '…' do`.
struct TestCall {
    var name: String
    var containers: [String] = []
    var isSuite: Bool

    init?(_ content: ArraySlice<UInt8>, next: ArraySlice<UInt8>?, style: SourceStyle) {
        guard style.family != .python, let first = content.first, first.isLetter || first == UInt8(ascii: "@") else {
            return nil
        }
        var scanner = LineScanner(content)
        if scanner.skip("@"), style.family != .shell { return nil }
        var words: [String] = []
        while let word = scanner.word() {
            words.append(word)
            if words.count == 1, !Self.begins(word, style) { return nil }
            // `test.each([…])("…")`
            if word == "each" || word == "for", scanner.byte == 40 || scanner.byte == 96 {
                if scanner.byte == 40 { scanner.skipBrackets() } else if scanner.text() == nil { return nil }
            }
            guard scanner.skip(".") else { break }
        }
        guard let kind = Self.kind(words, style) else { return nil }
        isSuite = kind == .suite
        scanner.skipSpace()
        let isCall = scanner.skip("(")
        scanner.skipSpace()
        if kind == .macro {
            guard isCall, let suite = scanner.word() else { return nil }
            scanner.skipSpace()
            guard scanner.skip(",") else { return nil }
            scanner.skipSpace()
            guard let test = scanner.word() else { return nil }
            (name, containers) = (test, [suite])
            return
        }
        if let text = scanner.text(), !text.isEmpty {
            name = text
        } else if isCall, scanner.byte == nil, let next {
            var below = LineScanner(next)
            guard let text = below.text(), !text.isEmpty else { return nil }
            name = text
        } else if isSuite, words.first == "RSpec" || words == ["describe"], let name = scanner.word() {
            // `describe Store do` names what is tested.
            self.name = name
        } else {
            return nil
        }
    }

    private enum Kind { case test, suite, macro }

    private static let tests: Set<String> = [
        "test", "it", "specify", "scenario", "xit", "fit", "xtest", "example", "Deno", "t", "s", "bench",
    ]
    private static let suites: Set<String> = [
        "describe", "context", "suite", "feature", "group", "fdescribe", "xdescribe", "RSpec",
    ]
    private static let macros: Set<String> = [
        "TEST", "TEST_F", "TEST_P", "TYPED_TEST", "TYPED_TEST_P", "BOOST_AUTO_TEST",
    ]
    private static let cases: Set<String> = ["TEST_CASE", "SCENARIO", "SECTION", "TEST_CASE_METHOD", "SUBCASE"]

    private static func begins(_ word: String, _ style: SourceStyle) -> Bool {
        tests.contains(word) || suites.contains(word)
            || ((style.language == "cpp" || style.language == "c") && (macros.contains(word) || cases.contains(word)))
    }

    private static func kind(_ words: [String], _ style: SourceStyle) -> Kind? {
        guard let first = words.first else { return nil }
        switch first {
        case "t", "s": return words.dropFirst().first == "Run" && style.language == "go" ? .test : nil
        case "Deno": return words.dropFirst().first == "test" ? .test : nil
        case "RSpec": return words.dropFirst().first == "describe" ? .suite : nil
        case _ where macros.contains(first): return .macro
        case _ where cases.contains(first): return .test
        case _ where suites.contains(first): return .suite
        default: return words.contains("describe") || words.contains("step") ? .suite : .test
        }
    }
}
