import Files
import ProjectTrust
import Testing

@Suite("What projects are trusted with")
struct TrustListTests {
    @Test("counts for what was looked at, of that project only, and until it is taken back")
    func kept() throws {
        try FileSystem.withTemporaryDirectory { folder in
            let (one, two) = (folder / "one", folder / "two")
            try FileSystem.createDirectory(one)
            try FileSystem.createSymlink(at: folder / "link", to: "one")
            let list = TrustList(in: folder / "state/trusted.json", of: "hooks")
            #expect(try !list.isTrusted("a", of: one))
            try list.trust("a", of: one)
            let again = TrustList(in: folder / "state/trusted.json", of: "hooks")
            #expect(try again.isTrusted("a", of: one))
            #expect(try again.isTrusted("a", of: folder / "link"))
            #expect(try !again.isTrusted("b", of: one))
            #expect(try !again.isTrusted("a", of: two))
            try again.distrust(one)
            #expect(try !list.isTrusted("a", of: one))
        }
    }

    @Test("is asked for again where the list is broken", arguments: ["[]", "{", "nonsense"])
    func broken(text: String) throws {
        try FileSystem.withTemporaryDirectory { folder in
            let file = folder / "trusted.json"
            try FileSystem.write(text, to: file)
            let error = try #require(throws: TrustError.self) {
                _ = try TrustList(in: file, of: "hooks").isTrusted("a", of: folder)
            }
            #expect(error.message.hasPrefix("the list of trusted hooks \(file) cannot be read ("))
            #expect(error.message.hasSuffix("): remove it and trust them again"))
            // Nothing is written over a list that could not be read.
            #expect(throws: TrustError.self) { try TrustList(in: file, of: "hooks").trust("a", of: folder) }
            #expect(try FileSystem.readText(file) == text)
        }
    }
}
