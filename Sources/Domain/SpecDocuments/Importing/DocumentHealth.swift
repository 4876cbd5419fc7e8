/// Whether bytes can be read as a document at all, whatever document it is meant to be.
package enum DocumentHealth {
    /// Errors where they are no text or hold a conflict; warnings where a fence or comment is never closed.
    package static func faults(of bytes: [UInt8]) -> [Diagnostic] {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            return DocumentFile<ChecklistDocument>(bytes: bytes).diagnostics
        }
        return MarkdownSource(text).faults.map { fault in
            var diagnostic = fault.diagnostic
            if fault.kind == .unclosed { diagnostic.severity = .warning }
            return diagnostic
        }
    }
}
