import Testing

@testable import SourceTags

@Suite(.enabled(if: GrammarFolder.isReady, "the grammars are not built: run scripts/grammars"))
struct LanguageExampleTests {
    @Test(
        "Every definition of an example is told, with its kind, lines, depth and signature",
        arguments: LanguageExample.all)
    func definitions(example: LanguageExample) throws {
        let tags = try #require(try read(example.source, path: example.path))
        let text = tags.filter { $0.role == .definition }.map { tag in
            let indent = String(repeating: "  ", count: tag.depth)
            return "\(indent)\(tag.line)-\(tag.lastLine) \(tag.kind) \(tag.name) | \(tag.signature)"
        }.joined(separator: "\n")
        #expect(text == example.definitions)
    }

    @Test("The references of an example are told with their kinds", arguments: LanguageExample.all)
    func references(example: LanguageExample) throws {
        let tags = try #require(try read(example.source, path: example.path))
        var lines: [String] = []
        for tag in tags where tag.role == .reference {
            let head = "\(tag.line) \(tag.kind)"
            if let index = lines.firstIndex(where: { $0.hasPrefix(head + " ") }) {
                lines[index] += " " + tag.name
            } else {
                lines.append("\(head) \(tag.name)")
            }
        }
        #expect(lines.joined(separator: "\n") == example.references)
    }

    @Test("Lines that end with carriage returns give the same tags", arguments: LanguageExample.all)
    func carriageReturns(example: LanguageExample) throws {
        let plain = try #require(try read(example.source, path: example.path))
        let windows = try #require(try read(example.source.replacing("\n", with: "\r\n"), path: example.path))
        #expect(windows == plain)
    }

    @Test("An example cut off anywhere is read without an error", arguments: LanguageExample.all)
    func cutOff(example: LanguageExample) throws {
        let bytes = Array(example.source.utf8)
        let reader = TreeSitterReader(library: GrammarFolder.library)
        for end in stride(from: 0, to: bytes.count, by: 37) {
            let tags = try #require(try reader.tags(in: Array(bytes.prefix(end)), path: example.path))
            #expect(tags.allSatisfy { !$0.name.isEmpty && $0.line >= 1 && $0.lastLine >= $0.line })
        }
    }

    @Test("Every language has an example")
    func complete() {
        let covered = LanguageExample.all.compactMap { Language.of(path: $0.path)?.name }
        #expect(covered.sorted() == Language.all.map(\.name).sorted())
    }

    private func read(_ source: String, path: String) throws -> [SourceTags.Tag]? {
        try TreeSitterReader(library: GrammarFolder.library).tags(in: Array(source.utf8), path: path)
    }
}
