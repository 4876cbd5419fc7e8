import JSON
import JSONSchema
import Testing

/// A schema with values that it accepts and values that it refuses.
struct KeywordCase: Sendable, CustomTestStringConvertible {
    var schema: JSONValue
    var valid: [JSONValue]
    var invalid: [JSONValue]
    var testDescription: String { schema.text() }

    init(_ schema: JSONValue, valid: [JSONValue], invalid: [JSONValue]) {
        self.schema = schema
        self.valid = valid
        self.invalid = invalid
    }
}

@Suite struct KeywordTests {
    static let cases: [KeywordCase] = [
        KeywordCase(true, valid: [nil, 1, [:]], invalid: []),
        KeywordCase(false, valid: [], invalid: [nil, 1, [:]]),
        KeywordCase([:], valid: [nil, 1, [:]], invalid: []),
        KeywordCase(["type": "integer"], valid: [1, 1.0, -3, 1e30], invalid: [1.5, "1", true, nil]),
        KeywordCase(["type": "number"], valid: [1, 1.5], invalid: ["1", true, nil]),
        KeywordCase(["type": "boolean"], valid: [true, false], invalid: [0, "true", nil]),
        KeywordCase(["type": ["string", "null"]], valid: ["", nil], invalid: [0, [], [:]]),
        KeywordCase(
            ["enum": [1, "a", nil, ["x": 1.0]]], valid: [1, 1.0, "a", nil, ["x": 1]], invalid: [2, "A", [:]]),
        KeywordCase(["const": [1, ["a": 2]]], valid: [[1.0, ["a": 2]]], invalid: [[1], [["a": 2], 1], 1]),
        KeywordCase(["minimum": 2, "maximum": 4.5], valid: [2, 2.0, 4.5, "x"], invalid: [1, 1.999, 5, 4.6]),
        KeywordCase(
            ["exclusiveMinimum": 2, "exclusiveMaximum": 4], valid: [3, 2.1, nil], invalid: [2, 2.0, 4, 1, 9]),
        KeywordCase(
            ["minimum": 9_007_199_254_740_993], valid: [9_007_199_254_740_993], invalid: [9_007_199_254_740_992]),
        KeywordCase(["multipleOf": 3], valid: [0, 9, -3, 6.0, "x"], invalid: [1, 7.5]),
        KeywordCase(["multipleOf": 0.01], valid: [0.07, 4.35, 19.99, 1], invalid: [0.075, 1e-5]),
        KeywordCase(["minLength": 2, "maxLength": 3], valid: ["ab", "éé", "😀😀", 1], invalid: ["a", "abcd", "😀"]),
        KeywordCase(["pattern": "^a[0-9$]+$"], valid: ["a1", "a$2", 5], invalid: ["a", "ba1", "a1\n", "A1"]),
        KeywordCase(["pattern": "b\\$|\\d{2}"], valid: ["ab$c", "x12y"], invalid: ["b", "1", "٣٤"]),
        KeywordCase(["minItems": 1, "maxItems": 2], valid: [[1], [1, 2], "x"], invalid: [[], [1, 2, 3]]),
        KeywordCase(
            ["uniqueItems": true], valid: [[1, 2], [[1], [2]], [], ["é", "e\u{301}"], [1, true]],
            invalid: [[1, 1.0], [["a": 1, "b": 2], ["b": 2, "a": 1]]]),
        KeywordCase(["items": ["type": "string"]], valid: [[], ["a"], 1], invalid: [[1], ["a", nil]]),
        KeywordCase(
            ["prefixItems": [["type": "string"], ["type": "integer"]], "items": false],
            valid: [[], ["a"], ["a", 1]], invalid: [[1], ["a", "b"], ["a", 1, 2]]),
        KeywordCase(["prefixItems": [true], "items": ["type": "integer"]], valid: [["a", 1]], invalid: [["a", "b"]]),
        KeywordCase(["contains": ["const": 1]], valid: [[2, 1], [1]], invalid: [[], [2]]),
        KeywordCase(
            ["contains": ["type": "string"], "minContains": 0, "maxContains": 1], valid: [[], ["a", 1]],
            invalid: [["a", "b"]]),
        KeywordCase(
            ["properties": ["a": ["type": "string"], "b": false]], valid: [[:], ["a": "x", "c": 1], []],
            invalid: [["a": 1], ["b": 1]]),
        KeywordCase(["required": ["a", "b"]], valid: [["a": 1, "b": nil], "x"], invalid: [["a": 1], [:]]),
        KeywordCase(
            [
                "properties": ["a": true], "patternProperties": ["^x_": ["type": "integer"]],
                "additionalProperties": ["type": "string"],
            ], valid: [["a": 1, "x_1": 2, "c": "s"]], invalid: [["x_1": "s"], ["c": 1], ["ax_": 1]]),
        KeywordCase(
            ["propertyNames": ["pattern": "^[a-z]+$"], "minProperties": 1, "maxProperties": 2],
            valid: [["a": 1], ["a": 1, "b": 2]], invalid: [["A": 1], [:], ["a": 1, "b": 2, "c": 3]]),
        KeywordCase(
            ["dependentRequired": ["a": ["b"]], "dependentSchemas": ["c": ["required": ["d"]]]],
            valid: [[:], ["b": 1], ["a": 1, "b": 1], ["c": 1, "d": 1]], invalid: [["a": 1], ["c": 1]]),
        KeywordCase(["allOf": [["minimum": 1], ["maximum": 3]]], valid: [2, "x"], invalid: [0, 4]),
        KeywordCase(["anyOf": [["type": "string"], ["minimum": 5]]], valid: ["a", 5, nil], invalid: [1]),
        KeywordCase(
            ["oneOf": [["multipleOf": 2], ["multipleOf": 3]]], valid: [2, 3, 9], invalid: [6, 1, 0]),
        KeywordCase(["not": ["type": "string"]], valid: [1, nil], invalid: ["a"]),
        KeywordCase(
            ["if": ["required": ["a"]], "then": ["required": ["b"]], "else": ["required": ["c"]]],
            valid: [["a": 1, "b": 1], ["c": 1]], invalid: [["a": 1], [:], ["a": 1, "c": 1]]),
        KeywordCase(["if": ["const": 1], "then": false], valid: [2], invalid: [1]),
        KeywordCase(["then": false, "else": false], valid: [1], invalid: []),
        KeywordCase(
            ["$ref": "#/$defs/a~1b%20c", "maximum": 9, "$defs": ["a/b c": ["minimum": 3]]], valid: [3, 9],
            invalid: [2, 10]),
        KeywordCase(
            ["properties": ["a": ["type": "string"], "b": ["$ref": "#/properties/a"]]], valid: [["b": "x"]],
            invalid: [["b": 1]]),
        KeywordCase(["format": "date-time", "type": "string"], valid: ["not a date"], invalid: [1]),
    ]

    @Test(arguments: cases)
    func `A keyword accepts and refuses what the standard says`(keyword: KeywordCase) throws {
        let schema = try Schema(keyword.schema)
        for value in keyword.valid { #expect(schema.violations(of: value) == [], "\(value)") }
        for value in keyword.invalid { #expect(schema.violations(of: value) != [], "\(value)") }
    }

    @Test(
        arguments: [
            (
                ["anyOf": [["type": "string"], ["type": ["null", "boolean"]]]], 3,
                [
                    "the value: expected a string, null or true or false, got 3"
                ]
            ),
            (
                ["anyOf": [["type": "string"], ["type": "object", "required": ["a"]]]], [:],
                ["the value: the property \"a\" is missing"]
            ),
            (
                [
                    "oneOf": [
                        [
                            "properties": ["kind": ["const": "file"], "path": ["type": "string"]],
                            "required": ["kind", "path"],
                        ],
                        [
                            "properties": ["kind": ["const": "url"], "url": ["type": "string"]],
                            "required": ["kind", "url"],
                        ],
                    ]
                ], ["kind": "url", "url": 7], ["/url: expected a string, got 7"]
            ),
            (
                ["anyOf": [["minimum": 10], ["maximum": 2]]], 5,
                [
                    "the value: fits none of the 2 allowed forms: (1) expected at least 10, got 5; "
                        + "(2) expected at most 2, got 5"
                ]
            ),
            (
                ["oneOf": [["minimum": 1], ["minimum": 2], ["minimum": 9]]], 5,
                ["the value: fits the forms 1 and 2, but must fit exactly one of 3"]
            ),
            (["not": ["const": "x"]], "x", ["the value: the schema excludes this value, got \"x\""]),
            (
                ["uniqueItems": true], [1, 2, 1],
                [
                    "the value: the elements 0 and 2 are equal, but each must be there once"
                ]
            ),
            (["pattern": "^x"], "abc", ["the value: expected a string that matches ^x, got \"abc\""]),
            (["const": ["a": 1]], 2, ["the value: expected {\"a\":1}, got 2"]),
            (["additionalProperties": false], ["a": 1], ["/a: unknown property; none are allowed"]),
            (["prefixItems": [true], "items": false], [1, 2, 3], ["the value: expected at most 1 element, got 3"]),
            (["exclusiveMinimum": 3], 3, ["the value: expected more than 3, got 3"]),
            (["minProperties": 2], ["a": 1], ["the value: expected at least 2 properties, got 1"]),
        ] as [(JSONValue, JSONValue, [String])])
    func `A message says what was expected and what was found`(
        schema: JSONValue, value: JSONValue, messages: [String]
    ) throws {
        #expect(try Schema(schema).violations(of: value).map(\.description) == messages)
    }
}
