package import JSON

/// The JSON Schema of workflow files for editors, made from the tables that the parser reads with.
///
/// It knows keys, words and shapes; what only the whole file shows (names, order, types) is left to the validation.
package enum WorkflowSchema {
    package static let json: JSONValue = [
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Vencejo workflow",
        "type": "object",
        "properties": .object(properties(FileSyntax.rules)),
        "required": required(FileSyntax.rules),
        "additionalProperties": false,
        "$defs": .object(definitions),
    ]

    private static var definitions: JSONObject {
        var definitions: JSONObject = [
            "steps": [
                "anyOf": [
                    ["type": "array", "items": ["$ref": "#/$defs/step"], "minItems": 1], ["$ref": "#/$defs/step"],
                ]
            ],
            "step": ["anyOf": .array(StepSyntax.allCases.map { ["$ref": .string("#/$defs/\($0.rawValue)")] })],
            "duration": ["type": "string", "pattern": "^[0-9]+(ms|s|m|h|d)$"],
            "expression": ["type": ["string", "number", "boolean"]],
            "retry": object(StepSyntax.retry),
            "input": object(FileSyntax.input),
            "case": object(FileReader.caseRules),
        ]
        for kind in StepSyntax.allCases {
            let own = kind.rules
            let common = StepSyntax.common.filter { rule in !own.contains { $0.name == rule.name } }
            definitions.set(object(own + common), for: kind.rawValue)
        }
        return definitions
    }

    private static func object(_ rules: [KeyRule]) -> JSONValue {
        [
            "type": "object", "properties": .object(properties(rules)), "required": required(rules),
            "additionalProperties": false,
        ]
    }

    private static func required(_ rules: [KeyRule]) -> JSONValue {
        // A key with a hyphen or an underscore may be spelt either way, which a list of names cannot say.
        .array(rules.filter { $0.isRequired && spellings(of: $0.name).count == 1 }.map { .string($0.name) })
    }

    private static func properties(_ rules: [KeyRule]) -> JSONObject {
        var properties = JSONObject()
        for rule in rules {
            for name in spellings(of: rule.name) {
                var schema = schema(of: rule.shape).objectValue ?? JSONObject()
                schema.set(.string(rule.summary), for: "description")
                properties.set(.object(schema), for: name)
            }
        }
        return properties
    }

    private static func spellings(of name: String) -> [String] {
        let other = String(name.map { $0 == "-" ? "_" : $0 == "_" ? "-" : $0 })
        return other == name ? [name] : [name, other]
    }

    private static func schema(of shape: KeyRule.Shape) -> JSONValue {
        let types = JSONValue.array(ValueType.allCases.map { .string($0.rawValue) })
        return switch shape {
        case .text, .template: ["type": ["string", "number", "boolean"]]
        case .value, .constant: [:]
        case .members: ["type": ["object", "string", "null"]]
        case .expression: ["$ref": "#/$defs/expression"]
        case .list: ["type": ["string", "array"]]
        case .flag: ["type": "boolean"]
        case .whole(let range): whole(range)
        case .wholes(let range): ["anyOf": [whole(range), ["type": "array", "items": whole(range)]]]
        case .duration: ["$ref": "#/$defs/duration"]
        case .word(let words): ["enum": .array(words.flatMap(spellings).map(JSONValue.string))]
        case .names: ["anyOf": [["type": "string"], ["type": "array", "items": ["type": "string"]]]]
        case .schema: ["type": "object"]
        case .choices: ["anyOf": [["type": "array", "minItems": 1], ["type": "object", "minProperties": 1]]]
        case .retry: ["anyOf": [whole(1...100), ["$ref": "#/$defs/retry"]]]
        case .outputs: ["type": ["object", "null"]]
        case .inputType: ["enum": types]
        case .inputs:
            [
                "type": ["object", "null"],
                "additionalProperties": ["anyOf": [["enum": types], ["type": "null"], ["$ref": "#/$defs/input"]]],
            ]
        case .steps: ["$ref": "#/$defs/steps"]
        case .branches:
            [
                "anyOf": [
                    ["type": "object", "additionalProperties": ["$ref": "#/$defs/steps"], "minProperties": 1],
                    ["type": "array", "items": ["$ref": "#/$defs/steps"], "minItems": 1],
                ]
            ]
        case .cases:
            [
                "anyOf": [
                    ["type": "object", "additionalProperties": ["$ref": "#/$defs/steps"], "minProperties": 1],
                    ["type": "array", "items": ["$ref": "#/$defs/case"], "minItems": 1],
                ]
            ]
        }
    }

    private static func whole(_ range: ClosedRange<Int>) -> JSONValue {
        [
            "type": "integer", "minimum": .integer(Int64(range.lowerBound)),
            "maximum": .integer(Int64(range.upperBound)),
        ]
    }
}
