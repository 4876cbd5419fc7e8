import JSON
import Testing

@Suite struct JSONWriterTests {
    static let sample: JSONValue = [
        "b": [1, 2.5, nil, true], "a": ["nested": ["x": []], "empty": [:]], "A": "é/\"\\",
    ]

    @Test func `Compact text keeps the order of members`() {
        #expect(
            Self.sample.text() == #"{"b":[1,2.5,null,true],"a":{"nested":{"x":[]},"empty":{}},"A":"é/\"\\"}"#)
        #expect("\(Self.sample)" == Self.sample.text())
    }

    @Test func `Pretty text indents by two spaces`() {
        let expected = """
            {
              "b": [
                1,
                2.5,
                null,
                true
              ],
              "a": {
                "nested": {
                  "x": []
                },
                "empty": {}
              },
              "A": "é/\\"\\\\"
            }
            """
        #expect(Self.sample.text(.pretty) == expected)
    }

    @Test func `Canonical text sorts members at every level`() {
        #expect(
            Self.sample.text(.canonical)
                == #"{"A":"é/\"\\","a":{"empty":{},"nested":{"x":[]}},"b":[1,2.5,null,true]}"#)
    }

    @Test func `Equal values have the same canonical bytes`() {
        let one: JSONValue = ["x": -0.0, "é": 1, "e\u{301}": 2]
        let other: JSONValue = ["e\u{301}": 2, "é": 1, "x": 0.0]
        #expect(one == other)
        #expect(one.hashValue == other.hashValue)
        #expect(one.bytes(.canonical) == other.bytes(.canonical))
    }

    @Test(arguments: [
        ("\u{0}\u{1}\u{1F}\u{7F}", "\"\\u0000\\u0001\\u001f\u{7F}\""), ("\u{8}\u{C}\n\r\t", #""\b\f\n\r\t""#),
        ("a\u{2028}b\u{2029}c\u{2027}\u{202A}", "\"a\\u2028b\\u2029c\u{2027}\u{202A}\""),
        ("</script>", "\"</script>\""),
        ("日本語 😀", "\"日本語 😀\""), ("", "\"\""),
    ])
    func `A string is escaped only where it must be`(string: String, text: String) throws {
        #expect(JSONValue.string(string).text() == text)
        #expect(try JSONValue(parsing: text) == .string(string))
    }

    @Test(arguments: [
        ("\"", "\\\""), ("\\", "\\\\"), ("\n", "\\n"), ("\u{1}", "\\u0001"), ("\u{2028}", "\\u2028"), ("—", "—"),
        ("é", "é"),
        ("\u{1F}\"", "\\u001f\\\""),
    ])
    func `What is escaped is found at every place of a long string`(special: String, written: String) throws {
        for place in 0..<33 {
            let (before, behind) = (String(repeating: "a", count: place), String(repeating: " ", count: 33 - place))
            let string = before + special + behind
            let text = "\"\(before)\(written)\(behind)\""
            #expect(JSONValue.string(string).text() == text)
            #expect(try JSONValue(parsing: text) == .string(string))
        }
    }

    @Test(arguments: [
        (0.1, "0.1"), (1, "1.0"), (-0.0, "-0.0"), (1e22, "1e+22"), (1e-7, "1e-07"), (.nan, "null"), (.infinity, "null"),
        (-.infinity, "null"), (123456.789, "123456.789"), (.greatestFiniteMagnitude, "1.7976931348623157e+308"),
    ])
    func `A double has the fewest digits that read back`(number: Double, text: String) throws {
        #expect(JSONValue.number(number).text() == text)
        if number.isFinite { #expect(try JSONValue(parsing: text).doubleValue == number) }
    }
}
