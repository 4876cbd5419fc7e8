/// Why a rule was not accepted.
package struct PolicyError: Error, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable {
        case malformedRule, malformedHost
    }

    package let code: Code
    package let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
