import Testing

@testable import RepoMap

@Suite("What a child says of files")
struct TagFrameTests {
    private static let archive = FakeWorker.archive
    private static let whole =
        TagFrame.greeting + TagFrame(index: 0, answer: .tags, archive: archive.bytes).bytes
        + TagFrame(index: 1, answer: .unparsed, archive: []).bytes

    @Test("is read as it was written")
    func whole() {
        #expect(TagFrame.read(Self.whole, most: 9) == [Self.archive, nil])
        #expect(TagFrame.read(Self.whole, most: 1) == [Self.archive])
        #expect(TagFrame.read(TagFrame.greeting, most: 9) == [])
    }

    @Test("ends where it is cut off")
    func cut() {
        let first = TagFrame.greeting.count + 9 + Self.archive.bytes.count
        for count in 0..<first { #expect(TagFrame.read(Array(Self.whole.prefix(count)), most: 9) == []) }
        for count in first..<Self.whole.count {
            #expect(TagFrame.read(Array(Self.whole.prefix(count)), most: 9) == [Self.archive])
        }
    }

    @Test("is nothing where the greeting is another")
    func stranger() {
        #expect(TagFrame.read(Array("error: unknown command\n".utf8) + Self.whole, most: 9) == [])
    }

    @Test("never gives tags of damaged bytes, whichever byte is damaged")
    func damage() {
        for index in Self.whole.indices {
            var bytes = Self.whole
            bytes[index] ^= 0x41
            let found = TagFrame.read(bytes, most: 9)
            #expect([[], [Self.archive], [Self.archive, nil]].contains(found), "byte \(index)")
        }
    }

    @Test("An answer without tags carries none")
    func surplus() {
        let bytes = TagFrame.greeting + TagFrame(index: 0, answer: .unparsed, archive: [1]).bytes
        #expect(TagFrame.read(bytes, most: 9) == [])
    }
}
