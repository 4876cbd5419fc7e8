/// Something wrong with a document, where it is, and what would put it right.
package struct Diagnostic: Sendable, Hashable {
    package enum Severity: String, Sendable, Hashable, Codable {
        /// The document cannot be worked from until this is mended.
        case error
        case warning
    }

    package var severity: Severity
    /// Counted from 1; nil when the document as a whole is meant.
    package var line: Int?
    package var message: String
    package var fix: String

    package init(_ severity: Severity, line: Int? = nil, message: String, fix: String) {
        self.severity = severity
        self.line = line
        self.message = message
        self.fix = fix
    }
}

extension Diagnostic: CustomStringConvertible {
    package var description: String {
        let place = line.map { "line \($0): " } ?? ""
        return "\(place)\(severity.rawValue): \(message) \(fix)"
    }
}
