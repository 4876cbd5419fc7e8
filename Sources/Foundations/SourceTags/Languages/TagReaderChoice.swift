/// Says which reader applies to a file: a grammar where there is one, else universal-ctags, else a plain scan.
package struct TagReaderChoice: Sendable {
    package enum Reader: Sendable, Hashable {
        case treeSitter(Language)
        /// Definitions by ctags, references by the scan of ``IdentifierReader``.
        case ctags
        case identifiers
    }

    private let library: GrammarLibrary
    private let hasCtags: Bool

    /// - Parameter hasCtags: Whether universal-ctags may be used; see ``CtagsReader/find(environment:)``.
    package init(library: GrammarLibrary, hasCtags: Bool = false) {
        self.library = library
        self.hasCtags = hasCtags
    }

    /// Whether a file's names are told by a scan alone, so that ctags knows more of it: it has no grammar, or it is too long.
    package func isScanned(_ path: String, source: [UInt8]) -> Bool {
        switch reader(of: path, source: source) {
        case .treeSitter: source.count > TreeSitterReader.Limits().bytes
        case .ctags, .identifiers: true
        case nil: false
        }
    }

    /// The reader of a file, or nil where it is no source code by its name and first line.
    package func reader(of path: String, source: [UInt8] = []) -> Reader? {
        let language = Language.of(path: path, source: source)
        if let language, library.isUsable(language) { return .treeSitter(language) }
        guard language != nil || IdentifierReader.knows(path) else { return nil }
        return hasCtags ? .ctags : .identifiers
    }
}

/// Reads any source file: by its grammar where that can be used and the file is not too long for it, else by the scan for
/// identifiers.
///
/// It never throws for a grammar that cannot be used; `GrammarLibrary/problems` tells of it.
package final class SourceReader: TagReader {
    private let choice: TagReaderChoice
    private let grammars: TreeSitterReader
    private let identifiers: IdentifierReader
    private let limits: TreeSitterReader.Limits

    package init(library: GrammarLibrary, limits: TreeSitterReader.Limits = .init()) {
        choice = TagReaderChoice(library: library)
        grammars = TreeSitterReader(library: library, limits: limits)
        identifiers = IdentifierReader()
        self.limits = limits
    }

    package func tags(in source: [UInt8], path: String) throws(SourceTagsError) -> [Tag]? {
        switch choice.reader(of: path, source: source) {
        case .treeSitter(let language) where source.count <= limits.bytes:
            try grammars.tags(in: source, language: language)
        case .treeSitter: identifiers.tags(in: source)
        case .identifiers, .ctags: identifiers.tags(in: source)
        case nil: nil
        }
    }
}
