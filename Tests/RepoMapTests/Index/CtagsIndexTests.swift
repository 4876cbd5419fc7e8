import Files
import RepoMap
import SourceTags
import Subprocess
import Testing

/// What is read of files that no grammar knows, and of those that are too long to be parsed.
struct CtagsIndexTests {
    private static let environment = Command.inheritedEnvironment()
    private static let hasCtags = FileSystem.which("ctags", searchPath: environment["PATH", default: ""]) != nil

    private func definitions(_ root: FilePath, _ environment: [String: String]) async throws -> [String] {
        let mapper = RepoMapper(
            readers: .best(grammarFolders: [], environment: environment), indexFile: root.parent / "index.db")
        let index = try await mapper.symbols(of: root)
        return ["a.lua", "long.c"].flatMap { index.outline(of: $0) }.map { "\($0.path) \($0.name)" }
    }

    @Test(.enabled(if: hasCtags, "universal-ctags is not installed"))
    func `ctags tells definitions where there is no grammar, or a file is too long for it`() async throws {
        try await FileSystem.withTemporaryDirectory { base in
            let root = base / "tree"
            try FileSystem.createDirectory(root)
            try FileSystem.write("local M = {}\nfunction M.draw(x)\n  return x\nend\nreturn M\n", to: root / "a.lua")
            let body = String(repeating: "/* filler */\n", count: 6_000)
            try FileSystem.write(body + "int area(int w, int h)\n{\n  return w * h;\n}\n", to: root / "long.c")
            let found = try await definitions(root, Self.environment)
            #expect(found.contains("a.lua draw") || found.contains("a.lua M.draw"), "\(found)")
            #expect(found.contains("long.c area"), "\(found)")
        }
    }
}
