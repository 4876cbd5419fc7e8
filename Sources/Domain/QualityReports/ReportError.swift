/// Why the output of a tool was not read as a report.
package struct ReportError: Error, Hashable, Sendable {
    package enum Code: String, Hashable, Sendable {
        /// The text is something else: of another tool, or nothing at all.
        case foreign
        /// The text is of the format but broken.
        case malformed
        /// The text ends too early.
        case truncated
        /// The text is beyond the limit of size.
        case tooLarge
    }

    package var code: Code
    /// The format that was expected, in words.
    package var format: String
    /// From 1; nil where the fault is that of the whole.
    package var line: Int?
    /// One sentence with the format and the line in it.
    package var message: String

    package init(_ code: Code, _ format: String, line: Int? = nil, _ problem: String) {
        self.code = code
        self.format = format
        self.line = line
        // Parts of the problem may be quoted from the report.
        let words = problem.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let problem = words.count > 300 ? words.prefix(300) + "…" : words
        message = line.map { "\(format), line \($0): \(problem)" } ?? "\(format): \(problem)"
    }
}

extension ReportError: CustomStringConvertible {
    package var description: String { message }
}
