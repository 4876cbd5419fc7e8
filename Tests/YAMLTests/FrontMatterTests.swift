import Testing
import YAML

@Suite struct FrontMatterTests {
    @Test func `Front matter and body are split, with the line that the body begins on`() throws {
        let parts = try FrontMatter.split("---\nname: planner\ntools: [read]\n---\n# Title\n\ntext\n")
        #expect(parts.yaml?["name"]?.string == "planner")
        #expect(parts.yaml?["tools"]?.mark == YAMLMark(line: 3, column: 8))
        #expect(parts.body == "# Title\n\ntext\n")
        #expect(parts.bodyLine == 5)
    }

    @Test(arguments: ["", "# Title\n---\na: 1\n---\n", "----\na\n", "--- x\n", " ---\n"])
    func `A text without front matter is all body`(text: String) throws {
        let parts = try FrontMatter.split(text)
        #expect(parts.yaml == nil)
        #expect(parts.body == text)
        #expect(parts.bodyLine == 1)
    }

    @Test func `The body stays as it is, whatever its line ends are`() throws {
        let parts = try FrontMatter.split("\u{FEFF}---\r\nname: a\r\n--- \r\none\r\n---\u{0C}two\u{2028}three")
        #expect(parts.yaml?["name"]?.string == "a")
        #expect(Array(parts.body.utf8) == Array("one\r\n---\u{0C}two\u{2028}three".utf8))
        #expect(parts.bodyLine == 4)
    }

    @Test func `Front matter may be empty and may end the file`() throws {
        let parts = try FrontMatter.split("---\n---")
        #expect(parts.yaml?.isNull == true)
        #expect(parts.body == "")
        #expect(parts.bodyLine == 3)
    }

    @Test func `Front matter without an end is refused`() {
        #expect(throws: YAMLError(line: 1, column: 1, message: "the front matter is not ended by a line of ---")) {
            try FrontMatter.split("---\nname: a\n")
        }
    }

    @Test func `Errors count lines from the top of the file`() {
        #expect(throws: YAMLError(line: 3, column: 1, message: "the key 'a' stands twice, first on line 2")) {
            try FrontMatter.split("---\na: 1\na: 2\n---\n")
        }
    }
}
