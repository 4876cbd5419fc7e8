package import JSON

/// A JSON Schema (2020-12) that checks values and says what is wrong in words a language model can act on.
///
///     let schema = try Schema(["type": "object", "properties": ["path": ["type": "string"]], "required": ["path"]])
///     schema.violations(of: ["paths": "a"]).map(\.description)
///
/// Supported is the whole validation vocabulary and every applicator but `unevaluatedProperties` and `unevaluatedItems`.
/// `$ref` stays within the document (`#`, `#/$defs/name`, any pointer); `format` and `default` are annotations.
/// Patterns are searched by Unicode scalar as in ECMA-262, in Swift's regular expressions.
package struct Schema: Sendable {
    /// What to do with keywords that JSON Schema does not define.
    package enum UnknownKeywords: Sendable {
        /// A spelling error must not weaken a schema of ours; `x-…` is accepted.
        case refused
        /// As the standard asks for, for schemas from elsewhere.
        case ignored
    }

    /// The schema as it was given.
    package let source: JSONValue
    private let nodes: [SchemaNode]

    /// Throws where a keyword is malformed, unsupported or unknown, a reference leads nowhere, or a schema refers to
    /// itself without going deeper into the value.
    package init(_ source: JSONValue, unknownKeywords: UnknownKeywords = .refused) throws(SchemaError) {
        self.source = source
        var compiler = SchemaCompiler(source: source, unknownKeywords: unknownKeywords)
        nodes = try compiler.compile()
    }

    /// What is wrong with a value, in the order of the schema; empty where it is valid.
    ///
    /// Gives at most `limit` violations. A value that nests or branches beyond reason is a violation too.
    package func violations(of value: JSONValue, limit: Int = 50) -> [Violation] {
        var validator = SchemaValidator(nodes: nodes)
        return validator.findings(of: value, at: JSONPointer(), by: 0).prefix(limit).map(\.violation)
    }
}
