import Testing

@testable import SourceTags

struct IdentifierReaderTests {
    @Test("Definitions follow their keyword; comments, strings and words of the language are left out")
    func scan() {
        let source = """
            package shop  // the package of it all
            /* class Hidden
               fun hidden() */
            class Order(val lines: List) {
                fun total(): Money = lines.sum("fun string()", 'x') # trailing
                val text = \"\"\"
            fun raw()
            \"\"\"
                fun last() = größe + x1y
            }
            """
        #expect(
            lines(source) == [
                "1 definition module shop | package shop // the package of it all",
                "4 definition type Order | class Order(val lines: List)", "4 reference name lines",
                "4 reference name List",
                "5 definition function total | fun total(): Money = lines.sum(\"fun string()\", 'x') # trailing",
                "5 reference name Money", "5 reference name lines", "5 reference name sum", "6 reference name text",
                "9 definition function last | fun last() = größe + x1y", "9 reference name größe",
                "9 reference name x1y",
            ])
    }

    @Test(
        "Unfinished comments and strings end with the file or the line",
        arguments: [
            ("aaa /* bbb", ["1 reference name aaa"]),
            ("aaa \"bbb\nccc", ["1 reference name aaa", "2 reference name ccc"]),
            ("aaa '''bbb\nccc", ["1 reference name aaa"]), ("'\\", []), ("def", []), ("/", []), ("#", []),
            ("def\nname", ["2 reference name name"]), ("def x", ["1 definition function x | def x"]),
            ("#include <stdio>", ["1 reference name include", "1 reference name stdio"]),
        ])
    func unfinished(source: String, expected: [String]) {
        #expect(lines(source) == expected)
    }

    @Test("Only source code is read")
    func paths() {
        let reader = IdentifierReader()
        #expect(reader.tags(in: Array("some text".utf8), path: "a.txt") == nil)
        #expect(reader.tags(in: Array("some text".utf8), path: "LICENSE") == nil)
        #expect(reader.tags(in: Array("object".utf8), path: "a.kt") == [])
        #expect(reader.tags(in: [97, 98, 99, 0], path: "a.kt") == [])
    }

    private func lines(_ source: String) -> [String] {
        IdentifierReader().tags(in: Array(source.utf8)).map { tag in
            "\(tag.line) \(tag.role) \(tag.kind) \(tag.name)" + (tag.signature.isEmpty ? "" : " | \(tag.signature)")
        }
    }
}
