import Files
import Testing

struct FilePathTests {
    @Test(arguments: [
        ("", "."), (".", "."), ("/", "/"), ("//", "/"), ("a//b/", "a/b"), ("/a/./b", "/a/./b"), ("../x", "../x"),
    ])
    func `a path drops surplus slashes and nothing else`(_ text: String, _ expected: String) {
        #expect(FilePath(text).string == expected)
    }

    @Test(arguments: [
        ("/a/../../b", "/b"), ("/..", "/"), ("a/..", "."), ("../a/./../b", "../b"), ("../..", "../.."),
        ("./a/b/..", "a"), ("/", "/"),
    ])
    func `normalizing works out dots from the text and stays below the root`(_ text: String, _ expected: String) {
        #expect(FilePath(text).normalized().string == expected)
    }

    @Test(arguments: [
        ("/a/b.tar.gz", "/a", "b.tar.gz", "b.tar", "gz"), (".profile", ".", ".profile", ".profile", nil),
        ("/", "/", "", "", nil), ("a", ".", "a", "a", nil), ("..", "../..", "..", "..", nil),
        (".", "..", ".", ".", nil), ("a.", ".", "a.", "a.", nil), ("/x/Makefile", "/x", "Makefile", "Makefile", nil),
    ])
    func `a path comes apart into parent, name, stem and extension`(
        _ text: String, _ parent: FilePath, _ name: String, _ stem: String, _ ending: String?
    ) {
        let path = FilePath(text)
        #expect(path.parent == parent)
        #expect(path.name == name)
        #expect(path.stem == stem)
        #expect(path.extension == ending)
    }

    @Test(arguments: [
        ("/a", "/b", "/a/b"), (".", "b", "b"), ("/", "b", "/b"), ("a", ".", "a"), ("a", "../b", "a/../b"),
    ])
    func `appending stays below the base`(_ base: FilePath, _ other: String, _ expected: FilePath) {
        #expect(base / other == expected)
    }

    @Test func `resolving keeps an absolute path`() {
        #expect(FilePath("/x").resolved(from: "/base") == "/x")
        #expect(FilePath("x").resolved(from: "/base") == "/base/x")
    }

    @Test(arguments: [
        ("/r/a/b", "/r", "a/b"), ("/r", "/r", "."), ("/rest", "/r", nil), ("/r/../x", "/r", nil), ("a", "/r", nil),
        ("a/b", "a", "b"), ("a", ".", "a"), ("../a", ".", nil), ("/a", "/", "a"), ("../..", "..", nil),
        ("/r/x/../y", "/r/z/..", "y"),
    ])
    func `a path is relative to the directories it is inside of`(
        _ path: FilePath, _ root: FilePath, _ expected: String?
    ) {
        #expect(path.relative(to: root) == expected)
        #expect(path.isInside(root) == (expected != nil))
    }

    @Test func `paths are equal by bytes, not by canonical equivalence`() {
        let composed = FilePath("caf\u{E9}")
        let decomposed = FilePath("cafe\u{301}")
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed, FilePath("caf\u{E9}/")]).count == 2)
    }

    @Test func `a directory sorts directly before its content`() {
        let sorted: [FilePath] = ["/a", "/a/b", "/a/b/c", "/a-b", "/b", "a"]
        #expect(sorted.shuffled().sorted() == sorted)
    }
}
