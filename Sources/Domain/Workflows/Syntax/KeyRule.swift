/// What a key of a mapping takes; the parser, the validation and the schema for editors are made from these.
struct KeyRule: Sendable {
    enum Shape: Sendable {
        /// Text without expressions.
        case text
        /// Text with expressions; a number or truth value is taken as text.
        case template
        /// Any value, with expressions in its strings.
        case value
        /// Any value without expressions.
        case constant
        /// A mapping of values with expressions.
        case members
        /// An expression, bare or in `${}`.
        case expression
        /// An expression that gives a list, or a list.
        case list
        case flag
        case whole(ClosedRange<Int>)
        case wholes(ClosedRange<Int>)
        case duration
        case word([String])
        /// One name or a list of names.
        case names
        /// A JSON Schema.
        case schema
        case choices
        case retry
        case outputs
        case inputs
        case inputType
        case steps
        case branches
        case cases
    }

    var name: String
    var shape: Shape
    var isRequired = false
    var summary: String

    init(_ name: String, _ shape: Shape, _ summary: String) {
        self.name = name
        self.shape = shape
        self.summary = summary
    }

    var required: KeyRule {
        var rule = self
        rule.isRequired = true
        return rule
    }

    /// Hyphen and underscore mean the same in keys.
    static func folded(_ name: String) -> String { String(name.map { $0 == "-" ? "_" : $0 }) }
}
