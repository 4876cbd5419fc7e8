import JSON
import Testing
import YAML

@Suite struct YAMLTextTests {
    @Test(
        "Texts are quoted where they could be mistaken",
        arguments: [
            ("plain words", "plain words"), ("/usr/bin", "/usr/bin"), ("", "\"\""), ("true", "\"true\""),
            ("No", "\"No\""), ("5", "\"5\""), ("-x", "\"-x\""), ("a: b", "\"a: b\""), ("a #b", "\"a #b\""),
            ("ends ", "\"ends \""), ("a\nb\t\"c\"\\", "\"a\\nb\\t\\\"c\\\"\\\\\""), ("ñ", "\"ñ\""),
            ("\u{1}\u{202E}\u{E0041}", "\"\\x01\\u202E\\U000E0041\""), ("~", "\"~\""),
        ])
    func scalars(text: String, written: String) {
        #expect(YAMLText.scalar(text) == written)
    }

    @Test func `A document is written in block style`() {
        let value: JSONValue = [
            "name": "vencejo", "port": 8080, "empty": [], "none": [:], "nothing": .null,
            "list": ["a", 1.5, ["k": "v", "l": [true]], [["x"], "y"]], "deep": ["yes": ["z": "no"]],
        ]
        #expect(
            YAMLText.document(value) == """
                name: vencejo
                port: 8080
                empty: []
                none: {}
                nothing: null
                list:
                  - a
                  - 1.5
                  - k: v
                    l:
                      - true
                  - - - x
                    - "y"
                deep:
                  "yes":
                    z: "no"

                """)
    }

    @Test func `What is written is read back the same`() throws {
        var random = SystemlessRandom(state: 42)
        for _ in 0..<400 {
            let value = random.value(depth: 4)
            let text = YAMLText.document(value)
            #expect(try YAMLNode.parse(text).json() == value, "\(text)")
        }
    }
}

/// Values that are the same on every run.
private struct SystemlessRandom {
    var state: UInt64

    mutating func below(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % bound
    }

    mutating func text() -> String {
        let pieces = [
            "a", "no", "1", " ", ":", "#", "-", "\n", "\t", "'", "\"", "\\", "ñ", "日", "🙂", "\u{1}", "%", "&", "*",
            "\u{85}",
        ]
        return (0..<below(6)).map { _ in pieces[below(pieces.count)] }.joined()
    }

    mutating func value(depth: Int) -> JSONValue {
        switch below(depth > 0 ? 8 : 6) {
        case 0: .null
        case 1: .bool(below(2) == 0)
        case 2: .integer(Int64(below(1_000_000)) - 500_000)
        case 3: .number(Double(below(1000)) + 0.25)
        case 4, 5: .string(text())
        case 6: .array((0..<below(4)).map { _ in value(depth: depth - 1) })
        default: .object(JSONObject((0..<below(4)).map { _ in (text(), value(depth: depth - 1)) }))
        }
    }
}
