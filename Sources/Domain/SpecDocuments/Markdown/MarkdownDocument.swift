/// A document of Markdown that keeps its text byte for byte and changes only what an edit says.
package protocol MarkdownDocument: Sendable, Hashable {
    /// As it stands on disk, with its line endings, its byte order mark and all white space.
    var text: String { get }
    var diagnostics: [Diagnostic] { get }
    /// Never fails; what is wrong is among the diagnostics.
    init(parsing text: String)
}

extension MarkdownDocument {
    /// What keeps the text from being read as it was meant: no text, a conflict, a fence or comment that is never closed.
    package var readingFault: Diagnostic? {
        diagnostics.contains { $0.severity == .error } ? MarkdownSource(text).diagnostics.first : nil
    }
}

extension TasksDocument: MarkdownDocument {}
extension SpecDocument: MarkdownDocument {}
extension PlanDocument: MarkdownDocument {}
extension Constitution: MarkdownDocument {}
extension ChecklistDocument: MarkdownDocument {}

/// A document as the bytes of its file, which may be no text at all.
package struct DocumentFile<Document: MarkdownDocument>: Sendable, Hashable {
    /// Nil where the bytes are no UTF-8.
    package var document: Document?
    private let original: [UInt8]
    private let refusal: Diagnostic?

    package init(bytes: [UInt8]) {
        original = bytes
        if let text = String(validating: bytes, as: UTF8.self) {
            document = Document(parsing: text)
            refusal = nil
        } else {
            refusal = Self.refusal(of: bytes)
        }
    }

    /// What belongs on disk: the very bytes that were read, but for the edits made since.
    package var bytes: [UInt8] { document.map { Array($0.text.utf8) } ?? original }

    package var diagnostics: [Diagnostic] { refusal.map { [$0] } ?? document?.diagnostics ?? [] }

    private static func refusal(of bytes: [UInt8]) -> Diagnostic {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            return Diagnostic(
                .error, line: 1, message: "The document is UTF-16 text.", fix: "Save it as UTF-8.")
        }
        let line = line(ofFirstFaultIn: bytes)
        return Diagnostic(
            .error, line: line, message: "The document is not UTF-8 text from line \(line) on.",
            fix: "Save it as UTF-8, or restore it from git.")
    }

    private static func line(ofFirstFaultIn bytes: [UInt8]) -> Int {
        var parser = Unicode.UTF8.ForwardParser()
        var iterator = bytes.makeIterator()
        var line = 1
        while true {
            switch parser.parseScalar(from: &iterator) {
            case .valid(let scalar): if scalar.first == 10 { line += 1 }
            case .error, .emptyInput: return line
            }
        }
    }
}
