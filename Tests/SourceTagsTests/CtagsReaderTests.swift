import Files
import Subprocess
import Testing

@testable import SourceTags

struct CtagsReaderTests {
    private static let isInstalled =
        FileSystem.which("ctags", searchPath: Command.inheritedEnvironment()["PATH"] ?? "") != nil

    @Test(
        "One process tells the definitions of many files", .enabled(if: isInstalled, "universal-ctags is not installed")
    )
    func manyFiles() async throws {
        let reader = try #require(await CtagsReader.find())
        let folder = try FileSystem.temporaryDirectory(prefix: "ctags")
        // What is left in the temporary directory is no reason to fail.
        defer { try? FileSystem.removeTree(folder) }
        try FileSystem.write(Array("local function area(a/b)\n  return 1\nend\n".utf8), to: folder / "a.lua")
        try FileSystem.write(Array("class Shop:\n    def open(self):\n        pass\n".utf8), to: folder / "-b c.py")
        try FileSystem.write(Array("nothing".utf8), to: folder / "c.txt")
        // The project's own options are not for us.
        try FileSystem.createDirectory(folder / ".ctags.d")
        try FileSystem.write(Array("--exclude=*\n--no-such-option\n".utf8), to: folder / ".ctags.d/x.ctags")

        let tags = try await reader.definitions(of: ["a.lua", "-b c.py", "c.txt", "missing.py", "x\ny"], in: folder)
        #expect(tags.keys.sorted() == ["-b c.py", "a.lua"])
        #expect(tags["a.lua"]?.map(\.name) == ["area"])
        #expect(tags["a.lua"]?.first?.signature == "local function area(a/b)")
        #expect(
            tags["-b c.py"] == [
                SourceTags.Tag(
                    name: "Shop", role: .definition, kind: .type, line: 1, lastLine: 3, signature: "class Shop"),
                SourceTags.Tag(
                    name: "open", role: .definition, kind: .method, line: 2, lastLine: 3, signature: "def open(self)",
                    depth: 1),
            ])
    }

    @Test("A program that is not there is found missing")
    func missing() async {
        #expect(await CtagsReader.find(environment: ["PATH": "/nowhere"]) == nil)
    }

    @Test("A program that fails is told in one sentence")
    func failing() async throws {
        let reader = CtagsReader(executable: "false", environment: Command.inheritedEnvironment())
        await #expect(throws: SourceTagsError(.ctags, "ctags failed in '/'")) {
            try await reader.definitions(of: ["a.py"], in: "/")
        }
    }

    @Test("References of a scan join the definitions, save those at the place of a definition")
    func joining() {
        let definition = SourceTags.Tag(name: "area", role: .definition, kind: .function, line: 2, lastLine: 3)
        let same = SourceTags.Tag(name: "area", role: .reference, kind: .name, line: 2, lastLine: 2)
        let other = SourceTags.Tag(name: "area", role: .reference, kind: .name, line: 1, lastLine: 1)
        let guessed = SourceTags.Tag(name: "area", role: .definition, kind: .type, line: 2, lastLine: 2)
        #expect(
            CtagsReader.tags(definitions: [definition], scanned: [other, same, guessed]) == [other, definition])
    }
}
