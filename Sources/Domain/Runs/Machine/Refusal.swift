import Workflows

/// Why a container cannot begin or go on: a failure that follows from the definition and the values, without an event.
struct Refusal: Error {
    var code: FailureCode
    var message: String

    init(_ code: FailureCode, _ message: String) {
        self.code = code
        self.message = message
    }

    static func of<Value>(
        _ what: String, _ value: () throws(ExpressionError) -> Value
    ) throws(Refusal) -> Value {
        do throws(ExpressionError) { return try value() } catch { throw Refusal(.invalid, "\(what): \(error)") }
    }

    static func holds(_ condition: Expression, _ scope: Scope) throws(Refusal) -> Bool {
        try of("its condition") { () throws(ExpressionError) in try condition.holds(in: scope) }
    }
}

/// A text as part of a step's key.
enum KeyPart {
    /// The longest part, in characters.
    static let limit = 200

    /// The text with a hyphen for everything but letters, digits, `-`, `_` and `.`.
    static func made(of text: String, item: Int) throws(Refusal) -> String {
        let scalars = text.unicodeScalars.map { scalar -> Character in
            let isSafe =
                scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                || "-_.".contains(Character(scalar))
            return isSafe ? Character(scalar) : "-"
        }
        guard !scalars.isEmpty else { throw Refusal(.invalid, "the key of item \(item) is empty") }
        guard scalars.count <= limit else {
            throw Refusal(.invalid, "the key of item \(item) has \(scalars.count) characters; \(limit) are allowed")
        }
        return String(scalars)
    }
}
