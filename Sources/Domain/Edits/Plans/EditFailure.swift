/// Why one part of a plan cannot be done, in words for the model that wrote it.
package struct EditFailure: Sendable, Hashable {
    package let code: EditError.Code
    /// As the model wrote it; empty where it named none.
    package let path: String
    /// Where the part begins in the input, counted from 1.
    package let line: Int
    /// Lines of the file that are meant or nearest, counted from 1.
    package let lines: [Int]
    /// What is wrong, as a clause.
    package let reason: String
    /// What to send instead, as sentences; may go on with a small diff.
    package let advice: String

    package init(
        _ code: EditError.Code, path: String, line: Int, lines: [Int] = [], _ reason: String, _ advice: String
    ) {
        self.code = code
        self.path = path
        self.line = line
        self.lines = lines
        self.reason = reason
        self.advice = advice
    }

    package var message: String {
        "\(path.isEmpty ? "" : "\(path), ")line \(line) of the input: \(reason). \(advice)"
    }
}

extension EditError {
    /// All that hinders a plan, in one message.
    package init(failures: [EditFailure], of parts: Int) {
        let listed = failures.prefix(20)
        let list = failures.count == 1 ? listed.map(\.message) : listed.enumerated().map { "\($0 + 1). \($1.message)" }
        let rest = failures.count > 20 ? ["… and \(failures.count - 20) more."] : []
        self.init(
            failures.first?.code ?? .noEdits, index: 0, lines: failures.first?.lines ?? [],
            (["Nothing was changed."] + list + rest).joined(separator: "\n"), failures: failures)
    }
}
