package import SpecDocuments

/// A document of a feature as it was found on disk.
package struct FeaturePage<Document: MarkdownDocument>: Sendable, Hashable {
    /// Below the feature's folder, such as `spec.md` or `checklists/ux.md`.
    package let name: String
    /// Below the project's root, such as `specs/001-json-flag/spec.md`.
    package let path: String
    /// The very bytes with what they say; nil where they could not be read.
    package let file: DocumentFile<Document>?
    private let refusal: Diagnostic?

    init(name: String, path: String, bytes: [UInt8]) {
        self.name = name
        self.path = path
        file = DocumentFile(bytes: bytes)
        refusal = nil
    }

    init(name: String, path: String, refusal: Diagnostic) {
        self.name = name
        self.path = path
        file = nil
        self.refusal = refusal
    }

    /// Nil where the file is no text or could not be read; then there is an error among the diagnostics.
    package var document: Document? { file?.document }
    package var diagnostics: [Diagnostic] { refusal.map { [$0] } ?? file?.diagnostics ?? [] }
    /// Why nothing that the page says can be trusted: it is no text, in conflict, or not closed somewhere.
    package var readingFault: Diagnostic? {
        guard let document else { return errors.first }
        return document.readingFault
    }
    package var errors: [Diagnostic] { diagnostics.filter { $0.severity == .error } }
}
