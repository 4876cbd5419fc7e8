/// Why an event stream cannot be read on.
package struct EventStreamError: Error, Hashable, Sendable {
    package enum Code: Hashable, Sendable {
        case lineTooLarge
        case eventTooLarge
    }

    package var code: Code
    package var message: String

    init(_ code: Code, limit: Int) {
        self.code = code
        let subject = code == .lineTooLarge ? "a line" : "the data of an event"
        message = "event stream: \(subject) exceeds the limit of \(limit) bytes; close the stream or raise the limit"
    }
}

extension EventStreamError: CustomStringConvertible {
    package var description: String { message }
}
