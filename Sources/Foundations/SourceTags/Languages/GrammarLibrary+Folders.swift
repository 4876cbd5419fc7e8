package import Files

extension GrammarLibrary {
    /// Where grammars are looked for: the folders of `VENCEJO_GRAMMARS`, then beside the program, then where systems and
    /// users install them.
    ///
    /// - Parameters:
    ///   - program: How the program was called.
    ///   - home: The folder of Vencejo's state.
    package static func standardFolders(
        program: String, home: FilePath, environment: [String: String]
    ) -> [FilePath] {
        let named = environment["VENCEJO_GRAMMARS", default: ""].split(separator: ":").map { FilePath(String($0)) }
        let found =
            FileSystem.which(program, searchPath: environment["PATH", default: ""]) ?? FilePath("/usr/bin/vencejo")
        // A program that was called through a link has its grammars where it really is.
        let real = (try? FileSystem.realPath(found)) ?? found
        let beside = [real.parent, real.parent.parent, real.parent.parent.parent].map { $0 / "grammars" }
        let installed = [real.parent.parent / "lib" / "vencejo" / "grammars", "/usr/local/lib/vencejo/grammars"]
        return named + beside + installed + [home / "grammars"]
    }
}
