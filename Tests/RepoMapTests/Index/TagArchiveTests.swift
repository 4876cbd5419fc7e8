import SourceTags
import Testing

@testable import RepoMap

@Suite("The kept form of tags")
struct TagArchiveTests {
    private let tags = [
        SourceTags.Tag(
            name: "Größe", role: .definition, kind: .type, line: 3, lastLine: 400, signature: "class Größe", depth: 0),
        SourceTags.Tag(name: "load", role: .definition, kind: .method, line: 5, lastLine: 5, signature: "", depth: 1),
        SourceTags.Tag(name: "load", role: .reference, kind: .function, line: 7, lastLine: 7),
        SourceTags.Tag(name: "load", role: .reference, kind: .function, line: 7, lastLine: 7),
        SourceTags.Tag(name: "x", role: .reference, kind: .name, line: 70_000, lastLine: 70_000),
    ]

    @Test("gives back what was put in")
    func roundTrip() throws {
        let archive = try #require(TagArchive(bytes: TagArchive(tags).bytes))
        var names: [String] = []
        var seen: [String] = []
        let isWhole = archive.read(
            names: { names.append(archive.text($0)) },
            definitions: {
                seen.append(
                    "\(names[$0.name]) \($0.kind) \($0.line)-\($0.lastLine) \($0.depth) \(archive.text($0.signature))")
            },
            references: { seen.append("\(names[$0.name]) \($0.kind) \($0.lines)") })
        #expect(isWhole)
        #expect(
            seen == [
                "Größe type 3-400 0 class Größe", "load method 5-5 1 ", "load function [7, 7]", "x name [70000]",
            ])
    }

    @Test("is refused with any byte changed, and cut short")
    func damage() {
        let bytes = TagArchive(tags).bytes
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 0x11
            #expect(TagArchive(bytes: changed) == nil)
            #expect(TagArchive(bytes: Array(bytes[..<index])) == nil)
        }
    }
}
