/// A text that must appear in no log, prompt, event, error or file: every description of it is `«redacted»`.
///
/// It is deliberately not `Codable`. Copies of the text that ``withValue(_:)`` hands out are the caller's to guard.
package struct Secret: Sendable {
    private let value: String

    package init(_ value: String) {
        self.value = value
    }

    /// Lends the text for a use that needs it, such as writing a request's header.
    package func withValue<Result, Failure: Error>(_ body: (String) throws(Failure) -> Result) throws(Failure) -> Result
    {
        try body(value)
    }

    package var isEmpty: Bool { value.isEmpty }
}

extension Secret: Equatable {
    /// Takes a time that depends on the lengths only.
    package static func == (left: Secret, right: Secret) -> Bool {
        let left = Array(left.value.utf8)
        let right = Array(right.value.utf8)
        var difference: UInt8 = left.count == right.count ? 0 : 1
        for (left, right) in zip(left, right) { difference |= left ^ right }
        return difference == 0
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "«redacted»" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [] as [Mirror.Child]) }
}
