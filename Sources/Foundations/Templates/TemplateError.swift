/// What is wrong with a template or its values, and where.
package struct TemplateError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        /// The template itself cannot be read.
        case syntax
        /// No value of that name was given, or it has no such field.
        case unknownName
        /// A list where a text is needed, or the other way round.
        case wrongKind
    }

    package let code: Code
    /// What the template is called.
    package let template: String
    package let line: Int
    package let column: Int
    /// One sentence that begins with the place.
    package let message: String

    package init(_ code: Code, template: String, line: Int, column: Int, reason: String) {
        self.code = code
        self.template = template
        self.line = line
        self.column = column
        message = "\(template):\(line):\(column): \(reason)"
    }

    init(_ code: Code, _ template: String, _ place: TemplatePlace, _ reason: String) {
        self.init(code, template: template, line: place.line, column: place.column, reason: reason)
    }

    package var description: String { message }
}
