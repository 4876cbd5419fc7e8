/// A fault of a workflow file: where, what, and how to mend it.
package struct Diagnostic: Sendable, Hashable, CustomStringConvertible {
    package enum Severity: String, Sendable, Hashable { case error, warning }

    package var severity: Severity
    /// As it was given by the caller; empty where the workflow comes from no file.
    package var file: String
    /// From 1.
    package var line: Int
    /// From 1, in Unicode scalars.
    package var column: Int
    /// What is wrong, in one sentence without a full stop.
    package var message: String
    /// What to do, where that is known.
    package var fix: String?

    package init(
        _ severity: Severity = .error, file: String, line: Int, column: Int, message: String, fix: String? = nil
    ) {
        self.severity = severity
        self.file = file
        self.line = line
        self.column = column
        self.message = message
        self.fix = fix
    }

    /// `file:line:column: error: message; fix`.
    package var description: String {
        "\(file):\(line):\(column): \(severity.rawValue): \(message)\(fix.map { "; \($0)" } ?? "")"
    }
}

extension [Diagnostic] {
    package var hasErrors: Bool { contains { $0.severity == .error } }

    /// By place, each once.
    package var inOrder: [Diagnostic] {
        var seen: Set<Diagnostic> = []
        return filter { seen.insert($0).inserted }.sorted {
            ($0.file, $0.line, $0.column, $0.message) < ($1.file, $1.line, $1.column, $1.message)
        }
    }
}
