import JSON
import Testing

@Suite struct JSONParserTests {
    @Test(
        arguments: [
            ("null", .null), (" true ", true), ("false", false), ("0", 0), ("-1", -1),
            ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
            ("9223372036854775808", .number(9_223_372_036_854_775_808)), ("1.0", .number(1)), ("1e2", .number(100)),
            ("-0", .number(-0.0)), ("0.1", .number(0.1)), ("1E-7", .number(1e-7)), ("2.5e+3", .number(2500)),
            ("123456789012345678901234567890", .number(1.2345678901234568e29)),
            ("5e-324", .number(.leastNonzeroMagnitude)),
            ("1.7976931348623157e308", .number(1.7976931348623157e308)), ("1e-400", .number(0)),
            ("0.30000000000000004", .number(0.30000000000000004)), ("9007199254740993.0", .number(9007199254740992)),
            ("\"\"", ""), (#""a\"\\\/\b\f\n\r\t\u00e9\uD83D\uDE00z""#, "a\"\\/\u{8}\u{C}\n\r\té😀z"), (#""é\n""#, "é\n"),
            ("[]", []), ("{}", [:]), ("[1, [2,{}], \"x\"]", [1, [2, [:]], "x"]),
            ("\r\n\t {\"a\" : {\"b\":[null]}}", ["a": ["b": [nil]]]), (#"{"a":1,"b":2,"a":3}"#, ["a": 3, "b": 2]),
        ] as [(String, JSONValue)])
    func `A text gives its value`(text: String, value: JSONValue) throws {
        #expect(try JSONValue(parsing: text) == value)
        #expect(try JSONValue(parsing: Array(text.utf8)) == value)
    }

    @Test(arguments: [
        ("", 1, 1, 0, "expected a value, found the end of the text"),
        ("  ", 1, 3, 2, "expected a value, found the end of the text"),
        ("{\n  \"é\": 1,\n  \"b\" 2}", 3, 7, 19, "expected ':' after the name \"b\", found '2'"),
        ("[\"é\", x]", 1, 7, 7, "expected a value, found 'x'"),
        ("[1,]", 1, 4, 3, "expected a value, found ']'"),
        ("[1 2]", 1, 4, 3, "expected ',' or ']' after an element, found '2'"),
        ("{\"a\":1,}", 1, 8, 7, "expected a name in quotes after ',', found '}'"),
        ("{a:1}", 1, 2, 1, "expected a name in quotes or '}', found 'a'"),
        ("{\"a\":1", 1, 7, 6, "expected ',' or '}' after the member \"a\", found the end of the text"),
        ("1 2", 1, 3, 2, "expected the end of the text after the value, found '2'"),
        ("01", 1, 1, 0, "a number must not start with an extra 0"),
        ("-", 1, 2, 1, "expected a digit after '-', found the end of the text"),
        ("1.", 1, 3, 2, "expected a digit after '.', found the end of the text"),
        ("1.e3", 1, 3, 2, "expected a digit after '.', found 'e'"),
        ("1e+", 1, 4, 3, "expected a digit of the exponent, found the end of the text"),
        (".5", 1, 1, 0, "expected a value, found '.'"), ("+1", 1, 1, 0, "expected a value, found '+'"),
        ("NaN", 1, 1, 0, "expected a value, found 'N'"), ("nul", 1, 1, 0, "expected a value, found 'n'"),
        ("\"abc", 1, 1, 0, "the string is not closed"),
        ("\"a\nb\"", 1, 3, 2, "a control character in a string must be escaped, found a line feed"),
        (#""\x""#, 1, 3, 2, #"expected one of " \ / b f n r t u after '\', found 'x'"#),
        (#""\u12g4""#, 1, 6, 5, #"expected four hexadecimal digits after '\u', found 'g'"#),
        (#""\ud800""#, 1, 2, 1, "an escaped surrogate lacks its other half"),
        (#""\ud800\u0041""#, 1, 2, 1, "an escaped surrogate lacks its other half"),
        (#""\udc00""#, 1, 2, 1, "an escaped surrogate lacks its other half"),
        ("\u{FEFF}1", 1, 1, 0, "the text starts with a byte order mark, which JSON does not allow; remove it"),
        ("[1] é", 1, 5, 4, "expected the end of the text after the value, found 'é'"),
    ])
    func `A wrong text is refused at its place`(
        text: String, line: Int, column: Int, offset: Int, problem: String
    ) {
        let expected = JSONError(
            .syntax, "JSON, line \(line), column \(column): \(problem)",
            location: JSONError.Location(line: line, column: column, byteOffset: offset))
        #expect(throws: expected) { try JSONValue(parsing: text) }
    }

    @Test(
        arguments: [
            ([0x22, 0x61, 0xFF, 0x22], 2), ([0x22, 0xC3, 0x22], 1), ([0x22, 0xED, 0xA0, 0x80, 0x22], 1),
            ([0x22, 0xC0, 0x80, 0x22], 1), ([0x22, 0xC3, 0xA9, 0xE2, 0x82, 0x22], 3), ([0xFF], 0),
            ([0x22, 0xF5, 0x80, 0x80, 0x80, 0x22], 1), ([0x22, 0x5C, 0x6E, 0x80, 0x22], 3),
        ] as [([UInt8], Int)])
    func `Bytes that are not UTF-8 are refused`(bytes: [UInt8], offset: Int) throws {
        let error = try #require(throws: JSONError.self) { try JSONValue(parsing: bytes) }
        #expect(error.code == .invalidUTF8)
        #expect(error.location?.byteOffset == offset)
    }

    @Test func `A number beyond a double is refused`() throws {
        let error = try #require(throws: JSONError.self) { try JSONValue(parsing: "[1, -1e400]") }
        #expect(error.code == .numberOutOfRange)
        #expect(error.location == JSONError.Location(line: 1, column: 5, byteOffset: 4))
    }

    @Test func `Nesting ends at the limit`() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(try JSONValue(parsing: nested(512)).text() == nested(512))
        let error = try #require(throws: JSONError.self) { try JSONValue(parsing: nested(513)) }
        #expect(error.code == .tooDeep)
        #expect(error.location?.byteOffset == 512)
        #expect(throws: JSONError.self) { try JSONValue(parsing: String(repeating: "{\"a\":", count: 100_000)) }
    }

    @Test func `Any sequence of bytes can be read`() throws {
        #expect(try JSONValue(parsing: "x[1]".utf8.dropFirst()) == [1])
        #expect(try JSONValue(parsing: sequence(first: UInt8(ascii: "7")) { _ in nil }) == 7)
        #expect(try JSONValue(parsing: Array("[1]]".utf8)[..<3]) == [1])
    }

    @Test func `An object with many members keeps all of them in order`() throws {
        let names = (0..<5000).map { "name\($0)" }
        let text = "{" + names.map { "\"\($0)\":\"\($0)\"" }.joined(separator: ",") + "}"
        let object = try #require(try JSONValue(parsing: text).objectValue)
        #expect(object.keys == names)
        #expect(object["name4999"] == "name4999")
        #expect(JSONValue.object(object).text() == text)
    }
}
