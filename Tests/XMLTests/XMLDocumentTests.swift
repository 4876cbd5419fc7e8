import Testing
import XML

@Suite struct XMLDocumentTests {
    private func code(_ bytes: [UInt8], limits: XMLLimits = XMLLimits()) -> XMLError.Code? {
        do throws(XMLError) {
            _ = try XMLDocument.parse(bytes, limits: limits)
            return nil
        } catch { return error.code }
    }

    @Test func `elements, attributes, entities, CDATA and lines are read`() throws {
        let text = """
            <?xml version="1.0"?>
            <!DOCTYPE a SYSTEM "http://127.0.0.1:1/none.dtd">
            <!-- no --><p:a x="1 &amp; 2" y='"'>t&lt;<b/><![CDATA[<raw>]]>
            <c>&#228;</c></p:a>
            """
        let root = try XMLDocument.parse(Array(text.utf8))
        #expect(
            root
                == XMLElement(
                    "p:a", [XMLAttribute("x", "1 & 2"), XMLAttribute("y", "\"")],
                    [
                        .text("t<"), .element(XMLElement("b")), .text("<raw>\n"),
                        .element(XMLElement("c", [], [.text("ä")])),
                    ]))
        #expect(root.line == 3)
        #expect(root.first("c")?.line == 4)
        #expect(root["x"] == "1 & 2" && root["z"] == nil)
        #expect(root.text == "t<<raw>\nä")
        #expect(root.elements.map(\.name) == ["b", "c"])
    }

    @Test(arguments: [
        ("", XMLError.Code.empty), (" \n", .empty), ("<a><b></a>", .syntax), ("<a>", .truncated),
        ("<a><b x=\"", .truncated),
        ("hello", .syntax), ("<a/><b/>", .syntax), ("<a x='1' x='2'/>", .syntax), ("<a>&nope;</a>", .entity),
        ("<a x=\"&nope;\"/>", .entity), ("<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", .entity),
        ("<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>", .entity),
        ("<!DOCTYPE a [<!ENTITY % b SYSTEM \"file:///etc/passwd\"> %b;]><a/>", .entity),
        ("<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a>&b;</a>", .entity),
        ("<!DOCTYPE a [<!ATTLIST a b CDATA \"long\">]><a/>", .entity),
        ("<?xml version=\"1.0\" encoding=\"none-such\"?><a/>", .encoding),
        ("<?xml version=\"1.0\" encoding=\"UTF-7\"?><a/>", .encoding),
    ])
    func `what is broken or dangerous is refused`(text: String, expected: XMLError.Code) {
        #expect(code(Array(text.utf8)) == expected)
    }

    @Test func `an entity bomb is refused at its first declaration`() {
        var text = "<!DOCTYPE a [<!ENTITY e0 \"lol\">"
        for level in 1..<20 {
            text += "<!ENTITY e\(level) \"\(String(repeating: "&e\(level - 1);", count: 10))\">"
        }
        #expect(code(Array((text + "]><a>&e19;</a>").utf8)) == .entity)
    }

    @Test func `a million nested elements, attributes and a text beyond the limit are refused`() {
        let deep = Array(String(repeating: "<a>", count: 1_000_000).utf8)
        #expect(code(deep) == .limit)
        var wide = "<a"
        for place in 0..<100_000 { wide += " a\(place)=\"\"" }
        #expect(code(Array((wide + "/>").utf8)) == .limit)
        #expect(code(Array("<a>12345</a>".utf8), limits: XMLLimits(bytes: 5)) == .limit)
        #expect(code(Array("<a><b/><b/></a>".utf8), limits: XMLLimits(elements: 2)) == .limit)
    }

    @Test func `NULs and bytes that are no UTF-8 are errors, other encodings are decoded`() throws {
        #expect(code(Array("<a>\0</a>".utf8)) != nil)
        #expect(code(Array("<a>".utf8) + [0xFF, 0xC3] + Array("</a>".utf8)) == .encoding)
        let latin = Array("<?xml version='1.0' encoding='ISO-8859-1'?><a>".utf8) + [0xE9] + Array("</a>".utf8)
        #expect(try XMLDocument.parse(latin).text == "é")
        let greek = Array("<?xml version='1.0' encoding='ISO-8859-7'?><a>".utf8) + [0xE1] + Array("</a>".utf8)
        #expect(try XMLDocument.parse(greek).text == "α")
        let wide = "<a>ü😀</a>".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        #expect(try XMLDocument.parse([0xFF, 0xFE] + wide).text == "ü😀")
        #expect(try XMLDocument.parse([0xEF, 0xBB, 0xBF] + Array("<a>ü</a>".utf8)).text == "ü")
    }

    @Test func `an error names its line`() {
        #expect(throws: XMLError(.limit, line: 3, "elements nested deeper than 2 levels")) {
            try XMLDocument.parse(Array("<a>\n<b>\n<c/></b></a>".utf8), limits: XMLLimits(depth: 2))
        }
    }

    @Test func `what is written is read again, with control characters replaced`() throws {
        let root = XMLElement(
            "a", [XMLAttribute("x", "<\"&'>\n\t\r é")],
            [.element(XMLElement("b", [], [.text("]]> & <\r\n\tx")])), .element(XMLElement("c"))])
        let read = try XMLDocument.parse(XMLWriter.write(root))
        #expect(read.elements == root.elements && read.attributes == root.attributes)
        let control = XMLElement("a", [], [.text("1\u{1}2\0\u{FFFF}")])
        #expect(try XMLDocument.parse(XMLWriter.write(control)).text == "1\u{FFFD}2\u{FFFD}\u{FFFD}")
    }

    @Test func `many threads read at once`() async {
        await withTaskGroup(of: Bool.self) { group in
            for place in 0..<32 {
                group.addTask {
                    let isBroken = place.isMultiple(of: 2)
                    // The result is only compared with nil: both outcomes are expected here.
                    let root = try? XMLDocument.parse(Array("<a><b>\(place)</b>\(isBroken ? "" : "</a>")".utf8))
                    return isBroken ? root == nil : root?.text == "\(place)"
                }
            }
            for await isRight in group { #expect(isRight) }
        }
    }

    @Test(arguments: 0..<8) func `no mutation of a document crashes a reader`(seed: UInt64) {
        var random = Seeded(state: seed)
        let text = "<?xml version=\"1.0\"?><!DOCTYPE html><a b=\"c\"><d>&amp;<![CDATA[x]]></d><!-- e --><p>f<p>g</a>"
        for _ in 0..<400 {
            var bytes = Array(text.utf8)
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.insert(contentsOf: bytes[..<place], at: place)
                default: bytes.removeSubrange(place..<min(place + 3, bytes.count - 1))
                }
            }
            // Only a crash would be wrong.
            if let root = try? XMLDocument.parse(bytes) { #expect(!root.name.isEmpty) }
            if let root = try? HTMLDocument.parse(bytes) { #expect(!root.name.isEmpty) }
        }
    }
}

/// SplitMix64.
struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
