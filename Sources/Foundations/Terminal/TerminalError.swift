#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A failure to read from a terminal.
package struct TerminalError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kind of failure.
    package enum Code: Sendable {
        case cannotRead
        case lineTooLong
    }

    package let code: Code
    package let message: String

    package var description: String { message }

    package init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    static func cannotRead(_ descriptor: Int32, error: Int32) -> TerminalError {
        let reason = strerror(error).map { String(cString: $0) } ?? "error \(error)"
        return TerminalError(code: .cannotRead, message: "Cannot read a line from descriptor \(descriptor): \(reason).")
    }
}
