package import Files
import SourceTags
import Subprocess

extension TagReaderFactory {
    /// The best reader for each file: a grammar where its library is in one of the folders, else universal-ctags where it is
    /// installed, else a scan of words.
    ///
    /// The queries, and the libraries with their sizes and times, are part of the version: a grammar that is built anew
    /// reads anew.
    ///
    /// - Parameter worker: The program that parses in processes of its own, which is this one: it answers to
    ///   ``TagWorker/verb``. Without it sources are parsed in this process, and those that could break it are not.
    package static func best(
        grammarFolders folders: [FilePath], environment: [String: String] = Command.inheritedEnvironment(),
        worker: FilePath? = nil
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
        let isolation = worker.map { _ in "worker \(TagWorker.version)" }
        let version =
            (["queries \(queries)", "scan \(IdentifierReader.version)", stamp, isolation].compactMap(\.self)
            + libraries)
            .joined(separator: "\n")
        let library = GrammarLibrary(folders: folders)
        guard let worker else {
            let choice = TagReaderChoice(library: library, hasCtags: ctags != nil)
            let source = ctags.map { _ in
                CtagsSource(environment: environment) { choice.isScanned($0, source: $1) }
            }
            return TagReaderFactory(version: version, ctags: source) { SourceReader(library: library) }
        }
        // What this process reads itself it only scans; the grammars are loaded by the children alone.
        return TagReaderFactory(
            version: version, ctags: ctags.map { _ in CtagsSource(environment: environment) { _, _ in true } },
            worker: self.worker(worker, folders, library, environment)
        ) { IdentifierReader() }
    }

    private static func worker(
        _ program: FilePath, _ folders: [FilePath], _ library: GrammarLibrary, _ environment: [String: String]
    ) -> Worker {
        let known = Set(Language.all.filter(library.has))
        let most = TreeSitterReader.Limits.isolated.bytes
        return Worker(
            program: program, arguments: [TagWorker.verb] + folders.map(\.string),
            // Sources are of strangers: what parses them gets none of this process's secrets.
            environment: environment.filter { ["LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"].contains($0.key) }
                .merging(TagWorker.variables) { $1 }
        ) { path, source in
            guard source.count <= most, let language = Language.of(path: path, source: source) else { return false }
            return known.contains(language)
        }
    }

    /// The scan of words for every file.
    package static let scan = TagReaderFactory(version: "scan \(IdentifierReader.version)") { IdentifierReader() }
}
