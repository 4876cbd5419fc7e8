import JSON
import Workflows

/// An expression with a second way to its value, which owes nothing to the evaluator.
struct Condition: Sendable {
    var expression: Expression
    var meaning: Meaning

    enum Meaning: Sendable {
        case always(Bool)
        /// Whether that leaf has given `ok: true`, as seen from the asking step.
        case gaveOK(String)
        case hasNoValue
    }

    private init(_ source: String, _ meaning: Meaning) {
        do {
            expression = try Expression(source)
        } catch {
            preconditionFailure("\(source): \(error)")
        }
        self.meaning = meaning
    }

    static let yes = Condition("inputs.yes", .always(true))
    static let no = Condition("inputs.no", .always(false))
    static let faulty = Condition("1 / inputs.zero", .hasNoValue)
    static let ok: [Condition] = (0..<12).map { Condition("steps.s\($0).outputs.ok", .gaveOK("s\($0)")) }
    static let inputs: JSONValue = ["yes": true, "no": false, "zero": 0]
}

/// The arrays of for-each loops, each with the keys of its iterations or nil where the loop cannot begin.
struct Items: Sendable {
    var expression: Expression
    var key: ValueTemplate?
    var parts: [String]?

    private init(_ source: String, key: String?, _ parts: [String]?) {
        do {
            expression = try Expression(source)
            self.key = try key.map { try ValueTemplate(.string($0)) }
        } catch {
            preconditionFailure("\(source): \(error)")
        }
        self.parts = parts
    }

    static let all: [Items] = [
        Items("['a']", key: "${item}", ["a"]), Items("['a', 'b/c']", key: "${item}", ["a", "b-c"]),
        Items("[7, 7, 7]", key: nil, ["1", "2", "3"]), Items("[]", key: nil, []),
        Items("[1, 1]", key: "${item}", nil), Items("inputs.yes", key: nil, nil), Items("['']", key: "${item}", nil),
    ]
}
