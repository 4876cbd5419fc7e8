package import Workflows

/// Why a workflow cannot be had.
package struct WorkflowLibraryError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable {
        case notFound = "workflow-not-found"
        case unreadable = "workflow-unreadable"
        /// The file has errors; `diagnostics` has them all.
        case invalid = "workflow-invalid"
    }

    package var code: Code
    package var message: String
    package var diagnostics: [Diagnostic]

    package init(_ code: Code, _ message: String, diagnostics: [Diagnostic] = []) {
        self.code = code
        self.message = message
        self.diagnostics = diagnostics
    }

    package var description: String { message }
}
