/// A fault that a rule found in one of a feature's documents.
package struct Finding: Sendable, Hashable {
    package var rule: AnalysisRule
    /// Such as `spec.md` or `checklists/ux.md`.
    package var document: String
    /// Counted from 1; nil when the document as a whole is meant.
    package var line: Int?
    package var message: String
    package var fix: String

    package init(rule: AnalysisRule, document: String, line: Int?, message: String, fix: String) {
        self.rule = rule
        self.document = document
        self.line = line
        self.message = message
        self.fix = fix
    }

    package var severity: Diagnostic.Severity { rule.severity }
    package var diagnostic: Diagnostic { Diagnostic(severity, line: line, message: message, fix: fix) }
}

extension Finding: CustomStringConvertible {
    package var description: String {
        "\(document)\(line.map { ":\($0)" } ?? ""): \(rule.id) \(severity.rawValue): \(message) \(fix)"
    }
}
