import Testing
import XML

@Suite struct HTMLDocumentTests {
    @Test func `a page with missing ends becomes a tree`() throws {
        let page =
            "<!DOCTYPE html><title>T</title><P Class=x hidden>one<p>two &nbsp;&eacute;&bogus;<br>3<script>a<b</script>"
        let root = try HTMLDocument.parse(Array(page.utf8))
        #expect(
            root
                == XMLElement(
                    "html", [],
                    [
                        .element(XMLElement("head", [], [.element(XMLElement("title", [], [.text("T")]))])),
                        .element(
                            XMLElement(
                                "body", [],
                                [
                                    .element(
                                        XMLElement(
                                            "p", [XMLAttribute("class", "x"), XMLAttribute("hidden", "")],
                                            [.text("one")])),
                                    .element(
                                        XMLElement(
                                            "p", [],
                                            [
                                                .text("two \u{A0}é&bogus;"), .element(XMLElement("br")), .text("3"),
                                                .element(XMLElement("script", [], [.text("a<b")])),
                                            ])),
                                ])),
                    ]))
    }

    @Test func `the encoding comes from the server, the mark, the page or its look`() throws {
        func text(_ bytes: [UInt8], _ charset: String? = nil) throws -> String {
            try HTMLDocument.parse(Array("<p>".utf8) + bytes, charset: charset).text
        }
        #expect(try text(Array("ü€".utf8)) == "ü€")
        #expect(try text([0xFC, 0x80]) == "ü€")
        #expect(try text([0xE1], "ISO-8859-7") == "α")
        #expect(try text(Array("ü".utf8), "no-such") == "ü")
        #expect(try HTMLDocument.parse(Array("<meta charset=koi8-r><p>".utf8) + [0xC1]).text == "а")
        let lie = "<meta http-equiv=content-type content='text/html; charset=iso-8859-1'><p>ü"
        #expect(try HTMLDocument.parse(Array(lie.utf8)).text == "ü")
    }

    @Test func `hostile pages end in a tree or an error`() throws {
        #expect(throws: XMLError(.empty, "the page is empty")) { try HTMLDocument.parse([0x20]) }
        let deep = String(repeating: "<div>", count: 1_000) + "end"
        #expect(try HTMLDocument.parse(Array(deep.utf8)).text == "end")
        let bottomless = Array((String(repeating: "<b>", count: 1_000_000)).utf8)
        #expect(throws: XMLError.self) { try HTMLDocument.parse(bottomless) }
        #expect(try HTMLDocument.parse(Array("<p>a\0b".utf8)).text == "ab")
        #expect(try HTMLDocument.parse(Array("only words".utf8)).text == "only words")
    }
}
