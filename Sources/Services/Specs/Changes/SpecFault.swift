package import SpecDocuments

/// Something wrong with a file of a project: where, what, and what would put it right.
package struct SpecFault: Sendable, Hashable, CustomStringConvertible {
    /// Below the project's root, or as the user named it.
    package var path: String
    package var diagnostic: Diagnostic

    package init(_ path: String, _ diagnostic: Diagnostic) {
        self.path = path
        self.diagnostic = diagnostic
    }

    package init(_ path: String, line: Int? = nil, _ message: String, fix: String) {
        self.init(path, Diagnostic(.error, line: line, message: message, fix: fix))
    }

    /// One line such as `specs/a.md:3: What is wrong. What mends it.`.
    package var description: String {
        let line = diagnostic.line.map { ":\($0)" } ?? ""
        return "\(path)\(line): \(diagnostic.message) \(diagnostic.fix)"
    }
}
