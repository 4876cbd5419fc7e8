import Files
import Subprocess

@testable import SourceTags

/// Where the tests find the grammars: `VENCEJO_GRAMMARS`, or `.build/grammars` of the project.
enum GrammarFolder {
    private static let environment = Command.inheritedEnvironment()

    static let library = GrammarLibrary(environment: environment, others: [path])

    /// The same grammars, by themselves.
    static func make(walks: Bool) -> GrammarLibrary {
        let named = environment["VENCEJO_GRAMMARS", default: ""].split(separator: ":").map { FilePath(String($0)) }
        return GrammarLibrary(folders: named + [path], walks: walks)
    }

    static let sources = environment["VENCEJO_TEST_SOURCES"].map { FilePath($0) }

    /// Whether the tests with grammars run; in CI they do in any case, and fail where the folder is missing.
    static let isReady = environment["CI"] != nil || Language.all.contains { library.has($0) }

    private static let path: FilePath = {
        var folder = FilePath(#filePath).parent
        while folder.string != "/", !FileSystem.exists(folder / "Package.swift") { folder = folder.parent }
        return folder / ".build/grammars"
    }()
}
