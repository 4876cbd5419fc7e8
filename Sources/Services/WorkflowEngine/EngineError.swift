/// Why the engine cannot do what it was asked, in one sentence with the fix.
package struct EngineError: Error, Sendable, Hashable, CustomStringConvertible {
    package var code: Code
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package enum Code: String, Sendable, Hashable {
        /// The request, the configuration or the repository has to be changed first.
        case usage
        case notFound
        /// Another process works on the run.
        case busy
        /// The state of the run does not allow it.
        case state
        case conflict
        case refused
        case failed
    }

    package var description: String { message }
}
