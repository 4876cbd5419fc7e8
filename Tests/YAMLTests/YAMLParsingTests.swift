import JSON
import Testing
import YAML

@Suite struct YAMLParsingTests {
    private func json(_ text: String) throws -> JSONValue { try YAMLNode.parse(text).json() }

    @Test func `Collections and scalars of every kind are read in order`() throws {
        let text = """
            name: Vencejo   # a comment
            port: 0x1F90
            ratio: .5
            enabled: true
            nothing:
            off: off
            quoted: "true"
            single: '5'
            list: [a, 1, {b: c}]
            nested:
              - - x
                - y
              - k: v
            literal: |
              one
                two
            folded: >-
              one
              two
            """
        #expect(
            try json(text) == [
                "name": "Vencejo", "port": 8080, "ratio": 0.5, "enabled": true, "nothing": .null, "off": "off",
                "quoted": "true", "single": "5", "list": ["a", 1, ["b": "c"]], "nested": [["x", "y"], ["k": "v"]],
                "literal": "one\n  two\n", "folded": "one two",
            ])
        #expect(try YAMLNode.parse(text).pairs?.prefix(3).map(\.key.scalarText) == ["name", "port", "ratio"])
    }

    @Test func `Nodes know their places`() throws {
        let node = try YAMLNode.parse("# top\na:\n  - ñ: 1\n    b: x\n")
        let item = try #require(node["a"]?.items?.first)
        #expect(node.mark == YAMLMark(line: 2, column: 1))
        #expect(item.mark == YAMLMark(line: 3, column: 5))
        #expect(item["ñ"]?.mark == YAMLMark(line: 3, column: 8))
        #expect(item["b"]?.mark == YAMLMark(line: 4, column: 8))
    }

    @Test func `Accessors answer for their own type only`() throws {
        let node = try YAMLNode.parse("{i: 3, d: 2.5, b: true, s: text, q: '3', n: ~, l: [1]}")
        #expect(node["i"]?.int == 3 && node["i"]?.double == 3 && node["i"]?.string == nil)
        #expect(node["d"]?.double == 2.5 && node["d"]?.int == nil)
        #expect(node["b"]?.bool == true && node["b"]?.string == nil)
        #expect(node["s"]?.string == "text" && node["s"]?.bool == nil && node["s"]?.scalarText == "text")
        #expect(node["q"]?.string == "3" && node["q"]?.int == nil)
        #expect(node["n"]?.isNull == true && node["n"]?.string == nil)
        #expect(node["l"]?.items?.count == 1 && node["l"]?.scalar == nil && node["l"]?["x"] == nil)
        #expect(node["absent"] == nil)
    }

    @Test(arguments: ["", "# only a comment\n", "---\n", "\n\n", "~"]) func `Nothing is null`(text: String) throws {
        #expect(try YAMLNode.parse(text).isNull)
    }

    @Test func `Several documents are read, and refused where one is expected`() throws {
        let text = "a: 1\n---\nb: 2\n...\n---\n- 3\n"
        #expect(try YAMLNode.parseAll(text).map { try $0.json() } == [["a": 1], ["b": 2], [3]])
        #expect(
            throws: YAMLError(line: 3, column: 1, message: "there is a second document, and one is expected")
        ) { try YAMLNode.parse(text) }
    }

    @Test func `Anchors end with their document`() {
        #expect(throws: YAMLError(line: 3, column: 4, message: "the alias 'x' has no anchor before it")) {
            try YAMLNode.parseAll("a: &x 1\n---\nb: *x\n")
        }
    }

    @Test func `Line ends of Windows and a byte order mark do no harm`() throws {
        #expect(try json("\u{FEFF}a: 1\r\nb: two\r\n") == ["a": 1, "b": "two"])
    }

    // MARK: - Aliases and merging

    @Test func `Aliases stand for what was anchored, and an anchor may be given anew`() throws {
        #expect(try json("a: &x [1, 2]\nb: *x\nc: &x 3\nd: *x") == ["a": [1, 2], "b": [1, 2], "c": 3, "d": 3])
        let node = try YAMLNode.parse("a: &x one\nb: *x")
        #expect(node["b"]?.mark == YAMLMark(line: 1, column: 4))
    }

    @Test func `Merge keys fill in what the mapping does not say itself`() throws {
        let text = """
            base: &base {a: 1, b: 2}
            other: &other {b: 20, c: 30}
            one:
              <<: *base
              b: mine
            many:
              <<: [*base, *other]
            quoted: {"<<": text}
            """
        let value = try json(text)
        #expect(value["one"] == ["a": 1, "b": "mine"])
        #expect(value["many"] == ["a": 1, "b": 2, "c": 30])
        #expect(value["quoted"] == ["<<": "text"])
    }

    // MARK: - Refusals

    @Test(
        "What is wrong is said with its place",
        arguments: [
            ("a: 1\nb: 2\na: 3", 3, 1, "the key 'a' stands twice, first on line 1"),
            ("{a: 1, 'a': 2}", 1, 8, "the key 'a' stands twice, first on line 1"),
            ("<<: {}\n<<: {}", 2, 1, "the key '<<' stands twice, first on line 1"),
            ("? [a]\n: 1", 1, 3, "a key has to be a scalar"), ("a: *b", 1, 4, "the alias 'b' has no anchor before it"),
            ("a: &a [*a]", 1, 8, "the alias 'a' stands inside of what it stands for"),
            ("a:\n  <<: 5", 2, 7, "<< takes a mapping, or a list of mappings"),
            ("<<: [{a: 1}, 5]", 1, 5, "<< takes a mapping, or a list of mappings"),
            ("a: !mine x", 1, 4, "the tag !mine is not supported here"),
            ("a: !!binary aGk=", 1, 4, "the tag !!binary is not supported here"),
            ("a: !!set {x}", 1, 4, "the tag !!set is not supported here"),
            ("a: !!int abc", 1, 4, "'abc' is not what its tag !!int says"),
            ("a: b: c", 1, 5, "mapping values are not allowed in this context"),
            (
                "a: [1, 2\nb: 3", 2, 2,
                "did not find expected ',' or ']' (while parsing a flow sequence that begins on line 1)"
            ),
            ("a: \"open", 1, 9, "found unexpected end of stream (while scanning a quoted scalar)"),
            ("ok: 1\nñ: \u{1}", 2, 4, "control characters are not allowed"),
            ("a:\n\t- b", 2, 1, "found character that cannot start any token (while scanning for the next token)"),
        ])
    func refusals(text: String, line: Int, column: Int, message: String) {
        #expect(throws: YAMLError(line: line, column: column, message: message)) { try YAMLNode.parse(text) }
    }

    @Test func `Core tags are obeyed`() throws {
        #expect(
            try json("{a: !!str 5, b: !!int '5', c: ! true, d: !!float 3, e: !!seq [], f: !!map {}, g: !!null ''}")
                == ["a": "5", "b": 5, "c": "true", "d": 3, "e": [], "f": [:], "g": .null])
    }

    @Test func `Aliases cannot multiply a document beyond its bound`() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...12 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(aliases)]\n"
        }
        #expect {
            try YAMLNode.parse(text)
        } throws: { error in
            "\(error)".hasSuffix("the text, with its aliases expanded, has more than 500000 values")
        }
    }

    @Test func `Neither brackets nor aliases can nest without end`() {
        let brackets = String(repeating: "[", count: 250) + String(repeating: "]", count: 250)
        var chain = "a0: &a0 [x]\n"
        for level in 1...250 { chain += "a\(level): &a\(level) [*a\(level - 1)]\n" }
        for text in [brackets, chain] {
            #expect {
                try YAMLNode.parse(text)
            } throws: { error in
                "\(error)".hasSuffix("this is nested deeper than 200 levels")
            }
        }
    }

    @Test func `Two hundred levels are fine`() throws {
        let text = String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
        #expect(try YAMLNode.parse(text).items?.count == 1)
    }

    @Test func `A text beyond 16 MB is refused before it is read`() {
        let text = "# " + String(repeating: "x", count: 16 << 20)
        #expect(throws: YAMLError(line: 1, column: 1, message: "the text is larger than 16 MB")) {
            try YAMLNode.parse(text)
        }
    }

    @Test func `Numbers that JSON does not have are refused by their place`() {
        #expect(throws: YAMLError(line: 1, column: 4, message: "'.inf' is no number that can be used here")) {
            try json("a: .inf")
        }
    }

    @Test func `No cut or scrambled text does worse than an error`() {
        let text =
            "a: &x [1, \"two\\n\", 'three']\nb:\n  - *x\n  - {c: !!str 4, <<: {d: |\n  e}}\n--- # end\n? f\n: >\n  g\n"
        let bytes = Array(text.utf8)
        var state: UInt64 = 5
        for length in bytes.indices {
            _ = try? YAMLNode.parseAll(String(decoding: bytes[..<length], as: UTF8.self))
        }
        for _ in 0..<2000 {
            var changed = bytes
            for _ in 0..<3 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                changed[Int(state >> 33) % bytes.count] = UInt8(truncatingIfNeeded: state >> 20)
            }
            let result = Result { try YAMLNode.parseAll(String(decoding: changed, as: UTF8.self)) }
            if case .failure(let error) = result {
                let error = error as? YAMLError
                #expect((error?.line ?? 0) >= 1 && (error?.column ?? 0) >= 1 && error?.message.isEmpty == false)
            }
        }
    }
}
