import Edits
import Testing

@Suite struct `Search and replace` {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var text: String
        var old: String
        var new: String
        var all = false
        var result: String
        var testDescription: String { name }

        var edit: SearchReplace { SearchReplace(old: old, new: new, occurrences: all ? .all : .one) }
    }

    @Test(arguments: [
        Case(name: "exact inside a line", text: "let a = 1\n", old: "a = 1", new: "b = 2", result: "let b = 2\n"),
        Case(name: "deletion", text: "a\nb\nc\n", old: "b\n", new: "", result: "a\nc\n"),
        Case(name: "all", text: "aXbXc", old: "X", new: "XX", all: true, result: "aXXbXXc"),
        Case(name: "all from left to right", text: "aaaaa", old: "aa", new: "b", all: true, result: "bba"),
        Case(
            name: "trailing space in the file", text: "a  \nb\t\nc\n", old: "a\nb\n", new: "x\ny\n", result: "x\ny\nc\n"
        ),
        Case(name: "trailing space in the edit", text: "a\nb\nc\n", old: "a  \nb ", new: "x", result: "x\nc\n"),
        Case(
            name: "a block shifted to the right", text: "class A:\n    def f():\n        return 1\n",
            old: "def f():\n    return 1\n", new: "def f():\n\n    if x:\n        return 2\n",
            result: "class A:\n    def f():\n\n        if x:\n            return 2\n"),
        Case(
            name: "a block shifted to the left", text: "def f():\n    return 1\n",
            old: "    def f():\n        return 1\n", new: "    def g():\n        return 2\n  # end\n",
            result: "def g():\n    return 2\n# end\n"),
        Case(
            name: "tabs", text: "func f() {\n\tif x {\n\t\ty()\n\t}\n}\n", old: "if x {\n\ty()\n}\n", new: "y()\n",
            result: "func f() {\n\ty()\n}\n"),
        Case(
            name: "CRLF file, LF edit", text: "a\r\nb\r\nc\r\n", old: "a\nb\n", new: "x\ny\nz\n",
            result: "x\r\ny\r\nz\r\nc\r\n"),
        Case(name: "CRLF file, one line asked", text: "a\r\nb\r\n", old: "b", new: "x\ny", result: "a\r\nx\r\ny\r\n"),
        Case(name: "CRLF file, leading line break", text: "a\r\nb\r\n", old: "\nb", new: "\nc", result: "a\r\nc\r\n"),
        Case(
            name: "CRLF file, trailing space", text: "a \r\nb\r\nc", old: "a\nb\n", new: "x\ny\n", result: "x\r\ny\r\nc"
        ),
        Case(name: "LF file, CRLF edit", text: "a\nb\n", old: "a\r\nb\r\n", new: "x\r\ny\r\n", result: "x\ny\n"),
        Case(name: "CRLF edit turning CRLF into LF", text: "a\r\nb\r\n", old: "a\r\n", new: "a\n", result: "a\nb\r\n"),
        Case(name: "byte order mark", text: "\u{FEFF}a\nb\n", old: "a\n", new: "x\n", result: "\u{FEFF}x\nb\n"),
        Case(
            name: "byte order mark in both", text: "\u{FEFF}a\n", old: "\u{FEFF}a", new: "\u{FEFF}x",
            result: "\u{FEFF}x\n"),
        Case(name: "no final line break", text: "a\nb", old: "a\nb\n", new: "x\ny\n", result: "x\ny"),
        Case(name: "no final line break, CRLF", text: "a\r\nb", old: "b\n", new: "x\ny\n", result: "a\r\nx\r\ny"),
        Case(
            name: "composed and decomposed are not the same", text: "e\u{301} \u{E9}", old: "\u{E9}", new: "e",
            result: "e\u{301} e"),
        Case(name: "emoji", text: "👩‍👩‍👧 a", old: "👩‍👩‍👧", new: "b", result: "b a"),
    ])
    func `replaces`(test: Case) throws {
        let result = try SearchReplace.apply([test.edit], to: test.text)
        #expect(Array(result.utf8) == Array(test.result.utf8), "\(result.debugDescription)")
    }

    @Test func `edits apply in order, each to the result of the one before`() throws {
        let edits = [SearchReplace(old: "a", new: "b c"), SearchReplace(old: "c", new: "d")]
        #expect(try SearchReplace.apply(edits, to: "a") == "b d")
    }

    @Test(arguments: [nil, ""])
    func `an empty old text creates a file`(text: String?) throws {
        let edits = [SearchReplace(old: "", new: "x\r\n"), SearchReplace(old: "x", new: "y")]
        #expect(try SearchReplace.apply(edits, to: text) == "y\r\n")
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        var edits: [(String, String)]
        var text: String?
        var code: EditError.Code
        var lines: [Int] = []
        var message: String
        var testDescription: String { message }
    }

    @Test(
        arguments: [
            Refusal(
                edits: [], text: "a", code: .noEdits,
                message: "No edit was given; send at least one pair of old and new text."),
            Refusal(
                edits: [("a", "a")], text: "a", code: .identical,
                message: "The edit was not applied: its old and new text are the same. "
                    + "Send the text as it shall be in the new text."),
            Refusal(
                edits: [("", "b")], text: "a", code: .emptyOld,
                message:
                    "The edit was not applied: its old text is empty, which creates a file, but the file has content. "
                    + "Send the text to be replaced; to insert, send a neighbouring line as old text and repeat it in the new one."
            ),
            Refusal(
                edits: [("a", "b")], text: nil, code: .missingFile,
                message: "The edit was not applied: the file does not exist. "
                    + "Check the path, or send an empty old text to create the file."),
            Refusal(
                edits: [("x", "z"), ("a", "b")], text: "a\nx\na\na", code: .ambiguous, lines: [1, 3, 4],
                message: "Edit 2 of 2 was not applied: its old text stands in 3 places, at lines 1, 3, 4. "
                    + "None of the 2 edits was applied. "
                    + "Send more of the surrounding lines so that it stands in one place, or ask for all occurrences."),
            Refusal(
                edits: [("one\ntwo\nthree\n", "x")], text: "zero\none\ntvo\nthree\nfour\n", code: .notFound,
                lines: [2, 3, 4],
                message:
                    "The edit was not applied: its old text is not in the file; the nearest text is in lines 2 to 4. "
                    + "Send the old text exactly as the file has it, without line numbers; read the file again if in doubt.\n"
                    + "Differences, - as sent, + as in the file:\n  one\n- two\n+ tvo\n  three"),
            Refusal(
                edits: [("let total = sum(items)", "x")], text: "a\nlet total = add(items)\nb", code: .notFound,
                lines: [2],
                message: "The edit was not applied: its old text is not in the file; the nearest text is in line 2. "
                    + "Send the old text exactly as the file has it, without line numbers; read the file again if in doubt.\n"
                    + "Differences, - as sent, + as in the file:\n- let total = sum(items)\n+ let total = add(items)"),
            Refusal(
                edits: [("abc", "b\n")], text: "a\nb\n", code: .notFound, lines: [2],
                message: "The edit was not applied: its old text is not in the file, but its new text is, at line 2. "
                    + "It may have been applied already; read the file again."),
            Refusal(
                edits: [("xyz", "w")], text: "a\nb\n", code: .notFound,
                message:
                    "The edit was not applied: its old text is not in the file, nor anything like it. Check the path. "
                    + "Send the old text exactly as the file has it, without line numbers; read the file again if in doubt."
            ),
        ])
    func `refuses with the reason and what to send instead`(refusal: Refusal) {
        let edits = refusal.edits.map { SearchReplace(old: $0.0, new: $0.1) }
        let error = #expect(throws: EditError.self) { try SearchReplace.apply(edits, to: refusal.text) }
        #expect(error?.code == refusal.code)
        #expect(error?.lines == refusal.lines)
        #expect(error?.message == refusal.message)
    }

    @Test func `a shifted block that stands in two places is ambiguous`() {
        let error = #expect(throws: EditError.self) {
            try SearchReplace.apply(
                [SearchReplace(old: "f()\n  a\nz\n", new: "g")], to: "  f()\n    a\n  z\n\n f()\n   a\n z\n")
        }
        #expect(error?.code == .ambiguous)
        #expect(error?.lines == [1, 5])
    }

    @Test func `lines shifted unevenly are not the same block`() {
        let error = #expect(throws: EditError.self) {
            try SearchReplace.apply([SearchReplace(old: "if a\n   b\n", new: "c")], to: "  if a\n  b\n")
        }
        #expect(error?.code == .notFound)
        #expect(error?.lines == [1, 2])
    }

    @Test func `a large file and a block that is nowhere in it end`() throws {
        let text =
            (0..<20_000).map { "    let value\($0 % 97) = compute(\($0))\n" }.joined()
            + String(repeating: "a", count: 50_000)
        let error = #expect(throws: EditError.self) {
            try SearchReplace.apply(
                [SearchReplace(old: String(repeating: "a", count: 25_000) + "b\nlet value3 = compute(77)\n", new: "x")],
                to: text)
        }
        #expect(error?.code == .notFound)
        let done = try SearchReplace.apply([SearchReplace(old: "let value1 = compute(19983)", new: "x")], to: text)
        #expect(done.utf8.count == text.utf8.count - 26)
    }
}
