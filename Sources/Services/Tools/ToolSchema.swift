import JSON

/// Builds the JSON Schemas of tool parameters, so that a tool reads like a table.
enum ToolSchema {
    static func object(_ properties: KeyValuePairs<String, JSONValue>, required: [String]) -> JSONValue {
        [
            "type": "object",
            "properties": .object(JSONObject(properties.map { ($0.key, $0.value) })),
            "required": .array(required.map { .string($0) }),
            "additionalProperties": false,
        ]
    }

    static func string(_ description: String) -> JSONValue { ["type": "string", "description": .string(description)] }

    static func text(_ description: String) -> JSONValue {
        ["type": "string", "minLength": 1, "description": .string(description)]
    }

    static func integer(_ description: String, minimum: Int, maximum: Int? = nil) -> JSONValue {
        var schema: JSONObject = [
            "type": "integer", "minimum": .integer(Int64(minimum)), "description": .string(description),
        ]
        schema.set(maximum.map { .integer(Int64($0)) }, for: "maximum")
        return .object(schema)
    }

    static func boolean(_ description: String) -> JSONValue {
        ["type": "boolean", "description": .string(description)]
    }

    static func list(of item: JSONValue, _ description: String, minimum: Int = 0) -> JSONValue {
        [
            "type": "array", "items": item, "minItems": .integer(Int64(minimum)), "description": .string(description),
        ]
    }
}
