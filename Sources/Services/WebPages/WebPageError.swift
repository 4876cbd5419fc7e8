/// Why a web page was not read, in one sentence with the fix.
package struct WebPageError: Error, Sendable, Hashable, CustomStringConvertible {
    package var code: Code
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package enum Code: String, Sendable, Hashable {
        case invalidAddress
        /// The address is closed by the policy.
        case refused
        /// The server could not be reached, or said no.
        case failed
        case tooLarge
        /// What came is no text.
        case unusable
    }

    package var description: String { message }
}
