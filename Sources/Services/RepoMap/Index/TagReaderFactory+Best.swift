package import Files
import SourceTags
import Subprocess

extension TagReaderFactory {
    /// The best reader for each file: a grammar where its library is in one of the folders, else universal-ctags where it is
    /// installed, else a scan of words.
    ///
    /// The queries, and the libraries with their sizes and times, are part of the version: a grammar that is built anew
    /// reads anew.
    package static func best(
        grammarFolders folders: [FilePath], environment: [String: String] = Command.inheritedEnvironment()
    ) -> TagReaderFactory {
        let libraries = folders.flatMap { folder in
            // A folder that is not there has no grammars.
            ((try? FileSystem.list(folder)) ?? []).filter { $0.name.hasPrefix("libtree-sitter-") }
                .compactMap { entry in
                    FileStamp(of: folder / entry.name).map { "\(entry.name) \($0.size) \($0.modified)" }
                }
        }
        let queries = ContentKey(content: Language.all.flatMap { $0.query }).bytes
        let ctags = FileSystem.which("ctags", searchPath: environment["PATH", default: ""])
        let stamp = ctags.flatMap { FileStamp(of: $0) }.map { "ctags \($0.size) \($0.modified)" }
        let version =
            (["queries \(queries)", "scan \(IdentifierReader.version)", stamp].compactMap(\.self) + libraries)
            .joined(separator: "\n")
        let library = GrammarLibrary(folders: folders)
        let choice = TagReaderChoice(library: library, hasCtags: ctags != nil)
        let source = ctags.map { _ in
            CtagsSource(environment: environment) { choice.isScanned($0, source: $1) }
        }
        return TagReaderFactory(version: version, ctags: source) {
            SourceReader(library: library)
        }
    }

    /// The scan of words for every file.
    package static let scan = TagReaderFactory(version: "scan \(IdentifierReader.version)") { IdentifierReader() }
}
