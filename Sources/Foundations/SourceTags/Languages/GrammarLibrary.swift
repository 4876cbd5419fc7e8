import CTreeSitter
package import Files
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The grammars found in folders of shared libraries, each loaded when it is first asked for and kept.
///
/// One library serves all threads. A loaded grammar stays in memory until the process ends.
package final class GrammarLibrary: Sendable {
    private let folders: [FilePath]
    /// Whether grammars are read by a ``TagWalk`` where that can be; tests compare it with the library's own engine.
    private let walks: Bool
    private let loaded = Mutex<[String: Result<Grammar?, SourceTagsError>]>([:])

    /// Looks in `folders` in this order for `libtree-sitter-NAME.so` (`.dylib` on macOS).
    package convenience init(folders: [FilePath]) { self.init(folders: folders, walks: true) }

    init(folders: [FilePath], walks: Bool) {
        self.folders = folders
        self.walks = walks
    }

    /// Folders of an environment's `VENCEJO_GRAMMARS`, separated by colons, then `others`.
    package convenience init(environment: [String: String], others: [FilePath] = []) {
        let named = environment["VENCEJO_GRAMMARS", default: ""].split(separator: ":").map { FilePath(String($0)) }
        self.init(folders: named + others)
    }

    /// Whether a folder has this language's grammar; it may still turn out to be broken when it is loaded.
    package func has(_ language: Language) -> Bool { path(of: language) != nil }

    /// Loads the grammar now instead of at its first use, and throws one sentence if it cannot be used.
    package func check(_ language: Language) throws(SourceTagsError) {
        _ = try grammar(of: language)
    }

    /// Whether the grammar is there and loads.
    package func isUsable(_ language: Language) -> Bool {
        // The reason is kept in `problems`.
        (try? grammar(of: language)) != nil
    }

    /// What is wrong with each grammar that was asked for and cannot be used, by the name of its language.
    package var problems: [String: SourceTagsError] {
        loaded.withLock { loaded in
            loaded.compactMapValues { result in
                if case .failure(let error) = result { error } else { nil }
            }
        }
    }

    /// The grammar, or nil where no folder has it; what failed once fails again without another try.
    func grammar(of language: Language) throws(SourceTagsError) -> Grammar? {
        // Loading under the lock: a second thread asking for the same grammar waits for it instead of loading it too.
        let result = loaded.withLock { loaded in
            if let known = loaded[language.name] { return known }
            let result = Result { () throws(SourceTagsError) in try self.load(language) }
            loaded[language.name] = result
            return result
        }
        return try result.get()
    }

    private func path(of language: Language) -> FilePath? {
        #if canImport(Darwin)
            let endings = ["dylib", "so"]
        #else
            let endings = ["so"]
        #endif
        for folder in folders {
            for ending in endings {
                let path = folder / "libtree-sitter-\(language.name).\(ending)"
                if access(path.string, R_OK) == 0 { return path }
            }
        }
        return nil
    }

    private func load(_ language: Language) throws(SourceTagsError) -> Grammar? {
        guard let path = path(of: language) else { return nil }
        // A name without a slash would be looked for in the system's folders.
        let place = path.isAbsolute ? path.string : "./" + path.string
        guard let handle = dlopen(place, RTLD_NOW | RTLD_LOCAL) else {
            let reason = dlerror().map { String(cString: $0) } ?? "no reason given"
            throw SourceTagsError(
                .grammar,
                "The grammar '\(path)' cannot be loaded: \(reason); build it again with scripts/grammars.")
        }
        let symbol = "tree_sitter_" + language.name.map { $0 == "-" ? "_" : String($0) }.joined()
        guard let address = dlsym(handle, symbol) else {
            dlclose(handle)
            throw SourceTagsError(
                .grammar,
                "The library '\(path)' has no function '\(symbol)', so it is no grammar of \(language.name);"
                    + " build it again with scripts/grammars.")
        }
        typealias Function = @convention(c) () -> OpaquePointer?
        guard let pointer = unsafeBitCast(address, to: Function.self)() else {
            throw SourceTagsError(
                .grammar, "The grammar '\(path)' gives no language; build it again with scripts/grammars.")
        }
        return try Grammar(pointer, language: language, walks: walks)
    }
}
