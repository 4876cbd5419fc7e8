import Edits
import Testing

/// A small generator whose seed is printed with a failure (xorshift).
struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }

    mutating func text(_ pieces: [String], upTo count: Int) -> String {
        (0..<Int.random(in: 0...count, using: &self)).map { _ in pieces.randomElement(using: &self) ?? "" }.joined()
    }
}

@Suite struct `Edits on random input` {
    static let pieces = [
        "a", "b", "ab", " ", "  ", "\t", "\n", "\n", "\r\n", "\r", "é", "e\u{301}", "\u{FEFF}", "👩‍👧", "{", "\0",
    ]

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func `nothing traps, and what is refused has a message`(seed: UInt64) {
        var random = Seeded(seed)
        for _ in 0..<50 {
            let text = random.text(Self.pieces, upTo: 40)
            let edit = SearchReplace(
                old: random.text(Self.pieces, upTo: 6), new: random.text(Self.pieces, upTo: 6),
                occurrences: Bool.random(using: &random) ? .all : .one)
            do throws(EditError) {
                _ = try SearchReplace.apply([edit], to: text)
            } catch {
                #expect(!error.message.isEmpty)
            }
        }
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func `an exact edit equals the naive replacement`(seed: UInt64) throws {
        var random = Seeded(seed)
        let pieces = ["a", "b", "c", " ", "\n", "é", "{", "}"]
        for _ in 0..<50 {
            let before = random.text(pieces, upTo: 20)
            let after = random.text(pieces, upTo: 20)
            let old = "<" + random.text(pieces, upTo: 8) + ">"
            let new = random.text(pieces, upTo: 8)
            let result = try SearchReplace.apply([SearchReplace(old: old, new: new)], to: before + old + after)
            #expect(result == before + new + after)
        }
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func `a diff turns the old lines into the new ones`(seed: UInt64) {
        var random = Seeded(seed)
        for _ in 0..<30 {
            let old = (0..<Int.random(in: 0...30, using: &random)).map { _ in random.text(["a", "b"], upTo: 2) }
            let new = (0..<Int.random(in: 0...30, using: &random)).map { _ in random.text(["a", "b"], upTo: 2) }
            #expect(apply(LineDiff(old: old, new: new)) == new)
        }
    }

    @Test func `lines that differ everywhere or in most places are compared all the same`() {
        let old = (0..<3000).map { "old \($0)" }
        let new = (0..<3000).map { $0 % 50 == 0 ? "old \($0)" : "new \($0)" }
        let diff = LineDiff(old: old, new: new)
        #expect(apply(diff) == new)
        #expect(diff.hunks.count == 60)
        #expect(apply(LineDiff(old: old, new: old.reversed())) == old.reversed())
    }

    private func apply(_ diff: LineDiff) -> [String] {
        var result: [String] = []
        var next = 0
        for hunk in diff.hunks {
            result += diff.old[next..<hunk.old.lowerBound]
            result += diff.new[hunk.new]
            next = hunk.old.upperBound
        }
        return result + diff.old[next...]
    }
}
