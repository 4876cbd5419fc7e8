import JSON
import JSONSchema
import Testing

@Suite struct SchemaTests {
    static let edit: JSONValue = [
        "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "edit", "type": "object",
        "properties": [
            "path": ["type": "string", "minLength": 1, "description": "File", "default": "a"],
            "mode": ["enum": ["replace", "insert", "delete"]],
            "edits": ["type": "array", "items": ["$ref": "#/$defs/edit"], "minItems": 1],
            "limit": ["type": ["integer", "null"], "minimum": 1],
        ],
        "required": ["path", "edits"], "additionalProperties": false,
        "$defs": [
            "edit": [
                "type": "object", "properties": ["old_text": ["type": "string"], "new_text": ["type": "string"]],
                "required": ["old_text", "new_text"], "additionalProperties": false,
            ]
        ],
    ]

    @Test(
        arguments: [
            (["path": "a", "edits": [["old_text": "x", "new_text": "y"]], "limit": nil, "mode": "insert"], []),
            (
                ["path": "a", "edits": [["old_text": 3, "new_text": "y"]]],
                ["/edits/0/old_text: expected a string, got 3"]
            ),
            (
                ["path": "", "edits": [], "limit": 0],
                [
                    "/path: expected at least 1 character, got 0", "/edits: expected at least 1 element, got 0",
                    "/limit: expected at least 1, got 0",
                ]
            ),
            (
                ["path": "a", "edits": [["oldText": "x", "new_text": "y"]]],
                [
                    "/edits/0: the property \"old_text\" is missing",
                    "/edits/0/oldText: unknown property; allowed are \"old_text\" and \"new_text\"; did you mean \"old_text\"?",
                ]
            ),
            (
                ["edits": "[{\"old_text\":1}]", "path": "a"],
                [
                    "/edits: expected an array, got \"[{\\\"old_text\\\":1}]\"; give the value itself, not its text in quotes"
                ]
            ),
            ("{}", ["the value: expected an object, got \"{}\"; give the value itself, not its text in quotes"]),
            (
                ["path": "a", "edits": [["old_text": "x", "new_text": "y"]], "mode": "replaced", "limit": 1.5],
                [
                    "/mode: expected \"replace\", \"insert\" or \"delete\", got \"replaced\"; did you mean \"replace\"?",
                    "/limit: expected an integer or null, got 1.5",
                ]
            ),
            (
                ["path": nil, "edits": [["old_text": "x", "new_text": "y"]], "zzz": [:]],
                [
                    "/path: expected a string, got null",
                    "/zzz: unknown property; allowed are \"path\", \"mode\", \"edits\" and \"limit\"",
                ]
            ),
        ] as [(JSONValue, [String])])
    func `A tool's arguments are checked in words a model can act on`(value: JSONValue, messages: [String]) throws {
        #expect(try Schema(Self.edit).violations(of: value).map(\.description) == messages)
    }

    @Test func `A violation names the place in the value and in the schema`() throws {
        let violations = try Schema(Self.edit).violations(
            of: ["path": "a", "edits": [["old_text": "", "new_text": "", "a/b~": 1]]])
        #expect(
            violations == [
                Violation(
                    path: "/edits/0/a~1b~0", schemaPath: "/$defs/edit/additionalProperties",
                    message: "unknown property; allowed are \"old_text\" and \"new_text\"")
            ])
    }

    @Test func `Only as many violations are given as asked for`() throws {
        let schema = try Schema(["items": ["type": "string"]])
        #expect(schema.violations(of: [1, 2, 3], limit: 2).map(\.path) == ["/0", "/1"])
    }

    @Test func `A schema that refers to itself checks a tree`() throws {
        let schema = try Schema([
            "type": "object", "properties": ["name": ["type": "string"], "children": ["items": ["$ref": "#"]]],
        ])
        let tree: JSONValue = ["name": "a", "children": [["name": "b", "children": [["name": 3]]]]]
        #expect(
            schema.violations(of: tree).map(\.description) == ["/children/0/children/0/name: expected a string, got 3"])
    }

    @Test func `A value nested beyond reason is refused without a trap`() throws {
        let schema = try Schema(["items": ["$ref": "#"]])
        var deep: JSONValue = []
        for _ in 0..<2000 { deep = [deep] }
        let violations = schema.violations(of: deep)
        #expect(violations.map(\.message) == ["too deep or too large to be checked"])
    }

    @Test func `A long chain of references is followed`() throws {
        var definitions: JSONObject = ["d100": ["type": "string"]]
        for number in 0..<100 { definitions["d\(number)"] = ["$ref": "#/$defs/d\(number + 1)"] }
        let schema = try Schema(["$ref": "#/$defs/d0", "$defs": .object(definitions)])
        #expect(
            schema.violations(of: 3) == [
                Violation(path: "", schemaPath: "/$defs/d100/type", message: "expected a string, got 3")
            ])
    }
}

@Suite struct SchemaErrorTests {
    @Test(
        arguments: [
            (["type": "text"], .invalidKeyword, "/type"), (["type": []], .invalidKeyword, "/type"),
            (3, .invalidKeyword, ""), (["properties": ["a": 1]], .invalidKeyword, "/properties/a"),
            (["required": "a"], .invalidKeyword, "/required"), (["minLength": -1], .invalidKeyword, "/minLength"),
            (["exclusiveMinimum": true], .invalidKeyword, "/exclusiveMinimum"),
            (["multipleOf": 0], .invalidKeyword, "/multipleOf"), (["anyOf": []], .invalidKeyword, "/anyOf"),
            (["items": [["type": "string"]]], .invalidKeyword, "/items"),
            (["pattern": "("], .invalidKeyword, "/pattern"),
            (["patternProperties": ["[": true]], .invalidKeyword, "/patternProperties/["),
            (["unevaluatedProperties": false], .unsupportedKeyword, "/unevaluatedProperties"),
            (["$defs": ["a": ["$dynamicRef": "#b"]]], .unsupportedKeyword, "/$defs/a/$dynamicRef"),
            (["$ref": "https://example.com/x.json"], .invalidReference, "/$ref"),
            (["$ref": "#name"], .invalidReference, "/$ref"), (["$ref": "#/$defs/a"], .invalidReference, "/$ref"),
            (["propertes": [:]], .unknownKeyword, "/propertes"), (["$ref": "#"], .endlessReference, ""),
            (
                ["$defs": ["a": ["allOf": [["$ref": "#/$defs/b"]]], "b": ["not": ["$ref": "#/$defs/a"]]]],
                .endlessReference, nil
            ),
        ] as [(JSONValue, SchemaError.Code, String?)])
    func `A schema that cannot be used is refused at its place`(
        schema: JSONValue, code: SchemaError.Code, path: String?
    ) throws {
        let error = try #require(throws: SchemaError.self) { try Schema(schema) }
        #expect(error.code == code)
        if let path { #expect(error.path.description == path) }
    }

    @Test func `A misspelt keyword is told with the one that was meant`() throws {
        let error = try #require(throws: SchemaError.self) { try Schema(["properties": ["a": ["minLenght": 1]]]) }
        #expect(
            error.message
                == "schema at /properties/a/minLenght: \"minLenght\" is no keyword; did you mean \"minLength\"?")
    }

    @Test func `Unknown keywords of others are ignored on request, unsupported ones are not`() throws {
        #expect(try Schema(["enumNames": ["a"]], unknownKeywords: .ignored).violations(of: 1) == [])
        #expect(try Schema(["x-order": 3]).violations(of: 1) == [])
        #expect(throws: SchemaError.self) { try Schema(["unevaluatedItems": false], unknownKeywords: .ignored) }
    }
}
